"""Picture tiles: classes with their names, starts and candidates with their loss.

`Tile` is a button that paints itself; `TileGrid` lays tiles out in as many columns as fit and
moves the focus with the arrow keys.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractButton, QWidget

from ganpaint.ui.qimage import to_qpixmap
from ganpaint.ui.theme import RADIUS, RING, font, px, theme, theme_changed
from ganpaint.ui.widgets.panel import retire

MARGIN = 3  # room for ring and focus around the picture
ARROWS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)


@dataclass(frozen=True, slots=True)
class TileStyle:
    """Sizes and form of a grid's tiles.

    Attributes:
        side: wished side of the picture at 100 %.
        least, most: what the width of the grid may make of it.
        caption: "below" the picture, or on a dark "foot" inside it.
    """

    side: int = 68
    least: int = 52
    most: int = 96
    caption: str = "below"


@dataclass(frozen=True, slots=True)
class Cells:
    """How tiles stand in a grid: columns; from one tile to the next; size of a tile."""

    columns: int
    step: int
    down: int
    wide: int
    high: int


def height_of(style: TileStyle, width: int) -> int:
    """Height of a tile of that width."""
    if style.caption == "foot":
        return width
    return width + int(QFontMetricsF(font("caption")).height()) + px(3)


def cells_of(style: TileStyle, width: int, gap: int) -> Cells:
    """The grid that fills a width; the tiles' margins reach into the gaps."""
    outer = width + gap  # every tile with the gap after it
    columns = max(1, (outer - 2 * MARGIN) // (px(style.side - 2) + gap))
    step = (outer - 2 * MARGIN) // columns
    side = min(max(step - gap, px(style.least)), px(style.most))
    wide = side + 2 * MARGIN
    high = height_of(style, wide)
    down = high + (gap - 2 * MARGIN if style.caption == "foot" else px(4))
    return Cells(columns, side + gap, down, wide, high)


CLASS_TILE = TileStyle()
START_TILE = TileStyle(62, 52, 76, "foot")


class Tile(QAbstractButton):
    """One picture with a caption; `mixed` = clicked with Ctrl, `opened` = double click."""

    mixed = Signal()
    opened = Signal()
    menu_wanted = Signal(QPoint)

    def __init__(self, caption: str, style: TileStyle, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.style_of = style
        self.caption = caption
        self.badge = ""
        self.chosen = False
        self.faded = False
        self._picture: QPixmap | None = None
        self._source: np.ndarray | None = None
        self.setText(caption)
        self.setAccessibleName(caption)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        theme_changed.connect(self.update)

    def set_picture(self, picture: np.ndarray | None) -> None:
        """(R, R, 3) uint8, or None for a grey tile."""
        if picture is self._source:
            return
        self._source = picture
        self._picture = None if picture is None else to_qpixmap(picture)
        self.update()

    def has_picture(self) -> bool:
        """Whether the picture has arrived."""
        return self._picture is not None

    def set_caption(self, caption: str) -> None:
        """The words below or on the picture."""
        if caption != self.caption:
            self.caption = caption
            self.setText(caption)
            self.update()

    def set_state(self, *, chosen: bool, badge: str = "", faded: bool = False) -> None:
        """Ring, share badge, and whether the picture is dimmed."""
        self.chosen, self.badge, self.faded = chosen, badge, faded
        words = [w for w in ("chosen" if chosen else "", f"{badge} percent" if badge else "") if w]
        self.setAccessibleDescription(", ".join(words))
        self.update()

    def picture_rect(self) -> QRectF:
        """Where the picture is drawn."""
        side = self.width() - 2 * MARGIN
        return QRectF(MARGIN, MARGIN, side, side)

    def height_for(self, width: int) -> int:
        """Height of a tile of that width."""
        return height_of(self.style_of, width)

    def sizeHint(self) -> QSize:
        side = px(self.style_of.side) + 2 * MARGIN
        return QSize(side, self.height_for(side))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if event.button() == Qt.MouseButton.LeftButton:
                self.mixed.emit()
            return
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.opened.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            ctrl = event.modifiers() & Qt.KeyboardModifier.ControlModifier
            (self.mixed if ctrl else self.clicked).emit()
            return
        if event.key() in ARROWS:
            event.ignore()  # the grid knows what lies above and below
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event.globalPos())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        rect = self.picture_rect()
        self._paint_picture(painter, rect)
        self._paint_rings(painter, rect)
        if self.badge:
            self._paint_badge(painter, rect)

    def _paint_picture(self, painter: QPainter, rect: QRectF) -> None:
        colours = theme()
        shape = QPainterPath()
        shape.addRoundedRect(rect, RADIUS, RADIUS)
        painter.fillPath(shape, colours.colour("control"))
        foot = self.style_of.caption == "foot" and bool(self.caption)
        painter.setFont(font("caption"))
        painter.save()
        painter.setClipPath(shape)
        if self._picture is not None:
            painter.setOpacity(1.0 if self.isEnabled() and not self.faded else 0.4)
            painter.drawPixmap(rect, self._picture, QRectF(self._picture.rect()))
            painter.setOpacity(1.0)
        if foot:
            high = QFontMetricsF(painter.font()).height() + px(1)
            dark = QRectF(rect.left(), rect.bottom() - high, rect.width(), high)
            painter.fillRect(dark, colours.colour("black", 0.62))
            painter.setPen(colours.colour("white"))
            painter.drawText(dark, Qt.AlignmentFlag.AlignCenter, self.caption)
        painter.restore()
        if foot:
            return
        painter.setPen(colours.colour("text" if self.chosen or self.underMouse() else "text2"))
        room = QRectF(-4, rect.bottom() + px(2), self.width() + 8, self.height() - rect.bottom())
        metrics = QFontMetricsF(painter.font())
        words = metrics.elidedText(self.caption, Qt.TextElideMode.ElideRight, self.width() + 4)
        painter.drawText(room, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, words)

    def _paint_rings(self, painter: QPainter, rect: QRectF) -> None:
        colours = theme()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.chosen:
            painter.setPen(QPen(colours.colour("accent"), RING))
            painter.drawRoundedRect(rect, RADIUS, RADIUS)
        elif self.underMouse() and self.isEnabled():
            painter.setPen(QPen(colours.colour("text2"), 1))
            painter.drawRoundedRect(rect, RADIUS, RADIUS)
        if self.hasFocus():
            inner = rect.adjusted(3, 3, -3, -3) if self.chosen else rect
            painter.setPen(QPen(colours.colour("black", 0.5), 4))
            painter.drawRoundedRect(inner, RADIUS - 2, RADIUS - 2)
            painter.setPen(QPen(colours.colour("white" if self.chosen else "accent"), 2))
            painter.drawRoundedRect(inner, RADIUS - 2, RADIUS - 2)

    def _paint_badge(self, painter: QPainter, rect: QRectF) -> None:
        painter.setFont(font("caption", bold=True))
        metrics = QFontMetricsF(painter.font())
        high = metrics.height() + px(2)
        wide = max(metrics.horizontalAdvance(self.badge) + px(10), high)
        box = QRectF(rect.right() - wide - 2, rect.top() + 2, wide, high)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().colour("accent"))
        painter.drawRoundedRect(box, high / 2, high / 2)
        painter.setPen(QColor(theme().colour("onaccent")))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.badge)


