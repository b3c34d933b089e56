"""The Class dock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from time import process_time

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from ganpaint.class_names import imagenet
from ganpaint.tasks.requests import RenderRequest, ThumbnailsRequest
from ganpaint.ui.docks.classes import ClassDock, mix_name
from ganpaint.ui.editor import Editor
from ganpaint.ui.widgets.slider import ValueBar
from ganpaint.ui.widgets.thumbnails import Tile
from tests.ui.stand_ins import NAMES, document_of, editor_of, jobs_of, model_of

LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier
Serve = Callable[[Editor], int]


def shown(qtbot: QtBot, editor: Editor) -> ClassDock:
    dock = ClassDock(editor)
    qtbot.addWidget(dock)
    dock.resize(320, 640)
    dock.show()
    dock.activateWindow()
    qtbot.waitUntil(dock.isActiveWindow)
    return dock


def tile(dock: ClassDock, index: int) -> Tile:
    found = dock.findChild(Tile, f"class.tile.{index}")
    assert isinstance(found, Tile)
    return found


def names(editor: Editor) -> list[str]:
    assert editor.session is not None
    return [state.name for state in editor.session.history.states][1:]


@pytest.mark.behaviour("C1")
@pytest.mark.parametrize(
    ("typed", "left"),
    [("tab", {6, 7}), ("TUX", {3}), ("brówn", {6}), ("r", {0, 1, 6, 7, 8, 9}), ("zzz", set())],
)
def test_search_by_any_part(qtbot: QtBot, editor: Editor, typed: str, left: set[int]) -> None:
    dock = shown(qtbot, editor)
    search = dock.findChild(QLineEdit, "class.search")
    assert search is not None and search.placeholderText() == "Search 10 classes"
    search.setText(typed)  # keyClicks knows no accents
    assert {k for k in range(10) if tile(dock, k).isVisible()} == left


@pytest.mark.behaviour("C1")
def test_enter_takes_the_first_and_down_goes_to_the_tiles(qtbot: QtBot, editor: Editor) -> None:
    dock = shown(qtbot, editor)
    search = dock.tiles.search
    qtbot.keyClicks(search, "silver")
    qtbot.keyClick(search, Qt.Key.Key_Return)
    jobs_of(editor).answer()
    assert names(editor) == ["Class: Silver tabby"]
    qtbot.keyClick(search, Qt.Key.Key_Down)
    assert tile(dock, 7).hasFocus()
    qtbot.keyClick(tile(dock, 7), "w")
    assert search.text() == "w" and search.hasFocus()


@pytest.mark.behaviour("C4")
def test_pictures_come_in_view_order_a_few_at_a_time(
    qtbot: QtBot, editor: Editor, serve: Serve
) -> None:
    dock = shown(qtbot, editor)
    jobs = jobs_of(editor)
    qtbot.waitUntil(lambda: bool(jobs.of(ThumbnailsRequest)))
    first = jobs.of(ThumbnailsRequest)[0]
    assert first.tag == "background" and first.request.classes == (0, 1, 2, 3)
    assert not tile(dock, 0).has_picture()
    serve(editor)
    assert tile(dock, 3).has_picture() and not tile(dock, 4).has_picture()
    qtbot.waitUntil(lambda: len(jobs.of(ThumbnailsRequest)) == 2)
    assert jobs.of(ThumbnailsRequest)[1].request.classes == (4, 5, 6, 7)
    serve(editor)
    qtbot.waitUntil(lambda: len(jobs.of(ThumbnailsRequest)) == 3)
    serve(editor)
    qtbot.wait(120)
    assert len(jobs.of(ThumbnailsRequest)) == 3
    assert all(tile(dock, k).has_picture() for k in range(10))


@pytest.mark.behaviour("C2")
def test_a_click_swaps(qtbot: QtBot, editor: Editor) -> None:
    dock = shown(qtbot, editor)
    qtbot.mouseClick(tile(dock, 0), LEFT)
    request = jobs_of(editor).lives[-1].request
    assert isinstance(request, RenderRequest)
    assert request.look.class_weights == tuple(float(v) for v in np.eye(10)[0])
    assert tile(dock, 0).chosen  # at once
    jobs_of(editor).answer()
    assert names(editor) == ["Class: Ginger"] and tile(dock, 0).chosen


@pytest.mark.behaviour("C3")
def test_ctrl_click_mixes_two(qtbot: QtBot, editor: Editor) -> None:
    dock, jobs = shown(qtbot, editor), jobs_of(editor)
    qtbot.mouseClick(tile(dock, 6), LEFT)
    jobs.answer()
    qtbot.mouseClick(tile(dock, 3), LEFT, CTRL)
    jobs.answer()
    assert names(editor)[-1] == "Class: 50 Brown tabby, 50 Tuxedo"
    bar = dock.findChild(ValueBar, "class.mix.6")
    other = dock.findChild(ValueBar, "class.mix.3")
    assert bar is not None and other is not None and other.amount() == 50
    bar.set_by_gesture(70)
    assert jobs.lives[-1].request.look.class_weights[3] == pytest.approx(0.3)
    while jobs.lives:
        jobs.answer()
    assert names(editor)[-1] == "Class: 70 Brown tabby, 30 Tuxedo"
    assert tile(dock, 6).badge == "70" and tile(dock, 3).badge == "30"
    qtbot.mouseClick(tile(dock, 8), LEFT, CTRL)  # a third takes the smaller one's place
    jobs.answer()
    assert {k for k in range(10) if tile(dock, k).chosen} == {6, 8}
    remove = dock.findChild(object, "class.mix.8.remove")
    qtbot.mouseClick(remove, LEFT)
    jobs.answer()
    assert {k for k in range(10) if tile(dock, k).chosen} == {6}
    assert tile(dock, 6).badge == ""


@pytest.mark.behaviour("C11")
def test_undo_shows_the_former_class(qtbot: QtBot, editor: Editor) -> None:
    dock, jobs = shown(qtbot, editor), jobs_of(editor)
    before = {k for k in range(10) if tile(dock, k).chosen}
    qtbot.mouseClick(tile(dock, 5), LEFT)
    jobs.answer()
    assert tile(dock, 5).chosen
    editor.session.undo()  # type: ignore[union-attr]
    assert {k for k in range(10) if tile(dock, k).chosen} == before == {1}


@pytest.mark.behaviour("C7")
def test_without_a_picture_the_class_is_for_the_next_search(qtbot: QtBot, fresh: Editor) -> None:
    dock = shown(qtbot, fresh)
    assert not any(tile(dock, k).chosen for k in range(10))
    qtbot.mouseClick(tile(dock, 3), LEFT)
    assert fresh.document is not None and fresh.document.class_weights is not None
    assert fresh.document.class_weights[3] == 1 and tile(dock, 3).chosen
    assert not jobs_of(fresh).lives


@pytest.mark.behaviour("C12")
def test_the_dice_does_not_return_to_the_last_three(qtbot: QtBot, fresh: Editor) -> None:
    dock = shown(qtbot, fresh)
    rolled = []
    for _ in range(40):
        qtbot.mouseClick(dock.tiles.dice, LEFT)
        assert fresh.document is not None and fresh.document.class_weights is not None
        rolled.append(int(np.argmax(fresh.document.class_weights)))
    assert all(k not in rolled[max(0, i - 3) : i] for i, k in enumerate(rolled))


@pytest.mark.behaviour("C8")
def test_a_model_without_classes_says_so(qtbot: QtBot) -> None:
    editor = editor_of(document_of(), model_of(()))
    dock = shown(qtbot, editor)
    link = dock.findChild(QPushButton, "class.choose")
    assert link is not None and link.isVisible() and not dock.tiles.isVisible()
    editor.set_model(model_of())
    assert dock.tiles.isVisible() and not link.isVisible()
    assert len(dock.tiles.grid.tiles()) == len(NAMES)


@pytest.mark.parametrize("painted", [True, False])
def test_a_single_class_offers_no_choice(qtbot: QtBot, painted: bool) -> None:
    editor = editor_of(document_of(edit=painted), model_of(("sphynx",)))
    dock, former = shown(qtbot, editor), editor.document
    assert tile(dock, 0).chosen
    assert dock._hint.text() == "All that this model paints is of this class."
    for keys in (Qt.KeyboardModifier.NoModifier, CTRL):
        qtbot.mouseClick(tile(dock, 0), LEFT, keys)
    assert not jobs_of(editor).lives and editor.document is former
    tile(dock, 0).menu_wanted.emit(dock.mapToGlobal(dock.rect().center()))
    menu = dock.findChild(QMenu, "class.menu")
    assert menu is not None
    assert next(a.text() for a in menu.actions() if a.text()) == "Rename (F2)"
    menu.close()


def test_the_tile_of_a_single_class_stands_at_the_top(qtbot: QtBot) -> None:
    editor = editor_of(document_of(), model_of(("one", "two")))
    dock = shown(qtbot, editor)
    qtbot.waitUntil(lambda: dock.tiles.height() > 60)
    editor.set_model(model_of(("sphynx",)))
    qtbot.waitUntil(lambda: dock.tiles.search.isHidden() and dock.tiles.grid.y() == 0)
    qtbot.wait(50)
    low = tile(dock, 0).mapTo(dock, tile(dock, 0).rect().bottomLeft()).y()
    assert dock.tiles.geometry().bottom() - low < 20


def test_an_empty_picture_offers_a_sample(qtbot: QtBot) -> None:
    editor = editor_of(replace(document_of(), blank=True), model_of())
    dock = shown(qtbot, editor)
    apply = dock.findChild(QPushButton, "class.apply")
    assert apply is not None and apply.isVisible()
    qtbot.mouseClick(apply, LEFT)
    jobs_of(editor).answer()
    jobs_of(editor).answer()
    assert names(editor)[-1].startswith("New sample (seed ") and not apply.isVisible()


def test_strength_and_own_class(qtbot: QtBot, editor: Editor) -> None:
    dock, jobs = shown(qtbot, editor), jobs_of(editor)
    assert not dock.strength.isVisible()
    qtbot.mouseClick(tile(dock, 0), LEFT)
    jobs.answer()
    assert dock.strength.isVisible() and dock.strength.amount() == 100
    dock.strength.set_by_gesture(120)
    while jobs.lives:
        jobs.answer()
    assert names(editor)[-1] == "Strength"
    assert editor.document is not None and editor.document.edit.look.strength == 1.2
    qtbot.mouseClick(dock.own, LEFT)
    jobs.answer()
    assert editor.document.edit.look.class_weights is None and not dock.own.isVisible()


def test_names_of_mixes() -> None:
    assert mix_name({3: 1.0}, NAMES) == "Class: Tuxedo"
    assert mix_name({3: 0.3, 6: 0.7}, NAMES) == "Class: 70 Brown tabby, 30 Tuxedo"


@pytest.mark.behaviour("C10")
def test_f2_renames_a_class(qtbot: QtBot, editor: Editor) -> None:
    dock = shown(qtbot, editor)
    tile(dock, 2).setFocus()
    qtbot.keyClick(tile(dock, 2), Qt.Key.Key_F2)
    field = dock.findChild(QLineEdit, "class.tile.rename")
    assert field is not None
    qtbot.keyClicks(field, "night")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert editor.model is not None and editor.model.class_names[2] == "night"
    assert tile(dock, 2).caption == "Night" and tile(dock, 1).chosen  # the choice stays
    dock.tiles.search.setText("nigh")
    assert [t.caption for t in dock.tiles.grid.shown()] == ["Night"]
    qtbot.mouseClick(tile(dock, 2), LEFT)
    jobs_of(editor).answer()
    assert names(editor)[-1] == "Class: night"


@pytest.mark.behaviour("C10")
def test_the_menu_of_a_class(qtbot: QtBot, editor: Editor) -> None:
    dock = shown(qtbot, editor)
    tile(dock, 3).menu_wanted.emit(dock.mapToGlobal(dock.rect().center()))
    menu = dock.findChild(QMenu, "class.menu")
    assert menu is not None
    texts = [action.text() for action in menu.actions() if action.text()]
    assert texts == [
        "Choose",
        "Add to the Mix",
        "Rename (F2)",
        "Import Names from a Text File…",
        "Names of the Model's File",
    ]
    next(a for a in menu.actions() if a.objectName() == "class.rename").trigger()
    menu.close()
    assert dock.findChild(QLineEdit, "class.tile.rename") is not None


@pytest.mark.behaviour("C9")
def test_a_thousand_classes_open_at_once(qtbot: QtBot, editor: Editor) -> None:
    dock = shown(qtbot, editor)
    many = replace(model_of(imagenet()), c_dim=1000, hash="cd" * 32)
    began = process_time()
    editor.set_model(many)
    qtbot.wait(1)
    assert process_time() - began < 0.1
    assert len(dock.findChildren(Tile)) < 100
    bar = dock.tiles._area.verticalScrollBar()
    began = process_time()
    for value in range(0, bar.maximum(), bar.maximum() // 10):
        bar.setValue(value)
    assert process_time() - began < 0.2
    qtbot.waitUntil(lambda: bool(jobs_of(editor).of(ThumbnailsRequest)))
    seen = dock.tiles.in_view()
    assert jobs_of(editor).of(ThumbnailsRequest)[-1].request.classes == tuple(seen[:4])
    dock.tiles.search.setText("tabby")
    assert [t.caption for t in dock.tiles.grid.shown()] == ["Tabby"]


def test_without_layers_the_pose_lock_is_grey_and_says_why(qtbot: QtBot, editor: Editor) -> None:
    dock, jobs = shown(qtbot, editor), jobs_of(editor)
    qtbot.mouseClick(tile(dock, 5), LEFT)
    jobs.answer()
    assert dock.pose.isVisible() and dock.pose.isEnabled()
    editor.set_model(replace(model_of(), family="biggan", capabilities=frozenset()))
    assert dock.pose.isVisible() and not dock.pose.isEnabled()
    assert "no layers to lock" in dock.pose.toolTip() and dock.strength.isEnabled()
