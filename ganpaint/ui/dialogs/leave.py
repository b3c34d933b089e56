"""The one question before work would be lost: Save, Discard or Cancel."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ganpaint.ui.theme import GROUP, font, icon_pixmap, px, set_role

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
        title = QLabel(f"Save the changes of “{name}”?")
        title.setFont(font("pill", bold=True))
        words = "What is not saved is lost."
        if running:
            words = f"{running} is still under way: Save keeps its best result so far. {words}"
        text = QLabel(words)
        set_role(text, "caption")
        for label in (title, text):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        sign = QLabel()
        sign.setPixmap(icon_pixmap("warning", "warn", px(28), self.devicePixelRatioF()))
        words_column = QVBoxLayout()
        words_column.setSpacing(px(6))
        words_column.addWidget(title)
        words_column.addWidget(text)
        top = QHBoxLayout()
        top.setSpacing(GROUP)
        top.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(words_column, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(20), px(20), px(20), px(16))
        layout.setSpacing(px(20))
        layout.addLayout(top)
        layout.addLayout(self._buttons(save, discard))
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
