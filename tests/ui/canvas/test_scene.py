"""The scene follows document, preview and view, and lets strokes fade."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from ganpaint.document.document import Document
from ganpaint.picture.brush import Brush
from ganpaint.ui import theme
from ganpaint.ui.canvas.sampling import EMPTY, Box, Window
from ganpaint.ui.canvas.scene import Scene
from ganpaint.ui.canvas.strokes import SETTLED, Ink
from ganpaint.ui.canvas.transform import ViewTransform
from tests.ui.stand_ins import document_of, edit_of, photo_of, stroke_of

pytestmark = pytest.mark.usefixtures("dressed")
WINDOW = Window(ViewTransform(2.0, 10.0, 10.0), (200, 150), (80, 60))


def scene_of(document: Document, window: Window = WINDOW) -> tuple[Scene, list[Box]]:
    dirty: list[Box] = []
    scene = Scene(dirty.append)
    scene.set_window(window, moving=False)
    scene.set_document(document)
    while scene.work():
        pass
    dirty.clear()
    return scene, dirty


def test_a_preview_stands_in_for_its_edit() -> None:
    document = document_of(edit=True)
    scene, dirty = scene_of(document)
    committed = document.edit
    preview = replace(edit_of(9, document.frame), id=committed.id)
    assert scene.set_preview(preview) != EMPTY
    assert scene.patches == (preview.patch,)
    assert dirty == [scene.picture._edited]
    scene.set_preview(None)
    assert scene.patches == (committed.patch,)


def test_a_preview_of_a_new_edit_lies_on_top() -> None:
    document = document_of(edit=True)
    scene, _ = scene_of(document)
    preview = edit_of(9, document.frame)
    scene.set_preview(preview)
    assert scene.patches == (document.edit.patch, preview.patch)


def test_hidden_edits_are_not_shown() -> None:
    document = document_of(edit=True)
    scene, _ = scene_of(document.with_edit(replace(document.edit, visible=False)))
    assert scene.patches == ()


@pytest.mark.behaviour("S22")
def test_a_released_stroke_fades_to_sixty_percent() -> None:
    theme.set_still(False)
    document = document_of()
    scene, _ = scene_of(document)
    scene.begin_stroke(Brush(10), Ink((1, 0, 0)), on_mask=False)
    scene.extend_stroke(30, 20, 1.0)
    scene.extend_stroke(50, 20, 1.0)
    scene.end_stroke(keep=True)
    scene.set_document(replace(document, strokes=(stroke_of(),)))
    (fade,) = scene.fades
    assert fade.strength(fade.begun) == 1.0
    assert 0.6 < fade.strength(fade.begun + 0.1) < 1.0
    assert fade.strength(fade.begun + 0.5) == SETTLED
    assert scene.animate()
    fade.begun -= 1.0
    deadline = time.monotonic() + 2
    while scene.animate() and time.monotonic() < deadline:
        scene.work()
    assert not scene.fades and not scene.strokes.busy
    theme.set_still(True)


def test_undoing_a_stroke_ends_its_fading() -> None:
    theme.set_still(False)
    document = document_of()
    scene, _ = scene_of(document)
    scene.begin_stroke(Brush(10), Ink((1, 0, 0)), on_mask=False)
    scene.extend_stroke(30, 20, 1.0)
    scene.end_stroke(keep=True)
    scene.set_document(replace(document, strokes=(stroke_of(),)))
    assert scene.fades
    scene.set_document(document)
    assert not scene.fades
    theme.set_still(True)


def test_an_erasing_stroke_stays_until_its_work_is_done() -> None:
    one, rubber = stroke_of(), stroke_of(erase=True)
    document = replace(document_of(), strokes=(one,))
    scene, _ = scene_of(document)
    scene.begin_stroke(rubber.brush, Ink((0, 0, 0), erase=True), on_mask=False)
    for x, y, pressure, _ in rubber.samples.tolist():
        scene.extend_stroke(x, y, pressure)
    live = scene.live
    assert live is not None and live.layer.pixels[:, :, 3].max() < 255
    scene.end_stroke(keep=True)
    scene.set_document(replace(document, strokes=(one, rubber)))
    while scene.work():
        pass
    assert scene.released is None
    assert np.array_equal(scene.strokes.layer(WINDOW).pixels, live.layer.pixels)


def test_the_view_may_move_under_a_stroke() -> None:
    scene, _ = scene_of(document_of())
    scene.begin_stroke(Brush(10, 1.0), Ink((1, 0, 0)), on_mask=False)
    scene.extend_stroke(30, 20, 1.0)
    moved = replace(WINDOW, transform=ViewTransform(3.0, -20.0, 5.0))
    scene.set_window(moved, moving=True)
    scene.extend_stroke(50, 20, 1.0)
    assert scene.live.layer.pixels[5 + 60, -20 + 120].tolist() == [0, 0, 255, 255]


@pytest.mark.behaviour("K13")
def test_another_photo_takes_nothing_over() -> None:
    scene, _ = scene_of(replace(document_of(edit=True), strokes=(stroke_of(),)))
    first = scene.picture
    scene.set_preview(edit_of(5, scene.document.frame))
    other = Document(photo_of(), scene.document.frame)
    scene.set_document(other)
    assert scene.picture is not first and scene.patches == ()
    scene.set_document(None)
    assert scene.picture is None and not scene.work()


def of_strokes(document: Document) -> Document:
    """The document with an edit that follows its strokes."""
    used = {"strokes": [{"id": stroke.id} for stroke in document.strokes]}
    return document.with_edit(replace(document.edit, recipe=used))


@pytest.mark.behaviour("S22")
def test_strokes_leave_when_the_picture_follows_them() -> None:
    """What is seen is then what is exported."""
    waiting = replace(document_of(edit=True), strokes=(stroke_of(),))
    scene, dirty = scene_of(waiting)
    assert scene.strokes._strokes == waiting.strokes
    done = of_strokes(waiting)
    scene.set_document(done)
    while scene.work():
        pass
    assert scene.strokes._strokes == () and dirty
    new = stroke_of(4)
    scene.set_document(replace(done, strokes=(*done.strokes, new)))
    while scene.work():
        pass
    assert scene.strokes._strokes == (new,), "this one waits"
    scene.show_all_strokes(True)
    while scene.work():
        pass
    assert scene.strokes._strokes == (*done.strokes, new)


def test_a_stroke_followed_while_it_fades_goes_too() -> None:
    theme.set_still(False)
    document = document_of(edit=True)
    scene, _ = scene_of(document)
    scene.begin_stroke(Brush(10), Ink((1, 0, 0)), on_mask=False)
    scene.extend_stroke(30, 20, 1.0)
    scene.end_stroke(keep=True)
    scene.set_document(of_strokes(replace(document, strokes=(stroke_of(),))))
    (fade,) = scene.fades
    fade.begun -= 1.0
    assert not scene.animate() and not scene.fades


def test_an_eraser_sees_what_it_takes_away() -> None:
    done = of_strokes(replace(document_of(edit=True), strokes=(stroke_of(),)))
    scene, _ = scene_of(done)
    scene.begin_stroke(Brush(10), Ink((1, 0, 0), erase=True), on_mask=False)
    assert scene.live is not None and scene.live.layer.pixels.any()
    scene.end_stroke(keep=False)
