"""The view transform photo → screen, as a value.

It is kept in device pixels, because 100 % means one photo pixel on one device pixel at every
scaling of the desktop; `ratio` device pixels make one logical pixel of Qt's events and painters.
The photo's corner always lies on a whole device pixel.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF, QSizeF

# the stops of the zoom buttons and keys, in percent (LOOK 8)
STEPS: tuple[int, ...] = (2, 3, 5, 7, 10, 14, 20, 25, 33, 50, 66, 100, 150, 200, 300, 400)
STEPS += (600, 800, 1200, 1600, 2400, 3200, 4800, 6400)
LOWEST, HIGHEST = STEPS[0] / 100, STEPS[-1] / 100
FIT_MARGIN = 24.0
FIT_HIGHEST = 4.0  # the first view of a tiny photo is never larger
KEPT = 0.2  # of the view that always stays covered by the photo


@dataclass(frozen=True, slots=True)
class ViewTransform:
    """Where the photo lies on the screen.

    Attributes:
        zoom: device pixels per photo pixel; 1.0 is 100 %.
        x, y: device pixels from the view's to the photo's upper left corner.
        ratio: device pixels per logical pixel.
    """

    zoom: float = 1.0
    x: float = 0.0
    y: float = 0.0
    ratio: float = 1.0

    @property
    def scale(self) -> float:
        """Logical pixels per photo pixel."""
        return self.zoom / self.ratio

    def to_photo(self, point: QPointF) -> tuple[float, float]:
        """Photo coordinates of a logical point of the view."""
        return (
            (point.x() * self.ratio - self.x) / self.zoom,
            (point.y() * self.ratio - self.y) / self.zoom,
        )

    def to_screen(self, x: float, y: float) -> QPointF:
        """Logical point of the view that shows the photo's (x, y)."""
        return QPointF((self.x + x * self.zoom) / self.ratio, (self.y + y * self.zoom) / self.ratio)

    def rect_to_screen(self, x0: float, y0: float, x1: float, y1: float) -> QRectF:
        """Logical rectangle of a box of the photo."""
        return QRectF(self.to_screen(x0, y0), self.to_screen(x1, y1))

    def zoomed(
        self, zoom: float, anchor: QPointF, point: tuple[float, float] | None = None
    ) -> ViewTransform:
        """Another zoom, with the photo point under the logical `anchor` (or another `point`)
        there."""
        zoom = min(max(zoom, LOWEST), HIGHEST)
        px, py = point or self.to_photo(anchor)
        x, y = anchor.x() * self.ratio - px * zoom, anchor.y() * self.ratio - py * zoom
        return replace(self, zoom=zoom, x=x, y=y).snapped()

    def moved(self, dx: float, dy: float) -> ViewTransform:
        """Moved by a logical distance."""
        return replace(self, x=self.x + dx * self.ratio, y=self.y + dy * self.ratio).snapped()

    def centred(self, x: float, y: float, view: QSizeF) -> ViewTransform:
        """The photo's (x, y) in the middle of the view."""
        left = view.width() * self.ratio / 2 - x * self.zoom
        top = view.height() * self.ratio / 2 - y * self.zoom
        return replace(self, x=left, y=top).snapped()

    def snapped(self) -> ViewTransform:
        """The photo's corner on a whole device pixel: edges are sharp at whole multiples, and
        everything drawn on a moved picture falls on the same pixels as before."""
        return replace(self, x=float(math.floor(self.x + 0.5)), y=float(math.floor(self.y + 0.5)))

    def kept_in(self, photo: tuple[int, int], view: QSizeF) -> ViewTransform:
        """Moved as little as needed so that a fifth of the view still shows the photo."""

        def keep(offset: float, extent: float, length: float) -> float:
            part = min(KEPT * length, extent)
            return min(max(offset, part - extent), length - part)

        x = keep(self.x, photo[0] * self.zoom, view.width() * self.ratio)
        y = keep(self.y, photo[1] * self.zoom, view.height() * self.ratio)
        return replace(self, x=x, y=y).snapped() if (x, y) != (self.x, self.y) else self

    def next_step(self, direction: int) -> float:
        """The next zoom stop above (+1) or below (-1) the present zoom."""
        now = self.zoom * 100
        if direction > 0:
            return next((s for s in STEPS if s > now * 1.001), STEPS[-1]) / 100
        return next((s for s in reversed(STEPS) if s < now * 0.999), STEPS[0]) / 100


def fitted(
    box: tuple[float, float, float, float], view: QSizeF, ratio: float, highest: float = HIGHEST
) -> ViewTransform:
    """The view that shows a box of the photo whole and centred, with a margin of 24 px."""
    x0, y0, x1, y1 = box
    room = [max(length - 2 * FIT_MARGIN, 16.0) * ratio for length in (view.width(), view.height())]
    zoom = min(room[0] / max(x1 - x0, 1e-6), room[1] / max(y1 - y0, 1e-6))
    zoom = min(max(zoom, LOWEST / 10), highest)  # a huge photo is shown whole, even below 2 %
    return ViewTransform(zoom, ratio=ratio).centred((x0 + x1) / 2, (y0 + y1) / 2, view)
