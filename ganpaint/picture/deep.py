"""16 bits a channel: PNG through imagecodecs, TIFF through tifffile.

Pillow cuts 16-bit RGB to 8 bits without a word, in both formats (measured), so it is not asked.
The writers here serve 8 bits too: one path, one set of tests.
"""

from __future__ import annotations

import io
import logging
import struct
import zlib
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from ganpaint.picture.exif import PREFIX
from ganpaint.picture.recognise import Header

MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}
EXIF_IFD, GPS_IFD, ICC_TAG = 34665, 34853, 34675
DNG_VERSION, COLOUR_FILTERS = 50706, (32803, 34892)  # what camera RAW looks like inside a TIFF
# tags of an EXIF block's first directory that say something about the picture, not the file
ABOUT = {270: "s", 271: "s", 272: "s", 305: "s", 306: "s", 315: "s", 33432: "s"}


# ------------------------------------------------------------------------------ PNG
def read_png(data: bytes) -> NDArray[Any]:
    """(H, W, C) integers of a PNG of 8 or 16 bits a channel, exact."""
    import imagecodecs

    pixels: NDArray[Any] = imagecodecs.png_decode(data)
    return pixels if pixels.ndim == 3 else pixels[:, :, None]


def png_chunks(data: bytes) -> dict[bytes, bytes]:
    """The first of each kind of chunk beside the pixels (IDAT), as far as the file goes."""
    found: dict[bytes, bytes] = {}
    at = 8
    while at + 8 <= len(data):
        (length,), kind = struct.unpack_from(">I", data, at), data[at + 4 : at + 8]
        if kind != b"IDAT" and at + 12 + length <= len(data):
            found.setdefault(kind, data[at + 8 : at + 8 + length])
        at += 12 + length
    return found


def png_chunk(kind: bytes, content: bytes) -> bytes:
    """One chunk with its length and check sum."""
    check = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)


def write_png(pixels: NDArray[Any], icc: bytes | None, exif: bytes | None) -> bytes:
    """A PNG of (H, W, C) integers with its profile and EXIF, byte for byte."""
    import imagecodecs

    # squeezed: imagecodecs takes grey as (H, W)
    data = bytes(
        imagecodecs.png_encode(_squeezed(pixels), level=4)
    )  # 6 packs 2 % better and takes five times as long
    more = b""
    if icc is not None:
        more += png_chunk(b"iCCP", b"ICC profile\0\0" + zlib.compress(icc, 9))
    if exif is not None:
        more += png_chunk(b"eXIf", exif.removeprefix(PREFIX))
    begin = 8 + 25  # signature and IHDR
    return data[:begin] + more + data[begin:]


def _squeezed(pixels: NDArray[Any]) -> NDArray[Any]:
    return np.ascontiguousarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)


# ------------------------------------------------------------------------------ TIFF
@dataclass(frozen=True, slots=True, eq=False)
class Tiff:
    """What a TIFF page holds; `pixels` as stored, `orientation` not yet applied."""

    pixels: NDArray[Any]
    icc: bytes | None
    orientation: int
    pages: int
    cmyk: bool = False


def _tifffile() -> Any:
    import tifffile

    # it complains through logging about files that are merely odd
    logging.getLogger("tifffile").setLevel(logging.CRITICAL + 1)
    return tifffile


def tiff_header(file: BinaryIO) -> Header:
    """Size and bits of a TIFF's first page; floating point counts as 32 bits."""
    file.seek(0)
    with _tifffile().TiffFile(file) as tiff:
        page = tiff.pages[0]
        bits = page.bitspersample
        bits = max(bits) if isinstance(bits, tuple) else int(bits)
        formats = page.sampleformat
        if int(formats[0] if isinstance(formats, tuple) else formats or 1) not in (1, 4):
            bits = max(bits, 32)  # signed or floating point
        raw = int(page.photometric or 0) in COLOUR_FILTERS or DNG_VERSION in page.tags
        return Header(
            int(page.imagewidth),
            int(page.imagelength),
            bits,
            int(page.samplesperpixel),
            foreign="camera RAW picture" if raw else "",
        )


def read_tiff(file: BinaryIO) -> Tiff:
    """The first page of a TIFF of 16 bits a channel, exact."""
    file.seek(0)
    with _tifffile().TiffFile(file) as tiff:
        page = tiff.pages[0]
        pixels = page.asarray()
        if page.planarconfig == 2 and page.samplesperpixel > 1:
            pixels = np.moveaxis(pixels, 0, -1)
        return _interpreted(page, pixels, len(tiff.pages))


def read_tiff_rows(file: BinaryIO) -> Tiff | None:
    """The upper rows of a first page that is not all there, 8 or 16 bits; None without any."""
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    with _tifffile().TiffFile(file) as tiff:
        page = tiff.pages[0]
        if page.is_tiled or page.planarconfig != 1:
            return None
        strips = []
        for index, (at, length) in enumerate(
            zip(page.dataoffsets, page.databytecounts, strict=False)
        ):
            file.seek(at)
            if at + length > size:
                strips += _raw_rows(page, file.read(length))
                break
            try:
                strip = page.decode(file.read(length), index)[0]
            except (ValueError, RuntimeError, TypeError, zlib.error):
                break
            if strip is None:
                break
            strips.append(strip[0])  # (depth 1, rows, columns, samples)
        return _interpreted(page, np.concatenate(strips), 1) if strips else None


