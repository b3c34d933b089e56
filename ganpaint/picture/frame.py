"""The work frame: the square of the photo that the model sees.

A frame is a similarity between work coordinates (0…R in both directions) and photo coordinates
(x right, y down, pixel centres at +0.5). `extract` is METHODS' "Down": area-averaged resampling
of the encoded values, with the photo's edge pixels continued where the frame hangs over the edge.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganpaint.picture.photo import Photo
from ganpaint.picture.products import product

Floats = NDArray[np.float32]
SLAB = 512  # rows of samples taken at once: bounds the memory of a large turned frame


@dataclass(frozen=True, slots=True)
class Frame:
    """A square in photo pixels.

    Attributes:
        cx, cy: its centre.
        size: its side.
        angle: radians, positive clockwise on screen.
        mirror: whether the model sees it mirrored, left to right.
    """

    cx: float
    cy: float
    size: float
    angle: float = 0.0
    mirror: bool = False

    def __post_init__(self) -> None:
        assert self.size > 0
        assert all(map(math.isfinite, (self.cx, self.cy, self.size, self.angle)))

    def matrix(self, resolution: int) -> NDArray[np.float64]:
        """3x3, homogeneous work coordinates (0…R) → photo coordinates."""
        scale = self.size / resolution
        cosine, sine = scale * math.cos(self.angle), scale * math.sin(self.angle)
        flip = -1.0 if self.mirror else 1.0
        a, b, c, d = flip * cosine, -sine, flip * sine, cosine
        half = resolution / 2
        return np.array(
            [
                [a, b, self.cx - (a + b) * half],
                [c, d, self.cy - (c + d) * half],
                [0.0, 0.0, 1.0],
            ]
        )

    def polygon(self) -> NDArray[np.float64]:
        """The four corners in photo coordinates, (4, 2), in the order of the model's picture:
        its upper left, upper right, lower right, lower left."""
        corners = np.array([[0, 0, 1], [1, 0, 1], [1, 1, 1], [0, 1, 1]], np.float64)
        points: NDArray[np.float64] = (corners @ self.matrix(1).T)[:, :2]
        return points

    def contains(self, x: float, y: float) -> bool:
        """Whether a photo point lies in the frame, its edge included."""
        dx, dy = x - self.cx, y - self.cy
        cosine, sine = math.cos(self.angle), math.sin(self.angle)
        reach = self.size / 2 + 1e-9 * max(1.0, self.size)
        return abs(dx * cosine + dy * sine) <= reach and abs(dy * cosine - dx * sine) <= reach

    def bounds(self, width: int, height: int) -> tuple[int, int, int, int]:
        """The smallest whole-pixel (x0, y0, x1, y1) around it, clipped to a photo of that size;
        empty (x0 = x1 or y0 = y1) where they do not meet."""
        low, high = self.polygon().min(0), self.polygon().max(0)
        # corners of a frame on whole pixels may be off by rounding
        x0, y0 = (math.floor(v + 1e-9 * max(1.0, self.size)) for v in low)
        x1, y1 = (math.ceil(v - 1e-9 * max(1.0, self.size)) for v in high)
        x0, x1 = (min(max(x, 0), width) for x in (x0, x1))
        y0, y1 = (min(max(y, 0), height) for y in (y0, y1))
        return x0, y0, x1, y1

    def overlaps(self, width: int, height: int) -> bool:
        """Whether any part of a photo of that size lies in the frame."""
        box = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
        cosine, sine = math.cos(self.angle), math.sin(self.angle)
        axes = np.array([[1, 0], [0, 1], [cosine, sine], [-sine, cosine]])
        ours, theirs = self.polygon() @ axes.T, box @ axes.T  # separating axes
        apart = (ours.max(0) <= theirs.min(0)) | (theirs.max(0) <= ours.min(0))
        return not bool(apart.any())

    def extract(self, photo: Photo, resolution: int) -> Floats:
        """What the model sees: (R, R, 4) float32, sRGB-encoded 0…1 and, as channel 4, how much
        of each pixel lies inside the photo (transparent parts of the photo do not count)."""
        values, share = down(photo.pixels, self, resolution, alpha=photo.has_alpha)
        if photo.icc is not None:
            from ganpaint.picture.colour import to_srgb

            values = to_srgb(values, photo.icc)
        out = np.empty((resolution, resolution, 4), np.float32)
        out[..., :3] = values  # grey spreads over the three channels
        out[..., 3] = share
        return out

    def extract_plane(self, plane: NDArray[Any], resolution: int) -> Floats:
        """A mask or coverage (H, W) seen through the frame: (R, R) float32, area-averaged.

        Integers become 0…1; outside the photo it is 0.
        """
        values, share = down(plane[:, :, None], self, resolution)
        return np.asarray(values[..., 0] * share, np.float32)


def default_frame(
    photo: Photo,
    center: tuple[float, float] = (0.5, 0.5),
    size: tuple[float, float] = (0.85, 0.85),
) -> Frame:
    """The largest square of a photo, with the photo's middle where the model expects its subject.

    Args:
        photo: the photo; a square one is taken whole.
        center, size: where the subject sits in the model's pictures, (y, x) and (height, width)
            as fractions of the picture (FORMATS 14). A subject that nearly fills the model's
            picture leaves no room to move, so the shift is limited to what `size` leaves free.
    """
    side = float(min(photo.width, photo.height))
    free = [(1 - min(max(s, 0.0), 1.0)) / 2 for s in size]
    dy, dx = (min(max(0.5 - c, -f), f) * side for c, f in zip(center, free, strict=True))
    cx = min(max(photo.width / 2 + dx, side / 2), photo.width - side / 2)
    cy = min(max(photo.height / 2 + dy, side / 2), photo.height - side / 2)
    return Frame(cx, cy, side)


# ------------------------------------------------------------------------------ resampling
def down(
    pixels: NDArray[Any], frame: Frame, resolution: int, *, alpha: bool = False
) -> tuple[Floats, Floats]:
    """Area-averaged view of an array through a frame, in the array's own encoding.

    Args:
        pixels: (H, W, C) uint8, uint16, bool or float; integers are scaled to 0…1.
        alpha: whether the last channel is transparency; colours are then averaged by it.

    Returns:
        (R, R, C without alpha) float32 with the edge pixels continued outward, and (R, R)
        float32: how much of each pixel lies inside the array, times the mean transparency.
    """
    scale = frame.size / resolution
    if frame.angle == 0 and scale >= 1:
        values, share = _down_straight(pixels, frame, resolution, alpha)
    else:
        values = _down_sampled(pixels, frame, resolution, alpha)
        share = _share_inside(pixels.shape[:2], frame, resolution)
    if not alpha:
        return values, share
    solid = values[..., -1:]
    # where everything is transparent there is no colour to average: white, of weight 0
    straight = np.where(solid > 1e-6, values[..., :-1] / np.maximum(solid, 1e-6), 1.0)
    return straight.astype(np.float32), share * solid[..., 0]


def _unit(slab: NDArray[Any], alpha: bool) -> Floats:
    """A piece of a picture as float32 0…1, colours multiplied by their alpha if there is one."""
    values = slab.astype(np.float32)
    if slab.dtype.kind in "ui":
        values *= np.float32(1 / np.iinfo(slab.dtype).max)
    if alpha:
        values[..., :-1] *= values[..., -1:]
    return values


def _box_weights(start: float, scale: float, count: int, length: int) -> tuple[NDArray[Any], int]:
    """Weights (count, n) of the pixels first…first+n in `count` boxes of width `scale`.

    What a box has outside 0…length is given to the edge pixel; the weights of a box sum to 1.
    """
    edges = start + scale * np.arange(count + 1)
    first = int(np.clip(math.floor(edges[0]), 0, length - 1))
    last = int(np.clip(math.ceil(edges[-1]), first + 1, length))
    inner = np.arange(first + 1, last, dtype=np.float64)
    borders = np.concatenate(([-np.inf], inner, [np.inf]))  # the edge pixels reach to infinity
    low, high = edges[:-1, None], edges[1:, None]
    overlap = np.minimum(high, borders[None, 1:]) - np.maximum(low, borders[None, :-1])
    return np.maximum(overlap, 0.0) / scale, first


def _inside(start: float, scale: float, count: int, length: int) -> NDArray[np.float64]:
    """How much of each of `count` boxes lies in 0…length, 0…1."""
    edges = start + scale * np.arange(count + 1)
    overlap = np.minimum(edges[1:], length) - np.maximum(edges[:-1], 0)
    share: NDArray[np.float64] = np.clip(overlap / scale, 0, 1)
    return share


def _down_straight(
    pixels: NDArray[Any], frame: Frame, resolution: int, alpha: bool
) -> tuple[Floats, Floats]:
    """Exact box averages for a frame that is not turned: rows first, then columns."""
    height, width, channels = pixels.shape
    scale = frame.size / resolution
    left, top = frame.cx - frame.size / 2, frame.cy - frame.size / 2
    by_row, y0 = _box_weights(top, scale, resolution, height)
    by_column, x0 = _box_weights(left, scale, resolution, width)
    columns = by_column.shape[1]
    rows = np.empty((resolution, columns, channels), np.float32)
    for index, weights in enumerate(by_row):
        used = np.flatnonzero(weights)
        a, b = int(used[0]), int(used[-1]) + 1
        slab = _unit(pixels[y0 + a : y0 + b, x0 : x0 + columns], alpha)
        rows[index] = np.einsum("r,rxc->xc", weights[a:b].astype(np.float32), slab)
    mixed = np.empty((resolution, resolution, channels), np.float32)
    for some in range(0, resolution, 8):  # eight outputs need only the columns around them
        needed = by_column[some : some + 8].astype(np.float32)
        used = np.flatnonzero(needed.any(0))
        a, b = int(used[0]), int(used[-1]) + 1
        mixed[:, some : some + 8] = product(needed[:, a:b], rows[:, a:b])
    share = np.outer(
        _inside(top, scale, resolution, height), _inside(left, scale, resolution, width)
    ).astype(np.float32)
    if frame.mirror:
        mixed, share = mixed[:, ::-1], share[:, ::-1]
    return np.ascontiguousarray(mixed), np.ascontiguousarray(share)


def _down_sampled(pixels: NDArray[Any], frame: Frame, resolution: int, alpha: bool) -> Floats:
    """A turned or enlarging frame: block averages, then bilinear samples averaged in each pixel."""
    height, width, _ = pixels.shape
    scale = frame.size / resolution
    block = max(1, int(scale / 2))
    x0, y0, x1, y1 = frame.bounds(width, height)
    # a margin for bilinear samples; a frame beside the photo still sees its edge pixels
    x0, y0 = min(max(x0 - 2, 0), width - 1), min(max(y0 - 2, 0), height - 1)
    x1, y1 = min(max(x1 + 2, x0 + 1), width), min(max(y1 + 2, y0 + 1), height)
    small = _blocks(pixels[y0:y1, x0:x1], block, alpha)
    per_pixel = max(1, math.ceil(scale / block))

    def sample(x: NDArray[Any], y: NDArray[Any]) -> Floats:
        return _bilinear(small, (x - x0) / block + 0.5, (y - y0) / block + 0.5)

    return _supersampled(sample, frame, resolution, per_pixel)


def _blocks(pixels: NDArray[Any], block: int, alpha: bool) -> Floats:
    """Means over block × block squares, with a ring of squares of edge pixels around them."""
    height, width, channels = pixels.shape
    around = ((block, block + -height % block), (block, block + -width % block), (0, 0))
    pixels = np.pad(pixels, around, mode="edge")
    if block == 1:
        return _unit(pixels, alpha)
    rows, columns = pixels.shape[0] // block, pixels.shape[1] // block
    out = np.empty((rows, columns, channels), np.float32)
    for row in range(rows):
        slab = _unit(pixels[row * block : (row + 1) * block], alpha).sum(0)
        out[row] = slab.reshape(columns, block, channels).sum(1)
    out *= np.float32(1 / block**2)
    return out


def _bilinear(values: Floats, x: NDArray[Any], y: NDArray[Any]) -> Floats:
    """Bilinear samples of (h, w, C) at index coordinates, edges continued."""
    height, width, _ = values.shape
    x, y = np.clip(x, 0, width - 1), np.clip(y, 0, height - 1)
    column = np.minimum(x.astype(np.intp), max(width - 2, 0))
    row = np.minimum(y.astype(np.intp), max(height - 2, 0))
    right, below = min(1, width - 1), min(1, height - 1) * width
    u = (x - column).astype(np.float32)[..., None]
    v = (y - row).astype(np.float32)[..., None]
    flat = values.reshape(height * width, -1)
    at = row * width + column
    upper = flat[at] * (1 - u) + flat[at + right] * u
    lower = flat[at + below] * (1 - u) + flat[at + below + right] * u
    return np.asarray(upper * (1 - v) + lower * v, np.float32)


def _supersampled(
    sample: Callable[[NDArray[Any], NDArray[Any]], Floats],
    frame: Frame,
    resolution: int,
    per_pixel: int,
) -> Floats:
    """Means of per_pixel × per_pixel samples of a function of photo coordinates in each pixel."""
    fine = resolution * per_pixel
    matrix = frame.matrix(fine)
    u = np.arange(fine) + 0.5
    rows = max(1, SLAB // per_pixel)
    parts = []
    for start in range(0, resolution, rows):
        stop = min(start + rows, resolution)
        v = (np.arange(start * per_pixel, stop * per_pixel) + 0.5)[:, None]
        x = matrix[0, 0] * u + matrix[0, 1] * v + matrix[0, 2]
        y = matrix[1, 0] * u + matrix[1, 1] * v + matrix[1, 2]
        values = sample(x, y)
        shape = (stop - start, per_pixel, resolution, per_pixel, values.shape[-1])
        parts.append(values.reshape(shape).mean((1, 3), dtype=np.float32))
    return np.concatenate(parts)


def _share_inside(shape: tuple[int, ...], frame: Frame, resolution: int) -> Floats:
    """How much of each work pixel lies inside a photo of that shape, from 4 × 4 points."""
    height, width = shape
    corners = frame.polygon()
    if (corners >= 0).all() and (corners <= (width, height)).all():
        return np.ones((resolution, resolution), np.float32)

    def inside(x: NDArray[Any], y: NDArray[Any]) -> Floats:
        within = (x >= 0) & (x < width) & (y >= 0) & (y < height)
        return within[..., None].astype(np.float32)

    return _supersampled(inside, frame, resolution, 4)[..., 0]
