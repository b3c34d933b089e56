"""The progress pill: the running job as a rounded bar that lies over the canvas.

It never takes the focus; whoever shows it places it with `place` (ui/job_display.py does).
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QPointF, QRectF, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QHideEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QToolButton, QWidget

from ganpaint.ui.theme import GAP, duration, font, px, set_icon, set_role, theme, theme_changed


class Ring(QWidget):
    """A ring that fills; turns while nothing is known yet; amber while paused."""

    def __init__(self, parent: QWidget, side: int = 20) -> None:
        super().__init__(parent)
        self.setFixedSize(px(side), px(side))
        self.share: float | None = None
        self.tint = "accent"
        self._angle = 0
        self._turning = QTimer(self, interval=40)
        self._turning.timeout.connect(self._turn)
        theme_changed.connect(self.update)

    def set_share(self, share: float | None, tint: str = "accent") -> None:
        """How much is done, 0…1; None = not known yet."""
        self.share, self.tint = share, tint
        if share is None and self.isVisible() and duration("in"):
            self._turning.start()
        else:
            self._turning.stop()
        self.update()

    def hideEvent(self, event: QHideEvent) -> None:
        self._turning.stop()

    def _turn(self) -> None:
        self._angle = (self._angle + 12) % 360
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = px(3)
        box = QRectF(self.rect()).adjusted(width / 2, width / 2, -width / 2, -width / 2)
        painter.setPen(QPen(theme().colour("line"), width))
        painter.drawEllipse(box)
        pen = QPen(theme().colour(self.tint), width)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        if self.share is None:
            painter.drawArc(box, (90 - self._angle) * 16, -90 * 16)
        elif self.share > 0:
            painter.drawArc(box, 90 * 16, -round(360 * 16 * min(self.share, 1.0)))


class ProgressPill(QWidget):
    """The running job in a rounded bar: ring, word, figures, pause, stop."""

    pauseClicked = Signal()
    resumeClicked = Signal()
    stopClicked = Signal(bool)  # True = keep the best, False = discard
    settingsClicked = Signal()

    WIDTH, HEIGHT = 372, 44

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("canvas.pill")
        self.setFixedSize(px(self.WIDTH), px(self.HEIGHT))
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.moved: QPoint | None = None  # where the person dragged it
        self._grip: QPoint | None = None
        self._paused = False
        self.ring = Ring(self)
        self.word, self.figures = QLabel(self), QLabel(self)
        self.word.setFont(font("pill", bold=True))
        self.figures.setFont(font("pill"))
        set_role(self.figures, "caption")
        self.pause = self._button("pause", "Pause", "canvas.pill.pause")
        self.stop = self._button("stop", "Stop and keep the best", "canvas.pill.stop")
        self.pause.clicked.connect(self._pause_or_resume)
        self.stop.clicked.connect(lambda: self.stopClicked.emit(True))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(px(12), 0, px(8), 0)
        layout.setSpacing(GAP)
        for widget in (self.ring, self.word, self.figures):
            layout.addWidget(widget)
        layout.addStretch(1)
        layout.addWidget(self.pause)
        layout.addWidget(self.stop)
        theme_changed.connect(self.update)
        self.hide()

    def _button(self, name: str, tip: str, object_name: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(object_name)
        button.setFixedSize(px(32), px(32))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_icon(button, name, size=px(20))
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        return button

    def show_progress(self, word: str, figures: str, share: float | None) -> None:
        """A job that runs."""
        self._set(word, figures, share, "accent", buttons=True)
        self._set_paused(False)

    def show_paused(self, figures: str, share: float | None) -> None:
        """A job that rests."""
        self._set("Paused", figures, share, "warn", buttons=True)
        self._set_paused(True)

    def show_stopping(self) -> None:
        """Stop was pressed; the step that runs is finished."""
        self._set("Finishing step…", "", self.ring.share, "accent", buttons=False)

    def show_done(self, word: str, figures: str) -> None:
        """The job is over."""
        self._set(word, figures, 1.0, "ok", buttons=False)

    def _set(
        self, word: str, figures: str, share: float | None, tint: str, *, buttons: bool
    ) -> None:
        self.word.setText(word)
        self.figures.setText(figures)
        self.pause.setVisible(buttons)
        self.stop.setVisible(buttons)
        self.setVisible(True)
        self.ring.set_share(share, tint)
        self.setAccessibleName(f"{word} {figures}".strip())

    def _set_paused(self, paused: bool) -> None:
        if paused != self._paused:
            self._paused = paused
            name, tip = ("play", "Resume") if paused else ("pause", "Pause")
            set_icon(self.pause, name, size=px(20))
            self.pause.setToolTip(tip)
            self.pause.setAccessibleName(tip)

    def _pause_or_resume(self) -> None:
        (self.resumeClicked if self._paused else self.pauseClicked).emit()

    def place(self, area: QRectF, frame: QRectF | None, taken: Sequence[QRectF] = ()) -> None:
        """Go 18 px above the frame's lower edge, or to the bottom centre; always inside.

        Args:
            area: of the canvas.
            frame: the work frame on the screen, None where there is none.
            taken: what else lies on the canvas: beside or above it, unless the person chose.
        """
        visible = frame.intersected(area) if frame is not None else QRectF()
        where = visible if not visible.isEmpty() else area
        x = where.center().x() - self.width() / 2
        y = where.bottom() - px(18) - self.height()
        if self.moved is not None:
            x, y = self.moved.x(), self.moved.y()
        x = min(max(x, area.left() + GAP), area.right() - self.width() - GAP)
        y = min(max(y, area.top() + GAP), area.bottom() - self.height() - GAP)
        spot = QRectF(QPointF(x, y), QSizeF(self.size()))
        if self.moved is None:
            spot = beside(spot, area, taken)
        self.move(round(spot.x()), round(spot.y()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._grip = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None:
            self.moved = self.pos() + event.position().toPoint() - self._grip
            self.move(self.moved)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grip = None

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Stop and keep the best", lambda: self.stopClicked.emit(True))
        menu.addAction("Stop and discard", lambda: self.stopClicked.emit(False))
        menu.addSeparator()
        menu.addAction("Settings of the run", self.settingsClicked.emit)
        menu.popup(event.globalPos())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(theme().colour("panel", 0.95))
        painter.setPen(theme().colour("line"))
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)


def beside(spot: QRectF, area: QRectF, taken: Sequence[QRectF]) -> QRectF:
    """The spot, or one right of or above what is taken, where that lies inside the area."""
    choices = [spot]
    for other in taken:
        choices.append(QRectF(QPointF(other.right() + GAP, spot.y()), spot.size()))
        choices.append(QRectF(QPointF(spot.x(), other.top() - GAP - spot.height()), spot.size()))
    free = (c for c in choices if area.contains(c) and not any(c.intersects(t) for t in taken))
    return next(free, spot)
