"""Generated pictures into the photo: METHODS 6.

**The guarantee.** The result starts as a copy of the photo's integers; a pixel is written only
where a patch's alpha is above 0, and alpha is 0 outside the mask and outside the frame. No
arithmetic touches any other pixel, whatever the mode, feather, depth, profile or angle.

Two modes. *Replace* puts the picture itself there (soft when it is enlarged). *Keep detail* adds
only the enlarged difference between the picture and the reconstruction before the edit, so that
the photo's own fur and grain stay; where the structure changed (β) it fades to replacing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from ganpaint.picture.colour import from_srgb
from ganpaint.picture.enlarge import Grid, up
from ganpaint.picture.frame import Frame, down
from ganpaint.picture.mask import Mask, inward_alpha, smoothstep
from ganpaint.picture.photo import Photo
from ganpaint.picture.products import product

Floats = NDArray[np.float32]
Box = tuple[int, int, int, int]

BLEND_MODES = ("replace", "keep-detail")
SOFT_ABOVE = 1.5  # enlargement from which replacing is visibly soft
BLOCK = 512  # photo pixels a side computed at once: bounds memory, fits the cache
STRUCTURE = (0.03, 0.10)  # change of structure at which β begins and is complete
WIDE = 64  # side at which the wide blurs of β are made
CACHED_PIXELS = 1 << 20  # larger alphas are computed anew: they are asked for once
CACHED_FADE = 1 << 16  # the same for the frame's alone: the canvas asks for strips


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """A generated picture and how it sits in the photo.

    Attributes:
        picture: (R, R, 3) uint16 0…65535, sRGB-encoded, read-only.
        rec: the reconstruction before the edit, like `picture`; None where there is none: then
            "keep-detail" has no difference to add and replaces.
        frame: its place.
        mask: what may change; None = the whole frame.
        mode: "replace" or "keep-detail".
        feather: width of the inward fade, photo pixels.
        strength: 0…1.5, of the difference in "keep-detail".
        opacity: 0…1, of the whole patch.
    """

    picture: NDArray[np.uint16]
    rec: NDArray[np.uint16] | None
    frame: Frame
    mask: Mask | None = None
    mode: str = "replace"
    feather: float = 2.0
    strength: float = 1.0
    opacity: float = 1.0

    def __post_init__(self) -> None:
        assert self.mode in BLEND_MODES
        for picture in (self.picture, self.rec):
            if picture is not None:
                assert picture.dtype == np.uint16
                assert picture.shape == (len(picture), len(picture), 3)
                picture.flags.writeable = False

    @property
    def resolution(self) -> int:
        """Side of the picture, R."""
        return len(self.picture)


def default_blend_mode(frame: Frame, resolution: int) -> str:
    """Keep the photo's detail where the model's picture would be enlarged and look soft."""
    return "keep-detail" if frame.size / resolution > SOFT_ABOVE else "replace"


def composite(photo: Photo, patches: Sequence[Patch]) -> NDArray[Any]:
    """The photo with all patches, bottom to top: (H, W, C) of its own type and channels.

    Transparency is kept as it is; colours under it change like any other.
    """
    return composite_region(photo, patches, (0, 0, photo.width, photo.height))


def composite_region(photo: Photo, patches: Sequence[Patch], box: Box) -> NDArray[Any]:
    """One rectangle (x0, y0, x1, y1) of `composite`, clipped to the photo; a new array."""
    x0, y0 = max(box[0], 0), max(box[1], 0)
    x1, y1 = max(min(box[2], photo.width), x0), max(min(box[3], photo.height), y0)
    out = photo.pixels[y0:y1, x0:x1].copy()
    prepared = [
        (patch, reach, prepare(photo, patch))
        for patch in patches
        if (reach := patch_bounds(patch, (x0, y0, x1, y1), photo)) is not None
    ]
    for block in _blocks((x0, y0, x1, y1), [reach for _, reach, _ in prepared]):
        left, top, right, bottom = block
        here = out[top - y0 : bottom - y0, left - x0 : right - x0, : photo.colours]
        _paint_block(photo, prepared, block, here)
    return out


def patch_bounds(patch: Patch, box: Box, photo: Photo) -> Box | None:
    """The part of a rectangle that a patch can change, or None."""
    x0, y0, x1, y1 = patch.frame.bounds(photo.width, photo.height)
    if patch.mask is not None:
        painted = patch.mask.plane.bounds()
        if painted is None:
            return None
        x0, y0 = max(x0, painted[0]), max(y0, painted[1])
        x1, y1 = min(x1, painted[2]), min(y1, painted[3])
    x0, y0, x1, y1 = max(x0, box[0]), max(y0, box[1]), min(x1, box[2]), min(y1, box[3])
    return (x0, y0, x1, y1) if x0 < x1 and y0 < y1 and patch.opacity > 0 else None


def _blocks(box: Box, reached: list[Box]) -> Iterator[Box]:
    """Squares that tile what the patches reach."""
    if not reached:
        return
    left, top = min(b[0] for b in reached), min(b[1] for b in reached)
    right, bottom = max(b[2] for b in reached), max(b[3] for b in reached)
    for y in range(max(top, box[1]), min(bottom, box[3]), BLOCK):
        for x in range(max(left, box[0]), min(right, box[2]), BLOCK):
            yield x, y, min(x + BLOCK, right, box[2]), min(y + BLOCK, bottom, box[3])


# ------------------------------------------------------------------------------ alpha
def patch_alpha(patch: Patch, box: Box, shape: tuple[int, int]) -> Floats:
    """How strongly a patch shows in the pixels of a rectangle: (h, w) float32 0…1.

    0 outside frame and mask; opacity included. `shape` is the photo's (H, W): where frame or
    mask run into the photo's border there is no edge to fade towards.
    """
    area = (box[2] - box[0]) * (box[3] - box[1])
    fade = _frame_alpha_cached if area <= CACHED_FADE else _frame_alpha
    alpha = fade(patch.frame, patch.feather, box, shape)
    if patch.mask is not None:
        find = _mask_alpha_cached if area <= CACHED_PIXELS else _mask_alpha
        alpha = np.minimum(alpha, find(patch.mask, patch.feather, box))
    if patch.opacity != 1:
        alpha = alpha * np.float32(min(max(patch.opacity, 0.0), 1.0))
    return np.asarray(alpha, np.float32)


def _frame_alpha(frame: Frame, feather: float, box: Box, shape: tuple[int, int]) -> Floats:
    """The frame's own alpha: anti-aliased and feathered inward at edges inside the photo."""
    x0, y0, x1, y1 = box
    x = np.arange(x0, x1) + (0.5 - frame.cx)
    y = (np.arange(y0, y1) + (0.5 - frame.cy))[:, None]
    cosine, sine = math.cos(frame.angle), math.sin(frame.angle)
    corners_x = np.array([0.5, shape[1] - 0.5] * 2) - frame.cx
    corners_y = np.array([0.5, 0.5, shape[0] - 0.5, shape[0] - 0.5]) - frame.cy
    half = frame.size / 2
    alpha: NDArray[Any] = np.ones((1, 1), np.float32)
    for nx, ny in ((cosine, sine), (-cosine, -sine), (-sine, cosine), (sine, -cosine)):
        if (half - (corners_x * nx + corners_y * ny)).min() > 0:
            continue  # the whole photo lies inside this edge
        # straight frames: a row or a column is enough
        across = x * nx if abs(ny) < 1e-12 else y * ny if abs(nx) < 1e-12 else x * nx + y * ny
        inside = (half - np.atleast_2d(across)).astype(np.float32)
        edge = np.clip(2 * inside, 0, 1)
        if feather > 0:
            edge = np.minimum(edge, smoothstep((inside - 0.5) / feather))
        alpha = np.minimum(alpha, edge)
    fade = np.array(np.broadcast_to(alpha, (y1 - y0, x1 - x0)), np.float32)
    fade.flags.writeable = False
    return fade


