"""rosinality's form: there and back again, bit by bit, and what it cannot hold."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import pytest
import torch

import ganpaint
from ganpaint.engine.checkpoints import bundle, rosinality
from ganpaint.errors import BadModel, BadRequest, BrokenModel, Refused
from tests.models import tiny_stylegan2


def network(**changes: Any) -> Any:
    shape = {"resolution": 16, "c_dim": 0, "z_dim": 10} | changes
    return tiny_stylegan2(**shape)


@pytest.mark.parametrize("resolution", [8, 16, 32])
def test_there_and_back_bit_by_bit(resolution: int, tmp_path: Path) -> None:
    generator = network(resolution=resolution)
    path = tmp_path / "net.pt"
    assert rosinality.write(generator, path) == []
    again = ganpaint.open_model(path)
    for key, value in generator.state_dict().items():
        assert torch.equal(again.state_dict()[key], value), key
    assert again.discriminator is not None
    for key, value in generator.discriminator.state_dict().items():
        assert torch.equal(again.discriminator.state_dict()[key], value), key
    assert again.info.hash == generator.info.hash
    assert not again.info.notes
    z = torch.randn(2, 10)
    ws = generator.map(z, None, 0.7)
    assert torch.equal(again.synthesize(again.map(z, None, 0.7)), generator.synthesize(ws))


def test_bundle_to_rosinality_to_bundle(tmp_path: Path) -> None:
    generator = network()
    tensors, manifest = bundle.parts_of(generator)
    first = bundle.write_bundle(tmp_path / "one", tensors, manifest, half=False)
    rosinality.write(ganpaint.open_model(first), tmp_path / "net.pt")
    tensors, manifest = bundle.parts_of(ganpaint.open_model(tmp_path / "net.pt"))
    second = bundle.write_bundle(tmp_path / "two", tensors, manifest, half=False)
    a, b = ganpaint.open_model(first), ganpaint.open_model(second)
    assert a.info.hash == b.info.hash
    for key, value in a.state_dict().items():
        assert torch.equal(b.state_dict()[key], value), key


def written(tmp_path: Path, **changes: Any) -> tuple[Any, dict[str, Any]]:
    """A network, and the object in its file, to be changed and saved again."""
    generator = network(**changes)
    state = generator.state_dict()
    config = generator.config
    pairs = rosinality.pairs(config.resolution, config.mapping_layers)
    table = {pair.theirs: pair.write(state[pair.ours]) for pair in pairs}
    return generator, {"g_ema": table, "latent_avg": state["mapping.w_avg"]}


def test_training_files_with_namespaces_and_optimisers(tmp_path: Path) -> None:
    generator, value = written(tmp_path)
    optimiser = torch.optim.Adam([torch.nn.Parameter(torch.ones(2))], 1e-3)
    value |= {
        "g": {key: tensor + 1 for key, tensor in value["g_ema"].items()},
        "g_optim": optimiser.state_dict(),
        "args": argparse.Namespace(size=16, latent=10, n_mlp=2),
        "ada_aug_p": 0.0,
    }
    for zip_ in (True, False):
        path = tmp_path / f"train-{zip_}.pt"
        torch.save(value, path, _use_new_zipfile_serialization=zip_)
        again = ganpaint.open_model(path)
        assert again.info.hash == generator.info.hash
        assert again.discriminator is None


def test_a_missing_mean_of_w_is_computed_once(tmp_path: Path, home: Path) -> None:
    generator, value = written(tmp_path)
    del value["latent_avg"]
    torch.save(value, tmp_path / "net.pt")
    again = ganpaint.open_model(tmp_path / "net.pt")
    z = torch.randn(4000, 10, generator=torch.Generator().manual_seed(3))
    mean = generator.map(z)[:, 0].mean(0)
    assert torch.allclose(again.state_dict()["mapping.w_avg"], mean, atol=0.1)
    assert "no mean of w" in again.info.notes[0]
    kept = list((home / "cache").glob("w-avg-*.npy"))
    assert len(kept) == 1
    kept[0].write_bytes(b"damaged")
    third = ganpaint.open_model(tmp_path / "net.pt")
    assert third.info.hash == again.info.hash


def test_older_names_prefixes_and_missing_noise(tmp_path: Path) -> None:
    generator, value = written(tmp_path)
    table = value["g_ema"]
    for key in [k for k in table if k.endswith(".activate.bias")]:
        table[key.replace(".activate", "")] = table.pop(key).reshape(1, -1, 1, 1)
    value["g_ema"] = {f"module.{key}": tensor for key, tensor in table.items()}
    torch.save(value, tmp_path / "net.pt")
    assert ganpaint.open_model(tmp_path / "net.pt").info.hash == generator.info.hash
    value["g_ema"] = {k: t for k, t in value["g_ema"].items() if "noises" not in k}
    torch.save(value, tmp_path / "net.pt")
    one, two = (ganpaint.open_model(tmp_path / "net.pt") for _ in range(2))
    assert one.info.hash == two.info.hash != generator.info.hash
    assert "no fixed noise" in one.info.notes[0]


def test_a_training_copy_or_a_bare_table_alone(tmp_path: Path) -> None:
    generator, value = written(tmp_path)
    torch.save({"g": value["g_ema"], "latent_avg": value["latent_avg"]}, tmp_path / "g.pt")
    again = ganpaint.open_model(tmp_path / "g.pt")
    assert again.info.hash == generator.info.hash
    assert "training copy" in again.info.notes[0]
    torch.save(value["g_ema"], tmp_path / "bare.pt")
    assert ganpaint.open_model(tmp_path / "bare.pt").info.resolution == 16


def test_faults_are_named(tmp_path: Path) -> None:
    def spoil(change: Any) -> BadModel:
        _, value = written(tmp_path)
        change(value)
        torch.save(value, tmp_path / "net.pt")
        with pytest.raises(BadModel) as caught:
            ganpaint.open_model(tmp_path / "net.pt")
        assert len(str(caught.value)) <= 220
        return caught.value

    gone = spoil(lambda v: v["g_ema"].pop("convs.1.conv.weight"))
    assert isinstance(gone, BrokenModel) and "convs.1.conv.weight" in str(gone)
    more = spoil(lambda v: v["g_ema"].update({"convs.1.attention": torch.ones(1)}))
    assert isinstance(more, Refused) and "convs.1.attention" in str(more)
    spoil(lambda v: v["g_ema"].update({"conv1.conv.weight": torch.ones(3)}))
    spoil(lambda v: v["g_ema"].update({"conv1.noise.weight": torch.ones(3)}))
    spoil(lambda v: v.update(latent_avg=torch.ones(3)))
    spoil(lambda v: v["g_ema"].pop("style.1.weight"))
    kernel = torch.rand(4, 4)
    spoil(lambda v: v["g_ema"].update({"convs.0.conv.blur.kernel": kernel}))
    spoil(lambda v: v["g_ema"].update({f"to_rgbs.{i}.bias": torch.ones(1) for i in range(40)}))


def test_another_discriminator_is_left_out(tmp_path: Path) -> None:
    _, value = written(tmp_path)
    value["d"] = {"convs.0.0.weight": torch.ones(2, 3, 1, 1)}
    torch.save(value, tmp_path / "net.pt")
    again = ganpaint.open_model(tmp_path / "net.pt")
    assert again.discriminator is None
    assert "discriminator is left out" in again.info.notes[0]


@pytest.mark.parametrize(
    "changes",
    [
        {"c_dim": 3},
        {"architecture": "resnet"},
        {"use_noise": False},
        {"z_dim": 8},
        {"mapping_lr": 0.1},
        {"layer_features": 7},
    ],
)
def test_what_their_code_has_not_is_not_written(changes: Any, tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="cannot hold"):
        rosinality.write(network(**changes), tmp_path / "net.pt")
    assert not list(tmp_path.iterdir())


def test_a_clamp_is_said_to_be_lost(tmp_path: Path) -> None:
    notes = rosinality.write(network(conv_clamp=256.0), tmp_path / "net.pt")
    assert "±256" in notes[0]


def test_published_fixtures(shared: Path) -> None:
    folder = shared / "parity" / "fixtures" / "stylegan2_rosinality"
    for path in sorted(folder.glob("*.pt")):
        info = ganpaint.open_model(path).info
        assert (info.family, info.c_dim) == ("stylegan2", 0)
