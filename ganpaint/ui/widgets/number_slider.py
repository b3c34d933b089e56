"""A slider over decimal values that can be dragged, typed, stepped and restored.

`NumberSlider` is a QSlider with decimals: screen readers find role, name and range by themselves,
which a bare widget would not tell them. It knows two kinds of change, both made by the person and
never by `set_amount`: `edited` (live, while something moves) and `committed` (once a gesture: a
drag, a typed number, a series of key presses at most 600 ms apart). Subclasses paint it: ValueBar
in widgets/slider.py, DirectionRow in widgets/direction_row.py.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QLineEdit, QSlider, QWidget

from ganpaint.ui.theme import font, px, theme_changed
from ganpaint.ui.widgets.numbers import (
    Scale,
    editable_number,
    read_number,
    spoken_number,
)

SERIES_MS = 600  # key presses and wheel notches closer than this are one gesture
FINE = 0.1  # Shift
FOOT = 3.5  # the accent line below the filled part


class NumberField(QLineEdit):
    """The text field over a number: Enter takes it, Escape leaves the old value."""

    taken = Signal()
    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("number")
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setStyleSheet("QLineEdit#number { border: none; padding: 0; min-height: 0; }")
        self.setFont(font())
        self.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.taken.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class NumberSlider(QSlider):
    """A slider over decimal values; see the module's docstring."""

    edited = Signal(float)
    committed = Signal(float)

    def __init__(self, name: str, scale: Scale, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._factor = 10**scale.decimals
        self._quiet = True
        self._amount = scale.clamp(scale.default)
        self._before = self._amount  # at the start of the gesture
        self._drag: QPointF | None = None
        self._dragging = False
        self._whole = False  # a gesture of one change is being told
        self._wrong = False
        self.scale = scale
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFont(font())
        self.set_scale(scale)
        self._series = QTimer(self)
        self._series.setSingleShot(True)
        self._series.setInterval(SERIES_MS)
        self._series.timeout.connect(self._commit)
        self.field = NumberField(self)
        self.field.setAccessibleName(f"{name}, value")
        self.field.taken.connect(self._take_text)
        self.field.left.connect(self.stop_typing)
        self.field.textEdited.connect(self._clear_wrong)
        self.field.editingFinished.connect(self._field_lost)
        self.valueChanged.connect(self._moved)
        theme_changed.connect(self._retheme)

    # -------------------------------------------------------------------------------- value
    def amount(self) -> float:
        """The value."""
        return self._amount

    def set_amount(self, value: float) -> None:
        """Show a value without telling anybody; left alone while the person holds the bar."""
        if self._dragging or self._whole or self._series.isActive():
            return
        self._put(value)
        self._before = self._amount

    def set_scale(self, scale: Scale) -> None:
        """Another range; the value is kept as far as it fits."""
        self.scale = scale
        self._factor = 10**scale.decimals
        self._quiet = True
        self.setRange(round(scale.minimum * self._factor), round(scale.maximum * self._factor))
        self.setSingleStep(max(1, round(scale.step * self._factor)))
        self.setPageStep(10 * self.singleStep())
        self._quiet = False
        self._put(self._amount)

    def is_held(self) -> bool:
        """Whether a gesture is going on."""
        moving = self._dragging or self._whole or self._series.isActive()
        return moving or self.field.isVisible()

    def _put(self, value: float) -> None:
        self._amount = self.scale.clamp(value)
        self._quiet = True
        self.setValue(round(self._amount * self._factor))
        self._quiet = False
        self.setAccessibleDescription(spoken_number(self._amount, self.scale))
        self.update()

    def edit_amount(self, value: float) -> None:
        """Set a value as a movement of the person does."""
        old = self._amount
        self._put(round(self.scale.clamp(value) * self._factor) / self._factor)
        if self._amount != old:
            self.edited.emit(self._amount)

    def set_by_gesture(self, value: float) -> None:
        """One whole gesture: change and commit."""
        self.finish_series()
        self._before = self._amount
        self._whole = True
        self.edit_amount(value)
        self._whole = False
        self._commit()

    def _commit(self) -> None:
        self._series.stop()
        if self._amount != self._before:
            self._before = self._amount
            self.committed.emit(self._amount)

    def _moved(self, value: int) -> None:
        """Keys of QSlider itself and assistive technology come by here."""
        if self._quiet:
            return
        self._amount = self.scale.clamp(value / self._factor)
        self.setAccessibleDescription(spoken_number(self._amount, self.scale))
        self.update()
        self._series.start()
        self.edited.emit(self._amount)

    def finish_series(self) -> None:
        """End a series of key presses now."""
        if self._series.isActive():
            self._commit()

    # -------------------------------------------------------------------------------- typing
    def number_rect(self) -> QRectF:
        """Where the number stands; a click there begins typing."""
        return QRectF(self.rect())

    def start_typing(self) -> None:
        """Lay the text field over the number."""
        self.finish_series()
        self._clear_wrong()
        rect = self.number_rect().toAlignedRect()
        wide = max(rect.width(), px(52))
        self.field.setGeometry(rect.right() - wide + 1, rect.top() + 1, wide, rect.height() - 2)
        self.field.setText(editable_number(self._amount, self.scale))
        self.field.show()
        self.field.selectAll()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def stop_typing(self) -> None:
        """Take the field away; the value is what it was."""
        self._clear_wrong()
        self.field.hide()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take_text(self) -> None:
        value = read_number(self.field.text(), self.scale, self._amount)
        if value is None:
            self._wrong = True
            self.update()
            return
        self.stop_typing()
        self.set_by_gesture(value)

    def _field_lost(self) -> None:
        """The focus went elsewhere: take what is good, forget what is not."""
        if self.field.isVisible() and not self.field.hasFocus():
            value = read_number(self.field.text(), self.scale, self._amount)
            self._clear_wrong()
            self.field.hide()
            if value is not None and self.field.isModified():
                self.set_by_gesture(value)

    def _clear_wrong(self) -> None:
        if self._wrong:
            self._wrong = False
            self.update()

    def is_wrong(self) -> bool:
        """Whether the typed text means no number (red edge)."""
        return self._wrong

    # -------------------------------------------------------------------------------- mouse
    def track_width(self) -> float:
        """Pixels of mouse movement for the whole range."""
        return max(1.0, float(self.width()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self.finish_series()
        self._before = self._amount
        self._drag = event.position()
        self._dragging = False
        self._drag_position = self.scale.position(self._amount)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag is None:
            over = self.number_rect().contains(event.position())
            self.setCursor(Qt.CursorShape.IBeamCursor if over else Qt.CursorShape.SizeHorCursor)
            return
        moved = event.position().x() - self._drag.x()
        if not self._dragging and abs(moved) < QApplication.startDragDistance() / 2:
            return
        self._dragging = True
        self._drag = event.position()
        fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._drag_position += moved / self.track_width() * (FINE if fine else 1)
        self._drag_position = min(max(self._drag_position, 0.0), 1.0)
        self.edit_amount(self.dragged(self.scale.at(self._drag_position), event.modifiers()))

    def dragged(self, value: float, modifiers: Qt.KeyboardModifier) -> float:
        """What a drag to `value` sets; magnets go here."""
        return value

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._drag is None:
            return
        self._drag = None
        if self._dragging:
            self._dragging = False
            self._commit()
        else:
            self.clicked_at(event.position())

    def clicked_at(self, where: QPointF) -> None:
        """A click that was no drag."""
        if self.number_rect().contains(where):
            self.start_typing()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.set_by_gesture(self.scale.default)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self.hasFocus():
            event.ignore()  # the dock scrolls
            return
        notches = event.angleDelta().y() / 120
        fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._step(notches * (FINE if fine else 1))
        event.accept()

    # -------------------------------------------------------------------------------- keys
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2):
            self.start_typing()
        elif key == Qt.Key.Key_Escape and self.restore():
            event.accept()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Up):
            down = key in (Qt.Key.Key_Left, Qt.Key.Key_Down)
            fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._step((-1 if down else 1) * (FINE if fine else 1))
        else:
            super().keyPressEvent(event)

    def _step(self, steps: float) -> None:
        if not self._series.isActive():
            self._before = self._amount
        step = steps * self.scale.step
        if self.scale.logarithmic and self._amount >= 10 * self.scale.step:
            step *= round(self._amount / 10 / self.scale.step)
        least = 1 / self._factor
        self._series.start()
        self.edit_amount(self._amount + (step if abs(step) >= least else least * (steps > 0 or -1)))

    def restore(self) -> bool:
        """Escape: the value before the gesture comes back; False where there is no gesture."""
        if not (self._dragging or self._series.isActive()):
            return False
        self._drag = None
        self._dragging = False
        self._series.stop()
        self.edit_amount(self._before)
        return True

    def focusOutEvent(self, event: object) -> None:
        self.finish_series()
        super().focusOutEvent(event)  # type: ignore[arg-type]

    def _retheme(self) -> None:
        self.setFont(font())
        self.field.setFont(font())
        self.updateGeometry()
        self.update()
