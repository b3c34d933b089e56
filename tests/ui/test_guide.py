"""The guided first edit goes on when what it asks for has happened, however it was done."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from ganpaint.document.document import Look
from ganpaint.paths import resource
from ganpaint.ui import theme
from ganpaint.ui.commands import paint
from ganpaint.ui.editor import Editor
from ganpaint.ui.guide import STEPS, WHITE, Guide
from tests.ui.stand_ins import document_of, edit_of, editor_of, jobs_of, model_of, stroke_of


@pytest.fixture
def editor(qapp: QApplication) -> Editor:
    theme.apply(qapp, "dark")
    return editor_of(document_of(), model_of())


@pytest.fixture
def guide(qtbot: object, editor: Editor) -> Guide:
    host = QWidget()
    qtbot.addWidget(host)  # type: ignore[attr-defined]
    host.resize(900, 700)
    host.show()
    guide = Guide(editor, host)
    guide.host_kept = host  # type: ignore[attr-defined]
    return guide


def test_from_the_first_step_to_the_last(editor: Editor, guide: Guide) -> None:
    session = editor.session
    assert session is not None
    wanted: list[int] = []
    guide.helpWanted.connect(wanted.append)
    guide.begin()
    assert guide.isVisible() and guide.at == 0 and wanted == [-1]
    document = session.document.with_edit(edit_of(1, session.document.frame))
    session.commit("Project", document)
    assert guide.at == 1
    assert editor.options.colour == WHITE and editor.tool == "brush"
    session.commit("Scribble", replace(document, strokes=(stroke_of(),)))
    assert guide.at == 2 and wanted == [-1, -3]
    look = Look(class_weights=(1.0, *[0.0] * 9))
    assert document.edit is not None
    session.commit("Class", document.with_edit(replace(document.edit, look=look)))
    assert guide.at == 3
    QTest.mouseClick(guide.button, Qt.MouseButton.LeftButton)
    assert wanted[-1] == 3
    guide.exported()
    assert guide.at == len(STEPS) and not guide.skip.isVisible()
    QTest.mouseClick(guide.leave, Qt.MouseButton.LeftButton)
    assert not guide.isVisible() and not guide.is_running


def test_skipping_undoing_and_closing(editor: Editor, guide: Guide) -> None:
    session = editor.session
    assert session is not None
    guide.begin()
    QTest.mouseClick(guide.skip, Qt.MouseButton.LeftButton)
    assert guide.at == 1
    session.commit("Mask", replace(session.document, seed=1))
    session.undo()
    assert guide.at == 1
    editor.close_session()
    assert not guide.is_running


def test_it_tells_what_goes_on_while_it_searches(editor: Editor, guide: Guide) -> None:
    guide.begin()
    asks = guide._text.text()
    assert guide.button.isVisible()
    paint.start_projection(editor)
    assert guide._text.text() != asks and not guide.button.isVisible()
    paint.stop(editor, keep=False)
    jobs = jobs_of(editor)
    jobs.end(jobs.submitted[-1])
    assert guide._text.text() == asks and guide.button.isVisible() and guide.at == 0


def test_nothing_of_the_card_is_cut_off(guide: Guide) -> None:
    for at in range(len(STEPS) + 1):
        guide._go_to(at)
        label = guide._text
        assert label.height() >= label.heightForWidth(label.width())
        assert guide.geometry().bottom() < 700 and guide.width() == 340


def test_the_page_names_a_class_of_the_guides_model_and_not_the_cats_own() -> None:
    page = resource("guide", "first-edit.md").read_text(encoding="utf-8")
    [line] = re.findall(r"another class in the Class dock, \*(\w+)\* for example", page)
    manifest = tomllib.loads(resource("models", "cats-64.toml").read_text(encoding="utf-8"))
    assert line in manifest["classes"]["names"]
    assert line not in ("ginger", "brown tabby")  # Chelsea's
