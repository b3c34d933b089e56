"""A session tells of every change, once, with values."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from ganpaint.document.document import Document
from ganpaint.ui.session import PASTED, Session
from tests.ui.stand_ins import document_of, edit_of, stroke_of


@pytest.fixture
def session(qapp: QApplication) -> Session:
    return Session(document_of(), name="chelsea.png")


def heard(session: Session) -> list[tuple[object, ...]]:
    calls: list[tuple[object, ...]] = []
    session.documentChanged.connect(lambda old, new: calls.append(("document", old, new)))
    session.previewChanged.connect(lambda edit: calls.append(("preview", edit)))
    session.historyChanged.connect(lambda: calls.append(("history",)))
    return calls


@pytest.mark.behaviour("U1", "U2", "U3", "U4")
def test_commit_undo_redo_jump(session: Session) -> None:
    first = session.document
    second = replace(first, strokes=(stroke_of(),))
    calls = heard(session)
    session.commit("Scribble", second)
    assert calls == [("document", first, second), ("history",)]
    assert session.history.undo_name == "Scribble"
    session.undo()
    assert session.document is first and session.history.redo_name == "Scribble"
    session.undo()
    session.redo()
    assert session.document is second
    session.jump(0)
    session.commit("Other", replace(first, seed=3))
    assert [state.name for state in session.history.states] == ["Open chelsea.png", "Other"]


@pytest.mark.behaviour("U3")
def test_the_history_begins_with_what_was_done(session: Session) -> None:
    def first(document: Document, name: str) -> str:
        return Session(document, name=name).history.states[0].name

    document = document_of()
    assert first(document, "chelsea.png") == "Open chelsea.png"
    assert first(document, PASTED) == PASTED
    assert first(replace(document, blank=True), "New picture") == "New picture"


@pytest.mark.behaviour("U14")
def test_the_star_follows_the_saved_state(session: Session, tmp_path: Path) -> None:
    assert not session.is_modified
    session.commit("Scribble", replace(session.document, seed=1))
    assert session.is_modified
    session.undo()
    assert not session.is_modified
    session.redo()
    session.mark_saved(tmp_path / "a.ganpaint")
    assert not session.is_modified and session.name == "a.ganpaint"
    session.undo()
    assert session.is_modified
    session.mark_unsaved()
    session.redo()
    assert session.is_modified


def test_a_preview_ends_with_the_commit(session: Session) -> None:
    edit = edit_of(3, session.document.frame)
    calls = heard(session)
    session.preview(edit)
    session.preview(edit)
    assert calls == [("preview", edit)]
    assert session.shown_edit is edit
    session.commit("Project", session.document.with_edit(edit))
    assert calls[1] == ("preview", None)
    assert session.shown_edit is edit


def test_a_preview_stays_over_a_stroke(session: Session) -> None:
    """The search that it shows goes on: the former picture must not flash."""
    edit, before = edit_of(3, session.document.frame), session.document
    session.preview(edit)
    calls = heard(session)
    session.commit("Scribble", replace(before, strokes=(stroke_of(),)))
    assert [call[0] for call in calls] == ["document", "history"]
    assert session.preview_edit is edit
    session.commit("Clear strokes", replace(session.document, strokes=()))
    assert session.preview_edit is None, "the strokes that it follows are gone"


def test_amend_and_settle_make_no_entry(session: Session) -> None:
    session.settle(replace(session.document, seed=5))
    assert len(session.history.states) == 1 and not session.is_modified
    session.amend(replace(session.document, seed=6))
    assert len(session.history.states) == 1 and session.is_modified


def test_every_state_has_a_small_picture(session: Session) -> None:
    session.commit("Scribble", replace(session.document, seed=1))
    for state in session.history.states:
        assert state.thumbnail is not None and max(state.thumbnail.shape[:2]) == 96
