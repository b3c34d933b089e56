"""A network is built whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from ganpaint.engine.checkpoints import bundle, read_model
from ganpaint.engine.checkpoints.build import build
from ganpaint.engine.checkpoints.layout import Layout
from ganpaint.engine.checkpoints.loaded import Loaded
from ganpaint.engine.checkpoints.tables import stylegan2_config
from ganpaint.engine.generators.stylegan2 import StyleGAN2Generator
from ganpaint.errors import BadModel, BrokenModel, Refused
from ganpaint.model_info import Capability
from tests.models import tiny_stylegan2


def loaded(**changes: object) -> Loaded:
    generator = tiny_stylegan2(**changes)  # type: ignore[arg-type]
    tensors, manifest = bundle.parts_of(generator)
    tensors = {name: tensor.clone() for name, tensor in tensors.items()}
    return Loaded("stylegan2", manifest["generator"], tensors, manifest["discriminator"])


def test_what_comes_out_is_frozen_and_the_same() -> None:
    generator = tiny_stylegan2()
    built = build(loaded(), "net")
    assert not built.training
    assert not any(p.requires_grad for p in built.parameters())
    z, c = torch.randn(2, 8), torch.eye(3)[:2]
    assert torch.equal(built.synthesize(built.map(z, c)), generator.synthesize(generator.map(z, c)))
    assert built.discriminator is not None and generator.discriminator is not None
    images = torch.randn(2, 3, 16, 16)
    assert torch.equal(
        built.discriminator.logits(images, c), generator.discriminator.logits(images, c)
    )
    assert built.info.hash == generator.info.hash
    assert built.info.can(Capability.DISCRIMINATOR)
    assert built.info.class_names == ("class 0", "class 1", "class 2")


def test_missing_unknown_and_misshapen_weights_are_named() -> None:
    for change, says in (
        ("gone", "is missing"),
        ("more", "layer of another family"),
        ("other", "has the shape"),
    ):
        found = loaded()
        key = "G_ema.synthesis.b16.conv0.affine.weight"
        if change == "gone":
            del found.tensors[key]
        elif change == "more":
            found.tensors["G_ema.synthesis.b16.conv7.weight"] = torch.ones(1)
        else:
            found.tensors[key] = torch.ones(2, 2)
        with pytest.raises(BadModel, match=says) as caught:
            build(found, "net.pkl")
        assert '"net.pkl"' in str(caught.value)
        assert len(str(caught.value)) <= 220


def test_two_swapped_shapes() -> None:
    found = loaded()
    a, b = "G_ema.synthesis.b8.conv1.bias", "G_ema.synthesis.b16.conv1.bias"
    found.tensors[a], found.tensors[b] = found.tensors[b], found.tensors[a]
    with pytest.raises(BrokenModel, match="has the shape"):
        build(found, "net.pkl")


def test_superfluous_filters_are_passed_over_and_missing_ones_rebuilt() -> None:
    found = loaded()
    assert not [name for name in found.tensors if name.endswith("resample_filter")]
    found.tensors["G_ema.synthesis.b4.conv1.resample_filter"] = torch.ones(4, 4)
    build(found, "net")


def test_classes_without_an_embedding() -> None:
    found = loaded()
    del found.tensors["G_ema.mapping.embed.weight"]
    with pytest.raises(BrokenModel, match=r"mapping\.embed\.weight"):
        build(found, "net")


def test_numbers_that_are_not_finite_load_with_a_note() -> None:
    found = loaded()
    found.tensors["G_ema.mapping.fc0.bias"][0] = float("nan")
    notes = build(found, "net").info.notes
    assert len(notes) == 1
    assert "mapping.fc0.bias" in notes[0]


def test_facts_come_from_the_file() -> None:
    found = loaded()
    found.facts = {
        "name": "cats",
        "title": "Cats",
        "licence": "CC0",
        "class_names": ("a", "b", "c"),
        "frame_center": (0.4, 0.5),
    }
    info = build(found, "net").info
    assert (info.name, info.title, info.licence) == ("cats", "Cats", "CC0")
    assert info.class_names == ("a", "b", "c")
    assert info.frame_center == (0.4, 0.5)
    found.facts["class_names"] = ("too", "few")
    assert build(found, "net").info.class_names == ("class 0", "class 1", "class 2")


def test_unknown_families_are_refused() -> None:
    found = loaded()
    found.family = "vae"
    with pytest.raises(Refused, match="vae"):
        build(found, "net")


def test_whole_numbers_are_no_weights() -> None:
    found = loaded()
    found.tensors["G_ema.mapping.fc0.bias"] = torch.ones(10, dtype=torch.int64)
    with pytest.raises(BrokenModel, match=r"mapping\.fc0\.bias.* holds no real numbers"):
        build(found, "net")


@pytest.mark.parametrize(
    ("file", "key"),
    [
        ("stylegan3/t-32.pkl", "magnitude_ema"),
        ("dcgan/plain-64.pth", "running_var"),
        ("biggan_deep/deep-16", "running_vars"),
        ("biggan_ajbrock/hier-32.pth", "stored_var"),
    ],
)
def test_negative_variances_are_damage(file: str, key: str, shared: Path) -> None:
    found = read_model(shared / "parity" / "fixtures" / file)
    name = next(name for name in found.tensors if name.endswith(key))
    found.tensors[name] = found.tensors[name] - 100
    with pytest.raises(BrokenModel, match="negative"):
        build(found, "net")


def test_a_network_of_1024_px_by_shape_only() -> None:
    found = loaded(resolution=8)
    tensors = {
        f"synthesis.b{2**k}.conv1.weight": torch.empty(min(32768 // 2**k, 512), 1, device="meta")
        for k in range(2, 11)
    }
    tensors["mapping.fc0.weight"] = torch.empty(512, 512, device="meta")
    table = found.table | {"resolution": 1024, "c_dim": 0, "z_dim": 512, "w_dim": 512}
    config = stylegan2_config("net", table, tensors)
    with Layout():
        network = StyleGAN2Generator(config)
    assert network.info.num_ws == 18
    state = network.state_dict()
    assert state["synthesis.b1024.conv1.weight"].shape == (32, 32, 3, 3)
    assert state["synthesis.b1024.conv0.weight"].shape == (32, 64, 3, 3)
    assert state["synthesis.b1024.conv0.noise_const"].shape == (1024, 1024)
    assert 25_000_000 < network.info.parameters < 35_000_000
