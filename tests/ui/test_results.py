"""What searches bring back: ui/results.py. Most of it is tested through commands/test_paint.py."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from ganpaint.errors import Diverged
from ganpaint.tasks.requests import ScribbleRequest
from ganpaint.ui.commands import paint
from ganpaint.ui.editor import Editor
from tests.ui.stand_ins import NAMES, document_of, editor_of, jobs_of, model_of, stroke_of


@pytest.fixture
def editor(qapp: object) -> Editor:
    made = editor_of(document_of(edit=True), model_of())
    paint.results(made)
    return made


def test_there_is_one_for_an_editor(editor: Editor) -> None:
    assert paint.results(editor) is paint.results(editor)


@pytest.mark.behaviour("F10")
def test_a_failed_search_leaves_the_picture_and_says_why(editor: Editor) -> None:
    jobs, session = jobs_of(editor), editor.session
    assert session is not None
    said = []
    editor.message.connect(said.append)
    before = session.document
    paint.start_projection(editor)
    jobs.step(jobs.submitted[-1], 3, seed=2)
    error = Diverged("The search became unstable at step 212 and was stopped.", "Try Faithful.")
    jobs.end(jobs.submitted[-1], error=error)
    assert session.document is before and session.preview_edit is None
    assert said[0].title.startswith("The search became unstable") and said[0].kind == "error"
    assert not paint.is_projecting(editor)


@pytest.mark.parametrize(("names", "is_said"), [((), False), (("sphynx",), False), (NAMES, True)])
def test_a_class_is_proposed_where_there_is_another(
    qapp: object, names: tuple[str, ...], is_said: bool
) -> None:
    editor = editor_of(document_of(edit=True), model_of(names))
    said: list[str] = []
    editor.message.connect(lambda message: said.append(message.text))
    paint.results(editor)._tell_of_detail()
    assert ("choose a class" in said[0]) == is_said and said[0].startswith("Paint")


def test_a_change_beside_the_strokes_keeps_both(editor: Editor) -> None:
    """A class chosen for later while strokes are followed: the result goes into both states."""
    jobs, session = jobs_of(editor), editor.session
    assert session is not None
    paint.add_stroke(editor, stroke_of())
    weights = tuple(float(v) for v in np.eye(10)[4])
    session.commit("Class: White", replace(session.document, class_weights=weights))
    painted = jobs.finish(jobs.submitted[-1], seed=5)
    assert session.document.edit is painted.edit and session.document.class_weights == weights
    session.undo()
    assert session.document.edit is painted.edit and session.document.class_weights is None


def test_newer_work_is_not_replaced_by_strokes(editor: Editor) -> None:
    jobs, session = jobs_of(editor), editor.session
    assert session is not None
    paint.add_stroke(editor, stroke_of())
    other = replace(session.document.edit, name="Other")
    session.commit("Other", session.document.with_edit(other))
    jobs.finish(jobs.submitted[-1], seed=5)
    assert session.document.edit is other


def test_closing_a_document_discards_its_search(editor: Editor) -> None:
    jobs = jobs_of(editor)
    paint.start_projection(editor)
    job = jobs.submitted[-1]
    editor.open_session(document_of(), name="other.png")
    assert job.stop.discarding
    document = editor.document
    jobs.end(job)
    assert editor.document is document and not paint.is_projecting(editor)


@pytest.mark.behaviour("U16")
def test_a_search_ends_after_its_document_is_gone(editor: Editor) -> None:
    """The worker finishes its step first: the session is deleted by then."""
    jobs = jobs_of(editor)
    paint.start_projection(editor)
    job = jobs.submitted[-1]
    jobs.step(job, 3, seed=2)
    editor.close_session()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    jobs.step(job, 4, seed=3)
    jobs.finish(job, seed=3)
    assert editor.session is None and not paint.is_projecting(editor)


@pytest.mark.behaviour("S23")
def test_a_projection_stays_in_sight_whatever_is_painted_or_undone(editor: Editor) -> None:
    jobs, session = jobs_of(editor), editor.session
    assert session is not None
    paint.start_projection(editor)
    jobs.step(jobs.submitted[-1], 3, seed=2)
    shown = session.preview_edit
    assert shown is not None
    paint.add_stroke(editor, stroke_of())
    assert session.preview_edit is shown
    session.undo()
    assert session.preview_edit is shown


@pytest.mark.behaviour("F7")
def test_previews_nobody_sees_are_acknowledged(editor: Editor) -> None:
    jobs = jobs_of(editor)
    paint.add_stroke(editor, stroke_of())
    job = jobs.submitted[-1]
    editor.session.undo()  # type: ignore[union-attr]
    jobs.step(job, 3, seed=4)
    assert jobs.painted == 1 and editor.session.preview_edit is None  # type: ignore[union-attr]


@pytest.mark.behaviour("S9")
def test_undo_and_redo_while_a_stroke_is_given_up(editor: Editor) -> None:
    jobs, session = jobs_of(editor), editor.session
    assert session is not None
    paint.add_stroke(editor, stroke_of())
    session.undo()
    session.redo()  # the first search has not ended yet
    assert len(jobs.of(ScribbleRequest)) == 1
    jobs.end(jobs.submitted[-1])
    assert len(jobs.of(ScribbleRequest)) == 2
    painted = jobs.finish(jobs.submitted[-1], seed=3)
    assert session.document.edit is painted.edit
