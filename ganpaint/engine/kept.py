"""Arrays kept on disk because they can be made again: whole, or made anew."""

from __future__ import annotations

import io
import logging
import zipfile
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ganpaint.atomic import atomic_write
from ganpaint.errors import CannotWrite

Arrays = dict[str, NDArray[np.generic]]

log = logging.getLogger(__name__)


def read_arrays(path: Path) -> Arrays | None:
    """The arrays of a file by name; None where there is none, or it is damaged."""
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as file:
            return dict(file)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        log.warning("%s is damaged and is made anew: %s", path, error)
        return None


def keep_arrays(path: Path, arrays: Arrays) -> None:
    """Keep arrays; a cache that cannot be written costs time, not the work."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_write(path) as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]
    except (OSError, CannotWrite) as error:
        log.warning("%s could not be kept: %s", path, error)
