"""What is drawn over the picture: seen, and where it belongs."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter, QPolygonF

from ganpaint.ui.canvas.overlays import (
    chip_size,
    paint_chip,
    paint_flash,
    paint_frame,
    paint_pixel_grid,
    paint_veil,
)
from ganpaint.ui.canvas.sampling import Window
from ganpaint.ui.canvas.transform import ViewTransform
from ganpaint.ui.qimage import from_qimage, to_qimage

pytestmark = pytest.mark.usefixtures("dressed")
SQUARE = QPolygonF([QPointF(50, 40), QPointF(150, 40), QPointF(150, 140), QPointF(50, 140)])


def drawn(paint, level: int = 128) -> np.ndarray:
    image = QImage(to_qimage(np.full((180, 200, 3), level, np.uint8)))
    painter = QPainter(image)
    paint(painter)
    painter.end()
    return from_qimage(image).astype(int)


def test_the_veil_darkens_outside_the_frame_only() -> None:
    seen = drawn(lambda p: paint_veil(p, QRectF(10, 10, 180, 160), SQUARE))
    assert seen[90, 100].tolist() == [128] * 3
    assert seen[20, 100, 0] == pytest.approx(128 * 0.65, abs=1)
    assert seen[5, 100].tolist() == [128] * 3  # beside the picture


@pytest.mark.parametrize("level", [0, 128, 255])
def test_the_frame_is_seen_on_any_picture(level: int) -> None:
    seen = drawn(lambda p: paint_frame(p, SQUARE, [QPointF(50, 40)]), level)
    across = seen[90, 46:55].sum(-1)
    assert across.max() - across.min() > 190
    assert (seen[38:42, 48:52] > 250).all()  # the handle
    assert (seen[80:100, 60:140] == level).all()


def test_the_flash_fades_to_nothing() -> None:
    strong = drawn(lambda p: paint_flash(p, SQUARE, 1.0))
    gone = drawn(lambda p: paint_flash(p, SQUARE, 0.0))
    assert (strong != 128).any() and (gone == 128).all()


def test_a_chip_keeps_to_its_corner() -> None:
    width, height = chip_size("Before")
    boxes: list[QRectF] = []
    drawn(lambda p: boxes.append(paint_chip(p, QPointF(10, 10), "Before")))
    drawn(
        lambda p: boxes.append(paint_chip(p, QPointF(190, 170), "Before", right=True, above=True))
    )
    assert boxes[0] == QRectF(10, 10, width, height)
    assert boxes[1].right() == pytest.approx(190) and boxes[1].bottom() == pytest.approx(170)


def test_a_grid_lies_between_large_pixels() -> None:
    dirty = (0, 0, 200, 180)
    near = Window(ViewTransform(20.0, 10.0, 10.0), (200, 180), (6, 6))
    seen = drawn(lambda p: paint_pixel_grid(p, near, dirty))
    assert seen[20, 29, 0] == pytest.approx(128 * 0.8, abs=1)
    assert seen[20, 30, 0] == pytest.approx(128 + 127 * 0.2, abs=1)
    assert (seen[15:25, 12:28] == 128).all()
    assert (seen[:, 132:] == 128).all()
    far = Window(ViewTransform(16.0, 10.0, 10.0), (200, 180), (6, 6))
    assert (drawn(lambda p: paint_pixel_grid(p, far, dirty)) == 128).all()
