"""The order in which things lie, and that a dirty box gives the same pixels as the whole."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from ganpaint.picture.mask import Mask
from ganpaint.picture.photo import Photo
from ganpaint.ui.canvas.painting import paint_scene
from ganpaint.ui.canvas.sampling import EMPTY, Box, Window
from ganpaint.ui.canvas.scene import Scene
from ganpaint.ui.canvas.strokes import SETTLED
from ganpaint.ui.canvas.transform import ViewTransform
from ganpaint.ui.qimage import from_qimage
from ganpaint.ui.theme import theme
from tests.ui.stand_ins import document_of, stroke_of

pytestmark = pytest.mark.usefixtures("dressed")
SIZE = (200, 150)
WHOLE: Box = (0, 0, *SIZE)
WINDOW = Window(ViewTransform(2.0, 10.0, 10.0), SIZE, (80, 60))


def scene_of(document, window: Window = WINDOW) -> Scene:
    scene = Scene(lambda box: None)
    scene.set_window(window, moving=False)
    scene.set_document(document)
    while scene.work():
        pass
    return scene


def painted(scene: Scene, dirty: Box = WHOLE, sides: tuple[Box, Box] = (EMPTY, WHOLE)):
    image = QImage(*SIZE, QImage.Format.Format_RGB32)
    image.fill(QColor("magenta"))
    painter = QPainter(image)
    paint_scene(painter, scene, dirty, sides)
    painter.end()
    return from_qimage(image)


def test_the_surround_lies_around_the_photo() -> None:
    document = document_of()
    seen = painted(scene_of(document))
    surround = theme().colour("surround").getRgb()[:3]
    assert seen[5, 5].tolist() == list(surround) and seen[149, 199].tolist() == list(surround)
    assert np.array_equal(seen[10:130, 10:170], document.photo.pixels.repeat(2, 0).repeat(2, 1))


def test_transparent_pixels_show_the_checker() -> None:
    pixels = np.zeros((60, 80, 4), np.uint8)
    pixels[:, 40:] = (200, 100, 50, 255)
    document = replace(document_of(), photo=Photo.make(pixels, "RGBA"))
    seen = painted(scene_of(document))
    assert {tuple(p) for p in seen[10:130, 10:88].reshape(-1, 3).tolist()} == {
        (0x9A,) * 3,
        (0x7A,) * 3,
    }
    assert seen[60, 120].tolist() == [200, 100, 50]


@pytest.mark.behaviour("S22")
def test_settled_strokes_show_at_sixty_percent() -> None:
    stroke = stroke_of()
    document = replace(document_of(), strokes=(stroke,))
    seen = painted(scene_of(document))
    x, y = 10 + 2 * 35, 10 + 2 * 27  # near the middle of its path
    photo = document.photo.pixels[27, 35]
    expected = SETTLED * 255 * stroke.colour + (1 - SETTLED) * photo
    assert np.abs(seen[y, x] - expected).max() <= 2


def test_strokes_can_be_hidden() -> None:
    document = replace(document_of(), strokes=(stroke_of(),))
    scene = scene_of(document)
    scene.strokes_shown = False
    assert np.array_equal(painted(scene), painted(scene_of(document_of())))


def test_the_mask_is_a_veil_or_ants() -> None:
    values = np.zeros((60, 80), np.uint8)
    values[10:40, 20:60] = 255
    document = replace(document_of(), mask=Mask.from_array(values))
    scene, plain = scene_of(document), painted(scene_of(document_of()))
    ants = painted(scene)
    assert (ants[30, 60:120] != plain[30, 60:120]).any() and (ants[50, 80] == plain[50, 80]).all()
    scene.mask_veil = True
    veil = painted(scene)
    assert (veil[50, 80] != plain[50, 80]).any() and (veil[20, 20] == plain[20, 20]).all()


def test_the_side_before_shows_the_photo_alone() -> None:
    document = replace(document_of(edit=True), strokes=(stroke_of(),))
    scene = scene_of(document)
    split = painted(scene, sides=((0, 0, 90, 150), (90, 0, 200, 150)))
    assert np.array_equal(split[:, :90], painted(scene_of(document_of()))[:, :90])
    assert np.array_equal(split[:, 90:], painted(scene)[:, 90:])


@pytest.mark.behaviour("H1")
def test_boxes_give_the_same_pixels_as_the_whole() -> None:
    values = np.zeros((60, 80), np.uint8)
    values[10:40, 20:60] = 255
    document = replace(document_of(edit=True), strokes=(stroke_of(),), mask=Mask.from_array(values))
    for zoom in (0.7, 1.3, 2.0, 5.0):
        scene = scene_of(document, replace(WINDOW, transform=ViewTransform(zoom, -7.0, 3.0)))
        whole = painted(scene)
        pieces = np.zeros_like(whole)
        rng = np.random.default_rng(1)
        xs = [0, *sorted(rng.integers(1, 199, 6).tolist()), 200]
        ys = [0, *sorted(rng.integers(1, 149, 6).tolist()), 150]
        for x0, x1 in pairwise(xs):
            for y0, y1 in pairwise(ys):
                if x0 < x1 and y0 < y1:
                    part = painted(scene, (x0, y0, x1, y1))
                    pieces[y0:y1, x0:x1] = part[y0:y1, x0:x1]
        assert np.array_equal(pieces, whole)
