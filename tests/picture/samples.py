"""Random photos, patches and profiles for the tests of this folder."""

from __future__ import annotations

from functools import cache
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from ganpaint.picture.composite import Patch
from ganpaint.picture.frame import Frame
from ganpaint.picture.mask import Mask
from ganpaint.picture.photo import MODES, Photo


def noise(shape: tuple[int, ...], depth: int = 8, seed: int = 0) -> NDArray[Any]:
    kind = np.uint8 if depth == 8 else np.uint16
    return np.random.default_rng(seed).integers(0, 2**depth, shape).astype(kind)


def photo_of(
    mode: str = "RGB", depth: int = 8, size: tuple[int, int] = (60, 80), seed: int = 0
) -> Photo:
    """A photo of noise, (height, width) = size."""
    return Photo.make(noise((*size, MODES[mode]), depth, seed), mode)


def smooth_photo(size: tuple[int, int] = (60, 80), mode: str = "RGB") -> Photo:
    """Slow waves, 8 bits."""
    y, x = np.mgrid[: size[0], : size[1]]
    planes = [128 + 100 * np.sin(x / (9 + c) + c) * np.cos(y / (11 + c)) for c in range(3)]
    pixels = np.stack(planes, -1).astype(np.uint8)
    return Photo.make(pixels[..., : MODES[mode]].copy(), mode)


def generated(side: int = 16, seed: int = 1) -> NDArray[np.uint16]:
    return noise((side, side, 3), 16, seed)


def patch_of(frame: Frame, mode: str = "replace", mask: Mask | None = None, **more: Any) -> Patch:
    side = more.pop("side", 16)
    return Patch(generated(side, 1), generated(side, 2), frame, mask, mode, **more)


@cache
def wide_profile() -> bytes:
    """A profile unlike sRGB: other primaries and a gamma of 1.8."""
    profile = imagecodecs.cms_profile(
        "rgb", whitepoint=(0.3127, 0.329, 1.0), gamma=1.8,
        primaries=(0.68, 0.32, 1.0, 0.265, 0.69, 1.0, 0.15, 0.06, 1.0),
    )  # fmt: skip
    return bytes(profile)


@cache
def grey_profile() -> bytes:
    return bytes(imagecodecs.cms_profile("gray", gamma=1.0))
