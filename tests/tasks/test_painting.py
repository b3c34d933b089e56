"""What the painting tasks share."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ganpaint.errors import BadRequest
from ganpaint.picture.frame import Frame
from ganpaint.picture.photo import Photo
from ganpaint.tasks.painting import (
    class_row,
    figures,
    likeness_terms,
    regularising_terms,
    target_of,
)
from ganpaint.tasks.studio import Studio
from tests.engine.searching import target


def test_the_target_is_the_photo_in_the_frame(
    studio: Studio, model: str, photo: Photo, frame: Frame
) -> None:
    opened = studio._shelf.models[model]
    seen, weights = target_of(photo, frame, None, opened)
    assert (seen - target().clamp(-1, 1)).abs().max() < 0.005
    assert bool((weights == 1).all())
    _, half = target_of(photo, Frame(0.0, 16.0, 16.0), None, opened)
    assert float(half.sum()) == pytest.approx(128)


def test_a_transparent_photo_weighs_by_its_alpha(studio: Studio, model: str, frame: Frame) -> None:
    pixels = np.full((32, 40, 4), 200, np.uint8)
    pixels[:, :20, 3] = 0
    pixels[:, 20:, 3] = 255
    opened = studio._shelf.models[model]
    _, weights = target_of(Photo.make(pixels, "RGBA"), frame, None, opened)
    assert float(weights.sum()) == pytest.approx(128)


def test_terms_by_name_and_weight(studio: Studio, model: str) -> None:
    opened = studio._shelf.models[model]
    goal = target()
    terms = likeness_terms(opened, (("l1", 2.0), ("l2", 0.0)), goal, goal[:, :1] * 0 + 1)
    assert [(t.name, t.weight) for t in terms] == [("l1", 2.0)]
    assert opened.loss("l1") is opened.loss("l1")
    rest = regularising_terms(opened, (("prior", 0.1), ("spread", 0.0)))
    assert [t.name for t in rest] == ["prior"]
    with pytest.raises(BadRequest, match="no loss"):
        likeness_terms(opened, (("magic", 1.0),), goal, goal[:, :1] * 0 + 1)


def test_class_weights_become_shares(studio: Studio, model: str) -> None:
    opened = studio._shelf.models[model]
    row = class_row(opened, (1.0, 3.0, 0.0))
    assert row is not None
    assert row.tolist() == [0.25, 0.75, 0]
    assert class_row(opened, None) is None
    with pytest.raises(BadRequest):
        class_row(opened, (0.0, 0.0, 0.0))


def test_figures_are_of_rounded_pictures(studio: Studio, model: str) -> None:
    opened = studio._shelf.models[model]
    goal = target().clamp(-0.9, 0.9)
    ones = torch.ones_like(goal[:, :1])
    same = figures(opened, goal, goal, ones)
    assert same["psnr"] > 100
    assert same["lpips"] == pytest.approx(0, abs=1e-4)
    levels = ((goal + 1) * 127.5).round() / 127.5 - 1
    off = figures(opened, levels + 4 / 127.5, levels, ones)
    assert off["psnr"] == pytest.approx(20 * np.log10(255 / 4), abs=0.01)