def _mask_alpha(mask: Mask, feather: float, box: Box) -> Floats:
    x0, y0, x1, y1 = box
    margin = math.ceil(max(feather, 0)) + 2
    left, top = max(x0 - margin, 0), max(y0 - margin, 0)
    right, bottom = min(x1 + margin, mask.width), min(y1 + margin, mask.height)
    alpha = inward_alpha(mask.plane.region(left, top, right, bottom), feather)
    out = alpha[y0 - top : y1 - top, x0 - left : x1 - left]
    out.flags.writeable = False
    return out


# a live preview asks for the same alpha with every new picture; masks are compared by identity
_frame_alpha_cached = lru_cache(maxsize=128)(_frame_alpha)
_mask_alpha_cached = lru_cache(maxsize=16)(_mask_alpha)


# ------------------------------------------------------------------------------ one block
@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A patch in the photo's encoding and levels, as planes to enlarge.

    Attributes:
        picture: (C, R, R), or None where only the difference is added.
        delta: picture less reconstruction, or None to replace.
        seen: the photo through the frame, with `beta` only.
        beta: (1, r, r) 0…1, or None where nothing changed its structure.
    """

    picture: Floats | None
    delta: Floats | None = None
    seen: Floats | None = None
    beta: Floats | None = None


def prepare(photo: Photo, patch: Patch) -> Prepared:
    picture = _levels(patch.picture, photo)
    if patch.mode == "replace" or patch.rec is None:
        return Prepared(picture)
    delta = picture - _levels(patch.rec, photo)
    beta = structure_change(delta / np.float32(photo.white))
    if not beta.any():
        return Prepared(None, delta)
    return Prepared(picture, delta, _seen(photo, patch.frame, patch.resolution), beta[None])


def _levels(picture: NDArray[np.uint16], photo: Photo) -> Floats:
    """A generated picture in the photo's encoding and colours: (C, R, R), 0…white."""
    values = from_srgb(picture.astype(np.float32) / np.float32(65535), photo.icc, photo.colours)
    return np.ascontiguousarray(np.moveaxis(values, -1, 0)) * np.float32(photo.white)


