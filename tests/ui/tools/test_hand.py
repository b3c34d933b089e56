"""The hand: dragging, keys, and a double click that fits."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from tests.ui.canvas.conftest import settle
from tests.ui.canvas.hand import SHIFT, Hand

Key = Qt.Key


@pytest.fixture
def holder(hand: Hand) -> Hand:
    hand.canvas.editor.use_tool("hand")
    return hand


def test_the_photo_follows_the_hand(holder: Hand) -> None:
    before = holder.canvas.transform
    holder.screen_drag([(200, 150), (220, 150), (170, 190)])
    after = holder.canvas.transform
    assert (after.x - before.x, after.y - before.y) == (-30, 40)
    assert holder.canvas.editor.session.history.at == 0


def test_arrow_keys_move_the_view(holder: Hand) -> None:
    before = holder.canvas.transform
    holder.key(Key.Key_Right)
    assert holder.canvas.transform.x == before.x - 64
    holder.key(Key.Key_Up, SHIFT)
    assert holder.canvas.transform.y == pytest.approx(before.y + 256, abs=60)  # a fifth stays


def test_a_double_click_fits(holder: Hand) -> None:
    holder.double_click((40, 30))
    settle(holder.canvas)
    view = holder.canvas.transform
    assert view.to_screen(0, 0).y() == pytest.approx(24, abs=1)


def test_the_cursor_closes_while_it_holds(holder: Hand) -> None:
    holder.hover((40, 30))
    assert holder.canvas.cursor().shape() == Qt.CursorShape.OpenHandCursor
    holder.press((40, 30))
    assert holder.canvas.cursor().shape() == Qt.CursorShape.ClosedHandCursor
    holder.release((40, 30))
    assert holder.canvas.editor.hint == "Drag to move the view."
