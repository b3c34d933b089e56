"""METHODS' "Up": a small generated picture sampled at every photo pixel of a rectangle.

Catmull-Rom cubic with clamped edges, which passes through the samples and reproduces straight
ramps, so that smooth changes stay smooth at any enlargement. Where the model's pixels are smaller
than the photo's the kernel widens, as in any good reduction.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganpaint.picture.frame import Frame
from ganpaint.picture.products import product

Floats = NDArray[np.float32]
Box = tuple[int, int, int, int]
BAND = 128  # outputs a matrix: narrow enough that few weights in it are 0
STEP = 2.0  # photo pixels between the samples of the intermediate grid of a turned frame


def up(planes: Floats, frame: Frame, box: Box) -> Floats:
    """A model-space picture at the pixel centres of a photo rectangle.

    Args:
        planes: (C, R, R) float32, one plane a channel (three times faster than interleaved).
        frame: where it sits in the photo.
        box: (x0, y0, x1, y1), whole photo pixels.

    Returns:
        (C, y1 - y0, x1 - x0) float32. Outside the frame it continues the edge or holds 0.
    """
    if frame.angle != 0:
        return _up_turned(planes, frame, box)
    resolution = planes.shape[-1]
    scale = frame.size / resolution
    x0, y0, x1, y1 = box
    u = (np.arange(x0, x1) + 0.5 - (frame.cx - frame.size / 2)) / scale
    v = (np.arange(y0, y1) + 0.5 - (frame.cy - frame.size / 2)) / scale
    if frame.mirror:
        u = resolution - u
    return _separable(planes, u, v, max(1.0, 1 / scale))


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


def _bands(at: NDArray[Any], resolution: int, stretch: float) -> list[tuple[slice, int, Floats]]:
    """The interpolation at work coordinates as narrow matrices, some outputs each: which
    outputs, the first sample they need, and weights (outputs, samples) whose rows sum to 1."""
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
        bands.append((some, first, dense))
    return bands


def _up_turned(planes: Floats, frame: Frame, box: Box) -> Floats:
    """Two steps for a turned frame: cubic onto a grid of about STEP photo pixels in the frame's
    own directions, then bilinear from that grid; ten times cheaper than cubic at every pixel."""
    from PIL import Image

    x0, y0, x1, y1 = box
    resolution = planes.shape[-1]
    scale = frame.size / resolution
    into = np.linalg.inv(frame.matrix(resolution))
    corners = np.array([[x0, y0, 1], [x1, y0, 1], [x1, y1, 1], [x0, y1, 1]], np.float64)
    reached = corners @ into.T
    pitch = min(STEP / scale, 1.0) if scale > 1 else 1 / scale
    low = np.maximum(reached[:, :2].min(0) - 2 * pitch, -3 * pitch)
    high = np.minimum(reached[:, :2].max(0) + 2 * pitch, resolution + 3 * pitch)
    count = np.maximum(np.ceil((high - low) / pitch).astype(int), 1)
    u, v = (low[axis] + pitch * (np.arange(count[axis]) + 0.5) for axis in (0, 1))
    fine = _separable(planes, u, v, max(1.0, 1 / scale))
    # photo pixel → index in the grid, both with centres at +0.5
    (a, b), (c, d) = into[:2, :2] / pitch
    e, f = (into[:2, :2] @ (x0, y0) + into[:2, 2] - low) / pitch
    size, kind = (x1 - x0, y1 - y0), Image.Transform.AFFINE
    out = np.empty((len(planes), y1 - y0, x1 - x0), np.float32)
    for plane, target in zip(fine, out, strict=True):
        source = Image.fromarray(plane)
        turned = source.transform(size, kind, (a, b, e, c, d, f), Image.Resampling.BILINEAR)
        target[...] = np.asarray(turned)
    return out
