"""The work frame on the canvas: when it is shown, what it veils, and words for a place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QRect
from PySide6.QtTest import QTest

from ganpaint.jobs.jobs import JobState
from ganpaint.picture.mask import Mask
from ganpaint.tasks.requests import ProjectRequest
from ganpaint.ui import theme
from ganpaint.ui.qimage import from_qimage
from tests.ui.canvas.conftest import settle
from tests.ui.canvas.hand import Hand
from tests.ui.stand_ins import document_of, jobs_of, model_of


def pixels(canvas) -> np.ndarray:
    return from_qimage(canvas.grab().toImage()).astype(int)


def has_frame(canvas) -> bool:
    """Whether a line is on the frame's left edge, at photo x = 16."""
    row = pixels(canvas)[180]
    line, left, right = (row[40 + 16 * 4 + shift] for shift in (0, -4, 4))
    return bool(np.minimum(np.abs(line - left), np.abs(line - right)).max() > 40)


def test_it_is_shown_with_a_model_only(make) -> None:
    assert has_frame(make())
    assert not has_frame(make(model=False))


def test_a_result_is_seen_without_it_while_the_hands_are_elsewhere(make) -> None:
    canvas = make(document_of(edit=True))
    assert not has_frame(canvas)
    Hand(canvas).hover((5, 5))
    assert has_frame(canvas)


def test_a_projection_veils_what_lies_outside(make) -> None:
    canvas = make()
    before = pixels(canvas)
    jobs, document = jobs_of(canvas.editor), canvas.editor.document
    job = jobs.submit("Project", ProjectRequest("m", document.photo, document.frame))
    jobs.enter(job, JobState.RUNNING)
    during = pixels(canvas)
    outside, inside = np.s_[100, 60], np.s_[180, 200]
    assert during[outside] == pytest.approx(0.65 * before[outside], abs=1)
    assert (during[inside] == before[inside]).all()
    jobs.end(job)
    assert (pixels(canvas) == before).all()


@pytest.mark.parametrize("angle", [0.0, 0.6])
def test_a_piece_painted_again_is_that_of_the_whole(make, angle: float) -> None:
    canvas = make()
    session = canvas.editor.session
    turned = replace(session.document.frame, angle=angle, size=40.0)
    session.commit("Turn", replace(session.document, frame=turned))
    canvas.editor.use_tool("frame")
    settle(canvas)
    Hand(canvas).hover((30, 30))
    whole = from_qimage(canvas.grab().toImage())
    for x in range(0, 400, 25):
        for y in range(0, 300, 25):
            piece = from_qimage(canvas.grab(QRect(x, y, 25, 25)).toImage())
            away = np.abs(piece.astype(int) - whole[y : y + 25, x : x + 25])
            assert away.max() <= 2, (x, y)  # a slanted edge is cut in other places


def test_the_frame_tool_veils_too(make) -> None:
    canvas = make()
    before = pixels(canvas)[100, 60]
    canvas.editor.use_tool("frame")
    assert pixels(canvas)[100, 60] == pytest.approx(0.65 * before, abs=1)


def test_a_result_flashes_once(make) -> None:
    canvas = make()
    theme.set_still(False)
    jobs, document = jobs_of(canvas.editor), canvas.editor.document
    job = jobs.submit("Project", ProjectRequest("m", document.photo, document.frame))
    jobs.enter(job, JobState.RUNNING)
    jobs.finish(job, 3)
    assert canvas.place._flash_from
    settle(canvas)
    assert not canvas.place._flash_from
    theme.set_still(True)


def test_the_caption_names_model_and_size(make) -> None:
    canvas = make()
    assert canvas.place._caption(canvas.editor.document.frame) == "cats-64 · 48 px"


@pytest.mark.behaviour("A6")
def test_a_place_in_words(make) -> None:
    canvas = make()
    editor = canvas.editor
    words = canvas.place.describe(30.2, 20.4)
    colour = "#{:02x}{:02x}{:02x}".format(*editor.document.photo.pixels[20, 30])
    assert words == f"Brush, zoom 400 %, x 30, y 20, inside the work frame, colour {colour}."
    assert "outside the photo" in canvas.place.describe(-3, 5)
    editor.set_option("erase", True)
    assert canvas.place.describe(1, 1).startswith("Eraser")
    marked = Mask.empty(80, 60)
    editor.session.commit("Mask", replace(editor.document, mask=marked))
    assert "not marked" in canvas.place.describe(30, 20)


@pytest.mark.parametrize("ratio", [1.0, 4.0, 9.7])
def test_colours_are_those_of_the_pixel_under_the_point(make, ratio: float) -> None:
    canvas = make()
    canvas.viewport.zoom_to(ratio)
    pixel = canvas.editor.document.photo.pixels[30, 41]
    colour = canvas.colour_at(41.5, 30.5, 1)
    assert colour.getRgb()[:3] == tuple(pixel)
    assert canvas.colour_at(-0.5, 30, 1) is None


def test_it_appears_when_the_model_is_loaded(make) -> None:
    canvas = make(model=False)
    QTest.qWait(20)
    painted: list[int] = []
    real = canvas.place.paint
    canvas.place.paint = lambda *a: painted.append(1) or real(*a)
    canvas.editor.set_model(model_of())
    QTest.qWait(20)
    assert painted and has_frame(canvas)


@pytest.mark.behaviour("L16")
def test_a_draft_says_so(make) -> None:
    canvas = make(document_of(edit=True))
    editor = canvas.editor
    edit = editor.document.edit
    rough = np.zeros((8, 8, 3), np.uint16)
    small = replace(edit, patch=replace(edit.patch, picture=rough, rec=None))
    full = replace(edit, patch=replace(edit.patch, picture=np.zeros((16, 16, 3), np.uint16)))
    editor.session.preview(full)
    place = canvas.place
    assert not place._is_draft() and "draft" not in place._caption(editor.document.frame)
    plain = pixels(canvas)
    editor.session.preview(small)
    assert place._is_draft() and place._caption(editor.document.frame).endswith("px · draft")
    marked = pixels(canvas)
    x, y = (round(v) for v in canvas.transform.to_screen(16, 6).toTuple())
    there = np.s_[y + 8 : y + 26, x + 8 : x + 50]
    assert np.abs(marked[there] - plain[there]).max() > 100  # white words on a dark chip
    editor.session.preview(None)
    assert not place._is_draft()
