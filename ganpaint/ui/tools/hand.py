"""The hand: moves the view. Also held by Space and by the middle button."""

from __future__ import annotations

from PySide6.QtCore import Qt

from ganpaint.ui.canvas.transform import fitted
from ganpaint.ui.tools.base import Pointer, Tool

STEP, FAR = 64, 256  # logical pixels an arrow key moves the view, and with Shift


class HandTool(Tool):
    """Drags the picture about."""

    name = "hand"
    title = "Hand"
    icon = "hand"

    _grip: tuple[float, float] | None = None

    @property
    def busy(self) -> bool:
        return self._grip is not None

    def press(self, at: Pointer) -> None:
        self._grip = (at.x, at.y)

    def move(self, at: Pointer) -> None:
        if self._grip is None:
            return
        view = self.board.transform
        dx, dy = (at.x - self._grip[0]) * view.scale, (at.y - self._grip[1]) * view.scale
        self.board.move_view(view.moved(dx, dy))

    def release(self, at: Pointer) -> None:
        self._grip = None

    def cancel(self) -> bool:
        held, self._grip = self._grip is not None, None
        return held

    def double_click(self, at: Pointer) -> None:
        self._grip = None
        document = self.editor.document
        if document is not None:
            box = (0, 0, document.photo.width, document.photo.height)
            view = fitted(box, self.board.view_size(), self.board.transform.ratio)
            self.board.move_view(view, animate=True)

    def arrow(self, dx: int, dy: int, keys: Qt.KeyboardModifier) -> bool:
        step = FAR if keys & Qt.KeyboardModifier.ShiftModifier else STEP
        self.board.move_view(self.board.transform.moved(-dx * step, -dy * step))
        return True

    def cursor(self, at: Pointer | None) -> Qt.CursorShape | None:
        return Qt.CursorShape.ClosedHandCursor if self.busy else Qt.CursorShape.OpenHandCursor

    def hint(self, at: Pointer | None) -> str:
        return "Drag to move the view."
