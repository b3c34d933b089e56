"""The grid of classes: ui/class_tiles.py; the dock around it is tested in docks/test_classes.py."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from ganpaint.tasks.requests import ProjectRequest, ThumbnailsRequest
from ganpaint.ui.class_tiles import LIVE, REST_MS, ClassTiles, folded, shown_name
from ganpaint.ui.commands import paint
from tests.ui.stand_ins import (
    HASH,
    NAMES,
    background_of,
    document_of,
    editor_of,
    jobs_of,
    model_of,
)


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


def test_a_single_class_needs_no_search(qtbot: QtBot) -> None:
    tiles = ClassTiles(editor_of(None, model_of()))
    qtbot.addWidget(tiles)
    tiles.set_classes("aa", ("mycat",))
    tiles.show()
    assert not tiles.search.isVisible() and not tiles.dice.isVisible()
    tiles.set_classes("bb", ("one", "two"))
    assert tiles.search.isVisible() and tiles.dice.isVisible()


def test_hidden_tiles_ask_for_nothing(qtbot: QtBot) -> None:
    editor = editor_of(None, model_of())
    tiles = ClassTiles(editor)
    qtbot.addWidget(tiles)
    tiles.set_classes("aa", ("one", "two"))
    qtbot.wait(100)
    assert not jobs_of(editor).submitted


@pytest.mark.behaviour("C4")
def test_pictures_come_between_two_steps_of_a_search(qtbot: QtBot) -> None:
    """A search may take minutes: the tiles do not wait for its end."""
    editor = editor_of(document_of(), model_of())
    jobs, tiles = jobs_of(editor), ClassTiles(editor)
    qtbot.addWidget(tiles)
    tiles.set_classes(HASH, NAMES)
    tiles.resize(300, 400)
    tiles.show()
    paint.start_projection(editor)
    jobs.step(jobs.of(ProjectRequest)[0], 1, seed=3)
    wanted = len(tiles.in_view())
    for k in range(wanted):
        qtbot.waitUntil(lambda: any(live.key == LIVE for live in jobs.lives))
        live = next(live for live in jobs.lives if live.key == LIVE)
        assert live.request.classes == (k,)
        jobs.lives.clear()
        jobs.live_result.emit(LIVE, background_of(live.request))
        assert tiles.grid.item(k).picture is not None
    qtbot.wait(3 * REST_MS)
    assert not jobs.lives


def test_a_picture_of_another_model_is_not_shown(qtbot: QtBot) -> None:
    editor = editor_of(document_of(), model_of())
    tiles = ClassTiles(editor)
    qtbot.addWidget(tiles)
    tiles.set_classes("another", NAMES)
    jobs_of(editor).live_result.emit(LIVE, background_of(ThumbnailsRequest(HASH, (2,))))
    assert tiles.grid.item(2).picture is None
