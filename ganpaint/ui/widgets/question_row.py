"""A number that is asked for once: what it is for, a field, and a button that keeps it."""

from __future__ import annotations

import math

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QWidget

from ganpaint.ui.theme import font, px
from ganpaint.ui.widgets.panel import caption, column


class QuestionRow(QWidget):
    """`answered` carries a number that makes sense: whole and not negative, or above zero.

    Args:
        words: the question.
        whole: whether the answer is a count.
    """

    answered = Signal(float)

    def __init__(self, words: str, whole: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self._whole = whole
        self.field = QLineEdit(self)
        self.field.setFont(font())
        self.field.setAccessibleName(words)
        self.field.setPlaceholderText("0" if whole else "1e-5")
        self.field.textChanged.connect(self._typed)
        self.field.returnPressed.connect(self._keep)
        self.keep = QPushButton("Keep", self)
        self.keep.setFont(font())
        self.keep.setAccessibleName(f"Keep the answer: {words}")
        self.keep.setToolTip("For this model and all copies of it")
        self.keep.clicked.connect(self._keep)
        row = QHBoxLayout()
        row.setSpacing(px(8))
        row.addWidget(self.field, 1)
        row.addWidget(self.keep)
        inside = column(self, margin=0, gap=4)
        inside.addWidget(caption(words, self))
        inside.addLayout(row)
        self._typed()

    def setObjectName(self, name: str) -> None:
        """Also names the field and the button."""
        super().setObjectName(name)
        self.field.setObjectName(f"{name}.field")
        self.keep.setObjectName(f"{name}.keep")

    def value(self) -> float | None:
        """The number, or None while it makes no sense."""
        text = self.field.text().strip().replace(",", ".")
        try:
            number = float(text)
        except ValueError:
            return None
        if self._whole:
            return number if number >= 0 and number.is_integer() else None
        return number if number > 0 and math.isfinite(number) else None

    def _typed(self) -> None:
        self.keep.setEnabled(self.value() is not None)

    def _keep(self) -> None:
        number = self.value()
        if number is not None:
            self.answered.emit(number)
