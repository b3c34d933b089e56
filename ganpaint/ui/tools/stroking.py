"""What brush and mask brush share: following the pointer, straight lines, outline and size.

A gesture collects samples in photo pixels and shows itself on the canvas; where the tool commits
it depends on the tool. Shift at the press draws a straight line from the end of the last stroke,
which follows the pointer until release; Ctrl as well holds it to steps of 15°.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from ganpaint.picture.brush import Brush
from ganpaint.ui.canvas.strokes import Ink
from ganpaint.ui.tools.base import Board, Pointer, Tool
from ganpaint.ui.tools.outline import draw_outline, outline_rect

Sample = tuple[float, float, float, float]  # x, y, pressure, seconds
ANGLE = math.radians(15)
CLOSEST = 0.05  # photo pixels: nearer samples of the same pressure say nothing new


class Gesture:
    """One stroke under way.

    Args:
        board: where it shows itself.
        brush, ink: what it is painted with.
        on_mask: whether it paints the mask.
        line_from: where a straight line begins, or None for a free stroke.
    """

    def __init__(
        self,
        board: Board,
        brush: Brush,
        ink: Ink,
        *,
        on_mask: bool,
        line_from: tuple[float, float] | None = None,
    ) -> None:
        self.board, self.brush, self.ink, self.on_mask = board, brush, ink, on_mask
        self._line_from = line_from
        self._samples: list[Sample] = []
        self._held: Pointer | None = None  # a pen's first sample: its pressure is often wrong
        self._begun = 0.0
        board.begin_stroke(brush, ink, on_mask=on_mask)

    def start(self, at: Pointer) -> None:
        """The first sample."""
        self._begun = at.seconds
        if at.pen and self._line_from is None:
            self._held = at
        else:
            self.go(at)

    def go(self, at: Pointer) -> None:
        """The next sample."""
        if self._line_from is not None:
            self._draw_line(self._line_from, at)
            return
        if self._held is not None:
            first, self._held = self._held, None
            self._add((first.x, first.y, at.pressure, 0.0))
        self._add((at.x, at.y, at.pressure, at.seconds - self._begun))

    def finish(self) -> NDArray[np.float32]:
        """All samples, (n, 4)."""
        if self._held is not None:
            first, self._held = self._held, None
            self._add((first.x, first.y, first.pressure, 0.0))
        return np.array(self._samples, np.float32).reshape(-1, 4)

    @property
    def end(self) -> tuple[float, float] | None:
        """Where it has come to."""
        return self._samples[-1][:2] if self._samples else None

    def _add(self, sample: Sample) -> None:
        if self._samples:
            x, y, pressure, _ = self._samples[-1]
            near = abs(sample[0] - x) < CLOSEST and abs(sample[1] - y) < CLOSEST
            if near and sample[2] == pressure:
                return
        self._samples.append(sample)
        self.board.extend_stroke(*sample[:3])

    def _draw_line(self, start: tuple[float, float], at: Pointer) -> None:
        """The line as it would be if the pointer were released now."""
        end = held_to_angle(start, (at.x, at.y)) if at.ctrl else (at.x, at.y)
        pressure = 1.0 if not at.pen else at.pressure
        self.board.end_stroke(keep=False)
        self.board.begin_stroke(self.brush, self.ink, on_mask=self.on_mask)
        self._samples = []
        self._add((*start, pressure, 0.0))
        self._add((*end, pressure, at.seconds - self._begun))


def held_to_angle(start: tuple[float, float], end: tuple[float, float]) -> tuple[float, float]:
    """The end of a line turned to the nearest multiple of 15°, as long as before."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    angle = round(math.atan2(dy, dx) / ANGLE) * ANGLE
    length = math.hypot(dx, dy)
    return start[0] + length * math.cos(angle), start[1] + length * math.sin(angle)


def stepped_size(size: float, steps: float) -> float:
    """A brush size some steps larger or smaller: a tenth each, below 10 px one pixel."""
    for _ in range(max(1, round(abs(steps)))):
        if size < 10 or (size == 10 and steps < 0):
            size = round(size) + (1 if steps > 0 else -1)
        else:
            size *= 1.1 if steps > 0 else 1 / 1.1
    return min(max(size, 1.0), 2000.0)


class StrokingTool(Tool):
    """A tool that paints strokes; subclasses say with what, and commit them."""

    options: tuple[str, ...] = ("size", "hardness", "opacity")

    def __init__(self, board: Board) -> None:
        super().__init__(board)
        self._gesture: Gesture | None = None
        self._last: tuple[float, float] | None = None

    # ------------------------------------------------------------------ for subclasses
    def ink(self, at: Pointer) -> Ink:
        """What a stroke begun there leaves."""
        raise NotImplementedError

    def may_begin(self, at: Pointer) -> bool:
        """Whether a stroke may begin there."""
        return True

    def commit(self, samples: NDArray[np.float32], gesture: Gesture) -> None:
        """Take a finished stroke into the document."""
        raise NotImplementedError

    # ------------------------------------------------------------------ the gesture
    @property
    def busy(self) -> bool:
        return self._gesture is not None

    def press(self, at: Pointer) -> None:
        if self._gesture is not None or self.editor.document is None or not self.may_begin(at):
            return
        options = self.editor.options
        brush = Brush(options.size, options.hardness, options.opacity)
        line = (self._last or (at.x, at.y)) if at.shift else None
        self._gesture = Gesture(
            self.board, brush, self.ink(at), on_mask=self.on_mask, line_from=line
        )
        self._gesture.start(at)

    def move(self, at: Pointer) -> None:
        if self._gesture is not None:
            self._gesture.go(at)

    def release(self, at: Pointer) -> None:
        gesture, self._gesture = self._gesture, None
        if gesture is None:
            return
        samples = gesture.finish()
        self._last = gesture.end
        self.board.end_stroke(keep=len(samples) > 0)
        if len(samples):
            self.commit(samples, gesture)

    def cancel(self) -> bool:
        gesture, self._gesture = self._gesture, None
        if gesture is not None:
            self.board.end_stroke(keep=False)
        return gesture is not None

    def forget_last_point(self) -> None:
        """Another document: straight lines begin anew."""
        self._last = None

    def wheel(self, notches: float, at: Pointer) -> bool:
        if not at.shift:
            return False
        self.editor.set_option("size", stepped_size(self.editor.options.size, notches))
        return True

    # ------------------------------------------------------------------ the outline
    def cursor(self, at: Pointer | None) -> Qt.CursorShape | None:
        return None

    def overlay_rect(self, at: Pointer) -> QRectF:
        diameter = self.editor.options.size * self.board.transform.scale
        return outline_rect(self.screen(at), diameter)

    def paint_overlay(self, painter: QPainter, at: Pointer | None) -> None:
        if at is None:
            return
        options = self.editor.options
        diameter = options.size * self.board.transform.scale
        draw_outline(painter, self.screen(at), diameter, options.hardness)

    def sign_place(self, at: Pointer) -> QPointF:
        """Where a small sign stands beside the pointer."""
        return self.screen(at) + QPointF(9, 9)
