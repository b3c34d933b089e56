"""A searchable grid of classes, each with a generated picture.

Pictures are asked for in the background, a few classes at a time and first those in view; they
step aside for everything the person asks for, and are cached on disk by the model's hash. While a
search runs, which may take minutes, they are made one by one between two of its steps. A name is
changed where it stands: F2, or the tile's menu.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from ganpaint.tasks.requests import Pictures, ProjectRequest, ScribbleRequest, ThumbnailsRequest
from ganpaint.ui.commands import class_names
from ganpaint.ui.theme import GAP, PADDING, px
from ganpaint.ui.widgets.panel import Scrolled, SearchField, caption, column, icon_button
from ganpaint.ui.widgets.thumbnails import CLASS_TILE
from ganpaint.ui.widgets.tile_view import Item, TileView

if TYPE_CHECKING:
    import numpy as np

    from ganpaint.jobs.jobs import Job
    from ganpaint.ui.editor import Editor

BATCH = 4  # classes painted by one background job
REST_MS = 40  # of scrolling, before pictures are asked for
LIVE = "class picture"  # the slot of pictures made between two steps of a search


def folded(text: str) -> str:
    """A text as the search compares it: no case, no accents."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()


def shown_name(name: str) -> str:
    """A class name as a label."""
    return name[:1].upper() + name[1:]


def is_search(job: Job | None) -> bool:
    """Whether a job is a search: many small steps, with room between them."""
    return job is not None and isinstance(job.request, ProjectRequest | ScribbleRequest)


def tip_of(name: str) -> str:
    """What is said over a class."""
    return f"{shown_name(name)}: click to choose, Ctrl+click to mix, F2 to rename"


