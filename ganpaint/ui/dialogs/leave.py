"""The one question before work would be lost: Save, Discard or Cancel."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QWidget

from ganpaint.ui.dialogs.question import lay_out
from ganpaint.ui.theme import px, set_role

Then = Callable[[], object]


class LeaveDialog(QDialog):
    """Asks once, whatever is at stake: unsaved work, a running job, or both.

    Args:
        name: of the document.
        running: the running job's word, "" where none runs.
        save, discard: what the buttons do; the dialog is closed before.
    """

    def __init__(self, parent: QWidget, name: str, running: str, save: Then, discard: Then) -> None:
        super().__init__(parent)
        self.setObjectName("leave")
        self.setWindowTitle("ganpaint")
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._then: Then | None = None
        words = "What is not saved is lost."
        if running:
            words = f"{running} is still under way: Save keeps its best result so far. {words}"
        title = QLabel(f"Save the changes of “{name}”?")
        lay_out(self, title, QLabel(words), self._buttons(save, discard))
        self.setMinimumWidth(px(440))

    def _buttons(self, save: Then, discard: Then) -> QHBoxLayout:
        buttons = QHBoxLayout()
        for key, label_text, then in (
            ("discard", "Discard", discard),
            ("", "", None),
            ("cancel", "Cancel", None),
            ("save", "Save", save),
        ):
            if not key:
                buttons.addStretch(1)
                continue
            button = QPushButton(label_text, self)
            button.setObjectName(f"leave.{key}")
            button.setAccessibleName(label_text)
            button.setAutoDefault(key == "save")
            button.setDefault(key == "save")
            if key == "save":
                set_role(button, "primary")
            button.clicked.connect(lambda _=False, then=then: self._choose(then))
            buttons.addWidget(button)
        return buttons

    def _choose(self, then: Then | None) -> None:
        self.accept() if then is not None else self.reject()
        if then is not None:
            then()
