"""Fixtures of the docks: an editor with hand-driven jobs, and how background jobs are served."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from ganpaint.ui.editor import Editor
from tests.ui.stand_ins import background_of, document_of, editor_of, jobs_of, model_of


@pytest.fixture
def editor(qtbot: QtBot) -> Editor:
    """A projected photo and a model with ten classes."""
    return editor_of(document_of(edit=True), model_of())


@pytest.fixture
def fresh(qtbot: QtBot) -> Editor:
    """A photo that was not projected."""
    return editor_of(document_of(), model_of())


@pytest.fixture
def serve(qtbot: QtBot) -> Callable[[Editor], int]:
    """Answer all background jobs that wait; returns how many."""

    def run(editor: Editor) -> int:
        jobs = jobs_of(editor)
        waiting = [j for j in jobs.submitted if j.tag == "background" and not j.state.over]
        for job in waiting:
            jobs.end(job, None if job.stop.discarding else background_of(job.request))
        return len(waiting)

    return run
