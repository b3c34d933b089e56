"""The opened picture: its integers, exactly as the file had them.

Nothing in ganpaint ever writes into a `Photo`. Results are composed into a copy that keeps its
depth, channels and profile (picture/composite.py), so what no edit reaches stays the same.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

MODES = {"L": 1, "LA": 2, "RGB": 3, "RGBA": 4}


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Photo:
    """One opened picture; make it with `Photo.make`.

    Attributes:
        pixels: (H, W, C) uint8 or uint16, read-only, orientation already applied.
        mode: "L", "LA", "RGB" or "RGBA"; C follows from it.
        icc: the file's profile, byte for byte, or None.
        source: the file it came from, or None.
        digest: SHA-256 of shape, depth, mode and pixels.
        notes: what opening it changed or found, as sentences.
        exif: the file's EXIF block with orientation 1 and without its old thumbnail, or None.
    """

    pixels: NDArray[Any]
    mode: str
    icc: bytes | None = None
    source: Path | None = None
    digest: str = ""
    notes: tuple[str, ...] = ()
    exif: bytes | None = None

    def __post_init__(self) -> None:
        assert self.pixels.ndim == 3
        assert self.pixels.shape[2] == MODES[self.mode]
        assert self.pixels.dtype in (np.uint8, np.uint16)
        assert not self.pixels.flags.writeable

    @staticmethod
    def make(
        pixels: NDArray[Any],
        mode: str,
        *,
        icc: bytes | None = None,
        source: Path | None = None,
        notes: tuple[str, ...] = (),
        exif: bytes | None = None,
    ) -> Photo:
        """A photo of (H, W, C) or (H, W) integers; takes the array over and freezes it."""
        if pixels.ndim == 2:
            pixels = pixels[:, :, None]
        pixels = np.ascontiguousarray(pixels)
        if pixels.base is not None:  # a view: whoever owns the memory could still write into it
            pixels = pixels.copy()
        pixels.flags.writeable = False
        return Photo(pixels, mode, icc, source, digest_of(pixels, mode), notes, exif)

    @property
    def width(self) -> int:
        """Columns."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """Rows."""
        return int(self.pixels.shape[0])

    @property
    def depth(self) -> int:
        """Bits a channel: 8 or 16."""
        return 8 * self.pixels.dtype.itemsize

    @property
    def white(self) -> int:
        """The highest value of a channel: 255 or 65535."""
        return int(np.iinfo(self.pixels.dtype).max)

    @property
    def has_alpha(self) -> bool:
        """Whether the last channel is transparency."""
        return self.mode.endswith("A")

    @property
    def colours(self) -> int:
        """Channels without the alpha: 1 or 3."""
        return MODES[self.mode] - self.has_alpha

    @property
    def megapixels(self) -> float:
        """Millions of pixels."""
        return self.width * self.height / 1e6

    def srgb8(self) -> NDArray[np.uint8]:
        """The photo for a screen: (H, W, 3 or 4) uint8 sRGB, grey repeated to three channels."""
        from ganpaint.picture.colour import display

        return display(self.pixels, self.mode, self.icc)


def digest_of(pixels: NDArray[Any], mode: str) -> str:
    """SHA-256 over shape, depth, mode and the pixels."""
    h = hashlib.sha256(f"{pixels.shape}|{pixels.dtype.itemsize}|{mode}|".encode())
    h.update(np.ascontiguousarray(pixels).data)
    return h.hexdigest()


def blank_photo(side: int = 512, grey: float = 0.5) -> Photo:
    """The empty canvas of "Paint from nothing": RGB, 8 bits, one grey."""
    level = np.uint8(round(255 * grey))
    return Photo.make(np.full((side, side, 3), level, np.uint8), "RGB")
