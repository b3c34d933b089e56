"""Undo and redo are exact, cheap and bounded."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from ganpaint.document import history as module
from ganpaint.document.document import Document
from ganpaint.document.history import History, start_history

from .conftest import make_document, make_picture


@pytest.fixture
def begun(document: Document) -> History:
    return start_history(document, "Open cat.jpg")


def with_seed(history: History, seed: int) -> Document:
    return replace(history.document, seed=seed)


def test_a_new_history_has_nothing_to_undo(begun: History, document: Document) -> None:
    assert begun.document is document
    assert not begun.can_undo
    assert not begun.can_redo
    assert begun.undo() is begun.redo() is begun.jump(7) is begun
    assert (begun.undo_name, begun.redo_name) == ("", "")


@pytest.mark.behaviour("U2")
def test_names_of_what_undo_and_redo_would_do(begun: History) -> None:
    history = begun.commit("Scribble", with_seed(begun, 1)).commit(
        "Class: ginger", with_seed(begun, 2)
    )
    assert history.undo_name == "Class: ginger"
    back = history.undo()
    assert (back.undo_name, back.redo_name) == ("Scribble", "Class: ginger")


@pytest.mark.behaviour("U4")
def test_a_new_action_drops_later_states(begun: History) -> None:
    history = begun.commit("a", with_seed(begun, 1)).commit("b", with_seed(begun, 2))
    branched = history.jump(0).commit("c", with_seed(begun, 3))
    assert [state.name for state in branched.states] == ["Open cat.jpg", "c"]
    assert len(history.states) == 3, "the former history is a value"


@pytest.mark.behaviour("U1", "K15")
def test_5000_random_actions_undo_and_redo_to_the_same_objects(begun: History) -> None:
    chance = random.Random(7)
    history, first = begun, begun.document
    for number in range(5000):
        action = chance.random()
        if action < 0.15:
            history = history.undo()
        elif action < 0.25:
            history = history.redo()
        elif action < 0.3:
            history = history.amend(with_seed(history, -number))
            first = history.document if history.at == 0 else first
        else:
            history = history.commit("n", with_seed(history, number))
    documents = [state.document for state in history.states]
    while history.can_undo:
        history = history.undo()
    assert history.document is first
    for document in documents[1:]:
        history = history.redo()
        assert history.document is document
    assert not history.can_redo


def test_5000_actions_in_a_row_can_all_be_undone(begun: History) -> None:
    history = begun
    for number in range(5000):
        history = history.commit("n", with_seed(history, number))
    assert history.jump(0).document is begun.document


def test_amending_is_no_step_and_keeps_the_others(begun: History) -> None:
    history = begun.commit("Scribble", with_seed(begun, 1)).commit("b", with_seed(begun, 2)).undo()
    changed = history.amend(with_seed(begun, 9))
    assert changed.document.seed == 9
    assert changed.at == history.at
    assert changed.states[1].name == "Scribble"
    assert changed.states[2] is history.states[2]


def test_thumbnails_cannot_be_changed_afterwards(begun: History) -> None:
    thumbnail = np.zeros((4, 4, 3), np.uint8)
    state = begun.commit("a", with_seed(begun, 1), thumbnail).states[-1]
    thumbnail[:] = 9
    assert not state.thumbnail.any()
    assert not state.thumbnail.flags.writeable


def test_cost_counts_only_what_is_new(begun: History) -> None:
    document = begun.document
    nothing = begun.commit("a", with_seed(begun, 1)).states[-1]
    assert nothing.cost < 2000
    edit = document.edits[0]
    picture = make_picture(np.random.default_rng(1), 64)
    changed = document.with_edit(replace(edit, patch=replace(edit.patch, picture=picture)))
    state = begun.commit("b", changed).states[-1]
    assert picture.nbytes <= state.cost < picture.nbytes + 2000


def test_the_oldest_states_go_beyond_the_budgets(
    begun: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_STATES", 10)
    history = begun
    for number in range(30):
        history = history.commit("n", with_seed(history, number))
    assert [state.document.seed for state in history.states] == list(range(20, 30))
    monkeypatch.setattr(module, "BUDGET", 3000)
    history = history.commit("n", with_seed(history, 30))
    assert [state.document.seed for state in history.states] == [29, 30]
    assert history.can_undo


def test_states_share_their_parts() -> None:
    document = make_document()
    history = start_history(document).commit("a", replace(document, seed=1))
    assert history.states[0].document.edits is history.states[1].document.edits
