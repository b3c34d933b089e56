"""Drivers that send pen and mouse both: one stroke all the same (BEHAVIOURS P3)."""

from __future__ import annotations

import numpy as np
import pytest

from tests.ui.canvas.hand import CLOCK, Hand, Pen


def strokes(hand: Hand):
    return hand.canvas.editor.document.strokes


@pytest.mark.behaviour("P3")
def test_pen_and_mouse_together_make_one_stroke(hand: Hand) -> None:
    pen = Pen(hand)
    pen.send("press", (20, 20), 0.5)
    hand.press((20, 20))
    for x in (30, 40, 50):
        pen.send("move", (x, 20), 0.5)
        hand.move((x, 20))
    pen.send("release", (50, 20), 0.0)
    hand.release((50, 20))
    (stroke,) = strokes(hand)
    assert (np.diff(stroke.samples[:, 0]) > 0).all()
    assert set(stroke.samples[:, 2].tolist()) == {0.5}


@pytest.mark.behaviour("P3")
def test_a_first_press_as_mouse_is_taken_over_by_the_pen(hand: Hand) -> None:
    pen = Pen(hand)
    hand.press((20, 20))
    pen.send("move", (30, 20), 0.4)
    hand.move((30, 20))
    pen.send("move", (40, 20), 0.4)
    pen.send("release", (40, 20), 0.0)
    hand.release((40, 20))
    (stroke,) = strokes(hand)
    assert stroke.samples[:, 0].tolist() == pytest.approx([20, 30, 40], abs=0.5)


@pytest.mark.behaviour("P3")
def test_a_mouse_press_before_the_pens_is_the_same_press(hand: Hand) -> None:
    pen = Pen(hand)
    hand.press((20, 20))
    pen.send("press", (20, 20), 0.6)
    pen.send("move", (40, 20), 0.6)
    pen.send("release", (40, 20), 0.0)
    hand.release((40, 20))
    assert len(strokes(hand)) == 1


@pytest.mark.behaviour("P3")
def test_an_echo_after_the_pen_is_no_second_dot(hand: Hand) -> None:
    pen = Pen(hand)
    pen.send("press", (20, 20), 0.6)
    pen.send("release", (20, 20), 0.0)
    hand.click((20, 20))
    assert len(strokes(hand)) == 1
    for _ in range(40):
        next(CLOCK)
    hand.click((30, 30))
    assert len(strokes(hand)) == 2


def test_samples_keep_parts_of_pixels(hand: Hand) -> None:
    hand.canvas.viewport.zoom_to(0.5)
    pen = Pen(hand)
    path = [(20.3, 20.6), (21.9, 22.2), (30.4, 25.7)]
    pen.send("press", path[0], 0.5)
    for point in path[1:]:
        pen.send("move", point, 0.5)
    pen.send("release", path[-1], 0.0)
    assert strokes(hand)[0].samples[:, :2] == pytest.approx(np.array(path), abs=0.01)


def test_a_pen_that_hovers_paints_nothing(hand: Hand) -> None:
    from PySide6.QtCore import Qt

    pen = Pen(hand)
    pen.send("move", (20, 20), 0.0, Qt.MouseButton.NoButton)
    assert strokes(hand) == () and not hand.canvas.is_busy
    assert hand.canvas.controls.pointer is not None
