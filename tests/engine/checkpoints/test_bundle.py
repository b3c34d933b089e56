"""Our own form: round trips, manifests that do not fit, and files that lost their companion."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import ganpaint
from ganpaint.engine.checkpoints import bundle
from ganpaint.errors import BadModel, BadRequest, BrokenModel
from tests.models import tiny_stylegan2


@pytest.fixture
def model(tmp_path: Path) -> Path:
    generator = tiny_stylegan2()
    tensors, manifest = bundle.parts_of(generator)
    manifest["data"] = {"name": "noise", "licence": "CC0-1.0", "images": 7}
    return bundle.write_bundle(tmp_path / "tiny", tensors, manifest, half=False)


def test_full_precision_round_trip_is_bit_identical(model: Path) -> None:
    generator, again = tiny_stylegan2(), ganpaint.open_model(model)
    for key, value in generator.state_dict().items():
        assert torch.equal(again.state_dict()[key], value), key
    assert again.info.hash == generator.info.hash
    assert (again.info.name, again.info.path, again.info.licence) == ("tiny", model, "CC0-1.0")
    tensors, manifest = bundle.parts_of(again)
    second = bundle.write_bundle(model.with_name("second"), tensors, manifest, half=False)
    assert ganpaint.open_model(second).info.hash == generator.info.hash


def test_half_precision_is_half_the_size_and_stable(tmp_path: Path, model: Path) -> None:
    tensors, manifest = bundle.parts_of(tiny_stylegan2())
    small = bundle.write_bundle(tmp_path / "half.safetensors", tensors, manifest)
    assert small.stat().st_size < 0.7 * model.stat().st_size
    once = ganpaint.open_model(small)
    twice = bundle.write_bundle(tmp_path / "again", bundle.parts_of(once)[0], manifest)
    assert ganpaint.open_model(twice).info.hash == once.info.hash
    record = tomllib.loads(small.with_suffix(".toml").read_text())
    assert record["files"]["content"] == once.info.hash
    assert record["files"]["parameters"] > 0


def test_every_way_to_name_a_bundle(model: Path, home: Path) -> None:
    known = ganpaint.open_model(model).info.hash
    assert ganpaint.open_model(str(model)).info.hash == known
    assert ganpaint.open_model(model.with_suffix(".toml")).info.hash == known
    from ganpaint.paths import models_dir

    for file in (model, model.with_suffix(".toml")):
        (models_dir() / file.name).write_bytes(file.read_bytes())
    assert ganpaint.open_model("tiny").info.hash == known


def test_a_lone_file_is_still_known(model: Path) -> None:
    model.with_suffix(".toml").unlink()
    lone = model.rename(model.with_name("renamed.safetensors"))
    again = ganpaint.open_model(lone)
    assert again.info.hash == tiny_stylegan2().info.hash
    assert again.info.class_names == ("class 0", "class 1", "class 2")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("format = 1", "format = 2", "newer ganpaint"),
        ("format = 1", "", "format is missing"),
        ('name = "tiny"', 'name = "other"', "not the file's name"),
        ('family = "stylegan2"', 'family = "vae"', "family"),
        ("[generator]", "[gen]", "generator is missing"),
        ('names = ["class 0", ', "names = [", "2 class names for 3 classes"),
        ('names = ["class 0", ', "names = [7, ", "not texts"),
        ('"tiny.safetensors"', '"../tiny.safetensors"', "no file beside it"),
        ('"tiny.safetensors"', '"/etc/passwd"', "no file beside it"),
        ('"tiny.safetensors"', '"tiny.pkl"', "no safetensors file"),
        ("c_dim = 3", "c_dim = 4", "class names for 4"),
        ("w_dim = 10", "w_dim = 11", "shape"),
        ("resolution = 16", "resolution = 32", "missing"),
        ("z_dim = 8", "z_dim = 'eight'", "z_dim"),
        ("bytes = ", "bytes = 9", "cut off"),
        ('sha256 = "', 'sha256 = "0', "not those of its description"),
        ("[generator]", "[generator", "not a model's description"),
    ],
)
def test_manifests_that_do_not_fit(old: str, new: str, says: str, model: Path) -> None:
    path = model.with_suffix(".toml")
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(BadModel) as caught:
        ganpaint.open_model(model)
    assert says in str(caught.value)
    assert len(str(caught.value)) <= 220


def test_unknown_keys_are_kept_and_ignored(model: Path) -> None:
    path = model.with_suffix(".toml")
    path.write_text(path.read_text() + "\n[future]\nkey = 1\n")
    assert ganpaint.open_model(model).info.name == "tiny"


@pytest.mark.behaviour("X20")
def test_a_cut_bundle(model: Path) -> None:
    data = model.read_bytes()
    model.write_bytes(data[:-100])
    with pytest.raises(BrokenModel):
        ganpaint.open_model(model)


def test_numbers_beyond_half_precision_are_refused_by_name(tmp_path: Path) -> None:
    tensors, manifest = bundle.parts_of(tiny_stylegan2())
    tensors["G_ema.mapping.w_avg"] = torch.full((10,), 1e6)
    with pytest.raises(BadRequest, match=r"mapping\.w_avg"):
        bundle.write_bundle(tmp_path / "n", tensors, manifest)
    assert not list(tmp_path.iterdir())


text = st.text(st.characters(codec="utf-8"), max_size=12)
value = st.booleans() | st.integers(-(2**40), 2**40) | st.floats(allow_nan=False) | text


@given(
    st.dictionaries(
        text,
        value
        | st.lists(value, max_size=3)
        | st.dictionaries(text, value | st.dictionaries(text, value, max_size=2), max_size=3),
        max_size=4,
    )
)
def test_toml_comes_back(record: dict[str, object]) -> None:
    assert tomllib.loads(bundle.to_toml(record)) == record


@pytest.mark.parametrize("name", ["cats-64", "fruits-64"])
def test_reference_models_give_the_reference_numbers(
    name: str, shared: Path, tmp_path: Path
) -> None:
    """The young models of the reference data, in the bundled ones' form: those train on."""
    from safetensors.torch import load_file

    from ganpaint.paths import resource

    record = tomllib.loads(resource("models", f"{name}.toml").read_text())
    tensors = load_file(shared / "models" / f"{name}.safetensors")
    generator = ganpaint.open_model(bundle.write_bundle(tmp_path / name, tensors, record))
    reference = np.load(shared / "models" / f"{name}-ref.npz")
    z, c = (torch.from_numpy(reference[key].astype(np.float32)) for key in "zc")
    images = torch.from_numpy(reference["images"].astype(np.float32))
    with torch.no_grad():
        ws = generator.map(z, c)
        found = generator.synthesize(ws)
        assert generator.discriminator is not None
        logits = generator.discriminator.logits(images, c)
    np.testing.assert_allclose(ws[:, 0].numpy(), reference["w"], atol=1e-5)
    np.testing.assert_allclose(found.numpy(), reference["images"], atol=5e-5)
    np.testing.assert_allclose(logits.numpy(), reference["logits"], atol=5e-5)


@pytest.mark.parametrize("name", ["cats-64", "fruits-64"])
def test_the_bundled_manifests_are_complete(name: str) -> None:
    from ganpaint.paths import resource

    record = tomllib.loads(resource("models", f"{name}.toml").read_text())
    for table in ("generator", "discriminator", "classes", "data", "training", "quality", "files"):
        assert record[table], table
    assert record["data"]["licence"] and record["data"]["source"] and record["data"]["images"]
    info = ganpaint.open_model(name).info
    assert info.hash == record["files"]["content"]
    assert info.parameters > 1_000_000
