"""The frame tool: moving, scaling, keys, limits; one undo step a gesture."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from ganpaint.picture.composite import composite
from ganpaint.picture.frame import Frame
from ganpaint.ui.tools import frame as module
from tests.ui.canvas.hand import CTRL, SHIFT, Hand

Key = Qt.Key


@pytest.fixture
def framer(hand: Hand) -> Hand:
    hand.canvas.editor.use_tool("frame")
    return hand


def frame(hand: Hand) -> Frame:
    return hand.canvas.editor.document.frame


def steps(hand: Hand) -> list[str]:
    return [state.name for state in hand.canvas.editor.session.history.states[1:]]


@pytest.mark.behaviour("I10")
def test_a_drag_from_inside_moves_it(framer: Hand) -> None:
    framer.stroke([(40, 30), (45, 31), (51, 34)])
    assert frame(framer) == Frame(51, 34, 48)
    assert steps(framer) == ["Move frame"]


@pytest.mark.behaviour("I10")
def test_shift_keeps_the_axis(framer: Hand) -> None:
    framer.press((40, 30))
    framer.move((51, 34), keys=SHIFT)
    framer.release((51, 34), keys=SHIFT)
    assert frame(framer) == Frame(51, 30, 48)


@pytest.mark.behaviour("I10")
@pytest.mark.parametrize(
    ("handle", "to", "expected"),
    [
        ((64, 54), (74, 64), Frame(45, 35, 58)),  # lower right: upper left stays
        ((16, 6), (26, 16), Frame(45, 35, 38)),
        ((64, 30), (74, 30), Frame(45, 30, 58)),  # right edge: left edge stays
        ((40, 6), (40, 16), Frame(40, 35, 38)),
    ],
)
def test_a_handle_scales_it_from_the_opposite_one(framer: Hand, handle, to, expected) -> None:
    framer.stroke([handle, to])
    assert frame(framer) == expected
    assert steps(framer) == ["Scale frame"]


@pytest.mark.behaviour("I10")
def test_ctrl_scales_from_the_centre(framer: Hand) -> None:
    framer.stroke([(64, 54), (69, 59)], keys=CTRL)
    assert frame(framer) == Frame(40, 30, 58)


@pytest.mark.behaviour("I10", "U8")
def test_arrow_keys_move_it_and_a_series_is_one_step(framer: Hand, monkeypatch) -> None:
    clock = [100.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: clock[0])
    for _ in range(3):
        framer.key(Key.Key_Right)
        clock[0] += 0.3
    framer.key(Key.Key_Up, SHIFT)
    assert frame(framer) == Frame(43, 20, 48)
    assert steps(framer) == ["Move frame"]
    clock[0] += 1.0
    framer.key(Key.Key_Left)
    assert steps(framer) == ["Move frame", "Move frame"]
    framer.canvas.editor.session.undo()
    assert frame(framer) == Frame(43, 20, 48)


@pytest.mark.behaviour("I10")
def test_it_may_hang_over_the_edge_which_is_never_exported(framer: Hand) -> None:
    framer.stroke([(40, 30), (-60, 30)])
    placed = frame(framer)
    assert placed.cx == 0.0 and placed.overlaps(80, 60)
    document = framer.canvas.editor.document
    assert composite(document.photo, document.patches).shape == (60, 80, 3)


def test_it_never_vanishes_nor_grows_without_end(framer: Hand) -> None:
    framer.stroke([(64, 54), (-200, -200)])
    assert frame(framer).size == module.SMALLEST
    framer.canvas.editor.session.undo()
    framer.stroke([(64, 54), (3000, 3000)])
    assert frame(framer).size == 320.0


def test_while_it_is_dragged_nothing_is_committed(framer: Hand) -> None:
    framer.press((40, 30))
    framer.move((50, 30))
    assert framer.canvas.place.frame == Frame(50, 30, 48)
    assert frame(framer) == Frame(40, 30, 48)
    assert framer.canvas.cancel()
    assert framer.canvas.place.frame == Frame(40, 30, 48)
    framer.release((50, 30))
    assert steps(framer) == []


def test_a_click_or_a_press_beside_it_changes_nothing(framer: Hand) -> None:
    framer.click((40, 30))
    framer.stroke([(5, 5), (30, 30)])
    assert steps(framer) == []


def test_the_cursor_tells_what_a_drag_does(framer: Hand) -> None:
    shapes = Qt.CursorShape
    for place, shape in (
        ((40, 30), shapes.SizeAllCursor),
        ((64, 54), shapes.SizeFDiagCursor),
        ((64, 6), shapes.SizeBDiagCursor),
        ((64, 30), shapes.SizeHorCursor),
        ((40, 54), shapes.SizeVerCursor),
        ((5, 5), shapes.ArrowCursor),
    ):
        framer.hover(place)
        assert framer.canvas.cursor().shape() == shape, place


def test_the_hint_follows_the_pointer(framer: Hand) -> None:
    framer.hover((64, 54))
    assert framer.canvas.editor.hint == "Drag to scale; Ctrl from the centre."
    framer.hover((40, 30))
    assert framer.canvas.editor.hint.startswith("Drag to move; Shift keeps the axis.")
