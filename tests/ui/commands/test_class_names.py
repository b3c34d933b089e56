"""Names of classes: typed, imported, and as they were."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from ganpaint.catalogue import Catalogue, remember
from ganpaint.class_names import named_by_user, names_of
from ganpaint.paths import models_dir
from ganpaint.ui.commands import class_names
from ganpaint.ui.editor import Editor
from ganpaint.ui.messages import Message
from tests.ui.stand_ins import HASH, NAMES, document_of, editor_of, model_of


@pytest.fixture
def editor(qtbot: QtBot) -> Editor:
    """With a model of ten classes whose file has been opened before."""
    path = models_dir() / "mine.pkl"
    path.write_bytes(b"x")
    info = replace(model_of(), name="mine", path=path)
    remember(info)
    return editor_of(document_of(), info)


@pytest.fixture
def told(editor: Editor) -> list[Message]:
    found: list[Message] = []
    editor.message.connect(found.append)
    return found


def test_a_single_class_has_one_name(qtbot: QtBot, editor: Editor) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    class_names.choose_file(editor, HASH, 1, holder)
    dialog = holder.findChild(QFileDialog)
    assert dialog is not None and dialog.windowTitle() == "Name of the class, in one line"
    dialog.close()


@pytest.mark.behaviour("C10")
def test_a_name_is_changed_and_kept_by_the_weights(editor: Editor) -> None:
    seen: list[object] = []
    editor.namesChanged.connect(seen.append)
    assert class_names.rename(editor, 2, "  Night ")
    assert editor.model is not None and editor.model.class_names[2] == "Night"
    assert seen == [editor.model.class_names]
    assert names_of(HASH, 10, NAMES)[2] == "Night"
    assert editor.catalogue.find(HASH).class_names[2] == "Night"
    assert Catalogue.scan().find("mine").class_names[2] == "Night"  # after a restart


def test_an_engine_that_knows_the_old_names_is_not_believed(editor: Editor) -> None:
    class_names.rename(editor, 0, "Fox")
    editor.set_model(replace(model_of(), name="mine"))  # loaded before, with its former names
    assert editor.model is not None and editor.model.class_names[0] == "Fox"


def test_an_empty_name_is_refused(editor: Editor, told: list[Message]) -> None:
    assert not class_names.rename(editor, 2, "   ")
    assert told[-1].title == "A class needs a name." and not named_by_user(HASH)
    editor.set_model(None)
    assert not class_names.rename(editor, 2, "x")


@pytest.mark.behaviour("C10")
def test_names_from_a_text_file(editor: Editor, told: list[Message], tmp_path: Path) -> None:
    path = tmp_path / "coats.txt"
    path.write_text("\n".join(f"coat {k}" for k in range(10)) + "\n")
    assert class_names.import_file(editor, HASH, 10, path)
    assert editor.model is not None and editor.model.class_names[9] == "coat 9"
    assert told[-1].title == "10 class names were taken from “coats.txt”."


@pytest.mark.behaviour("C10")
def test_a_wrong_number_of_lines_is_refused_with_both_numbers(
    editor: Editor, told: list[Message], tmp_path: Path
) -> None:
    path = tmp_path / "coats.txt"
    path.write_text("one\ntwo\n")
    assert not class_names.import_file(editor, HASH, 10, path)
    assert told[-1].kind == "error"
    assert told[-1].title == '"coats.txt" has 2 names; this model has 10 classes.'
    assert editor.model is not None and editor.model.class_names == NAMES


def test_the_names_of_the_file_come_back(editor: Editor) -> None:
    class_names.rename(editor, 0, "Fox")
    remember(editor.model)  # type: ignore[arg-type]  # as opening it again does
    class_names.forget(editor, HASH)
    assert not named_by_user(HASH)
    assert editor.model is not None and editor.model.class_names[0] == "class 0"


def test_the_menu_says_what_can_be_done(qtbot: QtBot, editor: Editor, tmp_path: Path) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    editor.rescan_models()
    entry = editor.catalogue.find(HASH)
    menu = class_names.menu(editor, entry, holder)
    read, back = (menu.findChild(QAction, f"classes.{key}") for key in ("import", "forget"))
    assert read is not None and back is not None and not back.isEnabled()
    read.trigger()
    dialog = holder.findChild(QFileDialog)
    assert dialog is not None
    path = tmp_path / "ten.txt"
    path.write_text("\n".join("abcdefghij"))
    dialog.fileSelected.emit(str(path))
    dialog.close()
    assert editor.model is not None and editor.model.class_names == tuple("abcdefghij")
    menu = class_names.menu(editor, entry, holder)
    again = menu.findChild(QAction, "classes.forget")
    assert again is not None and again.isEnabled()
    again.trigger()
    assert editor.model.class_names[0] != "a"
