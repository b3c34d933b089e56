"""Photo pixels on the screen: exact squares, no gaps at the edges, no shimmer when small."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QSizeF
from PySide6.QtGui import QGuiApplication

from ganpaint.picture.photo import Photo
from ganpaint.ui.canvas.pyramid import Pyramid
from ganpaint.ui.canvas.sampling import EMPTY, Layer, Window, common, draw_grid, draw_photo
from ganpaint.ui.canvas.transform import ViewTransform, fitted

pytestmark = pytest.mark.usefixtures("qapp")


def shown(pixels: np.ndarray, transform: ViewTransform, size: tuple[int, int], smooth=False):
    photo = Photo.make(pixels, "RGB" if pixels.ndim == 3 else "L")
    pyramid = Pyramid(photo)
    while not pyramid.advance():
        pass
    layer = Layer(*size, alpha=False)
    layer.pixels[...] = (255, 0, 255, 255)  # magenta: what was not drawn
    window = Window(transform, size, (photo.width, photo.height), smooth)
    draw_photo(layer, window, pyramid)
    return layer.pixels[..., 2::-1].copy(), window


def checker(height: int, width: int) -> np.ndarray:
    return (255 * ((np.arange(height)[:, None] + np.arange(width)) % 2)).astype(np.uint8)


@pytest.mark.behaviour("T4", "H2")
@pytest.mark.parametrize("zoom", [1, 2, 3, 8, 16])
@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0])
def test_a_checker_stays_exact_at_whole_multiples(zoom: int, ratio: float) -> None:
    transform = ViewTransform(zoom, -17.0, 4.0, ratio)
    picture, window = shown(checker(60, 90), transform, (200, 150))
    x0, y0, x1, y1 = window.visible
    expected = checker(60, 90).repeat(zoom, 0).repeat(zoom, 1)
    expected = expected[y0 - 4 : y1 - 4, x0 + 17 : x1 + 17]
    assert (picture[y0:y1, x0:x1] == expected[..., None]).all()


@pytest.mark.behaviour("T4")
def test_above_two_hundred_percent_nearest_is_the_default() -> None:
    ramp = np.array([[0, 200]], np.uint8)
    transform = ViewTransform(7.3, 0.0, 0.0)
    sharp, _ = shown(ramp, transform, (14, 7))
    smooth, _ = shown(ramp, transform, (14, 7), smooth=True)
    assert set(sharp[3, :, 0].tolist()) == {0, 200}
    assert len(set(smooth[3, :, 0].tolist())) > 5


@pytest.mark.parametrize("zoom", [0.083, 0.31, 0.5, 0.77, 1.0, 1.37, 1.9, 2.0, 4.6])
def test_every_visible_pixel_is_drawn_and_no_other(zoom: float) -> None:
    white = np.full((97, 131, 3), 255, np.uint8)
    for offset in ((5.0, 3.0), (-40.0, -25.0), (60.0, 70.0)):
        for smooth in (False, True):
            picture, window = shown(white, ViewTransform(zoom, *offset), (120, 110), smooth)
            x0, y0, x1, y1 = window.visible
            assert (picture[y0:y1, x0:x1] == 255).all()
            picture[y0:y1, x0:x1] = (255, 0, 255)
            assert (picture == (255, 0, 255)).all()


def test_a_view_beside_the_photo_shows_nothing() -> None:
    picture, window = shown(checker(9, 9), ViewTransform(1.0, 500.0, 0.0), (50, 50))
    assert window.visible == EMPTY
    assert (picture == (255, 0, 255)).all()


@pytest.mark.behaviour("T5")
def test_a_zone_plate_does_not_shimmer_when_small() -> None:
    side = 800
    y, x = np.mgrid[:side, :side] - side / 2
    radius2 = x * x + y * y
    plate = 127.5 + 127.5 * np.cos(np.pi * radius2 / side)  # reaches the photo's limit at its edge
    zoom = 0.37
    small, window = shown(np.rint(plate).astype(np.uint8), ViewTransform(zoom), (296, 296))
    x0, y0, x1, y1 = window.visible
    seen = small[y0:y1, x0:x1, 0].astype(float)
    reach = np.hypot(*(np.mgrid[: seen.shape[0], : seen.shape[1]] / zoom - side / 2))
    beyond = (reach > 0.62 * side / 2) & (reach < 0.98 * side / 2)  # finer than the screen shows
    naive = plate[(np.arange(seen.shape[0]) / zoom).astype(int)][
        :, (np.arange(seen.shape[1]) / zoom).astype(int)
    ]
    assert seen[beyond].std() < 0.25 * naive[beyond].std()
    assert seen[reach < 0.2 * side / 2].std() > 0.8 * naive[reach < 0.2 * side / 2].std()


def test_grid_pixels_land_where_the_photo_does() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (40, 50, 3), np.uint8)
    for zoom in (1.0, 1.5, 3.0, 2.7):
        window = Window(ViewTransform(zoom, -10.0, -12.0), (70, 60), (50, 40))
        whole, _ = shown(pixels, window.transform, (70, 60))
        photo = Photo.make(pixels.copy(), "RGB")
        pyramid = Pyramid(photo)
        layer = Layer(70, 60, alpha=False)
        box = common((20, 15, 50, 40), window.visible)
        at = window.grid_box(box)
        draw_grid(layer, window, box, pyramid.region(0, at), at)
        part = layer.pixels[box[1] : box[3], box[0] : box[2], 2::-1].astype(int)
        assert np.abs(part - whole[box[1] : box[3], box[0] : box[2]]).max() <= (
            0 if window.sharp else 1
        )


def test_below_a_hundred_percent_the_grid_is_the_screen() -> None:
    view = fitted((0, 0, 4000, 3000), QSizeF(800, 600), 1.0)
    window = Window(view, (800, 600), (4000, 3000))
    assert window.grid == view.zoom
    box = window.visible
    assert window.grid_box(box)[:2] == (0, 0)
    assert view.to_screen(0, 0) == QPointF(box[0], box[1])
    assert QGuiApplication.instance() is not None
