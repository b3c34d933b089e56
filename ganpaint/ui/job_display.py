"""The running job made visible: the pill over the canvas, words for status line and title.

What is asked of the engine by a person shows in the pill; what runs for files or in the
background only in the status line. Quarters and ends are announced to screen readers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from ganpaint.progress import Progress, Step
from ganpaint.tasks.requests import (
    AddModel,
    CompositeRequest,
    ExportRequest,
    OpenModel,
    OpenPhoto,
    OpenProject,
    Painted,
    ProjectRequest,
    SaveProject,
    ScribbleRequest,
    WarmUp,
)
from ganpaint.ui.time_left import TimeLeft, spoken
from ganpaint.ui.widgets.notices import announce
from ganpaint.ui.widgets.pill import ProgressPill

if TYPE_CHECKING:
    from ganpaint.jobs.jobs import Job
    from ganpaint.ui.editor import Editor

WORDS: dict[type, str] = {
    ProjectRequest: "Projecting",
    ScribbleRequest: "Painting",
    AddModel: "Adding",
}
FILE_WORDS: dict[type, str] = {
    OpenPhoto: "Opening",
    OpenProject: "Opening",
    SaveProject: "Saving",
    ExportRequest: "Exporting",
    CompositeRequest: "Copying",
}
QUIET = (OpenModel, WarmUp)  # the editor's engine state tells of these
SHOW_AFTER = 250  # milliseconds from which work is worth showing
DONE_FOR = 4000
TITLE_AFTER = 10.0  # seconds a job must be expected to take to stand in the title
# LPIPS (SqueezeNet) of the projection against the photo in the frame, up to which it is called so.
# Judged by eye on held-out cats (cats-64, 400 steps): at 0.12 there is some cat of that colour, at
# 0.07 its pose and markings are right and the eyes are not, from 0.03 on it is that very cat. The
# searches end at 0.013 to 0.034; closed eyes, which the model does not know, stay at 0.034.
CLOSE, FAIR = 0.03, 0.07


class JobDisplay(QObject):
    """Follows the jobs of an editor.

    Args:
        editor: whose jobs are shown.
        pill: shows the engine's job.
    """

    wordsChanged = Signal(str)  # for the status line
    titleChanged = Signal(str)  # for the window's title: "53 %" or ""
    placed = Signal()  # the pill appeared or changed: place it
    finished = Signal(str)  # a long job's end, for a notification

    def __init__(self, editor: Editor, pill: ProgressPill) -> None:
        super().__init__(pill)
        self.editor, self.pill = editor, pill
        self.job: Job | None = None
        self._left = TimeLeft()
        self._figures = ""
        self._share: float | None = None
        self._quarter = 0
        self._done = QTimer(self, singleShot=True, interval=DONE_FOR)
        self._done.timeout.connect(self._rest)
        self._late = QTimer(self, singleShot=True, interval=SHOW_AFTER)
        self._late.timeout.connect(self._show)
        self._file_late = QTimer(self, singleShot=True, interval=SHOW_AFTER)
        self._file_late.timeout.connect(self._show_file)
        jobs = editor.jobs
        jobs.changed.connect(self._changed)
        jobs.progressed.connect(self._progressed)
        jobs.ended.connect(self._ended)
        pill.pauseClicked.connect(self.pause)
        pill.resumeClicked.connect(self.resume)
        pill.stopClicked.connect(self.stop)

    # ------------------------------------------------------------------ what the person does
    def pause(self) -> None:
        """Rest before the next step."""
        if self.job is not None:
            self.editor.jobs.pause(self.job.id)

    def resume(self) -> None:
        """Go on."""
        if self.job is not None:
            self.editor.jobs.resume(self.job.id)

    def stop(self, keep: bool = True) -> None:
        """End the job; `keep` takes its best result."""
        if self.job is not None:
            self.editor.jobs.stop(self.job.id, keep)
            self.pill.show_stopping()
            self.placed.emit()

    # ------------------------------------------------------------------ what the jobs say
    def _wanted(self, job: Job) -> bool:
        return (
            job.request.lane == "engine"
            and job.tag != "background"
            and not isinstance(job.request, QUIET)
        )

    def _changed(self, job: Job) -> None:
        if job.request.lane == "files":
            self._file_late.start()
            return
        if not self._wanted(job) or job.state in ("queued", "done", "stopped", "failed"):
            if job.state == "queued" and isinstance(job.request, ProjectRequest):
                self._begin(job)
            return
        if job is not self.job:
            self._begin(job)
        if job.state == "paused":
            self.pill.show_paused(self._steps(job.progress) + " · best kept", self._share)
            self.wordsChanged.emit(f"Paused at {round(job.progress.done)}" if job.progress else "")
            self.titleChanged.emit("")
            announce(self.pill, "Paused")
            self.placed.emit()
        elif self.pill.isVisible() or isinstance(job.request, ProjectRequest):
            self._show()

    def _begin(self, job: Job) -> None:
        """The pill is for this job now; a projection shows at once, others when they last."""
        if self.job is not None and self.job.state in ("running", "paused"):
            return
        self.job, self._left = job, TimeLeft()
        self._figures, self._share, self._quarter = "", None, 0
        self._done.stop()
        if isinstance(job.request, ProjectRequest):
            self._show()
        else:
            self._late.start()

    def _progressed(self, job: Job, progress: Progress) -> None:
        if job is not self.job or job.state == "paused":
            return
        left = self._left.words(progress)
        self._share = progress.done / progress.total if progress.total and progress.done else None
        steps = self._steps(progress)
        self._figures = " · ".join(part for part in (steps, left) if part)
        if job.stop.requested:
            return
        if self.pill.isVisible():
            self._show()
        percent = round(100 * (self._share or 0))
        self.wordsChanged.emit(f"{self._word(job)} {percent} %" if percent else self._word(job))
        long = progress.seconds + (progress.remaining or 0) >= TITLE_AFTER
        self.titleChanged.emit(f"{percent} %" if long and percent else "")
        if percent // 25 > self._quarter:
            self._quarter = percent // 25
            announce(self.pill, f"{25 * self._quarter} %")

    def _ended(self, job: Job) -> None:
        if job.request.lane == "files":
            self._show_file()
        if job is not self.job:
            return
        self._late.stop()
        seconds = job.progress.seconds if job.progress else 0.0
        self.titleChanged.emit("")
        if job.state == "failed" or (job.state == "stopped" and job.result is None):
            self._rest()
        elif self.pill.isVisible():
            word = "Stopped" if job.state == "stopped" else "Done"
            told = f"after {spoken(seconds)}" if word == "Stopped" else f"in {spoken(seconds)}"
            match = match_words(job.result)
            self.pill.show_done(word, f"{told} · {match}" if match else told)
            self.placed.emit()
            self._done.start()
            announce(self.pill, f"{word} {told}")
            self.wordsChanged.emit("")
            if seconds >= TITLE_AFTER:
                self.finished.emit(f"{self._word(job)}: {word.lower()} {told}")
        else:
            self.wordsChanged.emit("")
        self.job = None

    # ------------------------------------------------------------------ showing
    def _word(self, job: Job) -> str:
        return WORDS.get(type(job.request), job.title)

    def _steps(self, progress: Progress | None) -> str:
        if progress is None:
            return ""
        if isinstance(progress, Step) and not progress.step:
            return progress.sentence
        if progress.total > 1:
            return f"{round(progress.done)} of {round(progress.total)}"
        return progress.sentence

    def _show(self) -> None:
        if self.job is not None and not self.job.stop.requested:
            self.pill.show_progress(self._word(self.job), self._figures, self._share)
            self.placed.emit()

    def _show_file(self) -> None:
        busy = [job for job in self.editor.jobs.jobs if job.request.lane == "files"]
        words = [w for job in busy if (w := FILE_WORDS.get(type(job.request)))]
        if words:
            self.wordsChanged.emit(f"{words[0]}…")
        elif self.job is None:
            self.wordsChanged.emit("")

    def _rest(self) -> None:
        self._done.stop()
        if self.job is None or self.job.state in ("done", "stopped", "failed"):
            self.pill.hide()
            self.wordsChanged.emit("")


def match_words(result: object) -> str:
    """How near a projection came: "close match", "fair match", "poor match" or ""."""
    if not isinstance(result, Painted) or "lpips" not in result.report:
        return ""
    distance = float(result.report["lpips"])
    return (
        "close match" if distance <= CLOSE else "fair match" if distance <= FAIR else "poor match"
    )
