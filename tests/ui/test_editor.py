"""The editor re-emits its session's signals and keeps tools, options and words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from ganpaint.errors import BadRequest, MissingModel
from ganpaint.paths import models_dir
from ganpaint.preferences import load_preferences
from ganpaint.tasks.requests import OpenModel, OpenProject
from ganpaint.ui.editor import Editor
from tests.ui.stand_ins import document_of, editor_of, jobs_of


@pytest.fixture
def editor(qapp: QApplication) -> Editor:
    return editor_of()


def test_signals_follow_the_open_session(editor: Editor) -> None:
    calls: list[object] = []
    editor.documentChanged.connect(lambda old, new: calls.append((old, new)))
    editor.sessionChanged.connect(calls.append)
    first = editor.open_session(document_of(), name="a")
    assert calls == [first, (None, first.document)]
    old = first.document
    first.commit("Seed", replace(old, seed=1))
    assert calls[2] == (old, first.document)
    second = editor.open_session(document_of(), name="b")
    calls.clear()
    first.commit("Late", replace(old, seed=2))
    assert calls == []
    editor.close_session()
    assert calls == [None, (second.document, None)] and editor.document is None


@pytest.mark.behaviour("T14", "U7")
def test_each_tool_has_its_options(editor: Editor) -> None:
    session = editor.open_session(document_of())
    changed: list[str] = []
    editor.optionsChanged.connect(lambda: changed.append(editor.tool))
    editor.set_option("size", 77)
    editor.set_option("size", 77)
    editor.use_tool("mask")
    editor.set_option("size", 12)
    editor.use_tool("brush")
    assert editor.options.size == 77
    assert changed == ["brush", "mask", "mask", "brush"]
    assert len(session.history.states) == 1


def test_preferences_are_written(editor: Editor) -> None:
    editor.set_option("size", 33)
    editor.change_preferences(theme="light")
    assert editor._saving.isActive()
    editor.save_preferences()
    kept = load_preferences()
    assert kept.theme == "light" and kept.tools["brush"]["size"] == 33


def test_models_that_are_not_there_are_told(editor: Editor) -> None:
    said: list[str] = []
    editor.message.connect(lambda message: said.append(message.title))

    def find(name: str) -> object:
        raise MissingModel(f'There is no model "{name}".', "Choose another.")

    editor.catalogue.find = find  # type: ignore[method-assign,assignment]
    editor.use_model("dogs")
    assert said == ['There is no model "dogs".'] and not jobs_of(editor).of(OpenModel)


def test_words(editor: Editor) -> None:
    hints: list[str] = []
    states: list[str] = []
    editor.hintChanged.connect(hints.append)
    editor.engineState.connect(states.append)
    for text in ("Paint.", "Paint.", "Pan."):
        editor.set_hint(text)
        editor.set_engine(text)
    assert hints == states == ["Paint.", "Pan."]
    said: list[object] = []
    editor.message.connect(said.append)
    editor.problem(BadRequest("There is no class.", "Choose one."))
    assert len(said) == 1


@pytest.mark.behaviour("N4")
def test_projects_are_told_by_their_ending(editor: Editor) -> None:
    from pathlib import Path

    assert isinstance(editor.open_photo(Path("/ü 猫 #%.GANPAINT")).request, OpenProject)


def test_files_of_the_user_are_opened_by_their_path(editor: Editor, tmp_path: Path) -> None:
    from ganpaint.catalogue import Catalogue, Entry

    foreign = tmp_path / "net.pkl"
    foreign.write_bytes(b"x")
    editor.catalogue = Catalogue((Entry("cats-64", "", tmp_path / "cats", source="bundled"),))
    editor.use_model("cats-64")
    editor.use_model(str(foreign))  # the engine's own list does not know it
    asked = [job.request.model for job in jobs_of(editor).of(OpenModel)]
    assert asked == ["cats-64", str(foreign)]


def test_a_file_dropped_into_the_model_folder_is_seen(editor: Editor) -> None:
    told: list[int] = []
    editor.catalogueChanged.connect(lambda: told.append(len(editor.catalogue.entries)))
    editor.look_for_models()
    assert not told  # nothing came or went
    (models_dir() / "dropped.pkl").write_bytes(b"x")
    editor.look_for_models()
    assert "dropped" in {entry.name for entry in editor.catalogue.entries}
    editor.look_for_models()
    assert len(told) == 1
