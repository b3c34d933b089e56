"""A hand for tests: real mouse, pen, wheel and key events in photo coordinates."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QInputDevice,
    QMouseEvent,
    QPointingDevice,
    QPointingDeviceUniqueId,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from ganpaint.ui.canvas.view import CanvasView

LEFT, RIGHT, MIDDLE = (
    Qt.MouseButton.LeftButton,
    Qt.MouseButton.RightButton,
    Qt.MouseButton.MiddleButton,
)
NONE = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
Point = tuple[float, float]
CLOCK = itertools.count(10_000, 8)


@dataclass
class Hand:
    """Draws on a canvas."""

    canvas: CanvasView

    def screen(self, at: Point) -> QPointF:
        return self.canvas.transform.to_screen(*at)

    def _mouse(self, kind, at: QPointF, button, buttons, keys=NONE) -> None:
        where = QPointF(self.canvas.mapToGlobal(at.toPoint()))
        event = QMouseEvent(kind, at, where, button, buttons, keys)
        event.setTimestamp(next(CLOCK))
        QApplication.sendEvent(self.canvas, event)

    def press(self, at: Point, button=LEFT, keys=NONE) -> None:
        self._mouse(QEvent.Type.MouseButtonPress, self.screen(at), button, button, keys)

    def move(self, at: Point, button=LEFT, keys=NONE) -> None:
        none = Qt.MouseButton.NoButton
        self._mouse(QEvent.Type.MouseMove, self.screen(at), none, button, keys)

    def hover(self, at: Point, keys=NONE) -> None:
        self.move(at, Qt.MouseButton.NoButton, keys)

    def release(self, at: Point, button=LEFT, keys=NONE) -> None:
        none = Qt.MouseButton.NoButton
        self._mouse(QEvent.Type.MouseButtonRelease, self.screen(at), button, none, keys)

    def stroke(self, points: Sequence[Point], button=LEFT, keys=NONE) -> None:
        """Press at the first point, move through the others, release at the last."""
        self.press(points[0], button, keys)
        for point in points[1:]:
            self.move(point, button, keys)
        self.release(points[-1], button, keys)

    def click(self, at: Point, button=LEFT, keys=NONE) -> None:
        self.stroke([at], button, keys)

    def double_click(self, at: Point) -> None:
        self.click(at)
        self._mouse(QEvent.Type.MouseButtonDblClick, self.screen(at), LEFT, LEFT)
        self.release(at)

    def screen_drag(self, points: Sequence[tuple[float, float]], button=LEFT, keys=NONE) -> None:
        """The same in points of the view, for gestures that move the picture."""
        none = Qt.MouseButton.NoButton
        types = QEvent.Type
        first, last = QPointF(*points[0]), QPointF(*points[-1])
        self._mouse(types.MouseButtonPress, first, button, button, keys)
        for point in points[1:]:
            self._mouse(types.MouseMove, QPointF(*point), none, button, keys)
        self._mouse(types.MouseButtonRelease, last, button, none, keys)

    def wheel(self, at: Point, notches: float = 1, keys=NONE, pixels: QPoint | None = None) -> None:
        place = self.screen(at)
        phase = Qt.ScrollPhase.NoScrollPhase if pixels is None else Qt.ScrollPhase.ScrollUpdate
        turn = QPoint(0, round(120 * notches))
        event = QWheelEvent(
            place, QPointF(self.canvas.mapToGlobal(place.toPoint())), pixels or QPoint(),
            turn, Qt.MouseButton.NoButton, keys, phase, False,
        )  # fmt: skip
        QApplication.sendEvent(self.canvas, event)

    def key(self, key: Qt.Key, keys=NONE) -> None:
        QTest.keyClick(self.canvas, key, keys)

    def key_down(self, key: Qt.Key, keys=NONE) -> None:
        QTest.keyPress(self.canvas, key, keys)

    def key_up(self, key: Qt.Key, keys=NONE) -> None:
        QTest.keyRelease(self.canvas, key, keys)


TYPES = {
    "press": QEvent.Type.TabletPress,
    "move": QEvent.Type.TabletMove,
    "release": QEvent.Type.TabletRelease,
}


class Pen:
    """A tablet's pen, and the mouse events that its driver may send as well."""

    def __init__(self, hand: Hand, *, eraser: bool = False, pressure: bool = True) -> None:
        self.hand = hand
        can = QInputDevice.Capability.Position
        if pressure:
            can |= QInputDevice.Capability.Pressure
        kinds = QPointingDevice.PointerType
        self.device = QPointingDevice(
            "pen", 7, QInputDevice.DeviceType.Stylus, kinds.Eraser if eraser else kinds.Pen,
            can, 1, 3, "", QPointingDeviceUniqueId.fromNumericId(7),
        )  # fmt: skip

    def send(self, kind: str, at: Point, pressure: float, buttons=LEFT) -> QTabletEvent:
        place = self.hand.screen(at)
        none = Qt.MouseButton.NoButton
        event = QTabletEvent(
            TYPES[kind], self.device, place, place, pressure, 0.0, 0.0, 0.0, 0.0, 0.0, NONE,
            none if kind == "move" else LEFT, none if kind == "release" else buttons,
        )  # fmt: skip
        event.setTimestamp(next(CLOCK))
        QApplication.sendEvent(self.hand.canvas, event)
        return event
