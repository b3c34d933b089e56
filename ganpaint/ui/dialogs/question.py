"""A question before something that cannot be undone."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ganpaint.ui.theme import GROUP, font, icon_pixmap, px, set_role


def lay_out(dialog: QDialog, title: QLabel, words: QLabel, buttons: QHBoxLayout) -> None:
    """Lay a dialog out as a question: a sign, the title over the words, the buttons below."""
    title.setFont(font("pill", bold=True))
    set_role(words, "caption")
    for label in (title, words):
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
    sign = QLabel()
    sign.setPixmap(icon_pixmap("warning", "warn", px(28), dialog.devicePixelRatioF()))
    column = QVBoxLayout()
    column.setSpacing(px(6))
    column.addWidget(title)
    column.addWidget(words)
    top = QHBoxLayout()
    top.setSpacing(GROUP)
    top.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
    top.addLayout(column, 1)
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(px(20), px(20), px(20), px(16))
    layout.setSpacing(px(20))
    layout.addLayout(top)
    layout.addLayout(buttons)


class QuestionDialog(QDialog):
    """Does it, or nothing; nothing is what Enter and Escape choose.

    Args:
        title: the question.
        words: what happens.
        label: of the button that does it.
        then: does it.
    """

    def __init__(
        self, parent: QWidget, title: str, words: str, label: str, then: Callable[[], object]
    ) -> None:
        super().__init__(parent)
        self.setObjectName("question")
        self.setWindowTitle("ganpaint")
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._then = then
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for key, word, run in (("no", "Cancel", self.reject), ("yes", label, self._yes)):
            button = QPushButton(word, self)
            button.setObjectName(f"question.{key}")
            button.setAccessibleName(word)
            button.setAutoDefault(key == "no")
            button.setDefault(key == "no")
            button.clicked.connect(run)
            buttons.addWidget(button)
        lay_out(self, QLabel(title), QLabel(words), buttons)
        self.setMinimumWidth(px(440))

    def _yes(self) -> None:
        self.accept()
        self._then()
