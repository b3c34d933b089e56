"""The table of tools, and that each one says what it is."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF, Qt

from ganpaint.paths import resource
from ganpaint.ui.actions import TOOL_KEYS
from ganpaint.ui.options import ToolOptions
from ganpaint.ui.tools import TOOLS
from ganpaint.ui.tools.base import Pointer, Tool
from tests.ui.canvas.hand import Hand


def test_every_tool_file_is_in_the_table() -> None:
    folder = resource("icons").parents[1] / "ganpaint" / "ui" / "tools"
    assert {tool.__module__.rpartition(".")[2] for tool in TOOLS} == {
        path.stem
        for path in folder.glob("*.py")
        if path.stem not in ("__init__", "base", "outline", "stroking")
    }


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_every_tool_says_what_it_is(tool: type[Tool], hand: Hand) -> None:
    assert tool.name in TOOL_KEYS
    assert resource("icons", f"{tool.icon}.svg").exists()
    assert set(tool.options) <= set(ToolOptions.__dataclass_fields__)
    hand.canvas.editor.use_tool(tool.name)
    made = hand.canvas.controls.chosen
    at = Pointer(40, 30)
    assert made.hint(at).endswith(".") and len(made.hint(None)) > 10
    assert not made.busy and not made.cancel()
    hand.hover((40, 30))
    if made.cursor(at) is None:
        assert made.overlay_rect(at) != QRectF()


@pytest.mark.behaviour("T14")
def test_each_tool_remembers_its_own_settings(hand: Hand) -> None:
    editor = hand.canvas.editor
    editor.set_option("size", 33.0)
    editor.use_tool("mask")
    editor.set_option("size", 77.0)
    editor.use_tool("brush")
    assert editor.options.size == 33.0
    editor.use_tool("mask")
    assert editor.options.size == 77.0


def test_a_pointer_knows_its_keys() -> None:
    keys = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.AltModifier
    at = Pointer(1, 2, buttons=Qt.MouseButton.RightButton, keys=keys)
    assert at.shift and at.alt and at.right and not at.ctrl
