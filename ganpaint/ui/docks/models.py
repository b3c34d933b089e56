"""The Models dock: a card for every model on this computer; adding, removing and using them.

Cards are painted in the background, those in view first and one at a time, and only while the
dock is open; they are kept on disk by the model's hash.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QPoint, QSize, Qt, QTimer, Slot
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QStyle, QStyleOption, QWidget

from ganpaint.model_info import ModelInfo
from ganpaint.paths import quoted
from ganpaint.tasks.requests import Added, AddModel, AnswerModel, Card, CardRequest
from ganpaint.ui.commands import class_names, model
from ganpaint.ui.commands.file import MODELS
from ganpaint.ui.messages import Message
from ganpaint.ui.model_card import ModelCard
from ganpaint.ui.theme import PADDING, RADIUS_BAR, font, px, set_icon, set_role, theme
from ganpaint.ui.widgets.panel import Scrolled, caption, column, icon_button, retire

if TYPE_CHECKING:
    from ganpaint.catalogue import Entry
    from ganpaint.jobs.jobs import Job
    from ganpaint.ui.editor import Editor

REST_MS = 60  # of scrolling, before cards are asked for


def card_request(entry: Entry, of_class: int | None = None) -> CardRequest:
    """What gives an entry's card, or the sheet of one of its classes."""
    by_name = entry.source in ("bundled", "extra")
    key = entry.name if by_name else str(entry.path)
    return CardRequest(key, entry.hash, of_class, entry.nearest if of_class is None else None)