def structure_change(delta: Floats) -> Floats:
    """β of METHODS 6.3: where adding the difference (C, R, R), in units of white, would ghost.

    The blurs are wide, so they are made at 64 pixels a side at most, and β, (r, r) 0…1, stays
    at that resolution: `up` takes any.
    """
    side = delta.shape[-1]
    block = side // WIDE if side % WIDE == 0 else 1
    small = _shrunk(delta, block)
    smooth = _blurred(small, small.shape[-1] / 16)
    if block > 1:
        smooth = up(smooth, Frame(side / 2, side / 2, side), (0, 0, side, side))
    rough = _shrunk(np.abs(delta - smooth).mean(0, keepdims=True), block)
    begin, end = STRUCTURE
    return smoothstep((_blurred(rough, small.shape[-1] / 32)[0] - begin) / (end - begin))


def _shrunk(planes: Floats, block: int) -> Floats:
    """Means over block × block squares."""
    count, side, _ = planes.shape
    if block <= 1:
        return planes
    squares = planes.reshape(count, side // block, block, side // block, block)
    return np.asarray(squares.mean((2, 4)), np.float32)


def _blurred(planes: Floats, sigma: float) -> Floats:
    """Gaussian blur of (C, r, r); at the border the kernel is cut and its weights sum to 1."""
    at = np.arange(planes.shape[-1])
    kernel = np.exp(-0.5 * np.square((at[:, None] - at) / sigma)).astype(np.float32)
    kernel /= kernel.sum(1, keepdims=True)
    return product(product(kernel, planes), kernel.T)


_views: WeakKeyDictionary[Photo, dict[tuple[Frame, int], Floats]] = WeakKeyDictionary()


def _seen(photo: Photo, frame: Frame, resolution: int) -> Floats:
    """Down(photo) in its own encoding and levels, (C, R, R), kept while the photo lives: a live
    preview needs it with every picture, and on a large photo it takes longer than all the rest."""
    views = _views.setdefault(photo, {})
    seen = views.get((frame, resolution))  # another thread may empty it at any moment
    if seen is None:
        if len(views) >= 8:
            views.clear()
        values, _ = down(photo.pixels, frame, resolution, alpha=photo.has_alpha)
        seen = np.ascontiguousarray(np.moveaxis(values, -1, 0)) * np.float32(photo.white)
        views[frame, resolution] = seen
    return seen


def _paint_block(
    photo: Photo, prepared: list[tuple[Patch, Box, Prepared]], block: Box, out: NDArray[Any]
) -> None:
    """Lay all patches over one block of integers, in place, writing only where alpha > 0."""
    left, top, _, _ = block
    base: Floats | None = None
    written = np.zeros(out.shape[:2], np.bool_)
    for patch, reach, planes in prepared:
        box = _overlap(reach, block)
        if box is None:
            continue
        alpha = patch_alpha(patch, box, (photo.height, photo.width))
        if not alpha.any():
            continue
        if base is None:
            base = _planar(out)
        rows = slice(box[1] - top, box[3] - top)
        columns = slice(box[0] - left, box[2] - left)
        original = _planar(photo.pixels[box[1] : box[3], box[0] : box[2], : photo.colours])
        base[:, rows, columns] += alpha * change_of(
            patch, planes, box, base[:, rows, columns], original
        )
        written[rows, columns] |= alpha > 0
    if base is not None:
        np.clip(base, 0, photo.white, out=base)
        np.rint(base, out=base)
        result = base.astype(out.dtype)
        np.copyto(out, np.moveaxis(result, 0, -1), where=written[..., None])


def _planar(pixels: NDArray[Any]) -> Floats:
    return np.ascontiguousarray(np.moveaxis(pixels, -1, 0), np.float32)


def change_of(patch: Patch, prepared: Prepared, box: Box, base: Floats, original: Floats) -> Floats:
    """What a patch adds to `base` at full alpha: (C, h, w) in levels.

    `original` is the photo itself in the box, (C, h, w), for its detail.
    """
    grid = Grid.over(patch.frame, box, patch.resolution)
    strength = np.float32(max(patch.strength, 0.0))
    if prepared.delta is None:
        assert prepared.picture is not None
        return grid.to_pixels(grid.enlarged(prepared.picture)) - base
    beta = _structure(prepared, grid, strength)
    if beta is None or prepared.picture is None or prepared.seen is None:
        return grid.to_pixels(grid.enlarged(prepared.delta) * strength)
    # (1 - β) s Δ + β (edit + (1 - β)(photo - seen) - base), the smooth parts on the grid
    rest = 1 - beta
    planes = grid.enlarged(np.concatenate([prepared.delta, prepared.picture, prepared.seen]))
    change, picture, seen = np.split(planes, 3)
    change *= strength
    seen *= rest
    picture -= seen
    picture *= beta
    change *= rest
    change += picture
    change, beta = grid.to_pixels(change), grid.to_pixels(beta)
    photo = original * (1 - beta)
    photo -= base
    photo *= beta
    change += photo
    return change


def _structure(prepared: Prepared, grid: Grid, strength: np.float32) -> Floats | None:
    """β on the grid, (1, …); None where it is 0 throughout."""
    if prepared.beta is None:
        return None
    beta = grid.enlarged(prepared.beta)
    np.clip(beta, 0, 1, out=beta)
    # at strength 0 nothing may change, so β follows the strength up to 1
    beta *= min(strength, np.float32(1))
    return beta if beta.any() else None


def _overlap(a: Box, b: Box) -> Box | None:
    x0, y0, x1, y1 = max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])
    return (x0, y0, x1, y1) if x0 < x1 and y0 < y1 else None
