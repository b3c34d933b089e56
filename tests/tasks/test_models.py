"""Warm-up, what a model offers, what is in a file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ganpaint.engine.checkpoints.bundle import parts_of, write_bundle
from ganpaint.errors import BadRequest
from ganpaint.model_info import ModelInfo
from ganpaint.tasks.requests import ConvertModel, InspectModel, OpenModel, WarmUp, finish
from ganpaint.tasks.studio import Studio
from tests.models import tiny_stylegan2


def test_warming_up_returns_nothing(studio: Studio) -> None:
    assert finish(WarmUp(), studio) is None


def test_offers_say_what_can_be_chosen_and_why_not(studio: Studio, model: str) -> None:
    info = finish(OpenModel(model), studio)
    assert isinstance(info, ModelInfo)
    assert [o.name for o in info.offered("space")] == ["z", "w", "w+"]
    assert all(o.available for o in info.offered("space"))
    losses = {o.name: o for o in info.offered("loss")}
    assert losses["lpips"].available
    assert losses["discriminator"].available
    assert not losses["lpips-vgg"].available
    assert losses["lpips-vgg"].reason
    assert [o.name for o in info.offered("start")] == ["samples", "mean", "code"]
    assert all(o.title and o.sentence.endswith(".") for o in info.offers)


@pytest.mark.behaviour("F13")
def test_opening_times_a_step_so_that_the_first_estimate_is_no_guess(
    studio: Studio, model: str
) -> None:
    finish(OpenModel(model), studio)
    first = studio.estimate(model, 100, 4, 64)
    finish(OpenModel(model), studio)
    assert studio.estimate(model, 100, 4, 64) == first
    assert 0 < first < 60


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A tiny model as a bundle."""
    tensors, manifest = parts_of(tiny_stylegan2())
    return write_bundle(tmp_path / "tiny", tensors, manifest, half=False)


def test_inspection_is_json(studio: Studio, file: Path) -> None:
    found = json.loads(json.dumps(finish(InspectModel(str(file)), studio)))
    assert found["opened"]
    assert found["family"] == "stylegan2"
    assert found["class_names"] == ["class 0", "class 1", "class 2"]
    assert found["shapes"]
    assert {"group", "mean", "deviation", "least", "most"} <= set(found["statistics"][0])
    assert found["discriminator"]


@pytest.mark.behaviour("X18")
def test_inspection_of_a_hostile_file_names_what_it_asks_for(
    studio: Studio, tmp_path: Path
) -> None:
    path = tmp_path / "net.pkl"
    path.write_bytes(b"\x80\x02cos\nsystem\nX\x04\x00\x00\x00true\x85R.")
    found = finish(InspectModel(str(path)), studio)
    assert not found["opened"]
    assert found["asks_to_run"] == ["os.system"]


def test_a_converted_model_is_the_same_model(studio: Studio, file: Path, tmp_path: Path) -> None:
    path = tmp_path / "tiny.pth"
    done = finish(ConvertModel(str(file), path), studio)
    assert (done.path, done.family) == (path, "stylegan2")
    before, after = (finish(InspectModel(str(p)), studio) for p in (file, path))
    assert before["parameters"] == after["parameters"]
    with pytest.raises(BadRequest):
        finish(ConvertModel(str(file), tmp_path / "tiny.doc"), studio)
