"""Starts that do not disturb each other, failures that are survived (METHODS 0.2, 1.12)."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch

from ganpaint.engine import descent as module
from ganpaint.engine.descent import Descent
from ganpaint.engine.objective import Objective, Point, Term
from ganpaint.engine.optimisers.adam import schedule
from ganpaint.engine.starts import Wanted, candidates
from ganpaint.latent import Space
from tests.engine.searching import calibration, objective, tiny

STEPS = 40
Fault = Callable[[Descent, torch.Tensor, torch.Tensor], torch.Tensor]


def descending(count: int = 4, space: Space = Space.W_PLUS, fault: Fault | None = None) -> Descent:
    """A descent of `count` starts; `fault` may spoil the losses of rows."""
    variables, u = candidates(tiny(), calibration(), space, Wanted(samples=count))
    holder: list[Descent] = []

    def measure(point: Point) -> torch.Tensor:
        loss = objective().terms[0].measure(point)
        return fault(holder[0], loss, point.rows) if fault else loss

    made = Descent(variables, u, Objective((Term("l2", 1.0, measure), objective().terms[1])))
    holder.append(made)
    return made


def spoiled(loss: torch.Tensor, hit: torch.Tensor, factor: float) -> torch.Tensor:
    """Losses and gradients of the rows hit, times a factor."""
    return loss * torch.where(hit, torch.full_like(loss, factor), torch.ones_like(loss))


def ran(made: Descent, steps: int = STEPS) -> Descent:
    for step in range(steps):
        for _ in made.one_step(schedule(step, steps, made.variables.rate)):
            continue
    for _ in made.look_back():
        continue
    return made


@pytest.mark.parametrize("space", [Space.Z, Space.W, Space.W_PLUS])
def test_it_goes_down_and_keeps_the_best(space: Space) -> None:
    done = ran(descending(space=space))
    first = torch.tensor(done.totals[0])
    assert (done.best < 0.9 * first).all()
    again = done.objective.evaluate(Point.at(done.variables, done.best_u)).total
    assert torch.allclose(again.double(), done.best, rtol=1e-4)


def test_starts_end_where_each_would_end_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    together = ran(descending(8), 50)
    whole = descending(8)
    for i in range(8):
        row = slice(i, i + 1)
        alone = ran(Descent(whole.variables.rows(row), whole.u[row], whole.objective), 50)
        # a batch's convolutions round differently from a single picture's, and Adam carries that on
        assert torch.allclose(alone.best_u[0], together.best_u[i], atol=2e-3)


@pytest.mark.behaviour("F10")
def test_one_nan_leaves_the_other_starts_the_same_bit_for_bit() -> None:
    def fault(made: Descent, loss: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
        return spoiled(loss, (rows == 2) & (made.step == 30), math.nan)

    broken, sound = ran(descending(fault=fault)), ran(descending())
    others = [0, 1, 3]
    assert torch.equal(broken.u[others], sound.u[others])
    assert torch.equal(broken.best_u[others], sound.best_u[others])
    assert broken.strikes.tolist() == [0, 0, 1, 0]
    assert broken.adam.factor.tolist() == [1, 1, 0.5, 1]
    assert broken.u.isfinite().all()
    assert "Start 3 became unstable at step 31" in broken.notes[0]


@pytest.mark.behaviour("F10")
def test_after_three_failures_a_start_is_given_up_and_its_best_is_kept() -> None:
    def fault(made: Descent, loss: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
        return spoiled(loss, (rows == 0) & (made.step >= 12), math.inf)

    done = ran(descending(fault=fault))
    assert done.strikes[0] == module.STRIKES
    assert done.alive.tolist() == [False, True, True, True]
    assert done.best[0].isfinite()
    assert done.best_step[0] <= 12
    assert torch.tensor(done.totals[-1])[0].isnan()
    assert "given up" in done.notes[-1]


def test_an_exploding_start_is_put_back() -> None:
    def fault(made: Descent, loss: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
        return spoiled(loss, (rows == 1) & (made.step >= 10), 1e4)

    done = ran(descending(fault=fault))
    assert done.strikes.tolist()[1] >= 1
    assert done.strikes.tolist()[0] == 0


def test_one_wild_gradient_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    def fault(made: Descent, loss: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
        return spoiled(loss, rows * 0 + made.step == 20, 1e6)

    done = ran(descending(fault=fault))
    assert (done.best < torch.tensor(done.totals[19]) * 1.05).all()
    monkeypatch.setattr(module, "CLIP", 1e12)
    unlimited = ran(descending(fault=fault))
    assert float(done.totals[30].mean()) < float(unlimited.totals[30].mean())


def test_a_large_batch_is_computed_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = ran(descending(), 10)
    monkeypatch.setattr(module, "PIXELS_AT_ONCE", 16 * 16)
    parts = descending()
    assert len(list(parts.one_step(schedule(0, 10, parts.variables.rate)))) == 3
    parts = ran(descending(), 10)
    assert torch.allclose(parts.best_u, whole.best_u, atol=1e-4)


def test_opening_the_layers_keeps_pictures_and_moments() -> None:
    made = descending(space=Space.W)
    for step in range(10):
        list(made.one_step(schedule(step, STEPS, 0.3)))
    before, _ = made.variables.pictures(made.u)
    mean = made.adam.mean.clone()
    made.open_layers()
    after, _ = made.variables.pictures(made.u)
    assert made.u.shape[1] == tiny().info.num_ws
    assert torch.allclose(before, after, atol=1e-5)
    assert torch.equal(made.adam.mean[:, 3], mean[:, 0])


def test_settling_makes_the_leader_better_and_touches_no_other() -> None:
    made = descending()
    for step in range(15):
        list(made.one_step(schedule(step, STEPS, 0.3)))
    best, leader = made.best.clone(), made.leader
    made.settle(0.3)
    assert made.best[leader] < best[leader]
    others = [i for i in range(4) if i != leader]
    assert torch.equal(made.best[others], best[others])
