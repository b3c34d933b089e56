"""The view transform: zoom to the cursor, fit, sharp multiples, limits."""

from __future__ import annotations

import random

import pytest
from PySide6.QtCore import QPointF, QSizeF

from ganpaint.ui.canvas.transform import STEPS, ViewTransform, fitted

VIEW = QSizeF(800, 600)


@pytest.mark.behaviour("T1")
def test_zooming_keeps_the_point_under_the_cursor() -> None:
    dice = random.Random(1)
    for _ in range(300):
        view = ViewTransform(dice.uniform(0.05, 20), dice.uniform(-900, 900), 40.0, 1.5)
        cursor = QPointF(dice.uniform(0, 800), dice.uniform(0, 600))
        point = view.to_photo(cursor)
        zoom = dice.choice([1.0, 2.0, 8.0, dice.uniform(0.02, 64)])
        moved = view.zoomed(zoom, cursor).to_screen(*point) - cursor
        assert abs(moved.x()) <= 0.5 and abs(moved.y()) <= 0.5


@pytest.mark.behaviour("T3")
@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0])
def test_a_hundred_percent_is_one_device_pixel(ratio: float) -> None:
    view = ViewTransform(0.3, 11.3, -7.8, ratio).zoomed(1.0, QPointF(100.3, 77.7))
    step = view.to_screen(11, 5) - view.to_screen(10, 4)
    assert step.x() * ratio == pytest.approx(1.0) and step.y() * ratio == pytest.approx(1.0)
    assert view.x == round(view.x) and view.y == round(view.y)


@pytest.mark.behaviour("T3")
@pytest.mark.parametrize("ratio", [1.0, 1.5])
def test_fit_leaves_a_margin_and_centres(ratio: float) -> None:
    view = fitted((0, 0, 451, 300), VIEW, ratio)
    rect = view.rect_to_screen(0, 0, 451, 300)
    assert rect.left() == pytest.approx(24, abs=0.5)
    assert rect.right() == pytest.approx(776, abs=0.5)
    assert rect.center().y() == pytest.approx(300, abs=0.5)


def test_a_tiny_photo_is_not_blown_up_at_first() -> None:
    assert fitted((0, 0, 12, 12), VIEW, 1.0, highest=4.0).zoom == 4.0


def test_steps_go_up_and_down_and_end() -> None:
    view = ViewTransform(1.1)
    assert view.next_step(+1) == 1.5
    assert view.next_step(-1) == 1.0
    assert ViewTransform(1.0).next_step(-1) == 0.66
    assert ViewTransform(64.0).next_step(+1) == STEPS[-1] / 100
    assert ViewTransform(0.02).next_step(-1) == 0.02


def test_a_fifth_of_the_view_stays_covered() -> None:
    lost = ViewTransform(2.0, -99999.0, 99999.0).kept_in((451, 300), VIEW)
    rect = lost.rect_to_screen(0, 0, 451, 300)
    assert rect.right() == pytest.approx(160)
    assert rect.top() == pytest.approx(480)
    near = ViewTransform(2.0, 10.0, 10.0)
    assert near.kept_in((451, 300), VIEW) is near
