"""The brush: colour strokes that the generator follows. Its eraser mode takes strokes away."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from ganpaint.document.document import new_id
from ganpaint.document.stroke import Stroke
from ganpaint.ui.canvas.strokes import Ink
from ganpaint.ui.commands import paint
from ganpaint.ui.messages import Message
from ganpaint.ui.tools.base import Pointer
from ganpaint.ui.tools.outline import draw_forbidden
from ganpaint.ui.tools.stroking import Gesture, StrokingTool

OUTSIDE = "strokes outside the frame"


class BrushTool(StrokingTool):
    """Paints what the picture shall look like."""

    name = "brush"
    title = "Brush"
    icon = "brush"
    group = "paint"
    options = ("size", "hardness", "opacity", "colour", "stay_close")

    def ink(self, at: Pointer) -> Ink:
        options = self.editor.options
        return Ink(options.colour, options.erase or at.eraser)

    def may_begin(self, at: Pointer) -> bool:
        """Left button only, and not beside the photo, but for an empty document."""
        document = self.editor.document
        if document is None or at.right:
            return False
        inside = 0 <= at.x < document.photo.width and 0 <= at.y < document.photo.height
        if not inside and not document.blank:
            return False
        if not document.frame.contains(at.x, at.y):
            self._tell_of_the_frame()
        return True

    def commit(self, samples: NDArray[np.float32], gesture: Gesture) -> None:
        colour = np.array(gesture.ink.colour, np.float32)
        stroke = Stroke(new_id(), samples, colour, gesture.brush, erase=gesture.ink.erase)
        paint.add_stroke(self.editor, stroke)

    def hint(self, at: Pointer | None) -> str:
        if at is not None and self._beside_frame(at):
            return "Strokes count inside the work frame only. Drag the frame here with C."
        if paint.is_projecting(self.editor):
            return "Paint at any time: strokes join when the projection ends. Space pans."
        if self.editor.options.erase:
            return "Erase strokes. X or E goes back to painting, Shift draws a straight line."
        return "Paint: the picture follows. Shift draws a straight line, Alt picks a colour."

    def overlay_rect(self, at: Pointer) -> QRectF:
        rect = super().overlay_rect(at)
        place = self.sign_place(at)
        return rect.united(QRectF(place.x() - 3, place.y() - 3, 18, 18))

    def paint_overlay(self, painter: QPainter, at: Pointer | None) -> None:
        super().paint_overlay(painter, at)
        if at is not None and self._beside_frame(at):
            draw_forbidden(painter, self.sign_place(at))

    def _beside_frame(self, at: Pointer) -> bool:
        document = self.editor.document
        return document is not None and not document.frame.contains(at.x, at.y)

    def _tell_of_the_frame(self) -> None:
        session = self.editor.session
        if session is None or session.property(OUTSIDE):
            return
        session.setProperty(OUTSIDE, True)
        self.editor.say(
            Message(
                "info",
                "Strokes count inside the work frame only.",
                "Nothing is lost: drag the frame here with C, and they are used.",
                key=OUTSIDE,
            )
        )
