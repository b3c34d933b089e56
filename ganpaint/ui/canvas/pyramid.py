"""The photo at 1, 1/2, 1/4 … of its size, ready to be drawn.

Drawing a large photo small from its full size shimmers and costs time, so the canvas draws from
the level at or just above the wanted size. The levels are built in slices of a few milliseconds
between the window's events: a 12-megapixel photo never stalls the window. Until they are there,
`draft` gives a rougher picture at once.

Levels hold (h, w, 4) uint8 in Qt's memory order B, G, R, A, colours multiplied by alpha: they are
wrapped as images without a copy (LOOK 15). A level's pixel is the mean of 2 × 2 below it.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ganpaint.picture.photo import Photo

Bytes = NDArray[np.uint8]
TOP = 8  # the smallest level is 1/256
TILE_ROWS, TILE_COLUMNS = 1 << TOP, 2048  # one slice: 3 ms on a two-core machine
PAIRS, HALF = np.uint32(0x00FF00FF), np.uint32(0x00020002)
FULL_SIZE_KEPT = 40.0  # megapixels up to which level 0 is kept; above, crops are converted


def bgra(colours: Bytes) -> Bytes:
    """(h, w, 3 or 4) uint8 RGB or straight RGBA → (h, w, 4) premultiplied B, G, R, A."""
    out = np.empty((*colours.shape[:2], 4), np.uint8)
    if colours.shape[2] == 3:
        out[..., 3] = 255
        for channel in range(3):
            out[..., channel] = colours[..., 2 - channel]
        return out
    alpha = colours[..., 3].astype(np.uint16)
    out[..., 3] = colours[..., 3]
    for channel in range(3):
        product = colours[..., 2 - channel] * alpha + 128
        out[..., channel] = (product + (product >> 8)) >> 8  # exact division by 255
    return out


def halved(level: Bytes) -> Bytes:
    """Means of 2 × 2 pixels of an (even, even, 4) array, rounded.

    Two channels are added at once in the halves of a 32-bit word: five times faster than bytes.
    """
    words = level.view(np.uint32)[..., 0]
    upper, lower = words[0::2], words[1::2]
    first = (upper & PAIRS) + (lower & PAIRS)
    second = ((upper >> 8) & PAIRS) + ((lower >> 8) & PAIRS)
    first = first[:, 0::2] + first[:, 1::2] + HALF
    second = second[:, 0::2] + second[:, 1::2] + HALF
    mean = ((first >> 2) & PAIRS) | ((second << 6) & ~PAIRS)
    return mean[..., None].view(np.uint8)


def level_for(zoom: float) -> int:
    """The level at or just above the size that `zoom` device pixels per photo pixel need."""
    if zoom >= 1:
        return 0
    return min(math.floor(math.log2(1 / zoom) + 1e-9), TOP)


class Pyramid:
    """The levels of one photo; `advance` builds them piece by piece."""

    def __init__(self, photo: Photo) -> None:
        self.photo = photo
        self._levels: list[Bytes | None] = [None] * (TOP + 1)
        self._slices = self._build()
        self.complete = False

    def advance(self, seconds: float = 0.008) -> bool:
        """Build one slice or more, for about that long; returns whether all levels are there."""
        end = time.perf_counter() + seconds
        while not self.complete:
            self.complete = next(self._slices, None) is None
            if time.perf_counter() >= end:
                break
        return self.complete

    def region(self, level: int, box: tuple[int, int, int, int]) -> Bytes:
        """Pixels x0 ≤ x < x1, y0 ≤ y < y1 of a level (inside it), (h, w, 4).

        While the levels are being built it is a draft: every 2^level-th pixel.
        """
        x0, y0, x1, y1 = box
        kept = self._levels[level]
        if self.complete and kept is not None:
            return kept[y0:y1, x0:x1]
        step = 1 << level
        rows = slice(y0 * step, (y1 - 1) * step + 1, step)
        columns = slice(x0 * step, (x1 - 1) * step + 1, step)
        return self._shown(self.photo.pixels[rows, columns])

    def rows(self, level: int, y0: int, y1: int) -> Bytes | None:
        """Whole rows of a finished level, without a copy; None where there is no such level."""
        kept = self._levels[level] if self.complete else None
        return None if kept is None else kept[y0:y1]

    def size(self, level: int) -> tuple[int, int]:
        """(width, height) of a level."""
        step = 1 << level
        return -(-self.photo.width // step), -(-self.photo.height // step)

    def _shown(self, pixels: NDArray[np.uint8] | NDArray[np.uint16]) -> Bytes:
        """Pixels of the photo as the screen shows them."""
        piece = np.ascontiguousarray(pixels)
        piece.flags.writeable = False
        return bgra(replace(self.photo, pixels=piece).srgb8())

    def _build(self) -> Iterator[int]:
        """Fill the levels tile by tile; yields between tiles."""
        photo = self.photo
        whole = photo.megapixels <= FULL_SIZE_KEPT
        for level in range(TOP + 1):
            width, height = self.size(level)
            if level or whole:
                self._levels[level] = np.empty((height, width, 4), np.uint8)
        for top in range(0, photo.height, TILE_ROWS):
            for left in range(0, photo.width, TILE_COLUMNS):
                tile = self._shown(photo.pixels[top : top + TILE_ROWS, left : left + TILE_COLUMNS])
                self._place(tile, left, top)
                yield top
        for built in self._levels:
            if built is not None:
                built.flags.writeable = False

    def _place(self, tile: Bytes, left: int, top: int) -> None:
        """Put a tile of level 0 and its means into all levels."""
        for index, level in enumerate(self._levels):
            if index:
                odd = tile.shape[0] % 2, tile.shape[1] % 2
                if any(odd):  # the photo's edge is continued
                    tile = np.pad(tile, ((0, odd[0]), (0, odd[1]), (0, 0)), mode="edge")
                tile = halved(tile)
            if level is not None:
                y, x = top >> index, left >> index
                level[y : y + tile.shape[0], x : x + tile.shape[1]] = tile
