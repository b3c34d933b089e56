"""The photo's levels: means of four, any size, alpha, slices that stay short."""

from __future__ import annotations

import time

import numpy as np
import pytest

from ganpaint.picture.photo import Photo
from ganpaint.ui.canvas import pyramid as module
from ganpaint.ui.canvas.pyramid import Pyramid, bgra, level_for


def photo(height: int, width: int, channels: int = 3) -> Photo:
    values = np.random.default_rng(3).integers(0, 256, (height, width, channels), np.uint8)
    return Photo.make(values, {1: "L", 3: "RGB", 4: "RGBA"}[channels])


def test_levels_are_means_of_two_by_two() -> None:
    picture = photo(300, 437)
    levels = Pyramid(picture)
    while not levels.advance():
        pass
    zero = levels.region(0, (0, 0, 437, 300))
    assert np.array_equal(zero[..., 2::-1], picture.pixels)
    one = levels.region(1, (0, 0, *levels.size(1)))
    assert levels.size(1) == (219, 150)
    mean = picture.pixels[:, :436].reshape(150, 2, 218, 2, 3).mean((1, 3))
    assert np.abs(one[:, :218, 2::-1].astype(float) - mean).max() <= 0.5


def test_a_deep_level_keeps_the_mean_and_the_place() -> None:
    values = np.zeros((1024, 2300, 3), np.uint8)
    values[512:768, 2048:2304] = 200  # the second tile across, the third down
    levels = Pyramid(Photo.make(values, "RGB"))
    while not levels.advance():
        pass
    top = levels.region(8, (0, 0, *levels.size(8)))
    assert top[2, 8, 0] == 200
    assert int((top[..., 0] > 0).sum()) == 1


def test_a_draft_is_there_at_once() -> None:
    picture = photo(1000, 3000)
    levels = Pyramid(picture)
    draft = levels.region(2, (10, 20, 110, 70))
    assert draft.shape == (50, 100, 4)
    assert np.array_equal(draft[0, 0, 2::-1], picture.pixels[80, 40])
    assert levels.rows(2, 0, 5) is None


def test_transparency_is_premultiplied() -> None:
    colours = np.array([[[200, 100, 50, 128], [9, 8, 7, 0]]], np.uint8)
    shown = bgra(colours)
    assert shown[0, 0].tolist() == [25, 50, 100, 128]
    assert shown[0, 1].tolist() == [0, 0, 0, 0]


def test_grey_and_deep_photos_are_shown() -> None:
    grey = Photo.make(np.array([[0, 65535]], np.uint16), "L")
    levels = Pyramid(grey)
    while not levels.advance():
        pass
    assert levels.region(0, (0, 0, 2, 1))[0, :, :3].tolist() == [[0, 0, 0], [255, 255, 255]]


def test_a_large_photo_is_converted_by_crops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FULL_SIZE_KEPT", 0.01)
    picture = photo(200, 300)
    levels = Pyramid(picture)
    while not levels.advance():
        pass
    assert levels.rows(0, 0, 10) is None
    assert np.array_equal(levels.region(0, (5, 6, 50, 60))[..., 2::-1], picture.pixels[6:60, 5:50])


def test_slices_are_short() -> None:
    levels = Pyramid(photo(1024, 4096))
    longest = 0.0
    while not levels.complete:
        start = time.perf_counter()
        levels.advance(0.0001)
        longest = max(longest, time.perf_counter() - start)
    assert longest < 0.5  # on an idle machine about 10 ms; a whole photo would be far above


def test_the_level_is_at_or_above_the_wanted_size() -> None:
    assert [level_for(z) for z in (4, 1, 0.99, 0.5, 0.49, 0.25, 0.1)] == [0, 0, 0, 1, 1, 2, 3]
