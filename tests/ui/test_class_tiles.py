"""The grid of classes: ui/class_tiles.py; the dock around it is tested in docks/test_classes.py."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from ganpaint.tasks.requests import ThumbnailsRequest
from ganpaint.ui.class_tiles import ClassTiles, folded, shown_name
from tests.ui.stand_ins import editor_of, jobs_of, model_of


def test_folding_ignores_case_and_accents() -> None:
    assert folded("Éclair ÑANDÚ") == "eclair nandu"
    assert folded("STRASSE") == folded("Straße")
    assert shown_name("brown tabby") == "Brown tabby" and shown_name("") == ""


def test_only_classes_in_view_are_painted(qtbot: QtBot) -> None:
    editor = editor_of(None, model_of())
    tiles = ClassTiles(editor)
    qtbot.addWidget(tiles)
    names = tuple(f"class {k}" for k in range(200))
    tiles.set_classes("aa", names)
    tiles.resize(300, 260)
    tiles.show()
    qtbot.waitUntil(lambda: bool(jobs_of(editor).of(ThumbnailsRequest)))
    in_view = tiles.in_view()
    assert in_view[0] == 0 and 4 <= len(in_view) <= 16
    tiles._area.verticalScrollBar().setValue(2000)
    assert tiles.in_view()[0] > 40
    tiles.search.setText("class 199")
    assert [t.caption for t in tiles.grid.shown()] == ["Class 199"]


def test_hidden_tiles_ask_for_nothing(qtbot: QtBot) -> None:
    editor = editor_of(None, model_of())
    tiles = ClassTiles(editor)
    qtbot.addWidget(tiles)
    tiles.set_classes("aa", ("one", "two"))
    qtbot.wait(100)
    assert not jobs_of(editor).submitted
