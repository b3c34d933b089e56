"""Before and after: the two sides, the divider, holding."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF

from ganpaint.ui.canvas.compare import Compare
from ganpaint.ui.qimage import from_qimage
from tests.ui.canvas.conftest import settle
from tests.ui.canvas.hand import ALT, Hand
from tests.ui.stand_ins import document_of

PICTURE = QRectF(20, 10, 200, 100)


def seen(canvas) -> np.ndarray:
    """The canvas's pixels without the pointer's own drawing."""
    canvas.controls.leave()
    settle(canvas)
    return from_qimage(canvas.grab().toImage())


def photo_on_screen(canvas) -> np.ndarray:
    """What the view would show of the photo alone: 4 × 4 pixels each, from (40, 30)."""
    pixels = canvas.editor.document.photo.pixels
    return pixels.repeat(4, 0).repeat(4, 1)


@pytest.mark.behaviour("T9")
def test_holding_shows_the_opened_photo_and_releasing_returns(make) -> None:
    canvas = make(document_of(edit=True))
    canvas.bar.hide()
    after = seen(canvas)
    canvas.hold_before(True)
    before = seen(canvas)
    spot = np.s_[80:200, 120:250]  # within the picture, clear of frame and words
    photo = photo_on_screen(canvas)[50:170, 80:210]
    assert np.array_equal(before[spot], photo)
    assert (after[spot] != photo).any()
    canvas.hold_before(False)
    assert np.array_equal(seen(canvas), after)


@pytest.mark.behaviour("T10")
@pytest.mark.parametrize("share", [0.0, 0.3, 0.5, 1.0])
def test_left_of_the_divider_is_before_right_of_it_after(make, share: float) -> None:
    canvas = make(document_of(edit=True))
    after = seen(canvas)
    canvas.set_split(True)
    canvas.compare.position = share
    canvas.update()
    split = seen(canvas)
    at = 40 + round(share * 320)
    row = slice(100, 130)
    photo = photo_on_screen(canvas)[70:100]
    left = np.s_[row, 110 : max(min(at - 20, 290), 110)]
    right = np.s_[row, max(at + 20, 110) : 290]
    assert np.array_equal(split[left], photo[:, left[1].start - 40 : left[1].stop - 40])
    assert np.array_equal(split[right], after[right])


@pytest.mark.behaviour("T10")
def test_the_divider_can_be_dragged_while_painting_goes_on(make) -> None:
    canvas = make(document_of(edit=True))
    hand = Hand(canvas)
    canvas.set_split(True)
    middle = canvas.picture_rect().center()
    hand.screen_drag([(middle.x(), 60), (100, 70), (-50, 70)])
    assert canvas.compare.position == 0.0
    hand.screen_drag([(40, 60), (120, 70)])
    assert canvas.compare.position == pytest.approx(0.25)
    assert canvas.editor.document.strokes == ()
    hand.stroke([(40, 30), (50, 30)])
    assert len(canvas.editor.document.strokes) == 1


@pytest.mark.behaviour("T10")
def test_alt_lays_the_divider_level_and_a_double_click_centres_it(make) -> None:
    canvas = make(document_of(edit=True))
    hand = Hand(canvas)
    canvas.set_split(True)
    hand.screen_drag([(200, 150), (200, 90)], keys=ALT)
    assert canvas.compare.level and canvas.compare.position == pytest.approx(0.25)
    place = canvas.transform.to_photo(QPointF(200, 90))
    hand.double_click(place)
    assert (canvas.compare.position, canvas.compare.level) == (0.5, False)
    assert canvas.editor.document.strokes == ()


def test_the_sides_share_the_picture() -> None:
    compare = Compare()
    assert compare.sides(PICTURE) == (QRectF(), PICTURE)
    compare.split = True
    before, after = compare.sides(PICTURE)
    assert before.right() == after.left() == 120
    compare.held = True
    assert compare.sides(PICTURE) == (PICTURE, QRectF())


def test_only_the_divider_takes_hold() -> None:
    compare = Compare()
    assert not compare.near(PICTURE, QPointF(120, 60))
    compare.split = True
    assert compare.near(PICTURE, QPointF(125, 20))
    assert compare.near(PICTURE, QPointF(131, 60))  # the knob
    assert not compare.near(PICTURE, QPointF(135, 20))
    assert not compare.near(PICTURE, QPointF(120, 300))


def test_split_is_told_to_the_menu_and_the_bar(make) -> None:
    canvas = make()
    canvas.set_split(True)
    assert canvas.editor.property("split") is True and canvas.bar.split.isChecked()
    canvas.bar.split.click()
    assert not canvas.compare.split and canvas.editor.property("split") is False
