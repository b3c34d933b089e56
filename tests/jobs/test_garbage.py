"""Cycles with Qt objects die in the window's thread, whatever the workers allocate."""

from __future__ import annotations

import gc
import weakref
from typing import Any

from PySide6.QtCore import QObject, QThread

from ganpaint.jobs.garbage import Collector


class Knot(QObject):
    """A QObject in a reference cycle; notes in which thread it goes."""

    def __init__(self, seen: list[QThread]) -> None:
        super().__init__()
        self.me = self
        weakref.finalize(self, lambda: seen.append(QThread.currentThread()))


class Busy(QThread):
    """A worker that would set off many collections."""

    def run(self) -> None:
        for _ in range(20_000):
            a: list[Any] = []
            a.append(a)


def test_workers_never_collect(qtbot: Any) -> None:
    collector = Collector()
    collector.start()
    try:
        assert not gc.isenabled()
        seen: list[QThread] = []
        for _ in range(50):
            Knot(seen)
        worker = Busy()
        worker.start()
        worker.wait(20_000)
        assert seen == []
        qtbot.waitUntil(lambda: len(seen) == 50, timeout=20_000)
        assert set(seen) == {collector.thread()}
    finally:
        collector.stop()
    assert gc.isenabled()


def test_the_last_one_gives_it_back(qtbot: Any) -> None:
    first, second = Collector(), Collector()
    first.start()
    second.start()
    first.stop()
    first.stop()
    assert not gc.isenabled()
    second.stop()
    assert gc.isenabled()
