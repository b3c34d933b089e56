"""Codes as files: `code.npz`, plain NumPy arrays that any reader opens without pickle."""

from __future__ import annotations

import errno
import io
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from ganpaint.atomic import atomic_write
from ganpaint.errors import BadRequest
from ganpaint.latent import TEXT_PREFIX, Code, Space
from ganpaint.paths import quoted

LARGEST = 64 << 20
ARRAYS = ("values", "c", "embed", "transform")


def write_code(path: Path, code: Code, model_name: str = "") -> None:
    """Write a code. Raises CannotWrite with a sentence."""
    parts: dict[str, Any] = {
        "space": np.array(str(code.space)),
        "model": np.array(code.model),
        "model_name": np.array(model_name),
        "truncation_psi": np.array(code.truncation_psi, np.float64),
    }
    if code.truncation_cutoff is not None:
        parts["truncation_cutoff"] = np.array(code.truncation_cutoff, np.int64)
    for name in ARRAYS:
        array = getattr(code, name)
        if array is not None:
            parts[name] = array
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **parts)
    with atomic_write(path) as file:
        file.write(buffer.getvalue())


def read_code(path: Path) -> Code:
    """Read `write_code`'s file, or a text file with `Code.to_text`'s line.

    Raises:
        BadRequest: it holds no code of ganpaint, whatever else it is.
    """
    path = Path(path)
    name = quoted(path)
    try:
        if path.stat().st_size > LARGEST:
            raise BadRequest(f"{name} is too large to be a code.", "Choose a code.npz.")
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        missing = getattr(error, "errno", None) == errno.ENOENT
        raise BadRequest(
            f"{name} is not there." if missing else f"{name} could not be read.",
            "Check the path of the code.",
            cause=error,
        ) from error
    if data.startswith(TEXT_PREFIX.encode()):
        return Code.from_text(data.decode("utf-8", "replace"))
    try:
        return _code_of(data)
    except (
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        OSError,
        EOFError,
        RuntimeError,
        SyntaxError,
        MemoryError,
        OverflowError,
        NotImplementedError,
        struct.error,
        zlib.error,
        zipfile.BadZipFile,
    ) as error:
        raise BadRequest(
            f"{name} holds no code of ganpaint. Nothing was started.",
            "Choose the code.npz of a result.",
            cause=error,
        ) from error


def _code_of(data: bytes) -> Code:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        infos = archive.infolist()
        if len(infos) > 16 or sum(info.file_size for info in infos) > LARGEST:
            raise ValueError("more than a code")
    with np.load(io.BytesIO(data), allow_pickle=False) as parts:
        space = Space(str(parts["space"]))
        values = parts["values"]
        if values.ndim != (2 if space is Space.W_PLUS else 1) or values.dtype.kind != "f":
            raise ValueError("values of another shape")
        cutoff = int(parts["truncation_cutoff"]) if "truncation_cutoff" in parts else None
        return Code(
            space=space,
            values=values,
            model=str(parts["model"]),
            truncation_psi=float(parts["truncation_psi"]),
            truncation_cutoff=cutoff,
            **{name: parts[name] for name in ARRAYS[1:] if name in parts},
        )
