"""The work frame: what the model sees of the photo. Dragged to move, by its handles to scale.

It stays a square, may hang over the photo's edge, and never leaves it wholly. A drag is one undo
step, and so are arrow keys pressed one soon after the other.
"""

from __future__ import annotations

import math
import time
from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF, Qt

from ganpaint.document.document import Document
from ganpaint.picture.frame import Frame
from ganpaint.ui.tools.base import Board, Pointer, Tool

HANDLES: tuple[tuple[int, int], ...] = (
    (-1, -1), (0, -1), (1, -1), (1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0),
)  # fmt: skip
REACH = 9.0  # logical pixels around a handle's middle
SMALLEST = 8.0  # photo pixels
LARGEST = 4.0  # times the photo's longer side
TOGETHER = 0.6  # seconds: arrow keys nearer than this are one undo step
SHAPES = {
    0: Qt.CursorShape.SizeHorCursor,
    1: Qt.CursorShape.SizeFDiagCursor,
    2: Qt.CursorShape.SizeVerCursor,
    3: Qt.CursorShape.SizeBDiagCursor,
}


class FrameTool(Tool):
    """Places the work frame."""

    name = "frame"
    title = "Work frame"
    icon = "frame"

    def __init__(self, board: Board) -> None:
        super().__init__(board)
        self._grip: tuple[Pointer, Frame, tuple[int, int] | None] | None = None
        self._frame: Frame | None = None  # while it is dragged
        self._nudged: tuple[float, Document] | None = None

    @property
    def busy(self) -> bool:
        return self._grip is not None

    def press(self, at: Pointer) -> None:
        document = self.editor.document
        if document is None or at.right:
            return
        handle = self._handle(at)
        if handle is None and not document.frame.contains(at.x, at.y):
            return
        self._grip = at, document.frame, handle

    def move(self, at: Pointer) -> None:
        document = self.editor.document
        if self._grip is None or document is None:
            return
        start, frame, handle = self._grip
        if handle is None:
            moved = _moved(frame, at.x - start.x, at.y - start.y, keep_axis=at.shift)
        else:
            moved = _scaled(frame, handle, start, at)
        self._frame = kept_near(moved, document.photo.width, document.photo.height)
        self.board.preview_frame(self._frame)

    def release(self, at: Pointer) -> None:
        if self._grip is None:
            return
        self.move(at)
        (_, old, handle), frame = self._grip, self._frame
        self._grip = self._frame = None
        self.board.preview_frame(None)
        if frame is not None and frame != old:
            self._commit(frame, "Move frame" if handle is None else "Scale frame")

    def cancel(self) -> bool:
        held = self._grip is not None
        self._grip = self._frame = None
        if held:
            self.board.preview_frame(None)
        return held

    def arrow(self, dx: int, dy: int, keys: Qt.KeyboardModifier) -> bool:
        session = self.editor.session
        if session is None:
            return False
        step = 10 if keys & Qt.KeyboardModifier.ShiftModifier else 1
        document = session.document
        frame = document.frame
        frame = replace(frame, cx=frame.cx + dx * step, cy=frame.cy + dy * step)
        frame = kept_near(frame, document.photo.width, document.photo.height)
        if frame == document.frame:
            return True
        now = time.monotonic()
        moved = replace(document, frame=frame)
        again = self._nudged is not None and self._nudged[1] is document
        if again and self._nudged is not None and now - self._nudged[0] < TOGETHER:
            session.amend(moved)
        else:
            session.commit("Move frame", moved)
        self._nudged = now, session.document
        return True

    def _commit(self, frame: Frame, name: str) -> None:
        session = self.editor.session
        if session is not None:
            session.commit(name, replace(session.document, frame=frame))

    # ------------------------------------------------------------------ handles
    def _handle(self, at: Pointer) -> tuple[int, int] | None:
        """The handle under the pointer; the frame's inside wins where it is small."""
        document = self.editor.document
        if document is None:
            return None
        frame, here = document.frame, self.screen(at)
        near = [
            (math.hypot(*(here - place).toTuple()), handle)
            for handle, place in handle_places(frame, self.board)
        ]
        distance, handle = min(near)
        reach = min(REACH, max(frame.size * self.board.transform.scale / 4, 3.0))
        return handle if distance <= reach else None

    def cursor(self, at: Pointer | None) -> Qt.CursorShape | None:
        document = self.editor.document
        if at is None or document is None:
            return Qt.CursorShape.ArrowCursor
        handle = self._grip[2] if self._grip is not None else self._handle(at)
        if handle is not None:
            angle = math.atan2(handle[1], handle[0]) + document.frame.angle
            return SHAPES[round(angle / (math.pi / 4)) % 4]
        inside = self._grip is not None or document.frame.contains(at.x, at.y)
        return Qt.CursorShape.SizeAllCursor if inside else Qt.CursorShape.ArrowCursor

    def hint(self, at: Pointer | None) -> str:
        document = self.editor.document
        if at is None or document is None:
            return "Drag the frame to move it, a handle to scale it."
        if self._handle(at) is not None:
            return "Drag to scale; Ctrl from the centre."
        if document.frame.contains(at.x, at.y):
            return "Drag to move; Shift keeps the axis. Arrow keys move by 1, with Shift by 10 px."
        return "The frame is what the model sees. Drag it from inside, or by its handles."


