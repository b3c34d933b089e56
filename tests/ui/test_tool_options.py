"""The bar of the tool's options: ui/tool_options.py."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from ganpaint.picture.mask import Mask
from ganpaint.ui.commands import paint
from ganpaint.ui.editor import Editor
from ganpaint.ui.tool_options import TOOLS, ToolOptionsBar
from ganpaint.ui.widgets.slider import ValueBar
from tests.ui.stand_ins import document_of, editor_of, model_of, stroke_of

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def editor(qapp: object) -> Editor:
    return editor_of(document_of(edit=True), model_of())


@pytest.fixture
def bar(qtbot: QtBot, editor: Editor) -> ToolOptionsBar:
    made = ToolOptionsBar(editor)
    qtbot.addWidget(made)
    made.resize(1440, 44)
    made.show()
    return made


def slider(bar: ToolOptionsBar, name: str) -> ValueBar:
    found = bar.findChild(ValueBar, f"options.{name}")
    assert isinstance(found, ValueBar)
    return found


def seen(bar: ToolOptionsBar) -> list[str]:
    options = [(o.widget.x(), name) for name, o in bar._options.items() if o.widget.isVisible()]
    return [name for _, name in sorted(options)]


@pytest.mark.parametrize("tool", list(TOOLS))
def test_the_options_of_each_tool_stand_in_order(
    bar: ToolOptionsBar, editor: Editor, tool: str
) -> None:
    editor.use_tool("brush")
    editor.use_tool(tool)
    bar.layout().activate()
    assert seen(bar) == list(TOOLS[tool][2])


@pytest.mark.behaviour("T14", "U7")
def test_bars_are_the_options(bar: ToolOptionsBar, editor: Editor) -> None:
    slider(bar, "size").set_by_gesture(42)
    slider(bar, "hardness").set_by_gesture(30)
    slider(bar, "stayClose").set_by_gesture(0.6)
    options = editor.options
    assert (options.size, options.hardness, options.stay_close) == (42, 0.3, 0.6)
    editor.set_option("size", 99.0)
    assert slider(bar, "size").amount() == 99
    editor.use_tool("mask")
    assert slider(bar, "size").amount() == 48
    editor.use_tool("brush")
    assert slider(bar, "size").amount() == 99
    assert editor.session is not None and len(editor.session.history.states) == 1


@pytest.mark.behaviour("S13")
def test_colours(qtbot: QtBot, bar: ToolOptionsBar, editor: Editor) -> None:
    recent = editor.options.recent
    first = bar.findChild(object, "options.recent.0")
    qtbot.mouseClick(first, LEFT)
    assert editor.options.colour == recent[1]  # the chosen one itself is not offered again
    qtbot.mouseClick(bar.colour, LEFT)
    assert bar.colours.isVisible()
    bar.colours.shade._to(1.0, 0.0)
    assert max(editor.options.colour) == pytest.approx(1.0, abs=0.01)
    bar.colours.close()
    assert bar.colour.colour == editor.options.colour


def test_the_eraser_is_a_mode(qtbot: QtBot, bar: ToolOptionsBar, editor: Editor) -> None:
    erase = bar.findChild(object, "options.erase")
    qtbot.mouseClick(erase, LEFT)
    assert editor.options.erase
    editor.set_option("erase", False)
    assert not erase.isChecked()  # type: ignore[attr-defined]


@pytest.mark.behaviour("S25")
def test_clear_strokes(qtbot: QtBot, bar: ToolOptionsBar, editor: Editor) -> None:
    clear = bar.findChild(object, "options.clearStrokes")
    assert not clear.isEnabled()  # type: ignore[attr-defined]
    paint.add_stroke(editor, stroke_of())
    qtbot.mouseClick(clear, LEFT)
    assert editor.document is not None and editor.document.strokes == ()
    assert editor.session is not None and editor.session.history.undo_name == "Clear strokes"


@pytest.mark.behaviour("I10")
def test_numbers_of_the_frame(bar: ToolOptionsBar, editor: Editor) -> None:
    editor.use_tool("frame")
    assert (slider(bar, "x").amount(), slider(bar, "y").amount()) == (16, 6)
    slider(bar, "x").set_by_gesture(10)
    slider(bar, "side").set_by_gesture(40)
    frame = editor.document.frame  # type: ignore[union-attr]
    assert (frame.cx - frame.size / 2, frame.cy - frame.size / 2, frame.size) == (10, 6, 40)
    assert editor.session is not None
    assert [s.name for s in editor.session.history.states][1:] == ["Move frame"] * 2


@pytest.mark.behaviour("I8")
def test_blend_and_strength(qtbot: QtBot, bar: ToolOptionsBar, editor: Editor) -> None:
    editor.use_tool("frame")
    blend = bar._options["blend"].widget
    assert blend.value() == "replace"  # type: ignore[attr-defined]
    qtbot.mouseClick(blend.button("keep-detail"), LEFT)  # type: ignore[attr-defined]
    slider(bar, "strength").set_by_gesture(120)
    slider(bar, "feather").set_by_gesture(9)
    patch = editor.document.edit.patch  # type: ignore[union-attr]
    assert (patch.mode, patch.strength, patch.feather) == ("keep-detail", 1.2, 9.0)
    assert editor.projection.feather == 9.0


def test_mask_buttons(qtbot: QtBot, bar: ToolOptionsBar, editor: Editor) -> None:
    editor.use_tool("mask")
    clear, invert = (
        bar.findChild(QPushButton, f"options.{n}") for n in ("clearMask", "invertMask")
    )
    assert clear is not None and invert is not None and not clear.isEnabled()
    paint.set_mask(editor, Mask.empty(80, 60), "x")
    qtbot.mouseClick(invert, LEFT)
    assert editor.document is not None and editor.document.mask is not None
    assert (editor.document.mask.array() == 255).all()
    qtbot.mouseClick(clear, LEFT)
    assert editor.document.mask is None


def test_what_does_not_fit_is_in_the_popup(
    qtbot: QtBot, bar: ToolOptionsBar, editor: Editor
) -> None:
    export = QPushButton("Export…")
    bar.add_right(export)
    bar.resize(560, 44)
    assert bar.more.isVisible()
    assert "colour" in seen(bar) and "stayClose" not in seen(bar)
    qtbot.mouseClick(bar.more, LEFT)
    stay = bar._options["stayClose"].widget
    assert stay.isVisible() and bar.popup.isAncestorOf(stay)
    assert isinstance(stay, ValueBar)
    stay.set_by_gesture(0.9)
    assert editor.options.stay_close == 0.9
    bar.popup.close()
    bar.resize(1440, 44)
    assert not bar.more.isVisible() and "stayClose" in seen(bar)
    bar.layout().activate()
    assert export.geometry().right() <= bar.width()
    assert export.mapTo(bar, QPoint(0, 0)).x() > bar.width() - 200


@pytest.mark.behaviour("A4", "A11")
def test_everything_has_a_name_and_a_size(bar: ToolOptionsBar, editor: Editor) -> None:
    for tool in TOOLS:
        editor.use_tool(tool)
        for name in TOOLS[tool][2]:
            widget = bar._options[name].widget
            assert widget.objectName() == f"options.{name}"
            assert widget.height() >= 24 or not widget.isVisible()
