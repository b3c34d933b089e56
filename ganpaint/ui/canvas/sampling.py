"""From photo pixels to device pixels: the one way all pixels of the picture reach the screen.

The *grid* is what edits are composed on: the photo's own pixels from 100 % on, the screen's
device pixels below. In both cases grid coordinates begin at the photo's upper left corner, which
lies on a whole device pixel.

From 100 % on, whole multiples (and everything above 200 %, unless smooth is asked for) show each
photo pixel as a sharp square; between them, and below 100 %, sampling is bilinear, below from the
pyramid's level at or above the wanted size.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QImage, QPainter

from ganpaint.ui.canvas.pyramid import Pyramid, level_for
from ganpaint.ui.canvas.transform import ViewTransform
from ganpaint.ui.qimage import screen_image, wrap_bgra

Bytes = NDArray[np.uint8]
Box = tuple[int, int, int, int]  # x0, y0, x1, y1
EMPTY: Box = (0, 0, 0, 0)


class Layer:
    """An image of device pixels and its memory as an array, (h, w, 4) B, G, R, A."""

    def __init__(self, width: int, height: int, *, alpha: bool) -> None:
        self.image, self.pixels = screen_image(width, height, alpha=alpha)

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in device pixels."""
        return self.image.width(), self.image.height()

    def draw(self, painter: QPainter, box: Box) -> None:
        """Copy a box onto the same device pixels of `painter`, whose units must be these."""
        rect = QRect(box[0], box[1], box[2] - box[0], box[3] - box[1])
        painter.drawImage(QPointF(box[0], box[1]), self.image, rect)


@dataclass(frozen=True, slots=True)
class Window:
    """What a view of a certain size shows of a photo of a certain size.

    Attributes:
        transform: where the photo lies.
        size: (width, height) of the view in device pixels.
        photo: (width, height) of the photo.
        smooth: whether sampling is smooth above 200 %.
    """

    transform: ViewTransform
    size: tuple[int, int]
    photo: tuple[int, int]
    smooth: bool = False

    @property
    def sharp(self) -> bool:
        """Whether photo pixels are shown as squares."""
        zoom = self.transform.zoom
        return zoom in (1.0, 2.0) or (zoom > 2.0 and not self.smooth)

    @property
    def grid(self) -> float:
        """Grid pixels per photo pixel: 1 from 100 % on, the zoom below."""
        return min(self.transform.zoom, 1.0)

    @property
    def grid_size(self) -> tuple[int, int]:
        """(width, height) of the whole photo on the grid, whole pixels only."""
        if self.grid == 1:
            return self.photo
        width, height = (max(1, int(v * self.grid)) for v in self.photo)
        return width, height

    @property
    def visible(self) -> Box:
        """Device pixels of the view whose centres lie on the photo."""
        return self.device_box(0, 0, *self.photo)

    def device_box(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        """Device pixels of the view whose centres lie in a box of the photo."""
        t = self.transform
        box = (
            max(math.ceil(t.x + x0 * t.zoom - 0.5), 0),
            max(math.ceil(t.y + y0 * t.zoom - 0.5), 0),
            min(math.ceil(t.x + x1 * t.zoom - 0.5), self.size[0]),
            min(math.ceil(t.y + y1 * t.zoom - 0.5), self.size[1]),
        )
        return box if box[0] < box[2] and box[1] < box[3] else EMPTY

    def logical(self, box: Box) -> QRectF:
        """A box of device pixels in logical ones."""
        ratio = self.transform.ratio
        x0, y0, x1, y1 = (edge / ratio for edge in box)
        return QRectF(x0, y0, x1 - x0, y1 - y0)

    def device(self, rect: QRectF) -> Box:
        """A logical rectangle on the nearest device pixels."""
        if rect.isEmpty():
            return EMPTY
        ratio = self.transform.ratio
        edges = rect.left(), rect.top(), rect.right(), rect.bottom()
        x0, y0, x1, y1 = (round(edge * ratio) for edge in edges)
        return x0, y0, x1, y1

    def device_around(self, rect: QRect) -> Box:
        """All device pixels that a logical rectangle touches, and one more on every side."""
        ratio = self.transform.ratio
        return (
            math.floor(rect.left() * ratio) - 1,
            math.floor(rect.top() * ratio) - 1,
            math.ceil((rect.left() + rect.width()) * ratio) + 1,
            math.ceil((rect.top() + rect.height()) * ratio) + 1,
        )

    def grid_box(self, box: Box) -> Box:
        """The grid pixels that a device box of the photo shows."""
        t = self.transform
        if self.grid < 1:
            x, y = int(t.x), int(t.y)
            return box[0] - x, box[1] - y, box[2] - x, box[3] - y
        margin = 0 if self.sharp else 1
        width, height = self.photo
        return (
            max(math.floor((box[0] + 0.5 - t.x) / t.zoom) - margin, 0),
            max(math.floor((box[1] + 0.5 - t.y) / t.zoom) - margin, 0),
            min(math.floor((box[2] - 0.5 - t.x) / t.zoom) + 1 + margin, width),
            min(math.floor((box[3] - 0.5 - t.y) / t.zoom) + 1 + margin, height),
        )


def common(a: Box, b: Box) -> Box:
    """The box two boxes share; EMPTY where they do not meet."""
    box = max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])
    return box if box[0] < box[2] and box[1] < box[3] else EMPTY


