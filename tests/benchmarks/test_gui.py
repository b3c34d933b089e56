"""What the benchmark of the window must not do: disturb what it measures."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication

from tests.benchmarks import gui


@pytest.fixture
def works(qapp: QApplication) -> Callable[[Callable[[], object]], int]:
    """How often a thread gets Python's lock while something is done."""

    def count(act: Callable[[], object]) -> int:
        turns, over = 0, threading.Event()

        def work() -> None:
            nonlocal turns
            while not over.wait(0.001):
                turns += 1

        thread = threading.Thread(target=work)
        thread.start()
        act()
        over.set()
        thread.join()
        return turns

    return count


def test_waiting_leaves_the_lock_to_the_workers(
    works: Callable[[Callable[[], object]], int],
) -> None:
    """A thread that sleeps a millisecond at a time is not slower than beside a sleep."""

    def wait() -> None:
        end = time.monotonic() + 0.3
        gui.wait_for(lambda: time.monotonic() > end)

    assert works(wait) > 0.6 * works(lambda: time.sleep(0.3))


def test_waiting_ends_in_time(qapp: QApplication) -> None:
    with pytest.raises(AssertionError, match="in time"):
        gui.wait_for(lambda: False, seconds=0.05)
