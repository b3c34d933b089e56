"""Strokes on the screen: the one being drawn, and those of the document.

Both are painted in device pixels by picture/brush.py, sample by sample; a device pixel's value
depends on its place and the stroke only, so that painting piece by piece and painting all at once
give the same picture. The document's strokes lie in one layer, made in slices of a few
milliseconds when the view has moved; until it is ready the former one is drawn moved and scaled.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter

from ganpaint.document.stroke import Stroke
from ganpaint.picture.brush import Brush, StrokePainter
from ganpaint.ui.canvas.sampling import EMPTY, Box, Layer, Window, common

Floats = NDArray[np.float32]
SETTLED = 0.6  # how strongly strokes show once they are released
CLOSE = 0.5  # device pixels: nearer samples change nothing that is seen
ROWS = 128  # laid at once: what they need stays in the processor's cache


@dataclass(frozen=True, slots=True)
class Ink:
    """What a stroke leaves: a colour (sRGB 0…1), or nothing where it erases."""

    colour: tuple[float, float, float]
    erase: bool = False


def lay(layer: Layer, box: Box, coverage: Floats, ink: Ink) -> None:
    """Lay coverage (h, w) over the pixels of a box, premultiplied B, G, R, A."""
    values = np.array([*ink.colour[::-1], 1.0], np.float32) * 255
    for top in range(box[1], box[3], ROWS):
        bottom = min(top + ROWS, box[3])
        here = layer.pixels[top:bottom, box[0] : box[2]]
        cover = coverage[top - box[1] : bottom - box[1], :, None]
        mixed = here * (1 - cover)
        if not ink.erase:
            mixed += cover * values
        here[...] = np.rint(mixed, out=mixed)


class LiveStroke:
    """The stroke under the pointer, in device pixels of one window.

    Args:
        brush: in photo pixels.
        ink: what it leaves.
        window: the view; it must not move while the stroke is drawn.
        under: for an erasing stroke, the layer that it takes away from; else None.
    """

    def __init__(self, brush: Brush, ink: Ink, window: Window, under: Layer | None = None) -> None:
        self.ink = ink
        self._window = window
        clip = (0, 0, *window.size)
        size = brush.size * window.transform.zoom
        self._painter = StrokePainter(replace(brush, size=size), clip=clip)
        self._under = under
        self.layer = Layer(*window.size, alpha=True)
        if under is not None:
            self.layer.pixels[...] = under.pixels
        self._colour = np.array([*ink.colour[::-1], 1.0], np.float32) * 255

    def add(self, x: float, y: float, pressure: float) -> Box:
        """Go on to a photo point; returns the device pixels that changed."""
        t = self._window.transform
        dirty = self._painter.add(t.x + x * t.zoom, t.y + y * t.zoom, pressure)
        if dirty is None or (box := common(dirty, (0, 0, *self._window.size))) == EMPTY:
            return EMPTY
        for top in range(box[1], box[3], ROWS):
            part = (box[0], top, box[2], min(top + ROWS, box[3]))
            cover = self._painter.region(*part)[..., None]
            here = np.s_[part[1] : part[3], part[0] : part[2]]
            if self._under is None:
                mixed = cover * self._colour
            else:
                mixed = self._under.pixels[here] * (1 - cover)
            self.layer.pixels[here] = np.rint(mixed, out=mixed)
        return box

    def region(self, box: Box) -> Floats:
        """Coverage so far in a box of device pixels."""
        return self._painter.region(*box)

    @property
    def box(self) -> Box:
        """The device pixels painted so far."""
        return common(self._painter.box or EMPTY, (0, 0, *self._window.size))


class StrokesView:
    """The document's strokes as one layer."""

    def __init__(self) -> None:
        self._layer: Layer | None = None
        self._window: Window | None = None
        self._strokes: tuple[Stroke, ...] = ()
        self._work: Iterator[None] | None = None
        self._next: tuple[Layer, Window, tuple[Stroke, ...]] | None = None

    @property
    def busy(self) -> bool:
        """Whether slices are left to do."""
        return self._work is not None

    def layer(self, window: Window) -> Layer | None:
        """The finished layer of that window, or None."""
        return self._layer if self._window == window and not self.busy else None

    def show(self, strokes: Sequence[Stroke], window: Window) -> None:
        """What is wanted; `advance` makes it."""
        wanted = tuple(s for s in strokes if s.visible)
        _, going_window, going = self._next or (None, self._window, self._strokes)
        if going_window == window and _same(going, wanted):
            return
        count = len(self._strokes)
        grows = self._next is None and self._window == window and self._layer is not None
        if grows and _same(self._strokes, wanted[:count]):
            assert self._layer is not None
            layer, new = self._layer, wanted[count:]
        else:
            layer, new = Layer(*window.size, alpha=True), wanted
        self._next = layer, window, wanted
        self._work = _painted(layer, window, new)

    def advance(self, seconds: float = 0.006) -> bool:
        """Paint for about that long; returns whether the layer is finished."""
        end = time.perf_counter() + seconds
        while self._work is not None:
            if next(self._work, END) is END:
                assert self._next is not None
                self._layer, self._window, self._strokes = self._next
                self._work = self._next = None
            elif time.perf_counter() >= end:
                break
        return self._work is None

    def draw(self, painter: QPainter, window: Window, box: Box) -> None:
        """Draw a box of device pixels; `painter` works in device pixels."""
        if self._layer is None or self._window is None or not self._strokes:
            return
        if self._window == window:
            self._layer.draw(painter, box)
            return
        old, new = self._window.transform, window.transform
        scale = new.zoom / old.zoom
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.translate(new.x - old.x * scale, new.y - old.y * scale)
        painter.scale(scale, scale)
        painter.drawImage(QPointF(0, 0), self._layer.image)
        painter.restore()


END = object()


def _same(a: Sequence[Stroke], b: Sequence[Stroke]) -> bool:
    return len(a) == len(b) and all(x is y for x, y in zip(a, b, strict=True))


def _painted(layer: Layer, window: Window, strokes: Sequence[Stroke]) -> Iterator[None]:
    """Paint strokes onto a layer, yielding after every piece."""
    t = window.transform
    for stroke in strokes:
        brush = replace(stroke.brush, size=stroke.brush.size * t.zoom)
        painter = StrokePainter(brush, clip=(0, 0, *window.size))
        places = np.array(stroke.samples[:, :3], np.float64)
        places[:, :2] = places[:, :2] * t.zoom + (t.x, t.y)
        for x, y, pressure in _thinned(places):
            painter.add(x, y, pressure)
            yield
        box = common(painter.box or EMPTY, (0, 0, *window.size))
        if box != EMPTY:
            red, green, blue = (float(v) for v in stroke.colour)
            lay(layer, box, painter.region(*box), Ink((red, green, blue), stroke.erase))


def _thinned(places: NDArray[np.float64]) -> list[tuple[float, float, float]]:
    """Samples without those that lie on the one before; the last one stays."""
    points: list[tuple[float, float, float]] = [(p[0], p[1], p[2]) for p in places.tolist()]
    kept = points[:1]
    for point in points[1:]:
        x, y, pressure = kept[-1]
        near = abs(point[0] - x) < CLOSE and abs(point[1] - y) < CLOSE
        if not near or abs(point[2] - pressure) > 0.02:
            kept.append(point)
    if points and kept[-1] != points[-1]:
        kept.append(points[-1])
    return kept
