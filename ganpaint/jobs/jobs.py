"""Jobs as the window sees them: records, signals, and the pace at which news arrive.

`Jobs` lives in the GUI thread and is the only one that touches a `Job`. All its signals are
emitted in the GUI thread. Pictures of a running search come no faster than they are painted: the
first steps all, then at most thirty a second, and a next one only after `acknowledge`; the
figures of every step (losses) arrive nonetheless, in order.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from ganpaint.errors import GanpaintError
from ganpaint.jobs.garbage import Collector
from ganpaint.jobs.mailbox import (
    Ended,
    LiveEnded,
    Mail,
    Reported,
    Rested,
    Resumed,
    Started,
    Ticket,
    carries_picture,
    without_picture,
)
from ganpaint.jobs.worker import Perform, Worker
from ganpaint.progress import Progress, Stop
from ganpaint.tasks.requests import perform as perform_request

LANES = ("engine", "files")
BACKGROUND = "background"  # tag of jobs that step aside for every other one
FREE_STEPS = 8  # reports that pass as they come
INTERVAL = 1 / 30  # seconds between later ones
PATIENCE = 0.5  # seconds until a picture counts as painted: a hidden canvas paints nothing


class JobState(StrEnum):
    """queued → running ⇄ paused → done, stopped, failed."""

    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self in (JobState.DONE, JobState.STOPPED, JobState.FAILED)


@dataclass(slots=True, eq=False)
class Job:
    """One job.

    Attributes:
        id: counts up from 1.
        title: as the pill and messages name it.
        request: what was asked.
        base: the Document it began from, for the rule of late results.
        tag: free for the submitter; "background" makes the job step aside for others.
        state, progress: where it is; `progress` is the last report or None.
        result: what it returned; a stopped job has the best so far, or None.
        error: why it failed, or None.
    """

    id: int
    title: str
    request: Any
    base: Any = None
    tag: str = ""
    state: JobState = JobState.QUEUED
    progress: Progress | None = None
    result: Any = None
    error: GanpaintError | None = None
    lane: str = "engine"
    stop: Stop = field(default_factory=Stop)


@dataclass(slots=True, eq=False)
class _Pace:
    """Reports of one job that wait for their turn."""

    waiting: list[Progress] = field(default_factory=list)
    delivered: int = 0
    due: float = 0.0


class Jobs(QObject):
    """Both worker threads and everything that runs on them.

    Args:
        make_studio: called once in each thread, at its first request.
        perform: request and studio → task; tests give their own.
    """

    changed = Signal(object)  # job: its state is new
    progressed = Signal(object, object)  # job, progress
    ended = Signal(object)  # job: after `changed`, when it is over
    live_result = Signal(str, object)  # key, result
    live_failed = Signal(str, object)  # key, GanpaintError

    def __init__(
        self,
        make_studio: Callable[[], Any],
        perform: Perform = perform_request,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workers = {lane: Worker(lane, make_studio, perform, self) for lane in LANES}
        for worker in self._workers.values():
            worker.posted.connect(self._collect, Qt.ConnectionType.QueuedConnection)
        self._jobs: dict[int, Job] = {}
        self._paces: dict[int, _Pace] = {}
        self._live_lanes: dict[str, str] = {}
        self._live_due: dict[str, float] = {}
        self._unpainted_until = 0.0
        self._ids = itertools.count(1)
        self._garbage = Collector(self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    # ------------------------------------------------------------ asking
    def start(self) -> None:
        """Start the threads. They import nothing until the first request."""
        self._garbage.start()
        for worker in self._workers.values():
            worker.start()

    def submit(self, title: str, request: Any, base: Any = None, tag: str = "") -> Job:
        """Add a job to the queue of its request's lane."""
        job = Job(next(self._ids), title, request, base, tag, lane=request.lane)
        self._jobs[job.id] = job
        ticket = Ticket(job.id, title, request, job.stop, background=tag == BACKGROUND)
        self._workers[job.lane].mailbox.post(ticket)
        self.changed.emit(job)
        return job

    def live(self, key: str, request: Any) -> None:
        """Ask for something that a newer request of the same key makes pointless.

        It is served between two steps of the running job; the answer is `live_result` or
        `live_failed`. After painting it call `acknowledge`, which lets the next one through.
        """
        self._live_lanes[key] = request.lane
        self._workers[request.lane].mailbox.post_live(key, request)

    def acknowledge(self) -> None:
        """What arrived last is on screen: the next picture may come."""
        self._unpainted_until = 0.0
        self._live_due.clear()
        for worker in self._workers.values():
            worker.mailbox.shown()
        self._tick()

    # ------------------------------------------------------------ steering
    def pause(self, job_id: int) -> None:
        """Rest before the job's next step; its state is `paused` when the worker is at rest."""
        if job_id in self._jobs:
            self._box(job_id).pause(job_id)

    def resume(self, job_id: int) -> None:
        """Go on after a pause."""
        if job_id in self._jobs:
            self._box(job_id).pause(job_id, False)

    def stop(self, job_id: int, keep: bool = True) -> None:
        """End a job: with the best result it has, or without any. Also when it is paused."""
        job = self._jobs.get(job_id)
        if job is None:
            return
        if keep:
            job.stop.keep_best()
        else:
            job.stop.discard()
        if self._box(job_id).withdraw(job_id):
            self._finish(job, JobState.STOPPED)
        else:
            self._box(job_id).wake()

    def running(self, lane: str = "engine") -> Job | None:
        """The job of a lane that is at work or paused; those in the background do not count."""
        at_work = (JobState.RUNNING, JobState.PAUSED)
        return next(
            (
                job
                for job in self._jobs.values()
                if job.lane == lane and job.state in at_work and job.tag != BACKGROUND
            ),
            None,
        )

    @property
    def jobs(self) -> tuple[Job, ...]:
        """All jobs that are not over, in the order they were submitted."""
        return tuple(self._jobs.values())

    def shutdown(self, wait_ms: int = 5000) -> bool:
        """Discard everything and end the threads; False when one did not end in time."""
        for job in list(self._jobs.values()):
            job.stop.discard()
        for worker in self._workers.values():
            worker.live_stop.discard()
            worker.mailbox.close()
        until = time.monotonic() + wait_ms / 1000
        ended = [
            worker.wait(max(1, round(1000 * (until - time.monotonic()))))
            for worker in self._workers.values()
        ]
        self._timer.stop()
        self._garbage.stop()
        self._jobs.clear()
        self._paces.clear()
        return all(ended)

    # ------------------------------------------------------------ news from the threads
    def _box(self, job_id: int) -> Any:
        return self._workers[self._jobs[job_id].lane].mailbox

    @Slot()
    def _collect(self) -> None:
        for worker in self._workers.values():
            for mail in worker.mailbox.collect():
                self._receive(mail)
        self._tick()

    def _receive(self, mail: Mail) -> None:
        if isinstance(mail, LiveEnded):
            self._receive_live(mail)
            return
        job = self._jobs.get(mail.job)
        if job is None:
            return
        if isinstance(mail, Reported):
            pace = self._paces.setdefault(job.id, _Pace())
            if carries_picture(mail.progress):
                pace.waiting = [without_picture(p) for p in pace.waiting]
            pace.waiting.append(mail.progress)
            if pace.delivered < FREE_STEPS:
                self._tick()
            return
        self._deliver(job)
        match mail:
            case Started() | Resumed():
                self._enter(job, JobState.RUNNING)
            case Rested():
                self._enter(job, JobState.PAUSED)
            case Ended():
                job.result, job.error = mail.result, mail.error
                state = JobState.STOPPED if mail.stopped else JobState.DONE
                self._finish(job, JobState.FAILED if mail.error is not None else state)

    def _receive_live(self, mail: LiveEnded) -> None:
        if mail.error is None and mail.result is not None:
            self._live_due[mail.key] = time.monotonic() + PATIENCE
            self.live_result.emit(mail.key, mail.result)
            return
        self._workers[self._live_lanes[mail.key]].mailbox.shown(mail.key)
        if mail.error is not None:
            self.live_failed.emit(mail.key, mail.error)

    def _enter(self, job: Job, state: JobState) -> None:
        if job.state is not state:
            job.state = state
            self.changed.emit(job)

    def _finish(self, job: Job, state: JobState) -> None:
        self._jobs.pop(job.id, None)
        self._paces.pop(job.id, None)
        self._enter(job, state)
        self.ended.emit(job)

    # ------------------------------------------------------------ pace
    @Slot()
    def _tick(self) -> None:
        """Deliver every report whose turn it is, and come back when the next one's turn is."""
        now = time.monotonic()
        for key in [key for key, due in self._live_due.items() if due <= now]:
            del self._live_due[key]
            self._workers[self._live_lanes[key]].mailbox.shown(key)
        later = list(self._live_due.values())
        for job_id, pace in list(self._paces.items()):
            if not pace.waiting or job_id not in self._jobs:
                continue
            due = max(pace.due if pace.delivered >= FREE_STEPS else 0.0, self._blocked(pace))
            if due <= now:
                self._deliver(self._jobs[job_id])
            else:
                later.append(due)
        if later:
            self._timer.start(max(1, round(1000 * (min(later) - now))))

    def _blocked(self, pace: _Pace) -> float:
        """Until when a batch with a picture waits for the former picture to be painted."""
        return self._unpainted_until if any(map(carries_picture, pace.waiting)) else 0.0

    def _deliver(self, job: Job) -> None:
        """Hand out all reports of a job that wait."""
        pace = self._paces.get(job.id)
        if pace is None or not pace.waiting:
            return
        waiting, pace.waiting = pace.waiting, []
        now = time.monotonic()
        pace.delivered += 1
        pace.due = now + INTERVAL
        if any(map(carries_picture, waiting)):
            self._unpainted_until = now + PATIENCE
        for progress in waiting:
            job.progress = progress
            self.progressed.emit(job, progress)
