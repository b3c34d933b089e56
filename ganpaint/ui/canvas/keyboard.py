"""Keys and wheel of the canvas that are no menu entries: held keys, arrows, Enter, zooming."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QAction, QInputDevice, QKeyEvent, QNativeGestureEvent, QWheelEvent
from PySide6.QtWidgets import QToolTip

from ganpaint.ui.widgets.notices import announce

if TYPE_CHECKING:
    from ganpaint.ui.canvas.controls import Controls
    from ganpaint.ui.canvas.view import CanvasView

Key, Modifier = Qt.Key, Qt.KeyboardModifier
ARROWS = {Key.Key_Left: (-1, 0), Key.Key_Right: (1, 0), Key.Key_Up: (0, -1), Key.Key_Down: (0, 1)}
ENTER = (Key.Key_Return, Key.Key_Enter)
BEFORE = (Key.Key_O, Key.Key_Backslash)
OCTAVE = 480.0  # wheel angle that doubles the zoom: one notch of 120 is 1.19 times
TRACKPAD_OCTAVE = 240.0  # pixels of two-finger scrolling with Ctrl that do
WHEEL_PAN = 64.0  # logical pixels a notch, where the wheel pans
HOLD = 300  # milliseconds from which F1 is held, not pressed


class Keyboard(QObject):
    """One for a canvas; its handlers return whether they used the event."""

    def __init__(self, canvas: CanvasView, controls: Controls) -> None:
        super().__init__(canvas)
        self.canvas, self.controls = canvas, controls
        self._help = QTimer(self, singleShot=True, interval=HOLD)
        self._help.timeout.connect(self._describe)

    # ------------------------------------------------------------------------------ keys
    def press(self, event: QKeyEvent) -> bool:
        """A key went down."""
        key, keys = event.key(), event.modifiers()
        if self.canvas.editor.session is None:
            return False
        if key == Key.Key_Space:
            if not event.isAutoRepeat():
                self.controls.lend("zoom" if keys & Modifier.ControlModifier else "hand")
            return True
        if key in BEFORE and not keys & ~Modifier.KeypadModifier:
            if not event.isAutoRepeat():
                self.canvas.hold_before(True)
            return True
        if key in ARROWS and not keys & Modifier.ControlModifier:
            self._arrow(*ARROWS[Key(key)], keys)
            return True
        if key in ENTER and not keys & ~Modifier.KeypadModifier:
            if not event.isAutoRepeat():
                self.controls.press_or_release_key_cursor()
            return True
        if key == Key.Key_F1 and not keys:
            if not event.isAutoRepeat():
                self._help.start()
            return True
        if key == Key.Key_Escape:
            return self.controls.cancel()
        self._modifiers(event, down=True)
        return False

    def release(self, event: QKeyEvent) -> bool:
        """A key went up."""
        key = event.key()
        if event.isAutoRepeat():
            return key in (Key.Key_Space, Key.Key_F1, *BEFORE, *ENTER)
        if key == Key.Key_Space:
            self.controls.take_back()
            return True
        if key in BEFORE:
            self.canvas.hold_before(False)
            return True
        if key == Key.Key_F1:
            self._end_help()
            return True
        self._modifiers(event, down=False)
        return False

    def wants(self, event: QKeyEvent) -> bool:
        """Whether a key is the canvas's although a menu entry has it: F1 may be held."""
        return event.key() == Key.Key_F1 and not event.modifiers()

    def _modifiers(self, event: QKeyEvent, *, down: bool) -> None:
        bits = {
            Key.Key_Shift: Modifier.ShiftModifier,
            Key.Key_Control: Modifier.ControlModifier,
            Key.Key_Alt: Modifier.AltModifier,
        }
        bit = bits.get(Key(event.key())) if event.key() in bits else None
        if bit is not None:
            keys = event.modifiers()
            self.controls.set_keys(keys | bit if down else keys & ~bit)

    def _arrow(self, dx: int, dy: int, keys: Qt.KeyboardModifier) -> None:
        if self.controls.tool.arrow(dx, dy, keys):
            return
        step = max(1.0, 1 / self.canvas.transform.scale)  # at least a pixel of the screen
        step *= 10 if keys & Modifier.ShiftModifier else 1
        self.controls.step_key_cursor(dx * step, dy * step)

    def _describe(self) -> None:
        words = self.canvas.describe()
        x, y = self.controls.key_cursor()
        place = self.canvas.transform.to_screen(x, y).toPoint()
        QToolTip.showText(self.canvas.mapToGlobal(place), words, self.canvas)
        announce(self.canvas, words)

    def _end_help(self) -> None:
        if self._help.isActive():  # pressed, not held
            self._help.stop()
            action = self.canvas.window().findChild(QAction, "help.contents")
            if isinstance(action, QAction):
                action.trigger()
        else:
            QToolTip.hideText()

    def let_go(self) -> None:
        """The focus went elsewhere."""
        self._help.stop()
        self.canvas.hold_before(False)

    # ------------------------------------------------------------------------------ wheel
    def wheel(self, event: QWheelEvent) -> bool:
        """The wheel turned, or two fingers scroll."""
        if self.canvas.editor.session is None:
            return False
        keys, view = event.modifiers(), self.canvas.transform
        pixels, angle = event.pixelDelta(), event.angleDelta()
        ctrl = bool(keys & Modifier.ControlModifier)
        if not pixels.isNull() and _is_trackpad(event):
            if ctrl:
                self._zoom(2 ** (pixels.y() / TRACKPAD_OCTAVE), event)
            else:
                self.canvas.move_view(view.moved(pixels.x(), pixels.y()))
            return True
        # with Shift or Alt some systems turn the wheel's axis
        turn = angle.y() or angle.x()
        if keys & Modifier.ShiftModifier and self.controls.pointer is not None:
            self.controls.set_keys(keys)
            if self.controls.tool.wheel(turn / 120, self.controls.pointer):
                return True
        if ctrl or self.canvas.editor.preferences.wheel_zooms:
            self._zoom(2 ** (turn / OCTAVE), event)
        else:
            step = WHEEL_PAN / 120
            self.canvas.move_view(view.moved(angle.x() * step, angle.y() * step))
        return True

    def gesture(self, event: QNativeGestureEvent) -> bool:
        """Two fingers on a trackpad."""
        if self.canvas.editor.session is None:
            return False
        kinds = Qt.NativeGestureType
        if event.gestureType() == kinds.ZoomNativeGesture:
            zoom = self.canvas.transform.zoom * max(1 + event.value(), 0.1)
            self.canvas.viewport.zoom_to(zoom, event.position())
        elif event.gestureType() == kinds.SmartZoomNativeGesture:
            self.canvas.fit()
        else:
            return event.gestureType() in (kinds.BeginNativeGesture, kinds.EndNativeGesture)
        return True

    def _zoom(self, factor: float, event: QWheelEvent) -> None:
        zoom = self.canvas.transform.zoom * factor
        self.canvas.viewport.zoom_to(zoom, event.position())


def _is_trackpad(event: QWheelEvent) -> bool:
    kind = event.device().type() if event.device() is not None else None
    phase = event.phase() != Qt.ScrollPhase.NoScrollPhase
    return phase or kind == QInputDevice.DeviceType.TouchPad
