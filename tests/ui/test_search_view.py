"""What a search shows: ui/search_view.py; the dock's tests go through all of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from ganpaint.progress import Step
from ganpaint.ui.commands import paint
from ganpaint.ui.messages import Message
from ganpaint.ui.search_view import SearchView
from tests.ui.stand_ins import document_of, editor_of, jobs_of, model_of, stroke_of


def test_speed_is_measured_of_late(qtbot: QtBot) -> None:
    editor = editor_of(document_of(), model_of())
    view = SearchView(editor)
    qtbot.addWidget(view)
    paint.start_projection(editor)
    for step in range(1, 61):  # slow at first, then four times as fast
        seconds = step / 10 if step <= 20 else 2 + (step - 20) / 40
        view._stepped(Step(step=step, seconds=seconds, start_losses=(1.0,), best_loss=1.0))
    assert 38 < view.rate() < 42


def test_before_the_first_step_the_sentence_is_shown(qtbot: QtBot) -> None:
    editor = editor_of(document_of(), model_of())
    view = SearchView(editor)
    qtbot.addWidget(view)
    paint.start_projection(editor)
    assert view.figures.text() == "Waiting"
    view._stepped(Step(sentence="Trying 64 samples"))
    assert view.figures.text() == "Trying 64 samples" and view.curve.points == 0


def test_another_document_begins_with_an_empty_curve(qtbot: QtBot) -> None:
    editor = editor_of(document_of(), model_of())
    view = SearchView(editor)
    qtbot.addWidget(view)
    view.show_estimate("Fast, about 4 s")
    paint.start_projection(editor)
    jobs_of(editor).step(jobs_of(editor).submitted[-1], 5, seed=1)
    assert view.curve.points == 1
    editor.open_session(document_of(), name="other.png")
    assert view.curve.points == 0 and not view.grid.tiles()


@pytest.mark.behaviour("S6")
def test_candidates_out_of_sight_are_told_of_once(qtbot: QtBot) -> None:
    editor = editor_of(replace(document_of(), blank=True), model_of())
    view = SearchView(editor)
    qtbot.addWidget(view)
    said: list[Message] = []
    editor.message.connect(said.append)
    jobs = jobs_of(editor)
    for _ in range(2):
        paint.add_stroke(editor, stroke_of())
        jobs.finish(jobs.submitted[-1], seed=2, candidates=16)
    assert [message.title[:11] for message in said] == ["16 pictures"]
    view.show()
    assert len(view.grid.tiles()) == 16
