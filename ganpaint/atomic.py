"""Files whole or not at all.

`atomic_write` writes into a temporary file beside the target, makes sure that it is on the disk,
and only then puts it in the target's place. Whatever happens on the way (a full disk, a removed
permission, a stop, a killed process), the former file is untouched.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from ganpaint.errors import CannotWrite, DiskFull, ReadOnly
from ganpaint.paths import is_there, quoted, size_text

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
PREFIX = ".ganpaint-"  # short: the target's own name may already have 255 bytes


@contextmanager
def atomic_write(path: Path, *, what: str = "", needed: int = 0) -> Iterator[BinaryIO]:
    """Open a binary file that takes the place of `path` when the block ends without an error.

    Args:
        path: the target; a link is followed, an existing file keeps its permissions.
        what: what is saved, as the sentence begins ("The project"); the file's name when empty.
        needed: bytes that will be written, checked against the free space first.

    Raises:
        DiskFull, ReadOnly, CannotWrite: nothing was written; the former file is untouched.
    """
    path = Path(path)
    try:
        target = path.resolve()
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, "is a folder", str(target))
        if target.exists() and not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, "is read-only", str(target))
        check_space(target, needed, what=what)
        handle, name = tempfile.mkstemp(prefix=PREFIX, suffix=".part", dir=target.parent)
    except (OSError, ValueError) as error:
        raise explained(error, path, what=what, needed=needed) from error
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _keep_permissions(target, temporary)
        temporary.replace(target)
        _flush_folder(target.parent)
    except OSError as error:
        raise explained(error, path, what=what, needed=needed) from error
    finally:
        with suppress(OSError):  # gone already when all went well
            temporary.unlink(missing_ok=True)


def check_space(path: Path, needed: int, *, what: str = "") -> None:
    """Raise DiskFull when fewer than `needed` bytes are free where `path` will lie."""
    folder = _existing(Path(path).parent)
    if needed > 0 and shutil.disk_usage(folder).free < needed:
        raise _full(Path(path), what, needed)


def explained(error: Exception, path: Path, *, what: str = "", needed: int = 0) -> CannotWrite:
    """The system's refusal to write `path` as a sentence."""
    subject = what or quoted(path)
    state = _state(path, what)
    number = getattr(error, "errno", None)
    if number in FULL:
        return _full(path, what, needed, error)
    if number in FORBIDDEN:
        place = path if is_there(path) else path.parent
        return ReadOnly(
            f"{quoted(place)} is read-only, so {_lower(subject)} was not saved. {state}",
            "Save it in another folder, or change the permissions.",
            cause=error,
        )
    if number == errno.ENOENT:
        return CannotWrite(
            f"{subject} was not saved: the folder {quoted(path.parent)} does not exist. {state}",
            "Make the folder, or save elsewhere.",
            cause=error,
        )
    if number == errno.EISDIR:
        return CannotWrite(
            f"{subject} was not saved: there is a folder of that name. {state}",
            "Choose another name.",
            cause=error,
        )
    reason = getattr(error, "strerror", None) or str(error)
    return CannotWrite(
        f"{subject} was not saved; the system says: {reason[:60]}. {state}",
        "Save it under another name or in another folder.",
        cause=error,
    )


def _full(path: Path, what: str, needed: int, cause: Exception | None = None) -> DiskFull:
    folder = _existing(path.parent)
    free = shutil.disk_usage(folder).free
    need = f"{size_text(needed)} are needed, " if needed else ""
    return DiskFull(
        f"{what or quoted(path)} was not saved: {need}{size_text(free)} are free on "
        f"{quoted(_mount(folder))}. {_state(path, what)}",
        "Free some space or save elsewhere.",
        cause=cause,
    )


def _state(path: Path, what: str) -> str:
    """How the work stands; only the window, which names `what`, has it open."""
    with suppress(OSError, ValueError):
        if path.is_file():
            return "The former file is untouched" + (
                " and your work is still open." * bool(what) or "."
            )
    return "Your work is still open." if what else "No file was made."


def _lower(subject: str) -> str:
    return subject[0].lower() + subject[1:]


def _existing(folder: Path) -> Path:
    """The nearest folder upwards that exists."""
    folder = folder.absolute()
    while not is_there(folder) and folder != folder.parent:
        folder = folder.parent
    return folder


def _mount(folder: Path) -> Path:
    """The root of the file system that holds a folder; the folder itself when it is a drive."""
    folder = folder.resolve()
    while folder != folder.parent and not folder.is_mount():
        folder = folder.parent
    return folder


def _keep_permissions(target: Path, temporary: Path) -> None:
    """The former file's permissions, or those a new file gets."""
    if target.exists():
        mode = target.stat().st_mode & 0o7777
    else:
        mask = os.umask(0)
        os.umask(mask)
        mode = 0o666 & ~mask
    with suppress(OSError):  # some file systems have no permissions to keep
        temporary.chmod(mode)


def _flush_folder(folder: Path) -> None:
    """Make the new name survive a power cut, where the system can."""
    if os.name != "posix":
        return
    with suppress(OSError):  # the contents are safe already; some systems refuse this on folders
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
