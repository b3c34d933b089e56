"""The samples of a model that is being trained: tiles with a little air, classes over columns."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ganpaint.ui.theme import RADIUS, font, px, theme, theme_changed

AIR = 3  # between tiles
WHOLE_FROM = 3.0  # enlargement from which whole factors, with sharp pixels, look better
NEARLY = 1.12  # a whole factor that gives away less than this is taken below it too


class SampleSheet(QWidget):
    """Shows a sheet of equal squares as large as there is room.

    `placeholder` stands in it as long as there is no sheet.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.placeholder = "Samples appear here while it learns."
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._sheet = QImage()
        self._side = 0
        self._columns: tuple[str, ...] = ()
        theme_changed.connect(self.update)

    def show_sheet(self, sheet: QImage, side: int, columns: tuple[str, ...] = ()) -> None:
        """Show a sheet of squares of `side` pixels; each of `columns` is written
        above its share of the columns."""
        self._sheet, self._side, self._columns = sheet, side, columns
        words = f"{self.count} samples" + (f": {', '.join(columns)}" if columns else "")
        self.setAccessibleDescription(words if self.count else "")
        self.update()

    def clear(self) -> None:
        """Show the placeholder again."""
        self.show_sheet(QImage(), 0)

    @property
    def count(self) -> int:
        """How many samples are shown."""
        across, down = self._grid()
        return across * down

    def sizeHint(self) -> QSize:
        return QSize(px(600), px(330))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(320), px(180))

    def tile_side(self) -> float:
        """Side of a tile in device pixels: whole, so that every tile looks the same."""
        across, down = self._grid()
        if not across:
            return 0
        ratio = self.devicePixelRatioF()
        room = self._room()
        air = px(AIR)
        fit = min(
            (room.width() - air * (across - 1)) / across, (room.height() - air * (down - 1)) / down
        )
        factor = fit * ratio / self._side
        if factor >= WHOLE_FROM or 1 <= factor < NEARLY * int(factor):
            return int(factor) * self._side
        return max(1, int(fit * ratio))

    def _grid(self) -> tuple[int, int]:
        if not self._side or self._sheet.isNull():
            return 0, 0
        return self._sheet.width() // self._side, self._sheet.height() // self._side

    def _head(self) -> int:
        return QFontMetrics(font("caption")).height() + px(4) if self._columns else 0

    def _room(self) -> QRect:
        return self.rect().adjusted(px(8), px(8) + self._head(), -px(8), -px(8))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme().colour("line"), 1))
        painter.setBrush(theme().colour("field"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        across, down = self._grid()
        if not across:
            painter.setFont(font("caption"))
            painter.setPen(theme().colour("text2"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(px(16), 0, -px(16), 0), flags, self.placeholder)
            return
        ratio = self.devicePixelRatioF()
        side, air = self.tile_side() / ratio, px(AIR)
        room = self._room()
        wide, high = (side + air) * across - air, (side + air) * down - air
        left = round((room.left() + (room.width() - wide) / 2) * ratio) / ratio
        top = round((room.top() + (room.height() - high) / 2) * ratio) / ratio
        sharp = self.tile_side() % self._side == 0
        hint = QPainter.RenderHint.SmoothPixmapTransform
        painter.setRenderHint(hint, not sharp)
        for row in range(down):
            for column in range(across):
                self._paint_tile(
                    painter,
                    QRectF(left + column * (side + air), top + row * (side + air), side, side),
                    QRect(column * self._side, row * self._side, self._side, self._side),
                )
        self._paint_names(painter, left, top, side + air)

    def _paint_tile(self, painter: QPainter, place: QRectF, source: QRect) -> None:
        # a copy: smooth scaling would mix in the neighbours at the tile's edge
        painter.drawImage(place, self._sheet.copy(source))

    def _paint_names(self, painter: QPainter, left: float, top: float, step: float) -> None:
        painter.setFont(font("caption"))
        painter.setPen(theme().colour("text2"))
        metrics = QFontMetrics(painter.font())
        if self._columns:  # a class has one column or several
            step *= self._grid()[0] // len(self._columns)
        for at, name in enumerate(self._columns):
            words = metrics.elidedText(name, Qt.TextElideMode.ElideRight, int(step) - px(AIR))
            box = QRectF(left + at * step, top - self._head(), step - px(AIR), self._head())
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