class ClassTiles(QWidget):
    """Search field, dice and tiles; tells what was chosen by its index."""

    chosen = Signal(int)
    mixed = Signal(int)
    rolled = Signal()

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._model = ""
        self._names: tuple[str, ...] = ()
        self._folded: list[str] = []
        self._shares: dict[int, float] = {}
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
        self.grid = TileView("class.tile", CLASS_TILE, self)
        self.grid.typed.connect(self._type_on)
        self.grid.clicked.connect(self.chosen)
        self.grid.mixed.connect(self.mixed)
        self.grid.menu_wanted.connect(self._menu)
        self.grid.renamed.connect(lambda k, name: class_names.rename(editor, k, name))
        self.grid.revealed.connect(self._reveal)
        self._none = caption("", self)
        self._none.hide()
        self._area = Scrolled(self.grid, self)
        self._area.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.grid.arranged.connect(self._fit_height)
        whole = column(self, margin=0)
        whole.addLayout(top)
        whole.addWidget(self._none)
        whole.addWidget(self._area, 1)
        whole.addStretch(0)
        editor.jobs.ended.connect(self._came)
        editor.jobs.changed.connect(self._work_changed)
        editor.jobs.live_result.connect(self._came_between)

    def set_classes(self, model: str, names: tuple[str, ...]) -> None:
        """Other classes; nothing is chosen."""
        self._model, self._job = model, None
        self._shares = {}
        self.search.clear()
        words = f"Search {len(names)} classes"
        self.search.setPlaceholderText(words)
        self.search.setAccessibleName(words)
        for part in (self.search, self.dice):
            part.setVisible(len(names) > 1)  # a single class needs no looking for
        self._keep_names(names)
        self.grid.set_items([Item(shown_name(name), tip_of(name)) for name in names])
        self._fit_height(self._area.maximumHeight())  # as many rows as before: nothing tells
        self._scrolled()

    def set_names(self, names: tuple[str, ...]) -> None:
        """The same classes under other names; pictures and choice stay."""
        self._keep_names(names)
        for k, name in enumerate(names):
            item = self.grid.item(k)
            item.caption, item.tip = shown_name(name), tip_of(name)
            self.grid.refresh(k)
        self._filter(self.search.text())

    def _keep_names(self, names: tuple[str, ...]) -> None:
        self._names = names
        self._folded = [folded(name) for name in names]

    def show_shares(self, shares: dict[int, float]) -> None:
        """Ring and badge of the chosen ones."""
        former, self._shares = self._shares, dict(shares)
        for k in former.keys() | shares.keys():
            share = shares.get(k)
            item = self.grid.item(k)
            item.chosen = share is not None
            item.badge = f"{round(100 * share)}" if share is not None and len(shares) > 1 else ""
            self.grid.refresh(k)

    def _menu(self, index: int, where: QPoint) -> None:
        menu = QMenu(self)
        menu.setObjectName("class.menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if len(self._names) > 1:
            menu.addAction("Choose").triggered.connect(lambda: self.chosen.emit(index))
            menu.addAction("Add to the Mix").triggered.connect(lambda: self.mixed.emit(index))
            menu.addSeparator()
        rename = menu.addAction("Rename (F2)")
        rename.setObjectName("class.rename")
        rename.triggered.connect(lambda: self.grid.rename(index))
        class_names.fill(menu, self._editor, self._model, len(self._names), self.window())
        menu.popup(where)

    def _fit_height(self, rows: int) -> None:
        """As high as the tiles: what stands below follows them."""
        self._area.setMaximumHeight(rows)
        above = 0
        if not self.search.isHidden():
            above = self._area.y() or self.search.sizeHint().height() + px(GAP)
        self.setMaximumHeight(above + max(rows, 1))

    # ------------------------------------------------------------------------------ pictures
    @Slot()
    def _scrolled(self) -> None:
        top = self._area.verticalScrollBar().value()
        self.grid.show_part(top, top + self._area.viewport().height())
        self._later.start()

    def _reveal(self, part: QRect) -> None:
        bar, view = self._area.verticalScrollBar(), self._area.viewport().height()
        lowest = part.bottom() + 1 - view
        bar.setValue(min(max(bar.value(), lowest), part.top()))
        self._scrolled()

    def in_view(self) -> list[int]:
        """Classes whose tiles can be seen, in reading order."""
        return self.grid.in_view()

    def _want_pictures(self) -> None:
        if not self._model or not self.isVisible():
            return
        missing = [k for k in self.in_view() if self.grid.item(k).picture is None]
        if not missing:
            return
        if is_search(self._editor.jobs.running()):
            self._editor.jobs.live(LIVE, ThumbnailsRequest(self._model, tuple(missing[:1])))
        elif self._job is None or self._job.state.over:
            request = ThumbnailsRequest(self._model, tuple(missing[:BATCH]))
            self._job = self._editor.jobs.submit("Painting the classes", request, tag="background")

    @Slot(object)
    def _work_changed(self, job: Job) -> None:
        if is_search(job):
            self._later.start()  # another way to the pictures from now on

    @Slot(str, object)
    def _came_between(self, key: str, result: object) -> None:
        if key != LIVE or not isinstance(result, Pictures):
            return
        for code, picture in zip(result.codes, result.pictures, strict=True):
            if code.model == self._model and code.c is not None:
                self._show_picture(int(code.c.argmax()), picture)
        self._later.start()

    @Slot(object)
    def _came(self, job: Job) -> None:
        if job is not self._job or not isinstance(job.result, Pictures):
            return
        asked = job.request.classes or ()
        for k, picture in zip(asked, job.result.pictures, strict=False):
            self._show_picture(k, picture)
        self._later.start()

    def _show_picture(self, k: int, picture: np.ndarray) -> None:
        self.grid.item(k).picture = picture
        self.grid.refresh(k)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._scrolled()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        QTimer.singleShot(0, self._scrolled)  # the view has its new size then

    # ------------------------------------------------------------------------------ search
    @Slot(str)
    def _filter(self, text: str) -> None:
        wanted = folded(text.strip())
        left = [k for k, name in enumerate(self._folded) if wanted in name]
        self.grid.show_only(left)
        none = bool(self._names) and not left
        self._none.setText(f'No class is called "{text.strip()}".' if none else "")
        self._none.setVisible(none)
        self._scrolled()

    def _choose_first(self) -> None:
        first = self.grid.first()
        if first is not None:
            self.chosen.emit(first)

    @Slot(str)
    def _type_on(self, text: str) -> None:
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)
        self.search.setText(text)

    def eventFilter(self, watched: QObject, event: Any) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            first = self.grid.first()
            if event.key() == Qt.Key.Key_Down and first is not None:
                self.grid.focus(first)
                return True
        return super().eventFilter(watched, event)
