"""Colour: ICC profiles ↔ sRGB, and luma. The only file that knows profiles.

Models work in sRGB-encoded values; a photo keeps its own profile and numbers. What goes to the
model or the screen is converted here, and so is what comes back from the model: always small
float32 pictures or copies for the screen, never the photo's integers.
"""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
LUMA = (0.2126, 0.7152, 0.0722)  # Rec. 709, on encoded values
SPACES = {"RGB ": 3, "GRAY": 1, "CMYK": 4}


def luma(values: NDArray[Any]) -> Floats:
    """(…, 3) encoded values → (…, 1)."""
    r, g, b = (values[..., i : i + 1] * np.float32(share) for i, share in enumerate(LUMA))
    return np.asarray(r + g + b, np.float32)


def usable_profile(icc: bytes | None, colours: int) -> bool:
    """Whether a profile can be read and belongs to pictures of that many colours (1 or 3)."""
    return icc is not None and _space(icc) == colours


def to_srgb(values: Floats, icc: bytes | None) -> Floats:
    """(h, w, 1 or 3) float32 0…1 in a profile's encoding → (h, w, 3) sRGB 0…1."""
    colours = values.shape[-1]
    if icc is not None and not _is_srgb(icc, colours):
        return _transform(values, icc, _srgb(), colours, 3)
    return values if colours == 3 else np.repeat(values, 3, -1)


def from_srgb(values: Floats, icc: bytes | None, colours: int) -> Floats:
    """(h, w, 3) float32 sRGB 0…1 → (h, w, colours) in a profile's encoding, 0…1."""
    if icc is not None and not _is_srgb(icc, colours):
        return _transform(values, _srgb(), icc, 3, colours)
    return values if colours == 3 else luma(values)


def display(pixels: NDArray[Any], mode: str, icc: bytes | None) -> NDArray[np.uint8]:
    """A photo's integers for the screen: (H, W, 3) uint8 sRGB, or 4 with its alpha."""
    bytes8 = to8(pixels)
    alpha = mode.endswith("A")
    colours = bytes8.shape[2] - alpha
    shown = bytes8[..., :colours]
    if icc is not None and not _is_srgb(icc, colours):
        shown = _transform(np.ascontiguousarray(shown), icc, _srgb(), colours, 3)
    if colours == 3 and not alpha:
        return np.ascontiguousarray(shown)
    out = np.empty((*bytes8.shape[:2], 3 + alpha), np.uint8)
    out[..., :3] = shown
    if alpha:
        out[..., 3] = bytes8[..., -1]
    return out


def ink_to_srgb(ink: NDArray[np.uint16], icc: bytes | None) -> NDArray[np.uint16]:
    """16-bit CMYK (h, w, 4) → 16-bit sRGB (h, w, 3), by its profile where that can be used."""
    if icc is not None and _space(icc) == 4:
        return _transform(ink, icc, _srgb(), 4, 3)
    light = 65535 - ink.astype(np.uint32)
    return ((light[..., :3] * light[..., 3:] + 32767) // 65535).astype(np.uint16)


def to8(pixels: NDArray[Any]) -> NDArray[np.uint8]:
    """16-bit integers rounded to 8 bits; 8-bit ones as they are."""
    if pixels.dtype == np.uint8:
        return pixels
    return np.asarray(_table_to8()[pixels], np.uint8)


@lru_cache(maxsize=1)
def _table_to8() -> NDArray[np.uint8]:
    return ((np.arange(65536, dtype=np.uint32) * 255 + 32767) // 65535).astype(np.uint8)


@lru_cache(maxsize=16)
def _space(icc: bytes) -> int:
    """Colours of a profile: 1, 3, 4, or 0 where it cannot be used."""
    from PIL import ImageCms

    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(icc))
        return SPACES.get(f"{profile.profile.xcolor_space.strip():4}", 0)
    except (OSError, ValueError, TypeError, ImageCms.PyCMSError):
        return 0


@lru_cache(maxsize=1)
def _srgb() -> bytes:
    from PIL import ImageCms

    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


@lru_cache(maxsize=16)
def _is_srgb(icc: bytes, colours: int) -> bool:
    """Whether converting would change nothing: an sRGB profile, or one that cannot be used."""
    if _space(icc) != colours:
        return True
    if colours == 1:
        return False
    steps = np.linspace(0, 1, 9, dtype=np.float32)
    grid = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), -1).reshape(27, 27, 3)
    try:
        moved = _transform(grid, icc, _srgb(), 3, 3)
    except ValueError:
        return True
    return bool(np.abs(moved - grid).max() < 1 / 512)


def _transform(
    values: NDArray[Any], source: bytes, target: bytes, colours_in: int, colours_out: int
) -> NDArray[Any]:
    """One LittleCMS conversion in the array's own type (float32 0…1, or uint8)."""
    import imagecodecs

    names = {1: "gray", 3: "rgb", 4: "cmyk"}
    data = values[..., 0] if colours_in == 1 else values
    out: NDArray[Any] = imagecodecs.cms_transform(
        np.ascontiguousarray(data),
        source,
        target,
        colorspace=names[colours_in],
        outcolorspace=names[colours_out],
        outdtype=values.dtype,
        intent=imagecodecs.CMS.INTENT.RELATIVE_COLORIMETRIC,
    )
    out = out.reshape(*values.shape[:2], colours_out)
    return np.clip(out, 0, 1) if out.dtype.kind == "f" else out
