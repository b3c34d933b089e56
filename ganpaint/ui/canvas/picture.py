"""The photo and its edits as two layers of device pixels: before, and after.

Both are made anew when the view moves; a preview changes only what its frame covers. Blending a
large frame takes longer than a frame of a moving view may: while it moves, what was blended last
is drawn moved and scaled, and `refine` puts the exact pixels there when it rests.
"""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QPainter

from ganpaint.picture.composite import Patch
from ganpaint.picture.photo import Photo
from ganpaint.ui.canvas.blending import Blender, blend, reach_of
from ganpaint.ui.canvas.pyramid import Pyramid
from ganpaint.ui.canvas.sampling import (
    EMPTY,
    Box,
    Layer,
    Window,
    around,
    common,
    draw_grid,
    draw_photo,
)
from ganpaint.ui.qimage import wrap_bgra

Bytes = NDArray[np.uint8]
MOVING_BUDGET = 0.006  # seconds that blending may take while the view moves
FIRST_PACE = 30e-9  # seconds a pixel, before the first measurement


class PictureView:
    """What one photo and the patches over it look like in a window.

    Args:
        photo: the opened picture.
    """

    def __init__(self, photo: Photo) -> None:
        self.photo = photo
        self.pyramid = Pyramid(photo)
        self.stale = False  # whether the edits are drawn from a former view
        self.before: Layer | None = None
        self._blended: Layer | None = None
        self._window: Window | None = None
        self._patches: tuple[Patch, ...] = ()
        self._blender = Blender(self.pyramid)
        self._crop: tuple[Bytes, Box, Window] | None = None
        self._edited: Box = EMPTY  # device pixels that differ from `before`
        self._laid: Box = EMPTY  # the same for what `_blended` held last, shown or not
        self._pace = FIRST_PACE
        self._drafted = False

    @property
    def after(self) -> Layer | None:
        """The photo with its edits; the same layer as `before` where nothing is edited."""
        return self.before if self._edited == EMPTY else self._blended

    def show(self, window: Window, patches: tuple[Patch, ...], *, moving: bool = False) -> Box:
        """Bring both layers up to date; returns the device pixels that may have changed.

        Args:
            window: what the view shows.
            patches: of the visible edits, bottom to top.
            moving: whether time matters more than exact edits.
        """
        draft = not self.pyramid.complete
        fresh = window != self._window or (self._drafted and not draft)
        same = len(patches) == len(self._patches) and all(
            a is b for a, b in zip(patches, self._patches, strict=True)
        )
        if not fresh and same and not self.stale:
            return EMPTY
        if fresh:
            self._draw_photo(window)
            self._drafted, self._laid = draft, (0, 0, *window.size)
        self._window, self._patches = window, patches
        old, self._edited = self._edited, EMPTY
        self._blend(moving)
        return (0, 0, *window.size) if fresh else around(old, self._edited)

    def refine(self) -> Box:
        """Exact edits after the view has moved; returns the device pixels that changed."""
        if not self.stale or self._window is None:
            return EMPTY
        return self.show(self._window, self._patches)

    def _draw_photo(self, window: Window) -> None:
        alpha = self.photo.has_alpha
        if self.before is None or self.before.size != window.size:
            self.before = Layer(*window.size, alpha=alpha)
            self._blended = None
        elif alpha:
            self.before.pixels[...] = 0
        draw_photo(self.before, window, self.pyramid)

    def _blend(self, moving: bool) -> None:
        """Draw the edits over a copy of the photo's layer."""
        window, before = self._window, self.before
        assert window is not None and before is not None
        self.stale = False
        reach = EMPTY
        for patch in self._patches:
            reach = around(reach, reach_of(patch, window))
        visible = window.visible
        reach = common(reach, window.grid_box(visible)) if visible != EMPTY else EMPTY
        if reach == EMPTY:
            return
        if self._blended is None:
            self._blended = Layer(*window.size, alpha=self.photo.has_alpha)
        x0, y0, x1, y1 = self._laid
        self._blended.pixels[y0:y1, x0:x1] = before.pixels[y0:y1, x0:x1]
        area = (reach[2] - reach[0]) * (reach[3] - reach[1])
        if moving and self._crop is not None and area * self._pace > MOVING_BUDGET:
            self._draw_former(window, visible)
            self._laid = self._edited
            return
        start = time.perf_counter()
        self._laid = self._edited = self._blend_exactly(window, reach)
        self._pace += 0.3 * ((time.perf_counter() - start) / max(area, 1000) - self._pace)

    def _blend_exactly(self, window: Window, reach: Box) -> Box:
        """Blend the edits on the grid and show them; returns the device pixels they cover."""
        assert self.before is not None and self._blended is not None
        width, height = window.grid_size
        t = window.transform
        if window.grid < 1:
            at = reach
            x, y = int(t.x), int(t.y)
            box = (at[0] + x, at[1] + y, at[2] + x, at[3] + y)
            pixels = self.before.pixels[box[1] : box[3], box[0] : box[2]].copy()
        else:
            more = 0 if window.sharp else 1  # bilinear sampling reaches one pixel further
            x0, y0, x1, y1 = reach
            at = max(x0 - 2, 0), max(y0 - 2, 0), min(x1 + 2, width), min(y1 + 2, height)
            box = window.device_box(x0 - more, y0 - more, x1 + more, y1 + more)
            box = common(box, window.visible)
            pixels = self.pyramid.region(0, at).copy()
        blend(pixels, at, self._blender.place(self._patches, window, reach), (height, width))
        draw_grid(self._blended, window, box, pixels, at)
        pixels.flags.writeable = False
        self._crop = pixels, at, window
        return box

    def _draw_former(self, window: Window, visible: Box) -> None:
        """What was blended for a former view, moved and scaled to this one."""
        assert self._crop is not None and self._blended is not None
        pixels, at, old = self._crop
        t = window.transform
        scale = t.zoom / old.grid
        painter = QPainter(self._blended.image)
        painter.setClipRect(
            QRect(visible[0], visible[1], visible[2] - visible[0], visible[3] - visible[1])
        )
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        painter.translate(t.x + at[0] * scale, t.y + at[1] * scale)
        painter.scale(scale, scale)
        painter.drawImage(QPointF(0, 0), wrap_bgra(pixels, alpha=self.photo.has_alpha))
        painter.end()
        self.stale = True
        self._edited = visible
