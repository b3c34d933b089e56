"""Settings of a run."""

from __future__ import annotations

import pytest

from ganpaint.training.recipe import Recipe


def test_the_weight_of_r1_follows_resolution_and_batch() -> None:
    assert Recipe(batch=16).r1_weight(64) == pytest.approx(0.0512)
    assert Recipe(batch=32).r1_weight(64) == pytest.approx(0.0256)
    assert Recipe(gamma=0.3).r1_weight(64) == 0.3
