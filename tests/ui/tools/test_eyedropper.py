"""The eyedropper: the colour that is seen, taken on release only."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt

from tests.ui.canvas.hand import ALT, SHIFT, Hand
from tests.ui.stand_ins import document_of

Key = Qt.Key


def colour_of(hand: Hand) -> np.ndarray:
    return np.array(hand.canvas.editor.options.colour) * 255


@pytest.mark.behaviour("S12")
def test_it_takes_the_colour_under_its_tip(hand: Hand) -> None:
    editor = hand.canvas.editor
    editor.use_tool("eyedropper")
    before, photo = editor.options, editor.document.photo.pixels
    hand.press((30.5, 20.5))
    hand.move((50.5, 40.5))
    assert editor.options == before
    hand.release((50.5, 40.5))
    assert np.abs(colour_of(hand) - photo[40, 50]).max() < 1
    assert editor.options.recent[0] == editor.options.colour


@pytest.mark.behaviour("S12")
def test_shift_averages_five_by_five(hand: Hand) -> None:
    editor = hand.canvas.editor
    editor.use_tool("eyedropper")
    hand.click((50.5, 40.5), keys=SHIFT)
    mean = editor.document.photo.pixels[38:43, 48:53].mean((0, 1))
    assert np.abs(colour_of(hand) - mean).max() <= 1


@pytest.mark.behaviour("S12")
def test_what_is_seen_is_the_edited_picture(make) -> None:
    canvas = make(document_of(edit=True))
    hand, editor = Hand(canvas), canvas.editor
    editor.use_tool("eyedropper")
    hand.click((40.5, 30.5))
    edited = editor.document.edit.patch.picture[8, 8] / 257
    assert np.abs(colour_of(hand) - edited).max() < 8


@pytest.mark.behaviour("S12")
def test_alt_lends_it_to_the_brush(hand: Hand) -> None:
    editor = hand.canvas.editor
    photo = editor.document.photo.pixels
    hand.click((50.5, 40.5), keys=ALT)
    assert np.abs(colour_of(hand) - photo[40, 50]).max() < 1
    assert editor.tool == "brush" and editor.document.strokes == ()
    hand.click((30, 30))
    assert len(editor.document.strokes) == 1


def test_beside_the_photo_there_is_nothing_to_take(hand: Hand) -> None:
    editor = hand.canvas.editor
    editor.use_tool("eyedropper")
    before = editor.options
    hand.click((-5, 20))
    hand.press((30, 30))
    hand.canvas.cancel()
    hand.release((30, 30))
    assert editor.options == before
