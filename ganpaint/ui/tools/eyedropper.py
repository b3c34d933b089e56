"""The eyedropper: takes a colour from what is seen. Also held by Alt while painting.

The colour changes on release only; until then a ring shows the new colour beside the old one.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from ganpaint.ui.theme import icon_pixmap, theme
from ganpaint.ui.tools.base import Board, Pointer, Tool

RING = 64.0  # outer diameter, logical pixels
BAND = 10.0
WIDE = 5  # pixels a side that are averaged with Shift
ICON = 24


class EyedropperTool(Tool):
    """Takes the colour under its tip."""

    name = "eyedropper"
    title = "Eyedropper"
    icon = "eyedropper"
    options = ("colour",)

    def __init__(self, board: Board) -> None:
        super().__init__(board)
        self._picked: QColor | None = None
        self._down = False

    @property
    def busy(self) -> bool:
        return self._down

    def press(self, at: Pointer) -> None:
        self._down = not at.right
        self.move(at)

    def move(self, at: Pointer) -> None:
        if self._down:
            self._picked = self.board.colour_at(at.x, at.y, WIDE if at.shift else 1)

    def release(self, at: Pointer) -> None:
        self.move(at)
        picked, self._picked, self._down = self._picked, None, False
        if picked is not None:
            colour = (picked.redF(), picked.greenF(), picked.blueF())
            self.editor.set_option("colour", colour)
            self.editor.remember_colour(colour)

    def cancel(self) -> bool:
        held, self._down, self._picked = self._down, False, None
        return held

    def cursor(self, at: Pointer | None) -> Qt.CursorShape | None:
        return None

    def overlay_rect(self, at: Pointer) -> QRectF:
        place, reach = self.screen(at), RING / 2 + 3
        ring = QRectF(place.x() - reach, place.y() - reach, 2 * reach, 2 * reach)
        return ring.united(QRectF(place.x() - 2, place.y() - ICON - 2, ICON + 4, ICON + 4))

    def paint_overlay(self, painter: QPainter, at: Pointer | None) -> None:
        if at is None:
            return
        place = self.screen(at)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = self._picked or self.board.colour_at(at.x, at.y, WIDE if at.shift else 1)
        if colour is not None:
            self._draw_ring(painter, place, colour)
        self._draw_dropper(painter, place)
        painter.restore()

    def hint(self, at: Pointer | None) -> str:
        return "Pick the colour under the tip; Shift averages 5 × 5."

    def _draw_ring(self, painter: QPainter, centre: QPointF, colour: QColor) -> None:
        """New colour above, old one below."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        radius = (RING - BAND) / 2
        box = QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius)
        painter.setPen(QPen(theme().colour("black", 0.7), BAND + 3))
        painter.drawEllipse(box)
        old = QColor.fromRgbF(*self.editor.options.colour)
        for begin, shown in ((0, colour), (180, old)):
            pen = QPen(shown, BAND)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            painter.drawArc(box, begin * 16, 180 * 16)

    def _draw_dropper(self, painter: QPainter, tip: QPointF) -> None:
        """The dropper with its tip at the pointer, light with a dark edge."""
        ratio = painter.device().devicePixelRatioF()
        corner = tip + QPointF(-3, 3 - ICON)
        dark = icon_pixmap("eyedropper", "black", ICON, ratio)
        for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1)):
            painter.drawPixmap(corner + QPointF(dx, dy), dark)
        painter.drawPixmap(corner, icon_pixmap("eyedropper", "white", ICON, ratio))
