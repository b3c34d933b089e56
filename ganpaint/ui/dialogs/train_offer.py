"""A training that was interrupted: go on with it, or delete it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ganpaint.jobs.training_runs import TrainingRun, forget, interrupted_runs
from ganpaint.ui.dialogs.question import QuestionDialog
from ganpaint.ui.theme import font, px, set_icon, set_role
from ganpaint.ui.widgets.panel import link


class Offer(QFrame):
    """Shows the newest interrupted run; absent where there is none."""

    wanted = Signal(object)  # the TrainingRun to go on with

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("train.offer")
        set_role(self, "card")
        self.run: TrainingRun | None = None
        self._but, self._running = "", False
        self.words = QLabel(self)
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setFont(font())
        self.go_on, self.drop = QPushButton("Go on", self), link("Delete…", self)
        self.go_on.setObjectName("train.offer.goOn")
        self.go_on.setAccessibleName("Go on with the interrupted training")
        self.go_on.setAutoDefault(False)
        set_icon(self.go_on, "play", size=px(16))
        self.go_on.clicked.connect(lambda: self.wanted.emit(self.run))
        self.drop.setObjectName("train.offer.delete")
        self.drop.setAccessibleName("Delete the interrupted training")
        self.drop.setAutoDefault(False)
        self.drop.clicked.connect(self._ask)
        row = QHBoxLayout()
        row.addWidget(self.go_on)
        row.addStretch(1)
        row.addWidget(self.drop)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(px(12), px(10), px(12), px(8))
        inside.setSpacing(px(6))
        inside.addWidget(self.words)
        inside.addLayout(row)

    def review(self, but: str, running: bool) -> None:
        """Look for one again, other than `but`; there is none while one is `running`."""
        self._but, self._running = but, running
        runs = [] if running else interrupted_runs()
        self.run = next((run for run in runs if run.name != but), None)
        self.setVisible(self.run is not None)
        if self.run is None:
            return
        can, images = self.run.can_go_on, self.run.images
        where = "" if can else " Its pictures are no longer where they were."
        self.words.setText(f"“{self.run.name}” was interrupted at {images:,} images.{where}")
        self.go_on.setEnabled(can)
        self.go_on.setToolTip("" if can else "Put the pictures back, or delete the training.")

    def _ask(self) -> None:
        run = self.run
        if run is None:
            return
        QuestionDialog(
            self,
            f"Delete the training “{run.name}”?",
            f"What it learnt from {run.images:,} images is lost. Your pictures and finished "
            "models stay.",
            "Delete",
            lambda: self._forget(run.name),
        ).open()

    def _forget(self, name: str) -> None:
        forget(name)
        self.review(self._but, self._running)
