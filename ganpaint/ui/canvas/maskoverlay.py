"""The mask over the picture: a coloured veil while it is painted, marching ants otherwise.

The mask is sampled for the device pixels of the view; the veil and the ants are made from those.
While a stroke is drawn, only the pixels it changes are made anew.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter

from ganpaint.picture.mask import Mask
from ganpaint.ui.canvas.masks import MaskView
from ganpaint.ui.canvas.sampling import EMPTY, Box, Layer, Window
from ganpaint.ui.canvas.strokes import LiveStroke

Bytes = NDArray[np.uint8]
OPACITY = 0.45
DASH = 4  # logical pixels of each colour
WIDTH = 1.2
CELL = 64  # device pixels: the ants' squares that are repainted
BLACK, WHITE = np.uint32(0xFF000000), np.uint32(0xFFFFFFFF)


class MaskOverlay:
    """The mask in the device pixels of a window."""

    def __init__(self) -> None:
        self._view = MaskView()
        self._mask: Mask | None = None
        self._window: Window | None = None
        self._values: Bytes = np.zeros((1, 1), np.uint8)  # at the view's device pixels
        self._under: Bytes | None = None  # the same before the stroke that is being drawn
        self._veil: Layer | None = None
        self._veil_colour = ""
        self._ants: Layer | None = None
        self._edge: tuple[NDArray[np.intp], NDArray[np.intp]] | None = None
        self._phase = -1

    @property
    def empty(self) -> bool:
        """Whether nothing is marked."""
        return self._mask is None and self._under is None

    def stale(self, mask: Mask | None, window: Window) -> bool:
        """Whether `show` has anything to do."""
        return mask is not self._mask or (mask is not None and window != self._window)

    def show(self, mask: Mask | None, window: Window) -> None:
        """Sample a mask for a window."""
        self._mask, self._window, self._under = mask, window, None
        self._veil = self._edge = None
        if mask is None:
            return
        width, height = window.size
        self._values = np.zeros((height, width), np.uint8)
        x0, y0, x1, y1 = box = window.visible
        if box == EMPTY:
            return
        at = window.grid_box(box)
        values = self._view.sample(mask.plane, window, at)
        if window.transform.zoom > 1:
            t = window.transform
            rows = np.floor((np.arange(y0, y1) + 0.5 - t.y) / t.zoom).astype(np.intp) - at[1]
            columns = np.floor((np.arange(x0, x1) + 0.5 - t.x) / t.zoom).astype(np.intp) - at[0]
            values = values[:, columns][rows]
        self._values[y0:y1, x0:x1] = values

    # ------------------------------------------------------------------------------ live
    def begin(self, window: Window, *, full: bool = False) -> None:
        """A stroke begins; the mask of the window must be shown.

        Args:
            window: must not move during the stroke.
            full: where there is no mask, whether all of the photo counts as marked.
        """
        if self._mask is None:
            self._values = np.zeros((window.size[1], window.size[0]), np.uint8)
            if full:
                x0, y0, x1, y1 = window.visible
                self._values[y0:y1, x0:x1] = 255
            self._veil = None
            self._window = window
        self._under = self._values.copy()

    def add(self, stroke: LiveStroke, box: Box) -> None:
        """The stroke changed a box of device pixels."""
        if box == EMPTY or self._under is None:
            return
        here = np.s_[box[1] : box[3], box[0] : box[2]]
        cover = stroke.region(box)
        under = self._under[here].astype(np.float32)
        new = under * (1 - cover) if stroke.ink.erase else under + (255 - under) * cover
        self._values[here] = np.rint(new)
        if self._veil is not None:
            self._fill_veil(box)

    def end(self) -> None:
        """The stroke is over; what it did stays until another mask is shown."""
        self._under = None

    def forget(self) -> None:
        """What is shown is of no use any more: `show` it anew."""
        self._mask = self._window = self._under = self._veil = self._edge = None

    # ------------------------------------------------------------------------------ veil
    def draw_veil(self, painter: QPainter, window: Window, box: Box, colour: QColor) -> None:
        """The coloured veil in a box of device pixels; `painter` works in device pixels."""
        if self.empty or self._window is None:
            return
        if self._veil is None or self._veil_colour != colour.name():
            self._veil = Layer(*self._window.size, alpha=True)
            self._veil_colour = colour.name()
            self._fill_veil((0, 0, *self._window.size))
        _draw_moved(painter, self._veil, (self._window, window), box)

    def _fill_veil(self, box: Box) -> None:
        assert self._veil is not None
        colour = QColor(self._veil_colour)
        here = np.s_[box[1] : box[3], box[0] : box[2]]
        share = np.float32(OPACITY / 255) * self._values[here].astype(np.float32)
        target = self._veil.pixels[here]
        for channel, value in enumerate((colour.blue(), colour.green(), colour.red(), 255)):
            target[..., channel] = np.rint(share * value)

    # ------------------------------------------------------------------------------ ants
    def draw_ants(self, painter: QPainter, window: Window, box: Box, phase: int) -> None:
        """Marching ants along the mask's edge; `phase` counts logical pixels."""
        if self._mask is None or self._window is None:
            return
        self._find_edge()
        assert self._edge is not None
        if not len(self._edge[0]):
            return
        if self._ants is None or self._ants.size != self._window.size:
            self._ants = Layer(*self._window.size, alpha=True)
            self._phase = -1
        if phase != self._phase:
            ratio = self._window.transform.ratio
            rows, columns = self._edge
            step = ((columns + rows) / ratio - phase) // DASH
            words = self._ants.pixels.view(np.uint32)[..., 0]
            words[rows, columns] = np.where(step % 2 == 0, WHITE, BLACK)
            self._phase = phase
        _draw_moved(painter, self._ants, (self._window, window), box)

    def cells(self) -> list[Box]:
        """The squares of device pixels that hold ants."""
        if self._mask is None or self._window is None:
            return []
        self._find_edge()
        assert self._edge is not None
        rows, columns = (np.asarray(v) // CELL for v in self._edge)
        found = np.unique(rows * 100_000 + columns)
        width, height = self._window.size
        return [
            (x, y, min(x + CELL, width), min(y + CELL, height))
            for x, y in ((int(v % 100_000) * CELL, int(v // 100_000) * CELL) for v in found)
        ]

    def _find_edge(self) -> None:
        """Pixels that are marked beside pixels that are not, as wide as the ants are."""
        if self._edge is not None:
            return
        assert self._window is not None
        marked = self._values >= 128
        edge = np.zeros_like(marked)
        for _ in range(max(1, round(WIDTH * self._window.transform.ratio))):
            inner = marked.copy()
            inner[1:] &= marked[:-1]
            inner[:-1] &= marked[1:]
            inner[:, 1:] &= marked[:, :-1]
            inner[:, :-1] &= marked[:, 1:]
            edge |= marked & ~inner
            marked = inner
        rows, columns = np.nonzero(edge)
        self._edge = rows, columns
        self._ants = None


def _draw_moved(painter: QPainter, layer: Layer, windows: tuple[Window, Window], box: Box) -> None:
    """Draw a layer made for one window in another."""
    old, new = windows
    if old == new:
        layer.draw(painter, box)
        return
    scale = new.transform.zoom / old.transform.zoom
    painter.save()
    painter.translate(
        new.transform.x - old.transform.x * scale, new.transform.y - old.transform.y * scale
    )
    painter.scale(scale, scale)
    painter.drawImage(QPointF(0, 0), layer.image)
    painter.restore()
