"""A whole run: stages, sheets, distance, checkpoints, and stopping."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from ganpaint.progress import Stop
from ganpaint.training import growth, measuring, schedule
from ganpaint.training.distance import Distance, Features
from ganpaint.training.folder import TrainingSet
from ganpaint.training.loop import StepFigures
from ganpaint.training.measuring import Measured
from ganpaint.training.memory import Nearest
from ganpaint.training.resume import BEST, load_state
from ganpaint.training.schedule import Plan, Run
from tests.training.conftest import trainer


def a_run(data: TrainingSet, folder: Path, plan: Plan, **settings: object) -> Run:
    run = trainer(data, **settings)
    return Run(run, plan, folder, trunk=lambda images: images)


def test_a_run_grows_measures_and_saves(data: TrainingSet, tmp_path: Path) -> None:
    plan = Plan(kimg=0.2, measure_every=80, samples=12)
    run = a_run(data, tmp_path, plan, resolution=8, fade_images=16)
    seen = list(run.go())
    assert [p.done for p in seen] == sorted(p.done for p in seen)
    assert seen[-1].done == 1
    assert {p.resolution for p in seen} == {8, 16}
    assert {"training", "growing", "measuring"} <= {p.phase for p in seen}
    assert run.best is not None
    assert run.best.kind == "KD-squeeze"
    assert run.curve[-1].images == run.trainer.images == 200
    sheets = [p.sheet for p in seen if p.sheet is not None]
    assert sheets[-1].shape == (4 * 16, 8 * 16, 3)  # four columns for each of two classes
    assert load_state(tmp_path).facts["images"] == 200
    assert (tmp_path / BEST).exists()


def test_stopping_keeps_what_was_learnt(data: TrainingSet, tmp_path: Path) -> None:
    stop = Stop()
    run = a_run(data, tmp_path, Plan(kimg=100, samples=12))
    run.stop = stop
    for progress in run.go():
        if progress.images:
            stop.discard()
    assert 0 < load_state(tmp_path).facts["images"] < 1000


def test_a_run_that_is_gone_on_with_knows_its_best(data: TrainingSet, tmp_path: Path) -> None:
    first = a_run(data, tmp_path, Plan(kimg=0.1, measure_every=40, samples=12))
    list(first.go())
    second = a_run(data, tmp_path, Plan(kimg=0.2, measure_every=40, samples=12))
    second.go_on(load_state(tmp_path))
    assert second.curve == first.curve
    assert second.best == first.best
    assert second.trainer.images == first.trainer.images
    rates = [p.per_second for p in second.go() if p.seconds > 1]
    assert len(second.curve) > len(first.curve)
    assert second.trainer.images == 200
    assert all(rate < 200 / 1 for rate in rates)


def test_a_worse_generator_is_not_kept_as_the_best(data: TrainingSet, tmp_path: Path) -> None:
    run = a_run(data, tmp_path, Plan(kimg=0.1, measure_every=1000, samples=12))
    list(run.go())
    kept = (tmp_path / BEST).stat().st_mtime_ns
    worse = a_run(data, tmp_path, Plan(kimg=0.11, measure_every=1000, samples=12))
    worse.go_on(load_state(tmp_path))
    with torch.no_grad():
        worse.trainer.G_ema.synthesis.b16.torgb.bias.add_(50)
    list(worse.go())
    assert worse.newest.value > worse.best.value
    assert (tmp_path / BEST).stat().st_mtime_ns == kept


def test_measuring_takes_a_tenth_of_the_time_at_most(
    data: TrainingSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = a_run(data, tmp_path, Plan(kimg=0.4, measure_every=8, samples=12))
    clock = _Clock()
    monkeypatch.setattr(schedule, "time", clock)
    step, measure = run.trainer.step, measuring.distance

    def slow_step() -> StepFigures:
        clock.now += 1
        return step()

    def slow_distance(real: Features, fake: Features) -> Distance:
        clock.now += 2
        return measure(real, fake)

    monkeypatch.setattr(run.trainer, "step", slow_step)
    monkeypatch.setattr(measuring, "distance", slow_distance)
    list(run.go())
    assert len(run.curve) == 4  # after 8 images, twice 20 s later, and at the end


def test_a_run_that_copies_its_pictures_ends(
    data: TrainingSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ratios = iter((1.5, 1.2, 0.7))
    near = Nearest(np.zeros(1, np.int64), np.zeros(1, np.float32), 0.0)
    monkeypatch.setattr(
        measuring, "nearest_training", lambda *looks: replace(near, ratio=next(ratios))
    )
    plan = Plan(kimg=100, measure_every=16, samples=12, watch_copies=True)
    run = a_run(data, tmp_path, plan)
    monkeypatch.setattr(schedule, "MEASURING_SHARE", 1e9)
    seen = list(run.go())
    assert run.copying
    assert [m.newness for m in run.curve] == [1.5, 1.2, 0.7]
    assert run.best in [m.distance for m in run.curve[:2]]
    assert "copy" in seen[-1].sentence


def test_a_run_that_copies_from_the_start_is_saved_and_told_so(
    data: TrainingSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Settled on 24 cats that its model had learnt from before, cats-64 did."""
    near = Nearest(np.zeros(1, np.int64), np.zeros(1, np.float32), 0.5)
    monkeypatch.setattr(measuring, "nearest_training", lambda *looks: near)
    plan = Plan(kimg=100, measure_every=16, samples=12, watch_copies=True, patience=2)
    seen = list(a_run(data, tmp_path, plan).go())
    assert seen[-1].images == 0
    assert "the best before" not in seen[-1].sentence
    assert len(load_state(tmp_path).facts["curve"]) == 1


