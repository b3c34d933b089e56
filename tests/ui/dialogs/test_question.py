"""A question before something that cannot be undone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from ganpaint.ui.dialogs.question import QuestionDialog


@pytest.mark.parametrize(("key", "done"), [("yes", [True]), ("no", [])])
def test_only_yes_does_it(qtbot: QtBot, key: str, done: list[bool]) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    found: list[bool] = []
    dialog = QuestionDialog(holder, "Delete it?", "Gone.", "Delete", lambda: found.append(True))
    dialog.open()
    assert {"Delete it?", "Gone."} <= {label.text() for label in dialog.findChildren(QLabel)}
    button = dialog.findChild(QPushButton, f"question.{key}")
    assert button is not None
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert found == done and not dialog.isVisible()


def test_enter_and_escape_choose_nothing(qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Escape):
        found: list[bool] = []
        dialog = QuestionDialog(holder, "Sure?", "Gone.", "Delete", lambda f=found: f.append(True))
        dialog.open()
        qtbot.keyClick(dialog, key)
        assert not found and not dialog.isVisible()
