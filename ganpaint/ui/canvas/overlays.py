"""What is drawn over the picture: work frame, veil, chips, pixel grid.

Everything is two-tone or has a dark edge, so that it shows on any picture (LOOK 4). Functions
take a painter in logical pixels and restore it.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from ganpaint.ui.canvas.sampling import EMPTY, Box, Window, common
from ganpaint.ui.theme import font, theme

HANDLE = 8.0
CHIP_HEIGHT = 20.0
GRID_FROM = 16.0  # device pixels per photo pixel above which photo pixels are outlined
VEIL = 0.35


def paint_veil(painter: QPainter, picture: QRectF, polygon: QPolygonF) -> None:
    """Darken the picture outside the frame."""
    path = QPainterPath()
    path.addRect(picture)
    inner = QPainterPath()
    inner.addPolygon(polygon)
    inner.closeSubpath()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillPath(path.subtracted(inner), theme().colour("black", VEIL))
    painter.restore()


def paint_frame(painter: QPainter, polygon: QPolygonF, handles: Sequence[QPointF]) -> None:
    """The work frame's outline and its handles."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (QPen(theme().colour("black", 0.6), 3), QPen(theme().colour("frame"), 1.5)):
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        painter.drawPolygon(polygon)
    painter.setPen(QPen(theme().colour("black", 0.7), 1))
    painter.setBrush(theme().colour("white"))
    for place in handles:
        painter.drawRect(QRectF(place.x() - HANDLE / 2, place.y() - HANDLE / 2, HANDLE, HANDLE))
    painter.restore()


def paint_flash(painter: QPainter, polygon: QPolygonF, strength: float) -> None:
    """The frame's outline for a moment when a result is there; strength 1…0."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme().colour("accent", strength), 4))
    painter.drawPolygon(polygon)
    painter.restore()


def chip_size(text: str) -> tuple[float, float]:
    """Width and height of a chip."""
    metrics = QFontMetricsF(font("caption", bold=True))
    return metrics.horizontalAdvance(text) + 16, max(CHIP_HEIGHT, metrics.height() + 6)


def paint_chip(
    painter: QPainter, corner: QPointF, text: str, *, right: bool = False, above: bool = False
) -> QRectF:
    """A dark chip with white words; `right`, `above`: the corner is its right, its lower one."""
    width, height = chip_size(text)
    box = QRectF(
        corner.x() - (width if right else 0), corner.y() - (height if above else 0), width, height
    )
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme().colour("black", 0.65))
    painter.drawRoundedRect(box, height / 2, height / 2)
    painter.setPen(theme().colour("white"))
    painter.setFont(font("caption", bold=True))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()
    return box


def paint_pixel_grid(painter: QPainter, window: Window, dirty: Box) -> None:
    """Lines one device pixel wide between photo pixels; `painter` works in device pixels."""
    t = window.transform
    if t.zoom <= GRID_FROM:
        return
    x0, y0, x1, y1 = box = common(window.visible, dirty)
    if box == EMPTY:
        return
    dark, light = theme().colour("black", 0.2), theme().colour("white", 0.2)
    first, last = int((x0 - t.x) / t.zoom), int((x1 - t.x) / t.zoom) + 2
    for column in range(max(first, 1), min(last, window.photo[0])):
        x = round(t.x + column * t.zoom)
        painter.fillRect(QRect(x - 1, y0, 1, y1 - y0), dark)
        painter.fillRect(QRect(x, y0, 1, y1 - y0), light)
    first, last = int((y0 - t.y) / t.zoom), int((y1 - t.y) / t.zoom) + 2
    for row in range(max(first, 1), min(last, window.photo[1])):
        y = round(t.y + row * t.zoom)
        painter.fillRect(QRect(x0, y - 1, x1 - x0, 1), dark)
        painter.fillRect(QRect(x0, y, x1 - x0, 1), light)
