"""Model > New from folder…: train a generator on one's own pictures and watch it learn.

Not modal: painting goes on beside it. The run is a process of its own
(`jobs/training_process.py`); closing this window hides it, the run goes on. Pausing ends the
process after it saved its checkpoint; going on is another process.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ganpaint.jobs.training_process import TrainingProcess
from ganpaint.jobs.training_runs import TrainingRun, run_of
from ganpaint.ui.dialogs.train_choices import Choices
from ganpaint.ui.dialogs.train_offer import Offer
from ganpaint.ui.dialogs.train_pictures import Pictures, dropped
from ganpaint.ui.dialogs.train_watch import Watch
from ganpaint.ui.editor import Editor
from ganpaint.ui.messages import Message
from ganpaint.ui.theme import GAP, PADDING, px, set_role
from ganpaint.ui.widgets.panel import Scrolled, caption, link

LEFT = 324  # width of the choices
SIZE = (1000, 680)
TOLD = ("settling", "growing")  # phases whose sentences say more than their figures


class TrainDialog(QDialog):
    """Chooses pictures and a name, then shows sheets, the distance and the time left."""

    trained = Signal(str)  # name of the new model
    ended = Signal()  # a training ended, with or without a model

    def __init__(self, parent: QWidget, editor: Editor) -> None:
        super().__init__(parent)
        self.setObjectName("train")
        self.setWindowTitle("New model from a folder")
        self.setAcceptDrops(True)
        self._editor = editor
        self.name = ""  # of the run that is under way, or was the last
        self._ready = ""  # name of the model that was written last
        self._ending = ""  # "keep" or "rest" once it was asked for
        self._noted = False  # whether what was decided stands in the line
        self.process = TrainingProcess(self)
        self.process.moment.connect(self._moment)
        self.process.note.connect(self._note)
        self.process.finished.connect(self._finished)
        self.process.rested.connect(self._rested)
        self.process.failed.connect(self._failed)
        self.pictures = Pictures(self)
        self.choices = Choices(self, editor)
        self.watch = Watch(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(px(20), px(20), px(20), px(16))
        layout.setSpacing(px(20))
        layout.addLayout(self._left())
        layout.addWidget(self.watch, 1)
        self.pictures.chosen.connect(self._taken)
        self.pictures.checked.connect(self._show_state)
        self.choices.changed.connect(self._chosen)
        editor.catalogueChanged.connect(self._catalogue_changed)
        self.resize(px(SIZE[0]), px(SIZE[1]))
        self._show_state()

    # ------------------------------------------------------------------------- building
    def _left(self) -> QVBoxLayout:
        inside = QWidget(self)
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(px(12))
        self.offer = Offer(self)
        self.offer.wanted.connect(self._go_on)
        rows.addWidget(self.offer)
        rows.addWidget(self.pictures)
        rows.addWidget(self.choices)
        self.hint = caption(
            "Sub-folders become classes. A few dozen pictures are enough when you start from a "
            "model. Stop whenever you like what you see: the best so far is kept.",
            self,
        )
        rows.addWidget(self.hint)
        rows.addStretch(1)
        area = Scrolled(inside, self)
        area.setFixedWidth(px(LEFT))
        column, below = QVBoxLayout(), QVBoxLayout()
        column.setSpacing(px(GAP))
        column.addWidget(area, 1)
        below.setContentsMargins(0, 0, px(PADDING), 0)  # as wide as what is in the area
        below.setSpacing(px(GAP))
        column.addLayout(below)
        self.line = caption("", self)
        self.line.setObjectName("train.line")
        self.line.setTextFormat(Qt.TextFormat.PlainText)
        self.details = link("Copy details", self)
        self.details.setObjectName("train.details")
        self.details.clicked.connect(
            lambda: QGuiApplication.clipboard().setText(self.line.toolTip())
        )
        below.addWidget(self.line)
        below.addWidget(self.details)
        below.addLayout(self._buttons())
        return column

    def _buttons(self) -> QHBoxLayout:
        self.start = QPushButton("Start training", self)
        self.start.setObjectName("train.start")
        self.start.setDefault(True)
        set_role(self.start, "primary")
        self.start.clicked.connect(self._start_or_stop)
        self.pause = QPushButton("Pause", self)
        self.pause.setObjectName("train.pause")
        self.pause.setAutoDefault(False)
        self.pause.clicked.connect(self._pause)
        row = QHBoxLayout()
        row.setSpacing(px(GAP))
        self.use = QPushButton("Use it", self)
        self.use.setObjectName("train.use")
        self.use.setToolTip("Paint with the new model.")
        self.use.setAutoDefault(False)
        set_role(self.use, "primary")
        self.use.clicked.connect(lambda: self._editor.use_model(self.name))
        row.addWidget(self.pause)
        row.addWidget(self.start, 1)
        row.addWidget(self.use, 1)
        return row

    # ------------------------------------------------------------------------- choosing
    def take_folder(self, source: Path) -> None:
        """Learn from these pictures."""
        self.pictures.take(source)

    def start_from(self, base: str) -> None:
        """Propose a model to start from, unless a training is under way."""
        if not self.process.is_running:
            self.choices.start_from(base)

    def _taken(self, source: Path) -> None:
        if not self.choices.wanted:
            stem = source.stem if source.is_file() else source.name
            self.choices.name.setText(stem)
        self._show_state()

    def _chosen(self) -> None:
        if self.pictures.source is not None and self.choices.pixels != self.pictures.resolution:
            self.pictures.look(self.choices.pixels)
        self._show_state()

    @property
    def arguments(self) -> list[str]:
        """What the command is told."""
        assert self.pictures.source is not None
        dedupe = self.pictures.dedupe.isChecked()
        return [str(self.pictures.source), *self.choices.arguments(dedupe)]

    def _show_state(self) -> None:
        running, choices, pictures = self.process.is_running, self.choices, self.pictures
        choices.review(pictures.count, running, self._ready)
        pictures.setEnabled(not running)
        goes_on = choices.run is not None
        self.start.setText(
            ("Finishing…" if self._ending else "Stop and keep")
            if running
            else ("Go on training" if goes_on else "Start training")
        )
        ready = pictures.is_ready and choices.fits
        self.start.setEnabled(not self._ending if running else ready)
        self.start.setToolTip(
            "The best so far is measured and becomes the model." if running else self._missing()
        )
        self.pause.setText("End at once" if self._ending else "Pause")
        self.pause.setToolTip(
            "What was saved last stays." if self._ending else "Saves where it is; go on any time."
        )
        self.pause.setVisible(running)
        can_use = not running and bool(self._ready) and choices.wanted == self._ready
        self.use.setVisible(can_use)
        if can_use == (self.start.property("role") == "primary"):  # one primary button at most
            set_role(self.start, "" if can_use else "primary")
        self.details.setVisible(bool(self.line.toolTip()) and not running)
        self.offer.review(choices.wanted, running)

    def _missing(self) -> str:
        if self.pictures.source is None or not self.choices.wanted:
            return "Choose pictures and a name first."
        if self.pictures.is_looking:
            return "The pictures are being looked at."
        if not self.pictures.is_ready:
            return self.pictures.refusal
        return self.choices.trouble.text() if not self.choices.fits else ""

    # ------------------------------------------------------------------------- running
    def _go_on(self, run: TrainingRun) -> None:
        assert run.source is not None
        self.pictures.dedupe.setChecked(bool(run.told.get("dedupe")))
        self.choices.go_on(run)
        self.pictures.take(run.source)
        self._begin()

    def _start_or_stop(self) -> None:
        if not self.process.is_running:
            self._begin()
            return
        self._ending = "keep"
        self._say("Finishing: the best so far is measured and written. This may take a minute.")
        self.process.stop()
        self._show_state()

    def _begin(self) -> None:
        self.name, self._ending, self._noted = self.choices.wanted, "", False
        self.watch.begin(self.choices.run)
        self.watch.show_phase("Starting")
        self._say("Starting: the pictures and the networks are loaded.")
        self.process.start(self.arguments)
        self._show_state()
        self.start.setFocus(Qt.FocusReason.OtherFocusReason)

    def _pause(self) -> None:
        if self._ending:
            self.process.kill()
            return
        self._ending = "rest"
        self._say("Pausing: where it stands is saved.")
        self.process.rest()
        self._show_state()

    def leave(self, *, keep: bool) -> None:
        """Stop and keep, or pause, for whoever closes the program."""
        if self.process.is_running and not self._ending:
            (self._start_or_stop if keep else self._pause)()

    def _moment(self, record: dict[str, Any]) -> None:
        self.watch.show_record(record)
        if self._ending:
            self.watch.show_phase("Finishing" if self._ending == "keep" else "Pausing")
        elif record["phase"] in TOLD:
            self._say(record["sentence"])
        elif not self._noted:
            self._say("")

    def _note(self, sentence: str) -> None:
        if sentence != "Reading the pictures":
            self._noted = True
            self._say(sentence)

    def _say(self, words: str, details: str = "", *, warn: bool = False) -> None:
        self.line.setText(words)
        self.line.setToolTip(details)
        self.line.setVisible(bool(words))
        set_role(self.line, "warn" if warn else "caption")

    # ------------------------------------------------------------------------- ends
    def _finished(self, record: dict[str, Any]) -> None:
        self._ending = ""
        self.watch.show_end("Done")
        self._editor.rescan_models()
        name = self._ready = record["model"]
        self._say(f"“{name}” is ready and in the list of models.")
        use = (("Use it", lambda: self._editor.use_model(name)),)
        words = "Its card tells how far it is from your pictures, and whether it copies them."
        self._editor.say(Message("info", f"The model “{name}” is ready.", words, use))
        self._show_state()
        self.use.setFocus(Qt.FocusReason.OtherFocusReason)
        self.trained.emit(name)
        self.ended.emit()

    def _rested(self) -> None:
        self._ending = ""
        self.watch.show_end("Paused")
        self._say(kept_words(self.name))
        self._show_state()
        self.start.setFocus(Qt.FocusReason.OtherFocusReason)
        self.ended.emit()

    def _failed(self, sentence: str, details: str) -> None:
        self._ending = ""
        self.watch.show_end("Failed")
        words = sentence
        if sentence.startswith("The training ended"):
            words = f"{sentence} {kept_words(self.name)}"
        self._say(words, details, warn=True)
        if not self.isVisible():
            show = (("Show", self.reveal),)
            self._editor.say(
                Message("error", f"The training of “{self.name}” failed.", words, show)
            )
        self._show_state()
        self.ended.emit()

    def reveal(self) -> None:
        """Come to the front."""
        self.show()
        self.raise_()
        self.activateWindow()

    # ------------------------------------------------------------------------- events
    def _catalogue_changed(self) -> None:
        if not self.process.is_running:
            self.choices.refresh_bases()
            self._show_state()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.choices.refresh_bases()
        self._show_state()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if not self.process.is_running and dropped(event.mimeData()) is not None:
            event.acceptProposedAction()
            self.pictures.show_hovered(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.pictures.show_hovered(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self.pictures.dropEvent(event)

    def reject(self) -> None:
        """Escape: hide."""
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Hide; a run goes on and is seen again through the menu."""
        event.ignore()
        self.hide()
        if self.process.is_running:
            words = "Model › New from Folder… shows it."
            show = (("Show", self.reveal),)
            self._editor.say(Message("info", f"“{self.name}” goes on training.", words, show))


def kept_words(name: str) -> str:
    """What is left of a run that ended without a model."""
    run = run_of(name)
    if run is None:
        return "Nothing had been saved yet: start it again."
    return f"It is saved at {run.images:,} images: go on with it at any time."
