"""Before and after: held for a moment, or side by side with a divider that can be dragged."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from ganpaint.ui.canvas.overlays import paint_chip
from ganpaint.ui.theme import theme

KNOB = 26.0
GRIP = 8.0  # logical pixels on either side of the line that take hold of it


class Compare:
    """Which part of the picture shows the opened photo.

    Attributes:
        held: the whole of it does, while a key or button is held.
        split: one side of the divider does.
        position: of the divider in the picture's visible part, 0…1.
        level: whether the divider is level: before above, after below.
        dragged: whether it is being dragged.
    """

    def __init__(self) -> None:
        self.held = False
        self.split = False
        self.position = 0.5
        self.level = False
        self.dragged = False

    def sides(self, picture: QRectF) -> tuple[QRectF, QRectF]:
        """The parts of the visible picture that show before and after, in logical pixels."""
        if self.held:
            return picture, QRectF()
        if not self.split:
            return QRectF(), picture
        before, after = QRectF(picture), QRectF(picture)
        at = self._place(picture)
        if self.level:
            before.setBottom(at)
            after.setTop(at)
        else:
            before.setRight(at)
            after.setLeft(at)
        return before, after

    def _place(self, picture: QRectF) -> float:
        if self.level:
            return round(picture.top() + self.position * picture.height())
        return round(picture.left() + self.position * picture.width())

    def near(self, picture: QRectF, point: QPointF) -> bool:
        """Whether a point takes hold of the divider."""
        if not self.split or self.held or picture.isEmpty():
            return False
        off = (point.y() if self.level else point.x()) - self._place(picture)
        inside = picture.adjusted(-GRIP, -GRIP, GRIP, GRIP).contains(point)
        knob = (point - self._knob(picture)).manhattanLength() <= KNOB / 2
        return (inside and abs(off) <= GRIP) or knob

    def drag(self, picture: QRectF, point: QPointF, *, turn: bool) -> None:
        """Move the divider to a point; `turn` lays it level."""
        self.level = turn or (self.level and self.dragged)
        self.dragged = True
        if self.level:
            share = (point.y() - picture.top()) / max(picture.height(), 1.0)
        else:
            share = (point.x() - picture.left()) / max(picture.width(), 1.0)
        self.position = min(max(share, 0.0), 1.0)

    def release(self) -> None:
        """The divider stays where it is."""
        self.dragged = False

    def centre(self) -> None:
        """Back to the middle, upright."""
        self.position, self.level = 0.5, False

    def cursor(self) -> Qt.CursorShape:
        """Over the divider."""
        return Qt.CursorShape.SplitVCursor if self.level else Qt.CursorShape.SplitHCursor

    def paint(self, painter: QPainter, picture: QRectF) -> None:
        """Divider, knob and the words on both sides."""
        if picture.isEmpty() or not (self.split or self.held):
            return
        if self.held:
            paint_chip(painter, picture.topLeft() + QPointF(10, 10), "Before")
            return
        before, after = self.sides(picture)
        if before.width() > 70 and before.height() > 30:
            paint_chip(painter, before.topLeft() + QPointF(10, 10), "Before")
        if after.width() > 70 and after.height() > 30:
            corner = after.bottomLeft() if self.level else after.topRight()
            shift = QPointF(10, -10) if self.level else QPointF(-10, 10)
            paint_chip(painter, corner + shift, "After", right=not self.level, above=self.level)
        self._paint_divider(painter, picture)

    def _knob(self, picture: QRectF) -> QPointF:
        at = self._place(picture)
        if self.level:
            return QPointF(picture.center().x(), at)
        return QPointF(at, picture.center().y())

    def _paint_divider(self, painter: QPainter, picture: QRectF) -> None:
        at = self._place(picture)
        ends = (
            (QPointF(picture.left(), at), QPointF(picture.right(), at))
            if self.level
            else (QPointF(at, picture.top()), QPointF(at, picture.bottom()))
        )
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for pen in (QPen(theme().colour("black", 0.47), 3), QPen(theme().colour("white"), 1.5)):
            painter.setPen(pen)
            painter.drawLine(*ends)
        knob = self._knob(picture)
        painter.setPen(QPen(theme().colour("black", 0.47), 1))
        painter.setBrush(theme().colour("white"))
        painter.drawEllipse(knob, KNOB / 2, KNOB / 2)
        pen = QPen(theme().colour("black", 0.8), 1.75)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for side in (-1, 1):
            points = [(side * 3.0, -4.0), (side * 7.0, 0.0), (side * 3.0, 4.0)]
            if self.level:
                points = [(y, x) for x, y in points]
            painter.drawPolyline(QPolygonF([knob + QPointF(x, y) for x, y in points]))
        painter.restore()
