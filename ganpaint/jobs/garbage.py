"""Collect cyclic garbage in the window's thread only.

Python collects reference cycles in whatever thread happens to allocate. If that is a worker, the
widgets and timers in a forgotten cycle are destroyed in the wrong thread, and Qt crashes at the
next timer event (seen: a segmentation fault in the main thread while the worker computed). So
while workers run, automatic collection is off and the window's thread collects by a timer.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QThread, QTimer

EVERY = 300  # milliseconds
OLDEST_AFTER = 40  # young collections between two of everything

_holders = 0


class Collector(QObject):
    """Takes over collecting between `start` and `stop`; several may be at work."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._young = 0
        self._on = False
        self._timer = QTimer(self, interval=EVERY)
        self._timer.timeout.connect(self.collect)

    def start(self) -> None:
        """Switch automatic collection off and collect here from now on."""
        global _holders
        if not self._on:
            self._on = True
            _holders += 1
            gc.disable()
            self._timer.start()

    def stop(self) -> None:
        """Give collection back when nobody else holds it."""
        global _holders
        if self._on:
            self._on = False
            self._timer.stop()
            _holders -= 1
            if _holders == 0:
                gc.enable()

    def collect(self) -> None:
        """The young generations when they are full, everything now and then."""
        assert QThread.currentThread() is self.thread()
        counts, thresholds = gc.get_count(), gc.get_threshold()
        if counts[0] <= thresholds[0] and counts[1] <= thresholds[1]:
            return
        self._young += 1
        if self._young >= OLDEST_AFTER:
            self._young = 0
            gc.collect()
        else:
            gc.collect(1)
