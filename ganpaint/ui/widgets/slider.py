"""Value bars: label, value and slider in one field of 26 pixels, four where two stood before."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from ganpaint.ui.theme import CONTROL, RADIUS, px, theme
from ganpaint.ui.widgets.number_slider import NumberSlider
from ganpaint.ui.widgets.numbers import Scale, show_number

FOOT = 3.5  # the accent line below the filled part


class ValueBar(NumberSlider):
    """Label left, value right, the filled part behind both."""

    def __init__(self, label: str, scale: Scale, parent: QWidget | None = None) -> None:
        super().__init__(label, scale, parent)
        self.label = label
        self.share: float | None = None
        self._special: dict[float, str] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def set_label(self, label: str) -> None:
        """Another label and accessible name."""
        self.label = label
        self.setAccessibleName(label)
        self.update()

    def set_special(self, texts: dict[float, str]) -> None:
        """Words shown in place of certain values ("auto" for 0)."""
        self._special = texts
        self.update()

    def set_share(self, share: float | None) -> None:
        """A thin bar below the field: the share of a term in the loss, 0…1; None hides it."""
        if share != self.share:
            grows = (share is None) != (self.share is None)
            self.share = share
            if grows:
                self.updateGeometry()
            self.update()

    def text(self) -> str:
        """The value as shown."""
        return self._special.get(self.amount(), show_number(self.amount(), self.scale))

    def _field_height(self) -> int:
        return max(px(CONTROL), self.fontMetrics().height() + px(8))

    def field_rect(self) -> QRectF:
        """The field itself, without the share bar."""
        return QRectF(0.5, 0.5, self.width() - 1, self._field_height() - 1)

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        widest = max(
            metrics.horizontalAdvance(show_number(v, self.scale))
            for v in (self.scale.minimum, self.scale.maximum)
        )
        width = metrics.horizontalAdvance(self.label) + widest + px(9 + 9 + 14)
        height = self._field_height() + (px(5) if self.share is not None else 0)
        return QSize(width, height)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.sizeHint().width() - px(6), self.sizeHint().height())

    def number_rect(self) -> QRectF:
        field = self.field_rect()
        wide = self.fontMetrics().horizontalAdvance(self.text()) + px(18)
        return QRectF(field.right() - wide, field.top(), wide, field.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        field = self.field_rect()
        shape = QPainterPath()
        shape.addRoundedRect(field, RADIUS, RADIUS)
        painter.fillPath(shape, colours.colour("field" if self.isEnabled() else "window"))
        painter.save()
        painter.setClipPath(shape)
        filled = QRectF(field)
        filled.setWidth(field.width() * self.scale.position(self.amount()))
        if self.isEnabled():
            painter.fillRect(filled, colours.colour("selected"))
            foot = QRectF(filled.left(), field.bottom() - FOOT, filled.width(), FOOT)
            painter.fillRect(foot, colours.colour("accent"))
        painter.restore()
        self._paint_edge(painter, shape)
        self._paint_texts(painter, field)
        if self.share is not None:
            self._paint_share(painter, field)

    def _paint_edge(self, painter: QPainter, shape: QPainterPath) -> None:
        colours = theme()
        edge: QColor = colours.colour("edge" if self.isEnabled() else "line")
        wide = 1.0
        if self.is_wrong():
            edge, wide = colours.colour("err"), 2.0
        elif self.hasFocus() or self.field.hasFocus():
            edge, wide = colours.colour("accent"), 2.0
        elif self.isEnabled() and self.underMouse():
            edge = colours.colour("text2")
        painter.setPen(QPen(edge, wide))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(shape)

    def _paint_texts(self, painter: QPainter, field: QRectF) -> None:
        painter.setPen(theme().colour("text" if self.isEnabled() else "off"))
        painter.setFont(self.font())
        inner = field.adjusted(px(9), 0, -px(9), -1)
        number = self.text()
        middle = Qt.AlignmentFlag.AlignVCenter
        if not self.field.isVisible():
            painter.drawText(inner, middle | Qt.AlignmentFlag.AlignRight, number)
        metrics = QFontMetricsF(self.font())
        room = inner.width() - metrics.horizontalAdvance(number) - px(6)
        label = metrics.elidedText(self.label, Qt.TextElideMode.ElideRight, room)
        painter.drawText(inner, middle | Qt.AlignmentFlag.AlignLeft, label)

    def _paint_share(self, painter: QPainter, field: QRectF) -> None:
        colours = theme()
        line = QRectF(field.left() + 1, field.bottom() + px(2), field.width() - 2, 2.0)
        painter.fillRect(line, colours.colour("line"))
        line.setWidth(line.width() * min(max(self.share or 0.0, 0.0), 1.0))
        painter.fillRect(line, colours.colour("accent"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.field.isVisible():
            self.stop_typing()
