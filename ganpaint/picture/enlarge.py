"""METHODS' "Up": a small generated picture sampled at every photo pixel of a rectangle.

Catmull-Rom cubic with clamped edges, which passes through the samples and reproduces straight
ramps, so that smooth changes stay smooth at any enlargement. Where the model's pixels are smaller
than the photo's the kernel widens, as in any good reduction.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganpaint.picture.frame import Frame
from ganpaint.picture.products import product

Floats = NDArray[np.float32]
Box = tuple[int, int, int, int]
BAND = 128  # outputs a matrix: narrow enough that few weights in it are 0
STEP = 2.0  # photo pixels between the points of a turned frame's grid
KEPT_WEIGHTS = 1 << 17  # larger interpolations are made anew: they are asked for once


def up(planes: Floats, frame: Frame, box: Box) -> Floats:
    """A model-space picture at the pixel centres of a photo rectangle.

    Args:
        planes: (C, R, R) float32, one plane a channel (three times faster than interleaved).
        frame: where it sits in the photo.
        box: (x0, y0, x1, y1), whole photo pixels.

    Returns:
        (C, y1 - y0, x1 - x0) float32. Outside the frame it continues the edge or holds 0.
    """
    grid = Grid.over(frame, box, planes.shape[-1])
    return grid.to_pixels(grid.enlarged(planes))


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Where a picture is enlarged to: a frame's own directions, so that rows and columns part.

    For a straight frame the grid is the photo's pixels. For a turned one it is about STEP pixels
    fine, and `to_pixels` samples it bilinearly: ten times cheaper than cubic at every pixel.
    Smooth planes may be combined on the grid, before they are sampled.

    Attributes:
        frame, box: the frame, and the photo pixels that are wanted.
        u, v: grid positions across and along, 0…1 of the frame.
        pitch: of the grid in photo pixels; 0 where it is the pixels themselves.
    """

    frame: Frame
    box: Box
    u: NDArray[Any]
    v: NDArray[Any]
    pitch: float = 0.0

    @staticmethod
    def over(frame: Frame, box: Box, resolution: int) -> Grid:
        """The grid for a box, fine enough for pictures of a resolution."""
        x0, y0, x1, y1 = box
        if frame.angle == 0:
            u = (np.arange(x0, x1) + 0.5 - (frame.cx - frame.size / 2)) / frame.size
            v = (np.arange(y0, y1) + 0.5 - (frame.cy - frame.size / 2)) / frame.size
            return Grid(frame, box, 1 - u if frame.mirror else u, v)
        pitch = min(max(frame.size / resolution / 2, 1.0), STEP)
        step = pitch / frame.size
        corners = np.array([[x0, y0, 1], [x1, y0, 1], [x1, y1, 1], [x0, y1, 1]], np.float64)
        reached = (corners @ np.linalg.inv(frame.matrix(1)).T)[:, :2]
        # whole steps from the frame's corner: the same grid for every box
        first = np.floor(np.maximum(reached.min(0) / step - 2, -3)).astype(int)
        last = np.ceil(np.minimum(reached.max(0), 1) / step + 3).astype(int)
        u, v = (step * (np.arange(first[i], max(last[i], first[i] + 1)) + 0.5) for i in (0, 1))
        return Grid(frame, box, u, v, pitch)

    def enlarged(self, planes: Floats) -> Floats:
        """(C, r, r) of any resolution on the grid: (C, len(v), len(u))."""
        side = planes.shape[-1]
        return _separable(planes, self.u * side, self.v * side, max(1.0, side / self.frame.size))

    def to_pixels(self, fine: Floats) -> Floats:
        """(C, len(v), len(u)) on the grid → (C, h, w) at the pixel centres of the box."""
        if self.pitch == 0:
            return fine
        from PIL import Image

        x0, y0, x1, y1 = self.box
        step = self.pitch / self.frame.size
        into = np.linalg.inv(self.frame.matrix(1))[:2] / step
        # photo pixel → index in the grid, both with centres at +0.5
        (a, b), (c, d) = into[:, :2]
        first = np.array([self.u[0], self.v[0]]) / step - 0.5
        e, f = into[:, :2] @ (x0, y0) + into[:, 2] - first
        size, kind = (x1 - x0, y1 - y0), Image.Transform.AFFINE
        out = np.empty((len(fine), y1 - y0, x1 - x0), np.float32)
        for plane, target in zip(fine, out, strict=True):
            source = Image.fromarray(plane)
            turned = source.transform(size, kind, (a, b, e, c, d, f), Image.Resampling.BILINEAR)
            target[...] = np.asarray(turned)
        return out


def _separable(planes: Floats, u: NDArray[Any], v: NDArray[Any], stretch: float) -> Floats:
    """Samples on the grid of work coordinates v × u, (C, len(v), len(u))."""
    across = _bands(u, planes.shape[-1], stretch)
    left = min(first for _, first, _ in across)
    right = max(first + weights.shape[1] for _, first, weights in across)
    out = np.empty((len(planes), len(v), len(u)), np.float32)
    for rows, top, along in _bands(v, planes.shape[-1], stretch):
        part = planes[:, top : top + along.shape[1], left:right]
        tall = product(along, part)
        for columns, first, weights in across:
            wide = tall[..., first - left : first - left + weights.shape[1]]
            out[:, rows, columns] = product(wide, weights.T)
    return out


Bands = tuple[tuple[slice, int, Floats], ...]


def _bands(at: NDArray[Any], resolution: int, stretch: float) -> Bands:
    """The interpolation at work coordinates as narrow matrices, some outputs each: which
    outputs, the first sample they need, and weights (outputs, samples) whose rows sum to 1."""
    if len(at) * resolution > KEPT_WEIGHTS:
        return _made_bands(at, resolution, stretch)
    return _kept_bands(at.astype(np.float64).tobytes(), resolution, stretch)


@lru_cache(maxsize=128)
def _kept_bands(at: bytes, resolution: int, stretch: float) -> Bands:
    """A live preview asks for the same ones with every new picture."""
    return _made_bands(np.frombuffer(at, np.float64), resolution, stretch)


def _made_bands(at: NDArray[Any], resolution: int, stretch: float) -> Bands:
    position = at - 0.5
    reach = math.ceil(2 * stretch)
    start = np.floor(position).astype(np.intp) - reach + 1
    taps = start[:, None] + np.arange(2 * reach)
    t = np.abs(position[:, None] - taps) / stretch
    weights = np.where(
        t < 1, (1.5 * t - 2.5) * t * t + 1, np.where(t < 2, ((-0.5 * t + 2.5) * t - 4) * t + 2, 0)
    )
    weights /= weights.sum(1, keepdims=True)
    taps = np.clip(taps, 0, resolution - 1)
    bands = []
    for low in range(0, len(at), BAND):
        some = slice(low, min(low + BAND, len(at)))
        first, last = int(taps[some].min()), int(taps[some].max())
        dense = np.zeros((some.stop - low, last - first + 1), np.float32)
        here = np.arange(some.stop - low)[:, None]
        np.add.at(dense, (here, taps[some] - first), weights[some].astype(np.float32))
        dense.flags.writeable = False
        bands.append((some, first, dense))
    return tuple(bands)
