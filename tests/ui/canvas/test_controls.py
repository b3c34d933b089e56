"""Lent tools and whose gesture it is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from ganpaint.ui.canvas.controls import Controls
from tests.ui.canvas.hand import ALT, CTRL, LEFT, MIDDLE, Hand
from tests.ui.stand_ins import document_of

Key = Qt.Key


def controls(hand: Hand) -> Controls:
    return hand.canvas.controls


def strokes(hand: Hand):
    return hand.canvas.editor.document.strokes


@pytest.mark.behaviour("T2")
@pytest.mark.parametrize("tool", ["brush", "mask", "frame", "eyedropper", "zoom"])
def test_space_lends_the_hand_from_any_tool(hand: Hand, tool: str) -> None:
    editor, before = hand.canvas.editor, hand.canvas.transform
    editor.use_tool(tool)
    document = editor.document
    hand.key_down(Key.Key_Space)
    hand.screen_drag([(100, 100), (130, 100), (150, 110)])
    hand.key_up(Key.Key_Space)
    after = hand.canvas.transform
    assert (after.x - before.x, after.y - before.y) == (50, 10)
    assert editor.document is document
    assert editor.tool == tool and controls(hand).tool.name == tool


@pytest.mark.behaviour("T2")
def test_space_released_first_begins_no_stroke(hand: Hand) -> None:
    hand.key_down(Key.Key_Space)
    hand.press((40, 30))
    hand.move((45, 30))
    hand.key_up(Key.Key_Space)
    hand.move((30, 20))
    hand.release((30, 20))
    assert strokes(hand) == () and controls(hand).tool.name == "brush"
    hand.stroke([(40, 30), (50, 30)])
    assert len(strokes(hand)) == 1


@pytest.mark.behaviour("T2")
def test_the_middle_button_pans(hand: Hand) -> None:
    before = hand.canvas.transform
    hand.screen_drag([(100, 100), (90, 120)], button=MIDDLE)
    assert hand.canvas.transform.y == before.y + 20
    assert strokes(hand) == () and controls(hand).tool.name == "brush"


@pytest.mark.behaviour("T2")
@pytest.mark.parametrize("key", [Key.Key_Space, Key.Key_Alt])
def test_a_held_key_is_forgotten_when_the_focus_goes(hand: Hand, key: Qt.Key) -> None:
    hand.hover((40, 30))
    hand.key_down(key)
    assert controls(hand).tool.name == {Key.Key_Space: "hand", Key.Key_Alt: "eyedropper"}[key]
    QApplication.sendEvent(hand.canvas, QFocusEvent(QFocusEvent.Type.FocusOut))
    hand.hover((41, 30))
    assert controls(hand).tool.name == "brush"


def test_ctrl_and_space_lend_the_zoom(hand: Hand) -> None:
    hand.key_down(Key.Key_Space, CTRL)
    assert controls(hand).tool.name == "zoom"
    hand.key_up(Key.Key_Space, CTRL)
    assert controls(hand).tool.name == "brush"


def test_alt_held_shows_the_eyedropper_and_goes(hand: Hand) -> None:
    hand.hover((40, 30))
    hand.key_down(Key.Key_Alt)
    assert controls(hand).tool.name == "eyedropper"
    hand.key_up(Key.Key_Alt, ALT)
    assert controls(hand).tool.name == "brush"


def test_a_second_button_does_not_disturb_a_stroke(hand: Hand) -> None:
    hand.press((20, 20))
    hand.move((30, 20), LEFT | MIDDLE)
    hand.press((30, 20), MIDDLE)
    place = hand.screen((30, 20))
    hand._mouse(QEvent.Type.MouseButtonRelease, place, MIDDLE, LEFT)  # the left one stays down
    hand.move((40, 20))
    hand.release((40, 20))
    (stroke,) = strokes(hand)
    assert stroke.samples[-1, 0] == pytest.approx(40, abs=0.5)


def test_taking_another_tool_gives_the_gesture_up(hand: Hand) -> None:
    hand.press((20, 20))
    hand.move((30, 20))
    hand.canvas.editor.use_tool("hand")
    hand.release((30, 20))
    assert strokes(hand) == () and not hand.canvas.is_busy


def test_the_wheel_zooms_in_the_middle_of_a_stroke(hand: Hand) -> None:
    hand.press((20, 20))
    hand.move((30, 20))
    hand.wheel((30, 20), 4)
    hand.move((40, 20))
    hand.release((40, 20))
    (stroke,) = strokes(hand)
    assert stroke.samples[-1, 0] == pytest.approx(40, abs=0.5)
    assert hand.canvas.transform.zoom == 8.0


@pytest.mark.behaviour("T17")
@pytest.mark.parametrize("wanted", [False, True])
def test_painting_at_the_edge_scrolls_if_asked_for(hand: Hand, wanted: bool) -> None:
    editor = hand.canvas.editor
    editor.preferences = replace(editor.preferences, edge_scroll=wanted)
    before = hand.canvas.transform
    corner = hand.canvas.transform.to_photo(QPointF(395, 150))
    hand.press((60, 30))
    hand.move(corner)
    QTest.qWait(120)
    hand.release(corner)
    assert (hand.canvas.transform.x < before.x - 20) is wanted
    assert len(strokes(hand)) == 1


def test_another_document_ends_every_gesture(hand: Hand) -> None:
    hand.press((20, 20))
    hand.canvas.editor.open_session(document_of(), name="another.png")
    hand.release((20, 20))
    assert strokes(hand) == () and not hand.canvas.is_busy


def test_the_outline_goes_with_the_pointer(hand: Hand) -> None:
    hand.hover((40, 30))
    assert controls(hand).pointer is not None
    controls(hand).leave()
    assert controls(hand).pointer is None


def test_the_pointer_stays_on_its_place_when_the_view_moves(hand: Hand) -> None:
    hand.hover((40, 30))
    hand.canvas.move_view(hand.canvas.transform.moved(-40, 0))
    assert controls(hand).pointer.x == pytest.approx(50)
