"""The canvas as a whole: it follows the editor, paints what it must, and answers for its view."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from ganpaint.document.document import Document
from ganpaint.jobs.jobs import JobState
from ganpaint.picture.composite import composite
from ganpaint.picture.frame import Frame
from ganpaint.picture.photo import Photo
from ganpaint.tasks.requests import ProjectRequest
from ganpaint.ui.canvas.view import CanvasView
from ganpaint.ui.qimage import from_qimage
from tests.ui.canvas.conftest import settle
from tests.ui.canvas.hand import Hand
from tests.ui.stand_ins import document_of, edit_of, jobs_of

ROOT = Path(__file__).resolve().parents[3]
SLOW = pytest.mark.slow("a window of its own for every scaling")


@pytest.mark.behaviour("H1", "H2")
@pytest.mark.parametrize(
    "ratio",
    ["1.25", "1.5", "2", *(pytest.param(r, marks=SLOW) for r in ("1", "1.75", "3"))],
)
def test_small_repaints_leave_no_seams_at_any_scaling(ratio: str) -> None:
    command = [sys.executable, "-m", "tests.ui.canvas.seams", ratio]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stdout + done.stderr


def pixels(canvas: CanvasView) -> np.ndarray:
    canvas.controls.leave()
    settle(canvas)
    return from_qimage(canvas.grab().toImage())


@pytest.mark.behaviour("I8")
def test_the_result_is_seen_as_it_will_be_exported(make) -> None:
    canvas = make(document_of(edit=True))
    document = canvas.editor.document
    exact = composite(document.photo, document.patches).repeat(4, 0).repeat(4, 1)
    seen = pixels(canvas)[30:230, 40:360].astype(int)
    assert np.abs(seen - exact[:200]).max() <= 1


@pytest.mark.behaviour("F7")
def test_a_preview_is_acknowledged_when_it_is_painted(make) -> None:
    canvas = make(document_of(edit=True))
    editor, jobs = canvas.editor, jobs_of(canvas.editor)
    before, painted = pixels(canvas), jobs.painted
    preview = replace(edit_of(8, editor.document.frame), id=editor.document.active)
    editor.session.preview(preview)
    assert jobs.painted == painted
    QTest.qWait(20)
    assert jobs.painted == painted + 1
    assert (pixels(canvas) != before).any()
    assert jobs.painted == painted + 1


@pytest.mark.behaviour("F7")
def test_previews_come_less_often_while_a_stroke_is_drawn(make, qtbot) -> None:
    canvas = make(document_of(edit=True))
    editor, jobs, hand = canvas.editor, jobs_of(canvas.editor), Hand(canvas)
    hand.press((20, 20))
    hand.move((24, 22))
    painted, begun = jobs.painted, time.monotonic()
    editor.session.preview(replace(edit_of(8, editor.document.frame), id=editor.document.active))
    qtbot.waitUntil(lambda: jobs.painted > painted)
    assert time.monotonic() - begun > 0.09
    hand.release((24, 22))
    painted, begun = jobs.painted, time.monotonic()
    editor.session.preview(replace(edit_of(9, editor.document.frame), id=editor.document.active))
    canvas.repaint()
    assert jobs.painted == painted + 1


@pytest.mark.behaviour("F7")
def test_a_preview_out_of_sight_is_acknowledged_and_a_hidden_canvas_paints_none(make) -> None:
    canvas = make(document_of(edit=True))
    editor, jobs = canvas.editor, jobs_of(canvas.editor)
    canvas.viewport.zoom_to(60.0, QPointF(40, 30))
    settle(canvas)
    preview = replace(edit_of(8, editor.document.frame), id=editor.document.active)
    painted = jobs.painted
    editor.session.preview(preview)
    QTest.qWait(20)
    assert jobs.painted == painted + 1
    canvas.hide()
    editor.session.preview(replace(preview))
    QTest.qWait(20)
    assert jobs.painted == painted + 1


@pytest.mark.behaviour("U5", "U1")
def test_undo_and_redo_are_seen(make) -> None:
    canvas = make(document_of(edit=True))
    editor = canvas.editor
    before = pixels(canvas)
    editor.session.commit("Look", editor.document.with_edit(
        replace(edit_of(4, editor.document.frame), id=editor.document.active)
    ))  # fmt: skip
    after = pixels(canvas)
    assert (after != before).any()
    editor.session.undo()
    assert np.array_equal(pixels(canvas), before)
    editor.session.redo()
    assert np.array_equal(pixels(canvas), after)


@pytest.mark.behaviour("I1")
def test_another_photo_is_shown_fit(canvas: CanvasView) -> None:
    wide = Photo.make(np.full((100, 600, 3), 77, np.uint8), "RGB")
    canvas.editor.open_session(Document(wide, Frame(50, 50, 100)), name="wide.png")
    settle(canvas)
    rect = canvas.picture_rect()
    assert rect.left() == pytest.approx(24, abs=1) and rect.right() == pytest.approx(376, abs=1)
    assert from_qimage(canvas.grab().toImage())[150, 300].tolist() == [77] * 3


@pytest.mark.behaviour("T4")
def test_smooth_pixels_can_be_chosen(canvas: CanvasView) -> None:
    canvas.viewport.zoom_to(7.0)
    sharp = pixels(canvas)
    canvas.editor.change_preferences(smooth_above=True)
    assert (pixels(canvas) != sharp).any()
    canvas.editor.change_preferences(smooth_above=False)
    assert np.array_equal(pixels(canvas), sharp)


@pytest.mark.behaviour("U7")
def test_what_concerns_the_view_is_no_undo_step(make) -> None:
    canvas = make(document_of(edit=True))
    editor = canvas.editor
    history = editor.session.history
    canvas.zoom_in()
    canvas.set_split(True)
    canvas.hold_before(True)
    editor.use_tool("hand")
    editor.set_option("size", 3.0)
    canvas.fit()
    assert editor.session.history is history


@pytest.mark.behaviour("S2")
def test_painting_goes_on_while_a_projection_shows_its_previews(make) -> None:
    canvas = make(document_of(edit=True))
    editor, hand, jobs = canvas.editor, Hand(canvas), jobs_of(canvas.editor)
    document = editor.document
    job = jobs.submit("Project", ProjectRequest("m", document.photo, document.frame))
    jobs.enter(job, JobState.RUNNING)
    hand.press((20, 20))
    for step, x in enumerate((30, 40, 50)):
        editor.session.preview(replace(edit_of(step, document.frame), id=document.active))
        hand.move((x, 20))
    assert canvas.scene.live is not None and canvas.is_busy
    hand.release((50, 20))
    assert len(editor.document.strokes) == 1


def test_zoom_is_told_with_every_move(canvas: CanvasView) -> None:
    zooms: list[float] = []
    canvas.zoomChanged.connect(zooms.append)
    canvas.actual_size()
    assert zooms[-1] == 1.0
    canvas.fit_frame()
    assert zooms[-1] == canvas.transform.zoom == pytest.approx(252 / 48)


def test_the_view_comes_back_with_a_project(canvas: CanvasView) -> None:
    state, kept = canvas.view_state(), canvas.transform
    canvas.fit()
    canvas.restore_view(state)
    assert (canvas.transform.zoom, canvas.transform.x) == (kept.zoom, pytest.approx(kept.x, abs=1))


def test_strokes_can_be_hidden(make) -> None:
    canvas = make()
    plain = pixels(canvas)
    Hand(canvas).stroke([(30, 20), (50, 40)])
    assert (pixels(canvas) != plain).any()
    canvas.set_strokes_shown(False)
    assert np.array_equal(pixels(canvas), plain)


def test_the_eraser_and_the_menu_show_every_stroke(make) -> None:
    canvas = make()
    scene, editor = canvas.scene, canvas.editor
    assert not scene.all_strokes
    editor.set_option("erase", True)
    assert scene.all_strokes
    editor.use_tool("frame")
    assert not scene.all_strokes
    canvas.set_all_strokes(True)
    assert scene.all_strokes


@pytest.mark.behaviour("F9")
def test_the_mouse_brings_the_focus_unless_someone_writes(make, qtbot) -> None:
    canvas = make()
    window, field = QWidget(), QLineEdit()
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    layout.addWidget(canvas)
    layout.addWidget(field)
    window.show()
    qtbot.waitUntil(window.isActiveWindow)
    place = QPointF(5, 5)
    field.setFocus()
    QApplication.sendEvent(canvas, QEnterEvent(place, place, place))
    assert field.hasFocus()
    field.clearFocus()
    QApplication.sendEvent(canvas, QEnterEvent(place, place, place))
    assert canvas.hasFocus()
    canvas.setParent(None)


@pytest.mark.behaviour("A1")
def test_it_has_a_name_and_takes_the_focus(canvas: CanvasView) -> None:
    assert canvas.objectName() == "canvas" and canvas.accessibleName()
    assert canvas.focusPolicy() & Qt.FocusPolicy.TabFocus
    QApplication.sendEvent(canvas, QEvent(QEvent.Type.DevicePixelRatioChange))
    assert canvas.transform.ratio == canvas.devicePixelRatioF()


def test_what_lies_on_the_canvas_keeps_the_mouse(make) -> None:
    canvas = make()
    card = QWidget(canvas)
    card.setGeometry(100, 100, 80, 40)
    card.show()
    QTest.mouseClick(card, Qt.MouseButton.LeftButton)
    QTest.mouseClick(canvas.bar, Qt.MouseButton.LeftButton, pos=canvas.bar.rect().topLeft())
    assert canvas.editor.document.strokes == () and not canvas.is_busy
    Hand(canvas).hover((30, 20))
    place = QPointF(5, 5)
    QApplication.sendEvent(card, QEnterEvent(place, place, place))
    assert canvas.controls.pointer is None
