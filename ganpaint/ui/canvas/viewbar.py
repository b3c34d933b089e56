"""The small bar at the canvas's lower right: zoom, fit, split view, before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from ganpaint.ui.theme import RADIUS_BAR, font, px, set_icon, set_role, theme, theme_changed

HEIGHT = 36
RIGHT, BOTTOM = 14, 12  # distance from the canvas's edges
AROUND = 14  # room left around a handle of the work frame


class ViewBar(QWidget):
    """Buttons; what they do is the canvas's. It makes way for what has to be grasped below it."""

    zoomIn = Signal()
    zoomOut = Signal()
    fitClicked = Signal()
    actualClicked = Signal()
    splitToggled = Signal(bool)
    beforeHeld = Signal(bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._handles: tuple[QPointF, ...] = ()
        self.setObjectName("canvas.view")
        self.setAccessibleName("View")
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(px(4), 0, px(4), 0)
        self._row.setSpacing(px(2))
        self._button("zoomOut", "minus", "Zoom out", "Ctrl+-").clicked.connect(self.zoomOut)
        self.percent = QLabel("100 %", self)
        self.percent.setObjectName("canvas.view.percent")
        self.percent.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._row.addWidget(self.percent)
        self._button("zoomIn", "plus", "Zoom in", "Ctrl++").clicked.connect(self.zoomIn)
        self._button("fit", "fit", "Fit the window", "Ctrl+0").clicked.connect(self.fitClicked)
        actual = self._button("actual", "one-to-one", "100 %", "Ctrl+1")
        actual.clicked.connect(self.actualClicked)
        self.line = QFrame(self)
        self.line.setFixedSize(1, px(20))
        set_role(self.line, "line")
        self._row.addWidget(self.line)
        self.split = self._button("split", "split", "Split view", "Shift+O")
        self.split.setCheckable(True)
        self.split.toggled.connect(self.splitToggled)
        self.before = self._button("before", "eye", "Hold to see the opened photo", "O")
        self.before.pressed.connect(lambda: self.beforeHeld.emit(True))
        self.before.released.connect(lambda: self.beforeHeld.emit(False))
        theme_changed.connect(self._dress)
        self._dress()

    def _button(self, name: str, sign: str, title: str, key: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(f"canvas.view.{name}")
        button.setFixedSize(px(32), px(28))
        set_icon(button, sign, size=px(18))
        button.setToolTip(f"{title} ({key})")
        button.setAccessibleName(title)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._row.addWidget(button)
        return button

    def set_zoom(self, zoom: float) -> None:
        """Show a zoom, 1 = 100 %."""
        percent = 100 * zoom
        self.percent.setText(f"{percent:.0f} %" if percent >= 10 else f"{percent:.1f} %")

    def set_split(self, on: bool) -> None:
        """Show whether the view is split."""
        if self.split.isChecked() != on:
            self.split.setChecked(on)

    def avoid(self, handles: Iterable[QPointF]) -> None:
        """Keep off these places, but never while the mouse is on it."""
        self._handles = tuple(handles)
        if not self.underMouse():
            self.place()

    def leaveEvent(self, event: QEvent) -> None:
        self.place()

    def place(self) -> None:
        """Go to the canvas's lower right corner, or the nearest place without a handle."""
        parent = self.parentWidget()
        if parent is None:
            return
        self.adjustSize()
        corner = QPointF(
            max(parent.width() - self.width() - RIGHT, 0),
            max(parent.height() - self.height() - BOTTOM, 0),
        )
        free = (place for place in self._places(corner) if not self._covers(place))
        self.move(next(free, corner).toPoint())

    def _places(self, corner: QPointF) -> Iterator[QPointF]:
        """The corner, then what lies left of a handle, then what lies above one."""
        yield corner
        lefts = sorted((h.x() - AROUND - self.width() for h in self._handles), reverse=True)
        tops = sorted((h.y() - AROUND - self.height() for h in self._handles), reverse=True)
        for top, left in product((corner.y(), *tops), (corner.x(), *lefts)):
            if 0 <= left <= corner.x() and 0 <= top <= corner.y():
                yield QPointF(left, top)

    def _covers(self, place: QPointF) -> bool:
        box = QRectF(place.x(), place.y(), self.width(), self.height())
        near = box.adjusted(1 - AROUND, 1 - AROUND, AROUND - 1, AROUND - 1)
        return any(near.contains(handle) for handle in self._handles)

    def _dress(self) -> None:
        self.percent.setFont(font())
        self.percent.setFixedWidth(self.percent.fontMetrics().horizontalAdvance("6400 %") + px(6))
        self.setFixedHeight(px(HEIGHT))
        self.place()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme().colour("line"), 1))
        painter.setBrush(theme().colour("panel", 0.95))
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, RADIUS_BAR, RADIUS_BAR)
