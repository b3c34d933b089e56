"""Painting by keys, wheel and trackpad, held keys."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QInputDevice, QNativeGestureEvent, QPointingDevice
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow, QToolTip

from tests.ui.canvas.hand import CTRL, SHIFT, Hand

Key = Qt.Key


@pytest.mark.behaviour("A2")
def test_a_stroke_by_keys_alone(hand: Hand) -> None:
    hand.key(Key.Key_Return)
    for _ in range(3):
        hand.key(Key.Key_Right)
    hand.key(Key.Key_Down, SHIFT)
    hand.key(Key.Key_Return)
    (stroke,) = hand.canvas.editor.document.strokes
    moved = stroke.samples[-1, :2] - stroke.samples[0, :2]
    assert moved.tolist() == pytest.approx([3, 10])
    assert not hand.canvas.is_busy


@pytest.mark.behaviour("A2")
def test_keys_begin_in_the_middle_of_the_view(hand: Hand) -> None:
    hand.key(Key.Key_Return)
    hand.key(Key.Key_Return)
    first = hand.canvas.editor.document.strokes[0].samples[0, :2]
    assert first.tolist() == pytest.approx(
        hand.canvas.transform.to_photo(hand.canvas.middle), abs=0.01
    )


def test_escape_ends_a_stroke_by_keys(hand: Hand) -> None:
    hand.key(Key.Key_Return)
    hand.key(Key.Key_Right)
    hand.key(Key.Key_Escape)
    assert not hand.canvas.is_busy and hand.canvas.editor.document.strokes == ()


@pytest.mark.behaviour("T1")
def test_the_wheel_zooms_to_the_cursor(hand: Hand) -> None:
    dice = random.Random(2)
    for _ in range(30):
        point = dice.uniform(5, 75), dice.uniform(5, 55)
        before = hand.screen(point)
        hand.wheel(point, dice.choice([-1, 1, 2, 0.25]))
        moved = hand.screen(point) - before
        assert abs(moved.x()) <= 0.5 and abs(moved.y()) <= 0.5


@pytest.mark.behaviour("T1")
def test_a_notch_is_a_quarter_octave(hand: Hand) -> None:
    hand.wheel((40, 30), 1)
    assert hand.canvas.transform.zoom == pytest.approx(4 * 2**0.25)


@pytest.mark.behaviour("T23")
def test_two_fingers_pan_and_with_ctrl_they_zoom(hand: Hand) -> None:
    before = hand.canvas.transform
    hand.wheel((40, 30), 0.2, pixels=QPoint(12, -7))
    after = hand.canvas.transform
    assert (after.x - before.x, after.y - before.y, after.zoom) == (12, -7, before.zoom)
    hand.wheel((40, 30), 0.2, CTRL, pixels=QPoint(0, 120))
    assert hand.canvas.transform.zoom == pytest.approx(before.zoom * 2**0.5)


@pytest.mark.behaviour("T23")
def test_the_wheel_pans_where_that_is_preferred(hand: Hand) -> None:
    editor = hand.canvas.editor
    editor.preferences = replace(editor.preferences, wheel_zooms=False)
    before = hand.canvas.transform
    hand.wheel((40, 30), -1)
    assert hand.canvas.transform.y == before.y - 64
    hand.wheel((40, 30), 1, CTRL)
    assert hand.canvas.transform.zoom > before.zoom


@pytest.mark.behaviour("T23")
def test_pinching_zooms(hand: Hand) -> None:
    place = QPointF(150, 120)
    device = QPointingDevice.primaryPointingDevice()
    assert device.type() != QInputDevice.DeviceType.Unknown
    event = QNativeGestureEvent(
        Qt.NativeGestureType.ZoomNativeGesture, device, 2, place, place, place, 0.25, QPointF()
    )
    before = hand.canvas.transform.zoom
    QApplication.sendEvent(hand.canvas, event)
    assert hand.canvas.transform.zoom == pytest.approx(before * 1.25)


@pytest.mark.behaviour("T9")
@pytest.mark.parametrize("key", [Key.Key_O, Key.Key_Backslash])
def test_o_is_held_for_before(hand: Hand, key: Qt.Key) -> None:
    hand.key_down(key)
    assert hand.canvas.compare.held
    hand.key_up(key)
    assert not hand.canvas.compare.held


@pytest.mark.behaviour("A6")
def test_f1_held_tells_where_one_is(hand: Hand) -> None:
    hand.hover((40, 30))
    hand.key_down(Key.Key_F1)
    QTest.qWait(400)
    assert QToolTip.text().startswith("Brush, zoom 400 %, x 40, y 30, inside the work frame")
    hand.key_up(Key.Key_F1)
    QToolTip.hideText()


@pytest.mark.behaviour("A6")
def test_f1_pressed_opens_help(hand: Hand, qtbot) -> None:
    window, pressed = QMainWindow(), []
    qtbot.addWidget(window)
    action = QAction("Help", window)
    action.setObjectName("help.contents")
    action.triggered.connect(lambda: pressed.append(True))
    window.setCentralWidget(hand.canvas)
    hand.key(Key.Key_F1)
    assert pressed
    hand.canvas.setParent(None)


def test_without_a_document_keys_do_nothing(hand: Hand) -> None:
    hand.canvas.editor.close_session()
    for key in (Key.Key_Space, Key.Key_Return, Key.Key_O, Key.Key_Left):
        hand.key(key)
    hand.wheel((1, 1), 1)
    assert not hand.canvas.is_busy and not hand.canvas.compare.held
