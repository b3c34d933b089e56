"""The form of docks and bars: margins, captions, links, small buttons, empty states."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QScrollBar,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ganpaint.ui.theme import (
    GAP,
    PADDING,
    font,
    icon_pixmap,
    px,
    set_icon,
    set_role,
    theme_changed,
)


def column(
    widget: QWidget, *, margin: int = PADDING, gap: int = GAP, right: int | None = None
) -> QVBoxLayout:
    """A column inside a widget; `right` where that margin is another."""
    made = QVBoxLayout(widget)
    side = margin if right is None else right
    made.setContentsMargins(px(margin), px(margin), px(side), px(margin))
    made.setSpacing(px(gap))
    return made


def caption(text: str, parent: QWidget) -> QLabel:
    """A small line of words."""
    label = QLabel(text, parent)
    label.setFont(font("caption"))
    label.setWordWrap(True)
    set_role(label, "caption")
    return label


def icon_button(name: str, tip: str, parent: QWidget, size: int = 18) -> QToolButton:
    """A flat button with an icon; its tip is its name."""
    button = QToolButton(parent)
    set_icon(button, name, size=px(size))
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    button.setMinimumSize(px(26), px(26))
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button


def link(text: str, parent: QWidget) -> QPushButton:
    """Words to press."""
    button = QPushButton(text, parent)
    button.setFont(font(bold=True))
    button.setCursor(Qt.CursorShape.PointingHandCursor)
    set_role(button, "link")
    return button


def chain(*widgets: QWidget) -> None:
    """Let Tab walk from each widget to the next: widgets made later stand last otherwise.

    Only widgets that take the focus count for Qt.
    """
    for first, second in pairwise(widgets):
        QWidget.setTabOrder(first, second)


def retire(widget: QWidget) -> None:
    """Delete a widget whose place another one takes: nobody finds it from now on."""
    widget.hide()
    widget.setParent(None)
    widget.deleteLater()


class SearchField(QLineEdit):
    """A text field with a lens; Escape empties it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTextMargins(px(22), 0, 0, 0)
        self.setFont(font())
        theme_changed.connect(self.update)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        side = px(16)
        lens = icon_pixmap("search", "text2", side, self.devicePixelRatioF())
        painter = QPainter(self)
        painter.drawPixmap(QPoint(px(9), (self.height() - side) // 2), lens)


class Scrolled(QScrollArea):
    """A content that scrolls up and down; its bar lies in the padding right of the content.

    So the content is as wide with the bar as without, and cannot go to and fro between two
    heights. The area reaches to the dock's right edge: give its layout no right margin.
    """

    def __init__(self, content: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        holder = QWidget(self)
        set_role(holder, "clear")
        inside = column(holder, margin=0, gap=0)
        inside.setContentsMargins(0, 0, px(PADDING), 0)
        inside.addWidget(content)
        inside.addStretch(1)
        self.setWidget(holder)
        self.bar = QScrollBar(Qt.Orientation.Vertical, self)
        self.bar.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.bar.setAccessibleName("Scroll")
        self.bar.hide()
        inner = self.verticalScrollBar()
        inner.rangeChanged.connect(self._range_changed)
        inner.valueChanged.connect(self.bar.setValue)
        self.bar.valueChanged.connect(inner.setValue)

    def _range_changed(self, low: int, high: int) -> None:
        self.bar.setRange(low, high)
        self.bar.setPageStep(self.verticalScrollBar().pageStep())
        self.bar.setSingleStep(self.verticalScrollBar().singleStep())
        self.bar.setVisible(high > low)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = px(10)
        self.bar.setGeometry(self.width() - wide - 1, 0, wide, self.height())


def empty_state(sentence: str, parent: QWidget) -> QWidget:
    """A sentence in the middle; buttons are added to its layout."""
    holder = QWidget(parent)
    inside = column(holder, margin=PADDING, gap=PADDING)
    inside.addStretch(1)
    label = QLabel(sentence, holder)
    label.setObjectName("sentence")
    label.setFont(font())
    label.setWordWrap(True)
    label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    set_role(label, "caption")
    inside.addWidget(label)
    return holder
