"""The zoom tool: a click steps in, with Alt out; a box fills the view. Held by Ctrl+Space."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from ganpaint.ui.canvas.transform import ViewTransform
from ganpaint.ui.theme import theme
from ganpaint.ui.tools.base import Board, Pointer, Tool

SMALLEST_BOX = 6.0  # logical pixels: a shorter drag is a click


class ZoomTool(Tool):
    """Shows the picture larger or smaller."""

    name = "zoom"
    title = "Zoom"
    icon = "zoom"

    def __init__(self, board: Board) -> None:
        super().__init__(board)
        self._from: QPointF | None = None
        self._to = QPointF()

    @property
    def busy(self) -> bool:
        return self._from is not None

    def press(self, at: Pointer) -> None:
        self._from = self._to = self.screen(at)

    def move(self, at: Pointer) -> None:
        if self._from is None:
            return
        old = self._box()
        self._to = self.screen(at)
        self.board.repaint_screen(old.united(self._box()).adjusted(-2, -2, 2, 2))

    def release(self, at: Pointer) -> None:
        if self._from is None:
            return
        self.move(at)
        box = self._box()
        self._from = None
        self.board.repaint_screen(box.adjusted(-2, -2, 2, 2))
        if box.width() >= SMALLEST_BOX and box.height() >= SMALLEST_BOX:
            self._fill_view(box)
        else:
            view = self.board.transform
            zoom = view.next_step(-1 if at.alt or at.right else 1)
            self.board.move_view(view.zoomed(zoom, self.screen(at)), animate=True)

    def cancel(self) -> bool:
        held, self._from = self._from is not None, None
        return held

    def double_click(self, at: Pointer) -> None:
        self._from = None
        self.board.move_view(self.board.transform.zoomed(1.0, self.screen(at)), animate=True)

    def cursor(self, at: Pointer | None) -> Qt.CursorShape | None:
        return Qt.CursorShape.CrossCursor

    def overlay_rect(self, at: Pointer) -> QRectF:
        place = self.screen(at)
        return QRectF(place.x() - 2, place.y() - 2, 26, 26)

    def paint_overlay(self, painter: QPainter, at: Pointer | None) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._from is not None:
            for token, width in (("black", 3.0), ("white", 1.2)):
                painter.setPen(QPen(theme().colour(token), width))
                painter.drawRect(self._box())
        if at is not None:
            self._draw_lens(painter, self.screen(at) + QPointF(14, 14), minus=at.alt)

    def hint(self, at: Pointer | None) -> str:
        return "Click to zoom in, Alt to zoom out, drag a box to fill the view."

    def _box(self) -> QRectF:
        return QRectF(self._from or self._to, self._to).normalized()

    def _fill_view(self, box: QRectF) -> None:
        size, view = self.board.view_size(), self.board.transform
        x, y = view.to_photo(box.center())
        factor = min(size.width() / box.width(), size.height() / box.height())
        wide: ViewTransform = view.zoomed(view.zoom * factor, box.center())
        self.board.move_view(wide.centred(x, y, size), animate=True)

    def _draw_lens(self, painter: QPainter, centre: QPointF, *, minus: bool) -> None:
        """What a click would do, beside the pointer."""
        for token, width in (("black", 4.0), ("white", 1.8)):
            painter.setPen(QPen(theme().colour(token), width))
            painter.drawEllipse(centre, 6, 6)
            painter.drawLine(centre - QPointF(3, 0), centre + QPointF(3, 0))
            if not minus:
                painter.drawLine(centre - QPointF(0, 3), centre + QPointF(0, 3))
