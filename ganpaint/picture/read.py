"""Any file → `Photo`, or a sentence that says why not.

The order matters: what kind of thing the path is, what its first bytes are, how large its header
says it is, and only then a decoder. Nothing else leaves this file than a `GanpaintError`.
"""

from __future__ import annotations

import errno
import os
import stat
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from ganpaint.errors import BadPicture, CutOffPicture, TooLarge, UnknownFormat
from ganpaint.paths import quoted, size_text
from ganpaint.picture.photo import Photo
from ganpaint.picture.recognise import (
    HEAD,
    RAW_SUFFIXES,
    SUFFIXES,
    Header,
    foreign_picture,
    other_file,
    read_header,
    recognise,
)

UNCHANGED = "Nothing was changed."
ANOTHER = "Choose a PNG, JPEG, TIFF, WebP, BMP or GIF."
TINY = 32  # pixels a side below which a projection cannot be more than a guess
BOMB_RATIO = 1100  # above what deflate (1032) and any photograph reach
BOMB_BYTES = 256 << 20
FEW_PASSES, MOST_WORK = 100, 2_000_000_000  # of a progressive JPEG: ten are usual; pixels in all
# told apart from files that lie: a wild offset in one is an EINVAL
SYSTEM_TROUBLE = {errno.EIO, errno.EACCES, errno.EPERM, errno.ESTALE, errno.ENODEV, errno.ENXIO}
WORK_SPACE = 3  # copies of the pixels that opening needs at its worst moment


@dataclass(frozen=True, slots=True)
class Limits:
    """What is refused before anything is decoded.

    Attributes:
        pixels: in a picture.
        side: pixels a side.
        memory: bytes that opening may need; None asks the system what is free.
    """

    pixels: int = 400_000_000
    side: int = 100_000
    memory: int | None = None


LIMITS = Limits()


def read_photo(path: Path | str, *, partial: bool = False, limits: Limits = LIMITS) -> Photo:
    """Open a picture file.

    Args:
        path: the file.
        partial: open the rows that a cut-off file has instead of refusing it.
        limits: what is too large.

    Raises:
        CutOffPicture: it ends early or is damaged; its `share` says how much could be opened.
        TooLarge, UnknownFormat, BadPicture: as their names say.
    """
    path = Path(path)
    name = quoted(path)
    with _opened(path, name) as file, warnings.catch_warnings():
        # libraries warn about oddities (a crooked EXIF block) that are no concern of the person
        warnings.simplefilter("ignore")
        try:
            return _read(file, path, name, partial, limits)
        except OSError as error:
            raise _unreadable(name, error) from error
        except MemoryError as error:
            raise TooLarge(
                f"There is not enough free memory to open {name}. Nothing was opened.",
                "Close other programs, or reduce the picture first.",
                cause=error,
            ) from error


def photo_from_array(pixels: NDArray[Any], note: str = "") -> Photo:
    """A photo of a picture without a file (the clipboard): (H, W, 3 or 4) uint8 sRGB."""
    assert pixels.dtype == np.uint8
    mode = "RGBA" if pixels.shape[2] == 4 else "RGB"
    return Photo.make(np.array(pixels, order="C"), mode, notes=(note,) if note else ())


# ------------------------------------------------------------------------------ the path
@contextmanager
def _opened(path: Path, name: str) -> Iterator[BinaryIO]:
    """The file for reading; a sentence for everything that is not a readable file.

    Pipes and devices are told by their status and never opened, so nothing waits for them.
    """
    try:
        kind = path.stat().st_mode
        if stat.S_ISDIR(kind):
            raise BadPicture(f"{name} is a folder. {UNCHANGED}", "Choose a picture in it.")
        if not stat.S_ISREG(kind):
            raise BadPicture(
                f"{name} is not a file but a pipe or a device. {UNCHANGED}",
                "Choose a picture file.",
            )
        opened = open(path, "rb", opener=_without_waiting)  # noqa: SIM115 - needs an opener
    except (OSError, ValueError) as error:
        raise _unreadable(name, error) from error
    with opened as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise BadPicture(f"{name} is not a file any more. {UNCHANGED}", "Choose another one.")
        yield file


