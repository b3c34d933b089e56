"""The Projection dock."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from ganpaint.progress import Step
from ganpaint.tasks.requests import ScribbleRequest
from ganpaint.ui import theme
from ganpaint.ui.commands import paint
from ganpaint.ui.docks.projection import ProjectionDock
from ganpaint.ui.editor import Editor
from ganpaint.ui.widgets.slider import ValueBar
from ganpaint.ui.widgets.thumbnails import Tile
from tests.ui.stand_ins import (
    code_of,
    document_of,
    editor_of,
    jobs_of,
    model_of,
    picture_of,
    stroke_of,
)

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def dock(qtbot: QtBot, fresh: Editor) -> ProjectionDock:
    return shown(qtbot, fresh)


def shown(qtbot: QtBot, editor: Editor) -> ProjectionDock:
    made = ProjectionDock(editor)
    qtbot.addWidget(made)
    made.resize(320, 640)
    made.show()
    return made


def words(dock: ProjectionDock, name: str) -> str:
    label = dock.findChild(QLabel, f"projection.{name}")
    assert label is not None
    return label.text()


def test_in_a_low_dock_the_starts_are_in_view_while_it_runs(
    qtbot: QtBot, dock: ProjectionDock, fresh: Editor
) -> None:
    dock.resize(320, 380)
    paint.start_projection(fresh)
    jobs_of(fresh).step(jobs_of(fresh).submitted[-1], 1, seed=2)
    tile = dock.findChild(Tile, "starts.tile.3")
    assert tile is not None
    qtbot.waitUntil(lambda: tile.visibleRegion().boundingRect().height() > 0.8 * tile.height())


def test_nothing_is_wider_than_the_dock(qapp: QApplication, qtbot: QtBot, editor: Editor) -> None:
    """Figures and words share a line: the figures give way."""
    assert editor.session is not None
    editor.session.commit("Blank", replace(editor.session.document, blank=True, edits=()))
    theme.apply(qapp, "dark")
    dock = shown(qtbot, editor)
    dock.resize(280, 400)
    paint.add_stroke(editor, stroke_of())
    jobs = jobs_of(editor)
    jobs.step(jobs.submitted[-1], 60, seed=2)
    assert dock.minimumSizeHint().width() <= 280, "pause, stop and more beside each other"
    jobs.finish(jobs.submitted[-1], seed=2, candidates=16)
    qtbot.wait(20)
    assert words(dock, "remaining") == "Click one to choose it"
    assert dock._body.width() <= dock.width() - 24 + 1 <= 300 - 24 + 1
    assert words(dock, "figures").startswith("Best loss")


def test_presets_set_everything(qtbot: QtBot, dock: ProjectionDock, fresh: Editor) -> None:
    qtbot.mouseClick(dock.preset.button("fast"), LEFT)
    assert (fresh.projection.steps, fresh.projection.starts) == (100, 1)
    assert dock.steps.amount() == 100 and dock.starts.amount() == 1
    dock.steps.set_by_gesture(120)
    assert fresh.projection.steps == 120 and dock.preset.value() == ""
    qtbot.mouseClick(dock.space.button("w"), LEFT)
    assert fresh.projection.space == "w"


@pytest.mark.behaviour("F13")
def test_the_estimate_stands_there_before_start(dock: ProjectionDock) -> None:
    before = words(dock, "remaining")
    assert before.startswith("Faithful, about ")
    dock.steps.edit_amount(900)
    assert words(dock, "remaining") != before
    assert "about" in dock.start.toolTip()


@pytest.mark.behaviour("F1", "F2")
def test_a_search_from_start_to_end(qtbot: QtBot, dock: ProjectionDock, fresh: Editor) -> None:
    jobs = jobs_of(fresh)
    assert dock.start.isVisible() and not dock.pause.isVisible()
    qtbot.mouseClick(dock.start, LEFT)
    assert not dock.start.isVisible() and dock.pause.isVisible() and dock.stop.isVisible()
    job = jobs.submitted[-1]
    for step in range(1, 60):
        jobs.step(job, step, seed=3)
    assert dock.view.curve.points == 59 and dock.view.curve.best[2] == 0.184
    assert words(dock, "figures") == "Step 59 of 500 · 30 steps/s"
    assert words(dock, "remaining") == "7 s left"
    tiles = [dock.findChild(Tile, f"starts.tile.{k}") for k in range(4)]
    assert [t.caption for t in tiles if t] == ["0.184", "0.231", "0.268", "dropped"]
    assert tiles[0] is not None and tiles[0].chosen and tiles[0].has_picture()
    qtbot.mouseClick(dock.stop, LEFT)
    assert job.stop.requested and not dock.stop.isEnabled()
    jobs.finish(job, seed=3)
    assert dock.start.isVisible() and words(dock, "figures") == "Best loss 0.184"


@pytest.mark.behaviour("F3")
def test_pause_and_resume(qtbot: QtBot, dock: ProjectionDock, fresh: Editor) -> None:
    jobs = jobs_of(fresh)
    qtbot.mouseClick(dock.start, LEFT)
    jobs.step(jobs.submitted[-1], 212, seed=3)
    qtbot.mouseClick(dock.pause, LEFT)
    assert paint.is_paused(fresh) and dock.pause.text() == "Resume"
    assert words(dock, "figures") == "Paused at step 212"
    qtbot.mouseClick(dock.pause, LEFT)
    assert not paint.is_paused(fresh) and dock.pause.text() == "Pause"


@pytest.mark.behaviour("F4")
def test_discard_is_in_the_menu_of_stop(qtbot: QtBot, dock: ProjectionDock, fresh: Editor) -> None:
    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QMenu

    qtbot.mouseClick(dock.start, LEFT)
    qtbot.mouseClick(dock.more, LEFT)
    menu = dock.findChild(QMenu)
    assert menu is not None
    discard = menu.findChild(QAction, "projection.discard")
    assert discard is not None
    discard.trigger()
    job = jobs_of(fresh).submitted[-1]
    assert job.stop.discarding
    menu.close()


@pytest.mark.behaviour("F6")
def test_terms_are_folded_and_show_their_share(
    qtbot: QtBot, dock: ProjectionDock, fresh: Editor
) -> None:
    bar = dock.findChild(ValueBar, "projection.term.lpips")
    assert bar is not None and not bar.isVisible()
    qtbot.mouseClick(dock.fold, LEFT)
    assert bar.isVisible() and bar.amount() == 1.0
    missing = dock.findChild(ValueBar, "projection.term.discriminator")
    assert missing is not None and not missing.isEnabled() and missing.toolTip() == "It has none."
    bar.set_by_gesture(2.5)
    assert fresh.projection.weight("lpips") == 2.5
    qtbot.mouseClick(dock.start, LEFT)
    assert dict(jobs_of(fresh).submitted[-1].request.terms)["lpips"] == 2.5
    jobs_of(fresh).step(jobs_of(fresh).submitted[-1], 1, seed=1)
    shares = [
        b.share
        for name in ("logcosh", "lpips", "prior")
        if (b := dock.findChild(ValueBar, f"projection.term.{name}")) is not None
    ]
    assert sum(s for s in shares if s is not None) == pytest.approx(1)


@pytest.mark.behaviour("S6")
def test_candidates_stand_where_the_starts_do(qtbot: QtBot) -> None:
    editor = editor_of(replace(document_of(), blank=True), model_of())
    dock = shown(qtbot, editor)
    assert not dock.start.isVisible() and not dock.preset.isVisible()  # no photo to project
    paint.add_stroke(editor, stroke_of())
    jobs = jobs_of(editor)
    jobs.finish(jobs.of(ScribbleRequest)[-1], seed=5, candidates=16)
    tiles = [dock.findChild(Tile, f"starts.tile.{k}") for k in range(16)]
    assert all(t is not None and t.isVisible() and t.has_picture() for t in tiles)
    assert tiles[0] is not None and tiles[0].chosen
    assert tiles[3] is not None
    qtbot.mouseClick(tiles[3], LEFT)
    assert editor.session is not None and editor.session.history.undo_name == "Candidate 4"
    assert tiles[3].chosen and not tiles[0].chosen
    editor.session.undo()
    assert tiles[0].chosen
    editor.session.undo()
    assert dock.findChild(Tile, "starts.tile.0") is None  # they belong to later states


@pytest.mark.behaviour("S6")
def test_samples_are_shown_while_they_are_tried(qtbot: QtBot) -> None:
    editor = editor_of(replace(document_of(), blank=True), model_of())
    dock = shown(qtbot, editor)
    paint.add_stroke(editor, stroke_of())
    job = jobs_of(editor).submitted[-1]
    pictures = tuple(picture_of(k) for k in range(16))
    step = Step(sentence="Trying samples", code=code_of(0), preview=pictures[0], step=0)
    jobs_of(editor).progressed.emit(job, replace(step, start_previews=pictures))
    assert dock.findChild(Tile, "starts.tile.15") is not None
    assert editor.session is not None and editor.session.preview_edit is not None
    jobs_of(editor).step(job, 1, seed=2)  # four of them are refined, the others stay
    assert dock.findChild(Tile, "starts.tile.15") is not None


def test_a_space_the_model_lacks_is_grey_with_the_reason(
    qtbot: QtBot, dock: ProjectionDock
) -> None:
    info = model_of()
    offers = tuple(
        replace(o, available=False, reason="There is no w here.") if o.name == "w" else o
        for o in info.offers
    )
    dock._editor.set_model(replace(info, offers=offers))
    assert not dock.space.button("w").isEnabled()
    assert dock.space.button("w").toolTip() == "There is no w here."


def test_a_model_without_w_is_searched_in_z_and_the_preset_stays(dock: ProjectionDock) -> None:
    editor, info = dock._editor, model_of()
    offers = tuple(
        replace(o, available=o.name == "z", reason="BigGAN models have no w.")
        if o.kind == "space"
        else o
        for o in info.offers
    )
    dock.fold.setChecked(True)
    spread = dock.findChild(ValueBar, "projection.term.spread")
    assert spread is not None and spread.isEnabled()
    editor.set_model(replace(info, offers=offers))
    assert dock.space.value() == "z" and editor.projection.preset == "faithful"
    assert [dock.space.button(key).isEnabled() for key in ("z", "w", "w+")] == [True, False, False]
    spread = dock.findChild(ValueBar, "projection.term.spread")
    assert spread is not None and not spread.isEnabled()
    assert spread.toolTip() == "Only codes of w+ have layers to keep together."
    dock._use_preset("hard")
    assert dock.space.value() == "z"
    editor.set_model(info)
    assert dock.space.value() == "w+" and editor.projection.preset == "hard"


@pytest.mark.behaviour("A4")
def test_everything_that_can_be_pressed_has_a_name(dock: ProjectionDock) -> None:
    from PySide6.QtWidgets import QAbstractButton, QSlider

    dock.fold.setChecked(True)
    for kind in (QAbstractButton, QSlider):
        for widget in dock.findChildren(kind):
            assert widget.accessibleName() or widget.text(), widget.objectName()  # type: ignore[attr-defined]
            assert widget.objectName()


def test_without_a_model_one_is_offered(qtbot: QtBot) -> None:
    editor = editor_of(document_of())
    dock = shown(qtbot, editor)
    link = dock.findChild(QPushButton, "projection.choose")
    assert link is not None and link.isVisible() and not dock.start.isEnabled()
