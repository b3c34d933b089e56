"""The small actions: tools by key, brush by brackets, swapping, escape, private mode."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from ganpaint.tasks.requests import ProjectRequest
from ganpaint.ui import action_state as state
from ganpaint.ui.commands import paint
from ganpaint.ui.messages import Message
from tests.ui.stand_ins import document_of, jobs_of

if TYPE_CHECKING:
    from ganpaint.ui.main_window import MainWindow


@pytest.mark.behaviour("T14", "K1")
def test_tool_by_key_click_and_menu_are_the_same(window: MainWindow) -> None:
    editor = window.editor
    editor.open_session(document_of())
    for take in (
        lambda: QTest.keyClick(window.canvas, Qt.Key.Key_M),
        lambda: QTest.mouseClick(window.tools.buttons["mask"], Qt.MouseButton.LeftButton),
        lambda: window.menus.actions["tool.mask.use"].trigger(),
    ):
        editor.use_tool("brush")
        take()
        assert editor.tool == "mask"
        assert window.tools.buttons["mask"].isChecked()
        assert window.menus.actions["tool.mask.use"].isChecked()


def test_the_eraser_goes_back_when_taken_again(window: MainWindow) -> None:
    editor = window.editor
    editor.open_session(document_of())
    state.take_tool("eraser", window)
    assert state.tool_in_hand(editor) == "eraser" and editor.tool == "brush"
    state.take_tool("eraser", window)
    assert state.tool_in_hand(editor) == "brush"
    state.take_tool("mask", window)
    state.take_tool("eraser", window)
    assert editor.tool == "mask" and editor.options.erase
    state.take_tool("mask", window)
    assert not editor.options.erase


@pytest.mark.behaviour("T7", "S21")
def test_brackets(window: MainWindow) -> None:
    editor = window.editor
    editor.set_option("size", 20)
    state.resize(1, window)
    assert editor.options.size == pytest.approx(22)
    editor.set_option("size", 6)
    state.resize(1, window)
    state.resize(-1, window)
    assert editor.options.size == 6
    editor.set_option("size", 1)
    state.resize(-1, window)
    assert editor.options.size == 1
    state.harden(0.1, window)
    assert editor.options.hardness == pytest.approx(0.8)


@pytest.mark.behaviour("S13", "K1")
def test_swap(window: MainWindow) -> None:
    editor = window.editor
    editor.use_tool("brush")
    first, second = (1.0, 0.0, 0.0), (0.0, 0.0, 1.0)
    for colour in (second, first):
        editor.set_option("colour", colour)
        editor.remember_colour(colour)
    state.swap(window)
    assert editor.options.colour == second
    state.swap(window)
    assert editor.options.colour == first
    editor.use_tool("mask")
    state.swap(window)
    assert editor.options.erase


@pytest.mark.behaviour("F4")
def test_escape_takes_the_message_then_the_job(window: MainWindow) -> None:
    editor = window.editor
    editor.open_session(document_of())
    paint.start_projection(editor)
    editor.say(Message("warn", "Something."))
    [job] = jobs_of(editor).of(ProjectRequest)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not window.messages.cards and not job.stop.requested
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert job.stop.requested and not job.stop.discarding


@pytest.mark.behaviour("I26")
def test_private_mode(window: MainWindow) -> None:
    window.editor.change_preferences(recent_files=("/x/a.png",))
    state.toggle_private(window)
    assert window.editor.preferences.private and window.editor.preferences.recent_files == ()