class ModelsDock(QWidget):
    """See the module's docstring."""

    name, title, icon, area = "models", "Models", "cube", "upper"
    closed = True  # at first

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dock.models")
        self.setAcceptDrops(True)
        set_role(self, "panel")
        self._editor = editor
        self._cards: dict[Path, ModelCard] = {}
        self._job: Job | None = None
        self._asked: ModelCard | None = None
        self._hovered = False
        self._stale = True
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(REST_MS)
        self._later.timeout.connect(self._want_cards)
        self._list = QWidget(self)
        self._column = column(self._list, margin=0)
        self._area = Scrolled(self._list, self)
        self._area.verticalScrollBar().valueChanged.connect(self._later.start)
        self._hint = caption("", self)
        whole = column(self, right=0)
        whole.addLayout(self._build_head())
        whole.addWidget(self._hint)
        whole.addWidget(self._area, 1)
        editor.catalogueChanged.connect(self._outdated)
        editor.modelChanged.connect(self._show_used)
        editor.jobs.ended.connect(self._ended)

    def _build_head(self) -> QHBoxLayout:
        self.add = QPushButton("Add…", self)
        self.add.setObjectName("models.add")
        self.add.setFont(font())
        self.add.setToolTip("Copy model files to your model folder")
        set_icon(self.add, "plus", size=px(16))
        self.add.clicked.connect(lambda: model.choose_files(self._editor, self))
        self.folder = QPushButton("Add a folder…", self)
        self.folder.setObjectName("models.add.folder")
        self.folder.setFont(font())
        self.folder.setToolTip("Add a folder with config.json, or all model files in a folder")
        self.folder.clicked.connect(lambda: model.choose_folder(self._editor, self))
        self.place = icon_button("folder", "Open the model folder", self)
        self.place.setObjectName("models.place")
        self.place.clicked.connect(lambda: model.open_folder(self._editor))
        row = QHBoxLayout()
        row.setSpacing(px(8))
        row.setContentsMargins(0, 0, px(PADDING), 0)
        row.addWidget(self.add, 1)
        row.addWidget(self.folder, 1)
        row.addWidget(self.place)
        return row

    # ------------------------------------------------------------------------------ the list
    def cards(self) -> tuple[ModelCard, ...]:
        """All cards, top to bottom."""
        return tuple(self._cards.values())

    @Slot()
    def _outdated(self) -> None:
        self._stale = True
        if self.isVisible():
            self.refresh()

    def refresh(self) -> None:
        """Show the models that are here now; cards that were open stay open."""
        self._stale = False
        former, self._cards = self._cards, {}
        for at, entry in enumerate(self._editor.catalogue.entries):
            card = former.pop(entry.path, None)
            if card is None:
                card = self._new_card(entry)
            else:
                if card.entry.hash and card.entry.hash != entry.hash:
                    card.forget()
                card.show_entry(entry)
            self._cards[entry.path] = card
            self._column.insertWidget(at, card)
        for card in former.values():
            self._column.removeWidget(card)
            retire(card)
        words = "Drop model files or folders here to add them."
        if not self._cards:
            words = f"There is no model on this computer yet. {words}"
        self._hint.setText(words)
        self._show_used()
        self._later.start()

    def _new_card(self, entry: Entry) -> ModelCard:
        card = ModelCard(entry, self._list)
        card.opened.connect(self._opened)
        card.class_wanted.connect(lambda _: self._later.start())
        card.use_wanted.connect(lambda c: self._editor.use_model(c.entry.name))
        card.folder_wanted.connect(lambda c: model.open_place(c.entry))
        card.names_wanted.connect(self._names_menu)
        card.train_wanted.connect(lambda c: self._editor.trainWanted.emit(c.entry.name))
        card.answered.connect(self._answer)
        card.remove_wanted.connect(lambda c: model.remove(self._editor, c.entry, self.window()))
        card.row.arrowed.connect(lambda step, c=card: self._go(c, step))
        card.row.menu_wanted.connect(lambda where, c=card: self._menu(c, where))
        return card

    @Slot()
    def _show_used(self) -> None:
        info = self._editor.model
        for card in self.cards():
            entry = card.entry
            same = info is not None and (
                entry.hash == info.hash if entry.hash else entry.path == info.path
            )
            card.show_used(same)

    @Slot(object)
    def _opened(self, opened: ModelCard) -> None:
        """One card is open at a time, and seen whole where there is room."""
        for card in self.cards():
            if card is not opened:
                card.set_open(False)
        self._later.start()
        QTimer.singleShot(0, opened, lambda: self._bring_into_view(opened))

    def _bring_into_view(self, card: ModelCard) -> None:
        """Its lower end where it fits, else its upper one."""
        bar, view = self._area.verticalScrollBar(), self._area.viewport().height()
        if card.height() > view or card.y() < bar.value():
            bar.setValue(card.y())
        elif card.geometry().bottom() > bar.value() + view:
            bar.setValue(card.geometry().bottom() + 1 - view)

    def _go(self, card: ModelCard, step: int) -> None:
        cards = self.cards()
        there = cards.index(card) + step
        if 0 <= there < len(cards):
            cards[there].row.setFocus(Qt.FocusReason.OtherFocusReason)
            self._area.ensureWidgetVisible(cards[there].row, 0, px(8))

    # ------------------------------------------------------------------------------ menus
    def _menu(self, card: ModelCard, where: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        for button, words in (
            (card.use, "Use"),
            (card.folder, "Open its Folder"),
            (card.names, "Names of its Classes"),
            (card.train, "Train Further…"),
            (card.remove, "Remove…"),
        ):
            if button.isHidden():
                continue
            action = menu.addAction(words)
            action.setEnabled(button.isEnabled())
            action.setToolTip(button.toolTip())
            action.triggered.connect(button.click)
        menu.popup(where)

    @Slot(object)
    def _names_menu(self, card: ModelCard) -> None:
        menu = class_names.menu(self._editor, card.entry, self)
        menu.popup(card.names.mapToGlobal(QPoint(0, card.names.height())))

    # ------------------------------------------------------------------------------ pictures
    def in_view(self) -> list[ModelCard]:
        """Cards that can be seen, the open one first."""
        top = self._area.verticalScrollBar().value()
        bottom = top + self._area.viewport().height()
        seen = [c for c in self.cards() if c.y() < bottom and c.geometry().bottom() > top]
        return sorted(seen, key=lambda c: not c.is_open)

    def _want_cards(self) -> None:
        if not self.isVisible() or (self._job is not None and not self._job.state.over):
            return
        usable = [c for c in self.in_view() if c.error is None]
        missing = [c for c in usable if c.card is None or c.missing_class is not None]
        if missing:
            self._asked = missing[0]
            k = self._asked.missing_class
            request = card_request(self._asked.entry, k)
            title = f"Looking into {self._asked.entry.name}"
            self._job = self._editor.jobs.submit(title, request, tag="background")

    @Slot(object)
    def _ended(self, job: Job) -> None:
        if isinstance(job.request, AddModel):
            self._added(job)
        elif isinstance(job.request, AnswerModel):
            self._read_anew(job)
        if job is not self._job:
            return
        card, self._asked = self._asked, None
        if card in self.cards() and card is not None:
            if job.error is not None:
                card.show_refusal(job.error)
            elif isinstance(job.result, Card) and job.request.of_class is not None:
                card.show_class(job.request.of_class, job.result)
            elif isinstance(job.result, Card):
                card.show_card(job.result)
                if not card.entry.hash:
                    self._editor.rescan_models()  # what it is has been remembered
        self._later.start()

    # ------------------------------------------------------------------------------ answers
    @Slot(object, str, float)
    def _answer(self, card: ModelCard, name: str, value: float) -> None:
        request = AnswerModel(str(card.entry.path), ((name, value),))
        self._editor.jobs.submit(f"Reading {card.entry.name}", request, tag="answer")

    def _read_anew(self, job: Job) -> None:
        """An answer was kept: the model is another one now, under the same hash."""
        if job.error is not None:
            self._editor.problem(job.error)
        card = self._cards.get(Path(job.request.model))
        if not isinstance(job.result, ModelInfo) or card is None:
            return
        card.forget()
        self._editor.rescan_models()
        used = self._editor.model
        if used is not None and used.hash == job.result.hash:
            self._editor.use_model(card.entry.name)
        self._later.start()

    # ------------------------------------------------------------------------------ adding
    def _added(self, job: Job) -> None:
        if job.error is not None:
            self._editor.problem(job.error)
        added = job.result
        if not isinstance(added, Added):
            return
        self._editor.rescan_models()
        entry = next((e for e in self._editor.catalogue.entries if e.path == added.path), None)
        if entry is None:
            return
        words = "was added." if added.is_new else "was here already."
        name = entry.name
        use = ("Use it", lambda: self._editor.use_model(name))
        self._editor.say(Message("info", f"{quoted(name)} {words}", "", (use,)))
        if self.isVisible() and entry.path in self._cards:
            self._cards[entry.path].set_open(True)

    def _droppable(self, mime: QMimeData) -> list[Path]:
        paths = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
        return [p for p in paths if p.is_dir() or p.suffix.lower() in (*MODELS, ".toml")]

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._droppable(event.mimeData()):
            event.acceptProposedAction()
            self._hovered = True
            self.update()
        else:
            event.ignore()  # a picture: the window opens it

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._hovered = False
        self.update()

    def dropEvent(self, event: QDropEvent) -> None:
        self._hovered = False
        self.update()
        event.acceptProposedAction()
        model.add(self._editor, self._droppable(event.mimeData()))

    # ------------------------------------------------------------------------------ events
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._editor.look_for_models()
        if self._stale:
            self.refresh()
        self._later.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._later.start()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        option = QStyleOption()
        option.initFrom(self)
        self.style().drawPrimitive(QStyle.PrimitiveElement.PE_Widget, option, painter, self)
        if self._hovered:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme().colour("accent"), 3))
            painter.drawRoundedRect(self.rect().adjusted(2, 2, -3, -3), RADIUS_BAR, RADIUS_BAR)

    def sizeHint(self) -> QSize:
        return QSize(px(320), px(420))
