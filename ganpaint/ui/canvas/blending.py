"""Edits in the photo on the screen: picture/composite.py's own arithmetic on the grid of the view.

From 100 % on the grid is the photo's pixels and the result is the composite itself, shown in
sRGB; below, the same is computed for the screen's pixels. What does not change from one preview
to the next (how far the mask fades, the photo seen through the frame) is kept.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ganpaint.picture.composite import Patch, Prepared, change_of, patch_alpha, prepare
from ganpaint.picture.frame import Frame
from ganpaint.picture.mask import Mask
from ganpaint.picture.photo import Photo
from ganpaint.ui.canvas.masks import MaskView, faded
from ganpaint.ui.canvas.pyramid import Pyramid
from ganpaint.ui.canvas.sampling import EMPTY, Box, Window, around, common

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
STRIP = 1 << 15  # pixels computed at once: what a strip needs stays in the processor's cache
KEPT = 8


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """A patch on the grid.

    Attributes:
        patch: with its frame and feather in grid pixels, without mask.
        edge: the same, for its fade at the frame's edge.
        planes: its picture in sRGB levels, to be enlarged.
        fade: (h, w) of `box`, how the mask fades; None without a mask.
        box: the grid pixels that it can change.
    """

    patch: Patch
    edge: Patch
    planes: Prepared
    fade: Floats | None
    box: Box


class Blender:
    """Lays patches over pixels of the view."""

    def __init__(self, pyramid: Pyramid) -> None:
        self._pyramid = pyramid
        self._masks = MaskView()
        self._views: dict[tuple[Frame, int], tuple[Photo, Frame]] = {}
        self._planes: dict[int, tuple[Patch, Prepared]] = {}
        self._fades: dict[tuple[int, float, float, Box], tuple[Mask, Floats]] = {}

    def place(self, patches: tuple[Patch, ...], window: Window, box: Box) -> list[Placed]:
        """The patches that reach a box of the grid, bottom to top."""
        placed = []
        planes: dict[int, tuple[Patch, Prepared]] = {}
        for patch in patches:
            reach = common(reach_of(patch, window), box)
            if reach == EMPTY or patch.opacity <= 0:
                continue
            known = self._planes.get(id(patch)) or (patch, self._prepared(patch))
            if self._pyramid.complete:
                planes[id(patch)] = known
            fade = None if patch.mask is None else self._fade(patch, window, reach)
            scaled = _scaled(patch, window.grid)
            placed.append(Placed(scaled, _edge(scaled, window.grid), known[1], fade, reach))
        self._planes = planes
        return placed

    def _prepared(self, patch: Patch) -> Prepared:
        """Planes in sRGB levels, whatever the photo's own depth and profile."""
        photo, frame = self._seen(patch.frame, patch.resolution)
        return prepare(photo, replace(patch, frame=frame, mask=None))

    def _seen(self, frame: Frame, resolution: int) -> tuple[Photo, Frame]:
        """What lies under a frame as a small sRGB photo, and the frame's place in it."""
        key = (frame, resolution)
        if key in self._views:
            return self._views[key]
        level = min(max(math.floor(math.log2(max(frame.size / (2 * resolution), 1.0))), 0), 8)
        step, (width, height) = 1 << level, self._pyramid.size(level)
        x0, y0, x1, y1 = replace(
            frame, cx=frame.cx / step, cy=frame.cy / step, size=frame.size / step
        ).bounds(width, height)
        x0, y0 = min(max(x0 - 2, 0), width - 1), min(max(y0 - 2, 0), height - 1)
        x1, y1 = min(max(x1 + 2, x0 + 1), width), min(max(y1 + 2, y0 + 1), height)
        pixels = _straight(self._pyramid.region(level, (x0, y0, x1, y1)))
        photo = Photo.make(np.ascontiguousarray(pixels[..., 2::-1]), "RGB")
        moved = replace(
            frame, cx=frame.cx / step - x0, cy=frame.cy / step - y0, size=frame.size / step
        )
        if self._pyramid.complete:
            if len(self._views) >= KEPT:
                self._views.clear()
            self._views[key] = photo, moved
        return photo, moved

    def _fade(self, patch: Patch, window: Window, box: Box) -> Floats:
        """How the patch's mask fades in a box of the grid."""
        assert patch.mask is not None
        feather = patch.feather * window.grid
        key = (id(patch.mask), feather, window.grid, box)
        known = self._fades.get(key)
        if known is not None:
            return known[1]
        margin = math.ceil(feather) + 2
        width, height = window.grid_size
        x0, y0 = max(box[0] - margin, 0), max(box[1] - margin, 0)
        wide = (x0, y0, min(box[2] + margin, width), min(box[3] + margin, height))
        selected = self._masks.sample(patch.mask.plane, window, wide)
        inner = np.s_[box[1] - y0 : box[3] - y0, box[0] - x0 : box[2] - x0]
        fade = np.ascontiguousarray(faded(selected, feather)[inner])
        if len(self._fades) >= KEPT:
            self._fades.clear()
        self._fades[key] = patch.mask, fade
        return fade


