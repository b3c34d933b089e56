"""Masks: which pixels of a photo an edit may change, and how it fades towards their edge.

A mask has the size of its photo, 8 bits: 0 keeps the pixel the same, 255 lets the edit through.
Feathering works inward only (METHODS 6.6): what is 0 stays 0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganpaint.picture.brush import Brush, coverage
from ganpaint.picture.tiles import Plane

Floats = NDArray[np.float32]
BLOCK = 256  # side of the squares in which distances are measured


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Mask:
    """A value like its plane: painting gives a new mask."""

    plane: Plane

    @staticmethod
    def empty(width: int, height: int) -> Mask:
        """Nothing may change yet."""
        return Mask(Plane(height, width))

    @staticmethod
    def from_array(values: NDArray[Any]) -> Mask:
        """A mask of a (H, W) uint8 or bool array."""
        if values.dtype == np.bool_:
            values = values.astype(np.uint8) * np.uint8(255)
        return Mask(Plane.from_array(values))

    @property
    def width(self) -> int:
        """Columns, as the photo's."""
        return self.plane.width

    @property
    def height(self) -> int:
        """Rows, as the photo's."""
        return self.plane.height

    @property
    def is_empty(self) -> bool:
        """Whether no pixel may change."""
        return not self.plane.any()

    def array(self) -> NDArray[np.uint8]:
        """(H, W) uint8, a new array."""
        return self.plane.array()

    def painted(self, samples: NDArray[Any], brush: Brush, erase: bool = False) -> Mask:
        """The mask after one stroke; an erasing stroke takes away what it covers."""
        x0, y0, covered = coverage(samples, brush, self.width, self.height)
        height, width = covered.shape
        if not covered.any():
            return self
        old = self.plane.region(x0, y0, x0 + width, y0 + height).astype(np.float32)
        new = old * (1 - covered) if erase else old + (255 - old) * covered
        return Mask(self.plane.with_region(x0, y0, np.rint(new).astype(np.uint8)))


def smoothstep(values: NDArray[Any]) -> Floats:
    """0 below 0, 1 above 1, smooth between."""
    t = np.clip(values, 0, 1).astype(np.float32)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


def inward_alpha(selected: NDArray[Any], feather: float) -> Floats:
    """How strongly an edit shows in each pixel of a selection.

    d is the Euclidean distance to the nearest pixel that is not selected, less the first ring;
    alpha = min(selected, smoothstep(0, feather, d)). The array's border is no edge: a selection
    that runs into it does not fade there.

    Args:
        selected: (h, w) bool, or uint8 where painted softly.
        feather: width in pixels; 0 = a hard edge.

    Returns:
        (h, w) float32, 0 wherever `selected` is 0.
    """
    inside: NDArray[np.bool_] = selected != 0
    alpha: Floats
    if selected.dtype == np.bool_:
        alpha = inside.astype(np.float32)
    else:
        alpha = selected.astype(np.float32) * np.float32(1 / 255)
    if feather <= 0 or not inside.any() or inside.all():
        return alpha
    np.minimum(alpha, _faded(inside, feather), out=alpha)
    return alpha


def _faded(inside: NDArray[np.bool_], feather: float) -> Floats:
    """smoothstep of the distance to the outside, measured only near the edge of the selection."""
    from scipy.ndimage import distance_transform_edt

    margin = math.ceil(feather) + 2
    height, width = inside.shape
    out = inside.astype(np.float32)
    for top in range(0, height, BLOCK):
        for left in range(0, width, BLOCK):
            bottom, right = min(top + BLOCK, height), min(left + BLOCK, width)
            if not inside[top:bottom, left:right].any():
                continue
            y0, x0 = max(top - margin, 0), max(left - margin, 0)
            around = inside[y0 : bottom + margin, x0 : right + margin]
            if around.all():
                continue
            distance = distance_transform_edt(around)[top - y0 :, left - x0 :]
            part = distance[: bottom - top, : right - left]
            out[top:bottom, left:right] = smoothstep((part - 1) / feather)
    return out
