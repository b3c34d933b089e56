"""Strokes on the screen: colour, erasing, piece by piece the same as at once."""

from __future__ import annotations

import numpy as np
import pytest

from ganpaint.document.stroke import Stroke
from ganpaint.picture.brush import Brush
from ganpaint.ui.canvas.sampling import EMPTY, Layer, Window
from ganpaint.ui.canvas.strokes import Ink, LiveStroke, StrokesView
from ganpaint.ui.canvas.transform import ViewTransform

SIZE = (200, 150)


def window(zoom: float = 1.0, x: float = 0.0, y: float = 0.0) -> Window:
    return Window(ViewTransform(zoom, x, y), SIZE, (400, 300))


def stroke(points, colour=(1.0, 0.0, 0.0), erase=False, size=20.0) -> Stroke:
    samples = np.array([(x, y, 1, 0) for x, y in points], np.float32)
    return Stroke(f"{points}", samples, np.array(colour), Brush(size, 1.0), erase=erase)


def made(strokes, where: Window) -> np.ndarray:
    view = StrokesView()
    view.show(strokes, where)
    while not view.advance(0):
        pass
    layer = view.layer(where)
    assert layer is not None
    return layer.pixels.copy()


@pytest.mark.behaviour("S1")
def test_the_live_stroke_has_its_colour_under_the_path() -> None:
    where = window(2.0, 10.0, 20.0)
    live = LiveStroke(Brush(10, 1.0), Ink((0.2, 0.4, 1.0)), where)
    live.add(30, 20, 1.0)
    box = live.add(60, 20, 1.0)
    assert box != EMPTY
    assert live.layer.pixels[60, 100].tolist() == [255, 102, 51, 255]
    assert live.layer.pixels[60, 100 + 40].tolist() == [0, 0, 0, 0]


def test_piece_by_piece_is_the_same_as_at_once() -> None:
    points = [(20, 30), (60, 35), (60, 90), (90, 91), (20, 30), (150, 140)]
    for zoom in (0.7, 1.0, 3.0):
        where = window(zoom, -5.0, 7.0)
        live = LiveStroke(Brush(20, 0.5), Ink((1.0, 0.0, 0.0)), where)
        for x, y in points:
            live.add(x, y, 1.0)
        soft = Stroke(
            "a", np.array([(x, y, 1, 0) for x, y in points], np.float32), np.array([1.0, 0, 0]),
            Brush(20, 0.5),
        )  # fmt: skip
        assert np.array_equal(live.layer.pixels, made([soft], where))


def test_erasing_takes_away_from_what_is_under_it() -> None:
    where = window()
    red = stroke([(20, 50), (150, 50)])
    gone = stroke([(80, 20), (80, 100)], erase=True)
    settled = made([red, gone], where)
    assert settled[50, 40].tolist() == [0, 0, 255, 255]
    assert settled[50, 80].tolist() == [0, 0, 0, 0]
    view = StrokesView()
    view.show([red], where)
    view.advance(1)
    live = LiveStroke(Brush(20, 1.0), Ink((0, 0, 0), erase=True), where, view.layer(where))
    live.add(80, 20, 1.0)
    live.add(80, 100, 1.0)
    assert np.array_equal(live.layer.pixels, settled)


def test_a_new_stroke_is_added_to_the_finished_layer() -> None:
    where = window()
    first, second = stroke([(20, 50), (150, 50)]), stroke([(30, 20), (30, 90)], (0, 1, 0))
    view = StrokesView()
    view.show([first], where)
    view.advance(1)
    layer = view.layer(where)
    view.show([first, second], where)
    assert view.busy
    view.advance(1)
    assert view.layer(where) is layer
    assert layer is not None and np.array_equal(layer.pixels, made([first, second], where))
    view.show([second], where)  # the first was undone
    view.advance(1)
    assert np.array_equal(view.layer(where).pixels, made([second], where))


def test_hidden_strokes_are_not_shown() -> None:
    from dataclasses import replace

    assert not made([replace(stroke([(20, 50), (150, 50)]), visible=False)], window()).any()


def test_while_the_view_moves_the_former_layer_is_drawn_moved(qapp) -> None:
    from PySide6.QtGui import QPainter

    view, before, after = StrokesView(), window(), window(2.0, 10.0, 0.0)
    strokes = [stroke([(40, 30), (60, 30)], size=12)]
    view.show(strokes, before)
    view.advance(1)
    view.show(strokes, after)
    assert view.layer(after) is None
    shown = Layer(*SIZE, alpha=True)
    painter = QPainter(shown.image)
    view.draw(painter, after, (0, 0, *SIZE))
    painter.end()
    assert shown.pixels[60, 110, 3] == 255  # photo (50, 30)
    view.advance(1)
    assert view.layer(after) is not None
