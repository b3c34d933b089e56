"""Closing the program while a model is trained: pause it, finish it, or stay."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QWidget

from ganpaint.ui.dialogs.question import lay_out
from ganpaint.ui.dialogs.train import TrainDialog
from ganpaint.ui.theme import px, set_role

Then = Callable[[], object]

PATIENCE = 60_000  # milliseconds for saving the checkpoint: a measurement may be under way


def ask_about_training(window: QWidget, then: Then) -> None:
    """Ask before the program is closed; one question at a time."""
    if window.findChildren(TrainingLeaveDialog):
        return
    found = window.findChildren(TrainDialog)
    training = next((dialog for dialog in found if dialog.process.is_running), None)
    if training is None:
        then()
    else:
        TrainingLeaveDialog(window, training, then).open()


class TrainingLeaveDialog(QDialog):
    """Asks once, then waits for what was chosen.

    Args:
        training: the run.
        then: closes the program; the training is over by then.
    """

    def __init__(self, parent: QWidget, training: TrainDialog, then: Then) -> None:
        super().__init__(parent)
        self.setObjectName("trainLeave")
        self.setWindowTitle("ganpaint")
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._training, self._then = training, then
        self._going = False
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE)
        self._patience.timeout.connect(training.process.kill)
        training.ended.connect(self._training_ended)
        self.title = QLabel(f"“{training.name}” is still being trained.", self)
        self.words = QLabel(
            "Pause saves where it stands: the next time it can go on. Or let the best so far "
            "become a model now, which may take a minute.",
            self,
        )
        lay_out(self, self.title, self.words, self._buttons())
        self.setMinimumWidth(px(480))

    def _buttons(self) -> QHBoxLayout:
        self.cancel = QPushButton("Cancel", self)
        self.keep = QPushButton("Stop and keep the model", self)
        self.pause = QPushButton("Pause and close", self)
        row = QHBoxLayout()
        row.addStretch(1)
        for button, name, run in (
            (self.cancel, "cancel", self.reject),
            (self.keep, "keep", self._keep),
            (self.pause, "pause", self._rest),
        ):
            button.setObjectName(f"trainLeave.{name}")
            button.setAccessibleName(button.text())
            button.setAutoDefault(button is self.pause)
            button.clicked.connect(run)
            row.addWidget(button)
        self.pause.setDefault(True)
        set_role(self.pause, "primary")
        return row

    def _rest(self) -> None:
        if self._going:
            self._training.process.kill()
            return
        self._wait("Saving where it stands…")
        self._patience.start()
        self._training.leave(keep=False)

    def _keep(self) -> None:
        self._wait("Measuring and writing the model…")
        self._training.leave(keep=True)

    def _wait(self, words: str) -> None:
        self._going = True
        self.words.setText(f"{words} The program closes when that is done.")
        self.keep.hide()
        self.pause.setText("Close now")
        self.pause.setAccessibleName("Close now")
        self.pause.setToolTip("What was saved last stays.")

    def _training_ended(self) -> None:
        """It ended as chosen, or by itself while the question stood here."""
        self._training.ended.disconnect(self._training_ended)
        self._going = True
        self.accept()
        self._then()

    def reject(self) -> None:
        """Stay; a training that was asked to end ends nonetheless."""
        if self.isVisible():
            self._training.ended.disconnect(self._training_ended)
            self._patience.stop()
        super().reject()
