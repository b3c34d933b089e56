"""What a picture can be exported as, in the order the window shows."""

from __future__ import annotations

from ganpaint.picture.exporters.flat import (
    JPEG,
    PNG,
    TIFF,
    WEBP,
    Exporter,
    Kept,
    Written,
    encode_picture,
    encode_preview,
    exporter_for,
    write_picture,
)

EXPORTERS: tuple[Exporter, ...] = (PNG, TIFF, WEBP, JPEG)

__all__ = [
    "EXPORTERS",
    "Exporter",
    "Kept",
    "Written",
    "encode_picture",
    "encode_preview",
    "exporter_for",
    "write_picture",
]