def _raw_rows(page: Any, data: bytes) -> list[NDArray[Any]]:
    """The whole rows of a cut-off strip, where it is not compressed."""
    stride = page.imagewidth * page.samplesperpixel * page.dtype.itemsize
    rows = len(data) // stride
    if page.compression != 1 or rows == 0:
        return []
    stored = np.frombuffer(data[: rows * stride], page.dtype.newbyteorder(page.parent.byteorder))
    shape = (rows, page.imagewidth, page.samplesperpixel)
    return [stored.reshape(shape).astype(page.dtype)]


def _interpreted(page: Any, pixels: NDArray[Any], pages: int) -> Tiff:
    """Samples as stored → straight (H, W, C) integers, black 0."""
    if pixels.ndim == 2:
        pixels = pixels[:, :, None]
    if pixels.ndim != 3 or pixels.dtype not in (np.uint8, np.uint16):
        raise ValueError(f"unexpected array {pixels.shape} {pixels.dtype}")
    kind = int(page.photometric)
    colours = {0: 1, 1: 1, 2: 3, 5: 4}.get(kind)
    if colours is None or pixels.shape[2] < colours:
        raise ValueError(f"photometric interpretation {kind} with {pixels.shape[2]} channels")
    extras = [int(extra) for extra in page.extrasamples]
    has_alpha = bool(extras) and extras[0] in (1, 2) and kind != 5
    pixels = pixels[..., : colours + has_alpha].copy()
    if kind == 0:  # white is zero
        pixels[..., 0] = np.iinfo(pixels.dtype).max - pixels[..., 0]
    if has_alpha and extras[0] == 1:
        pixels = _straight(pixels)
    icc, turn = page.tags.valueof(ICC_TAG), page.tags.valueof(274, default=1)
    turn = int(turn) if isinstance(turn, int) and 1 <= turn <= 8 else 1
    return Tiff(pixels, bytes(icc) if icc else None, turn, pages, kind == 5)


def _straight(pixels: NDArray[Any]) -> NDArray[Any]:
    """Colours that were multiplied by their alpha, divided by it."""
    white = np.iinfo(pixels.dtype).max
    alpha = np.maximum(pixels[..., -1:].astype(np.uint32), 1)
    colours = (pixels[..., :-1].astype(np.uint32) * white + alpha // 2) // alpha
    straight = np.minimum(colours, white).astype(pixels.dtype)
    return np.concatenate([straight, pixels[..., -1:]], -1)


def write_tiff(pixels: NDArray[Any], icc: bytes | None, exif: bytes | None) -> bytes:
    """A TIFF (deflate, horizontal predictor) of (H, W, C) integers with profile and EXIF."""
    tifffile = _tifffile()
    channels = pixels.shape[2]
    texts, inner = _exif_directories(exif)
    out = io.BytesIO()
    tifffile.imwrite(
        out,
        _squeezed(pixels),
        photometric="rgb" if channels >= 3 else "minisblack",
        planarconfig="contig" if channels > 1 else None,
        extrasamples=["unassalpha"] if channels in (2, 4) else None,
        compression="adobe_deflate",
        predictor=True,
        iccprofile=icc,
        metadata=None,
        software=False,
        extratags=[
            (274, "H", 1, 1, True),
            *((tag, "s", 0, text, True) for tag, text in texts.items()),
            # tifffile refuses to write these two: a neighbour's number keeps their place
            *((tag - 1, "I", 1, 0, True) for tag in inner),
        ],
    )
    if inner:
        _append_directories(out, inner)
    return out.getvalue()


def _exif_directories(exif: bytes | None) -> tuple[dict[int, str], dict[int, dict[int, Any]]]:
    """From an EXIF block: texts about the picture, and the Exif and GPS directories."""
    if exif is None:
        return {}, {}
    from PIL import Image

    block = Image.Exif()
    block.load(exif)
    texts = {
        tag: value.encode("ascii", "replace").decode()
        for tag in ABOUT
        if isinstance(value := block.get(tag), str)
    }
    inner = {tag: dict(block.get_ifd(tag)) for tag in (EXIF_IFD, GPS_IFD)}
    return texts, {tag: values for tag, values in inner.items() if values}


def _append_directories(out: io.BytesIO, inner: dict[int, dict[int, Any]]) -> None:
    """Write the directories behind the file and point its tags at them."""
    from PIL import TiffImagePlugin

    with out.getbuffer() as data:
        order = "<" if data[0] == ord("I") else ">"
        (first,) = struct.unpack_from(order + "I", data, 4)
        (count,) = struct.unpack_from(order + "H", data, first)
        entries = range(first + 2, first + 2 + 12 * count, 12)
        places = {struct.unpack_from(order + "H", data, at)[0] + 1: at for at in entries}
    for tag, values in inner.items():
        directory = TiffImagePlugin.ImageFileDirectory_v2(
            prefix=b"II" if order == "<" else b"MM", group=tag
        )
        for key, value in values.items():
            directory[key] = value
        at = out.seek(0, io.SEEK_END)
        if at % 2:
            at += out.write(b"\0")
        out.write(directory.tobytes(at))
        out.seek(places[tag])
        out.write(struct.pack(order + "HHII", tag, 4, 1, at))
