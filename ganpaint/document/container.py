"""The project file's outer shape: a ZIP archive of stored parts, readable when it is cut off.

Every part is compressed by ourselves (zlib, run-length strategy: four times as fast as the usual
one and smaller on pictures, whose pixels are stored as differences to their left neighbour). The
archive therefore only stores, any unpacker opens it, and a file without its end can still be read
from the front: each part's own header has its size.
"""

from __future__ import annotations

import io
import math
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

MIMETYPE = b"application/x-ganpaint"
LOCAL = struct.Struct("<4s5H3I2H")
ZIP64 = 0xFFFFFFFF
BAND = 4 << 20  # bytes compressed at once
MOST_PARTS = 500_000
KINDS = {"uint8": np.uint8, "uint16": np.uint16, "float32": np.float32}


class Damaged(Exception):
    """A part that does not hold what its description says."""


@dataclass(frozen=True, slots=True)
class Part:
    """Where a part's bytes lie in the file; `whole`: the file reaches to their end."""

    start: int
    size: int
    crc: int
    whole: bool = True


class ContainerWriter:
    """Writes parts one after the other into a seekable file; the table when the block ends."""

    def __init__(self, file: BinaryIO) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_STORED)

    def add(self, name: str, *pieces: bytes) -> None:
        """Write a part of known pieces."""
        self.add_stream(name, iter(pieces), sum(map(len, pieces)))

    def add_stream(self, name: str, pieces: Iterator[bytes], most: int) -> None:
        """Write a part piece by piece; `most` is the most it may become, in bytes."""
        info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))  # equal contents, equal files
        with self._zip.open(info, "w", force_zip64=most >= zipfile.ZIP64_LIMIT) as part:
            for piece in pieces:
                part.write(piece)

    def __enter__(self) -> ContainerWriter:
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        if error is None:
            self._zip.close()
        else:  # the file is given up: without it the archive would try to end it when collected
            self._zip.fp = None


def find_parts(file: BinaryIO, size: int) -> tuple[dict[str, Part], bool]:
    """The parts of an archive by name, and whether its table of contents is there.

    A file without one is searched from the front, part by part.
    """
    parts: dict[str, Part] = {}
    try:
        with zipfile.ZipFile(file) as archive:
            infos = archive.infolist()
            if len(infos) > MOST_PARTS or any(i.compress_type for i in infos):
                raise Damaged("parts in a form that ganpaint does not write")
            offsets = [(info.filename, info.header_offset) for info in infos]
        for name, offset in offsets:
            _, part, _ = _local_header(file, offset, size)
            parts[name] = part
        return parts, True
    except (zipfile.BadZipFile, Damaged, OSError, ValueError, NotImplementedError, EOFError):
        parts.clear()  # what was found so far may belong to a damaged table
    except (struct.error, IndexError, OverflowError):
        parts.clear()
    offset = 0
    while len(parts) < MOST_PARTS:
        try:
            name, part, offset = _local_header(file, offset, size)
        except Damaged:
            return parts, False
        parts[name] = part
    return parts, False


def _local_header(file: BinaryIO, offset: int, size: int) -> tuple[str, Part, int]:
    """Name and place of the part whose header is at `offset`, and where the next one begins."""
    if not 0 <= offset <= size - LOCAL.size:
        raise Damaged("no header")
    file.seek(offset)
    head = LOCAL.unpack(file.read(LOCAL.size))
    signature, flags, method, crc = head[0], head[2], head[3], head[6]
    packed, name_length, extra_length = head[7], head[9], head[10]
    if signature != b"PK\x03\x04" or flags & ~0x800 or method:
        raise Damaged("not a stored part")
    name = file.read(name_length).decode("utf-8", "replace")
    extra = file.read(extra_length)
    if packed == ZIP64:
        if len(extra) < 20 or extra[:2] != b"\x01\x00":
            raise Damaged("no size")
        packed = struct.unpack_from("<Q", extra, 12)[0]
    start = offset + LOCAL.size + name_length + extra_length
    end = start + packed
    return name, Part(start, max(0, min(end, size) - start), crc, end <= size), end


def read_part(file: BinaryIO, part: Part, most: int) -> bytes:
    """A part's bytes. Raises Damaged when they are cut off, changed or more than `most`."""
    if not part.whole or part.size > most:
        raise Damaged("cut off" if not part.whole else "too large")
    data = read_raw(file, part)
    if zlib.crc32(data) != part.crc:
        raise Damaged("changed")
    return data


