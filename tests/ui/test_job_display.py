"""What runs is visible: pill, status words, title, announcements."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from ganpaint.errors import Diverged
from ganpaint.jobs.jobs import JobState
from ganpaint.tasks.requests import OpenPhoto, Painted, ProjectRequest, RenderRequest, WarmUp
from ganpaint.ui import job_display, theme
from ganpaint.ui.commands import paint
from ganpaint.ui.editor import Editor
from ganpaint.ui.job_display import JobDisplay, match_words
from ganpaint.ui.widgets.pill import ProgressPill
from tests.ui.stand_ins import HandJobs, document_of, edit_of, editor_of, jobs_of, model_of


@pytest.fixture
def editor(qapp: QApplication) -> Editor:
    theme.apply(qapp, "dark")
    return editor_of(document_of(), model_of())


@pytest.fixture
def display(qtbot: object, editor: Editor, monkeypatch: pytest.MonkeyPatch) -> JobDisplay:
    host = QWidget()
    qtbot.addWidget(host)  # type: ignore[attr-defined]
    host.resize(800, 600)
    host.show()
    spoken: list[str] = []
    monkeypatch.setattr(job_display, "announce", lambda widget, text: spoken.append(text))
    display = JobDisplay(editor, ProgressPill(host))
    display.spoken, display.said, display.titles = spoken, [], []  # type: ignore[attr-defined]
    display.wordsChanged.connect(display.said.append)  # type: ignore[attr-defined]
    display.titleChanged.connect(display.titles.append)  # type: ignore[attr-defined]
    display.host = host  # type: ignore[attr-defined]
    return display


@pytest.fixture
def jobs(editor: Editor) -> HandJobs:
    return jobs_of(editor)


@pytest.mark.behaviour("F1", "F2", "A5", "F14")
def test_a_projection_from_start_to_end(
    editor: Editor, jobs: HandJobs, display: JobDisplay
) -> None:
    paint.start_projection(editor)
    [job] = jobs.of(ProjectRequest)
    assert display.pill.isVisible() and display.pill.ring.share is None
    for step in range(1, 401, 30):
        jobs.step(job, step, 1, total=400)
    assert display.pill.figures.text().startswith("391 of 400 · 1 s left")
    assert display.said[-1] == "Projecting 98 %"
    assert display.titles[-1] == "98 %"
    assert [text for text in display.spoken if text.endswith("%")] == ["25 %", "50 %", "75 %"]
    jobs.finish(job, 1)
    assert display.pill.word.text() == "Done" and display.titles[-1] == ""
    assert display.spoken[-1].startswith("Done in")
    display._rest()
    assert not display.pill.isVisible() and display.said[-1] == ""


@pytest.mark.behaviour("F3", "F4")
def test_pause_resume_stop(editor: Editor, jobs: HandJobs, display: JobDisplay) -> None:
    paint.start_projection(editor)
    [job] = jobs.of(ProjectRequest)
    jobs.step(job, 212, 1, total=400)
    display.pause()
    assert display.pill.word.text() == "Paused"
    assert display.pill.figures.text() == "212 of 400 · best kept"
    assert display.said[-1] == "Paused at 212"
    display.resume()
    assert display.pill.word.text() == "Projecting"
    display.stop()
    assert display.pill.word.text() == "Finishing step…"
    jobs.step(job, 213, 1, total=400)
    assert display.pill.word.text() == "Finishing step…"
    jobs.finish(job, 1)
    assert display.pill.word.text() == "Stopped"


def test_failures_and_discards_leave_no_pill(
    editor: Editor, jobs: HandJobs, display: JobDisplay
) -> None:
    paint.start_projection(editor)
    [job] = jobs.of(ProjectRequest)
    jobs.step(job, 3, 1)
    jobs.end(job, error=Diverged("The search became unstable.", "Try again."))
    assert not display.pill.isVisible()


def test_quick_and_quiet_work_shows_no_pill(
    editor: Editor, jobs: HandJobs, display: JobDisplay
) -> None:
    edit = edit_of(1, editor.document.frame)
    quick = jobs.submit("Render", RenderRequest("m", edit, edit.look))
    jobs.enter(quick, JobState.RUNNING)
    assert not display.pill.isVisible()
    jobs.end(quick, None)
    warm = jobs.submit("Loading", WarmUp())
    jobs.enter(warm, JobState.RUNNING)
    display._show()
    assert not display.pill.isVisible()


@pytest.mark.behaviour("F8")
def test_files_are_told_in_the_status_line(jobs: HandJobs, display: JobDisplay) -> None:
    job = jobs.submit("Opening cat.png", OpenPhoto(Path("cat.png")))
    jobs.enter(job, JobState.RUNNING)
    display._show_file()
    assert display.said[-1] == "Opening…"
    jobs.end(job, None)
    assert display.said[-1] == ""


@pytest.mark.parametrize(
    ("lpips", "words"),
    [
        (0.0197, "close match"),  # the sample photo after 400 steps
        (0.0346, "fair match"),  # a cat with closed eyes, after 400 steps
        (0.05, "fair match"),  # its pose and markings, not its eyes
        (0.12, "poor match"),  # some cat of that colour, after fifteen steps
    ],
)
def test_match_words(lpips: float, words: str) -> None:
    """As seen on held-out photos: the words must not promise more than the eye finds."""
    painted = Painted(edit_of(1, document_of().frame), {"lpips": lpips})
    assert match_words(painted) == words
    assert match_words(None) == ""