def test_a_run_on_few_pictures_ends_when_nothing_comes_nearer(
    data: TrainingSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = iter((5.0, 4.0, 4.5, 4.2))
    monkeypatch.setattr(
        measuring, "distance", lambda real, fake: Distance(next(values), "KD-squeeze", 12)
    )
    monkeypatch.setattr(schedule, "MEASURING_SHARE", 1e9)
    run = a_run(data, tmp_path, Plan(kimg=100, measure_every=16, samples=12, patience=2))
    monkeypatch.setattr(measuring, "floor", lambda real: 0.0)
    seen = list(run.go())
    assert [(m.images, m.distance.value) for m in run.curve] == [
        (0, 5.0), (16, 4.0), (32, 4.5), (48, 4.2)
    ]  # fmt: skip
    assert run.best.value == 4.0
    assert "no nearer" in seen[-1].sentence
    assert load_state(tmp_path).facts["images"] == 48


def growing(data: TrainingSet, folder: Path) -> Run:
    return a_run(data, folder, Plan(kimg=0.2, samples=12), resolution=8, fade_images=16)


@pytest.mark.parametrize("how", ["closed", "killed"])
def test_a_run_that_ends_while_it_grows_is_gone_on_with_before_that(
    data: TrainingSet, tmp_path: Path, how: str
) -> None:
    """A block that is half warmed up is noise to the discriminator behind it."""
    run = growing(data, tmp_path)
    moments = run.go()
    for progress in moments:
        if progress.phase == "growing":
            break
    if how == "closed":
        moments.close()
    saved = load_state(tmp_path).facts
    assert (saved["images"], saved["resolution"]) == (80, 8)
    again = growing(data, tmp_path)
    again.go_on(load_state(tmp_path))
    assert {p.phase for p in again.go()} >= {"growing", "training"}
    assert again.trainer.resolution == 16


def test_stopping_while_it_grows_keeps_the_former_networks(
    data: TrainingSet, tmp_path: Path
) -> None:
    run = growing(data, tmp_path)
    seen = []
    for progress in run.go():
        seen.append(progress)
        if progress.phase == "growing":
            run.stop.keep_best()
    assert sum(progress.phase == "growing" for progress in seen) == 1
    assert run.trainer.resolution == 8
    assert run.best is not None and run.curve[-1].resolution == 8
    assert load_state(tmp_path).facts["resolution"] == 8
    again = trainer(data, resolution=8, fade_images=16)
    again.restore(load_state(tmp_path))
    assert again.step() == run.trainer.step()


def test_the_best_is_of_the_present_resolution(data: TrainingSet, tmp_path: Path) -> None:
    run = a_run(data, tmp_path, Plan(kimg=0.2, samples=12), resolution=8)
    low = Measured(8, 8, Distance(1.0, "KD-squeeze", 12))
    high = Measured(16, 16, Distance(2.0, "KD-squeeze", 12))
    run.curve = [low]
    assert run.best is low.distance
    list(growth.grow(run.trainer, warm_up_steps=1))
    assert run.best is None
    run.curve = [low, high]
    assert run.best is high.distance


def test_the_time_left_is_known_while_it_trains(data: TrainingSet, tmp_path: Path) -> None:
    run = a_run(data, tmp_path, Plan(kimg=0.2, samples=12), resolution=8)
    left = [p.remaining for p in run.go()]
    assert left[0] is None
    assert left[-1] == 0
    assert all(seconds is not None and seconds >= 0 for seconds in left[1:])
    timed = a_run(data, tmp_path, Plan(minutes=1, samples=12))
    assert 55 < next(iter(timed.go())).remaining <= 60


class _Clock:
    """Time that passes only when it is told to."""

    now = 0.0

    def monotonic(self) -> float:
        return self.now


def test_the_floor_and_the_columns_are_told(data: TrainingSet, tmp_path: Path) -> None:
    run = a_run(data, tmp_path, Plan(kimg=0.04, measure_every=8, samples=15))
    seen = list(run.go())
    assert seen[0].floor is None
    assert seen[-1].floor is not None and np.isfinite(seen[-1].floor)
    assert seen[0].columns == ("green", "red ones")


def test_sheets_are_shown_between_measurements(
    data: TrainingSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter(range(10**6))
    monkeypatch.setattr(schedule.time, "monotonic", lambda: float(next(clock)))
    run = a_run(data, tmp_path, Plan(kimg=0.2, measure_every=10**6, samples=12))
    sheets = [p for p in run.go() if p.sheet is not None and p.phase == "training" and p.images]
    assert 1 < len(sheets) < 25 / 2  # not at every step