def _without_waiting(path: str, flags: int) -> int:
    """Should the file have become a pipe meanwhile, opening does not wait for its other end."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _unreadable(name: str, error: OSError | ValueError) -> BadPicture:
    number = getattr(error, "errno", None)
    if number in (errno.ENOENT, errno.ENOTDIR, errno.ESTALE):
        return BadPicture(
            f"{name} is no longer there. {UNCHANGED}",
            "Check where the file is, or choose another one.",
            cause=error,
        )
    if number in (errno.EACCES, errno.EPERM):
        return BadPicture(
            f"{name} could not be read: no permission. {UNCHANGED}",
            "Change its permissions or copy it to your own folder.",
            cause=error,
        )
    reason = {
        errno.ENAMETOOLONG: "its name is too long",
        errno.ELOOP: "its links go round in a circle",
        errno.EIO: "the disk reports an error",
    }.get(number or 0, "the system refused it")
    return BadPicture(
        f"{name} could not be read: {reason}. {UNCHANGED}",
        "Copy it to your own folder and open the copy.",
        cause=error,
    )


# ------------------------------------------------------------------------------ the contents
def _read(file: BinaryIO, path: Path, name: str, partial: bool, limits: Limits) -> Photo:
    from ganpaint.picture.decode import DAMAGE, decode

    kind = _kind(file.read(HEAD), path, name)
    header = _checked_header(kind, file, name, limits)
    notes = []
    try:
        decoded = decode(kind, file, header)
    except DAMAGE as error:
        if getattr(error, "errno", None) in SYSTEM_TROUBLE:
            raise
        decoded, note = _rows_there(kind, file, header, name, error if not partial else None)
        notes.append(note)
    notes += _notes(kind, path, name, decoded.frames)
    notes += [f"{name} {remark}" for remark in decoded.remarks]
    height, width = decoded.pixels.shape[:2]
    if min(height, width) < TINY:
        notes.append(
            f"{name} has {width} × {height} pixels. It was opened; "
            "a projection will only be a guess."
        )
    return Photo.make(
        decoded.pixels,
        decoded.mode,
        icc=decoded.icc,
        source=path,
        notes=tuple(notes),
        exif=decoded.exif,
    )


def _kind(head: bytes, path: Path, name: str) -> str:
    """The format by content; raises where it is none that ganpaint reads."""
    if not head:
        raise BadPicture(
            f"{name} is empty (0 bytes). {UNCHANGED}",
            "The copy or download has probably failed: fetch it again.",
        )
    kind = recognise(head)
    foreign = foreign_picture(head) if kind is None else None
    if kind == "TIFF" and path.suffix.lower() in RAW_SUFFIXES:
        foreign = "camera RAW picture"
    if foreign is not None:
        raise _foreign(name, foreign)
    if kind is None:
        other = other_file(head)
        like = f"it begins like {other}" if other else "no picture begins as it does"
        raise UnknownFormat(f"{name} is not a picture: {like}. {UNCHANGED}", ANOTHER)
    return kind


def _foreign(name: str, what: str) -> UnknownFormat:
    article = "an" if what[0] in "AO" or what.startswith("SVG") else "a"
    return UnknownFormat(
        f"{name} is {article} {what}, which ganpaint cannot read. {UNCHANGED}",
        "Save it as JPEG or PNG in your photo program and open that.",
    )


def _checked_header(kind: str, file: BinaryIO, name: str, limits: Limits) -> Header:
    """The header, if what it promises is within the limits."""
    from ganpaint.picture.decode import DAMAGE, library_header

    try:
        header = read_header(kind, file) or library_header(kind, file)
    except DAMAGE as error:
        if getattr(error, "errno", None) in SYSTEM_TROUBLE:
            raise
        raise _cut_off(kind, file, name, 0.0, error) from error
    if header is None or min(header.width, header.height) < 1:
        raise _cut_off(kind, file, name, 0.0, None)
    if header.foreign:
        raise _foreign(name, header.foreign)
    if header.bits > 16:
        raise UnknownFormat(
            f"{name} holds {header.bits}-bit numbers, which ganpaint does not read. {UNCHANGED}",
            "Save it with 8 or 16 bits a channel in your photo program and open that.",
        )
    _check_size(header, file.seek(0, os.SEEK_END), name, limits)
    return header


def _check_size(header: Header, packed: int, name: str, limits: Limits) -> None:
    """Raise where the picture is too large, before any of it is unpacked."""
    pixels = header.width * header.height
    unpacked = pixels * header.channels * (2 if header.bits > 8 else 1)
    if unpacked > BOMB_BYTES and unpacked > BOMB_RATIO * packed:
        raise TooLarge(
            f"{name} would unpack from {size_text(packed)} to {size_text(unpacked)}. "
            "It was not opened.",
            "Ask where it comes from for an ordinary picture file.",
        )
    shown = f"{name} has {_thousands(header.width)} × {_thousands(header.height)} pixels"
    if pixels > limits.pixels:
        raise TooLarge(
            f"{shown} ({_thousands(round(pixels / 1e6))} megapixels); "
            f"the limit here is {_thousands(limits.pixels // 1_000_000)}. Nothing was opened.",
            "Crop or reduce it first.",
        )
    if max(header.width, header.height) > limits.side:
        raise TooLarge(
            f"{shown}; the limit for a side is {_thousands(limits.side)}. Nothing was opened.",
            "Cut it into pieces first.",
        )
    if header.passes > FEW_PASSES and header.passes * pixels > MOST_WORK:
        raise TooLarge(
            f"{name} is built of {_thousands(header.passes)} passes over all its pixels and would "
            "take minutes to unpack. It was not opened.",
            "Ask where it comes from for an ordinary picture file.",
        )
    free = _free_memory() if limits.memory is None else limits.memory
    if free is not None and unpacked * WORK_SPACE > free:
        raise TooLarge(
            f"{shown} and needs {size_text(unpacked * WORK_SPACE)} of memory; "
            f"{size_text(free)} are free. Nothing was opened.",
            "Close other programs, or reduce the picture first.",
        )


def _free_memory() -> int | None:
    """Bytes that can be used without swapping, where the system tells (Linux)."""
    try:
        text = Path("/proc/meminfo").read_text(encoding="ascii")
        line = next(row for row in text.splitlines() if row.startswith("MemAvailable:"))
        return int(line.split()[1]) * 1024
    except (OSError, ValueError, StopIteration, IndexError):
        return None


def _rows_there(
    kind: str, file: BinaryIO, header: Header, name: str, refused: BaseException | None
) -> tuple[Any, str]:
    """The rows of a file that does not decode, and a note. With `refused` (the decoder's error)
    raises instead, saying how many there are."""
    from ganpaint.picture.rescue import ends_early, rows_there

    part = rows_there(kind, file, header)
    if refused is not None or part is None:
        raise _cut_off(kind, file, name, part.share if part else 0.0, refused)
    state = "cut off" if ends_early(kind, file) else "damaged"
    if part.share >= 1:
        return part.decoded, f"{name} is {state}. It was opened; some of it may be coarse or wrong."
    share = max(1, int(100 * part.share))
    return part.decoded, f"{name} is {state}. The {part.where} {share} % of its rows were opened."


def _cut_off(
    kind: str, file: BinaryIO, name: str, share: float, error: BaseException | None
) -> CutOffPicture:
    from ganpaint.picture.rescue import ends_early

    state = "cut off" if ends_early(kind, file) else "damaged"
    if share >= 1:
        sentence = f"{name} is {state}: its rows are there, but some may be coarse or wrong."
        remedy = "Copy the file again, or choose Open anyway to use it as it is."
    elif share > 0:
        sentence = (
            f"{name} is {state} after {max(1, int(100 * share))} % of its rows. "
            "The rows that are there were not opened."
        )
        remedy = "Copy the file again, or choose Open anyway to use the part that is there."
    else:
        sentence = f"{name} is {state}, and nothing of it can be shown. {UNCHANGED}"
        remedy = "Copy or download the file again."
    refusal = CutOffPicture(sentence, remedy, cause=error)
    refusal.share = share
    return refusal


def _notes(kind: str, path: Path, name: str, frames: int) -> list[str]:
    """What is worth saying about a file that opened well."""
    notes = []
    if path.suffix and path.suffix.lower() not in SUFFIXES[kind]:
        article = "an" if kind == "AVIF" else "a"
        notes.append(
            f"{name} is {article} {kind} file with the wrong ending. It was opened as {kind}; "
            "an export goes by the ending you give it."
        )
    if frames > 1:
        what = "pages" if kind == "TIFF" else "frames"
        notes.append(f"{name} has {_thousands(frames)} {what}. The first was opened.")
    return notes


def _thousands(number: int) -> str:
    return f"{number:,}".replace(",", " ")
