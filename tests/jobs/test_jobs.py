"""Jobs on real threads with fake tasks; every signal must arrive in the GUI thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QObject, QThread, Slot
from PySide6.QtWidgets import QApplication

from ganpaint.errors import BadRequest, GanpaintError
from ganpaint.jobs.jobs import Job, Jobs, JobState
from ganpaint.progress import Progress, Step

from .conftest import Ask, FakeStudio, fake_perform, search

PICTURE = np.zeros((2, 2, 3), np.uint8)


class Listener(QObject):
    """Keeps what arrives and where it arrived."""

    def __init__(self, jobs: Jobs, paints: bool = True) -> None:
        super().__init__()
        self.jobs, self.paints = jobs, paints
        self.states: list[tuple[int, JobState]] = []
        self.progress: list[Progress] = []
        self.ended: list[Job] = []
        self.live: list[tuple[str, Any]] = []
        self.failed: list[tuple[str, Any]] = []
        jobs.changed.connect(self.on_changed)
        jobs.progressed.connect(self.on_progress)
        jobs.ended.connect(self.on_ended)
        jobs.live_result.connect(self.on_live)
        jobs.live_failed.connect(self.on_failed)

    def here(self) -> None:
        assert QThread.currentThread() is QApplication.instance().thread()

    @Slot(object)
    def on_changed(self, job: Job) -> None:
        self.here()
        self.states.append((job.id, job.state))

    @Slot(object, object)
    def on_progress(self, job: Job, progress: Progress) -> None:
        self.here()
        assert job.progress is progress
        self.progress.append(progress)
        if self.paints:
            self.jobs.acknowledge()

    @Slot(object)
    def on_ended(self, job: Job) -> None:
        self.here()
        self.ended.append(job)

    @Slot(str, object)
    def on_live(self, key: str, result: Any) -> None:
        self.here()
        self.live.append((key, result))
        if self.paints:
            self.jobs.acknowledge()

    @Slot(str, object)
    def on_failed(self, key: str, error: Any) -> None:
        self.here()
        self.failed.append((key, error))


@pytest.fixture
def listener(jobs: Jobs) -> Listener:
    return Listener(jobs)


def answer(value: Any, log: list[Any] | None = None) -> Ask:
    """A request that returns a value at once."""

    def run(studio: FakeStudio) -> Generator[Progress, None, Any]:
        if log is not None:
            log.append(value)
        return value
        yield

    return Ask(run)


def steps_until(event: threading.Event) -> Ask:
    """Yields until the event is set or a stop comes."""

    def run(studio: FakeStudio) -> Generator[Progress, None, str]:
        while not event.is_set() and not studio.stop.requested:
            time.sleep(0.001)
            yield Progress()
        return "done"

    return Ask(run)


def test_a_job_runs_in_its_thread_and_returns_its_result(
    jobs: Jobs, listener: Listener, qtbot: Any
) -> None:
    threads: list[str] = []

    def run(studio: FakeStudio) -> Generator[Progress, None, int]:
        threads.append(QThread.currentThread().objectName())
        yield Progress(1, 2, "half")
        return 42

    job = jobs.submit("Answer", Ask(run), base="document")
    qtbot.waitUntil(lambda: bool(listener.ended))
    assert listener.states == [
        (job.id, JobState.QUEUED),
        (job.id, JobState.RUNNING),
        (job.id, JobState.DONE),
    ]
    assert (job.result, job.error, job.base) == (42, None, "document")
    assert [p.sentence for p in listener.progress] == ["half"]
    assert threads == ["ganpaint engine"]
    assert jobs.jobs == ()


def test_lanes_do_not_wait_for_each_other(jobs: Jobs, listener: Listener, qtbot: Any) -> None:
    slow = jobs.submit("Search", search())
    request = answer("written")
    request.lane = "files"
    quick = jobs.submit("Save", request)
    qtbot.waitUntil(lambda: quick.state.over)
    qtbot.waitUntil(lambda: slow.state is JobState.RUNNING)
    assert jobs.running() is slow
    assert jobs.running("files") is None


@pytest.mark.behaviour("F3", "F17")
def test_jobs_of_a_lane_run_in_order(jobs: Jobs, listener: Listener, qtbot: Any) -> None:
    log: list[int] = []
    for number in range(5):
        jobs.submit("n", answer(number, log))
    qtbot.waitUntil(lambda: len(listener.ended) == 5)
    assert log == [0, 1, 2, 3, 4]


@pytest.mark.behaviour("F3")
def test_pause_rests_within_100_ms_and_loses_nothing(
    jobs: Jobs, listener: Listener, qtbot: Any
) -> None:
    ran: list[int] = []

    def run(studio: FakeStudio) -> Generator[Progress, None, int]:
        for number in range(40):
            ran.append(number)
            time.sleep(0.005)
            yield Progress(number, 40)
        return sum(ran)

    job = jobs.submit("Search", Ask(run))
    qtbot.waitUntil(lambda: len(ran) > 3)
    began = time.perf_counter()
    jobs.pause(job.id)
    qtbot.waitUntil(lambda: job.state is JobState.PAUSED)
    assert time.perf_counter() - began < 0.1
    at_rest = len(ran)
    qtbot.wait(60)
    assert len(ran) == at_rest
    assert jobs.running() is job
    jobs.resume(job.id)
    qtbot.waitUntil(lambda: job.state.over)
    assert ran == list(range(40))
    states = [state for _, state in listener.states]
    assert states[1:] == [JobState.RUNNING, JobState.PAUSED, JobState.RUNNING, JobState.DONE]


@pytest.mark.behaviour("F4")
@pytest.mark.parametrize("paused", [False, True])
@pytest.mark.parametrize("keep", [True, False])
def test_stop_keeps_the_best_or_nothing(
    jobs: Jobs, listener: Listener, qtbot: Any, keep: bool, paused: bool
) -> None:
    job = jobs.submit("Search", search())
    qtbot.waitUntil(lambda: len(listener.progress) >= 3)
    if paused:
        jobs.pause(job.id)
        qtbot.waitUntil(lambda: job.state is JobState.PAUSED)
    began = time.perf_counter()
    jobs.stop(job.id, keep=keep)
    qtbot.waitUntil(lambda: job.state.over)
    assert time.perf_counter() - began < 0.1
    assert job.state is JobState.STOPPED
    assert job.error is None
    assert (job.result is not None and job.result >= 3) if keep else job.result is None


def test_discarding_runs_the_cleaning_up_of_the_task(jobs: Jobs, qtbot: Any) -> None:
    where: list[str] = []

    def run(studio: FakeStudio) -> Generator[Progress, None, None]:
        try:
            while True:
                time.sleep(0.001)
                yield Progress()
        finally:
            where.append(QThread.currentThread().objectName())

    job = jobs.submit("Endless", Ask(run))
    qtbot.waitUntil(lambda: job.state is JobState.RUNNING)
    jobs.stop(job.id, keep=False)
    qtbot.waitUntil(lambda: job.state.over)
    assert where == ["ganpaint engine"]


def test_a_queued_job_can_be_stopped(jobs: Jobs, listener: Listener, qtbot: Any) -> None:
    log: list[int] = []
    first = jobs.submit("Search", search())
    second = jobs.submit("Next", answer(2, log))
    jobs.stop(second.id)
    assert second.state is JobState.STOPPED
    jobs.stop(first.id)
    qtbot.waitUntil(lambda: first.state.over)
    assert log == []


def test_errors_of_a_task_become_errors_of_its_job(
    jobs: Jobs, listener: Listener, qtbot: Any
) -> None:
    def bad(studio: FakeStudio) -> Generator[Progress, None, None]:
        yield Progress()
        raise BadRequest("The mask is empty.", "Paint a mask.")

    def broken(studio: FakeStudio) -> Generator[Progress, None, None]:
        yield Progress()
        raise ZeroDivisionError("division by zero")

    known, unknown = jobs.submit("A", Ask(bad)), jobs.submit("B", Ask(broken))
    last = jobs.submit("C", answer("alive"))
    qtbot.waitUntil(lambda: last.state.over)
    assert known.state is unknown.state is JobState.FAILED
    assert isinstance(known.error, BadRequest)
    assert type(unknown.error) is GanpaintError
    assert "division by zero" in str(unknown.error.cause)
    assert "division by zero" not in str(unknown.error)
    assert last.result == "alive"


@pytest.mark.behaviour("L1")
def test_live_requests_are_served_during_a_job_and_the_newest_wins(
    jobs: Jobs, listener: Listener, qtbot: Any
) -> None:
    served: list[int] = []
    job = jobs.submit("Search", search())
    qtbot.waitUntil(lambda: len(listener.progress) > 2)
    before = job.progress.done
    for value in range(200):
        jobs.live("slider", answer(value, served))
    qtbot.waitUntil(lambda: listener.live[-1:] == [("slider", 199)])
    assert len(served) < 20
    assert len(listener.live) == len(served)
    qtbot.waitUntil(lambda: job.progress.done > before)
    assert job.state is JobState.RUNNING


def test_live_requests_are_served_while_a_job_is_paused(
    jobs: Jobs, listener: Listener, qtbot: Any
) -> None:
    job = jobs.submit("Search", search())
    qtbot.waitUntil(lambda: job.state is JobState.RUNNING)
    jobs.pause(job.id)
    qtbot.waitUntil(lambda: job.state is JobState.PAUSED)
    jobs.live("slider", answer(1))
    qtbot.waitUntil(lambda: listener.live == [("slider", 1)])
    assert job.state is JobState.PAUSED


@pytest.mark.behaviour("S10")
def test_a_live_picture_waits_until_the_former_one_is_painted(jobs: Jobs, qtbot: Any) -> None:
    listener = Listener(jobs, paints=False)
    served: list[int] = []
    jobs.live("slider", answer(1, served))
    qtbot.waitUntil(lambda: len(listener.live) == 1)
    jobs.live("slider", answer(2, served))
    qtbot.wait(80)
    assert served == [1]
    jobs.acknowledge()
    qtbot.waitUntil(lambda: served == [1, 2])
    jobs.live("slider", answer(3, served))
    qtbot.waitUntil(lambda: served == [1, 2, 3], timeout=2000)  # nobody painted: goes on anyway


def test_a_failed_live_request_says_so_and_frees_its_slot(
    jobs: Jobs, listener: Listener, qtbot: Any
) -> None:
    def bad(studio: FakeStudio) -> Generator[Progress, None, None]:
        raise BadRequest("The code belongs to another model.", "Choose a code of this model.")
        yield

    jobs.live("slider", Ask(bad))
    qtbot.waitUntil(lambda: len(listener.failed) == 1)
    assert isinstance(listener.failed[0][1], BadRequest)
    jobs.live("slider", answer(5))
    qtbot.waitUntil(lambda: listener.live == [("slider", 5)])


def many_steps(count: int) -> Ask:
    def run(studio: FakeStudio) -> Generator[Progress, None, int]:
        for number in range(1, count + 1):
            time.sleep(0.001)
            yield Step(number, count, step=number, preview=PICTURE, losses={"l2": 1 / number})
        return count

    return Ask(run)


@pytest.mark.behaviour("F7")
def test_pictures_are_throttled_and_figures_are_not(
    jobs: Jobs, listener: Listener, qtbot: Any
) -> None:
    began = time.perf_counter()
    job = jobs.submit("Search", many_steps(300))
    qtbot.waitUntil(lambda: job.state.over)
    seconds = time.perf_counter() - began
    assert [step.step for step in listener.progress] == list(range(1, 301))
    pictures = [step for step in listener.progress if step.preview is not None]
    assert 8 <= len(pictures) <= 10 + 30 * seconds
    assert listener.progress[-1].preview is PICTURE, "the last picture always arrives"


@pytest.mark.behaviour("F7")
def test_a_window_that_paints_nothing_gets_hardly_any_pictures(jobs: Jobs, qtbot: Any) -> None:
    listener = Listener(jobs, paints=False)
    job = jobs.submit("Search", many_steps(300))
    qtbot.waitUntil(lambda: job.state.over)
    assert len([s for s in listener.progress if s.preview is not None]) <= 4
    assert len(listener.progress) == 300


@pytest.mark.behaviour("C4")
def test_background_jobs_step_aside(jobs: Jobs, listener: Listener, qtbot: Any) -> None:
    order: list[str] = []

    def noted(name: str, count: int) -> Ask:
        def run(studio: FakeStudio) -> Generator[Progress, None, None]:
            for _ in range(count):
                order.append(name)
                time.sleep(0.002)
                yield Progress()

        return Ask(run)

    thumbnails = jobs.submit("Thumbnails", noted("thumbnail", 60), tag="background")
    qtbot.waitUntil(lambda: len(order) > 5)
    assert jobs.running() is None
    work = jobs.submit("Search", noted("search", 30))
    qtbot.waitUntil(lambda: thumbnails.state.over)
    first, last = order.index("search"), len(order) - order[::-1].index("search")
    assert set(order[first:last]) == {"search"}
    assert work.state is JobState.DONE
    assert order.count("thumbnail") == 60


def test_a_paused_background_job_lets_others_pass(jobs: Jobs, qtbot: Any) -> None:
    event = threading.Event()
    back = jobs.submit("Thumbnails", steps_until(event), tag="background")
    qtbot.waitUntil(lambda: back.state is JobState.RUNNING)
    jobs.pause(back.id)
    qtbot.waitUntil(lambda: back.state is JobState.PAUSED)
    work = jobs.submit("Search", answer(1))
    qtbot.waitUntil(lambda: work.state.over)
    event.set()
    jobs.resume(back.id)
    qtbot.waitUntil(lambda: back.state is JobState.DONE)


@pytest.mark.behaviour("F20", "E3")
def test_shutdown_ends_the_threads_in_the_middle_of_work(qtbot: Any) -> None:
    jobs = Jobs(FakeStudio, fake_perform)
    jobs.start()
    closed: list[bool] = []

    def run(studio: FakeStudio) -> Generator[Progress, None, None]:
        try:
            while True:
                time.sleep(0.001)
                yield Progress()
        finally:
            closed.append(True)

    first = jobs.submit("Endless", Ask(run))
    jobs.submit("Never begun", Ask(run))
    qtbot.waitUntil(lambda: first.state is JobState.RUNNING)
    assert jobs.shutdown(2000)
    assert closed == [True]
    assert all(not worker.isRunning() for worker in jobs.findChildren(QThread))


def test_a_studio_that_cannot_be_made_is_an_error_of_the_job(qtbot: Any) -> None:
    def no_studio() -> Any:
        raise RuntimeError("no studio")

    jobs = Jobs(no_studio, fake_perform)
    jobs.start()
    job = jobs.submit("Anything", answer(1))
    qtbot.waitUntil(lambda: job.state.over)
    assert job.state is JobState.FAILED
    assert jobs.shutdown(2000)


@pytest.mark.behaviour("F20")
def test_a_finished_job_keeps_nothing_alive(jobs: Jobs, listener: Listener, qtbot: Any) -> None:
    import gc
    import weakref

    class Tensor:
        """What a task holds while it runs, and what it returns."""

    witnesses: list[weakref.ref[Tensor]] = []

    def run(studio: FakeStudio) -> Generator[Progress, None, Tensor]:
        held, result = Tensor(), Tensor()
        witnesses.extend([weakref.ref(held), weakref.ref(result)])
        yield Progress()
        return result

    def bad(studio: FakeStudio) -> Generator[Progress, None, None]:
        held = Tensor()
        witnesses.append(weakref.ref(held))
        yield Progress()
        raise ValueError(str(held))

    for request in (Ask(run), Ask(bad)) * 3:
        jobs.submit("Search", request)
    jobs.live("slider", Ask(run))
    qtbot.waitUntil(lambda: len(listener.ended) == 6 and len(listener.live) == 1)
    last = jobs.submit("Another", answer(1))
    qtbot.waitUntil(lambda: last.state.over)
    listener.ended.clear()
    listener.live.clear()
    gc.collect()
    assert len(witnesses) == 11
    assert [witness() for witness in witnesses] == [None] * 11
