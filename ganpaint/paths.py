"""Where things lie: bundled resources and the user's own folders; how a file is named in words.

`GANPAINT_HOME` moves configuration, data, cache and state under one folder.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

APP = "ganpaint"


def resource(*parts: str) -> Path:
    """A bundled file or folder: in a frozen build, in an installed wheel, or in the source tree.

    Raises:
        FileNotFoundError: it is in none of the places, which the message names.
    """
    roots = []
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen:
        roots.append(Path(frozen) / "resources")
    package = Path(__file__).resolve().parent
    roots += [package / "_resources", package.parent / "resources"]
    for root in roots:
        path = root.joinpath(*parts)
        if path.exists():
            return path
    places = ", ".join(str(root) for root in roots)
    raise FileNotFoundError(f"{'/'.join(parts)} is in none of: {places}")


def _folder(kind: str) -> Path:
    home = os.environ.get("GANPAINT_HOME")
    if home:
        path = Path(home) / kind
    else:
        import platformdirs

        path = Path(getattr(platformdirs, f"user_{kind}_dir")(APP, appauthor=False))
    with suppress(OSError):  # a home that cannot be written: reading goes on, writing says so
        path.mkdir(parents=True, exist_ok=True)
    return path


def config_dir() -> Path:
    """Preferences."""
    return _folder("config")


def data_dir() -> Path:
    """What the user added: models, class names."""
    return _folder("data")


def cache_dir() -> Path:
    """What can be made again: calibrations, thumbnails."""
    return _folder("cache")


def state_dir() -> Path:
    """Logs and recovery."""
    return _folder("state")


def models_dir() -> Path:
    """The user's model folder."""
    path = data_dir() / "models"
    with suppress(OSError):
        path.mkdir(parents=True, exist_ok=True)
    return path


def is_there(path: Path | str) -> bool:
    """Whether a file or folder exists; False, too, for names that no system allows."""
    with suppress(OSError, ValueError):
        return Path(path).exists()
    return False


def quoted(path: Path | str, longest: int = 40) -> str:
    """A file's name for a sentence: in quotes, on one line, shortened in the middle."""
    text = path if isinstance(path, str) else (path.name or str(path))
    # bytes that are no text (surrogates) and control characters would break a terminal or a label
    text = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    if len(text) > longest:
        tail = longest // 2
        text = f"{text[: longest - tail - 1]}…{text[-tail:]}"
    return f'"{text}"'


def size_text(count: float) -> str:
    """A number of bytes in words: "12 kB", "1.4 MB", "84 MB", "2.5 GB"."""
    for unit, step in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= step:
            value = count / step
            return f"{value:.1f} {unit}" if value < 10 else f"{value:.0f} {unit}"
    return f"{count:.0f} bytes"
