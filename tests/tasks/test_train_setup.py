"""What a training starts with, fresh and as it was saved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from ganpaint.progress import Progress, Stopped
from ganpaint.tasks import train_setup
from ganpaint.tasks.requests import TrainRequest
from ganpaint.tasks.studio import Studio
from ganpaint.tasks.train_setup import Start, prepare, run_folder, shape_of, usual_batch
from ganpaint.training.loop import Trainer
from ganpaint.training.resume import save_state
from ganpaint.training.together import Together
from tests.training.conftest import pictures

__all__ = ["pictures"]  # the fixture of tests/training


@pytest.fixture(autouse=True)
def small_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ganpaint.training.networks.WIDTHS", (8, 8, 8, 8, 8))
    monkeypatch.setattr("ganpaint.training.networks.CMAP_DIM", 8)


def start_of(pictures: Path, **settings: Any) -> Start:
    usual = {"out": "begun", "resolution": 32, "kimg": 1.0, "precision": "fp32"}
    steps = prepare(TrainRequest(pictures, **(usual | settings)), Studio(device="cpu"), Together())
    while True:
        try:
            next(steps)
        except StopIteration as end:
            found: Start = end.value
            return found


def test_the_usual_batch_can_be_shared_out() -> None:
    cpu = torch.device("cpu")
    assert [usual_batch(cpu, world) for world in (1, 2, 3, 8)] == [8, 8, 12, 32]
    assert usual_batch(torch.device("cuda"), 2) == 32


def test_a_fresh_start_begins_small(pictures: Path) -> None:
    start = start_of(pictures)
    assert (start.recipe.start_resolution, start.recipe.resolution) == (16, 32)
    assert start.networks[0].info.resolution == 16
    assert start.state is None


def test_what_was_saved_is_built_again(pictures: Path) -> None:
    cpu = torch.device("cpu")
    start = start_of(pictures, batch=4, seed=3, title="Mine")
    trainer = Trainer(start.networks, start.data, start.recipe, device=cpu)
    trainer.shape = shape_of(start, cpu)
    save_state(run_folder("begun"), trainer.state())
    again = start_of(pictures, resolution=0, resume=True, precision="auto")
    assert again.recipe == start.recipe
    assert (again.request.batch, again.request.seed, again.request.title) == (4, 3, "Mine")
    assert [n.config for n in again.networks] == [n.config for n in start.networks]
    assert again.notes == ()
    other = Trainer(again.networks, again.data, again.recipe, device=cpu)
    other.restore(again.state)
    assert other.step() == trainer.step()


def test_reading_is_told_and_stops(pictures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (pictures / "green" / "000.png").unlink()  # not those that other tests have read
    clock = iter(range(10**6))
    monkeypatch.setattr(train_setup.time, "monotonic", lambda: float(next(clock)))
    studio = Studio(device="cpu")
    request = TrainRequest(pictures, "read", 16, kimg=1, precision="fp32")
    told: list[Progress] = []
    with pytest.raises(Stopped):
        for progress in prepare(request, studio, Together()):
            told.append(progress)
            if progress.done == 5:
                studio.stop.keep_best()
    assert [p.done for p in told] == [0, 1, 2, 3, 4, 5]
    assert told[-1].total == 14
