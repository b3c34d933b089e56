"""One flat picture into a file: PNG, TIFF, WebP, JPEG.

The lossless ones write the photo's integers as they are, in its own depth and mode, with its
profile byte for byte and its EXIF (orientation 1). What a format cannot keep is said before
anything is written (`Exporter.keeps`). Files appear whole or not at all (ganpaint/atomic.py).
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganpaint.atomic import atomic_write
from ganpaint.errors import BadRequest, CannotWrite
from ganpaint.paths import quoted, size_text
from ganpaint.picture.colour import to8, usable_profile
from ganpaint.picture.deep import write_png, write_tiff
from ganpaint.picture.photo import MODES, Photo

QUALITY = 92
FULL_COLOUR_FROM = 90  # quality from which JPEG keeps colours at full resolution
LONGEST_JPEG_EXIF = 65_527  # one segment, less its length and the prefix
Options = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Kept:
    """What an export keeps and loses, as sentences, and whether all of its pixels are exact."""

    kept: tuple[str, ...]
    lost: tuple[str, ...]
    lossless: bool


@dataclass(frozen=True, slots=True)
class Written:
    """A finished export."""

    path: Path
    bytes: int
    lossless: bool
    kept: tuple[str, ...]
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Exporter:
    """One file type.

    Attributes:
        name: as the window shows it.
        suffixes: the first is the usual one.
        encode: (pixels, icc, exif, options) → the file; pixels are already what it can hold.
        alpha, deep, grey: whether it holds transparency, 16 bits, grey.
        largest: pixels a side.
        choices: names of the options it understands.
    """

    name: str
    suffixes: tuple[str, ...]
    encode: Callable[[NDArray[Any], bytes | None, bytes | None, Options], bytes]
    alpha: bool = True
    deep: bool = True
    grey: bool = True
    largest: int = (1 << 31) - 1
    choices: tuple[str, ...] = ()

    def lossless(self, options: Options) -> bool:
        """Whether these options keep every 8-bit pixel exact."""
        if "lossless" in self.choices:
            return bool(options.get("lossless", True))
        return "quality" not in self.choices

    def keeps(self, photo: Photo, options: Options) -> Kept:
        """What an export of a picture like `photo` would keep and lose."""
        kept, lost = [], []
        exact = self.lossless(options)
        if exact:
            kept.append("Every pixel that no edit reaches stays the same.")
        else:
            lost.append(f"{self.name} encodes every pixel anew; PNG or TIFF would keep them.")
        lost += self._lost_pixels(photo)
        whole = not (photo.has_alpha and not self.alpha) and not (photo.depth > 8 and not self.deep)
        if photo.has_alpha and self.alpha:
            kept.append("Transparency is kept.")
        if photo.depth > 8 and self.deep:
            kept.append("16 bits a channel are kept.")
        if photo.icc is not None:
            if self._profile(photo) is None:
                lost.append(f"{self.name} has no grey, so the grey profile is left out.")
            else:
                kept.append("The colour profile is kept, byte for byte.")
        if photo.exif is not None:
            if self._exif(photo) is None:
                lost.append(
                    f"The camera data (EXIF) take {size_text(len(photo.exif))}, too much for "
                    f"{self.name}, and are left out."
                )
            else:
                kept.append("Camera data (EXIF) are kept.")
        if photo.source is not None:
            lost.append("Comments, XMP data and print resolution are not written.")
        return Kept(tuple(kept), tuple(lost), exact and whole)

    def _lost_pixels(self, photo: Photo) -> list[str]:
        """Sentences about channels and depth that the format does not have."""
        name, lost = self.name, []
        clear, deep = photo.has_alpha and not self.alpha, photo.depth > 8 and not self.deep
        if clear and deep:
            lost.append(
                f"{name} keeps neither transparency nor 16 bits. "
                "Exported over white, 8 bits; PNG or TIFF would keep both."
            )
        elif clear:
            lost.append(
                f"{name} keeps no transparency. Exported over white; PNG or TIFF would keep it."
            )
        elif deep:
            lost.append(f"{name} keeps 8 bits, not 16. PNG or TIFF would keep all 16.")
        if photo.colours == 1 and not self.grey:
            lost.append(f"{name} has no grey. Exported as RGB of equal channels.")
        return lost

    def _profile(self, photo: Photo) -> bytes | None:
        """The profile to write: a grey one makes no sense beside RGB pixels."""
        if photo.colours == 1 and not self.grey and usable_profile(photo.icc, 1):
            return None
        return photo.icc

    def _exif(self, photo: Photo) -> bytes | None:
        if photo.exif is not None and self is JPEG and len(photo.exif) > LONGEST_JPEG_EXIF:
            return None
        return photo.exif

    def adapted(self, pixels: NDArray[Any]) -> NDArray[Any]:
        """(H, W, C) integers as this format can hold them; the same array where it holds all."""
        if not self.deep:
            pixels = to8(pixels)
        if pixels.shape[2] in (2, 4) and not self.alpha:
            pixels = _over_white(pixels)
        if pixels.shape[2] < 3 and not self.grey:
            grey, alpha = pixels[..., :1], pixels[..., 1:]
            pixels = np.concatenate([grey, grey, grey, alpha], -1)
        return pixels

    def file(self, photo: Photo, pixels: NDArray[Any], options: Options) -> bytes:
        """The whole file, with profile and EXIF."""
        exif, icc = self._exif(photo), self._profile(photo)
        return self.encode(self.adapted(pixels), icc, exif, options)


def exporter_for(path: Path | str) -> Exporter:
    """The file type that a name's ending asks for.

    Raises:
        CannotWrite: ganpaint does not write such files.
    """
    suffix = Path(path).suffix.lower()
    for exporter in (PNG, TIFF, WEBP, JPEG):
        if suffix in exporter.suffixes:
            return exporter
    ending = f"the ending {quoted(suffix)}" if suffix else "no ending"
    raise CannotWrite(
        f"{quoted(Path(path))} has {ending}, which tells no file type that ganpaint writes. "
        "Nothing was written.",
        "Choose .png, .tif, .webp or .jpg.",
    )


def encode_picture(photo: Photo, pixels: NDArray[Any], suffix: str, options: Options) -> bytes:
    """The file that `write_picture` would write, in memory.

    Raises:
        BadRequest: options that make no sense.
        CannotWrite: the format cannot hold so large a picture, or memory runs out.
    """
    assert pixels.dtype == photo.pixels.dtype
    assert pixels.shape[2] == MODES[photo.mode]
    exporter = exporter_for(f"picture{suffix}")
    _check_options(exporter, options)
    height, width = pixels.shape[:2]
    if max(height, width) > exporter.largest:
        raise CannotWrite(
            f"The picture has {width} × {height} pixels; {exporter.name} holds at most "
            f"{exporter.largest} a side. Nothing was written.",
            "Choose PNG or TIFF.",
        )
    try:
        return exporter.file(photo, pixels, options)
    except (OSError, ValueError, RuntimeError, MemoryError, struct.error) as error:
        raise CannotWrite(
            f"The picture could not be encoded as {exporter.name}. Nothing was written.",
            "Choose another file type, or close other programs if memory is short.",
            cause=error,
        ) from error


def write_picture(
    photo: Photo, pixels: NDArray[Any], path: Path | str, options: Options
) -> Written:
    """Export a composite.

    Args:
        photo: what was opened: its mode, profile and EXIF go into the file.
        pixels: (H, W, C) integers of the photo's type, as `composite` returns them.
        path: its ending decides the type.
        options: "quality" 1…100 (JPEG, WebP), "lossless" (WebP; true unless said otherwise).

    Raises:
        BadRequest, CannotWrite, DiskFull, ReadOnly: nothing was written, and a former file of
        that name is untouched.
    """
    path = Path(path)
    exporter = exporter_for(path)
    data = encode_picture(photo, pixels, path.suffix, options)
    with atomic_write(path, needed=len(data)) as file:
        file.write(data)
    told = exporter.keeps(photo, options)
    return Written(path, len(data), told.lossless, told.kept, told.lost)


def encode_preview(
    photo: Photo, pixels_crop: NDArray[Any], suffix: str, options: Options
) -> tuple[NDArray[Any], int]:
    """How a piece of the picture would look after an export, and how many bytes it takes.

    Returns:
        (h, w, C) integers as the file would be read back, and the size without profile and EXIF.
        For lossy types begin the piece at multiples of 16, or its blocks lie elsewhere.
    """
    bare = Photo.make(np.array(pixels_crop, order="C"), photo.mode)
    data = encode_picture(bare, bare.pixels, suffix, options)
    exporter = exporter_for(f"picture{suffix}")
    if exporter.lossless(options):
        return exporter.adapted(bare.pixels), len(data)
    from PIL import Image

    with Image.open(io.BytesIO(data)) as image:
        pixels = np.asarray(image)
    return pixels if pixels.ndim == 3 else pixels[:, :, None], len(data)


def _check_options(exporter: Exporter, options: Options) -> None:
    unknown = sorted(set(options) - {"quality", "lossless"})
    if unknown:
        raise BadRequest(
            f'There is no export option "{unknown[0]}". Nothing was written.',
            "The options are quality and lossless.",
        )
    quality = options.get("quality", QUALITY)
    if isinstance(quality, bool) or not isinstance(quality, int) or not 1 <= quality <= 100:
        raise BadRequest(
            f"The quality {quality} lies outside 1 to 100. Nothing was written.",
            "Choose a whole number from 1 to 100.",
        )
    if options.get("lossless", False) and exporter.choices == ("quality",):
        raise BadRequest(
            f"{exporter.name} cannot be lossless. Nothing was written.",
            "Choose PNG, TIFF or WebP.",
        )


def _over_white(pixels: NDArray[Any]) -> NDArray[np.uint8]:
    """8-bit colours over white, rounded; the alpha is gone."""
    alpha = pixels[..., -1:].astype(np.uint16)
    mixed = pixels[..., :-1].astype(np.uint32) * alpha + 255 * (255 - alpha.astype(np.uint32))
    return ((mixed + 127) // 255).astype(np.uint8)


# ------------------------------------------------------------------------------ the file types
def _png(pixels: NDArray[Any], icc: bytes | None, exif: bytes | None, options: Options) -> bytes:
    return write_png(pixels, icc, exif)


def _tiff(pixels: NDArray[Any], icc: bytes | None, exif: bytes | None, options: Options) -> bytes:
    return write_tiff(pixels, icc, exif)


def _pillow(pixels: NDArray[Any], icc: bytes | None, exif: bytes | None, **settings: Any) -> bytes:
    from PIL import Image

    image = Image.fromarray(
        np.ascontiguousarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)
    )
    if icc is not None:
        settings["icc_profile"] = icc
    if exif is not None:
        settings["exif"] = exif
    out = io.BytesIO()
    image.save(out, **settings)
    return out.getvalue()


def _webp(pixels: NDArray[Any], icc: bytes | None, exif: bytes | None, options: Options) -> bytes:
    lossless = bool(options.get("lossless", True))
    # `exact`: without it the colours of wholly transparent pixels are changed
    # where lossless, quality is the effort: more than 20 takes five times as long for 0.1 %
    quality = 20 if lossless else int(options.get("quality", QUALITY))
    return _pillow(pixels, icc, exif, format="WEBP", lossless=lossless, exact=True, quality=quality)


def _jpeg(pixels: NDArray[Any], icc: bytes | None, exif: bytes | None, options: Options) -> bytes:
    quality = int(options.get("quality", QUALITY))
    full = quality >= FULL_COLOUR_FROM
    return _pillow(
        pixels,
        icc,
        exif,
        format="JPEG",
        quality=quality,
        subsampling=0 if full else 2,
        optimize=True,
    )


PNG = Exporter("PNG", (".png",), _png)
TIFF = Exporter("TIFF", (".tif", ".tiff"), _tiff)
WEBP = Exporter(
    "WebP", (".webp",), _webp, deep=False, grey=False, largest=16_383,
    choices=("lossless", "quality"),
)  # fmt: skip
JPEG = Exporter(
    "JPEG", (".jpg", ".jpeg", ".jpe", ".jfif"), _jpeg, alpha=False, deep=False,
    largest=65_500, choices=("quality",),
)  # fmt: skip
