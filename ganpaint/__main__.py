"""`ganpaint` and `python -m ganpaint`: files or nothing open the window, else a command runs."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Sequence
from pathlib import Path

# before torch is imported: without it, waiting threads take the processor from working ones
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ganpaint; returns the exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if opens_window(words):
        return open_window([Path(word) for word in words])
    from ganpaint.cli.main import main as command

    return command(words)


def opens_window(words: Sequence[str]) -> bool:
    """Whether the arguments ask for the window: none, or only files that are there."""
    from ganpaint.cli.main import TABLE
    from ganpaint.paths import is_there

    return not any(word in TABLE or not is_there(word) for word in words)


def open_window(paths: Sequence[Path]) -> int:
    """Open the window with these files; says why where there can be none."""
    from ganpaint.cli.terminal import complain

    obstacle = why_no_window()
    if obstacle:
        complain(obstacle)
        return 2
    try:
        from ganpaint.ui.app import run
    except ImportError as error:
        if error.name and error.name.startswith("ganpaint"):
            raise
        complain(
            f"The window needs system libraries that are missing ({error}). "
            "Run sh resources/setup.sh ganpaint, which installs them or names them."
        )
        return 2
    return run(paths)


def why_no_window() -> str:
    """Why no window can be shown, as a sentence; "" when nothing is known against it."""
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return ""
    if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        return (
            "There is no display, so the window cannot open. Start it in a desktop session, "
            "or use the commands: ganpaint --help."
        )
    if not os.environ.get("WAYLAND_DISPLAY"):
        try:  # without it Qt would end the process without a word that helps
            ctypes.CDLL("libxcb-cursor.so.0")
        except OSError:
            return (
                "The window needs the system library libxcb-cursor, which is missing. "
                "Install the package libxcb-cursor0, or run sh resources/setup.sh ganpaint."
            )
    return ""


if __name__ == "__main__":
    sys.exit(main())
