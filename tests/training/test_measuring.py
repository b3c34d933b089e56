"""Measurements on the same codes and the same real pictures."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ganpaint.training import measuring
from ganpaint.training.distance import Distance
from ganpaint.training.folder import TrainingSet
from ganpaint.training.growth import grow
from ganpaint.training.measuring import Measured, Measuring, fakes, real_order, reals, sheet
from tests.training.conftest import trainer


def trunk(images: torch.Tensor) -> torch.Tensor:
    return images


def test_samples_are_the_same_every_time_and_follow_the_classes(data: TrainingSet) -> None:
    run = trainer(data)
    first, again, other = (torch.cat([*fakes(run, 40, seed)]) for seed in (1, 1, 2))
    assert first.shape == (40, 3, 16, 16)
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert first.abs().max() <= 1


def test_real_pictures_come_at_the_present_resolution(data: TrainingSet) -> None:
    run = trainer(data, resolution=8)
    (batch,) = reals(run, real_order(run, 100))
    assert batch.shape == (15, 3, 8, 8)


def test_a_sheet_has_the_same_number_of_columns_for_each_class(data: TrainingSet) -> None:
    pixels = sheet(trainer(data))
    assert pixels.shape == (4 * 16, 8 * 16, 3)
    assert np.array_equal(pixels, sheet(trainer(data)))


def test_what_is_known_of_real_pictures_is_kept_until_it_grows(
    data: TrainingSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = trainer(data, resolution=8)
    looked: list[int] = []

    def counted(*arguments: object) -> object:
        looked.append(run.resolution)
        return reals(*arguments)

    monkeypatch.setattr(measuring, "reals", counted)
    ruler = Measuring(run, trunk, samples=12, watch_copies=True)
    assert ruler.floor is None
    first, second = ruler.measure(), ruler.measure()
    assert first == second
    assert looked == [8] * 3  # features, looks, mirrored looks
    assert ruler.floor is not None
    list(grow(run, warm_up_steps=1))
    assert ruler.floor is None
    assert ruler.measure().resolution == 16
    assert looked == [8] * 3 + [16] * 3


def test_copies_are_nearer_than_unseen_pictures() -> None:
    distance = Distance(1.0, "KD-squeeze", 12)
    assert Measured(1, 16, distance, newness=0.5).copies
    assert not Measured(1, 16, distance, newness=1.0).copies
    assert not Measured(1, 16, distance).copies  # nobody looked
