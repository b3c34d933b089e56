"""The mask brush: marking, taking away, and one history with everything else."""

from __future__ import annotations

import numpy as np
import pytest

from ganpaint.picture.composite import composite
from tests.ui.canvas.conftest import settle
from tests.ui.canvas.hand import RIGHT, Hand, Pen
from tests.ui.stand_ins import document_of, edit_of, photo_of

PATH = [(30, 20), (50, 30)]


@pytest.fixture
def masker(hand: Hand) -> Hand:
    editor = hand.canvas.editor
    editor.use_tool("mask")
    editor.set_option("size", 10.0)
    editor.set_option("hardness", 1.0)
    return hand


def plane(hand: Hand) -> np.ndarray:
    mask = hand.canvas.editor.document.mask
    assert mask is not None
    return mask.array()


@pytest.mark.behaviour("K1")
def test_it_marks_what_it_covers(masker: Hand) -> None:
    masker.stroke(PATH)
    marked = plane(masker)
    assert marked.shape == (60, 80)
    assert marked[25, 40] == 255 and marked[5, 5] == 0
    masker.canvas.controls.leave()
    image = masker.canvas.grab().toImage()
    photo = masker.canvas.editor.document.photo.pixels
    inside = image.pixelColor(masker.screen((40.5, 25.5)).toPoint())
    outside = image.pixelColor(masker.screen((55.5, 12.5)).toPoint())
    assert outside.getRgb()[:3] == tuple(photo[12, 55])
    expected = 0.55 * photo[25, 40] + 0.45 * np.array([0xFF, 0x33, 0x55])
    assert np.abs(np.array(inside.getRgb()[:3]) - expected).max() <= 2


@pytest.mark.behaviour("K1")
def test_eraser_mode_takes_away(masker: Hand) -> None:
    masker.stroke(PATH)
    masker.canvas.editor.set_option("erase", True)
    masker.stroke([(40, 10), (40, 40)])
    assert plane(masker)[25, 40] == 0 and plane(masker)[21, 31] == 255
    assert masker.canvas.editor.session.history.states[-1].name == "Erase mask"


@pytest.mark.behaviour("K14")
def test_the_right_button_and_a_pens_other_end_take_away(masker: Hand) -> None:
    masker.stroke([(20, 30), (60, 30)])
    masker.stroke([(30, 20), (30, 40)], button=RIGHT)
    assert plane(masker)[30, 30] == 0 and plane(masker)[30, 50] == 255
    pen = Pen(masker, eraser=True)
    pen.send("press", (50, 30), 1.0)
    pen.send("release", (50, 30), 0.0)
    assert plane(masker)[30, 50] == 0
    assert not masker.canvas.editor.options.erase


def test_taking_away_without_a_mask_begins_with_all(masker: Hand) -> None:
    masker.stroke(PATH, button=RIGHT)
    assert plane(masker)[25, 40] == 0 and plane(masker)[5, 5] == 255


@pytest.mark.behaviour("K2")
def test_without_a_mask_the_whole_frame_may_change() -> None:
    document = document_of(edit=True)
    changed = (composite(document.photo, document.patches) != document.photo.pixels).any(-1)
    x = np.nonzero(changed)[1]
    frame = document.frame
    assert x.min() >= frame.cx - frame.size / 2 and x.max() < frame.cx + frame.size / 2
    assert (changed[10:50, 20:60]).mean() > 0.9


@pytest.mark.behaviour("K1")
def test_the_edit_shows_through_the_mask_at_once(make) -> None:
    canvas = make(document_of(edit=True))
    editor, hand = canvas.editor, Hand(canvas)
    editor.use_tool("mask")
    hand.stroke(PATH)
    assert editor.document.edit.patch.mask is editor.document.mask


@pytest.mark.behaviour("K13")
def test_another_photo_starts_without_a_mask(masker: Hand) -> None:
    editor = masker.canvas.editor
    masker.stroke(PATH)
    editor.open_session(document_of(), name="another.png")
    settle(masker.canvas)
    assert editor.document.mask is None
    masker.canvas.controls.leave()
    image = masker.canvas.grab().toImage()
    shown = image.pixelColor(masker.screen((40.5, 25.5)).toPoint()).getRgb()[:3]
    assert shown == tuple(editor.document.photo.pixels[25, 40])


@pytest.mark.behaviour("K15")
def test_undo_goes_through_marks_and_strokes_in_their_order(masker: Hand) -> None:
    editor = masker.canvas.editor
    masker.stroke(PATH)
    one = editor.document.mask
    editor.use_tool("brush")
    masker.stroke(PATH)
    editor.use_tool("mask")
    masker.stroke([(20, 40), (60, 40)])
    names = [state.name for state in editor.session.history.states]
    assert names[1:] == ["Paint mask", "Scribble", "Paint mask"]
    editor.session.undo()
    assert editor.document.mask is one and len(editor.document.strokes) == 1
    editor.session.undo()
    assert editor.document.mask is one and editor.document.strokes == ()
    editor.session.undo()
    assert editor.document.mask is None


def test_escape_leaves_the_mask_as_it_was(masker: Hand) -> None:
    masker.stroke(PATH)
    before, seen = masker.canvas.editor.document.mask, None
    masker.hover((5, 5))
    seen = masker.canvas.grab().toImage()
    masker.press((20, 40))
    masker.move((60, 40))
    masker.canvas.cancel()
    masker.hover((5, 5))
    assert masker.canvas.editor.document.mask is before
    assert masker.canvas.grab().toImage() == seen


def test_the_photo_stays_the_same(masker: Hand) -> None:
    masker.stroke(PATH)
    assert np.array_equal(masker.canvas.editor.document.photo.pixels, photo_of().pixels)
    assert edit_of(1, masker.canvas.editor.document.frame).patch.mask is None
