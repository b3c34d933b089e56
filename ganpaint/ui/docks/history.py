"""The History dock: every state with its picture; a click goes there.

Rows are buttons, made for the part in view only: a history has thousands of states.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, QTimer, Slot
from PySide6.QtGui import (
    QContextMenuEvent,
    QEnterEvent,
    QFontMetricsF,
    QGuiApplication,
    QKeyEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QLabel, QMenu, QWidget

from ganpaint.errors import GanpaintError
from ganpaint.ui.copy_command import command_of, has_command
from ganpaint.ui.messages import FILES, error_message
from ganpaint.ui.miniature import miniature
from ganpaint.ui.qimage import to_qpixmap
from ganpaint.ui.theme import RADIUS, font, px, set_role, theme, theme_changed
from ganpaint.ui.widgets.panel import caption, column

if TYPE_CHECKING:
    from ganpaint.document.history import State
    from ganpaint.ui.editor import Editor

ROW, TILE = 42, 38
HOVER_MS = 300
LARGE = 240  # side of the picture beside the dock


class HistoryRow(QAbstractButton):
    """One state."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.index = -1
        self.state: State | None = None
        self._current = self._undone = False
        self._picture: QPixmap | None = None
        self._source: np.ndarray | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def show_state(self, index: int, state: State, *, current: bool, undone: bool) -> None:
        """Be the row of a state."""
        self.index, self.state = index, state
        self._current, self._undone = current, undone
        self.setObjectName(f"history.row.{index}")
        self.setText(state.name)
        self.setAccessibleName(state.name)
        words = "current" if current else "undone" if undone else "earlier"
        self.setAccessibleDescription(f"{words}, {self.clock()}")
        self.setToolTip("" if current else f"Go to: {state.name}")
        if state.thumbnail is not self._source:
            self._source = state.thumbnail
            self._picture = None if state.thumbnail is None else to_qpixmap(state.thumbnail)
        self.update()

    def clock(self) -> str:
        """The time of the state."""
        assert self.state is not None
        return time.strftime("%H:%M", time.localtime(self.state.time))

    def sizeHint(self) -> QSize:
        return QSize(px(200), row_height())

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        whole = QRectF(self.rect()).adjusted(0, 1, 0, -1)
        shape = QPainterPath()
        shape.addRoundedRect(whole, RADIUS, RADIUS)
        if self._current:
            painter.fillPath(shape, colours.colour("selected"))
        elif self.underMouse():
            painter.fillPath(shape, colours.colour("hover"))
        side = min(float(px(TILE)), self.height() - 6.0)
        tile = QRectF(px(5), (self.height() - side) / 2, side, side)
        self._paint_picture(painter, tile)
        painter.setFont(font("caption"))
        painter.setPen(colours.colour("off" if self._undone else "text2"))
        middle = Qt.AlignmentFlag.AlignVCenter
        right = whole.adjusted(0, 0, -px(8), 0)
        painter.drawText(right, middle | Qt.AlignmentFlag.AlignRight, self.clock())
        wide = QFontMetricsF(painter.font()).horizontalAdvance("00:00") + px(16)
        painter.setFont(font(bold=self._current))
        painter.setPen(colours.colour("off" if self._undone else "text"))
        room = QRectF(tile.right() + px(10), 0, 0, self.height())
        room.setRight(right.right() - wide)
        metrics = QFontMetricsF(painter.font())
        name = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, middle | Qt.AlignmentFlag.AlignLeft, name)
        if self.hasFocus():
            painter.setPen(QPen(colours.colour("accent"), 2))
            painter.drawRoundedRect(whole.adjusted(1, 1, -1, -1), RADIUS, RADIUS)

    def _paint_picture(self, painter: QPainter, tile: QRectF) -> None:
        shape = QPainterPath()
        shape.addRoundedRect(tile, 4, 4)
        painter.fillPath(shape, theme().colour("control"))
        if self._picture is None:
            return
        # the middle square of the picture fills the tile
        side = min(self._picture.width(), self._picture.height())
        left = (self._picture.width() - side) / 2
        top = (self._picture.height() - side) / 2
        painter.save()
        painter.setClipPath(shape)
        painter.setOpacity(0.5 if self._undone else 1.0)
        painter.drawPixmap(tile, self._picture, QRectF(left, top, side, side))
        painter.restore()


def row_height() -> int:
    """Height of a row; it grows with the font."""
    return max(px(ROW), int(QFontMetricsF(font()).height()) + px(16)) + px(6)


