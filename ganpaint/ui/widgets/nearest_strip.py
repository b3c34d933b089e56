"""Samples over their nearest training pictures, in as many bands as the width needs."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from ganpaint.ui.theme import RADIUS, px, theme_changed

LEAST = 54  # of a picture's side
AIR, BAND_GAP = 4, 10  # between columns and between bands


class NearestStrip(QWidget):
    """A picture of two rows of squares, cut into columns that stay together."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.picture: QPixmap | None = None
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme_changed.connect(self.update)

    def show_picture(self, picture: QPixmap | None) -> None:
        """Show a strip (2 · s high, n · s wide), or none."""
        self.picture = picture
        words = f"{self.columns} new pictures, each over the training picture nearest to it"
        self.setAccessibleName(words if self.columns else "")
        self.updateGeometry()
        self.update()

    @property
    def columns(self) -> int:
        """How many samples there are."""
        if self.picture is None or not self.picture.height():
            return 0
        return round(2 * self.picture.width() / self.picture.height())

    def across(self, width: int) -> int:
        """How many columns stand side by side: all bands have the same number."""
        count = self.columns
        fitting = [n for n in range(1, count + 1) if count % n == 0]
        return next((n for n in reversed(fitting) if self._side(width, n) >= px(LEAST)), 1)

    def _side(self, width: int, across: int) -> float:
        return (width - px(AIR) * (across - 1)) / across

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        if not self.columns:
            return 0
        across = self.across(width)
        bands = self.columns // across
        band = 2 * self._side(width, across)
        return round(bands * band + (bands - 1) * px(BAND_GAP))

    def sizeHint(self) -> QSize:
        return QSize(px(240), self.heightForWidth(px(240)))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(LEAST), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.picture is None or not self.columns:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        across = self.across(self.width())
        side, cell = self._side(self.width(), across), self.picture.height() // 2
        for k in range(self.columns):
            band, column = divmod(k, across)
            place = QRectF(
                column * (side + px(AIR)), band * (2 * side + px(BAND_GAP)), side, 2 * side
            )
            shape = QPainterPath()
            shape.addRoundedRect(place, RADIUS, RADIUS)
            painter.setClipPath(shape)
            for row in range(2):
                # a copy: smooth scaling would mix in the neighbours at the edge
                square = self.picture.copy(k * cell, row * cell, cell, cell)
                at = QRectF(place.left(), place.top() + row * side, side, side)
                painter.drawPixmap(at, square, QRectF(square.rect()))
