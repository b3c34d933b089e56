"""The brush: pointer samples → how much of each pixel a stroke covers.

A stroke is the union of discs swept along its samples, not a pile of dabs: a pixel's coverage is
that of the nearest point of the path. It therefore does not depend on how many events the pointer
sent, nor on the zoom it was painted at. Samples are (n, ≥ 3): x, y in photo pixels, pressure 0…1.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ganpaint.picture.frame import Frame

Floats = NDArray[np.float32]
Box = tuple[int, int, int, int]
TILE = 256
FARTHEST = 1e6  # photo pixels: no picture is that large, and no loop may follow a wild event


@dataclass(frozen=True, slots=True)
class Brush:
    """How a stroke covers.

    Attributes:
        size: diameter at full pressure, photo pixels.
        hardness: 0…1, the part of the radius that is covered wholly.
        opacity: 0…1, of the whole stroke: a stroke that crosses itself is not denser there.
    """

    size: float = 18.0
    hardness: float = 0.7
    opacity: float = 1.0

    def radius(self, pressure: float) -> float:
        """Radius in photo pixels; pressure scales the size, never below half a pixel."""
        return max(0.5 * self.size * min(max(pressure, 0.0), 1.0), 0.5)


class StrokePainter:
    """Paints a stroke sample by sample, for the screen while it is drawn.

    Args:
        brush: what to paint with.
        clip: (x0, y0, x1, y1) in photo pixels outside which nothing is computed, or None.
    """

    def __init__(self, brush: Brush, clip: Box | None = None) -> None:
        self.brush = brush
        self.clip = clip
        self._tiles: dict[tuple[int, int], Floats] = {}
        self._last: tuple[float, float, float] | None = None
        self._box: Box | None = None

    def add(self, x: float, y: float, pressure: float = 1.0) -> Box | None:
        """Go on to a sample; returns the rectangle (x0, y0, x1, y1) that may have changed."""
        if not all(map(math.isfinite, (x, y, pressure))):
            return None
        x, y = (min(max(v, -FARTHEST), FARTHEST) for v in (x, y))
        point = (x, y, self.brush.radius(pressure))
        start, self._last = self._last or point, point
        dirty: Box | None = None
        for piece in _pieces(start, point, self.clip):
            dirty = _union(dirty, self._sweep(*piece))
        self._box = _union(self._box, dirty)
        return dirty

    @property
    def box(self) -> Box | None:
        """The rectangle around all that is painted so far."""
        return self._box

    @property
    def coverage(self) -> tuple[int, int, Floats]:
        """Everything painted so far: x0, y0 and (h, w) float32 0…1, opacity included."""
        if self._box is None:
            return 0, 0, np.zeros((0, 0), np.float32)
        return self._box[0], self._box[1], self.region(*self._box)

    def region(self, x0: int, y0: int, x1: int, y1: int) -> Floats:
        """The coverage of one rectangle, (y1 - y0, x1 - x0) float32 0…1, opacity included."""
        out = np.zeros((max(y1 - y0, 0), max(x1 - x0, 0)), np.float32)
        for key, (left, top, right, bottom) in _tiles_of((x0, y0, x1, y1)):
            tile = self._tiles.get(key)
            if tile is not None:
                part = tile[top % TILE :, left % TILE :][: bottom - top, : right - left]
                out[top - y0 : bottom - y0, left - x0 : right - x0] = part
        out *= np.float32(self.brush.opacity)
        return out

    def _sweep(
        self, start: tuple[float, float, float], end: tuple[float, float, float]
    ) -> Box | None:
        """Cover one short piece of the path; returns its rectangle."""
        reach = max(start[2], end[2]) + 1
        box = (
            math.floor(min(start[0], end[0]) - reach),
            math.floor(min(start[1], end[1]) - reach),
            math.ceil(max(start[0], end[0]) + reach),
            math.ceil(max(start[1], end[1]) + reach),
        )
        clipped = box if self.clip is None else _common(box, self.clip)
        if clipped is None:
            return None
        for key, (left, top, right, bottom) in _tiles_of(clipped):
            tile = self._tiles.get(key)
            if tile is None:
                tile = self._tiles[key] = np.zeros((TILE, TILE), np.float32)
            part = tile[top % TILE :, left % TILE :][: bottom - top, : right - left]
            covered = _capsule(start, end, self.brush.hardness, (left, top, right, bottom))
            np.maximum(part, covered, out=part)
        return clipped


def coverage(
    samples: NDArray[Any], brush: Brush, width: int, height: int
) -> tuple[int, int, Floats]:
    """The raster of a whole stroke on a photo of that size.

    Returns:
        x0, y0 and (h, w) float32 0…1, opacity included; (0, 0) in size where nothing is covered.
    """
    painter = StrokePainter(brush, clip=(0, 0, width, height))
    for sample in np.asarray(samples, np.float64):
        painter.add(float(sample[0]), float(sample[1]), float(sample[2]) if len(sample) > 2 else 1)
    return painter.coverage


class StrokeLike(Protocol):
    """What `stroke_layers` needs of a stroke (document/stroke.py)."""

    @property
    def samples(self) -> NDArray[np.float32]: ...
    @property
    def colour(self) -> NDArray[np.float32]: ...
    @property
    def brush(self) -> Brush: ...
    @property
    def visible(self) -> bool: ...
    @property
    def erase(self) -> bool: ...


def stroke_layers(
    strokes: Iterable[StrokeLike], frame: Frame, resolution: int
) -> tuple[Floats, Floats]:
    """Strokes as the model sees them: later ones over earlier ones, erasing ones take away.

    Painted at a multiple of the resolution and averaged, so that a brush much thinner than a
    pixel of the model weighs what it covers.

    Returns:
        colour (R, R, 3) sRGB 0…1 (0 where there is no weight) and weight (R, R) 0…1, float32.
        Nothing outside the frame enters.
    """
    times = max(1, min(8, 512 // resolution))
    fine = resolution * times
    scale = fine / frame.size
    into = np.linalg.inv(frame.matrix(fine))
    inked = np.zeros((fine, fine, 3), np.float32)  # colour times weight
    weight = np.zeros((fine, fine, 1), np.float32)
    for stroke in strokes:
        if not stroke.visible or len(stroke.samples) == 0:
            continue
        samples = np.array(stroke.samples, np.float64)
        samples[:, :2] = samples[:, :2] @ into[:2, :2].T + into[:2, 2]
        thin = min(1.0, stroke.brush.size * scale)  # below a fine pixel: less weight, not less wide
        brush = Brush(max(stroke.brush.size * scale, 1.0), stroke.brush.hardness,
                      stroke.brush.opacity * thin)  # fmt: skip
        x0, y0, values = coverage(samples, brush, fine, fine)
        here = np.s_[y0 : y0 + values.shape[0], x0 : x0 + values.shape[1]]
        covered = values[..., None]
        inked[here] *= 1 - covered
        weight[here] *= 1 - covered
        if not stroke.erase:
            inked[here] += covered * stroke.colour
            weight[here] += covered
    shape = (resolution, times, resolution, times, -1)
    mean_weight = weight.reshape(shape).mean((1, 3))
    mean_inked = inked.reshape(shape).mean((1, 3))
    colour = mean_inked / np.maximum(mean_weight, 1e-6)
    return colour.astype(np.float32), mean_weight[..., 0].astype(np.float32)


# ------------------------------------------------------------------------------ geometry
def _pieces(
    start: tuple[float, float, float], end: tuple[float, float, float], clip: Box | None
) -> list[tuple[tuple[float, float, float], tuple[float, float, float]]]:
    """A segment cut so that the rectangle around each piece is not much larger than the piece."""
    a, b = np.array(start), np.array(end)
    low, high = 0.0, 1.0
    if clip is not None:
        reach = max(start[2], end[2]) + 2
        for axis in (0, 1):  # Liang-Barsky: the part of the segment that can reach the clip
            near, far = clip[axis] - reach, clip[axis + 2] + reach
            delta = b[axis] - a[axis]
            if delta == 0:
                if not near <= a[axis] <= far:
                    return []
                continue
            bounds = sorted(((near - a[axis]) / delta, (far - a[axis]) / delta))
            low, high = max(low, bounds[0]), min(high, bounds[1])
        if low > high:
            return []
    length = float(np.hypot(*(b - a)[:2])) * (high - low)
    count = max(1, math.ceil(length / max(64.0, a[2], b[2])))
    cuts = [a + (b - a) * t for t in np.linspace(low, high, count + 1)]
    points = [(float(p[0]), float(p[1]), float(p[2])) for p in cuts]
    return list(itertools.pairwise(points))


def _capsule(
    start: tuple[float, float, float], end: tuple[float, float, float], hardness: float, box: Box
) -> Floats:
    """Coverage of the pixels of a box by a disc moved from start to end, (h, w) float32 0…1."""
    left, top, right, bottom = box
    ax, ay, ar = start
    x = (np.arange(left, right) + (0.5 - ax)).astype(np.float32)[None, :]
    y = (np.arange(top, bottom) + (0.5 - ay)).astype(np.float32)[:, None]
    dx, dy = end[0] - ax, end[1] - ay
    length2 = dx * dx + dy * dy
    radius: Floats | float = ar
    if length2 == 0:
        distance = x * x + y * y
    else:
        t = x * np.float32(dx / length2) + y * np.float32(dy / length2)
        np.clip(t, 0, 1, out=t)
        distance = np.square(x - t * np.float32(dx))
        distance += np.square(y - t * np.float32(dy))
        if end[2] != ar:
            t *= np.float32(end[2] - ar)
            t += np.float32(ar)
            radius = t
    np.sqrt(distance, out=distance)
    # the ramp from full to nothing is at least one pixel wide: an anti-aliased edge
    middle = radius * ((1 + hardness) / 2)
    half = np.maximum(radius * ((1 - hardness) / 2), 0.5)
    covered = (middle + half) - distance
    covered /= 2 * half
    np.clip(covered, 0, 1, out=covered)
    soft = np.asarray(covered * covered * (3 - 2 * covered), np.float32)
    return soft


def _tiles_of(box: Box) -> Iterable[tuple[tuple[int, int], Box]]:
    """Every tile that meets a box: its key and the overlap."""
    x0, y0, x1, y1 = box
    if x0 >= x1:
        return
    for row in range(y0 // TILE, -(-y1 // TILE)):
        for column in range(x0 // TILE, -(-x1 // TILE)):
            left, top = column * TILE, row * TILE
            overlap = (max(left, x0), max(top, y0), min(left + TILE, x1), min(top + TILE, y1))
            yield (column, row), overlap


def _common(a: Box, b: Box) -> Box | None:
    """The rectangle two boxes share, or None."""
    x0, y0, x1, y1 = max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])
    return (x0, y0, x1, y1) if x0 < x1 and y0 < y1 else None


def _union(a: Box | None, b: Box | None) -> Box | None:
    """The rectangle around two boxes."""
    if a is None or b is None:
        return a or b
    return min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])
