"""The brush: strokes as the hand drew them, where they count, and what they never do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from ganpaint.document.document import Document
from ganpaint.picture.brush import Brush, coverage, stroke_layers
from ganpaint.picture.frame import Frame
from ganpaint.picture.photo import blank_photo
from ganpaint.ui.commands import paint
from tests.ui.canvas.conftest import settle
from tests.ui.canvas.hand import CTRL, LEFT, RIGHT, SHIFT, Hand, Pen
from tests.ui.stand_ins import document_of, jobs_of, model_of

PATH = [(30.5, 20.25), (38.0, 22.5), (44.25, 30.0), (50.0, 31.75)]


def strokes(hand: Hand):
    return hand.canvas.editor.document.strokes


@pytest.mark.behaviour("S1")
def test_a_stroke_is_what_the_hand_drew(hand: Hand) -> None:
    editor = hand.canvas.editor
    editor.set_option("colour", (0.25, 0.5, 1.0))
    editor.set_option("size", 8.0)
    hand.stroke(PATH)
    (stroke,) = strokes(hand)
    assert np.abs(stroke.samples[:, :2] - PATH).max() < 0.5
    assert (stroke.samples[:, 2] == 1).all()
    assert stroke.colour.tolist() == [0.25, 0.5, 1.0]
    assert stroke.brush == Brush(8.0, 0.7, 1.0)
    assert not stroke.erase


@pytest.mark.behaviour("S1")
def test_while_it_is_drawn_its_colour_is_on_the_canvas(hand: Hand) -> None:
    hand.canvas.editor.set_option("colour", (0.0, 0.0, 1.0))
    hand.press((30, 20))
    hand.move((50, 20))
    image = hand.canvas.grab().toImage()
    place = hand.screen((34.5, 20.5)).toPoint()
    assert image.pixelColor(place).getRgb()[:3] == (0, 0, 255)
    hand.release((50, 20))


@pytest.mark.behaviour("S1")
def test_a_stroke_may_leave_the_photo(hand: Hand) -> None:
    hand.stroke([(70, 20), (90, 20), (95, -8)])
    (stroke,) = strokes(hand)
    assert stroke.samples[-1, :2].tolist() == pytest.approx([95, -8], abs=0.5)


@pytest.mark.behaviour("T16")
def test_no_stroke_begins_beside_the_photo(hand: Hand) -> None:
    hand.stroke([(-5, 20), (30, 20)])
    assert strokes(hand) == ()


@pytest.mark.behaviour("T16")
def test_on_an_empty_document_it_may(make) -> None:
    photo = blank_photo(64)
    canvas = make(Document(photo, Frame(32, 32, 64), blank=True))
    Hand(canvas).stroke([(-5, 20), (30, 20)])
    assert len(canvas.editor.document.strokes) == 1


@pytest.mark.behaviour("S4")
def test_what_lies_outside_the_frame_does_not_count(hand: Hand) -> None:
    frame = hand.canvas.editor.document.frame
    hand.stroke([(5, 5), (40, 30)])
    (stroke,) = strokes(hand)
    _, weight = stroke_layers([stroke], frame, 16)
    assert stroke.samples[0, 0] < frame.cx - frame.size / 2
    assert weight.max() > 0.5
    outside = replace(stroke, samples=np.array([[5, 5, 1, 0], [8, 5, 1, 1]], np.float32))
    assert stroke_layers([outside], Frame(60, 40, 20), 16)[1].max() == 0


@pytest.mark.behaviour("S4")
def test_one_hint_a_session_for_a_stroke_begun_outside(hand: Hand) -> None:
    editor, said = hand.canvas.editor, []
    editor.message.connect(said.append)
    hand.stroke([(40, 30), (5, 30)])
    assert not [m for m in said if "inside the work frame" in m.title]
    for _ in range(2):
        hand.stroke([(5, 30), (40, 30)])
    assert len([m for m in said if "inside the work frame" in m.title]) == 1
    editor.open_session(document_of(), name="another.png")
    settle(hand.canvas)
    hand.stroke([(5, 30), (40, 30)])
    assert len([m for m in said if "inside the work frame" in m.title]) == 2


@pytest.mark.behaviour("S19")
def test_shift_draws_a_straight_line_from_the_last_point(hand: Hand) -> None:
    hand.stroke([(20, 20), (30, 25)])
    hand.press((60, 40), keys=SHIFT)
    hand.move((70, 20), keys=SHIFT)
    hand.release((70, 20), keys=SHIFT)
    line = strokes(hand)[-1].samples[:, :2]
    assert line[0].tolist() == pytest.approx([30, 25], abs=0.5)
    assert line[-1].tolist() == pytest.approx([70, 20], abs=0.5)
    along = (line[-1] - line[0]) / np.linalg.norm(line[-1] - line[0])
    off = (line - line[0]) @ np.array([-along[1], along[0]])
    assert np.abs(off).max() < 1e-3


@pytest.mark.behaviour("S19")
def test_with_ctrl_its_angle_is_a_multiple_of_fifteen_degrees(hand: Hand) -> None:
    hand.stroke([(20, 20), (30, 25)])
    hand.click((52, 38), keys=SHIFT | CTRL)
    line = strokes(hand)[-1].samples[:, :2]
    angle = np.degrees(np.arctan2(*(line[-1] - line[0])[::-1]))
    assert angle == pytest.approx(30, abs=0.01)


def test_lines_begin_anew_in_another_document(hand: Hand) -> None:
    hand.stroke([(20, 20), (30, 25)])
    hand.canvas.editor.open_session(document_of(), name="another.png")
    settle(hand.canvas)
    hand.click((50, 40), keys=SHIFT)
    assert strokes(hand)[-1].samples[0, :2].tolist() == pytest.approx([50, 40], abs=0.5)


@pytest.mark.behaviour("S21")
def test_the_same_settings_give_the_same_stroke_at_every_zoom(hand: Hand) -> None:
    hand.canvas.editor.set_option("size", 11.0)
    rasters = []
    for zoom in (0.5, 4.0):
        hand.canvas.viewport.zoom_to(zoom)
        hand.stroke([(20.0, 20.0), (40.0, 26.0), (60.0, 40.0)])
        stroke = strokes(hand)[-1]
        exact = replace(stroke, samples=np.round(stroke.samples))
        rasters.append(coverage(exact.samples, exact.brush, 80, 60)[2])
    assert np.array_equal(*rasters)


@pytest.mark.behaviour("S21")
def test_size_keeps_to_its_range(hand: Hand) -> None:
    editor = hand.canvas.editor
    for size, kept in ((0.2, 1.0), (3000, 2000.0)):
        editor.set_option("size", size)
        assert editor.options.size == kept


def test_eraser_mode_takes_strokes_away(hand: Hand) -> None:
    hand.canvas.editor.set_option("erase", True)
    hand.stroke(PATH)
    (stroke,) = strokes(hand)
    assert stroke.erase
    assert hand.canvas.editor.session.history.states[-1].name == "Erase strokes"


def test_the_right_button_paints_nothing(hand: Hand) -> None:
    hand.stroke(PATH, button=RIGHT)
    assert strokes(hand) == ()


def test_escape_gives_an_unfinished_stroke_up(hand: Hand) -> None:
    hand.press(PATH[0])
    hand.move(PATH[1])
    assert hand.canvas.is_busy
    assert hand.canvas.cancel()
    hand.move(PATH[2])
    hand.release(PATH[2])
    assert strokes(hand) == () and not hand.canvas.is_busy


@pytest.mark.behaviour("S23")
def test_the_hint_tells_that_strokes_wait(hand: Hand) -> None:
    editor = hand.canvas.editor
    editor.set_model(model_of())
    hand.hover((30, 30))
    paint.start_projection(editor)
    assert editor.hint.startswith("Paint at any time")
    jobs_of(editor).finish(jobs_of(editor).submitted[-1], seed=3)
    assert editor.hint.startswith("Paint: the picture follows.")


def test_the_hint_tells_where_strokes_count(hand: Hand) -> None:
    editor = hand.canvas.editor
    hand.hover((40, 30))
    assert editor.hint.startswith("Paint: the picture follows.")
    hand.hover((5, 5))
    assert editor.hint.startswith("Strokes count inside the work frame only.")


# ------------------------------------------------------------------------------ pens
def test_a_pen_presses_lightly_or_hard(hand: Hand) -> None:
    pen = Pen(hand)
    assert pen.send("press", (20, 20), 1.0).isAccepted()
    pen.send("move", (24, 20), 0.3)
    pen.send("move", (40, 20), 0.8)
    pen.send("release", (40, 20), 0.0)
    (stroke,) = strokes(hand)
    # the first pressure of a pen is often wrong: the second stands for both
    assert stroke.samples[:, 2].tolist() == pytest.approx([0.3, 0.3, 0.8])


def test_a_pen_without_pressure_presses_fully(hand: Hand) -> None:
    pen = Pen(hand, pressure=False)
    pen.send("press", (20, 20), 0.0)
    pen.send("move", (40, 20), 0.0)
    pen.send("release", (40, 20), 0.0)
    assert strokes(hand)[0].samples[:, 2].tolist() == [1, 1]


def test_the_other_end_of_a_pen_erases(hand: Hand) -> None:
    pen = Pen(hand, eraser=True)
    pen.send("press", (20, 20), 0.5)
    pen.send("release", (20, 20), 0.0)
    assert strokes(hand)[0].erase
    assert not hand.canvas.editor.options.erase


def test_losing_the_focus_ends_the_stroke_where_it_is(hand: Hand) -> None:
    from PySide6.QtGui import QFocusEvent

    hand.press((20, 20))
    hand.move((40, 20))
    QApplication.sendEvent(hand.canvas, QFocusEvent(QFocusEvent.Type.FocusOut))
    (stroke,) = strokes(hand)
    assert stroke.samples[-1, 0] == pytest.approx(40, abs=0.5)
    hand.move((60, 20), LEFT)
    hand.release((60, 20))
    assert len(strokes(hand)) == 1
