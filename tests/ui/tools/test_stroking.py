"""Sizes by wheel and key, samples that are kept, angles that are held."""

from __future__ import annotations

import math

import pytest

from ganpaint.ui.tools.stroking import held_to_angle, stepped_size
from tests.ui.canvas.hand import SHIFT, Hand


@pytest.mark.behaviour("T7")
def test_shift_and_wheel_change_the_size(hand: Hand) -> None:
    editor = hand.canvas.editor
    editor.set_option("size", 20.0)
    hand.hover((40, 30))
    zoom = hand.canvas.transform
    hand.wheel((40, 30), 1, SHIFT)
    assert editor.options.size == pytest.approx(22)
    hand.wheel((40, 30), -1, SHIFT)
    assert editor.options.size == pytest.approx(20)
    assert hand.canvas.transform == zoom


def test_small_brushes_change_by_a_pixel() -> None:
    assert stepped_size(9, 1) == 10
    assert stepped_size(10, -1) == 9
    assert stepped_size(10, 1) == 11
    assert stepped_size(1, -1) == 1
    assert stepped_size(1999, 3) == 2000


@pytest.mark.parametrize("degrees", [3, 7, 8, 44, 100, -80])
def test_angles_are_held_and_lengths_kept(degrees: float) -> None:
    radians = math.radians(degrees)
    x, y = held_to_angle((5, 5), (5 + 20 * math.cos(radians), 5 + 20 * math.sin(radians)))
    assert math.hypot(x - 5, y - 5) == pytest.approx(20)
    turned = math.degrees(math.atan2(y - 5, x - 5))
    assert turned / 15 == pytest.approx(round(turned / 15))
    assert abs(turned - degrees) <= 7.5 + 1e-9


def test_a_still_pointer_adds_no_samples(hand: Hand) -> None:
    hand.press((30, 20))
    for _ in range(5):
        hand.move((30, 20))
    hand.release((30, 20))
    assert len(hand.canvas.editor.document.strokes[0].samples) == 1
