"""The tool bar at the left: one button a tool, in groups divided by a line."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QFrame, QToolButton, QVBoxLayout, QWidget

from ganpaint.ui.action_state import tool_in_hand
from ganpaint.ui.actions import TOOL_KEYS
from ganpaint.ui.theme import px, set_icon, set_role

if TYPE_CHECKING:
    from ganpaint.ui.editor import Editor
    from ganpaint.ui.tools.base import Tool

WIDTH = 48


class ToolBar(QWidget):
    """The buttons.

    Args:
        editor: whose tool is shown.
        tools: the table of tools; the eraser, a mode of the brush, stands after the brush.
        take: called with the name of the button pressed.
    """

    def __init__(
        self, editor: Editor, tools: Iterable[type[Tool]], take: Callable[[str], object]
    ) -> None:
        super().__init__()
        self.editor = editor
        self.setObjectName("toolBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(px(WIDTH) + 1)
        self.buttons: dict[str, QToolButton] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(4), px(4), px(4), px(4))
        layout.setSpacing(px(4))
        group = ""
        for tool in tools:
            if group and tool.group != group:
                layout.addWidget(_line())
            group = tool.group
            entries = [(tool.name, tool.title, tool.icon)]
            if tool.name == "brush":
                entries.append(("eraser", "Eraser", "eraser"))
            for name, title, sign in entries:
                layout.addWidget(self._button(name, title, sign, take))
        layout.addStretch(1)
        editor.toolChanged.connect(self._refresh)
        editor.optionsChanged.connect(self._refresh)
        self._refresh()

    def _button(
        self, name: str, title: str, sign: str, take: Callable[[str], object]
    ) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(f"tool.{name}")
        set_role(button, "tool")
        button.setFixedSize(px(40), px(36))
        button.setCheckable(True)
        set_icon(button, sign, size=px(24))
        key = TOOL_KEYS[name][1] if name in TOOL_KEYS else ""
        shown = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
        button.setToolTip(f"{title} ({shown})" if shown else title)
        button.setAccessibleName(title)
        button.clicked.connect(partial(self._take, take, name))
        self.buttons[name] = button
        return button

    def _take(self, take: Callable[[str], object], name: str, *_: object) -> None:
        if name != tool_in_hand(self.editor):
            take(name)
        self._refresh()

    def _refresh(self, *_: object) -> None:
        current = tool_in_hand(self.editor)
        for name, button in self.buttons.items():
            button.setChecked(name == current)


def _line() -> QWidget:
    holder = QWidget()
    layout = QVBoxLayout(holder)
    layout.setContentsMargins(px(4), px(6), px(4), px(6))
    line = QFrame()
    line.setFixedHeight(1)
    set_role(line, "line")
    line.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    layout.addWidget(line)
    return holder
