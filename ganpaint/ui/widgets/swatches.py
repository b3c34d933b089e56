"""Colours: the button of the chosen one, the row of recent ones, the popup to choose another."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHideEvent,
    QKeyEvent,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from ganpaint.ui.theme import CONTROL, RADIUS, font, px, set_role, theme, theme_changed

Colour = tuple[float, float, float]
TARGET = 24  # least side of anything that can be pressed


def to_qcolor(colour: Colour) -> QColor:
    """sRGB 0…1 → QColor."""
    return QColor.fromRgbF(*(min(max(float(v), 0.0), 1.0) for v in colour))


def from_qcolor(colour: QColor) -> Colour:
    """QColor → sRGB 0…1."""
    return colour.redF(), colour.greenF(), colour.blueF()


class Swatch(QAbstractButton):
    """One colour to press: a disc, or a rounded square where it is the chosen one."""

    def __init__(self, colour: Colour, *, square: bool = False, parent: QWidget | None = None):
        super().__init__(parent)
        self._square = square
        self.colour = colour
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.set_colour(colour)
        theme_changed.connect(self.update)

    def set_colour(self, colour: Colour) -> None:
        """Show another colour."""
        self.colour = colour
        name = to_qcolor(colour).name()
        self.setToolTip(name)
        kind = "Brush colour" if self._square else "Recent colour"
        self.setAccessibleName(f"{kind} {name}")
        self.update()

    def sizeHint(self) -> QSize:
        high = max(px(CONTROL), px(TARGET))
        return QSize(px(30), high) if self._square else QSize(px(TARGET), px(TARGET))

    minimumSizeHint = sizeHint

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(to_qcolor(self.colour))
        edge = "accent" if self.hasFocus() else "text2" if self.underMouse() else "edge"
        if self._square:
            box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
            painter.setPen(QPen(colours.colour(edge), 2))
            painter.drawRoundedRect(box, RADIUS, RADIUS)
            return
        radius = px(9) - 0.5
        painter.setPen(QPen(colours.colour(edge), 2 if self.hasFocus() else 1))
        painter.drawEllipse(QRectF(self.rect()).center(), radius, radius)


class RecentColours(QWidget):
    """A row of discs; `chosen` when one is pressed."""

    chosen = Signal(object)

    def __init__(self, shown: int = 6, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(px(2))
        self._swatches = [Swatch((0.0, 0.0, 0.0), parent=self) for _ in range(shown)]
        for swatch in self._swatches:
            self._row.addWidget(swatch)
            swatch.clicked.connect(self._pressed)

    def setObjectName(self, name: str) -> None:
        """Also names the discs NAME.0, NAME.1, …"""
        super().setObjectName(name)
        for at, swatch in enumerate(self._swatches):
            swatch.setObjectName(f"{name}.{at}")

    def show_colours(self, colours: Sequence[Colour]) -> None:
        """The colours used last, newest first."""
        for at, swatch in enumerate(self._swatches):
            swatch.setVisible(at < len(colours))
            if at < len(colours):
                swatch.set_colour(colours[at])

    def _pressed(self) -> None:
        swatch = self.sender()
        if isinstance(swatch, Swatch):
            self.chosen.emit(swatch.colour)


class _Field(QWidget):
    """Common of the two fields of the popup: a place in 0…1 × 0…1 is chosen by mouse or keys."""

    moved = Signal(float, float)

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.at = QPointF(0, 0)
        self.hue = 0.0
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_at(self, x: float, y: float, hue: float) -> None:
        """Move the mark without telling anybody."""
        self.at, self.hue = QPointF(x, y), hue
        self.update()

    def _to(self, x: float, y: float) -> None:
        self.at = QPointF(min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0))
        self.update()
        self.moved.emit(self.at.x(), self.at.y())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        where = event.position()
        self._to(where.x() / max(self.width(), 1), where.y() / max(self.height(), 1))

    mouseMoveEvent = mousePressEvent

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: (-0.01, 0.0),
            Qt.Key.Key_Right: (0.01, 0.0),
            Qt.Key.Key_Up: (0.0, -0.01),
            Qt.Key.Key_Down: (0.0, 0.01),
        }
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        self._to(self.at.x() + step[0], self.at.y() + step[1])

    def _paint_mark(self, painter: QPainter, where: QPointF) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme().colour("black", 0.8), 3))
        painter.drawEllipse(where, 6.0, 6.0)
        painter.setPen(QPen(theme().colour("white"), 1.6))
        painter.drawEllipse(where, 6.0, 6.0)
        if self.hasFocus():
            painter.setPen(QPen(theme().colour("accent"), 2))
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))


class ShadeField(_Field):
    """Saturation to the right, brightness upwards, of one hue."""

    def sizeHint(self) -> QSize:
        return QSize(px(208), px(140))

    minimumSizeHint = sizeHint

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect())
        across = QLinearGradient(rect.topLeft(), rect.topRight())
        across.setColorAt(0, theme().colour("white"))
        across.setColorAt(1, QColor.fromHsvF(self.hue, 1, 1))
        painter.fillRect(rect, across)
        down = QLinearGradient(rect.topLeft(), rect.bottomLeft())
        down.setColorAt(0, theme().colour("black", 0))
        down.setColorAt(1, theme().colour("black"))
        painter.fillRect(rect, down)
        self._paint_mark(painter, QPointF(self.at.x() * rect.width(), self.at.y() * rect.height()))


class HueField(_Field):
    """All hues in a row."""

    def sizeHint(self) -> QSize:
        return QSize(px(208), px(TARGET))

    minimumSizeHint = sizeHint

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect())
        across = QLinearGradient(rect.topLeft(), rect.topRight())
        for sixth in range(7):
            across.setColorAt(sixth / 6, QColor.fromHsvF(min(sixth / 6, 0.9999), 1, 1))
        painter.fillRect(rect, across)
        self._paint_mark(painter, QPointF(self.at.x() * rect.width(), rect.center().y()))


class ColourPopup(QFrame):
    """Shade, hue and a field for `#rrggbb`; `edited` while choosing, `committed` on closing."""

    edited = Signal(object)
    committed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("colourPopup")
        set_role(self, "card")
        self._colour: Colour = (0.0, 0.0, 0.0)
        self._first = self._colour
        self.shade = ShadeField("Saturation and brightness", self)
        self.hue = HueField("Hue", self)
        self.hex = QLineEdit(self)
        self.hex.setObjectName("colourPopup.hex")
        self.hex.setAccessibleName("Colour as hexadecimal number")
        self.hex.setMaxLength(7)
        self.recent = RecentColours(8, self)
        self.recent.setObjectName("colourPopup.recent")
        column = QVBoxLayout(self)
        column.setContentsMargins(px(12), px(12), px(12), px(12))
        column.setSpacing(px(8))
        column.addWidget(self.shade)
        column.addWidget(self.hue)
        row = QHBoxLayout()
        label = QLabel("Colour", self)
        label.setFont(font())
        row.addWidget(label)
        row.addWidget(self.hex, 1)
        column.addLayout(row)
        column.addWidget(self.recent)
        self.shade.moved.connect(self._moved)
        self.hue.moved.connect(self._moved)
        self.hex.editingFinished.connect(self._typed)
        self.recent.chosen.connect(self._picked)

    def open_at(self, where: QPoint, colour: Colour, recent: Sequence[Colour]) -> None:
        """Show the popup with its upper left corner at a point of the screen."""
        self._first = colour
        self.show_colour(colour)
        self.recent.show_colours(recent)
        self.adjustSize()
        screen = self.screen().availableGeometry()
        x = min(where.x(), screen.right() - self.width())
        y = min(where.y(), screen.bottom() - self.height())
        self.move(max(x, screen.left()), max(y, screen.top()))
        self.show()
        self.shade.setFocus()

    @property
    def colour(self) -> Colour:
        """What is chosen now."""
        return self._colour

    def show_colour(self, colour: Colour) -> None:
        """Put all marks at a colour."""
        self._colour = colour
        made = to_qcolor(colour)
        hue = made.hsvHueF()
        hue = self.hue.at.x() if hue < 0 else hue  # greys keep the hue that was chosen
        self.shade.show_at(made.hsvSaturationF(), 1 - made.valueF(), hue)
        self.hue.show_at(hue, 0.5, hue)
        self.hex.setText(to_qcolor(colour).name())

    def _moved(self) -> None:
        hue = min(self.hue.at.x(), 0.9999)
        made = QColor.fromHsvF(hue, self.shade.at.x(), 1 - self.shade.at.y())
        self.shade.show_at(self.shade.at.x(), self.shade.at.y(), hue)
        self._set(from_qcolor(made))

    def _set(self, colour: Colour) -> None:
        self._colour = colour
        self.hex.setText(to_qcolor(colour).name())
        self.edited.emit(colour)

    def _picked(self, colour: Colour) -> None:
        self.show_colour(colour)
        self.edited.emit(colour)
        self.close()

    def _typed(self) -> None:
        text = self.hex.text().strip()
        made = QColor(text if text.startswith("#") else f"#{text}")
        if made.isValid():
            self.show_colour(from_qcolor(made))
            self.edited.emit(self._colour)
        else:
            self.hex.setText(to_qcolor(self._colour).name())

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self._colour != self._first:
            self._first = self._colour
            self.committed.emit(self._colour)
