"""A recognised file → integers in one of the four modes, with profile, EXIF and remarks.

Pillow decodes what has 8 bits; 16-bit PNG and TIFF go to picture/deep.py. What cannot stay as it
is (palette, CMYK, 1 bit, Lab) is converted, and a remark says so. Whatever a library raises about
a damaged file leaves here as it came (`DAMAGE`); picture/read.py makes a sentence of it.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from ganpaint.picture import deep
from ganpaint.picture.colour import ink_to_srgb
from ganpaint.picture.exif import PREFIX, orientation, tidied, turned
from ganpaint.picture.recognise import Header

if TYPE_CHECKING:
    from PIL.Image import Image

# what Pillow, tifffile, imagecodecs, zlib and struct raise about files that lie about themselves
DAMAGE = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
BECAUSE = "because the models work in {}; exports will be {}."


@dataclass(frozen=True, slots=True, eq=False)
class Decoded:
    """What a file holds.

    Attributes:
        pixels: (H, W, C) uint8 or uint16, orientation applied.
        mode: "L", "LA", "RGB" or "RGBA".
        icc, exif: as `Photo` has them.
        remarks: what was converted, each completing the sentence '"name" …'.
        frames: pictures in the file; 1 unless it is an animation or has several pages.
    """

    pixels: NDArray[Any]
    mode: str
    icc: bytes | None = None
    exif: bytes | None = None
    remarks: tuple[str, ...] = ()
    frames: int = 1


def decode(kind: str, file: BinaryIO, header: Header) -> Decoded:
    """Decode a whole file of a recognised kind. Raises one of DAMAGE where it cannot be."""
    file.seek(0)
    if kind == "PNG" and header.bits == 16:
        return _deep_png(file.read())
    if kind == "TIFF" and header.bits > 8:
        return _deep_tiff(file)
    exif = _tiff_exif(file) if kind == "TIFF" else None
    file.seek(0)
    with opened(file, kind) as image:
        return flattened(image, kind, header, exif)


def library_header(kind: str, file: BinaryIO) -> Header | None:
    """The header of a format that only its library can read; nothing is decoded."""
    if kind == "TIFF":
        return deep.tiff_header(file)
    if kind == "AVIF":
        from PIL import features

        if not features.check("avif"):
            return Header(1, 1, foreign="AVIF picture")
        file.seek(0)
        with opened(file, kind) as image:
            return Header(image.width, image.height, 8, 4)
    return None


@contextmanager
def opened(file: BinaryIO, kind: str) -> Iterator[Image]:
    """A file in Pillow, which may only try the format that was recognised.

    Pillow's own pixel limit is off: the size was checked against ours before.
    """
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None
    # names as in Pillow's table; a JPEG with a second picture inside is an MPO there
    names = {"WebP": ["WEBP"], "JPEG": ["JPEG", "MPO"]}.get(kind, [kind])
    with Image.open(file, formats=names) as image:
        yield image


def flattened(image: Image, kind: str, header: Header, exif: bytes | None = None) -> Decoded:
    """An opened Pillow image as one of the four modes; `exif` where it is not the image's own."""
    frames = 1 if kind == "JPEG" else int(getattr(image, "n_frames", 1))
    image.seek(0)
    image.load()
    exif = _exif_block(image) if exif is None else exif
    icc = image.info.get("icc_profile") or None
    pixels, mode, remark = _as_array(image, icc, header)
    if remark.startswith(("uses CMYK", "uses Lab")):
        icc = None  # it described the ink; the pixels are sRGB now
    if kind != "TIFF":  # Pillow turns TIFFs by itself, and only those
        pixels = turned(pixels, orientation(exif))
    remarks = (remark,) if remark else ()
    return Decoded(pixels, mode, icc, tidied(exif), remarks, frames)