def handle_places(frame: Frame, board: Board) -> list[tuple[tuple[int, int], QPointF]]:
    """The eight handles and where they are on the view."""
    places = []
    for x, y in HANDLES:
        px, py = _corner(frame, x, y)
        places.append(((x, y), board.transform.to_screen(px, py)))
    return places


def _corner(frame: Frame, x: float, y: float) -> tuple[float, float]:
    """Photo point of a place in the frame's own directions, -1…1."""
    half = frame.size / 2
    cosine, sine = math.cos(frame.angle), math.sin(frame.angle)
    return (
        frame.cx + half * (x * cosine - y * sine),
        frame.cy + half * (x * sine + y * cosine),
    )


def _moved(frame: Frame, dx: float, dy: float, *, keep_axis: bool) -> Frame:
    if keep_axis:
        dx, dy = (dx, 0.0) if abs(dx) >= abs(dy) else (0.0, dy)
    return replace(frame, cx=round_half(frame.cx + dx), cy=round_half(frame.cy + dy))


def round_half(value: float) -> float:
    """To half pixels: the edges of a frame of whole size then lie on pixel edges or middles."""
    return round(2 * value) / 2


def _scaled(frame: Frame, handle: tuple[int, int], start: Pointer, at: Pointer) -> Frame:
    """The frame with a handle dragged; the opposite one stays, with Ctrl the centre does."""
    cosine, sine = math.cos(frame.angle), math.sin(frame.angle)
    dx, dy = at.x - start.x, at.y - start.y
    along = (dx * cosine + dy * sine) * handle[0], (dy * cosine - dx * sine) * handle[1]
    growth = sum(along) / (abs(handle[0]) + abs(handle[1]))
    if at.ctrl:
        return replace(frame, size=max(frame.size + 2 * growth, SMALLEST))
    size = max(round(frame.size + growth), SMALLEST)
    fixed = _corner(frame, -handle[0], -handle[1])
    half = size / 2
    return replace(
        frame,
        size=float(size),
        cx=fixed[0] + half * (handle[0] * cosine - handle[1] * sine),
        cy=fixed[1] + half * (handle[0] * sine + handle[1] * cosine),
    )


def kept_near(frame: Frame, width: int, height: int) -> Frame:
    """No larger than is any use, and its centre no further out than the photo's edge."""
    size = min(frame.size, LARGEST * max(width, height))
    cx, cy = min(max(frame.cx, 0.0), float(width)), min(max(frame.cy, 0.0), float(height))
    return replace(frame, size=size, cx=cx, cy=cy)


def frame_rect(frame: Frame, board: Board) -> QRectF:
    """Logical rectangle around a frame."""
    points = [board.transform.to_screen(x, y) for x, y in frame.polygon().tolist()]
    xs, ys = [p.x() for p in points], [p.y() for p in points]
    return QRectF(QPointF(min(xs), min(ys)), QPointF(max(xs), max(ys)))
