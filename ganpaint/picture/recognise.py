"""What a file is, by its first bytes, and how large a picture its header promises.

Nothing is decoded here: limits are applied to what this file finds before any library sees the
picture. Names and suffixes play no part.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import BinaryIO

HEAD = 4096  # bytes that recognising needs

SUFFIXES = {
    "PNG": (".png", ".apng"),
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif", ".mpo"),
    "TIFF": (".tif", ".tiff"),
    "WebP": (".webp",),
    "BMP": (".bmp", ".dib"),
    "GIF": (".gif",),
    "AVIF": (".avif", ".avifs"),
}
RAW_SUFFIXES = frozenset(
    {".3fr", ".arw", ".cr2", ".cr3", ".dcr", ".dng", ".erf", ".iiq", ".k25", ".kdc", ".mef"}
    | {".mos", ".mrw", ".nef", ".nrw", ".orf", ".pef", ".raf", ".raw", ".rw2", ".rwl", ".sr2"}
    | {".srf", ".srw", ".x3f"}
)
HEIF_BRANDS = frozenset(b"heic heix heim heis hevc hevx hevm hevs mif1 msf1".split())

# first bytes → a picture format that is not read
OTHER_PICTURES = (
    (b"8BPS", "Photoshop (PSD) picture"),
    (b"FUJIFILMCCD-RAW", "camera RAW picture"),
    (b"IIRO", "camera RAW picture"),
    (b"IIRS", "camera RAW picture"),
    (b"MMOR", "camera RAW picture"),
    (b"IIU\0", "camera RAW picture"),
    (b"FOVb", "camera RAW picture"),
    (b"\0MRM", "camera RAW picture"),
    (b"gimp xcf", "GIMP (XCF) picture"),
    (b"\0\0\0\x0cjP  ", "JPEG 2000 picture"),
    (b"\xff\x4f\xff\x51", "JPEG 2000 picture"),
    (b"\0\0\0\x0cJXL ", "JPEG XL picture"),
    (b"\xff\x0a", "JPEG XL picture"),
    (b"\x76\x2f\x31\x01", "OpenEXR picture"),
    (b"#?RADIANCE", "Radiance (HDR) picture"),
    (b"DDS ", "DDS picture"),
    (b"qoif", "QOI picture"),
    (b"\0\0\1\0", "Windows icon"),
    (b"P3\n", "PPM picture"),
    (b"P5\n", "PGM picture"),
    (b"P6\n", "PPM picture"),
    (b"%PDF", "PDF document"),
    (b"%!PS", "PostScript document"),
)
# first bytes → what the file is instead of a picture
OTHER_FILES = (
    (b"PK\3\4", "a ZIP file"),
    (b"PK\5\6", "a ZIP file"),
    (b"\x1f\x8b", "a gzip file"),
    (b"7z\xbc\xaf", "a 7z file"),
    (b"Rar!", "a RAR file"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ", "an xz file"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"ID3", "an MP3 file"),
    (b"OggS", "an Ogg file"),
    (b"fLaC", "a FLAC file"),
    (b"\x1aE\xdf\xa3", "a Matroska film"),
    (b"SQLite format 3", "a database"),
    (b"version https://git-lfs", "a Git LFS pointer, not the file itself"),
)


@dataclass(frozen=True, slots=True)
class Header:
    """What a header promises: size, bits and channels of a decoded pixel. `foreign` names what
    only the header shows to be a picture of another kind (camera RAW inside a TIFF), `passes` how
    often a decoder goes over all pixels (a progressive JPEG)."""

    width: int
    height: int
    bits: int = 8
    channels: int = 3
    interlaced: bool = False
    foreign: str = ""
    passes: int = 1


def recognise(head: bytes) -> str | None:
    """The format of a picture that ganpaint reads (a key of SUFFIXES), or None."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        return None if head[8:10] == b"CR" else "TIFF"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WebP"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    if head.startswith(b"BM") and len(head) >= 18 and head[14] in (12, 40, 52, 56, 64, 108, 124):
        return "BMP"
    if head[4:8] == b"ftyp" and _brands(head) & {b"avif", b"avis"}:
        return "AVIF"
    return None


def _brands(head: bytes) -> set[bytes]:
    length = min(int.from_bytes(head[:4], "big"), len(head))
    brands = head[8:12] + head[16:length]
    return {brands[i : i + 4] for i in range(0, len(brands) - 3, 4)}


