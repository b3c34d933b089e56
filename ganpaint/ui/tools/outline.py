"""The brush's outline: its true size, seen on any picture.

A dark line below a thin light one; a brush with a soft edge has an inner dashed circle where it
still covers wholly; a brush too small to be seen is a cross with an open centre.
"""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from ganpaint.ui.theme import theme

SMALLEST = 6.0  # logical pixels below which a cross is drawn
CROSS = 7.5
OPEN = 3.0
# the dark line must show on both sides of the light one: 2.6 below 1.2 reaches a contrast of only
# 2.4 on white and 2.7 on middle grey, these reach 4.4
DARK, LIGHT = 3.2, 1.4
MARGIN = 3.0


def outline_rect(centre: QPointF, diameter: float) -> QRectF:
    """What `draw_outline` covers."""
    reach = max(diameter / 2, CROSS, SMALLEST) + MARGIN
    return QRectF(centre.x() - reach, centre.y() - reach, 2 * reach, 2 * reach)


def draw_outline(painter: QPainter, centre: QPointF, diameter: float, hardness: float) -> None:
    """Draw a brush of a diameter in logical pixels around a point."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (QPen(theme().colour("black", 0.85), DARK), QPen(theme().colour("white"), LIGHT)):
        painter.setPen(pen)
        if diameter < SMALLEST:
            _cross(painter, centre)
        else:
            painter.drawEllipse(centre, diameter / 2, diameter / 2)
    inner = diameter * hardness / 2
    if diameter >= SMALLEST and hardness < 1 and inner > 2 and diameter / 2 - inner > 2:
        for token, opacity, width in (("black", 0.6, 2.0), ("white", 0.9, 1.0)):
            pen = QPen(theme().colour(token, opacity), width)
            pen.setDashPattern([3 / width, 3 / width])
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            painter.drawEllipse(centre, inner, inner)
    painter.restore()


def draw_forbidden(painter: QPainter, at: QPointF) -> None:
    """A small "no" sign beside the pointer: what is painted here does not count."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    box = QRectF(at.x(), at.y(), 12, 12)
    for token, width in (("black", 4.0), ("white", 2.0)):
        painter.setPen(QPen(theme().colour(token), width))
        painter.drawEllipse(box)
        painter.drawLine(QLineF(box.left() + 2, box.top() + 2, box.right() - 2, box.bottom() - 2))
    painter.restore()


def _cross(painter: QPainter, centre: QPointF) -> None:
    x, y = centre.x(), centre.y()
    painter.drawLine(QLineF(x - CROSS, y, x - OPEN, y))
    painter.drawLine(QLineF(x + OPEN, y, x + CROSS, y))
    painter.drawLine(QLineF(x, y - CROSS, x, y - OPEN))
    painter.drawLine(QLineF(x, y + OPEN, x, y + CROSS))
