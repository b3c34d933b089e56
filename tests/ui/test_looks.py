"""Looks on their way: ui/looks.py. Most of it is tested through commands/test_paint.py."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ganpaint.document.document import Look
from ganpaint.errors import BadRequest
from ganpaint.tasks.requests import Painted
from ganpaint.ui.commands import paint
from ganpaint.ui.editor import Editor
from ganpaint.ui.looks import KEY
from tests.ui.stand_ins import document_of, editor_of, jobs_of, model_of


@pytest.fixture
def editor(qapp: object) -> Editor:
    made = editor_of(document_of(edit=True), model_of())
    paint.results(made)
    return made


def test_without_a_picture_there_is_nothing_to_lay_a_look_over(qapp: object) -> None:
    editor = editor_of(document_of(), model_of())
    assert not paint.preview_look(editor, Look().with_slider("a", 1.0))
    assert not jobs_of(editor).lives


def test_back_where_it_began_nothing_is_left(editor: Editor) -> None:
    session = editor.session
    assert session is not None
    paint.preview_look(editor, Look().with_slider("a", 1.0))
    jobs_of(editor).answer()
    assert session.preview_edit is not None
    paint.preview_look(editor, Look())
    assert session.preview_edit is None
    paint.commit_look(editor, "Slider: A", Look())
    assert len(session.history.states) == 1


def test_a_failure_returns_to_what_is_committed(editor: Editor) -> None:
    said = []
    editor.message.connect(said.append)
    paint.choose_classes(editor, tuple(np.eye(10)[0]), "Class: Ginger")
    jobs_of(editor).live_failed.emit(KEY, BadRequest("That did not work.", "Try another."))
    assert said[0].title == "That did not work."
    assert paint.current_look(editor) == Look()


def test_an_answer_to_an_older_question_is_put_aside(editor: Editor) -> None:
    jobs, session = jobs_of(editor), editor.session
    assert session is not None
    paint.preview_look(editor, Look().with_slider("a", 1.0))
    paint.results(editor).looks.cancel()
    jobs.answer()
    assert session.preview_edit is None and jobs.painted == 1


def test_each_sample_is_its_own_step(editor: Editor) -> None:
    jobs, session = jobs_of(editor), editor.session
    assert session is not None
    for seed in (1, 2):
        paint.new_sample(editor, seed)
        jobs.answer()
        jobs.answer()
    assert [s.name for s in session.history.states][1:] == [
        "New sample (seed 1)", "New sample (seed 2)"
    ]  # fmt: skip
    assert len(session.document.edits) == 1


def test_a_sample_waits_for_the_end_of_a_projection(qapp: object) -> None:
    editor = editor_of(document_of(), model_of())
    said = []
    editor.message.connect(said.append)
    paint.start_projection(editor)
    assert not paint.new_sample(editor, 3)
    assert said[0].title == "A projection is running." and not jobs_of(editor).lives


@pytest.mark.behaviour("L16")
def test_a_draft_is_shown_and_never_committed(editor: Editor) -> None:
    jobs = jobs_of(editor)
    assert editor.session is not None and editor.document is not None
    before = editor.document.edit
    assert before is not None
    paint.preview_look(editor, Look().with_slider("pca:0", 1.0))
    asked = jobs.lives.pop()
    assert asked.request.draft
    rough = np.zeros((8, 8, 3), np.uint16)
    patch = replace(before.patch, picture=rough, rec=None)
    small = replace(before, look=asked.request.look, patch=patch)
    jobs.live_result.emit(asked.key, Painted(small, {"draft": 8}))
    assert editor.session.preview_edit is small
    paint.commit_look(editor, "Slider: x", asked.request.look)
    assert editor.document.edit is before  # the full picture is on its way
    assert not jobs.lives[-1].request.draft
    jobs.answer()
    done = editor.document.edit
    assert done is not None and done.patch.resolution == before.patch.resolution
    assert [s.name for s in editor.session.history.states][-1] == "Slider: x"
