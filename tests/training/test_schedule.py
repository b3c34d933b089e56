"""A whole run: stages, sheets, distance, checkpoints, and stopping."""

from __future__ import annotations

from pathlib import Path

from ganpaint.progress import Stop
from ganpaint.training.folder import TrainingSet
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
    assert run.curve[-1][0] == run.trainer.images == 200
    sheets = [p.sheet for p in seen if p.sheet is not None]
    assert sheets[-1].shape == (4 * 16, 2 * 16, 3)
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
