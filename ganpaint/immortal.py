"""Keeps None, True and False alive under PySide6 6.12 on Python 3.11.

The wheel hands these values out without counting the reference, as is right where they are
immortal, from Python 3.12 on. Before, every call that returns nothing uses up one None and every
`Signal.emit` one True: after some thousands the interpreter ends with "none_dealloc" or
"bool_dealloc" (measured: 574 emits after start-up). Raising their counts beyond what a program
can use up does what the newer interpreter does. Imported by the packages that use Qt, before
their first call.
"""

from __future__ import annotations

import ctypes
import sys

ENOUGH = 1 << 40
VALUES = (None, True, False, NotImplemented, Ellipsis)


def make_immortal() -> None:
    """Raise the counts of the singletons once; nothing from Python 3.12 on."""
    if sys.implementation.name != "cpython" or sys.version_info >= (3, 12):
        return
    for value in VALUES:
        if sys.getrefcount(value) < ENOUGH // 2:
            count = ctypes.c_ssize_t.from_address(id(value))  # ob_refcnt comes first in PyObject
            count.value += ENOUGH


make_immortal()
