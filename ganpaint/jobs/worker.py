"""One worker thread: it pumps the generators of one lane.

Not calling `next` is pause; between two steps of the running job it serves live requests; a job
in the background moves only when no other one is there. Everything that goes wrong inside a task
ends as a `GanpaintError` of that job, with the technical cause as text, so that neither the
thread nor the memory of the failed task outlives it.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal

from ganpaint.errors import GanpaintError, OutOfMemory
from ganpaint.jobs.mailbox import (
    Ended,
    LiveEnded,
    Mail,
    Mailbox,
    Reported,
    Rested,
    Resumed,
    Started,
    Ticket,
)
from ganpaint.progress import Progress, Stop, Stopped

Task = Generator[Progress, None, Any]
Perform = Callable[[Any, Any], Task]
STACK = 16 << 20  # bytes: deep backward passes run here, and some systems give a thread 512 kB


@dataclass(eq=False)
class Run:
    """A job in the worker's hands."""

    ticket: Ticket
    task: Task | None = None
    resting: bool = False


class Worker(QThread):
    """The thread of one lane.

    Args:
        lane: "engine" or "files"; names the thread.
        make_studio: makes the thread's own Studio, inside the thread.
        perform: request and studio → running task.
    """

    posted = Signal()  # there is mail in `mailbox`; at most one such event is on its way

    def __init__(
        self,
        lane: str,
        make_studio: Callable[[], Any],
        perform: Perform,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(f"ganpaint {lane}")
        self.setStackSize(STACK)
        self.lane = lane
        self.mailbox = Mailbox()
        self.live_stop = Stop()
        self._make_studio = make_studio
        self._perform = perform
        self._studio: Any = None
        self._front: Run | None = None
        self._behind: Run | None = None

    def run(self) -> None:
        """The thread's life: live requests, a step of the job, and so on until closed."""
        box = self.mailbox
        while not box.closed:
            live = box.take_live()
            if live is not None:
                self._serve(*live)
            self._front = self._front or self._take(background=False)
            if self._front is not None:
                if not self._step(self._front):
                    self._front = None
                continue
            self._behind = self._behind or self._take(background=True)
            if self._behind is not None:
                if not self._step(self._behind):
                    self._behind = None
            elif live is None:
                box.wait(None)
        for run in (self._front, self._behind):
            if run is not None:
                run.ticket.stop.discard()
                self._step(run)
        self._front = self._behind = self._studio = None

    def _take(self, background: bool) -> Run | None:
        ticket = self.mailbox.take(background)
        return None if ticket is None else Run(ticket)

    def _send(self, mail: Mail) -> None:
        if self.mailbox.put(mail):
            self.posted.emit()

    def _step(self, run: Run) -> bool:
        """Advance a job by one step, or rest; False when it is over."""
        ticket, stop = run.ticket, run.ticket.stop
        if self.mailbox.is_paused(ticket.id) and not stop.requested:
            if not run.resting:
                run.resting = True
                self._send(Rested(ticket.id))
            self.mailbox.wait(ticket)
            return True
        if run.resting:
            run.resting = False
            self._send(Resumed(ticket.id))
        ended = self._advance(run)
        if ended is None:
            return True
        run.task = None
        self.mailbox.forget(ticket.id)
        self._send(ended)
        return False

    def _advance(self, run: Run) -> Ended | None:
        """One `next` of the job's generator; how it ended, if it did."""
        ticket, stop = run.ticket, run.ticket.stop
        try:
            if stop.discarding:
                if run.task is not None:
                    run.task.close()
                return Ended(ticket.id, stopped=True)
            if run.task is None:
                self._send(Started(ticket.id))
                run.task = self._perform(ticket.request, self._studio_for(stop))
            self._send(Reported(ticket.id, next(run.task)))
            return None
        except StopIteration as end:
            result = None if stop.discarding else end.value
            return Ended(ticket.id, result, stopped=stop.requested)
        except Stopped:
            return Ended(ticket.id, stopped=True)
        except Exception as error:
            return Ended(ticket.id, error=as_sentence(error, ticket.title))

    def _serve(self, key: str, request: Any) -> None:
        """Answer one live request, from beginning to end."""
        try:
            task = self._perform(request, self._studio_for(self.live_stop))
            while True:
                next(task)
        except StopIteration as end:
            self._send(LiveEnded(key, end.value))
        except Stopped:
            self._send(LiveEnded(key))
        except Exception as error:
            self._send(LiveEnded(key, error=as_sentence(error, key)))

    def _studio_for(self, stop: Stop) -> Any:
        if self._studio is None:
            self._studio = self._make_studio()
        return self._studio.for_job(stop)


def as_sentence(error: Exception, title: str) -> GanpaintError:
    """Any exception as a GanpaintError that holds no frame of the failed task alive."""
    if isinstance(error, GanpaintError):
        if isinstance(error.cause, BaseException):
            error.cause = _text(error.cause)
        error.__traceback__ = error.__cause__ = error.__context__ = None
        return error
    if isinstance(error, MemoryError):
        return OutOfMemory(
            f'There was not enough memory for "{title}". Your work is as it was before.',
            "Close other programs, or choose fewer starts or a smaller picture.",
            cause=_text(error),
        )
    return GanpaintError(
        f'"{title}" ended because of an error in ganpaint itself. Your work is as it was before.',
        "Try it again; if it returns, copy the details into a report.",
        cause=_text(error),
    )


def _text(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))
