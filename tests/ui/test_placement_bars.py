"""Move, turn and scale: only where the model can."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from ganpaint.model_info import Capability, ModelInfo
from ganpaint.tasks.requests import SlidersRequest
from ganpaint.ui.docks.latent import LatentDock
from ganpaint.ui.editor import Editor
from ganpaint.ui.placement_bars import NONE, meant, shown
from tests.ui.stand_ins import background_of, document_of, editor_of, jobs_of, model_of


def movable() -> ModelInfo:
    info = model_of()
    return replace(info, capabilities=info.capabilities | {Capability.USER_TRANSFORM})


@pytest.fixture
def editor(qtbot: QtBot) -> Editor:
    """A projected photo and a StyleGAN3."""
    return editor_of(document_of(edit=True), movable())


def dock_of(qtbot: QtBot, editor: Editor) -> LatentDock:
    dock = LatentDock(editor)
    qtbot.addWidget(dock)
    dock.resize(320, 640)
    dock.show()
    return dock


def test_only_models_that_can_have_it(qtbot: QtBot, editor: Editor) -> None:
    dock = dock_of(qtbot, editor)
    assert dock.placement.isVisible()
    editor.set_model(model_of())
    assert not dock.placement.isVisible()
    editor.set_model(movable())
    assert dock.placement.isVisible()


def test_a_move_is_one_undo_step(qtbot: QtBot, editor: Editor) -> None:
    dock, jobs = dock_of(qtbot, editor), jobs_of(editor)
    right, down, turn, size = dock.placement.bars
    right.set_by_gesture(12)
    assert jobs.lives[-1].request.look.placement == (0.12, 0.0, 0.0, 1.0)
    jobs.answer()
    turn.set_by_gesture(-30)
    jobs.answer()
    size.set_by_gesture(150)
    while jobs.lives:
        jobs.answer()
    assert editor.session is not None and editor.document is not None
    assert [s.name for s in editor.session.history.states][1:] == ["Move", "Turn", "Size"]
    edit = editor.document.edit
    assert edit is not None and edit.look.placement == (0.12, 0.0, -30.0, 1.5)
    editor.session.undo()
    assert (size.amount(), turn.amount(), down.amount()) == (100, -30, 0)


def test_both_resets_put_it_back(qtbot: QtBot, editor: Editor) -> None:
    dock, jobs = dock_of(qtbot, editor), jobs_of(editor)
    assert not dock.placement.reset.isEnabled()
    for button in (dock.placement.reset, dock.reset):
        dock.placement.bars[1].set_by_gesture(20)
        while jobs.lives:
            jobs.answer()
        assert dock.placement.reset.isEnabled()
        if button is dock.reset:  # it needs its sliders
            asked = jobs.of(SlidersRequest)[0]
            jobs.end(asked, background_of(asked.request))
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        while jobs.lives:
            jobs.answer()
        edit = editor.document.edit if editor.document else None
        assert edit is not None and edit.look.placement == NONE


def test_numbers_go_there_and_back() -> None:
    assert meant(list(shown((0.07, -0.5, 33.0, 1.25)))) == pytest.approx((0.07, -0.5, 33.0, 1.25))
    assert shown(NONE) == (0, 0, 0, 100)
