"""Keeps True and False alive under PySide6 6.12 on Python 3.11.

`Signal.emit` and `disconnect` return True or False without counting the reference they hand out
(measured: 574 emits after start-up the interpreter ends with "bool_dealloc: deallocating True or
False"). From Python 3.12 on these values are immortal; before, a count that no program can use up
does the same. Imported by the packages that use Qt, before their first signal.
"""

from __future__ import annotations

import ctypes
import sys

ENOUGH = 1 << 40


def keep_booleans() -> None:
    """Raise the reference counts of True and False once; nothing from Python 3.12 on."""
    if sys.implementation.name != "cpython" or sys.version_info >= (3, 12):
        return
    for value in (True, False):
        if sys.getrefcount(value) < ENOUGH // 2:
            count = ctypes.c_ssize_t.from_address(id(value))  # ob_refcnt comes first in PyObject
            count.value += ENOUGH


keep_booleans()
