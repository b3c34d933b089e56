"""The brush's outline: true size at every zoom, seen on any picture."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage, QPainter

from ganpaint.ui.qimage import from_qimage, to_qimage
from ganpaint.ui.tools.outline import draw_forbidden, draw_outline, outline_rect
from tests.ui.canvas.conftest import settle
from tests.ui.canvas.hand import Hand

pytestmark = pytest.mark.usefixtures("qapp")


def drawn(ground: np.ndarray, diameter: float, hardness: float = 1.0) -> np.ndarray:
    image = QImage(to_qimage(ground))
    painter = QPainter(image)
    draw_outline(painter, QPointF(100, 100), diameter, hardness)
    painter.end()
    return from_qimage(image).astype(float)


def luminance(values: np.ndarray) -> np.ndarray:
    linear = np.where(values <= 10, values / 3295, ((values / 255 + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


@pytest.mark.behaviour("T6")
@pytest.mark.parametrize("ground", ["black", "white", "grey", "noise"])
def test_it_is_seen_on_any_picture(ground: str) -> None:
    levels = {"black": 0, "white": 255, "grey": 128}
    if ground == "noise":
        picture = np.random.default_rng(0).integers(0, 256, (200, 200, 3), np.uint8)
    else:
        picture = np.full((200, 200, 3), levels[ground], np.uint8)
    seen = luminance(drawn(picture, 80))
    for angle in np.linspace(0, 2 * np.pi, 36, endpoint=False):
        along = [
            seen[round(99.5 + r * np.sin(angle)), round(99.5 + r * np.cos(angle))]
            for r in np.arange(36, 45, 0.5)
        ]
        assert (max(along) + 0.05) / (min(along) + 0.05) >= 3


@pytest.mark.behaviour("T6")
@pytest.mark.parametrize("diameter", [12, 30, 81, 160])
def test_it_has_the_true_size(diameter: float) -> None:
    light = drawn(np.zeros((200, 200, 3), np.uint8), diameter)[..., 0]
    columns = np.flatnonzero(light[100] > 60)
    assert columns[-1] - columns[0] + 1 == pytest.approx(diameter, abs=2.5)


def test_a_tiny_brush_is_a_cross_with_an_open_centre() -> None:
    light = drawn(np.zeros((200, 200, 3), np.uint8), 3)[..., 0]
    assert light[99:101, 99:101].max() < 30
    assert light[100, 94] > 100 and light[106, 100] > 100


def test_a_soft_brush_has_a_second_circle() -> None:
    ground = np.full((200, 200, 3), 128, np.uint8)
    assert (drawn(ground, 100, 0.5)[100, 120:130] != 128).any()
    assert (drawn(ground, 100, 1.0)[100, 120:130] == 128).all()


@pytest.mark.parametrize("diameter", [2, 40])
def test_nothing_is_drawn_beyond_its_rectangle(diameter: float) -> None:
    ground = np.full((200, 200, 3), 128, np.uint8)
    changed = np.argwhere((drawn(ground, diameter, 0.6) != 128).any(-1))
    rect = outline_rect(QPointF(100, 100), diameter)
    assert changed.min() >= rect.left() and changed.max() < rect.right()


def test_the_no_sign_is_seen() -> None:
    image = QImage(to_qimage(np.full((40, 40, 3), 128, np.uint8)))
    painter = QPainter(image)
    draw_forbidden(painter, QPointF(10, 10))
    painter.end()
    levels = from_qimage(image)[..., 0]
    assert levels.min() < 30 and levels.max() > 225


@pytest.mark.behaviour("T7")
def test_it_changes_under_the_still_cursor(hand: Hand) -> None:
    editor = hand.canvas.editor
    editor.set_option("size", 10.0)
    hand.hover((40, 30))
    settle(hand.canvas)
    small = hand.canvas.grab().toImage()
    editor.set_option("size", 20.0)
    assert hand.canvas.controls._overlay.width() == pytest.approx(20 * 4 + 6)
    large = hand.canvas.grab().toImage()
    edge = hand.screen((50, 30)).toPoint()
    assert small.pixelColor(edge) != large.pixelColor(edge)
