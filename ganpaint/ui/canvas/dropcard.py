"""The canvas without a photo: a dashed card that says how to begin."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QAction, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ganpaint.ui.theme import RADIUS_CARD, font, icon_pixmap, px, set_role, theme, theme_changed

# object name, words, action that is triggered
LINKS = (
    ("canvas.empty.open", "Open…", "file.open"),
    ("canvas.empty.sample", "Use the sample cat", "file.sample"),
    ("canvas.empty.nothing", "Paint", "file.new"),
)


class DropCard(QWidget):
    """Lies in the canvas's middle while nothing is open."""

    WIDTH, HEIGHT = 382, 202

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("canvas.empty")
        self.setCursor(Qt.CursorShape.ArrowCursor)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(24), px(20), px(20))
        column.setSpacing(px(6))
        self._sign = QLabel(self)
        self._title, self._text = QLabel("Drop a photo here", self), QLabel(self)
        self._text.setText("or paste one (Ctrl+V), or paint on an empty canvas")
        for label in (self._sign, self._title, self._text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        set_role(self._text, "hint")
        row = QHBoxLayout()
        row.setSpacing(px(20))
        row.addStretch(1)
        for name, words, action in LINKS:
            link = QPushButton(words, self)
            link.setObjectName(name)
            link.setAccessibleName(words)
            link.setCursor(Qt.CursorShape.PointingHandCursor)
            set_role(link, "action")
            link.clicked.connect(lambda _=False, action=action: self._run(action))
            row.addWidget(link)
        row.addStretch(1)
        column.addSpacing(px(8))
        column.addLayout(row)
        theme_changed.connect(self._dress)
        self._dress()

    def place(self) -> None:
        """Go to the canvas's middle."""
        parent = self.parentWidget()
        if parent is not None:
            self.resize(self.sizeHint().expandedTo(self.minimumSize()))
            self.move((parent.width() - self.width()) // 2, (parent.height() - self.height()) // 2)

    def _run(self, name: str) -> None:
        action = self.window().findChild(QAction, name)
        if isinstance(action, QAction):
            action.trigger()

    def _dress(self) -> None:
        self._title.setFont(font("head"))
        self._text.setFont(font())
        ratio = self.devicePixelRatioF()
        self._sign.setPixmap(icon_pixmap("photo", "text2", px(40), ratio))
        self.setMinimumSize(px(self.WIDTH), px(self.HEIGHT))
        self.place()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(theme().colour("edge"), 1.5)
        pen.setDashPattern([6, 4])
        painter.setPen(pen)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(box, RADIUS_CARD, RADIUS_CARD)
