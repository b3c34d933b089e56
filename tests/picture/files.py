"""Picture files of every kind, whole and broken, for the tests of reading."""

from __future__ import annotations

import io
import struct
import zlib
from functools import cache
from typing import Any

import numpy as np
from PIL import Image
from skimage import data

from ganpaint.picture.deep import png_chunk

LOSSLESS = ("PNG", "TIFF", "WEBP", "BMP")


@cache
def cat() -> np.ndarray:
    """The photo chelsea (CC0), a piece of it: (96, 120, 3) uint8."""
    piece = np.ascontiguousarray(data.chelsea()[60:156, 100:220])
    piece.flags.writeable = False
    return piece


def encoded(kind: str, image: Image.Image | None = None, **settings: Any) -> bytes:
    """The cat (or `image`) as a file of one of Pillow's formats."""
    out = io.BytesIO()
    if kind == "WEBP":
        settings.setdefault("lossless", True)
    (image or Image.fromarray(cat())).save(out, kind, **settings)
    return out.getvalue()


def animation(kind: str, frames: int = 3) -> bytes:
    pictures = [Image.fromarray(np.roll(cat(), 9 * n, 1)) for n in range(frames)]
    return encoded(kind, pictures[0], save_all=True, append_images=pictures[1:])


def bomb(width: int, height: int, bits: int = 8) -> bytes:
    """A small PNG whose header promises width × height pixels of one colour."""
    row = bytes(1 + width * 3 * bits // 8)
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(row) for _ in range(min(height, 64))) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, bits, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", packed), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(*chunk) for chunk in chunks)
