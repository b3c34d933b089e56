"""The mask brush: marks what may change. Its eraser mode and the right button take away."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ganpaint.document.document import Document
from ganpaint.picture.mask import Mask
from ganpaint.ui.canvas.strokes import Ink
from ganpaint.ui.commands import paint
from ganpaint.ui.tools.base import Pointer
from ganpaint.ui.tools.stroking import Gesture, StrokingTool


class MaskTool(StrokingTool):
    """Paints what may change."""

    name = "mask"
    title = "Mask brush"
    icon = "mask"
    group = "mask"
    on_mask = True

    def ink(self, at: Pointer) -> Ink:
        return Ink((1.0, 1.0, 1.0), self.editor.options.erase or at.right or at.eraser)

    def commit(self, samples: NDArray[np.float32], gesture: Gesture) -> None:
        document = self.editor.document
        if document is None:
            return
        erase = gesture.ink.erase
        mask = starting_mask(document, erase=erase).painted(samples, gesture.brush, erase=erase)
        paint.set_mask(self.editor, mask, "Erase mask" if erase else "Paint mask")

    def hint(self, at: Pointer | None) -> str:
        if self.editor.options.erase:
            return "Take away from the mask. X marks again, Shift draws a straight line."
        return "Mark what may change. The right button takes away, X swaps both."


def starting_mask(document: Document, *, erase: bool) -> Mask:
    """The document's mask. Without one everything may change: marking begins with nothing
    marked, taking away with all."""
    if document.mask is not None:
        return document.mask
    width, height = document.photo.width, document.photo.height
    if erase:
        return Mask.from_array(np.full((height, width), 255, np.uint8))
    return Mask.empty(width, height)
