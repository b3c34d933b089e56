"""A grid of many named pictures: tiles are made for the part in view only.

A thousand widgets take half a second to make and as long to dress in another theme. So tiles are
reused while the view scrolls; a short list keeps all of its tiles.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from ganpaint.ui.theme import font, px
from ganpaint.ui.widgets.panel import retire
from ganpaint.ui.widgets.thumbnails import MARGIN, Cells, Tile, TileStyle, cells_of

ALL = 64  # up to so many, every tile is made at once
AROUND = 1  # rows kept above and below the view


@dataclass(slots=True)
class Item:
    """What a tile shows."""

    caption: str
    tip: str
    picture: np.ndarray | None = None
    chosen: bool = False
    badge: str = ""


class TileView(QWidget):
    """As high as all tiles together; lies in a scroll area that tells which part is in view.

    Tiles have the object name NAME.INDEX.
    """

    clicked = Signal(int)
    mixed = Signal(int)
    menu_wanted = Signal(int, QPoint)
    renamed = Signal(int, str)
    typed = Signal(str)
    arranged = Signal(int)  # height of all rows
    filled = Signal()  # other tiles than before: Tab needs their order
    revealed = Signal(QRect)  # bring this into view

    def __init__(self, name: str, style: TileStyle, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._style, self._gap = name, style, px(8)
        self._items: list[Item] = []
        self._order: list[int] = []  # what the filter left
        self._live: dict[int, Tile] = {}
        self._spare: list[Tile] = []
        self._numbers: dict[Tile, int] = {}
        self._view = (0, 0)
        self._cells = cells_of(style, self.width(), self._gap)
        self._field: QLineEdit | None = None

    # ------------------------------------------------------------------------------ contents
    def set_items(self, items: Sequence[Item]) -> None:
        """Other tiles, in reading order."""
        self.stop_renaming()
        self._items = list(items)
        self._order = list(range(len(self._items)))
        for tile in [*self._live.values(), *self._spare]:
            retire(tile)
        self._live, self._spare, self._numbers = {}, [], {}
        self.arrange()

    def show_only(self, order: Sequence[int]) -> None:
        """The indices that a filter leaves, in order."""
        self.stop_renaming()
        if list(order) != self._order:
            self._order = list(order)
            self.arrange()

    def show_part(self, top: int, bottom: int) -> None:
        """The part that can be seen, in pixels from the upper edge."""
        if (top, bottom) != self._view:
            self._view = (top, bottom)
            self._fill()

    def item(self, index: int) -> Item:
        """What the tile of an index shows; call `refresh` after changing it."""
        return self._items[index]

    def refresh(self, index: int) -> None:
        """Show a changed item."""
        tile = self._live.get(index)
        if tile is not None:
            self._dress(tile, index)

    def __len__(self) -> int:
        return len(self._items)

    def tile(self, index: int) -> Tile | None:
        """The tile of an index, if it has been made."""
        return self._live.get(index)

    def tiles(self) -> tuple[Tile, ...]:
        """The tiles that exist and belong to an item, in reading order."""
        return tuple(self._live[k] for k in sorted(self._live))

    def shown(self) -> tuple[Tile, ...]:
        """The tiles that the filter left, as far as they are made, in reading order."""
        return tuple(self._live[k] for k in self._order if k in self._live)

    def first(self) -> int | None:
        """The first index that the filter left."""
        return self._order[0] if self._order else None

    def in_view(self) -> list[int]:
        """Indices that can be seen, in reading order."""
        top, bottom = self._view
        cells = self._cells
        first = max(top - cells.high, 0) // cells.down * cells.columns
        last = (max(bottom - 1, 0) // cells.down + 1) * cells.columns
        rows = self._order[first:last]
        return [k for at, k in enumerate(rows, first) if self._place(at).bottom() > top < bottom]

    # ------------------------------------------------------------------------------ geometry
    @property
    def columns(self) -> int:
        """How many tiles stand in a row."""
        return self._cells.columns

    def _place(self, at: int) -> QRect:
        row, column = divmod(at, self._cells.columns)
        cells: Cells = self._cells
        return QRect(column * cells.step, row * cells.down, cells.wide, cells.high)

    def arrange(self) -> None:
        """Fit the tiles into the width there is."""
        self._cells = cells_of(self._style, self.width(), self._gap)
        rows = -(-len(self._order) // self._cells.columns)
        height = (rows - 1) * self._cells.down + self._cells.high if rows else 0
        self._fill()
        if (self.minimumHeight(), self.maximumHeight()) != (height, max(height, 1)):
            self.setMinimumHeight(height)
            self.setMaximumHeight(max(height, 1))
            self.arranged.emit(height)

    def _fill(self) -> None:
        """Have a tile for everything in view, and few others."""
        wanted = self._wanted()
        if len(self._items) <= ALL:
            for k in range(len(self._items)):
                self._live.get(k) or self._take(k)
        before = set(self._live)
        for k in before - set(wanted.values()):
            tile = self._live[k]
            if len(self._items) <= ALL:
                tile.hide()
            elif not tile.hasFocus():
                self._put_back(k)
        for at, k in wanted.items():
            tile = self._live.get(k) or self._take(k)
            tile.setGeometry(self._place(at))
            tile.show()
        if set(self._live) != before:
            self.filled.emit()

    def _wanted(self) -> dict[int, int]:
        """Position → index of what must have a tile."""
        if len(self._items) <= ALL:
            return dict(enumerate(self._order))
        cells, (top, bottom) = self._cells, self._view
        first = max(top // cells.down - AROUND, 0) * cells.columns
        last = (bottom // cells.down + AROUND + 1) * cells.columns
        return dict(enumerate(self._order[first:last], first))

    def _take(self, index: int) -> Tile:
        tile = self._spare.pop() if self._spare else self._new_tile()
        self._live[index] = tile
        self._numbers[tile] = index
        tile.setObjectName(f"{self._name}.{index}")
        self._dress(tile, index)
        return tile

    def _new_tile(self) -> Tile:
        tile = Tile("", self._style, self)
        tile.clicked.connect(lambda *_: self.clicked.emit(self._numbers[tile]))
        tile.mixed.connect(lambda: self.mixed.emit(self._numbers[tile]))
        tile.menu_wanted.connect(lambda where: self.menu_wanted.emit(self._numbers[tile], where))
        return tile

    def _dress(self, tile: Tile, index: int) -> None:
        item = self._items[index]
        tile.set_caption(item.caption)
        tile.setAccessibleName(item.caption)
        tile.setToolTip(item.tip)
        tile.set_picture(item.picture)
        tile.set_state(chosen=item.chosen, badge=item.badge)

    def _put_back(self, index: int) -> None:
        tile = self._live.pop(index)
        tile.hide()
        tile.setObjectName("")
        self._spare.append(tile)

    # ------------------------------------------------------------------------------ renaming
    def rename(self, index: int) -> None:
        """Let the person type another name in the place of the caption."""
        tile = self._live.get(index)
        if tile is None or tile.isHidden():
            return
        self.stop_renaming()
        field = self._field = QLineEdit(self._items[index].caption, self)
        field.setObjectName(f"{self._name}.rename")
        field.setAccessibleName(f"New name of {self._items[index].caption}")
        field.setFont(font("caption"))
        field.setTextMargins(0, 0, 0, 0)
        high = field.sizeHint().height()
        wide = max(tile.width(), px(112))
        left = min(max(tile.geometry().center().x() - wide // 2, 0), max(self.width() - wide, 0))
        below = tile.y() + tile.width() - px(4)  # where its caption begins
        top = min(below, max(self.height() - high, 0))
        field.setGeometry(left, top, wide, high)
        field.editingFinished.connect(lambda: self._rename_to(index, field))
        field.installEventFilter(self)
        field.selectAll()
        field.show()
        field.setFocus(Qt.FocusReason.OtherFocusReason)

    def stop_renaming(self) -> None:
        """Forget what was being typed."""
        field, self._field = self._field, None
        if field is not None:
            retire(field)

    def _rename_to(self, index: int, field: QLineEdit) -> None:
        if field is not self._field:
            return
        text, former = field.text().strip(), self._items[index].caption
        self.stop_renaming()
        self.focus(index)
        if text and text != former:
            self.renamed.emit(index, text)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if watched is self._field and event.type() == QEvent.Type.KeyPress:
            assert isinstance(event, QKeyEvent)
            if event.key() == Qt.Key.Key_Escape:
                self.stop_renaming()
                return True
        return False

    # ------------------------------------------------------------------------------ keys
    def focus(self, index: int) -> None:
        """Give the focus to the tile of an index, wherever it is."""
        if index not in self._order:
            return
        self.revealed.emit(self._place(self._order.index(index)).adjusted(0, -MARGIN, 0, MARGIN))
        tile = self._live.get(index)
        if tile is not None:
            tile.setFocus(Qt.FocusReason.OtherFocusReason)
            self._fill()  # the former one was kept for its focus

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -self.columns,
            Qt.Key.Key_Down: self.columns,
        }
        index = next((k for k, tile in self._live.items() if tile.hasFocus()), None)
        key = Qt.Key(event.key())
        if index is not None and key == Qt.Key.Key_F2:
            self.rename(index)
            return
        if index is not None and key in steps and index in self._order:
            there = self._order.index(index) + steps[key]
            if 0 <= there < len(self._order):
                self.focus(self._order[there])
            return
        plain = not event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier
        if plain and event.text().isprintable() and event.text().strip():
            self.typed.emit(event.text())
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.arrange()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.arrange()
