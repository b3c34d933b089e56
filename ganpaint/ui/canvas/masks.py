"""The mask as the screen needs it: small copies of its plane, and the inward fade.

Planes are made of tiles that never change, so a small copy of a tile is made once and kept as
long as the tile is used: painting on the mask of a large photo costs only what was painted.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganpaint.picture.mask import smoothstep
from ganpaint.picture.tiles import EMPTY, TILE, Plane
from ganpaint.ui.canvas.pyramid import level_for
from ganpaint.ui.canvas.sampling import Box, Window

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
FADE_BLOCK = 128  # distances are measured only in such squares that hold an edge


class MaskView:
    """Samples a mask's plane on the grid of a window (see sampling.py)."""

    def __init__(self) -> None:
        self._small: dict[tuple[int, int], tuple[Bytes, Bytes]] = {}  # index, level → tile, copy
        self._level: tuple[Plane, int, Bytes] | None = None

    def sample(self, plane: Plane, window: Window, box: Box) -> Bytes:
        """The mask in a box of grid pixels, (h, w) uint8; 0 outside the photo."""
        if window.grid == 1:
            return plane.region(*box)
        zoom = window.transform.zoom
        level = level_for(zoom)
        small = self._reduced(plane, level)
        step = zoom * (1 << level)
        rows = _linear(small, (np.arange(box[1], box[3]) + 0.5) / step - 0.5, axis=0)
        both = _linear(rows, (np.arange(box[0], box[2]) + 0.5) / step - 0.5, axis=1)
        return np.asarray(np.rint(both), np.uint8)

    def _reduced(self, plane: Plane, level: int) -> Bytes:
        """The whole plane at 1/2^level of its size."""
        if self._level is not None and self._level[0] is plane and self._level[1] == level:
            return self._level[2]
        side = TILE >> level
        columns = -(-plane.width // TILE)
        rows = -(-plane.height // TILE)
        whole = np.zeros((rows * side, columns * side), np.uint8)
        kept: dict[tuple[int, int], tuple[Bytes, Bytes]] = {}
        for index, tile in enumerate(plane.tiles):
            if tile is EMPTY:
                continue
            old = self._small.get((index, level))
            small = old[1] if old is not None and old[0] is tile else _means(tile, level)
            kept[index, level] = tile, small
            row, column = divmod(index, columns)
            whole[row * side : (row + 1) * side, column * side : (column + 1) * side] = small
        self._small = kept
        self._level = plane, level, whole
        return whole


def _means(tile: Bytes, level: int) -> Bytes:
    side, step = TILE >> level, 1 << level
    total = tile.reshape(side, step, TILE).sum(1, dtype=np.uint32)
    total = total.reshape(side, side, step).sum(2)
    return np.asarray((total + step * step // 2) >> (2 * level), np.uint8)


def _linear(values: NDArray[Any], at: NDArray[Any], axis: int) -> Floats:
    """Linear interpolation at index coordinates along one axis; 0 outside."""
    length = values.shape[axis]
    low = np.floor(at).astype(np.intp)
    share = (at - low).astype(np.float32)
    shape = (-1, 1) if axis == 0 else (1, -1)
    out: NDArray[Any] = np.zeros((), np.float32)
    for index, weight in ((low, 1 - share), (low + 1, share)):
        inside = (index >= 0) & (index < length)
        share_here = np.where(inside, weight, np.float32(0)).reshape(shape)
        out = out + np.take(values, np.clip(index, 0, length - 1), axis=axis) * share_here
    return np.asarray(out, np.float32)


def faded(selected: Bytes, feather: float) -> Floats:
    """The same as picture.mask.inward_alpha, for the window: without SciPy, whose import would
    stall it for a sixth of a second. Exact distances, measured only as far as the fade reaches.

    Args:
        selected: (h, w) uint8; the array's border is no edge.
        feather: width in the same pixels.

    Returns:
        (h, w) float32, 0 wherever `selected` is 0.
    """
    alpha = selected.astype(np.float32) * np.float32(1 / 255)
    inside = selected != 0
    if feather <= 0 or inside.all() or not inside.any():
        return alpha
    reach = math.ceil(feather) + 1
    height, width = selected.shape
    upright = _upright_distance(inside, reach)
    for top in range(0, height, FADE_BLOCK):
        for left in range(0, width, FADE_BLOCK):
            rows = slice(top, min(top + FADE_BLOCK, height))
            around = upright[rows, max(left - reach, 0) : left + FADE_BLOCK + reach]
            if not inside[rows, left : left + FADE_BLOCK].any() or around.min() > reach:
                continue
            columns = slice(left, min(left + FADE_BLOCK, width))
            distance = np.sqrt(_squares(upright, rows, columns, reach))
            fade = smoothstep((distance - 1) / np.float32(feather))
            np.minimum(alpha[rows, columns], fade, out=alpha[rows, columns])
    return alpha


def _upright_distance(inside: NDArray[np.bool_], reach: int) -> NDArray[np.float32]:
    """Distance to the nearest outside pixel in the same column, at most reach + 1."""
    far = np.float32(reach + 1)
    out = np.where(inside, far, np.float32(0))
    for row in range(1, len(out)):
        np.minimum(out[row], out[row - 1] + 1, out=out[row])
    for row in range(len(out) - 2, -1, -1):
        np.minimum(out[row], out[row + 1] + 1, out=out[row])
    return out


def _squares(upright: NDArray[np.float32], rows: slice, columns: slice, reach: int) -> Floats:
    """Squared distances of one block to the nearest outside pixel, exact up to the reach."""
    width = upright.shape[1]
    squared = np.square(upright[rows, max(columns.start - reach, 0) : columns.stop + reach])
    first = max(columns.start - reach, 0)
    best = squared[:, columns.start - first : columns.stop - first].copy()
    for shift in range(1, reach + 1):
        for sign in (-1, 1):
            a = max(columns.start + sign * shift, 0)
            b = min(columns.stop + sign * shift, width)
            if a >= b:
                continue
            here = slice(a - sign * shift - columns.start, b - sign * shift - columns.start)
            moved = squared[:, a - first : b - first] + np.float32(shift * shift)
            np.minimum(best[:, here], moved, out=best[:, here])
    return best
