"""Pictures that are not all there: how many rows can be read, and those rows.

The idea is the same for most formats: rebuild a small, sound file of the rows that arrived, and
decode that in the ordinary way, so that what is opened is exact. JPEG and GIF are decoded as far
as they go; what the decoder filled in with one colour is cut away.
"""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from ganpaint.picture import deep
from ganpaint.picture.decode import DAMAGE, Decoded, decode, flattened, opened
from ganpaint.picture.exif import turned
from ganpaint.picture.recognise import Header


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """The rows that are there; `share` of all rows, and which ("upper" or "lower")."""

    decoded: Decoded
    share: float
    where: str = "upper"


def ends_early(kind: str, file: BinaryIO) -> bool:
    """Whether a file lacks its format's end (if not, it is damaged rather than cut off)."""
    size = file.seek(0, io.SEEK_END)
    file.seek(max(size - 65536, 0))
    tail = file.read().rstrip(b"\0")
    if kind == "PNG":
        return b"IEND\xaeB`\x82" not in tail
    if kind == "JPEG":
        return tail.rfind(b"\xff\xd9") < 0.9 * len(tail) - 64
    if kind == "GIF":
        return not tail.endswith(b";")
    if kind == "WebP":
        file.seek(4)
        return int.from_bytes(file.read(4), "little") + 8 > size
    return True  # BMP and TIFF say where their pixels are: those are missing


def rows_there(kind: str, file: BinaryIO, header: Header) -> Part | None:
    """What can be opened of a file that does not decode, or None."""
    rescuers = {"PNG": _png, "JPEG": _as_far_as_it_goes, "GIF": _as_far_as_it_goes,
                "BMP": _bmp, "TIFF": _tiff}  # fmt: skip
    rescue = rescuers.get(kind)
    try:
        part = rescue(kind, file, header) if rescue else None
    except DAMAGE:
        return None
    return part if part is not None and part.decoded.pixels.size else None


def _png(kind: str, file: BinaryIO, header: Header) -> Part | None:
    """A new PNG of the complete rows of a cut one."""
    file.seek(0)
    data = file.read()
    if header.interlaced:
        return None
    before, packed = _png_parts(data)
    samples = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[data[25]]
    stride = (header.width * samples * header.bits + 7) // 8 + 1
    raw = _unpacked(packed, stride * header.height)
    filters = np.frombuffer(raw[: len(raw) // stride * stride : stride], np.uint8)
    wrong = np.flatnonzero(filters > 4)  # damaged from here on
    rows = int(wrong[0]) if wrong.size else len(filters)
    if rows == 0:
        return None
    sound = data[:8] + deep.png_chunk(b"IHDR", data[16:20] + struct.pack(">I", rows) + data[24:29])
    sound += before + deep.png_chunk(b"IDAT", zlib.compress(raw[: rows * stride], 1))
    sound += deep.png_chunk(b"IEND", b"")
    decoded = decode(kind, io.BytesIO(sound), replace(header, height=rows))
    return Part(decoded, rows / header.height)


def _png_parts(data: bytes) -> tuple[bytes, bytes]:
    """The chunks between header and pixels, made sound, and all packed pixels that are there."""
    before, packed, at = b"", bytearray(), 8
    while at + 8 <= len(data):
        length, kind = struct.unpack_from(">I", data, at)[0], data[at + 4 : at + 8]
        content = data[at + 8 : at + 8 + length]
        if kind == b"IDAT":
            packed += content
        elif kind != b"IHDR" and not packed and len(content) == length:
            before += deep.png_chunk(kind, content)
        at += 12 + length
    return before, bytes(packed)


def _unpacked(packed: bytes, most: int) -> bytes:
    """As much of a zlib stream as can be unpacked, at most `most` bytes."""
    unpacker, out = zlib.decompressobj(), bytearray()
    for start in range(0, len(packed), 1024):
        try:
            out += unpacker.decompress(packed[start : start + 1024])
        except zlib.error:
            break
        if len(out) >= most:
            break
    return bytes(out[:most])


def _as_far_as_it_goes(kind: str, file: BinaryIO, header: Header) -> Part | None:
    """Pillow's tolerant decoding, less the rows at the end that it filled with one colour."""
    from PIL import ImageFile

    file.seek(0)
    with opened(file, kind) as image:
        tile = getattr(image, "tile", None)
        if kind == "GIF" and tile and tile[0].args[1]:
            return None  # interlaced: what is there is spread over the whole picture
        ImageFile.LOAD_TRUNCATED_IMAGES = True
        try:
            image.load()
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = False
        pixels = np.asarray(image)
        rows = _rows_with_content(pixels)
        corner = pixels[-8:, -8:]
        if kind == "JPEG" and (rows < image.height or (corner == corner[-1, -1]).all()):
            # the last row of blocks was cut somewhere along it
            block = 8 * max((layer[2] for layer in getattr(image, "layer", ())), default=2)
            rows = max(rows - block, 0) // block * block
        if rows == 0:
            return None
        share = rows / image.height
        kept = image.crop((0, 0, image.width, rows))
        kept.info = dict(image.info)
        if image.mode == "P" and image.palette is not None:
            kept.putpalette(image.palette)
    return Part(flattened(kept, kind, header), share)


def _rows_with_content(pixels: NDArray[Any]) -> int:
    """Rows above the part at the end that has one colour only."""
    last = pixels[-1, -1]
    same = (pixels == last).reshape(len(pixels), -1).all(1)
    content = np.flatnonzero(~same)
    return int(content[-1]) + 1 if content.size else 0


def _bmp(kind: str, file: BinaryIO, header: Header) -> Part | None:
    """An uncompressed BMP completed with zeros, less the rows those make."""
    file.seek(0)
    data = file.read()
    (offset,) = struct.unpack_from("<I", data, 10)
    if data[14] == 12:
        bits, compression, upward = struct.unpack_from("<H", data, 24)[0], 0, True
    else:
        bits, compression = struct.unpack_from("<HI", data, 28)
        upward = struct.unpack_from("<i", data, 22)[0] > 0
    stride = (header.width * bits + 31) // 32 * 4
    rows = min((len(data) - offset) // stride, header.height)
    if compression not in (0, 3) or rows <= 0:
        return None
    missing = offset + stride * header.height - len(data)
    whole = decode(kind, io.BytesIO(data + bytes(max(missing, 0))), header)
    pixels = whole.pixels[-rows:] if upward else whole.pixels[:rows]
    return Part(replace(whole, pixels=pixels), rows / header.height, "lower" if upward else "upper")


def _tiff(kind: str, file: BinaryIO, header: Header) -> Part | None:
    """The strips that are wholly in the file."""
    tiff = deep.read_tiff_rows(file)
    if tiff is None or tiff.cmyk:
        return None
    pixels = turned(tiff.pixels, tiff.orientation)
    decoded = Decoded(pixels, deep.MODES[pixels.shape[2]], tiff.icc)
    return Part(decoded, min(len(tiff.pixels) / header.height, 1.0))
