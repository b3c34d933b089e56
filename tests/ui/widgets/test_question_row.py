"""A number that is asked for once."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ganpaint.ui.widgets.question_row import QuestionRow


@pytest.mark.parametrize(
    ("whole", "text", "value"),
    [
        (True, "8", 8),
        (True, "0", 0),
        (True, "1.5", None),
        (True, "-1", None),
        (True, "", None),
        (True, "nan", None),
        (False, "1e-4", 1e-4),
        (False, "0,001", 0.001),
        (False, "0", None),
        (False, "inf", None),
        (False, "x", None),
    ],
)
def test_only_numbers_with_sense_are_kept(
    qtbot: QtBot, whole: bool, text: str, value: float | None
) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    row = QuestionRow("How many?", whole, holder)
    row.setObjectName("q")
    told: list[float] = []
    row.answered.connect(told.append)
    row.field.setText(text)
    assert row.keep.isEnabled() is (value is not None)
    assert (row.field.objectName(), row.keep.objectName()) == ("q.field", "q.keep")
    qtbot.keyClick(row.field, Qt.Key.Key_Return)
    assert told == ([] if value is None else [value])