def around(a: Box, b: Box) -> Box:
    """The box around two boxes; an empty one does not count."""
    if a == EMPTY or b == EMPTY:
        return b if a == EMPTY else a
    return min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])


def draw_photo(layer: Layer, window: Window, pyramid: Pyramid) -> None:
    """The visible part of the photo into a layer of the view's size; the rest stays as it is."""
    box = window.visible
    if box == EMPTY:
        return
    level = level_for(window.transform.zoom)
    if level == 0 and window.grid == 1:
        source_box = window.grid_box(box)
        draw_grid(layer, window, box, pyramid.region(0, source_box), source_box)
        return
    step = 1 << level
    t, (width, height) = window.transform, pyramid.size(level)
    scale = t.zoom * step
    x0 = max(math.floor((box[0] - t.x) / scale) - 1, 0)
    y0 = max(math.floor((box[1] - t.y) / scale) - 1, 0)
    x1 = min(math.ceil((box[2] - t.x) / scale) + 1, width)
    y1 = min(math.ceil((box[3] - t.y) / scale) + 1, height)
    rows = pyramid.rows(level, y0, y1)
    if rows is not None:
        _draw_smooth(layer, box, rows, (t.x, t.y + y0 * scale, scale))
    else:
        pixels = pyramid.region(level, (x0, y0, x1, y1))
        _draw_smooth(layer, box, pixels, (t.x + x0 * scale, t.y + y0 * scale, scale))


def draw_grid(layer: Layer, window: Window, box: Box, pixels: Bytes, at: Box) -> None:
    """Grid pixels into the device pixels of `box`.

    Args:
        layer: of the view's size.
        window: what the view shows.
        box: device pixels to fill.
        pixels: (h, w, 4) of the grid box `at`, which covers `window.grid_box(box)`.
        at: where `pixels` lie on the grid.
    """
    x0, y0, x1, y1 = box
    t = window.transform
    if t.zoom <= 1:
        left, top = int(t.x) + at[0], int(t.y) + at[1]
        layer.pixels[y0:y1, x0:x1] = pixels[y0 - top : y1 - top, x0 - left : x1 - left]
    elif window.sharp:
        rows = np.floor((np.arange(y0, y1) + 0.5 - t.y) / t.zoom).astype(np.intp) - at[1]
        columns = np.floor((np.arange(x0, x1) + 0.5 - t.x) / t.zoom).astype(np.intp) - at[0]
        words = np.ascontiguousarray(pixels).view(np.uint32)[..., 0]
        target = layer.pixels.view(np.uint32)[y0:y1, x0:x1, 0]
        target[...] = words[:, columns][rows]
    else:
        place = (t.x + at[0] * t.zoom, t.y + at[1] * t.zoom, t.zoom)
        _draw_smooth(layer, box, pixels, place)


def _draw_smooth(layer: Layer, box: Box, pixels: Bytes, place: tuple[float, float, float]) -> None:
    """Pixels drawn bilinearly at (x, y, scale), clipped to a box of device pixels."""
    source = np.ascontiguousarray(pixels)
    if source.flags.writeable:
        source = source.view()
        source.flags.writeable = False
    painter = QPainter(layer.image)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setClipRect(QRect(box[0], box[1], box[2] - box[0], box[3] - box[1]))
    painter.translate(place[0], place[1])
    painter.scale(place[2], place[2])
    alpha = layer.image.format() != QImage.Format.Format_RGB32
    painter.drawImage(QPointF(0, 0), wrap_bgra(source, alpha=alpha))
    painter.end()
