"""The EXIF block: orientation read, and the block made true again for an export.

Pixels are turned when a picture is opened, so the block that goes into an export must say
orientation 1, once; its thumbnail shows the picture before the edit and is blanked. Everything
else stays byte for byte, maker notes included. Layout: CIPA DC-008, TIFF 6.0.
"""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

PREFIX = b"Exif\0\0"
ORIENTATION, THUMBNAIL, THUMBNAIL_LENGTH = 0x0112, 0x0201, 0x0202
SHORT = 3


class _Block:
    """A TIFF structure with its byte order; reading past its end raises ValueError."""

    def __init__(self, block: bytes) -> None:
        self.data = bytearray(block.removeprefix(PREFIX))
        if bytes(self.data[:4]) not in (b"II*\0", b"MM\0*"):
            raise ValueError("not a TIFF structure")
        self.order = "<" if self.data[0] == ord("I") else ">"

    def number(self, code: str, at: int) -> int:
        """One integer (struct code) at an offset."""
        if at < 0 or at + struct.calcsize(code) > len(self.data):
            raise ValueError("the block ends before it should")
        return int(struct.unpack_from(self.order + code, self.data, at)[0])

    def entries(self, at: int) -> tuple[dict[int, tuple[int, int]], int]:
        """Tag → (type, offset of its entry) of a directory, and the offset of its "next" field."""
        count = self.number("H", at)
        found = {}
        for entry in range(at + 2, at + 2 + 12 * count, 12):
            found[self.number("H", entry)] = (self.number("H", entry + 2), entry)
        return found, at + 2 + 12 * count


def orientation(exif: bytes | None) -> int:
    """1…8; 1 where nothing (or nonsense) is said."""
    if not exif:
        return 1
    try:
        block = _Block(exif)
        kind, entry = block.entries(block.number("I", 4))[0].get(ORIENTATION, (0, 0))
        value = block.number("H", entry + 8) if kind == SHORT else 1
    except ValueError:
        return 1
    return value if 1 <= value <= 8 else 1


def tidied(exif: bytes | None) -> bytes | None:
    """The block for an export: orientation 1, no thumbnail. None where it cannot be read."""
    if not exif:
        return None
    try:
        block = _Block(exif)
        first = block.number("I", 4)
        tags, following = block.entries(first)
        kind, entry = tags.get(ORIENTATION, (0, 0))
        if kind == SHORT:
            struct.pack_into(block.order + "H", block.data, entry + 8, 1)
        _blank_thumbnail(block, following)
    except ValueError:
        return None
    return PREFIX + bytes(block.data)


def _blank_thumbnail(block: _Block, following: int) -> None:
    """Overwrite the thumbnail with zeros and end the chain of directories before it."""
    if following + 4 > len(block.data):
        return
    second = block.number("I", following)
    struct.pack_into(block.order + "I", block.data, following, 0)
    if second == 0:
        return
    try:
        tags, _ = block.entries(second)
    except ValueError:
        return
    if THUMBNAIL in tags and THUMBNAIL_LENGTH in tags:
        start = block.number("I", tags[THUMBNAIL][1] + 8)
        length = block.number("I", tags[THUMBNAIL_LENGTH][1] + 8)
        stop = min(start + length, len(block.data))
        if 8 < start < stop:
            block.data[start:stop] = bytes(stop - start)


def turned(pixels: NDArray[Any], value: int) -> NDArray[Any]:
    """(H, W, C) pixels as they should be seen for an EXIF orientation 1…8."""
    if value in (5, 6, 7, 8):
        pixels = pixels.swapaxes(0, 1)
    if value in (3, 4, 7, 8):
        pixels = pixels[::-1]
    if value in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    return np.ascontiguousarray(pixels)