def _as_array(image: Image, icc: bytes | None, header: Header) -> tuple[NDArray[Any], str, str]:
    """Pixels, mode and what was converted."""
    mode, remark = image.mode, ""
    clear = "transparency" in image.info
    if mode == "CMYK":
        image = _from_profile(image, icc) or image.convert("RGB")
        remark = "uses CMYK. It was converted to sRGB, " + BECAUSE.format("RGB", "RGB")
    elif mode == "LAB":
        image = _from_lab(image)
        remark = "uses Lab colours. It was converted to sRGB, " + BECAUSE.format("RGB", "RGB")
    elif mode in ("P", "PA"):
        target = "RGBA" if clear or mode == "PA" else "RGB"
        image = image.convert(target)
        remark = f"uses a palette. It was converted to {target}, " + BECAUSE.format("RGB", target)
    elif mode == "1" or (mode == "L" and header.bits < 8):
        bits = f"{header.bits} bits" if 1 < header.bits < 8 else "1 bit"
        image = image.convert("L")
        remark = f"uses {bits} of grey. It was converted to 8 bits, " + BECAUSE.format(
            "8 bits", "8 bits"
        )
    elif mode in ("L", "RGB") and clear:
        image = image.convert("LA" if mode == "L" else "RGBA")  # one colour was declared clear
    elif mode in ("La", "RGBa"):
        image = image.convert(mode.upper())
    elif mode in ("RGBX", "YCbCr", "HSV"):
        image = image.convert("RGB")
    if image.mode not in deep.MODES.values():
        raise ValueError(f"pixels of the kind {image.mode}")
    pixels = np.asarray(image)
    return pixels if pixels.ndim == 3 else pixels[:, :, None], image.mode, remark


def _from_profile(image: Image, icc: bytes | None) -> Image | None:
    """A CMYK image through its own profile, or None where that cannot be used."""
    if icc is None:
        return None
    from PIL import ImageCms

    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(icc))
        target = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(image, source, target, outputMode="RGB")
    except (OSError, ValueError, TypeError, ImageCms.PyCMSError):
        return None


def _from_lab(image: Image) -> Image:
    from PIL import ImageCms

    lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
    result = ImageCms.profileToProfile(image, lab, srgb, outputMode="RGB")
    assert result is not None
    return result


def _exif_block(image: Image) -> bytes | None:
    """The EXIF block as it stands in the file."""
    block = image.info.get("exif")
    if not isinstance(block, bytes) or not block:
        return None
    return PREFIX + block.removeprefix(PREFIX)


def _tiff_exif(file: BinaryIO) -> bytes | None:
    """An EXIF block made of a TIFF's directories; what describes the file itself stays out."""
    from PIL import Image

    found, made = Image.Exif(), Image.Exif()
    file.seek(0)
    try:
        found.load_from_fp(file)
        for tag in deep.ABOUT:
            if isinstance(found.get(tag), str):
                made[tag] = found[tag]
        for tag in (deep.EXIF_IFD, deep.GPS_IFD):
            if values := dict(found.get_ifd(tag)):
                made[tag] = values
        return made.tobytes() if len(made) else None
    except DAMAGE:
        return None  # the picture matters more than what is told about it


# ------------------------------------------------------------------------------ 16 bits
def _deep_png(data: bytes) -> Decoded:
    pixels = deep.read_png(data)
    chunks = deep.png_chunks(data)
    exif = PREFIX + chunks[b"eXIf"] if b"eXIf" in chunks else None
    frames = int.from_bytes(chunks[b"acTL"][:4], "big") if b"acTL" in chunks else 1
    pixels = turned(pixels, orientation(exif))
    mode = deep.MODES[pixels.shape[2]]
    return Decoded(pixels, mode, _png_profile(chunks), tidied(exif), (), frames)


def _png_profile(chunks: dict[bytes, bytes]) -> bytes | None:
    """The profile of an iCCP chunk, at most 16 MB of it."""
    _, _, packed = chunks.get(b"iCCP", b"").partition(b"\0")
    if not packed:
        return None
    unpacker = zlib.decompressobj()
    profile = unpacker.decompress(packed[1:], 16 << 20)
    return profile if unpacker.eof else None


def _deep_tiff(file: BinaryIO) -> Decoded:
    tiff = deep.read_tiff(file)
    exif = _tiff_exif(file)
    pixels = turned(tiff.pixels, tiff.orientation)
    if not tiff.cmyk:
        return Decoded(pixels, deep.MODES[pixels.shape[2]], tiff.icc, tidied(exif), (), tiff.pages)
    remark = "uses CMYK. It was converted to sRGB, " + BECAUSE.format("RGB", "RGB")
    pixels = ink_to_srgb(pixels, tiff.icc)
    return Decoded(pixels, "RGB", None, tidied(exif), (remark,), tiff.pages)
