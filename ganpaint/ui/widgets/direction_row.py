"""A direction's row: the picture at either end, the name, the value in σ, a track with ticks.

A `NumberSlider` painted 52 pixels high. Zero has a magnet (Alt: none); dragging reaches ±3 σ,
typing ±6 σ; a click on a picture goes 1 σ towards it.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from ganpaint.ui.qimage import to_qpixmap
from ganpaint.ui.theme import FOCUS, RADIUS, px, theme
from ganpaint.ui.widgets.number_slider import NumberSlider
from ganpaint.ui.widgets.numbers import Scale, show_number

SIGMA = Scale(-6, 6, 0, step=0.1, decimals=2, unit="σ", soft=(-3, 3), signed=True)
MAGNET = 0.06
ROW, TILE, KNOB = 52, 44, 12


class DirectionRow(NumberSlider):
    """One slider of the Latent dock."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, SIGMA, parent)
        self.name = name
        self._low: QPixmap | None = None
        self._high: QPixmap | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def set_name(self, name: str) -> None:
        """The shown name."""
        self.name = name
        self.setAccessibleName(name)
        self.update()

    def set_pictures(self, low: np.ndarray | None, high: np.ndarray | None) -> None:
        """The pictures at -2 σ and +2 σ, (R, R, 3) uint8; None leaves a grey tile."""
        self._low = None if low is None else to_qpixmap(low)
        self._high = None if high is None else to_qpixmap(high)
        self.update()

    def has_pictures(self) -> bool:
        """Whether both ends have their picture."""
        return self._low is not None and self._high is not None

    # ------------------------------------------------------------------------------ geometry
    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        middle = metrics.horizontalAdvance(self.name) + metrics.horizontalAdvance("+0.00 σ") + 12
        return QSize(2 * px(TILE) + middle + px(24), self._height())

    def minimumSizeHint(self) -> QSize:
        return QSize(2 * px(TILE) + px(120), self._height())

    def _height(self) -> int:
        return max(px(ROW), self.fontMetrics().height() + px(34))

    def _tile(self, high: bool) -> QRectF:
        side = float(px(TILE))
        return QRectF(self.width() - side if high else 0.0, (self.height() - side) / 2, side, side)

    def _middle(self) -> QRectF:
        side = px(TILE) + px(12)
        return QRectF(side, 0, self.width() - 2 * side, self.height())

    def _track(self) -> QRectF:
        """The line the knob runs on; its height is 0."""
        middle = self._middle()
        return QRectF(middle.left(), self._text_rect().bottom() + px(10), middle.width(), 0)

    def _text_rect(self) -> QRectF:
        middle = self._middle()
        high = self.fontMetrics().height()
        return QRectF(middle.left(), (self.height() - high - px(20)) / 2, middle.width(), high)

    def number_rect(self) -> QRectF:
        text = self._text_rect()
        wide = max(self.fontMetrics().horizontalAdvance(self.text()) + px(8), px(40))
        return QRectF(text.right() - wide, text.top() - 2, wide + 2, text.height() + 4)

    def track_width(self) -> float:
        return max(1.0, self._track().width())

    def text(self) -> str:
        """The value as shown: two figures after the point only where the second is not 0."""
        value = round(self.amount(), 2)
        places = 1 if round(value, 1) == value else 2
        return show_number(value, Scale(-6, 6, decimals=places, unit="σ", signed=True))

    # ------------------------------------------------------------------------------ gestures
    def dragged(self, value: float, modifiers: Qt.KeyboardModifier) -> float:
        if abs(value) < MAGNET and not modifiers & Qt.KeyboardModifier.AltModifier:
            return 0.0
        return value

    def clicked_at(self, where: QPointF) -> None:
        for high in (False, True):
            if self._tile(high).contains(where):
                self.set_by_gesture(self.amount() + (1.0 if high else -1.0))
                return
        track = self._track().adjusted(0, -px(8), 0, px(8))
        if track.contains(where) and not self.number_rect().contains(where):
            share = (where.x() - track.left()) / max(track.width(), 1)
            self.set_by_gesture(self.dragged(self.scale.at(share), Qt.KeyboardModifier.NoModifier))
            return
        super().clicked_at(where)

    # ------------------------------------------------------------------------------ painting
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self._paint_tile(painter, self._tile(False), self._low)
        self._paint_tile(painter, self._tile(True), self._high)
        self._paint_text(painter)
        self._paint_track(painter)

    def _paint_tile(self, painter: QPainter, rect: QRectF, picture: QPixmap | None) -> None:
        shape = QPainterPath()
        shape.addRoundedRect(rect, RADIUS, RADIUS)
        if picture is None:
            painter.fillPath(shape, theme().colour("control"))
            return
        painter.save()
        painter.setClipPath(shape)
        painter.setOpacity(1.0 if self.isEnabled() else 0.4)
        painter.drawPixmap(rect, picture, QRectF(picture.rect()))
        painter.restore()

    def _paint_text(self, painter: QPainter) -> None:
        text = self._text_rect()
        painter.setFont(self.font())
        painter.setPen(theme().colour("text" if self.isEnabled() else "off"))
        number = self.text()
        middle = Qt.AlignmentFlag.AlignVCenter
        if self.field.isVisible():
            if self.is_wrong():
                painter.save()
                painter.setPen(QPen(theme().colour("err"), 2))
                painter.drawRect(QRectF(self.field.geometry()).adjusted(-1, -1, 1, 1))
                painter.restore()
        else:
            painter.drawText(text, middle | Qt.AlignmentFlag.AlignRight, number)
        metrics = QFontMetricsF(self.font())
        room = text.width() - metrics.horizontalAdvance(number) - px(8)
        name = metrics.elidedText(self.name, Qt.TextElideMode.ElideRight, room)
        painter.drawText(text, middle | Qt.AlignmentFlag.AlignLeft, name)

    def _paint_track(self, painter: QPainter) -> None:
        colours = theme()
        line = self._track()
        y, zero = line.top(), line.center().x()
        on = self.isEnabled()
        painter.setPen(QPen(colours.colour("edge"), 1))
        for sigma in (-2, -1, 1, 2):
            x = line.left() + line.width() * self.scale.position(sigma)
            painter.drawLine(QPointF(x, y + px(5)), QPointF(x, y + px(9)))
        painter.drawLine(QPointF(zero, y - px(7)), QPointF(zero, y + px(7)))
        round_cap = Qt.PenCapStyle.RoundCap
        edge = QPen(colours.colour("edge" if on else "line"), 3, Qt.PenStyle.SolidLine, round_cap)
        painter.setPen(edge)
        painter.drawLine(QPointF(line.left() + 1, y), QPointF(line.right() - 1, y))
        knob = QPointF(line.left() + line.width() * self.scale.position(self.amount()), y)
        if self.amount() and on:
            painter.setPen(QPen(colours.colour("accent"), 3))
            painter.drawLine(QPointF(zero, y), knob)
        radius = px(KNOB) / 2
        if on and (self.hasFocus() or self._dragging):
            painter.setPen(QPen(colours.colour("accent"), FOCUS))
            painter.setBrush(colours.colour("selected"))
            painter.drawEllipse(knob, radius + 4, radius + 4)
        moved = on and self.amount() != 0
        rim = "accent" if moved else "edge" if on else "off"
        painter.setPen(QPen(colours.colour(rim), 1.5))
        painter.setBrush(colours.colour("white" if on else "panel"))
        painter.drawEllipse(knob, radius, radius)
