"""A searchable grid of classes, each with a generated picture.

Pictures are asked for in the background, a few classes at a time and first those in view; they
step aside for everything the person asks for, and are cached on disk by the model's hash.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ganpaint.tasks.requests import Pictures, ThumbnailsRequest
from ganpaint.ui.theme import GAP, PADDING, px
from ganpaint.ui.widgets.panel import Scrolled, SearchField, caption, column, icon_button
from ganpaint.ui.widgets.thumbnails import CLASS_TILE, Tile, TileGrid

if TYPE_CHECKING:
    from ganpaint.jobs.jobs import Job
    from ganpaint.ui.editor import Editor

BATCH = 4  # classes painted by one background job
REST_MS = 40  # of scrolling, before pictures are asked for


def folded(text: str) -> str:
    """A text as the search compares it: no case, no accents."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()


def shown_name(name: str) -> str:
    """A class name as a label."""
    return name[:1].upper() + name[1:]


class ClassTiles(QWidget):
    """Search field, dice and tiles; tells what was chosen by its index."""

    chosen = Signal(int)
    mixed = Signal(int)
    rolled = Signal()

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._model = ""
        self._tiles: list[Tile] = []
        self._job: Job | None = None
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(REST_MS)
        self._later.timeout.connect(self._want_pictures)
        self.search = SearchField(self)
        self.search.setObjectName("class.search")
        self.search.textChanged.connect(self._filter)
        self.search.returnPressed.connect(self._choose_first)
        self.search.installEventFilter(self)
        self.dice = icon_button("dice", "Random class", self)
        self.dice.setObjectName("class.random")
        self.dice.clicked.connect(self.rolled)
        top = QHBoxLayout()
        top.setSpacing(px(8))
        top.setContentsMargins(0, 0, px(PADDING), 0)
        top.addWidget(self.search, 1)
        top.addWidget(self.dice)
        self.grid = TileGrid(CLASS_TILE, parent=self)
        self.grid.typed.connect(self._type_on)
        self._none = caption("", self)
        self._none.hide()
        self._area = Scrolled(self.grid, self)
        self._area.verticalScrollBar().valueChanged.connect(self._later.start)
        self.grid.arranged.connect(self._fit_height)
        whole = column(self, margin=0)
        whole.addLayout(top)
        whole.addWidget(self._none)
        whole.addWidget(self._area, 1)
        whole.addStretch(0)
        editor.jobs.ended.connect(self._came)

    def set_classes(self, model: str, names: tuple[str, ...]) -> None:
        """Other classes; nothing is chosen."""
        self._model, self._job = model, None
        self._tiles = [self._tile(k, name) for k, name in enumerate(names)]
        self.search.clear()
        self.search.setPlaceholderText(f"Search {len(names)} classes")
        self.search.setAccessibleName(f"Search {len(names)} classes")
        self.grid.set_tiles(self._tiles)
        self._later.start()

    def show_shares(self, shares: dict[int, float]) -> None:
        """Ring and badge of the chosen ones."""
        for k, tile in enumerate(self._tiles):
            share = shares.get(k)
            badge = f"{round(100 * share)}" if share is not None and len(shares) > 1 else ""
            tile.set_state(chosen=share is not None, badge=badge)

    def _tile(self, index: int, name: str) -> Tile:
        tile = Tile(shown_name(name), CLASS_TILE, self.grid)
        tile.setObjectName(f"class.tile.{index}")
        tile.setToolTip(f"{shown_name(name)}: click to choose, Ctrl+click to mix")
        tile.clicked.connect(lambda *_: self.chosen.emit(index))
        tile.mixed.connect(lambda: self.mixed.emit(index))
        return tile

    def _fit_height(self, rows: int) -> None:
        """As high as the tiles: what stands below follows them."""
        self._area.setMaximumHeight(rows)
        above = self._area.y() or self.search.sizeHint().height() + px(GAP)
        self.setMaximumHeight(above + max(rows, 1))

    # ------------------------------------------------------------------------------ pictures
    def in_view(self) -> list[int]:
        """Classes whose tiles can be seen, in reading order."""
        top = self._area.verticalScrollBar().value()
        bottom = top + self._area.viewport().height()
        return [
            k
            for k, tile in enumerate(self._tiles)
            if not tile.isHidden() and tile.y() < bottom and tile.geometry().bottom() > top
        ]

    def _want_pictures(self) -> None:
        if not self._model or not self.isVisible():
            return
        if self._job is not None and not self._job.state.over:
            return
        missing = [k for k in self.in_view() if not self._tiles[k].has_picture()]
        if missing:
            request = ThumbnailsRequest(self._model, tuple(missing[:BATCH]))
            self._job = self._editor.jobs.submit("Painting the classes", request, tag="background")

    @Slot(object)
    def _came(self, job: Job) -> None:
        if job is not self._job or not isinstance(job.result, Pictures):
            return
        asked = job.request.classes or ()
        for k, picture in zip(asked, job.result.pictures, strict=False):
            self._tiles[k].set_picture(picture)
        self._later.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._later.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._later.start()

    # ------------------------------------------------------------------------------ search
    @Slot(str)
    def _filter(self, text: str) -> None:
        wanted = folded(text.strip())
        for tile in self._tiles:
            tile.setVisible(wanted in folded(tile.caption))
        self.grid.arrange()
        none = bool(self._tiles) and not self.grid.shown()
        self._none.setText(f'No class is called "{text.strip()}".' if none else "")
        self._none.setVisible(none)
        self._later.start()

    def _choose_first(self) -> None:
        shown = self.grid.shown()
        if shown:
            shown[0].clicked.emit()

    @Slot(str)
    def _type_on(self, text: str) -> None:
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)
        self.search.setText(text)

    def eventFilter(self, watched: QObject, event: Any) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            shown = self.grid.shown()
            if event.key() == Qt.Key.Key_Down and shown:
                shown[0].setFocus(Qt.FocusReason.OtherFocusReason)
                return True
        return super().eventFilter(watched, event)
