"""State dicts under NVIDIA's names: there and back, with what was assumed said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

import ganpaint
from ganpaint.engine.checkpoints import bare_stylegan, bundle
from ganpaint.engine.generators.base import Generator
from ganpaint.errors import BadModel, BadRequest
from tests.models import tiny_stylegan2


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"c_dim": 0, "resolution": 32},
        {"architecture": "resnet"},
        {"architecture": "orig", "use_noise": False, "channels": 1},
        {"embed_features": 5, "layer_features": 7, "mapping_layers": 3},
        {"resample_filter": (1.0, 2.0, 1.0)},
    ],
)
def test_there_and_back_bit_by_bit(changes: Any, tmp_path: Path) -> None:
    generator = tiny_stylegan2(**changes)
    notes = bare_stylegan.write(generator, tmp_path / "net.pth")
    assert notes == ["The file holds weights only.", "The discriminator is not in the file."]
    again = ganpaint.open_model(tmp_path / "net.pth")
    for key, value in generator.state_dict().items():
        assert torch.equal(again.state_dict()[key], value), key
    assert again.info.hash == generator.info.hash
    z, classes = torch.randn(1, 8), generator.config.c_dim
    c = torch.eye(classes)[:1] if classes else None
    assert torch.equal(again.synthesize(again.map(z, c)), generator.synthesize(generator.map(z, c)))
    assert "weights only" in again.info.notes[0]


def test_every_layer_has_a_filter_as_theirs_do(tmp_path: Path) -> None:
    bare_stylegan.write(tiny_stylegan2(), tmp_path / "net.pth")
    state = torch.load(tmp_path / "net.pth", weights_only=True)
    for key in ("b4", "b4.conv1", "b8", "b8.conv0", "b8.conv1"):
        assert state[f"synthesis.{key}.resample_filter"].shape == (4, 4)
    assert "synthesis.b8.torgb.resample_filter" not in state


def test_multiplier_and_clamp_come_from_config(tmp_path: Path) -> None:
    generator = tiny_stylegan2(mapping_lr=0.1, conv_clamp=2.5)
    notes = bare_stylegan.write(generator, tmp_path / "net.pth")
    assert "lr_multiplier=0.1" in notes[0] and "conv_clamp=2.5" in notes[0]
    config = {"mapping": {"lr_multiplier": 0.1}, "conv_clamp": 2.5}
    again = ganpaint.open_model(tmp_path / "net.pth", config)
    z, c = torch.randn(1, 8), torch.eye(3)[:1]
    assert torch.equal(again.synthesize(again.map(z, c)), generator.synthesize(generator.map(z, c)))
    assert "multiplier 0.1 and clamp 2.5" in again.info.notes[0]


def test_prefixes_nesting_and_safetensors(tmp_path: Path) -> None:
    generator = tiny_stylegan2()
    state = {key: value.clone() for key, value in generator.state_dict().items()}
    torch.save({"G_ema": state}, tmp_path / "nested.pth")
    torch.save({f"module.{key}": value for key, value in state.items()}, tmp_path / "module.pth")
    save_file({f"G_ema.{k}": v for k, v in state.items()}, tmp_path / "bare.safetensors")
    for name in ("nested.pth", "module.pth", "bare.safetensors"):
        assert ganpaint.open_model(tmp_path / name).info.hash == generator.info.hash


def test_a_missing_mean_of_w_is_computed(tmp_path: Path) -> None:
    state = dict(tiny_stylegan2().state_dict())
    del state["mapping.w_avg"]
    torch.save(state, tmp_path / "net.pth")
    assert "no mean of w" in " ".join(ganpaint.open_model(tmp_path / "net.pth").info.notes)


@pytest.mark.parametrize(
    "gone",
    [
        "synthesis.b16.torgb.weight",
        "synthesis.b8.conv0.weight",
        "mapping.fc0.weight",
        "mapping.fc1.bias",
        "synthesis.b4.conv1.affine.weight",
        "synthesis.b16.conv1.weight",
    ],
)
def test_missing_weights_are_an_error(gone: str, tmp_path: Path) -> None:
    state = dict(tiny_stylegan2().state_dict())
    del state[gone]
    torch.save(state, tmp_path / "net.pth")
    with pytest.raises(BadModel):
        ganpaint.open_model(tmp_path / "net.pth")


def test_bundle_to_state_dict_to_bundle(tmp_path: Path) -> None:
    generator = tiny_stylegan2()
    bare_stylegan.write(generator, tmp_path / "net.pth")
    tensors, manifest = bundle.parts_of(ganpaint.open_model(tmp_path / "net.pth"))
    path = bundle.write_bundle(tmp_path / "again", tensors, manifest, half=False)
    assert ganpaint.open_model(path).info.hash == generator.info.hash


def test_other_families_are_not_written(tmp_path: Path) -> None:
    class Other(Generator):
        info = tiny_stylegan2().info

    with pytest.raises(BadRequest):
        bare_stylegan.write(Other(), tmp_path / "net.pth")