def foreign_picture(head: bytes) -> str | None:
    """The name of a picture format that ganpaint does not read, or None."""
    if head[8:10] == b"CR" and head[:4] == b"II*\0":
        return "camera RAW picture"
    if head[4:8] == b"ftyp":
        brands = _brands(head)
        if head[8:11] == b"crx":
            return "camera RAW picture"
        return "HEIC picture" if brands & HEIF_BRANDS else None
    text = head[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith(b"<svg") or (
        text.startswith((b"<?xml", b"<!doctype svg")) and b"<svg" in head
    ):
        return "SVG picture"
    return next((name for start, name in OTHER_PICTURES if head.startswith(start)), None)


def other_file(head: bytes) -> str | None:
    """What a file that is no picture seems to be, as in "it begins like …", or None."""
    if head[4:8] == b"ftyp":
        return "a film"
    if head[:4] == b"RIFF":
        return "a sound or film"
    text = head[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        return "a web page"
    for start, name in OTHER_FILES:
        if head.startswith(start):
            return name
    return "a text" if _is_text(head) else None


def _is_text(head: bytes) -> bool:
    try:
        text = head.decode("utf-8", "strict" if len(head) < HEAD else "ignore")
    except UnicodeDecodeError:
        return False
    return bool(text.strip()) and all(c.isprintable() or c in "\t\r\n" for c in text)


def read_header(kind: str, file: BinaryIO) -> Header | None:
    """What the header of a recognised file promises; None where it is cut off or makes no sense,
    and for TIFF and AVIF, whose headers only their libraries can read."""
    file.seek(0)
    head = file.read(HEAD)
    try:
        if kind == "JPEG":
            return _jpeg_header(file)
        header = _HEADERS[kind](head) if kind in _HEADERS else None
    except (struct.error, IndexError, KeyError):
        return None
    return header


def _png_header(head: bytes) -> Header:
    width, height, bits, colour, _, _, interlace = struct.unpack(">IIBBBBB", head[16:29])
    channels = {0: 1, 2: 3, 3: 4, 4: 2, 6: 4}[colour]
    return Header(width, height, bits, channels, interlace == 1)


def _gif_header(head: bytes) -> Header:
    width, height = struct.unpack("<HH", head[6:10])
    return Header(width, height, 8, 4)


def _bmp_header(head: bytes) -> Header:
    if head[14] == 12:
        width, height = struct.unpack("<HH", head[18:22])
    else:
        width, height = struct.unpack("<ii", head[18:26])
    return Header(abs(width), abs(height))


def _webp_header(head: bytes) -> Header:
    part = head[12:16]
    if part == b"VP8X":
        width = int.from_bytes(head[24:27], "little") + 1
        height = int.from_bytes(head[27:30], "little") + 1
    elif part == b"VP8L":
        packed = struct.unpack("<I", head[21:25])[0]
        width, height = (packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1
    else:
        width, height = (v & 0x3FFF for v in struct.unpack("<HH", head[26:30]))
    return Header(width, height, 8, 4)


_HEADERS = {"PNG": _png_header, "GIF": _gif_header, "BMP": _bmp_header, "WebP": _webp_header}
_PROGRESSIVE = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
_FRAME_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def _jpeg_header(file: BinaryIO) -> Header | None:
    """Walk the segments to the first frame header."""
    file.seek(2)
    for _ in range(10_000):
        byte = file.read(1)
        while byte and byte != b"\xff":  # stray bytes between segments
            byte = file.read(1)
        while byte == b"\xff":
            byte = file.read(1)
        if not byte or byte[0] == 0xD9:
            return None
        marker = byte[0]
        if marker == 0 or marker == 1 or 0xD0 <= marker <= 0xD8:
            continue
        (length,) = struct.unpack(">H", file.read(2))
        if marker in _FRAME_MARKERS:
            bits, height, width, channels = struct.unpack(">BHHB", file.read(6))
            passes = _scans(file) if marker in _PROGRESSIVE else 1
            return Header(width, height, bits, channels, passes=passes)
        file.seek(max(length - 2, 0), 1)
    return None


def _scans(file: BinaryIO) -> int:
    """Scan headers from here on; packed pixels cannot look like one."""
    return max(file.read().count(b"\xff\xda"), 1)
