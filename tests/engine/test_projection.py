"""The search as a whole: progress, pause, stop, the same seed, failures."""

from __future__ import annotations

import math
from collections.abc import Generator as Generating
from typing import Any

import pytest
import torch

from ganpaint.engine.objective import Objective, Point, Term
from ganpaint.engine.projection import Found, Settings, search
from ganpaint.engine.starts import Wanted
from ganpaint.errors import Diverged
from ganpaint.latent import Space
from ganpaint.progress import Progress, Step, Stop, Stopped
from tests.engine.searching import calibration, drained, objective, steps_of, target, tiny


def searching(
    space: Space = Space.W_PLUS,
    stop: Stop | None = None,
    goal: Objective | None = None,
    **wanted: Any,
) -> Generating[Progress, None, Found]:
    wanted = {"starts": 3, "samples": 12} | wanted
    settings = Settings(space, 30, Wanted(**wanted))
    return search(tiny(), calibration(), goal or objective(), settings, stop or Stop())


@pytest.mark.parametrize("space", [Space.Z, Space.W, Space.W_PLUS])
def test_it_finds_a_picture_that_the_model_painted(space: Space) -> None:
    found = drained(searching(space))
    code = found.candidates[0].code
    assert code.space is space
    assert code.model == tiny().info.hash
    assert found.steps == 30
    assert [c.loss for c in found.candidates] == sorted(c.loss for c in found.candidates)
    with torch.no_grad():
        error = (tiny().paint([code]) - target()).square().mean()
    assert float(error) < 0.6 * found.losses["l2"][0]


def test_w_first_then_every_layer() -> None:
    settings = Settings(Space.W_PLUS, 20, Wanted(starts=2, samples=4), global_share=0.5)
    seen, found = steps_of(search(tiny(), calibration(), objective(), settings, Stop()))
    spaces = [s.code.space for s in seen if isinstance(s, Step) and s.step]
    assert spaces == [Space.W] * 10 + [Space.W_PLUS] * 10
    assert found.candidates[0].code.space is Space.W_PLUS


@pytest.mark.behaviour("F2")
def test_progress_never_falls_and_has_words_and_time() -> None:
    seen, _ = steps_of(searching())
    done = [s.done for s in seen]
    assert done == sorted(done)
    assert done[-1] == 30 == seen[-1].total
    assert all(s.sentence for s in seen)
    left = [s.remaining for s in seen if s.remaining is not None]
    assert len(left) > 20
    assert left[-1] == 0
    seconds = [s.seconds for s in seen]
    assert seconds == sorted(seconds) and seconds[-1] > 0


@pytest.mark.behaviour("F1")
def test_the_first_step_already_has_a_picture() -> None:
    first = next(searching(samples=40))
    assert isinstance(first, Step)
    assert first.preview is not None
    assert first.preview.shape == (16, 16, 3)
    assert first.code is not None
    assert "16 of 40" in first.sentence


@pytest.mark.behaviour("F6")
def test_each_step_shows_the_shares_of_the_leader() -> None:
    seen, _ = steps_of(searching())
    for step in [s for s in seen if s.step]:
        total = step.start_losses[step.start]
        assert sum(step.losses.values()) == pytest.approx(total, rel=1e-6)
        assert step.best_loss <= total + 1e-9


@pytest.mark.behaviour("F5")
def test_steps_show_every_start_and_the_best() -> None:
    seen, found = steps_of(searching())
    steps = [s for s in seen if s.step]
    assert all(len(s.start_losses) == 3 for s in steps)
    assert len(steps[0].start_previews) == 3
    assert found.candidates[0].step == found.losses["total"].index(min(found.losses["total"])) or (
        found.candidates[0].step == 30
    )


def test_the_preview_is_the_picture_of_the_code() -> None:
    from ganpaint.engine.tensors import to_uint8

    seen, _ = steps_of(searching())
    for step in (seen[5], seen[-1]):
        with torch.no_grad():
            again = to_uint8(tiny().paint([step.code]))[0]
        assert abs(again.astype(int) - step.preview.astype(int)).max() <= 1


@pytest.mark.behaviour("F3", "L19")
def test_work_between_two_yields_changes_nothing() -> None:
    plain = drained(searching()).candidates[0].code
    task = searching()
    while True:
        try:
            next(task)
        except StopIteration as end:
            found = end.value
            break
        assert torch.is_grad_enabled()
        assert not torch.is_inference_mode_enabled()
        with torch.no_grad():  # a slider served meanwhile; and the global randomness moves
            tiny().synthesize(torch.randn(1, tiny().info.num_ws, 10))
    assert found.candidates[0].code.same_as(plain)


@pytest.mark.behaviour("B7")
def test_the_same_seed_gives_the_same_code() -> None:
    first, again = drained(searching()), drained(searching())
    assert first.candidates[0].code.same_as(again.candidates[0].code)
    other = drained(searching(seed=5))
    assert not first.candidates[0].code.same_as(other.candidates[0].code)


@pytest.mark.behaviour("F4")
@pytest.mark.parametrize("after", [1, 2, 15])
def test_stop_keeps_the_best(after: int) -> None:
    stop = Stop()
    task = searching(stop=stop)
    last = None
    for _ in range(after):
        last = next(task)
    stop.keep_best()
    found = drained(task)
    assert isinstance(last, Step)
    if last.step:  # before the first step the best is known by its likeness alone
        assert found.candidates[0].loss <= last.best_loss
    assert found.steps <= after


@pytest.mark.behaviour("F4")
def test_discard_ends_without_a_result() -> None:
    stop = Stop()
    task = searching(stop=stop)
    next(task)
    stop.discard()
    with pytest.raises(Stopped):
        drained(task)


@pytest.mark.behaviour("F10")
def test_a_search_that_fails_everywhere_says_so() -> None:
    calls = []

    def measure(point: Point) -> torch.Tensor:
        calls.append(1)
        return point.images.square().mean((1, 2, 3)) * (1.0 if len(calls) < 8 else math.nan)

    found = drained(searching(goal=Objective((Term("l2", 1.0, measure),))))
    assert found.dropped == 3
    assert found.steps < 30
    assert "was stopped" in found.notes[-1]

    def never(point: Point) -> torch.Tensor:
        return point.images.mean((1, 2, 3)) * math.nan

    with pytest.raises(Diverged, match="unstable"):
        drained(searching(goal=Objective((Term("l2", 1.0, never),))))


def test_a_given_code_is_where_it_begins() -> None:
    code = drained(searching()).candidates[0].code
    seen, found = steps_of(searching(given=code))
    assert len(found.candidates) == 1
    start = found.losses["total"][0]
    assert start < 1.05 * drained(searching()).candidates[0].loss
    assert seen[0].code.space is Space.W_PLUS