class HistoryList(QAbstractScrollArea):
    """The rows in view."""

    def __init__(self, editor: Editor, parent: QWidget) -> None:
        super().__init__(parent)
        self._editor = editor
        self._rows: list[HistoryRow] = []
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAutoFillBackground(False)
        self.verticalScrollBar().valueChanged.connect(self.arrange)
        self._hovered: HistoryRow | None = None
        self._hover = QTimer(self)
        self._hover.setSingleShot(True)
        self._hover.setInterval(HOVER_MS)
        self._hover.timeout.connect(self._show_large)
        self._large = QLabel(self, Qt.WindowType.ToolTip)
        self._large.setObjectName("history.large")
        self._large.setMargin(px(4))
        set_role(self._large, "card")
        theme_changed.connect(self.arrange)

    def refresh(self) -> None:
        """Show the history as it is now, with the current state in view."""
        session = self._editor.session
        count = len(session.history.states) if session else 0
        bar = self.verticalScrollBar()
        height, view = row_height(), self.viewport().height()
        bar.setRange(0, max(0, count * height - view))
        bar.setSingleStep(height)
        bar.setPageStep(max(view, 1))
        if session is not None:
            top = session.history.at * height
            if top < bar.value() or top + height > bar.value() + view:
                bar.setValue(min(top - view + height, bar.maximum()) if top > view else top)
        self.arrange()

    @Slot()
    def arrange(self) -> None:
        """Put rows where the states in view are."""
        session = self._editor.session
        states = session.history.states if session else ()
        at = session.history.at if session else 0
        height, top = row_height(), self.verticalScrollBar().value()
        first = top // height
        shown = min(len(states) - first, self.viewport().height() // height + 2)
        while len(self._rows) < shown:
            row = HistoryRow(self.viewport())
            row.clicked.connect(self._go)
            row.installEventFilter(self)
            self._rows.append(row)
        for i, row in enumerate(self._rows):
            row.setVisible(i < shown)
            if i >= shown:
                row.setObjectName("")
                continue
            index = first + i
            row.show_state(index, states[index], current=index == at, undone=index > at)
            row.setGeometry(0, index * height - top, self.viewport().width(), height)

    def rows(self) -> list[HistoryRow]:
        """The rows that are used now, top to bottom."""
        return [row for row in self._rows if not row.isHidden()]

    @Slot()
    def _go(self) -> None:
        row = self.sender()
        if isinstance(row, HistoryRow) and self._editor.session is not None:
            self._editor.session.jump(row.index)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.refresh()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._leave()
        super().wheelEvent(event)

    # ------------------------------------------------------------------------------ rows' events
    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if isinstance(watched, HistoryRow):
            if isinstance(event, QEnterEvent):
                self._hovered = watched
                self._hover.start()
            elif event.type() in (QEvent.Type.Leave, QEvent.Type.Hide):
                self._leave()
            elif isinstance(event, QContextMenuEvent):
                self._menu(watched, event.globalPos())
                return True
            elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
                return self._key(watched, event)
        return False

    def _key(self, row: HistoryRow, event: QKeyEvent) -> bool:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            row.click()
            return True
        session = self._editor.session
        if step is None or session is None:
            return False
        index = min(max(row.index + step, 0), len(session.history.states) - 1)
        bar, height = self.verticalScrollBar(), row_height()
        bar.setValue(
            min(max(bar.value(), (index + 1) * height - self.viewport().height()), index * height)
        )
        for other in self.rows():
            if other.index == index:
                other.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def _leave(self) -> None:
        self._hovered = None
        self._hover.stop()
        self._large.hide()

    def _show_large(self) -> None:
        row = self._hovered
        if row is None or row.state is None or not self.isVisible():
            return
        self._large.setPixmap(to_qpixmap(miniature(row.state.document, px(LARGE))))
        self._large.adjustSize()
        corner = self.mapToGlobal(QPoint(0, 0))
        x = corner.x() - self._large.width() - px(16)
        if x < self.screen().availableGeometry().left():
            x = corner.x() + self.width() + px(16)
        y = row.mapToGlobal(QPoint(0, row.height() // 2)).y() - self._large.height() // 2
        self._large.move(x, max(y, self.screen().availableGeometry().top()))
        self._large.show()

    def _menu(self, row: HistoryRow, where: QPoint) -> None:
        self._leave()
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Go here").triggered.connect(row.click)
        state = row.state
        copy = menu.addAction("Copy as Command")
        copy.setObjectName("history.copyCommand")
        copy.setEnabled(state is not None and has_command(state.document))
        copy.triggered.connect(lambda: self._copy(state))
        menu.popup(where)

    def _copy(self, state: State | None) -> None:
        if state is None:
            return
        try:
            QGuiApplication.clipboard().setText(command_of(self._editor, state.document))
        except GanpaintError as error:
            self._editor.say(replace(error_message(error), key=f"{FILES}command"))


class HistoryDock(QWidget):
    """See the module's docstring."""

    name, title, icon, area = "history", "History", "undo", "lower"

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dock.history")
        set_role(self, "panel")
        self._editor = editor
        self.list = HistoryList(editor, self)
        self._none = caption("What you do to a picture is listed here.", self)
        inside = column(self)
        inside.addWidget(self._none)
        inside.addWidget(self.list, 1)
        editor.historyChanged.connect(self._refresh)
        editor.sessionChanged.connect(self._refresh)
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        self._none.setVisible(self._editor.session is None)
        self.list.setVisible(self._editor.session is not None)
        self.list.refresh()
