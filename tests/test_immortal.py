"""None, True and False outlive any number of Qt's calls."""

from __future__ import annotations

import subprocess
import sys

import ganpaint.ui

CODE = """
import ganpaint.{package}
from PySide6.QtCore import QCoreApplication, QObject, Signal
class Bell(QObject):
    rings = Signal(object)
app, bell = QCoreApplication([]), Bell()
for i in range(60000):
    bell.rings.emit(i)
    bell.setObjectName("bell")
"""


def test_many_thousand_calls_end_well() -> None:
    for package in ("ui", "jobs"):
        done = subprocess.run(
            [sys.executable, "-c", CODE.format(package=package)],
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()[-400:]


def test_raising_the_counts_is_done_once() -> None:
    assert ganpaint.ui.__doc__
    from ganpaint.immortal import make_immortal

    before = sys.getrefcount(True)
    make_immortal()
    assert abs(sys.getrefcount(True) - before) < 1000
