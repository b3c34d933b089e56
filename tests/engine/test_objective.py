"""Objectives: one number a start, visible shares, no start feels another (METHODS 0.2)."""

from __future__ import annotations

import pytest
import torch

from ganpaint.engine.objective import Objective, Point
from ganpaint.engine.spaces import Whitened
from tests.engine.searching import calibration, objective, pixels, target, tiny


def point(count: int = 4) -> Point:
    c = torch.eye(3)[torch.arange(count) % 3]
    variables = Whitened(tiny(), calibration().gaussian(c, count), c)
    u = torch.randn(count, tiny().info.num_ws, 10, generator=torch.Generator().manual_seed(1))
    return Point.at(variables, u)


@pytest.mark.behaviour("F6")
def test_shares_sum_to_the_total() -> None:
    found = objective().evaluate(point())
    assert set(found.shares) == {"l2", "prior"}
    assert torch.allclose(sum(found.shares.values()), found.total, atol=1e-6)
    assert found.total.shape == (4,)


def test_likeness_leaves_the_regularisers_out() -> None:
    here = point()
    found = objective().evaluate(here)
    assert torch.equal(objective().likeness(here), found.shares["l2"])


def test_a_start_is_judged_alone() -> None:
    whole = objective().evaluate(point(4)).total
    rows = point(4)
    for i in range(4):
        single = Point.at(rows.variables.rows(slice(i, i + 1)), rows.u[i : i + 1])
        assert torch.allclose(objective().evaluate(single).total, whole[i], rtol=1e-5)


def test_weights_multiply() -> None:
    here = point()
    single = Objective((pixels(target(), 1.0),)).evaluate(here).total
    triple = Objective((pixels(target(), 3.0),)).evaluate(here).total
    assert torch.allclose(triple, 3 * single)
