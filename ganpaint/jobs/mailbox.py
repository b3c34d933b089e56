"""The letter box between the window and one worker thread: the only lock of ganpaint.

Towards the worker: jobs in order, those marked *background* after all others, and one slot a key
in which the newest live request wins. A live request is handed out only when the window has shown
the former result of its key, so that requests can never queue up.

Towards the window: mails in order. Of the pictures on their way only the newest of each job is
kept; the figures of every step arrive.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field, replace
from typing import Any

from ganpaint.errors import GanpaintError
from ganpaint.progress import Progress, Step, Stop


@dataclass(frozen=True, slots=True, eq=False)
class Ticket:
    """What a worker needs to know of a job."""

    id: int
    title: str
    request: Any
    stop: Stop = field(default_factory=Stop)
    background: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Started:
    """The worker took the job up."""

    job: int


@dataclass(frozen=True, slots=True, eq=False)
class Reported:
    """The job yielded a progress."""

    job: int
    progress: Progress


@dataclass(frozen=True, slots=True, eq=False)
class Rested:
    """The job is paused: the worker is at rest."""

    job: int


@dataclass(frozen=True, slots=True, eq=False)
class Resumed:
    """The job goes on."""

    job: int


@dataclass(frozen=True, slots=True, eq=False)
class Ended:
    """The job is over. `stopped`: on request, with the best result, or None if it has none."""

    job: int
    result: Any = None
    error: GanpaintError | None = None
    stopped: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class LiveEnded:
    """A live request was served."""

    key: str
    result: Any = None
    error: GanpaintError | None = None


Mail = Started | Reported | Rested | Resumed | Ended | LiveEnded


class Mailbox:
    """All methods may be called from any thread; none waits except `wait`."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._jobs: deque[Ticket] = deque()
        self._background: deque[Ticket] = deque()
        self._paused: set[int] = set()
        self._live: dict[str, Any] = {}
        self._unseen: set[str] = set()  # keys whose last result was not shown yet
        self._mails: list[Mail] = []
        self._pictures: dict[int, int] = {}  # job → index of its mail that carries a picture
        self._announced = False
        self._closed = False

    # ------------------------------------------------------------ the window's side
    def post(self, ticket: Ticket) -> None:
        """Add a job at the end."""
        with self._changed:
            (self._background if ticket.background else self._jobs).append(ticket)
            self._changed.notify()

    def post_live(self, key: str, request: Any) -> None:
        """Put a request in the slot of its key; one that was not taken yet is replaced."""
        with self._changed:
            self._live.pop(key, None)
            self._live[key] = request
            self._changed.notify()

    def withdraw(self, job: int) -> bool:
        """Take back a job that has not begun; False when it has."""
        with self._changed:
            for queue in (self._jobs, self._background):
                for ticket in queue:
                    if ticket.id == job:
                        queue.remove(ticket)
                        self._paused.discard(job)
                        return True
        return False

    def pause(self, job: int, paused: bool = True) -> None:
        """Ask the worker to rest before the job's next step, or to go on."""
        with self._changed:
            (self._paused.add if paused else self._paused.discard)(job)
            self._changed.notify()

    def wake(self) -> None:
        """Make a waiting worker look again; after a stop was set."""
        with self._changed:
            self._changed.notify()

    def shown(self, key: str | None = None) -> None:
        """The last live result of a key (of all keys) is on screen: the next may be served."""
        with self._changed:
            if key is None:
                self._unseen.clear()
            else:
                self._unseen.discard(key)
            self._changed.notify()

    def collect(self) -> list[Mail]:
        """All mails since the last call."""
        with self._changed:
            mails, self._mails = self._mails, []
            self._pictures = {}
            self._announced = False
            return mails

    def close(self) -> None:
        """No more work: forget what waits and let the worker end."""
        with self._changed:
            self._closed = True
            self._jobs.clear()
            self._background.clear()
            self._live.clear()
            self._changed.notify()

    # ------------------------------------------------------------ the worker's side
    @property
    def closed(self) -> bool:
        """Whether the worker should end."""
        return self._closed

    def put(self, mail: Mail) -> bool:
        """Send a mail; True when the window has to be told that there is mail."""
        with self._changed:
            if isinstance(mail, Reported) and carries_picture(mail.progress):
                former = self._pictures.get(mail.job)
                if former is not None:
                    old = self._mails[former]
                    assert isinstance(old, Reported)
                    self._mails[former] = Reported(old.job, without_picture(old.progress))
                self._pictures[mail.job] = len(self._mails)
            self._mails.append(mail)
            announce, self._announced = not self._announced, True
            return announce

    def take_live(self) -> tuple[str, Any] | None:
        """The oldest key's newest request whose former result is on screen."""
        with self._changed:
            for key in self._live:
                if key not in self._unseen:
                    self._unseen.add(key)
                    return key, self._live.pop(key)
        return None

    def take(self, background: bool = False) -> Ticket | None:
        """The next job."""
        with self._changed:
            queue = self._background if background else self._jobs
            return queue.popleft() if queue else None

    def is_paused(self, job: int) -> bool:
        """Whether the job should rest."""
        with self._changed:
            return job in self._paused

    def forget(self, job: int) -> None:
        """The job is over."""
        with self._changed:
            self._paused.discard(job)

    def wait(self, resting: Ticket | None) -> None:
        """Sleep until there is work for a worker that rests a job (None: it has none)."""
        with self._changed:
            self._changed.wait_for(lambda: self._has_work(resting))

    def _has_work(self, resting: Ticket | None) -> bool:
        if self._closed or any(key not in self._unseen for key in self._live):
            return True
        if resting is None:
            return bool(self._jobs or self._background)
        if resting.background and self._jobs:
            return True
        return resting.stop.requested or resting.id not in self._paused


def carries_picture(progress: Progress) -> bool:
    """Whether a progress has something to paint."""
    return isinstance(progress, Step) and (
        progress.preview is not None or bool(progress.start_previews)
    )


def without_picture(progress: Progress) -> Progress:
    """The figures of a progress alone."""
    if isinstance(progress, Step) and carries_picture(progress):
        return replace(progress, preview=None, start_previews=())
    return progress
