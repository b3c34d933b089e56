"""Edits on the screen are the composite: equal from 100 % on, close below."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ganpaint.picture.brush import Brush
from ganpaint.picture.composite import Patch, composite
from ganpaint.picture.frame import Frame
from ganpaint.picture.mask import Mask
from ganpaint.picture.photo import Photo
from ganpaint.ui.canvas.blending import Blender, blend
from ganpaint.ui.canvas.pyramid import Pyramid
from ganpaint.ui.canvas.sampling import Window
from ganpaint.ui.canvas.transform import ViewTransform

WIDTH, HEIGHT, R = 230, 170, 16


def smooth(seed: int, side: int, low: float = 0.0, high: float = 1.0) -> np.ndarray:
    """A soft random picture, (side, side, 3) 0…1."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:side, :side] / side
    waves = [np.sin(2 * np.pi * (a * x + b * y + c)) for a, b, c in rng.uniform(0, 2.5, (3, 3))]
    return low + (high - low) * (0.5 + 0.5 * np.stack(waves, -1))


def picture(seed: int) -> np.ndarray:
    return np.rint(65535 * smooth(seed, R)).astype(np.uint16)


def photo(mode: str = "RGB", dtype: type = np.uint8) -> Photo:
    rng = np.random.default_rng(9)
    values = smooth(5, 240)[:HEIGHT, :WIDTH] + rng.normal(0, 0.03, (HEIGHT, WIDTH, 3))
    if mode == "RGBA":
        alpha = np.clip(smooth(8, 240)[:HEIGHT, :WIDTH, :1] * 3 - 0.5, 0, 1)
        values = np.concatenate([values, alpha], -1)
    if mode == "L":
        values = values[..., :1]
    white = np.iinfo(dtype).max
    return Photo.make(np.rint(np.clip(values, 0, 1) * white).astype(dtype), mode)


def mask() -> Mask:
    samples = [(60, 60, 1), (120, 90, 1), (90, 120, 1)]
    return Mask.empty(WIDTH, HEIGHT).painted(np.array(samples), Brush(60, 0.6))


PATCHES = {
    "replace": Patch(picture(1), None, Frame(100, 85, 130), feather=6),
    "over the edge": Patch(picture(1), None, Frame(20, 30, 130), feather=0),
    "whole height": Patch(picture(1), None, Frame(100, 85, 170), feather=4),
    "masked": Patch(picture(1), None, Frame(100, 85, 130), mask(), feather=8, opacity=0.7),
    "same": Patch(picture(1), picture(1), Frame(100, 85, 130), mode="keep-detail"),
    "structure": Patch(picture(1), picture(2), Frame(100, 85, 130), mode="keep-detail"),
    "turned": Patch(picture(1), None, Frame(100, 85, 110, 0.4, mirror=True)),
}


def on_screen(photo: Photo, patches: tuple[Patch, ...], zoom: float) -> np.ndarray:
    """The whole photo with its patches, straight RGB, at a zoom up to 100 %."""
    pyramid = Pyramid(photo)
    while not pyramid.advance():
        pass
    window = Window(ViewTransform(zoom), (WIDTH, HEIGHT), (photo.width, photo.height))
    width, height = window.grid_size
    box = (0, 0, width, height)
    pixels = pyramid.region(0, (0, 0, photo.width, photo.height)).copy()
    if zoom < 1:
        step = round(1 / zoom)
        pixels = pyramid.region({2: 1, 4: 2}[step], box).copy()
    blend(pixels, box, Blender(pyramid).place(patches, window, box), (height, width))
    alpha = pixels[..., 3:].astype(float)
    return np.where(alpha > 0, pixels[..., 2::-1] * 255.0 / np.maximum(alpha, 1), 0)


@pytest.mark.behaviour("I8")
@pytest.mark.parametrize("name", PATCHES)
def test_at_full_size_it_is_the_composite(name: str) -> None:
    opened = photo()
    exact = composite(opened, [PATCHES[name]])
    seen = on_screen(opened, (PATCHES[name],), 1.0)
    assert np.abs(seen - exact).max() <= 1
    assert (seen == exact).mean() > 0.98
    if name != "same":
        assert (exact != opened.pixels).any()


@pytest.mark.behaviour("K3")
def test_outside_the_mask_the_screen_shows_the_photo() -> None:
    opened = photo()
    seen = on_screen(opened, (PATCHES["masked"],), 1.0)
    outside = mask().array() == 0
    assert (seen[outside] == opened.pixels[outside]).all()


def test_several_patches_lie_over_each_other() -> None:
    opened = photo()
    patches = (PATCHES["replace"], PATCHES["structure"], PATCHES["masked"])
    assert np.abs(on_screen(opened, patches, 1.0) - composite(opened, patches)).max() <= 1


@pytest.mark.parametrize(("mode", "dtype"), [("L", np.uint8), ("RGB", np.uint16)])
def test_other_photos_are_shown_as_rgb_of_eight_bits(mode: str, dtype: type) -> None:
    opened = photo(mode, dtype)
    patch = replace(PATCHES["replace"], picture=picture(1))
    if mode == "L":  # a grey picture stays grey
        grey = np.repeat(patch.picture[..., :1], 3, -1)
        patch = replace(patch, picture=np.ascontiguousarray(grey))
    exact = Photo.make(composite(opened, [patch]), mode).srgb8()
    assert np.abs(on_screen(opened, (patch,), 1.0) - exact).max() <= 1


def test_transparency_stays_and_colours_change_under_it() -> None:
    opened = photo("RGBA")
    exact = composite(opened, [PATCHES["replace"]])
    seen = on_screen(opened, (PATCHES["replace"],), 1.0)
    solid = exact[..., 3] > 128
    assert np.abs(seen[solid] - exact[..., :3][solid]).max() <= 3  # premultiplied: 8 bits of less


@pytest.mark.parametrize(
    ("name", "zoom"),
    [
        ("replace", 0.5),
        ("replace", 0.25),
        ("masked", 0.25),
        ("whole height", 0.25),
        ("structure", 0.5),
    ],
)
def test_smaller_it_looks_the_same(name: str, zoom: float) -> None:
    opened = photo()
    step = round(1 / zoom)
    exact = composite(opened, [PATCHES[name]])[: HEIGHT // step * step, : WIDTH // step * step]
    small = exact.reshape(HEIGHT // step, step, WIDTH // step, step, 3).mean((1, 3))
    seen = on_screen(opened, (PATCHES[name],), zoom)
    difference = np.abs(seen - small)
    assert difference.mean() < 1.0 and np.quantile(difference, 0.95) < 12


def test_nothing_is_prepared_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    from ganpaint.ui.canvas import blending

    calls: list[str] = []
    for name in ("prepare", "faded"):
        real = getattr(blending, name)
        monkeypatch.setattr(
            blending, name, lambda *a, real=real, name=name: calls.append(name) or real(*a)
        )
    pyramid = Pyramid(photo())
    while not pyramid.advance():
        pass
    blender = Blender(pyramid)
    window = Window(ViewTransform(1.0), (WIDTH, HEIGHT), (WIDTH, HEIGHT))
    first = PATCHES["masked"]
    for patch in (first, first, replace(first, picture=picture(7))):
        blender.place((patch,), window, (0, 0, WIDTH, HEIGHT))
    assert calls == ["prepare", "faded", "prepare"]
