"""`Photo`: integers that nobody can change."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ganpaint.picture.photo import MODES, Photo, blank_photo
from tests.picture.samples import noise, photo_of


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("mode", MODES)
def test_properties_follow_from_the_pixels(mode: str, depth: int) -> None:
    photo = photo_of(mode, depth, (3, 5))
    assert (photo.width, photo.height, photo.depth) == (5, 3, depth)
    assert photo.white == 2**depth - 1
    assert photo.has_alpha == (mode in ("LA", "RGBA"))
    assert photo.colours == (3 if mode.startswith("RGB") else 1)
    assert photo.megapixels == pytest.approx(15e-6)


def test_nobody_can_write_into_a_photo() -> None:
    source = noise((6, 4, 3))
    photo = Photo.make(source[:4], "RGB")  # a view: its owner must not reach the photo either
    before = photo.pixels.copy()
    source[:] = 0
    assert np.array_equal(photo.pixels, before)
    with pytest.raises(ValueError):
        photo.pixels[0, 0, 0] = 1
    with pytest.raises(AssertionError):
        Photo(noise((2, 2, 3)), "RGB")


def test_grey_may_come_without_its_channel_axis() -> None:
    assert Photo.make(noise((4, 5)), "L").pixels.shape == (4, 5, 1)


def test_the_digest_tells_pixels_shape_depth_and_mode_apart() -> None:
    pixels = np.zeros((4, 6, 1), np.uint8)
    photos = [
        Photo.make(pixels.copy(), "L"),
        Photo.make(pixels.reshape(6, 4, 1).copy(), "L"),
        Photo.make(np.zeros((4, 6, 1), np.uint16), "L"),
        Photo.make(np.zeros((4, 3, 2), np.uint8), "LA"),
        Photo.make(pixels + np.uint8(1), "L"),
    ]
    assert len({photo.digest for photo in photos}) == len(photos)
    assert photos[0].digest == Photo.make(pixels.copy(), "L").digest


def test_the_blank_canvas_is_one_grey() -> None:
    blank = blank_photo()
    assert blank.pixels.shape == (512, 512, 3)
    assert set(np.unique(blank.pixels)) == {128}
    assert set(np.unique(blank_photo(8, 1.0).pixels)) == {255}


def test_the_window_may_import_all_this_at_once() -> None:
    """Only NumPy comes along: pictures are read in a worker, long after the first paint."""
    names = ["photo", "frame", "mask", "tiles", "brush", "composite", "read", "exporters"]
    code = (
        f"import sys, {', '.join(f'ganpaint.picture.{name}' for name in names)}\n"
        "heavy = {'PIL', 'scipy', 'tifffile', 'imagecodecs', 'torch'}\n"
        "sys.exit(' '.join(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(__file__).resolve().parents[2],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.stderr.strip() == ""


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("mode", MODES)
def test_the_screen_gets_eight_bits_of_colour(mode: str, depth: int) -> None:
    photo = photo_of(mode, depth)
    shown = photo.srgb8()
    assert shown.dtype == np.uint8
    assert shown.shape == (60, 80, 4 if photo.has_alpha else 3)
    assert shown.flags.c_contiguous
    exact = np.rint(photo.pixels.astype(float) * 255 / photo.white)
    colours = np.broadcast_to(exact[..., : photo.colours], (60, 80, 3))
    assert np.array_equal(shown[..., :3], colours)
    if photo.has_alpha:
        assert np.array_equal(shown[..., 3], exact[..., -1])