class TileGrid(QWidget):
    """Tiles in rows, as wide as the grid makes them."""

    typed = Signal(str)
    arranged = Signal(int)  # height of all rows

    def __init__(self, style: TileStyle, gap: int = 8, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.style_of = style
        self._gap = gap
        self._tiles: list[Tile] = []
        self._columns = 1

    def set_tiles(self, tiles: Iterable[Tile]) -> None:
        """Other tiles, in reading order; tiles that are no longer in it are deleted."""
        kept = list(tiles)
        for tile in self._tiles:
            if tile not in kept:
                retire(tile)
        self._tiles = kept
        for tile in kept:
            tile.setParent(self)
            tile.show()
        self.arrange()

    def tiles(self) -> tuple[Tile, ...]:
        """All tiles in reading order, hidden ones too."""
        return tuple(self._tiles)

    def shown(self) -> tuple[Tile, ...]:
        """The tiles that the filter left."""
        return tuple(t for t in self._tiles if not t.isHidden())

    @property
    def columns(self) -> int:
        """How many tiles stand in a row."""
        return self._columns

    def arrange(self) -> None:
        """Put every shown tile in its place."""
        cells = cells_of(self.style_of, self.width(), px(self._gap))
        self._columns = cells.columns
        height = 0
        for at, tile in enumerate(self.shown()):
            row, column = divmod(at, cells.columns)
            tile.setGeometry(column * cells.step, row * cells.down, cells.wide, cells.high)
            height = row * cells.down + cells.high
        if (self.minimumHeight(), self.maximumHeight()) != (height, max(height, 1)):
            self.setMinimumHeight(height)
            self.setMaximumHeight(max(height, 1))
            self.arranged.emit(height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.arrange()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.arrange()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -self._columns,
            Qt.Key.Key_Down: self._columns,
        }
        shown = self.shown()
        at = next((i for i, tile in enumerate(shown) if tile.hasFocus()), None)
        if at is not None and event.key() in steps:
            there = at + steps[Qt.Key(event.key())]
            if 0 <= there < len(shown):
                shown[there].setFocus(Qt.FocusReason.OtherFocusReason)
            return
        plain = not event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier
        if plain and event.text().isprintable() and event.text().strip():
            self.typed.emit(event.text())
            return
        super().keyPressEvent(event)
