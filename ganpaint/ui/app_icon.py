"""The application's icon: a brush whose bristles turn into pixels, drawn at every size.

Small sizes get fewer and larger pixels, so that at 16 it is still a brush with two of them.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QImage, QPainter, QPen, QPixmap, QPolygonF

SIZES = (16, 24, 32, 48, 64, 128, 256, 512)
# hue of every pixel of the 3 × 3 grid, from the picture's own colours: ginger to cream to blue
HUES = ((22, 30, 38), (28, 36, 205), (34, 200, 212))


def app_icon() -> QIcon:
    """The icon in all sizes."""
    icon = QIcon()
    for size in SIZES[:-1]:
        icon.addPixmap(QPixmap.fromImage(draw_icon(size)))
    return icon


def draw_icon(size: int) -> QImage:
    """The icon at one size, transparent around it."""
    image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(size / 48, size / 48)
    _draw_plate(painter)
    _draw_brush(painter)
    _draw_pixels(painter, few=size < 32)
    painter.end()
    return image


def _draw_plate(painter: QPainter) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor.fromHslF(0, 0, 0.13))
    painter.drawRoundedRect(QRectF(1, 1, 46, 46), 10, 10)


def _draw_brush(painter: QPainter) -> None:
    pen = QPen(QColor.fromHslF(0, 0, 0.93), 6)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    painter.drawLine(QPointF(41, 7), QPointF(29, 19))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor.fromHsvF(210 / 360, 0.62, 0.96))
    ferrule = [QPointF(27, 14.5), QPointF(33.5, 21), QPointF(27.5, 27), QPointF(21, 20.5)]
    painter.drawPolygon(QPolygonF(ferrule))


def _draw_pixels(painter: QPainter, *, few: bool) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    if few:
        for x, y, hue in ((17, 23, 30), (6, 33, 22)):
            painter.setBrush(QColor.fromHsvF(hue / 360, 0.72, 0.95))
            painter.drawRect(QRectF(x, y, 10, 10))
        return
    side, step = 7.0, 8.0
    for row, hues in enumerate(HUES):
        for column, hue in enumerate(hues):
            if row == 0 and column == 0:
                continue  # the bristles leave this corner
            value = 0.98 - 0.1 * row
            painter.setBrush(QColor.fromHsvF(hue / 360, 0.7 - 0.1 * column, value))
            corner = QPointF(5.5 + step * column, 19.5 + step * row)
            painter.drawRect(QRectF(corner.x(), corner.y(), side, side))
