"""A fake studio and fake tasks: requests are callables that make the generator."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from ganpaint.jobs.jobs import Jobs
from ganpaint.progress import Progress, Stop


class FakeStudio:
    """What a task sees of the studio here: the stop signal."""

    def __init__(self, stop: Stop | None = None) -> None:
        self.stop = stop or Stop()

    def for_job(self, stop: Stop) -> FakeStudio:
        return FakeStudio(stop)


@dataclass
class Ask:
    """A request that carries its own task."""

    run: Callable[[FakeStudio], Generator[Progress, None, Any]]
    lane: str = "engine"


def fake_perform(request: Ask, studio: FakeStudio) -> Generator[Progress, None, Any]:
    return request.run(studio)


@pytest.fixture
def jobs(qtbot: Any) -> Iterator[Jobs]:
    """Started jobs on fake tasks; shut down afterwards."""
    jobs = Jobs(FakeStudio, fake_perform)
    jobs.start()
    yield jobs
    assert jobs.shutdown(5000)
    jobs.deleteLater()
    gc.collect()


def search(steps: int = 10**6, pause: float = 0.002) -> Ask:
    """A search that keeps its best: returns the number of steps done."""

    def run(studio: FakeStudio) -> Generator[Progress, None, int]:
        done = 0
        while done < steps and not studio.stop.requested:
            time.sleep(pause)
            done += 1
            yield Progress(done, steps)
        return done

    return Ask(run)