def reach_of(patch: Patch, window: Window) -> Box:
    """The grid pixels that a patch can change."""
    width, height = window.grid_size
    box = _scaled(patch, window.grid).frame.bounds(width, height)
    if patch.mask is not None:
        painted = patch.mask.plane.bounds()
        if painted is None:
            return EMPTY
        grid = window.grid
        low = (math.floor(painted[0] * grid) - 1, math.floor(painted[1] * grid) - 1)
        high = (math.ceil(painted[2] * grid) + 1, math.ceil(painted[3] * grid) + 1)
        box = common(box, (*low, *high))
    return common(box, (0, 0, width, height))


def _scaled(patch: Patch, grid: float) -> Patch:
    """The patch with its place in grid pixels; the mask is applied apart."""
    frame = patch.frame
    placed = replace(frame, cx=frame.cx * grid, cy=frame.cy * grid, size=frame.size * grid)
    return replace(patch, frame=placed, feather=patch.feather * grid, mask=None)


def _edge(patch: Patch, grid: float) -> Patch:
    """A pixel's fade is that at its centre. On a small grid the centre of the outermost pixel
    lies further in, by half a pixel less half of one of the photo's: the frame for fading is as
    much larger."""
    frame = replace(patch.frame, size=patch.frame.size + 1 - grid)
    return replace(patch, frame=frame, opacity=1.0)


def blend(pixels: Bytes, box: Box, placed: list[Placed], shape: tuple[int, int]) -> None:
    """Lay patches over pixels of the grid, in place.

    Args:
        pixels: (h, w, 4) B, G, R, A, multiplied by A; alpha stays as it is.
        box: where they lie on the grid.
        placed: from `Blender.place`.
        shape: (height, width) of the whole grid.
    """
    reached = EMPTY
    for item in placed:
        part = common(item.box, box)
        reached = around(reached, part)
    if reached == EMPTY:
        return
    x0, y0, x1, y1 = reached
    rows = max(8, STRIP // (x1 - x0))
    for top in range(y0, y1, rows):
        strip = (x0, top, x1, min(top + rows, y1))
        here = pixels[strip[1] - box[1] : strip[3] - box[1], x0 - box[0] : x1 - box[0]]
        _blend_strip(here, strip, placed, shape)


def _blend_strip(pixels: Bytes, strip: Box, placed: list[Placed], shape: tuple[int, int]) -> None:
    alpha = pixels[..., 3]
    clear = not (alpha == 255).all()
    original = np.ascontiguousarray(
        np.moveaxis((_straight(pixels) if clear else pixels)[..., 2::-1], -1, 0), np.float32
    )
    base = original.copy() if len(placed) > 1 else original
    for item in placed:
        part = common(item.box, strip)
        if part == EMPTY:
            continue
        x, y = slice(part[0] - strip[0], part[2] - strip[0]), part[1] - strip[1]
        here = np.s_[:, y : part[3] - strip[1], x]
        weight = patch_alpha(item.edge, part, shape)
        if item.fade is not None:
            left, top = part[0] - item.box[0], part[1] - item.box[1]
            inner = np.s_[top : part[3] - item.box[1], left : part[2] - item.box[0]]
            weight = np.minimum(weight, item.fade[inner])
        if item.patch.opacity < 1:
            weight = weight * np.float32(item.patch.opacity)
        change = change_of(item.patch, item.planes, part, base[here], original[here])
        change *= weight
        if base is original:
            base = original.copy()
        base[here] += change
    np.clip(base, 0, 255, out=base)
    np.rint(base, out=base)
    for channel in range(3):
        values = base[2 - channel]
        if clear:
            values = np.rint(values * (alpha * np.float32(1 / 255)))
        pixels[..., channel] = values


def _straight(pixels: Bytes) -> Bytes:
    """Colours no longer multiplied by alpha; where that is 0 they are 0."""
    alpha = pixels[..., 3:].astype(np.uint16)
    if (alpha == 255).all():
        return pixels
    colours = (pixels[..., :3].astype(np.uint16) * 255 + alpha // 2) // np.maximum(alpha, 1)
    out = pixels.copy()
    out[..., :3] = np.minimum(colours, 255)
    return out
