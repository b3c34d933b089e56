"""Watching a model learn: its phase and pace, samples, and the distance over the images."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QGridLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from ganpaint.jobs.training_runs import TrainingRun
from ganpaint.ui.theme import GAP, font, px, set_role
from ganpaint.ui.time_left import rounded_up, spoken
from ganpaint.ui.widgets.curve import LossCurve, figure
from ganpaint.ui.widgets.sample_sheet import SampleSheet

PHASES = {
    "settling": "Settling in",
    "training": "Training",
    "growing": "Growing",
    "measuring": "Measuring",
    "saving": "Saving",
}
FACTS = (
    ("phase", "Phase", "What it does now; measuring and saving take a moment now and then"),
    ("images", "Images seen", "Each showing of a picture counts, mirrored and augmented too"),
    ("pace", "Images/s", "Mean of this run"),
    ("left", "Time left", "Until the chosen length; it can be stopped at any time"),
    ("size", "Resolution", "A new model grows to its size in steps"),
    ("distance", "Distance", "How far the samples are from your pictures: smaller is better"),
    ("best", "Best", "The smallest distance so far; this state becomes the model"),
    ("floor", "Floor", "Two halves of your own pictures are so far apart: no model gets below"),
)
PER_ROW = 4
NOTHING = "–"


class Watch(QWidget):
    """Shows the records of a training (cli/train.py)."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._best, self._size = math.inf, 0
        self._facts: dict[str, QLabel] = {}
        self.bar = QProgressBar(self)
        self.bar.setObjectName("train.bar")
        self.bar.setAccessibleName("Share of the training that is done")
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.bar.setFixedHeight(px(6))
        self.sheet = SampleSheet(self)
        self.sheet.setObjectName("train.sheet")
        self.sheet.setAccessibleName("Samples of the model")
        self.curve = LossCurve(self)
        self.curve.setObjectName("train.curve")
        self.curve.setAccessibleName("Distance to your pictures by images seen")
        self.curve.placeholder = "The distance to your pictures is drawn here."
        self.curve.unit, self.curve.dotted = "images", True
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(GAP))
        layout.addLayout(self._grid())
        layout.addWidget(self.bar)
        layout.addWidget(self.sheet, 1)
        layout.addWidget(self.curve)
        self.begin(None)

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(px(12))
        grid.setVerticalSpacing(0)
        for at, (key, name, tip) in enumerate(FACTS):
            head, value = QLabel(name, self), QLabel(NOTHING, self)
            head.setFont(font("caption"))
            set_role(head, "caption")
            value.setFont(font("pill", bold=True))
            value.setObjectName(f"train.fact.{key}")
            value.setAccessibleName(name)
            for label in (head, value):
                label.setToolTip(tip)
                label.setTextFormat(Qt.TextFormat.PlainText)
            row, column = 3 * (at // PER_ROW), at % PER_ROW
            grid.addWidget(head, row, column)
            grid.addWidget(value, row + 1, column)
            grid.setColumnStretch(column, 1)
            grid.setColumnMinimumWidth(column, px(84))
            self._facts[key] = value
        grid.setRowMinimumHeight(2, px(6))
        return grid

    def fact(self, key: str) -> str:
        """One figure as it stands there."""
        return self._facts[key].text()

    def _set(self, key: str, words: str) -> None:
        self._facts[key].setText(words)

    def begin(self, run: TrainingRun | None) -> None:
        """Forget the former run; one that is gone on with shows what it has measured."""
        for key in self._facts:
            self._set(key, NOTHING)
        self.bar.setValue(0)
        self.sheet.clear()
        self.curve.begin(0)
        self._best, self._size = math.inf, 0
        if run is not None:
            self._size = run.resolution
            self._set("images", f"{run.images:,}")
            for images, distance in run.curve:
                self._add(images, distance)

    def show_phase(self, words: str) -> None:
        """What it does, in other words than a record's."""
        self._set("phase", words)

    def show_end(self, words: str) -> None:
        """It is over, with a model or without."""
        self._set("phase", words)
        self._set("left", NOTHING)
        if words == "Done":
            self.bar.setValue(self.bar.maximum())

    def show_record(self, record: dict[str, Any]) -> None:
        """One moment."""
        self._set("phase", PHASES.get(record["phase"], record["phase"]))
        self._set("images", f"{record['images']:,}")
        pace, left, size = record["per_second"], record["remaining"], record["resolution"]
        self._set("pace", f"{pace:.1f}" if pace else NOTHING)
        self._set("left", spoken(rounded_up(left)) if left is not None else NOTHING)
        self._set("size", f"{size} px" if size else NOTHING)
        self.bar.setValue(round(1000 * record["done"]))
        found, best, floor = record["distance"], record["best"], record.get("floor")
        self._set("distance", figure(found["value"]) if found else NOTHING)
        self._set("best", figure(best["value"]) if best else NOTHING)
        self._set("floor", figure(max(0.0, floor)) if floor is not None else NOTHING)
        if found:
            kind, samples = found["kind"], found["samples"]
            self._facts["distance"].setToolTip(f"{FACTS[5][2]} ({kind}, {samples:,} samples)")
        if record["sheet"]:
            columns = tuple(record.get("columns") or ())
            self.sheet.show_sheet(QImage(str(Path(record["sheet"]))), size, columns)
            if size != self._size:  # distances at two resolutions cannot be compared
                self._size, self._best = size, math.inf
                self.curve.begin(0)
            # the newest distance comes with a new sheet, once
            if found and record["phase"] == "measuring":
                self._add(record["images"], found["value"])

    def _add(self, images: int, distance: float) -> None:
        if distance <= 0:  # the kernel distance is unbiased: near its floor it may fall below 0
            return
        self.curve.add(images, (distance,))
        if distance < self._best:
            self._best = distance
            self.curve.mark_best(0, images, distance)
