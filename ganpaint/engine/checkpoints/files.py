"""Opening a file that may be hostile: what it is, before a byte of it is interpreted.

Links, pipes, devices and folders are refused; the first bytes, never the name's ending, decide
what follows. A file that is no model at all is told apart from a damaged one.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from ganpaint.engine.checkpoints import sentences
from ganpaint.engine.checkpoints.limits import LIMITS, Limits
from ganpaint.errors import BadModel, MissingModel, OutOfMemory, Refused, UnknownModel
from ganpaint.paths import quoted

LEGACY_MAGIC = bytes.fromhex("80028a0a6cfc9c46f920 6aa85019".replace(" ", ""))
HEAD = 512
AGAIN = "Copy or download it again."

# first bytes → what such a file is; only for the sentence
OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"version https://git-lfs", "a Git LFS pointer, not the model itself"),
    (b"<", "a web page or XML text, not a model"),
    (b"\x1f\x8b", "a gzip archive; unpack it first"),
    (b"7z\xbc\xaf", "a 7-Zip archive; unpack it first"),
    (b"Rar!", "a RAR archive; unpack it first"),
    (b"\x89PNG", "a PNG picture, not a model"),
    (b"\xff\xd8\xff", "a JPEG picture, not a model"),
    (b"\x89HDF", "an HDF5 file, which no known generator is stored in"),
    (b"\x93NUMPY", "a numpy array, not a model"),
    (b"GGUF", "a GGUF file, which no known generator is stored in"),
    (b"{", "a JSON text; open the folder it lies in"),
)


@dataclass(frozen=True, slots=True)
class Head:
    """A regular file: its size and what its first bytes say.

    `kind` is "zip", "legacy", "pickle", "safetensors" or "".
    """

    path: Path
    size: int
    kind: str
    first: bytes


def look(path: Path, limits: Limits = LIMITS) -> Head:
    """What a file is by its first bytes.

    Raises:
        MissingModel: it is not there. Refused: it is a link, pipe, device, or too large.
        BadModel: it cannot be read. UnknownModel: it is empty or certainly no model.
    """
    descriptor = _open(path)
    try:
        size = os.fstat(descriptor).st_size
        first = os.read(descriptor, HEAD)
    except OSError as error:
        raise _unreadable(path, error) from error
    finally:
        os.close(descriptor)
    if size > limits.file_bytes:
        raise sentences.too_much(path.name, "it has too many bytes", size, limits.file_bytes)
    if not size:
        raise UnknownModel(
            f"{quoted(path)} is empty (0 bytes). Nothing was changed.",
            "The copy or download has probably failed: fetch it again.",
        )
    return Head(path, size, kind_of(first, size), first)


def kind_of(first: bytes, size: int) -> str:
    """The container that the first bytes announce, or "" for none that is known."""
    if first[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return "zip"
    if first.startswith(LEGACY_MAGIC):
        return "legacy"
    if len(first) > 1 and first[0] == 0x80 and 2 <= first[1] <= 5:
        return "pickle"
    header = int.from_bytes(first[:8], "little")
    if len(first) > 8 and first[8:9] == b"{" and 2 <= header <= size - 8:
        return "safetensors"
    return ""


def is_folder(path: Path) -> bool:
    """Whether it is a folder that can be seen; False for impossible names too."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def read(path: Path, limits: Limits = LIMITS) -> bytearray:
    """The whole file. Raises as `look` does, and OutOfMemory."""
    descriptor = _open(path)
    try:
        with os.fdopen(descriptor, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size > limits.file_bytes:
                raise sentences.too_much(
                    path.name, "it has too many bytes", size, limits.file_bytes
                )
            data = bytearray(size)
            view, at = memoryview(data), 0
            while at < size and (count := file.readinto(view[at:])):
                at += count
    except OSError as error:
        raise _unreadable(path, error) from error
    except MemoryError as error:
        raise OutOfMemory(
            f"There was not enough memory to open {quoted(path)}. Nothing was changed.",
            "Close other programs or models and try again.",
            cause=error,
        ) from error
    if at < size:
        raise sentences.cut_off(path.name, "the file", size, at)
    return data


def no_model(head: Head) -> BadModel:
    """The sentence for a file whose first bytes are those of no container of models."""
    name = quoted(head.path)
    if head.first[257:262] == b"ustar":
        return Refused(
            f"{name} is in the tar form of torch before 0.1.10, which is not read. "
            "Nothing was changed.",
            "Save it again with a later torch.",
        )
    for begin, what in OTHERS:
        if head.first.lstrip().startswith(begin):
            return UnknownModel(f"{name} is {what}. Nothing was changed.", AGAIN)
    return UnknownModel(
        f"{name} is not a model file: it begins with {head.first[:4].hex(' ')}. "
        "Nothing was changed.",
        "Choose a .pkl, .pt, .pth, .bin or .safetensors file, or a folder with config.json.",
    )


def _open(path: Path) -> int:
    name = quoted(path)
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    flags |= getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode):
            raise Refused(
                f"{name} was refused: it is a link. Nothing was changed.",
                "Open the file that it points to.",
            )
        if not stat.S_ISREG(mode):
            what = "a folder" if stat.S_ISDIR(mode) else "a pipe, socket or device"
            raise Refused(
                f"{name} was refused: it is {what}. Nothing was changed.",
                "Choose a model file, or a folder with config.json and its weights.",
            )
        descriptor = os.open(path, flags)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise Refused(
                f"{name} changed while it was opened. Nothing was changed here.", "Try again."
            )
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    return descriptor


def _unreadable(path: Path, error: Exception) -> BadModel:
    name = quoted(path)
    if isinstance(error, FileNotFoundError):
        return MissingModel(
            f"There is no model file {name}.", "Check the name, or choose another.", cause=error
        )
    why = "no permission" if isinstance(error, PermissionError) else "the disk or path failed"
    return BadModel(
        f"{name} could not be read: {why}. Nothing was changed.",
        "Change its permissions or copy it to your own folder.",
        cause=error,
    )
