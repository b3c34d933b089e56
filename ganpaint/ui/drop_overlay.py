"""Shown while a file hovers over the window: a border and the word for what would happen."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ganpaint.ui.theme import RADIUS_BAR, font, px, theme


class DropOverlay(QWidget):
    """Lies over its host, invisible to the mouse."""

    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self.setObjectName("dropOverlay")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        host.installEventFilter(self)
        self.hide()

    def appear(self) -> None:
        """Show it on all of the host."""
        host = self.parentWidget()
        if host is not None:
            self.setGeometry(host.rect())
            self.show()
            self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        host = self.parentWidget()
        if event.type() == QEvent.Type.Resize and host is not None:
            self.setGeometry(host.rect())
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme().colour("accent"), 3))
        painter.drawRect(QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5))
        painter.setFont(font("head"))
        words = painter.fontMetrics().size(0, "Open")
        box = QRectF(0, 0, words.width() + px(48), words.height() + px(24))
        box.moveCenter(QRectF(self.rect()).center())
        painter.setPen(QPen(theme().colour("accent"), 1.5))
        painter.setBrush(theme().colour("panel", 0.95))
        painter.drawRoundedRect(box, RADIUS_BAR, RADIUS_BAR)
        painter.setPen(theme().colour("text"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "Open")
