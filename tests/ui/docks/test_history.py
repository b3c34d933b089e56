"""The History dock."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ganpaint.errors import BadRequest
from ganpaint.ui.docks.history import HistoryDock, HistoryRow, row_height
from ganpaint.ui.editor import Editor
from ganpaint.ui.messages import FILES, Message
from tests.ui.stand_ins import edit_of, stroke_of

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def dock(qtbot: QtBot, editor: Editor) -> HistoryDock:
    made = HistoryDock(editor)
    qtbot.addWidget(made)
    made.resize(320, 420)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def test_what_no_command_can_say_is_told_of_this_file_only(
    dock: HistoryDock, editor: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> str:
        raise BadRequest("The mask is too large for one command.", "Export instead.")

    monkeypatch.setattr("ganpaint.ui.docks.history.command_of", refuse)
    said: list[Message] = []
    editor.message.connect(said.append)
    assert editor.session is not None
    dock.list._copy(editor.session.history.states[0])
    assert said[0].title == "The mask is too large for one command."
    assert said[0].key.startswith(FILES)  # it goes when another file opens


def add(editor: Editor, count: int) -> None:
    session = editor.session
    assert session is not None
    for i in range(count):
        strokes = (*session.document.strokes, stroke_of(i))
        session.commit(f"Scribble {i}", replace(session.document, strokes=strokes))


def row(dock: HistoryDock, index: int) -> HistoryRow:
    found = dock.findChild(HistoryRow, f"history.row.{index}")
    assert isinstance(found, HistoryRow)
    return found


@pytest.mark.behaviour("U3")
def test_a_click_goes_there_and_later_states_dim(
    qtbot: QtBot, dock: HistoryDock, editor: Editor
) -> None:
    add(editor, 4)
    assert [r.text() for r in dock.list.rows()][:2] == ["Open chelsea.png", "Scribble 0"]
    qtbot.mouseClick(row(dock, 2), LEFT)
    assert editor.session.history.at == 2
    assert row(dock, 2).accessibleDescription().startswith("current")
    assert row(dock, 3).accessibleDescription().startswith("undone")
    assert row(dock, 1).accessibleDescription().startswith("earlier")
    assert len(editor.session.history.states) == 5


@pytest.mark.behaviour("U4")
def test_a_new_action_drops_the_later_rows(dock: HistoryDock, editor: Editor) -> None:
    add(editor, 4)
    editor.session.jump(1)
    editor.session.commit("Other", replace(editor.document, strokes=()))
    assert [r.text() for r in dock.list.rows()] == ["Open chelsea.png", "Scribble 0", "Other"]


def test_thousands_of_states_have_rows_in_view_only(
    qtbot: QtBot, dock: HistoryDock, editor: Editor
) -> None:
    add(editor, 300)
    rows = dock.list.rows()
    assert len(rows) < 15
    assert rows[-1].index == 300  # the current one is in view
    dock.list.verticalScrollBar().setValue(0)
    assert dock.list.rows()[0].index == 0
    qtbot.mouseClick(row(dock, 3), LEFT)
    assert editor.session.history.at == 3


def test_keys_walk_and_go(qtbot: QtBot, dock: HistoryDock, editor: Editor) -> None:
    add(editor, 3)
    row(dock, 3).setFocus()
    qtbot.keyClick(row(dock, 3), Qt.Key.Key_Up)
    assert row(dock, 2).hasFocus()
    qtbot.keyClick(row(dock, 2), Qt.Key.Key_Return)
    assert editor.session.history.at == 2


def test_rows_show_the_picture_of_their_state(dock: HistoryDock, editor: Editor) -> None:
    edit = edit_of(3, editor.document.frame)
    editor.session.commit("Project", editor.document.with_edit(edit))
    thumbnail = editor.session.history.states[1].thumbnail
    assert thumbnail is not None
    image = row(dock, 1).grab().toImage()
    seen = image.pixelColor(5 + 19, row_height() // 2)
    wanted = thumbnail[thumbnail.shape[0] // 2, thumbnail.shape[1] // 2]
    assert abs(seen.red() - int(wanted[0])) < 40 and abs(seen.green() - int(wanted[1])) < 40


def test_hovering_shows_a_large_picture(qtbot: QtBot, dock: HistoryDock, editor: Editor) -> None:
    add(editor, 1)
    target = row(dock, 1)
    point = QPointF(5, 5)
    QApplication.sendEvent(target, QEnterEvent(point, point, point))
    qtbot.waitUntil(lambda: dock.list._large.isVisible(), timeout=2000)
    assert dock.list._large.pixmap().width() >= 200
    QApplication.sendEvent(target, QEvent(QEvent.Type.Leave))
    assert not dock.list._large.isVisible()


def test_without_a_document_it_says_what_it_is_for(
    qtbot: QtBot, dock: HistoryDock, editor: Editor
) -> None:
    editor.close_session()
    assert dock._none.isVisible() and not dock.list.isVisible()
