"""Which part of the photo the view shows: zooming, fitting, and staying in place on resizing."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import QEasingCurve, QObject, QPointF, QSizeF, QVariantAnimation, Signal

from ganpaint.picture.frame import Frame
from ganpaint.ui.canvas.sampling import Window
from ganpaint.ui.canvas.transform import FIT_HIGHEST, HIGHEST, ViewTransform, fitted
from ganpaint.ui.theme import duration

Box = tuple[float, float, float, float]


class Viewport(QObject):
    """The view transform and everything that changes it."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.transform = ViewTransform()
        self.smooth = False
        self.photo: tuple[int, int] | None = None
        self._size = QSizeF(1, 1)
        self._fitting = True  # whether the whole photo stays fitted when the view's size changes
        self._highest = FIT_HIGHEST
        self._animation = QVariantAnimation(self)
        self._animation.setStartValue(0.0)
        self._animation.setEndValue(1.0)
        self._animation.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._animation.valueChanged.connect(self._animate)
        self._way: tuple[ViewTransform, ViewTransform] | None = None
        self._kept_middle: tuple[float, float] | None = None
        self._kept_point: tuple[QPointF, tuple[float, float]] | None = None

    # ------------------------------------------------------------------------------ state
    @property
    def size(self) -> QSizeF:
        """Logical size of the view."""
        return self._size

    @property
    def window(self) -> Window:
        """What the view shows, in device pixels."""
        ratio = self.transform.ratio
        width = math.ceil(self._size.width() * ratio)
        height = math.ceil(self._size.height() * ratio)
        return Window(self.transform, (width, height), self.photo or (1, 1), self.smooth)

    @property
    def middle(self) -> QPointF:
        """The view's middle."""
        return QPointF(self._size.width() / 2, self._size.height() / 2)

    def set_photo(self, size: tuple[int, int] | None) -> None:
        """Another photo: the first view of it is fit."""
        self.photo = size
        self._stop()
        self._fitting, self._highest = True, FIT_HIGHEST
        self._refit()

    def resized(self, size: QSizeF, ratio: float) -> None:
        """The view's size or the screen's ratio changed; the photo's middle stays in the middle."""
        old = self.transform
        if size == self._size and ratio == old.ratio:
            return
        # a series of sizes keeps one point: rounding to pixels must not add up
        x, y = self._kept_middle or old.to_photo(self.middle)
        self._stop()
        self._kept_middle = x, y
        self._size = size
        if self._fitting:
            self.transform = ViewTransform(old.zoom, old.x, old.y, ratio)
            self._refit()
            return
        self.transform = ViewTransform(old.zoom, 0, 0, ratio).centred(x, y, size)
        self.changed.emit()

    def set_smooth(self, smooth: bool) -> None:
        """Whether sampling is smooth above 200 %."""
        if smooth != self.smooth:
            self.smooth = smooth
            self.changed.emit()

    # ------------------------------------------------------------------------------ moving
    def move(self, transform: ViewTransform, *, animate: bool = False) -> None:
        """Show something else; from now on resizing keeps the middle."""
        self._fitting = False
        self._go(transform, animate)

    def zoom_to(self, zoom: float, anchor: QPointF | None = None, *, animate: bool = False) -> None:
        """Another size, with the photo point under the anchor (the middle) kept."""
        goal = self._way[1] if self._way is not None else self.transform
        place = anchor or self.middle
        # a series of zooms keeps one point: rounding to pixels must not add up
        kept = self._kept_point
        point = kept[1] if kept is not None and kept[0] == place else goal.to_photo(place)
        self.move(goal.zoomed(zoom, place, point), animate=animate)
        self._kept_point = QPointF(place), point

    def step(self, direction: int, anchor: QPointF | None = None) -> None:
        """The next zoom stop up or down."""
        goal = self._way[1] if self._way is not None else self.transform
        self.zoom_to(goal.next_step(direction), anchor, animate=True)

    def fit(self) -> None:
        """The whole photo with a margin; it stays fitted when the view's size changes."""
        if self.photo is None:
            return
        self._fitting, self._highest = True, HIGHEST
        self._go(self._fit_of((0, 0, *self.photo), HIGHEST), animate=True)

    def actual_size(self) -> None:
        """One photo pixel on one device pixel."""
        self.zoom_to(1.0, animate=True)

    def fit_frame(self, frame: Frame) -> None:
        """The work frame with a margin."""
        low, high = frame.polygon().min(0), frame.polygon().max(0)
        box = (float(low[0]), float(low[1]), float(high[0]), float(high[1]))
        self.move(self._fit_of(box, HIGHEST), animate=True)

    def state(self) -> dict[str, Any]:
        """Zoom and middle, for the project file."""
        x, y = self.transform.to_photo(self.middle)
        return {"zoom": self.transform.zoom, "x": x, "y": y, "fit": self._fitting}

    def restore(self, state: dict[str, Any]) -> None:
        """Go back to a `state`; what does not fit is left out."""
        values = [state.get(name) for name in ("zoom", "x", "y")]
        if state.get("fit") or not all(isinstance(v, int | float) for v in values):
            return
        zoom, x, y = (float(v) for v in values if isinstance(v, int | float))
        if not all(map(math.isfinite, (zoom, x, y))):
            return
        view = self.transform.zoomed(zoom, self.middle)
        self.move(view.centred(x, y, self._size))

    # ------------------------------------------------------------------------------ inside
    def _stop(self) -> None:
        """No motion is under way, and no point is kept."""
        self._animation.stop()
        self._way = self._kept_middle = self._kept_point = None

    def _fit_of(self, box: Box, highest: float) -> ViewTransform:
        return fitted(box, self._size, self.transform.ratio, highest)

    def _refit(self) -> None:
        if self.photo is not None:
            self.transform = self._fit_of((0, 0, *self.photo), self._highest)
        self.changed.emit()

    def _go(self, transform: ViewTransform, animate: bool) -> None:
        if self.photo is not None and not self._fitting:
            transform = transform.kept_in(self.photo, self._size)
        self._stop()
        length = duration("zoom")
        if animate and length and self.photo is not None:
            self._way = self.transform, transform
            self._animation.setDuration(length)
            self._animation.start()
        elif transform != self.transform:
            self.transform = transform
            self.changed.emit()

    def _animate(self, share: object) -> None:
        if self._way is None or not isinstance(share, float):
            return
        begin, end = self._way
        if share >= 1.0:
            self.transform, self._way = end, None
        else:
            self.transform = _between(begin, end, share)
        self.changed.emit()


def _between(a: ViewTransform, b: ViewTransform, share: float) -> ViewTransform:
    """On the way from a to b: the size grows evenly, the point that both keep stays."""
    zoom = a.zoom * (b.zoom / a.zoom) ** share
    part = share if a.zoom == b.zoom else (zoom - a.zoom) / (b.zoom - a.zoom)
    x, y = a.x + (b.x - a.x) * part, a.y + (b.y - a.y) * part
    return ViewTransform(zoom, x, y, b.ratio).snapped()
