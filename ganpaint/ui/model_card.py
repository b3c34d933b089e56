"""One model of the Models dock: a row that opens into its sheet of samples, facts and buttons."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFontMetricsF,
    QKeyEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from ganpaint import provenance
from ganpaint.catalogue import Entry
from ganpaint.errors import GanpaintError
from ganpaint.tasks.requests import Card
from ganpaint.ui import model_facts
from ganpaint.ui.model_details import ModelDetails
from ganpaint.ui.model_samples import ModelSamples, paint_sheet
from ganpaint.ui.qimage import to_qpixmap
from ganpaint.ui.theme import (
    PADDING,
    RADIUS_CARD,
    font,
    icon_pixmap,
    px,
    set_role,
    theme,
    theme_changed,
)
from ganpaint.ui.widgets.panel import caption, chain, column, icon_button, retire
from ganpaint.ui.widgets.question_row import QuestionRow

TILE = 64


class CardRow(QAbstractButton):
    """The part of a card that is always seen; pressing it opens or closes the card."""

    arrowed = Signal(int)  # -1 up, 1 down
    menu_wanted = Signal(QPoint)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.picture: QPixmap | None = None
        self.lines = ("", "")
        self.used = self.refused = False
        theme_changed.connect(self.update)

    def sizeHint(self) -> QSize:
        words = 3 * self.fontMetrics().height()
        return QSize(px(240), (words if self.isChecked() else max(px(TILE), words)) + px(16))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is not None:
            self.arrowed.emit(step)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event.globalPos())

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        whole = QRectF(self.rect())
        if self.underMouse():
            shape = QPainterPath()
            shape.addRoundedRect(whole.adjusted(2, 2, -2, -2), RADIUS_CARD - 2, RADIUS_CARD - 2)
            painter.fillPath(shape, colours.colour("hover", 0.6))
        left = float(px(8))
        side = float(px(TILE))
        if not self.isChecked():
            tile = QRectF(left, (self.height() - side) / 2, side, side)
            paint_sheet(painter, tile, self.picture)
            left = tile.right() + px(10)
        else:
            left = float(px(PADDING))
        chevron = px(16)
        sign = icon_pixmap(
            "chevron-down" if self.isChecked() else "chevron-right",
            "text2",
            chevron,
            self.devicePixelRatioF(),
        )
        right = self.width() - px(8) - chevron
        painter.drawPixmap(QPoint(right, (self.height() - chevron) // 2), sign)
        self._paint_words(painter, QRectF(left, 0, right - px(6) - left, self.height()))
        if self.hasFocus():
            painter.setPen(QPen(colours.colour("accent"), 2))
            painter.drawRoundedRect(whole.adjusted(2, 2, -2, -2), RADIUS_CARD - 2, RADIUS_CARD - 2)

    def _paint_words(self, painter: QPainter, room: QRectF) -> None:
        colours = theme()
        bold, small = font(bold=True), font("caption")
        heights = [QFontMetricsF(bold).height()] + 2 * [QFontMetricsF(small).height()]
        y = room.center().y() - (sum(heights) + 2 * px(2)) / 2
        tokens = "text", "err" if self.refused else "text2", "accent" if self.used else "text2"
        texts, styles = (self.text(), *self.lines), (bold, small, small)
        for text, style, high, token in zip(texts, styles, heights, tokens, strict=True):
            painter.setFont(style)
            painter.setPen(colours.colour(token))
            line = QRectF(room.left(), y, room.width(), high)
            shown = QFontMetricsF(style).elidedText(text, Qt.TextElideMode.ElideRight, line.width())
            painter.drawText(
                line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown
            )
            y += high + px(2)


class ModelCard(QWidget):
    """See the module's docstring. What its buttons do is the dock's."""

    opened = Signal(object)  # itself
    use_wanted = Signal(object)
    folder_wanted = Signal(object)
    names_wanted = Signal(object)
    train_wanted = Signal(object)
    remove_wanted = Signal(object)
    answered = Signal(object, str, float)  # itself, question, answer
    class_wanted = Signal(object)  # itself: `missing_class` says which

    def __init__(self, entry: Entry, parent: QWidget) -> None:
        super().__init__(parent)
        self.entry = entry
        self.card: Card | None = None
        self.error: GanpaintError | None = None
        self._used = False
        self._sheet: np.ndarray | None = None
        self._strip: QPixmap | None = None
        self._parts: tuple[ModelSamples, ModelDetails] | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        set_role(self, "card")
        self.row = CardRow(self)
        self.row.toggled.connect(self._toggled)
        self._body = QWidget(self)
        self._inside = inside = column(self._body, margin=PADDING, gap=10)
        inside.setContentsMargins(px(PADDING), px(2), px(PADDING), px(PADDING))
        inside.addLayout(self._build_buttons())  # first: in a low dock the facts are far below
        self.notes = caption("", self._body)
        inside.addWidget(self.notes)
        self._open_questions = QWidget(self._body)
        self._open_questions.hide()
        self._questions = column(self._open_questions, margin=0)
        inside.addWidget(self._open_questions)
        whole = column(self, margin=1, gap=0)
        whole.addWidget(self.row)
        whole.addWidget(self._body)
        self._body.hide()
        self.show_entry(entry)

    def _build_buttons(self) -> QHBoxLayout:
        self.use = QPushButton("Use", self._body)
        self.use.setFont(font(bold=True))
        self.use.clicked.connect(lambda: self.use_wanted.emit(self))
        self.folder = icon_button("folder", "Open the folder it lies in", self._body)
        self.folder.clicked.connect(lambda: self.folder_wanted.emit(self))
        self.names = icon_button("rename", "Names of its classes", self._body)
        self.names.clicked.connect(lambda: self.names_wanted.emit(self))
        self.train = icon_button("train", "", self._body)
        self.train.clicked.connect(lambda: self.train_wanted.emit(self))
        self.remove = icon_button("trash", "", self._body)
        self.remove.clicked.connect(lambda: self.remove_wanted.emit(self))
        row = QHBoxLayout()
        row.setSpacing(px(4))
        row.addWidget(self.use, 1)
        row.addSpacing(px(4))
        for button in (self.folder, self.names, self.train, self.remove):
            row.addWidget(button)
        return row

    def _made(self) -> tuple[ModelSamples, ModelDetails]:
        """Samples and details, made when they are first needed: a long list is there sooner."""
        if self._parts is None:
            samples, details = ModelSamples(self._body), ModelDetails(self._body)
            samples.wanted.connect(lambda: self.class_wanted.emit(self))
            self._inside.insertWidget(1, samples)
            self._inside.insertWidget(3, details)
            chain(*self.buttons().values(), samples.chooser, details.copy, details.recipe)
            self._parts = samples, details
            self._refresh()
        return self._parts

    @property
    def samples(self) -> ModelSamples:
        """The sheet and what chooses its class."""
        return self._made()[0]

    @property
    def details(self) -> ModelDetails:
        """The facts, in an open card."""
        return self._made()[1]

    def buttons(self) -> dict[str, QPushButton | QToolButton]:
        """The card's buttons by the last part of their names."""
        return {
            "use": self.use, "folder": self.folder, "names": self.names, "train": self.train,
            "remove": self.remove,
        }  # fmt: skip

    # ------------------------------------------------------------------------------ showing
    def show_entry(self, entry: Entry) -> None:
        """Be the card of an entry; what was learnt of the same file stays."""
        self.entry = entry
        title = entry.title or entry.name
        self.setObjectName(f"models.card.{entry.name}")
        self.row.setObjectName(f"models.row.{entry.name}")
        self.row.setText(title)
        self.row.setAccessibleName(title)
        self.row.setToolTip(str(entry.path))
        for key, button in self.buttons().items():
            button.setObjectName(f"models.{key}.{entry.name}")
        reason = model_facts.why_not_remove(entry)
        words = "Take it off this list" if entry.source == "recent" else "Remove…"
        self.remove.setEnabled(not reason)
        self.remove.setToolTip(reason or words)
        for button, what in ((self.use, "Use"), (self.remove, words), (self.folder, "Folder of")):
            button.setAccessibleName(f"{what.rstrip('…')}: {title}")
        self._refresh()

    def show_card(self, card: Card) -> None:
        """Its facts and sheet have arrived."""
        self.card, self.error = card, None
        self._show_questions(card.questions)
        if card.sheet is not self._sheet:
            self._sheet = card.sheet
            self.row.picture = to_qpixmap(card.sheet)
        self._strip = to_qpixmap(card.nearest) if card.nearest is not None else None
        self._refresh()

    @property
    def missing_class(self) -> int | None:
        """The class whose samples are to be seen and are not here yet."""
        return self.samples.missing if self.is_open and self.card is not None else None

    def show_class(self, k: int, card: Card) -> None:
        """The sheet of one class has arrived."""
        self.samples.show_class(k, to_qpixmap(card.sheet))

    def _show_questions(self, names: tuple[str, ...]) -> None:
        """What the file does not say, to be answered."""
        while (item := self._questions.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                retire(widget)
        for name in names:
            words, whole = model_facts.QUESTIONS[name]
            row = QuestionRow(words, whole, self._open_questions)
            row.setObjectName(f"models.question.{name}.{self.entry.name}")
            row.answered.connect(lambda value, name=name: self.answered.emit(self, name, value))
            self._questions.addWidget(row)
        self._open_questions.setVisible(bool(names))

    def show_refusal(self, error: GanpaintError) -> None:
        """It cannot be opened, and why."""
        self.error = error
        self._refresh()

    def forget(self) -> None:
        """Another model is in its place now."""
        self.card = self.error = self._sheet = None
        self._show_questions(())
        self.row.picture = self._strip = None
        if self._parts is not None:
            self._parts[0].forget()
        self._refresh()

    def show_used(self, used: bool) -> None:
        """Whether it is the model that paints."""
        self._used = used
        self._refresh()

    def set_open(self, is_open: bool) -> None:
        """Show the whole card, or its row only."""
        self.row.setChecked(is_open)

    @property
    def is_open(self) -> bool:
        """Whether the whole card is shown."""
        return self.row.isChecked()

    def _toggled(self, is_open: bool) -> None:
        if is_open:
            self._made()
        self._body.setVisible(is_open)
        self.row.updateGeometry()
        self.row.setAccessibleDescription("open" if is_open else "closed")
        self.row.update()
        if is_open:
            self.opened.emit(self)

    def _refresh(self) -> None:
        entry = self.entry
        self.row.used, self.row.refused = self._used, self.error is not None
        what = "Cannot be opened" if self.error is not None else model_facts.summary(entry)
        self.row.lines = (what, "In use" if self._used else model_facts.where(entry))
        self.row.update()
        info = self.card.info if self.card is not None else None
        if self._parts is not None:
            self._refresh_parts(*self._parts)
        notes = " ".join(info.notes) if info is not None else ""
        self.notes.setText(str(self.error) if self.error is not None else notes)
        set_role(self.notes, "warn" if self.error is not None else "caption")
        self.notes.setVisible(bool(self.notes.text()))
        self.use.setEnabled(self.error is None and not self._used)
        self.use.setText("In use" if self._used else "Use")
        set_role(self.use, "plain" if self._used else "primary")
        self.names.setEnabled(bool(entry.class_names and entry.hash))
        reason = "" if self.error is None else "It cannot be opened."
        reason = reason or model_facts.why_not_train(entry, info)
        self.train.setVisible(entry.family in ("", model_facts.TRAINED))
        self.train.setEnabled(not reason)
        self.train.setToolTip(reason or "Train further on your pictures…")
        self.train.setAccessibleName(f"Train further: {entry.title or entry.name}")
        named = "Names of its classes" if entry.class_names else "It has no classes to name."
        self.names.setToolTip(named)
        self.names.setAccessibleName(f"Names of the classes: {entry.title or entry.name}")

    def _refresh_parts(self, samples: ModelSamples, details: ModelDetails) -> None:
        entry = self.entry
        samples.chooser.setObjectName(f"models.class.{entry.name}")
        samples.chooser.setAccessibleName(f"Class on the sheet: {entry.title or entry.name}")
        samples.show_names(entry.class_names if entry.family else ())
        samples.show_all(self.row.picture)
        samples.setVisible(self.error is None)
        details.show_model(entry, self.card.info if self.card is not None else None)
        if details.strip.picture is not self._strip:
            details.show_nearest(self._strip, provenance.shown_of(entry.card))
