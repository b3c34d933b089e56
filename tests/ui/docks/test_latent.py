"""The Latent dock."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from ganpaint.document.document import Look
from ganpaint.tasks.requests import SampleRequest, SlidersRequest
from ganpaint.ui.commands import paint
from ganpaint.ui.docks.latent import LatentDock
from ganpaint.ui.editor import Editor
from ganpaint.ui.widgets.direction_row import DirectionRow
from tests.ui.stand_ins import jobs_of

LEFT = Qt.MouseButton.LeftButton
Serve = Callable[[Editor], int]


@pytest.fixture
def dock(qtbot: QtBot, editor: Editor, serve: Serve) -> LatentDock:
    made = LatentDock(editor)
    qtbot.addWidget(made)
    made.resize(320, 640)
    made.show()
    serve(editor)
    return made


def row(dock: LatentDock, index: int) -> DirectionRow:
    found = dock.findChild(DirectionRow, f"latent.row.{index}")
    assert isinstance(found, DirectionRow)
    return found


def names(editor: Editor) -> list[str]:
    assert editor.session is not None
    return [state.name for state in editor.session.history.states][1:]


def answer_all(editor: Editor) -> None:
    while jobs_of(editor).lives:
        jobs_of(editor).answer()


def test_a_row_a_direction_with_pictures_of_the_present_picture(
    qtbot: QtBot, dock: LatentDock, editor: Editor, serve: Serve
) -> None:
    jobs = jobs_of(editor)
    assert [row(dock, k).name for k in (0, 11)] == ["Direction 1", "Direction 12"]
    assert not row(dock, 0).has_pictures()
    qtbot.waitUntil(lambda: len(jobs.of(SlidersRequest)) == 2, timeout=3000)
    request = jobs.submitted[-1].request
    assert request.edit is editor.document.edit and jobs.submitted[-1].tag == "background"
    serve(editor)
    assert row(dock, 0).has_pictures()
    qtbot.wait(600)  # nothing changed: nothing is asked for again
    assert len(jobs.of(SlidersRequest)) == 2


@pytest.mark.behaviour("L1", "L2")
def test_a_gesture_follows_and_is_one_step(qtbot: QtBot, dock: LatentDock, editor: Editor) -> None:
    slider, jobs = row(dock, 1), jobs_of(editor)
    for _ in range(3):
        qtbot.keyClick(slider, Qt.Key.Key_Right)
    assert editor.session.preview_edit is None and len(jobs.lives) == 3
    jobs.answer()
    assert editor.session.preview_edit.look.slider("pca:1") == pytest.approx(0.3)
    slider.finish_series()
    answer_all(editor)
    assert names(editor) == ["Slider: Direction 2"]
    assert slider.amount() == pytest.approx(0.3)


@pytest.mark.behaviour("L5")
def test_reset_all_is_one_step_and_returns_the_code(dock: LatentDock, editor: Editor) -> None:
    code = editor.document.edit.code
    row(dock, 0).set_by_gesture(1.0)
    answer_all(editor)
    dock.truncation.set_by_gesture(0.5)
    answer_all(editor)
    assert names(editor) == ["Slider: Direction 1", "Truncation"]
    assert dock.reset.isEnabled()
    dock.reset.click()
    answer_all(editor)
    assert names(editor)[-1] == "Reset sliders"
    assert editor.document.edit.code is code
    assert row(dock, 0).amount() == 0 and dock.truncation.amount() == 1
    assert not dock.reset.isEnabled()


@pytest.mark.behaviour("L7")
def test_truncation_is_part_of_the_look(dock: LatentDock, editor: Editor) -> None:
    dock.truncation.set_by_gesture(0.85)
    assert jobs_of(editor).lives[-1].request.look == Look(truncation_psi=0.85)
    answer_all(editor)
    assert names(editor) == ["Truncation"]
    dock.undo_psi.click()
    answer_all(editor)
    assert editor.document.edit.look.truncation_psi == 1


@pytest.mark.behaviour("L8")
def test_seed_and_dice(qtbot: QtBot, dock: LatentDock, editor: Editor) -> None:
    seed = dock.findChild(QLineEdit, "latent.seed")
    assert seed is not None
    qtbot.keyClicks(seed, "4711")
    qtbot.keyClick(seed, Qt.Key.Key_Return)
    request = jobs_of(editor).lives[-1].request
    assert isinstance(request, SampleRequest) and request.seed == 4711
    answer_all(editor)
    assert names(editor) == ["New sample (seed 4711)"] and seed.text() == "4711"
    seed.clearFocus()
    qtbot.mouseClick(dock.dice, LEFT)
    answer_all(editor)
    assert seed.text() == str(editor.document.seed) != "4711"
    editor.session.undo()
    assert seed.text() == "4711"


def test_undo_moves_the_sliders_back(dock: LatentDock, editor: Editor) -> None:
    row(dock, 3).set_by_gesture(2.0)
    answer_all(editor)
    editor.session.undo()
    assert row(dock, 3).amount() == 0
    editor.session.redo()
    assert row(dock, 3).amount() == 2.0


def test_without_a_picture_both_ways_to_one_are_offered(qtbot: QtBot, fresh: Editor) -> None:
    dock = LatentDock(fresh)
    qtbot.addWidget(dock)
    dock.show()
    assert not dock.truncation.isVisible() and dock.start.isVisible() and dock.take.isVisible()
    qtbot.mouseClick(dock.start, LEFT)
    assert paint.is_projecting(fresh)


@pytest.mark.behaviour("L19")
def test_sliders_work_during_a_projection(qtbot: QtBot, fresh: Editor, serve: Serve) -> None:
    dock = LatentDock(fresh)
    qtbot.addWidget(dock)
    dock.resize(320, 640)
    dock.show()
    serve(fresh)
    paint.start_projection(fresh)
    jobs = jobs_of(fresh)
    job = jobs.submitted[-1]
    jobs.step(job, 5, seed=3)
    paint.results(fresh).runChanged.emit()
    assert dock.truncation.isVisible() and row(dock, 0).isEnabled()
    row(dock, 0).set_by_gesture(1.5)
    jobs.answer()
    assert fresh.session.preview_edit.look.slider("pca:0") == 1.5
    jobs.finish(job, seed=6)
    answer_all(fresh)
    assert names(fresh) == ["Project (w+, 500 steps)", "Slider: Direction 1"]
    assert row(dock, 0).amount() == 1.5
