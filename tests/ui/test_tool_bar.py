"""The tool bar follows the tool, and a click takes one."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from ganpaint.ui import theme
from ganpaint.ui.tool_bar import ToolBar
from ganpaint.ui.tools import TOOLS
from tests.ui.stand_ins import document_of, editor_of


@pytest.mark.behaviour("T14", "A11")
def test_buttons(qtbot: object, qapp: QApplication) -> None:
    theme.apply(qapp, "dark")
    editor = editor_of(document_of())
    taken: list[str] = []
    bar = ToolBar(editor, TOOLS, taken.append)
    qtbot.addWidget(bar)  # type: ignore[attr-defined]
    bar.show()
    names = list(bar.buttons)
    assert names[:3] == ["brush", "eraser", "mask"]
    for button in bar.buttons.values():
        assert (button.width(), button.height()) == (40, 36)
        assert button.accessibleName() and button.toolTip()
    assert bar.buttons["brush"].isChecked()
    QTest.mouseClick(bar.buttons["mask"], Qt.MouseButton.LeftButton)
    assert taken == ["mask"] and bar.buttons["brush"].isChecked()
    editor.use_tool("mask")
    assert [n for n, b in bar.buttons.items() if b.isChecked()] == ["mask"]
    editor.use_tool("brush")
    editor.set_option("erase", True)
    assert [n for n, b in bar.buttons.items() if b.isChecked()] == ["eraser"]
