"""A choice of two to four words in one bar; more become a list (LOOK 6).

Each word is a radio button that is painted as a part of the bar, so that arrow keys and screen
readers work as with any group of radio buttons.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QRadioButton, QSizePolicy, QWidget

from ganpaint.ui.theme import CONTROL, RADIUS, font, px, theme, theme_changed
from ganpaint.ui.widgets.panel import retire


class _Segment(QRadioButton):
    """One word of the bar."""

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(text, parent)
        self.first = self.last = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFont(font())

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def sizeHint(self) -> QSize:
        return self._size(px(18))

    def minimumSizeHint(self) -> QSize:
        return self._size(px(8))

    def _size(self, air: int) -> QSize:
        """As wide as the word when it is chosen, and bold."""
        height = max(px(CONTROL), self.fontMetrics().height() + px(8))
        return QSize(QFontMetrics(font(bold=True)).horizontalAdvance(self.text()) + air, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect()).adjusted(0.5 if self.first else 0, 0.5, -0.5, -0.5)
        # the bar's outline goes on beyond the middle segments and is clipped there
        outline = QRectF(rect)
        outline.setLeft(rect.left() - (0 if self.first else 20))
        outline.setRight(rect.right() + (0 if self.last else 20))
        shape = QPainterPath()
        shape.addRoundedRect(outline, RADIUS, RADIUS)
        fill = "selected" if self.isChecked() else "hover" if self._hovered() else "field"
        painter.fillPath(shape, colours.colour(fill if self.isEnabled() else "window"))
        painter.setPen(QPen(colours.colour("edge" if self.isEnabled() else "line"), 1))
        painter.drawPath(shape)
        if not self.last:
            painter.drawLine(rect.topRight(), rect.bottomRight())
        if self.hasFocus():
            painter.setPen(QPen(colours.colour("accent"), 2))
            painter.drawRoundedRect(rect.adjusted(1, 1, -1.5, -1), RADIUS - 1, RADIUS - 1)
        painter.setFont(font(bold=self.isChecked()))
        on = "text" if self.isChecked() else "text2"
        painter.setPen(colours.colour(on if self.isEnabled() else "off"))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self.text())

    def _hovered(self) -> bool:
        return self.underMouse() and self.isEnabled()


class Segmented(QWidget):
    """The bar. `chosen` tells of the person's choices only, not of `choose`."""

    chosen = Signal(str)

    def __init__(
        self, options: Sequence[tuple[str, str]], name: str = "", parent: QWidget | None = None
    ) -> None:
        """`options`: (key, word) pairs; `name`: what the bar chooses, for screen readers."""
        super().__init__(parent)
        self.setAccessibleName(name)
        self._name = name
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self._clicked)
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._keys: list[str] = []
        self.set_options(options)
        theme_changed.connect(self._retheme)

    def set_options(self, options: Sequence[tuple[str, str]]) -> None:
        """Other words; nothing is chosen."""
        for button in self._group.buttons():
            self._group.removeButton(button)
            self._layout.removeWidget(button)
            retire(button)
        self._keys = [key for key, _ in options]
        for at, (key, word) in enumerate(options):
            segment = _Segment(word, self)
            segment.first, segment.last = at == 0, at == len(options) - 1
            segment.setAccessibleName(f"{self._name}: {word}" if self._name else word)
            segment.setObjectName(f"{self.objectName()}.{key}" if self.objectName() else key)
            self._group.addButton(segment, at)
            self._layout.addWidget(segment)

    def setObjectName(self, name: str) -> None:
        """Also names the words: NAME.KEY."""
        super().setObjectName(name)
        for key, button in zip(self._keys, self._group.buttons(), strict=True):
            button.setObjectName(f"{name}.{key}")

    def keys(self) -> tuple[str, ...]:
        """What can be chosen."""
        return tuple(self._keys)

    def value(self) -> str:
        """The key that is chosen, "" for none."""
        at = self._group.checkedId()
        return self._keys[at] if at >= 0 else ""

    def choose(self, key: str) -> None:
        """Show a choice without telling anybody; an unknown key shows none."""
        if key in self._keys:
            self._group.buttons()[self._keys.index(key)].setChecked(True)
            return
        self._group.setExclusive(False)
        for button in self._group.buttons():
            button.setChecked(False)
        self._group.setExclusive(True)

    def set_reason(self, key: str, reason: str) -> None:
        """Grey one word and say why in its tip; "" makes it ready again."""
        button = self._group.buttons()[self._keys.index(key)]
        button.setEnabled(not reason)
        button.setToolTip(reason)

    def button(self, key: str) -> QRadioButton:
        """One word's button."""
        found = self._group.buttons()[self._keys.index(key)]
        assert isinstance(found, QRadioButton)
        return found

    def _clicked(self, at: int) -> None:
        self.chosen.emit(self._keys[at])

    def _retheme(self) -> None:
        for button in self._group.buttons():
            button.setFont(font())
            button.updateGeometry()
            button.update()
