"""The one question: Save by default, each button does its own."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from ganpaint.ui.dialogs.leave import LeaveDialog


@pytest.mark.behaviour("I21", "U16")
@pytest.mark.parametrize(
    ("button", "done"), [("save", ["save"]), ("discard", ["discard"]), ("cancel", [])]
)
def test_buttons(qtbot: object, qapp: QApplication, button: str, done: list[str]) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)  # type: ignore[attr-defined]
    heard: list[str] = []
    dialog = LeaveDialog(
        parent, "cat.png", "Project", lambda: heard.append("save"), lambda: heard.append("discard")
    )
    dialog.open()
    buttons = {b.objectName(): b for b in dialog.findChildren(QPushButton)}
    assert set(buttons) == {"leave.save", "leave.discard", "leave.cancel"}
    assert buttons["leave.save"].isDefault()
    QTest.mouseClick(buttons[f"leave.{button}"], Qt.MouseButton.LeftButton)
    assert heard == done and not dialog.isVisible()


@pytest.mark.behaviour("I21")
def test_enter_saves_and_escape_cancels(qtbot: object, qapp: QApplication) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)  # type: ignore[attr-defined]
    heard: list[str] = []
    for key, expected in ((Qt.Key.Key_Escape, []), (Qt.Key.Key_Return, ["save"])):
        dialog = LeaveDialog(
            parent, "cat.png", "", lambda: heard.append("save"), lambda: heard.append("discard")
        )
        dialog.open()
        QTest.keyClick(dialog, key)
        assert heard == expected
