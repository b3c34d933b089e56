"""The time left of a run that grows."""

from __future__ import annotations

import pytest

from ganpaint.engine.generators.stylegan2 import StyleGAN2Config
from ganpaint.training.networks import WIDTHS
from ganpaint.training.pace import Pace, cost, stage_ends
from ganpaint.training.recipe import Recipe

SHAPE = StyleGAN2Config(64, 256, 256, widths=WIDTHS)
RECIPE = Recipe(resolution=64, start_resolution=16, batch=8)


def test_stages_end_where_the_plan_says() -> None:
    assert stage_ends(RECIPE) == {16: 0.25, 32: 0.5, 64: 1.0}
    assert stage_ends(Recipe(resolution=64, start_resolution=64)) == {64: 1.0}
    assert list(stage_ends(Recipe(resolution=512, start_resolution=16))) == [
        16,
        32,
        64,
        128,
        256,
        512,
    ]


def test_the_cost_is_near_what_steps_took() -> None:
    """Measured on one core with float32: 29, 46, 67 and 101 ms a picture."""
    found = [cost(SHAPE, side) / cost(SHAPE, 16) for side in (32, 64, 128)]
    assert found == pytest.approx([1.56, 2.31, 3.45], rel=0.1)


def test_stages_to_come_take_longer_than_this_one() -> None:
    """At 16 px and 100 images a second the rest of 100,000 is more than 1,000 seconds away."""
    pace = Pace()
    assert pace.left(RECIPE, SHAPE, (0, 1e5), 0) is None
    pace.count(16, 8, 0.08)
    assert pace.per_second == pytest.approx(100)
    left = pace.left(RECIPE, SHAPE, (0, 1e5), 0)
    assert left is not None
    assert left == pytest.approx(1000 * 1.1 * (0.25 + 0.25 * 1.6 + 0.5 * 2.35), rel=0.1)
    nearly = pace.left(RECIPE, SHAPE, (9e4, 1e5), 0)
    assert nearly is not None and nearly < left / 3


def test_the_rate_is_of_the_present_resolution() -> None:
    pace = Pace()
    for _ in range(50):
        pace.count(16, 8, 0.08)
    pace.count(32, 8, 0.16)
    assert pace.per_second == pytest.approx(50)
