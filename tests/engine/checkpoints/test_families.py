"""Tables of the other families: bundles there and back, contradictions named in time."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

import ganpaint
from ganpaint.engine.checkpoints import answer, describe, read_model, write_model
from ganpaint.engine.checkpoints.build import build
from ganpaint.engine.generators.base import Generator
from ganpaint.errors import BadModel, BadRequest

FILES = (
    "stylegan3/t-32.pkl",
    "stylegan3/r-32-cond.pkl",
    "stylegan3/t-16-odd.pkl",
    "biggan_deep/deep-16",
    "biggan_ajbrock/hier-32.pth",
    "biggan_ajbrock/unshared-mybn-32.pth",
    "biggan_ajbrock/deep-32.pth",
    "dcgan/plain-64.pth",
    "dcgan/dataparallel-16-gray.pth",
)


def picture(generator: Generator) -> torch.Tensor:
    info = generator.info
    z = torch.randn(1, info.z_dim, generator=torch.Generator().manual_seed(1))
    c = torch.eye(info.c_dim)[:1] if info.c_dim else None
    with torch.no_grad():
        if info.num_ws:
            return generator.synthesize(generator.map(z, c, 0.7))
        return generator.generate(z, c)


@pytest.mark.parametrize("name", FILES)
def test_bundles_there_and_back(name: str, shared: Path, tmp_path: Path) -> None:
    generator = ganpaint.open_model(shared / "parity" / "fixtures" / name)
    assert write_model(generator, tmp_path / "n.safetensors", "ganpaint-float32") == []
    again = ganpaint.open_model(tmp_path / "n.safetensors")
    assert again.info.hash == generator.info.hash
    assert again.info.family == generator.info.family
    assert torch.equal(picture(again), picture(generator))
    again_half = write_model(generator, tmp_path / "half.safetensors")
    assert "half precision" in again_half[0]
    assert torch.allclose(
        picture(ganpaint.open_model(tmp_path / "half.safetensors")), picture(generator), atol=0.1
    )


@pytest.mark.parametrize("name", FILES)
def test_other_forms_refuse_other_families(name: str, shared: Path, tmp_path: Path) -> None:
    generator = ganpaint.open_model(shared / "parity" / "fixtures" / name)
    forms = ("rosinality",) if "stylegan3" in name else ("rosinality", "nvidia")
    for form in forms:
        with pytest.raises(BadRequest):
            write_model(generator, tmp_path / "n.pt", form)


def spoiled(path: Path, change: Callable[[dict[str, Any]], Any]) -> None:
    loaded = read_model(path)
    loaded.table = copy.deepcopy(loaded.table)
    change(loaded.table)
    with pytest.raises(BadModel) as caught:
        build(loaded, "net.toml")
    assert "net.toml" in str(caught.value)
    assert len(str(caught.value)) <= 220


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t.update(resolution=64),
        lambda t: t.update(resolution=48),
        lambda t: t.update(channels=1),
        lambda t: t.update(w_dim=0),
        lambda t: t.update(layers=[]),
        lambda t: t.update(layers=3),
        lambda t: t["layers"].pop(),
        lambda t: t["layers"].reverse(),
        lambda t: t["layers"].append(3),
        lambda t: t["layers"][0].update(name="../x"),
        lambda t: t["layers"][0].update(name=3),
        lambda t: t["layers"][0].update(padding=[0, 0]),
        lambda t: t["layers"][0].update(padding=[1]),
        lambda t: t["layers"][0].update(padding=["a", "b"]),
        lambda t: t["layers"][0].update(up_factor=0),
        lambda t: t["layers"][0].update(up_factor=10**6),
        lambda t: t["layers"][0].update(in_size=20),
        lambda t: t["layers"][1].update(out_size=20),
        lambda t: t["layers"][1].update(in_channels=3),
        lambda t: t["layers"][0].update(is_torgb=True),
        lambda t: t["layers"][-1].update(is_torgb=False),
        lambda t: t["input"].update(size=8),
        lambda t: t["input"].update(bandwidth=100.0),
        lambda t: t["input"].update(channels=0),
        lambda t: t.update(input=3),
        lambda t: t.update(output_scale=float("nan")),
        lambda t: t["mapping"].update(layers=0),
    ],
)
def test_stylegan3_must_join_up(change: Any, shared: Path) -> None:
    spoiled(shared / "parity/fixtures/stylegan3/t-32.pkl", change)


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t.update(resolution=64),
        lambda t: t.update(layers=[]),
        lambda t: t["layers"].reverse(),
        lambda t: t["layers"][0].append(1),
        lambda t: t.update(n_stats=1),
        lambda t: t.update(n_stats=10**9),
        lambda t: t.update(z_dim=0),
        lambda t: t.update(channel_width=1),
        lambda t: t.update(attention_layer_position=50),
    ],
)
def test_biggan_deep_must_join_up(change: Any, shared: Path) -> None:
    spoiled(shared / "parity/fixtures/biggan_deep/deep-16", change)


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t.update(resolution=64),
        lambda t: t.update(z_dim=33),
        lambda t: t.update(shared_dim=0),
        lambda t: t.update(hierarchical=False),
        lambda t: t.update(deep=True),
        lambda t: t.update(attention=[7]),
        lambda t: t.update(attention=3),
        lambda t: t.update(c_dim=0),
        lambda t: t.update(bn_eps="x"),
    ],
)
def test_biggan_must_join_up(change: Any, shared: Path) -> None:
    spoiled(shared / "parity/fixtures/biggan_ajbrock/hier-32.pth", change)


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t.update(resolution=32),
        lambda t: t.update(resolution=128),
        lambda t: t.update(z_dim=7),
        lambda t: t.update(c_dim=3),
        lambda t: t.update(channels=1),
    ],
)
def test_dcgan_must_join_up(change: Any, shared: Path) -> None:
    spoiled(shared / "parity/fixtures/dcgan/plain-64.pth", change)


def test_questions_are_asked_once(shared: Path) -> None:
    path = shared / "parity/fixtures/dcgan/onehot-32.pth"
    assert describe(path)["questions"] == ["c_dim"]
    with pytest.raises(BadRequest, match="nothing to be asked"):
        answer(path, {"colour": 5})
    with pytest.raises(BadModel):
        answer(path, {"c_dim": 500})
    answer(path, {"c_dim": 5})
    found = describe(path)
    assert (found["questions"], found["c_dim"], found["z_dim"]) == ([], 5, 14)
    biggan = shared / "parity/fixtures/biggan_ajbrock/hier-32.pth"
    assert describe(biggan)["questions"] == ["BN_eps"]
    answer(biggan, {"BN_eps": 1e-3})
    assert read_model(biggan).table["bn_eps"] == 1e-3
    with pytest.raises(BadRequest):
        answer("cats-64", {"c_dim": 3})
