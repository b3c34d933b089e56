"""Adam of many starts: the formula, the independence of rows, the schedule."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import torch

from ganpaint.engine.optimisers import OPTIMISERS
from ganpaint.engine.optimisers.adam import Adam, schedule

ALL = torch.ones(3, dtype=torch.bool)


def reference(gradients: np.ndarray, rate: float) -> np.ndarray:
    """Kingma and Ba, Algorithm 1, in float64: the sum of all updates."""
    mean = square = moved = np.zeros(gradients.shape[1:])
    for t, g in enumerate(gradients, 1):
        mean = 0.9 * mean + 0.1 * g
        square = 0.999 * square + 0.001 * g * g
        moved = moved + rate * (mean / (1 - 0.9**t)) / (np.sqrt(square / (1 - 0.999**t)) + 1e-8)
    return moved


def test_it_is_in_the_table() -> None:
    assert Adam in OPTIMISERS


def test_updates_follow_the_published_algorithm() -> None:
    gradients = torch.randn(40, 3, 5, generator=torch.Generator().manual_seed(0))
    adam = Adam(gradients[0], betas=(0.9, 0.999))
    moved = sum(adam.update(g, 0.1, ALL) for g in gradients)
    assert np.allclose(moved, reference(gradients.double().numpy(), 0.1), atol=1e-5)


def test_a_resting_row_keeps_its_state_and_the_others_do_not_notice() -> None:
    gradients = torch.randn(20, 3, 5, generator=torch.Generator().manual_seed(1))
    together, alone = Adam(gradients[0]), Adam(gradients[0])
    for i, g in enumerate(gradients):
        moving = ALL.clone()
        moving[1] = i != 7
        broken = g.clone()
        broken[1] = g[1] if i != 7 else float("nan")
        ours, theirs = together.update(broken, 0.1, moving), alone.update(g, 0.1, ALL)
        assert torch.equal(ours[[0, 2]], theirs[[0, 2]])
    assert together.count.tolist() == [20, 19, 20]
    assert together.mean.isfinite().all()


def test_forgetting_halves_the_step_of_one_row_only() -> None:
    gradient = torch.ones(3, 2)
    adam = Adam(gradient)
    for _ in range(5):
        adam.update(gradient, 0.1, ALL)
    adam.forget(torch.tensor([False, True, False]))
    moved = adam.update(gradient, 0.1, ALL)
    assert torch.allclose(moved[0], torch.tensor(0.1), atol=1e-4)
    assert torch.allclose(moved[1], torch.tensor(0.05), atol=1e-4)


def test_the_schedule_rises_stays_and_falls() -> None:
    rates = [schedule(k, 100, 0.3) for k in range(100)]
    assert 0 < rates[0] < 0.05
    assert rates[30] == pytest.approx(0.3)
    assert rates[70] == pytest.approx(0.3)
    assert all(a >= b for a, b in pairwise(rates[75:]))
    assert 0 < rates[-1] < 0.01
