"""Warm-up, what a model offers, what is in a file."""

from __future__ import annotations

import json

import pytest

from ganpaint.model_info import ModelInfo
from ganpaint.tasks.requests import InspectModel, OpenModel, WarmUp, finish
from ganpaint.tasks.studio import Studio
from tests.tasks.conftest import opened_in


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


def test_inspection_is_json(studio: Studio) -> None:
    found = json.loads(json.dumps(finish(InspectModel(opened_in(studio)), studio)))
    assert found["family"] == "stylegan2"
    assert found["classes"] == ["class 0", "class 1", "class 2"]
    assert found["tensors"][0]["shape"]
    assert {"mean", "std", "least", "greatest"} <= set(found["tensors"][0])
    assert found["discriminator"]
