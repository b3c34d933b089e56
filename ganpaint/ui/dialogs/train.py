"""Model > New from folder…: train a generator on one's own pictures and watch it learn.

Not modal: painting goes on beside it. The run is a process of its own
(`jobs/training_process.py`); closing this window hides it, the run goes on.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ganpaint.jobs.training_process import TrainingProcess
from ganpaint.paths import state_dir
from ganpaint.ui.editor import Editor
from ganpaint.ui.messages import Message
from ganpaint.ui.theme import GAP, GROUP, font, px, set_role
from ganpaint.ui.time_left import rounded_up, spoken
from ganpaint.ui.widgets.curve import LossCurve
from ganpaint.ui.widgets.numbers import Scale
from ganpaint.ui.widgets.segmented import Segmented
from ganpaint.ui.widgets.slider import ValueBar

SHEET = QSize(480, 300)
FRESH = "Nothing: a new model"


class TrainDialog(QDialog):
    """Chooses pictures and a name, then shows sheets, the distance and the time left."""

    trained = Signal(str)  # name of the new model

    def __init__(self, parent: QWidget, editor: Editor) -> None:
        super().__init__(parent)
        self.setObjectName("train")
        self.setWindowTitle("New model from a folder")
        self._editor = editor
        self.process = TrainingProcess(self)
        self.process.moment.connect(self._moment)
        self.process.note.connect(self._note)
        self.process.finished.connect(self._finished)
        self.process.failed.connect(self._failed)
        self._folder: Path | None = None
        self._points = 0
        layout = QHBoxLayout(self)
        layout.setContentsMargins(px(20), px(20), px(20), px(16))
        layout.setSpacing(px(20))
        layout.addLayout(self._settings())
        layout.addLayout(self._watching(), 1)
        self._show_state()

    # ------------------------------------------------------------------------- building
    def _settings(self) -> QVBoxLayout:
        self.folder = QPushButton("Choose a folder or zip…")
        self.folder.setObjectName("train.folder")
        self.folder.clicked.connect(self._choose_folder)
        self.name = QLineEdit()
        self.name.setObjectName("train.name")
        self.name.setPlaceholderText("my-cats")
        self.name.textChanged.connect(lambda _: self._show_state())
        self.base = QComboBox()
        self.base.setObjectName("train.base")
        self.base.addItem(FRESH, "")
        for entry in self._editor.catalogue.entries:
            if entry.family == "stylegan2":
                self.base.addItem(entry.title or entry.name, entry.name)
        self.base.currentIndexChanged.connect(lambda _: self._show_state())
        sizes = [(str(r), f"{r} px") for r in (32, 64, 128)]
        self.resolution = Segmented(sizes, "Resolution")
        self.resolution.setObjectName("train.resolution")
        self.resolution.choose("64")
        self.minutes = ValueBar("Length", Scale(5, 600, default=60, unit="min"))
        self.minutes.setObjectName("train.minutes")
        self.minutes.set_amount(60)
        form = QFormLayout()
        form.setSpacing(px(10))
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        rows = (("Pictures", self.folder), ("Name", self.name), ("Start from", self.base))
        for text, field in (*rows, ("Resolution", self.resolution), ("", self.minutes)):
            field.setAccessibleName(text or "Length in minutes")
            label = QLabel(text)
            label.setMinimumHeight(field.sizeHint().height())
            form.addRow(label, field)
        self.hint = QLabel(
            "Sub-folders become classes. A few dozen pictures are enough when you start from a "
            "model; a new one wants thousands, and hours."
        )
        self.hint.setWordWrap(True)
        set_role(self.hint, "caption")
        self.start = QPushButton("Start training")
        self.start.setObjectName("train.start")
        set_role(self.start, "primary")
        self.start.clicked.connect(self._start_or_stop)
        column = QVBoxLayout()
        column.setSpacing(GROUP)
        column.addLayout(form)
        column.addWidget(self.hint)
        column.addStretch(1)
        column.addWidget(self.start)
        return column

    def _watching(self) -> QVBoxLayout:
        self.sheet = QLabel("Samples appear here while it learns.")
        self.sheet.setObjectName("train.sheet")
        self.sheet.setAccessibleName("Samples of the model")
        self.sheet.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.sheet.setMinimumSize(px(SHEET.width()), px(SHEET.height()))
        set_role(self.sheet, "field")
        self.curve = LossCurve()
        self.curve.setObjectName("train.curve")
        self.curve.setAccessibleName("Distance to the real pictures")
        self.curve.placeholder = "The distance to the real pictures is drawn here."
        self.line = QLabel(" ")
        self.line.setObjectName("train.line")
        self.line.setWordWrap(True)
        self.line.setFont(font("caption"))
        column = QVBoxLayout()
        column.setSpacing(GAP)
        column.addWidget(self.sheet, 1)
        column.addWidget(self.curve)
        column.addWidget(self.line)
        return column

    # ------------------------------------------------------------------------- choosing
    def _choose_folder(self) -> None:
        dialog = QFileDialog(self, "Pictures to learn from")
        dialog.setObjectName("train.folder.dialog")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(lambda name: self.take_folder(Path(name)))
        dialog.open()

    def take_folder(self, folder: Path) -> None:
        """Learn from these pictures."""
        self._folder = folder
        self.folder.setText(folder.name)
        if not self.name.text():
            self.name.setText(folder.stem)
        self._show_state()

    @property
    def arguments(self) -> list[str]:
        """What the command is told."""
        assert self._folder is not None
        name = self.name.text().strip()
        words = [str(self._folder), "--out", name, "--minutes", f"{self.minutes.amount():g}"]
        base = str(self.base.currentData())
        if _has_checkpoint(name):
            return [*words, "--resume"]
        return [*words, *(["--from", base] if base else ["--resolution", self.resolution.value()])]

    def _show_state(self) -> None:
        running = self.process.is_running
        name = self.name.text().strip()
        fits = bool(name) and not set(name) & set('/\\:*?"<>|')
        for field in (self.folder, self.name, self.base, self.resolution, self.minutes):
            field.setEnabled(not running)
        if not running and self.base.currentData():
            self.resolution.setEnabled(False)
        words = "Go on training" if fits and _has_checkpoint(name) else "Start training"
        self.start.setText("Stop and keep" if running else words)
        self.start.setEnabled(running or (self._folder is not None and fits))
        missing = "Choose pictures and a name first." if not self.start.isEnabled() else ""
        self.start.setToolTip(missing)

    # ------------------------------------------------------------------------- running
    def _start_or_stop(self) -> None:
        if self.process.is_running:
            self.line.setText("Finishing: the best so far is measured and written.")
            self.start.setEnabled(False)
            self.process.stop()
            return
        self._points = 0
        self.curve.begin(0)
        self.line.setText("Reading the pictures…")
        self.process.start(self.arguments)
        self._show_state()

    def _moment(self, record: dict[str, Any]) -> None:
        if record["sheet"]:
            self._show_sheet(Path(record["sheet"]))
        left = record["remaining"]
        words = [record["sentence"]]
        if left is not None:
            words.append(f"{spoken(rounded_up(left))} left")
        self.line.setText(" · ".join(words))
        found = record["distance"]
        if found and record["phase"] == "measuring" and found["value"] > 0:
            self._points += 1
            self.curve.add(record["images"], (found["value"],))
            self.curve.mark_best(0, record["images"], found["value"])

    def _show_sheet(self, path: Path) -> None:
        picture = QPixmap(str(path))
        if not picture.isNull():
            size = self.sheet.size() * self.devicePixelRatioF()
            scaled = picture.scaled(
                size,
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            scaled.setDevicePixelRatio(self.devicePixelRatioF())
            self.sheet.setPixmap(scaled)

    def _note(self, sentence: str) -> None:
        self.line.setText(sentence)

    def _finished(self, record: dict[str, Any]) -> None:
        self._editor.rescan_models()
        name = record["model"]
        self.line.setText(f"“{name}” is ready and in the list of models.")
        use = (("Use it", lambda: self._editor.use_model(name)),)
        self._editor.say(Message("info", f"The model “{name}” is ready.", "", use))
        self._show_state()
        self.trained.emit(record["model"])

    def _failed(self, sentence: str, details: str) -> None:
        self.line.setText(sentence)
        self.line.setToolTip(details)
        self._show_state()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Hide; a run goes on and is seen again through the menu."""
        event.ignore()
        self.hide()


def _has_checkpoint(name: str) -> bool:
    """Whether a run of that name can be gone on with."""
    return (state_dir() / "training" / name / "last.safetensors").exists()
