"""The messages that lie over the canvas's upper edge. They never take the focus."""

from __future__ import annotations

from PySide6.QtCore import (
    QEasingCurve,
    QEvent,
    QObject,
    QPoint,
    QPropertyAnimation,
    QRectF,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from ganpaint.ui.messages import Message
from ganpaint.ui.theme import (
    RADIUS_BAR,
    duration,
    font,
    icon_pixmap,
    px,
    set_role,
    theme,
    theme_changed,
)

WIDEST, BELOW_TOP, BETWEEN = 560, 18, 8
INFO_SECONDS = 8.0
MOST = 3
ICONS = {
    "info": ("info", "accent"),
    "warn": ("warning", "warn"),
    "error": ("warning", "err"),
}
EDGES = {"info": "edge", "warn": "warn", "error": "err"}


def announce(widget: QWidget, text: str) -> None:
    """Have a screen reader say something; nothing happens where none runs."""
    QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, text))


class MessageCard(QWidget):
    """One message: icon, bold sentence, sentence, links, Dismiss."""

    done = Signal(object)  # itself

    def __init__(self, message: Message, parent: QWidget) -> None:
        super().__init__(parent)
        self.message = message
        self.count = 1
        self._hovered = False
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._icon, self._title, self._text = QLabel(self), QLabel(self), QLabel(self)
        self._title.setFont(font("body", bold=True))
        self._text.setFont(font())
        set_role(self._text, "caption")
        for label in (self._title, self._text):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.links: list[QPushButton] = []
        self._links = QHBoxLayout()
        self._links.setSpacing(px(16))
        self._slide = QPropertyAnimation(self, b"pos", self)
        self._slide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._time_out)
        layout = self._grid = QGridLayout(self)
        layout.setContentsMargins(px(16), px(12), px(16), px(8))
        layout.setHorizontalSpacing(px(12))
        layout.setVerticalSpacing(px(4))
        layout.addWidget(self._icon, 0, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._title, 0, 1)
        layout.addWidget(self._text, 1, 1)
        layout.addLayout(self._links, 2, 1)
        layout.setColumnStretch(1, 1)
        theme_changed.connect(self._recolour)
        self.fill(message)

    def fill(self, message: Message) -> None:
        """Show a message in this card."""
        self.message = message
        self._title.setText(message.title)
        self._text.setText(message.text)
        self._text.setVisible(bool(message.text))
        self.setAccessibleName(message.title)
        self.setAccessibleDescription(message.text)
        for link in self.links:
            self._links.removeWidget(link)
            link.deleteLater()
        self.links = []
        while self._links.count():
            self._links.takeAt(0)
        for label, run in (*message.actions, ("Dismiss", None)):
            link = QPushButton(label, self)
            set_role(link, "action")
            link.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            link.setCursor(Qt.CursorShape.PointingHandCursor)
            link.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            link.setAccessibleName(label)
            link.clicked.connect(lambda _=False, run=run: self._follow(run))
            self.links.append(link)
            self._links.addWidget(link)
        self._links.addStretch(1)
        self._recolour()
        self._restart()

    def wanted_height(self, width: int) -> int:
        """How high it must be for nothing to be cut off."""
        return max(self._grid.heightForWidth(width), self._grid.minimumSize().height())

    def go_to(self, place: QPoint, *, arriving: bool) -> None:
        """Stand somewhere; a new card slides in."""
        self._slide.stop()
        if arriving and duration("in"):
            self._slide.setDuration(duration("in"))
            self._slide.setStartValue(place - QPoint(0, px(12)))
            self._slide.setEndValue(place)
            self._slide.start()
        else:
            self.move(place)

    def repeat(self) -> None:
        """The same message came again: count it."""
        self.count += 1
        self._title.setText(f"{self.message.title} ({self.count} ×)")
        self._restart()

    def _follow(self, run: object) -> None:
        self.done.emit(self)
        if callable(run):
            run()

    def _restart(self) -> None:
        if self.message.kind == "info":
            self._timer.start(round(INFO_SECONDS * 1000))
        else:
            self._timer.stop()

    def _time_out(self) -> None:
        if self._hovered:
            self._restart()
        else:
            self.done.emit(self)

    def _recolour(self) -> None:
        name, token = ICONS[self.message.kind]
        self._icon.setPixmap(icon_pixmap(name, token, px(20), self.devicePixelRatioF()))
        self.update()

    def enterEvent(self, event: QEvent) -> None:
        self._hovered = True

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(theme().colour("panel", 0.97))
        painter.setPen(QPen(theme().colour(EDGES[self.message.kind]), 1.5))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS_BAR, RADIUS_BAR)


class MessageBar(QObject):
    """At most three messages at the top of a widget, the newest on top.

    Args:
        host: the widget that they lie on.
    """

    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self.host = host
        self.cards: list[MessageCard] = []
        self.top = BELOW_TOP
        host.installEventFilter(self)

    def host_elsewhere(self, host: QWidget) -> None:
        """Lie on another widget from now on; what is shown moves there."""
        if host is not self.host:
            self.host.removeEventFilter(self)
            self.host = host
            host.installEventFilter(self)
            for card in self.cards:
                card.setParent(host)
            self._place()

    def show_message(self, message: Message) -> MessageCard:
        """Add a message; the same sentence, or one of the same key, goes into its old card."""
        for card in self.cards:
            same_key = message.key and card.message.key == message.key
            if same_key or card.message.title == message.title:
                self.cards.remove(card)
                self.cards.insert(0, card)
                if card.message == message or card.message.title == message.title:
                    count = card.count
                    card.fill(message)
                    card.count = count
                    card.repeat()
                else:
                    card.fill(message)
                    card.count = 1
                break
        else:
            card = MessageCard(message, self.host)
            card.done.connect(self.remove)
            self.cards.insert(0, card)
            while len(self.cards) > MOST:
                self.remove(self.cards[-1])
        announce(self.host, f"{message.title} {message.text}".strip())
        self._place(arriving=card)
        return card

    def remove(self, card: MessageCard) -> None:
        """Take a message away."""
        if card in self.cards:
            self.cards.remove(card)
            card.hide()
            card.deleteLater()
            self._place()

    def dismiss_key(self, key: str) -> None:
        """Take the messages of a key away: what they said is over."""
        for card in [card for card in self.cards if card.message.key == key]:
            self.remove(card)

    def dismiss_beginning(self, beginning: str) -> None:
        """Take the messages away whose keys begin so: they are about what is no longer open."""
        for card in [card for card in self.cards if card.message.key.startswith(beginning)]:
            self.remove(card)

    def dismiss_newest(self) -> bool:
        """Esc: take the topmost message away; False where there is none."""
        if not self.cards:
            return False
        self.remove(self.cards[0])
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.host and event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _place(self, arriving: MessageCard | None = None) -> None:
        y = self.top
        width = max(px(240), min(px(WIDEST), self.host.width() - 2 * BELOW_TOP))
        for n, card in enumerate(self.cards):
            card.setObjectName(f"canvas.message.{n}")
            for k, link in enumerate(card.links):
                last = k == len(card.links) - 1
                link.setObjectName(f"canvas.message.{n}." + ("dismiss" if last else f"action.{k}"))
            card.setFixedWidth(width)
            card.setFixedHeight(card.wanted_height(width))
            x = (self.host.width() - width) // 2
            card.show()
            card.raise_()
            card.go_to(QPoint(x, y), arriving=card is arriving)
            y += card.height() + BETWEEN
