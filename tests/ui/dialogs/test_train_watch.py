"""What is seen of a training: figures, sheets, the curve over images."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ganpaint.jobs.training_runs import TrainingRun
from ganpaint.ui.dialogs.train_watch import Watch


@pytest.fixture
def watch(qtbot: QtBot) -> Iterator[Watch]:
    parent = QWidget()
    qtbot.addWidget(parent)
    made = Watch(parent)
    made.resize(640, 600)
    yield made


@pytest.fixture
def sheet(tmp_path: Path) -> str:
    path = tmp_path / "sheet.png"
    Image.fromarray(np.full((64, 128, 3), 200, np.uint8)).save(path)
    return str(path)


def record(**changes: Any) -> dict[str, Any]:
    plain = {"phase": "training", "images": 1200, "per_second": 10.24, "remaining": 61.0}
    plain |= {"resolution": 16, "done": 0.25, "sheet": None, "columns": []}
    return plain | {"distance": None, "best": None, "floor": None} | changes


def found(value: float) -> dict[str, Any]:
    return {"value": value, "kind": "FD-squeeze", "samples": 5000}


def test_figures_are_named_and_told(watch: Watch) -> None:
    watch.show_record(record(distance=found(8.5), best=found(7.25), floor=0.17))
    told = {key: watch.fact(key) for key in watch._facts}
    assert told == {
        "phase": "Training",
        "images": "1,200",
        "pace": "10.2",
        "left": "2 min",
        "size": "16 px",
        "distance": "8.500",
        "best": "7.250",
        "floor": "0.170",
    }
    assert watch.bar.value() == 250
    watch.show_end("Done")
    assert watch.fact("left") == "–" and watch.bar.value() == 1000


def test_every_measurement_is_a_point_and_the_best_is_ringed(watch: Watch, sheet: str) -> None:
    for images, value in ((1000, 9.0), (2000, 7.0), (3000, 8.0)):
        moment = record(images=images, distance=found(value), sheet=sheet)
        watch.show_record(moment | {"phase": "measuring"})
        watch.show_record(moment)  # a sheet between two measurements is no point
        watch.show_record(record(images=images, distance=found(value)))
    assert watch.curve.points == 3
    assert watch.curve.best == (0, 2000, 7.0)
    assert watch.sheet.count == 4 * 8


def test_another_resolution_begins_another_curve(watch: Watch, sheet: str) -> None:
    moment = record(phase="measuring", distance=found(9.0), sheet=sheet)
    watch.show_record(moment)
    watch.show_record(moment | {"resolution": 32, "distance": found(20.0)})
    assert watch.curve.points == 1 and watch.curve.best[2] == 20.0


def test_a_run_that_is_gone_on_with_shows_its_curve(watch: Watch, sheet: str) -> None:
    run = TrainingRun("x", 0.0, 2000, 16, curve=((1000, 9.0), (2000, 8.0)))
    watch.begin(run)
    assert watch.curve.points == 2 and watch.fact("images") == "2,000"
    watch.show_record(record(phase="measuring", images=3000, distance=found(7.0), sheet=sheet))
    assert watch.curve.points == 3
    watch.begin(None)
    assert not watch.curve.points and watch.sheet.count == 0