def read_raw(file: BinaryIO, part: Part) -> bytes:
    """The bytes of a part that are there."""
    file.seek(part.start)
    return file.read(part.size)


# ------------------------------------------------------------------------------ arrays
def describe(array: NDArray[Any]) -> dict[str, Any]:
    """What has to be known to read an array back, JSON-ready."""
    picture = array.ndim == 3 and array.dtype != np.float32
    return {
        "type": array.dtype.name,
        "shape": list(array.shape),
        "filter": "left" if picture else "none",
    }


def pack(array: NDArray[Any], description: dict[str, Any]) -> Iterator[bytes]:
    """An array's compressed bytes, band by band."""
    packer = zlib.compressobj(1, zlib.DEFLATED, zlib.MAX_WBITS, 9, zlib.Z_RLE)
    if array.ndim == 0 or not array.size:
        yield packer.compress(array.tobytes()) + packer.flush()
        return
    rows = max(1, BAND // max(1, array.nbytes // len(array)))
    for top in range(0, len(array), rows):
        band = array[top : top + rows]
        if description["filter"] == "left":
            band = np.concatenate((band[:, :1], np.diff(band, axis=1)), axis=1)
        yield packer.compress(np.ascontiguousarray(band, band.dtype.newbyteorder("<")).tobytes())
    yield packer.flush()


def packed_size(array: NDArray[Any]) -> int:
    """About how many bytes an array will take: from its middle, for large ones."""
    if array.nbytes <= BAND or array.ndim < 2:
        return array.nbytes + 64
    rows = max(1, BAND // (array.nbytes // len(array)))
    middle = array[len(array) // 2 :][:rows]
    sample = sum(map(len, pack(middle, describe(middle))))
    return int(1.1 * sample * array.nbytes / max(1, middle.nbytes))


def shape_of(description: dict[str, Any]) -> tuple[tuple[int, ...], np.dtype[Any]]:
    """Shape and type that a description names. Raises Damaged when it makes no sense."""
    try:
        kind = np.dtype(KINDS[description["type"]]).newbyteorder("<")
        shape = tuple(description["shape"])
        sound = len(shape) <= 4 and all(type(n) is int and 0 <= n <= 1 << 31 for n in shape)
        if not sound or description["filter"] not in ("left", "none"):
            raise Damaged("a description without sense")
        if description["filter"] == "left" and len(shape) != 3:
            raise Damaged("a description without sense")
    except (KeyError, TypeError) as error:
        raise Damaged("a description without sense") from error
    return shape, kind


def unpack(data: bytes, description: dict[str, Any]) -> NDArray[Any]:
    """The array of `pack`, read-only. Raises Damaged."""
    array, rows = unpack_rows(data, description)
    if rows != (len(array) if array.ndim else 1):
        raise Damaged("fewer bytes than its description says")
    return array


def unpack_rows(data: bytes, description: dict[str, Any]) -> tuple[NDArray[Any], int]:
    """An array of which perhaps only the first rows are there, and how many; the rest is 0."""
    shape, kind = shape_of(description)
    wanted = math.prod(shape) * kind.itemsize
    found = _inflate(data, wanted)
    if len(found) == wanted:
        array = np.frombuffer(found, kind).reshape(shape)
        rows = shape[0] if shape else 1
    else:
        row = wanted // shape[0] if shape and shape[0] else wanted
        rows = len(found) // row if row else 0
        array = np.zeros(shape, kind)
        if rows:
            array[:rows] = np.frombuffer(found[: rows * row], kind).reshape((rows, *shape[1:]))
    array = array.astype(array.dtype.newbyteorder("="), copy=not found)
    if description["filter"] == "left" and array.size:
        array = np.add.accumulate(array, axis=1, dtype=array.dtype)
    array = np.array(array, order="C") if array.base is not None else array
    array.flags.writeable = False
    return array, rows


def _inflate(data: bytes, wanted: int) -> bytes:
    """At most `wanted` + 1 bytes of a zlib stream, as far as it can be read."""
    unpacker = zlib.decompressobj()
    source, found = io.BytesIO(data), []
    left = wanted
    try:
        while left > 0 and not unpacker.eof:
            piece = unpacker.unconsumed_tail or source.read(1 << 20)
            if not piece:
                break
            out = unpacker.decompress(piece, min(left, BAND))
            found.append(out)
            left -= len(out)
    except zlib.error as error:
        if not found:
            raise Damaged("not a compressed part") from error
    return b"".join(found)
