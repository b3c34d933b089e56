"""Runs a piece of Python where a folder is a file system of its own: tiny, or read-only.

A private mount namespace is used, so nothing of it is seen by other processes. Where the system
forbids that, the test is skipped with the reason.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def run_on(folder: Path, options: str, code: str) -> str:
    """Run `code` with `folder` mounted as a tmpfs of these options; its standard output.

    In `code`, `disk` is the folder. Before a read-only mount the folder may be filled: its files
    are copied over.
    """
    if not shutil.which("unshare"):
        pytest.skip("this system has no unshare")
    folder.mkdir(exist_ok=True)
    script = (
        "import os, sys\nfrom pathlib import Path\ndisk = Path(sys.argv[1])\n"
        "def free():\n    s = os.statvfs(disk)\n    return s.f_bavail * s.f_frsize\n" + code
    )
    shell = (
        'mkdir -p "$1.copy" && cp -a "$1/." "$1.copy/" && mount -t tmpfs -o size=8m tmpfs "$1" || '
        'exit 77; cp -a "$1.copy/." "$1/" && mount -o "remount,$2" "$1" || exit 77; '
        'exec "$3" -c "$4" "$1"'
    )
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", shell, "sh", str(folder), options, sys.executable, script],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if done.returncode == 77 or "unshare:" in done.stderr:
        pytest.skip(f"no private mounts on this system: {done.stderr.strip()[:100]}")
    assert done.returncode == 0, done.stderr
    return done.stdout
