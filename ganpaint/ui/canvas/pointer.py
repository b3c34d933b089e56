"""Qt's mouse and tablet events as the tools' `Pointer`, without the drivers' doubled events.

Some drivers send a pen's events as mouse events too, before, between or after them; some send
the first press as mouse only. While a pen draws, the mouse is not listened to; a pen that comes
while a mouse press is under way takes it over; a mouse press right after a pen's release is the
pen's echo. A pen without pressure, like a mouse, always presses fully.
"""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QInputDevice, QMouseEvent, QPointingDevice, QTabletEvent

from ganpaint.ui.canvas.transform import ViewTransform
from ganpaint.ui.tools.base import NO_KEYS, Pointer

ECHO = 0.12  # seconds after a pen's release in which a mouse press is its echo


class Kind(Enum):
    """What an event is to the tools."""

    PRESS = "press"
    MOVE = "move"
    RELEASE = "release"


class PointerSource:
    """Turns events into (kind, pointer, place on the view), or None for an echo."""

    def __init__(self) -> None:
        self._pen_down = False
        self._mouse_down = False
        self._pen_up_at = float("-inf")

    def mouse(
        self, event: QMouseEvent, view: ViewTransform
    ) -> tuple[Kind, Pointer, QPointF] | None:
        """A mouse event."""
        kind = _kind_of(event.type())
        seconds = event.timestamp() / 1000
        if self._pen_down:
            return None
        if kind is Kind.PRESS:
            if seconds - self._pen_up_at < ECHO and event.timestamp() > 0:
                return None
            self._mouse_down = True
        elif kind is Kind.RELEASE:
            if not self._mouse_down:
                return None
            self._mouse_down = bool(event.buttons())
        button = event.buttons() if kind is Kind.MOVE else event.button()
        place = event.position()
        x, y = view.to_photo(place)
        return kind, Pointer(x, y, 1.0, seconds, button, event.modifiers()), place

    def tablet(
        self, event: QTabletEvent, view: ViewTransform
    ) -> tuple[Kind, Pointer, QPointF] | None:
        """A pen's event."""
        kind = _kind_of(event.type())
        seconds = event.timestamp() / 1000
        if kind is Kind.PRESS:
            if self._mouse_down:  # the first press came as mouse
                kind, self._mouse_down = Kind.MOVE, False
            self._pen_down = True
        elif kind is Kind.MOVE and event.buttons() and self._mouse_down:
            self._mouse_down, self._pen_down = False, True
        elif kind is Kind.RELEASE:
            if not (self._pen_down or self._mouse_down):
                return None
            self._pen_down = self._mouse_down = False
            self._pen_up_at = seconds
        button = event.buttons() if kind is Kind.MOVE else event.button()
        eraser = event.pointerType() is QPointingDevice.PointerType.Eraser
        place = event.position()
        x, y = view.to_photo(place)
        pointer = Pointer(
            x, y, _pressure(event), seconds, button, event.modifiers(), pen=True, eraser=eraser
        )
        return kind, pointer, place

    def let_go(self) -> None:
        """The window lost the focus: nothing is held any more."""
        self._pen_down = self._mouse_down = False


def _kind_of(event: QEvent.Type) -> Kind:
    types = QEvent.Type
    if event in (types.MouseButtonPress, types.MouseButtonDblClick, types.TabletPress):
        return Kind.PRESS
    if event in (types.MouseButtonRelease, types.TabletRelease):
        return Kind.RELEASE
    return Kind.MOVE


def _pressure(event: QTabletEvent) -> float:
    able = event.pointingDevice().capabilities() & QInputDevice.Capability.Pressure
    return min(max(event.pressure(), 0.0), 1.0) if able else 1.0


def still_pointer(x: float, y: float, keys: Qt.KeyboardModifier = NO_KEYS) -> Pointer:
    """A pointer that no event brought: the keyboard's."""
    return Pointer(x, y, keys=keys)
