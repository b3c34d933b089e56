"""Colour: profiles and luma."""

from __future__ import annotations

import io

import imagecodecs
import numpy as np
import pytest
from PIL import Image, ImageCms

from ganpaint.picture import colour
from tests.picture.samples import grey_profile, noise, wide_profile


def srgb_bytes() -> bytes:
    return bytes(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())


def some(channels: int) -> np.ndarray:
    return np.random.default_rng(0).uniform(0.05, 0.95, (9, 7, channels)).astype(np.float32)


def test_luma_of_white_is_white() -> None:
    assert colour.luma(np.ones((2, 2, 3), np.float32)) == pytest.approx(1)
    assert colour.luma(np.array([0, 1, 0], np.float32))[0] == pytest.approx(0.7152)


def test_without_a_profile_nothing_is_converted() -> None:
    values = some(3)
    assert colour.to_srgb(values, None) is values
    assert colour.from_srgb(values, None, 3) is values
    assert np.array_equal(colour.from_srgb(values, None, 1), colour.luma(values))
    assert colour.to_srgb(some(1), None).shape == (9, 7, 3)


def test_srgb_profiles_are_recognised_and_cost_nothing() -> None:
    values = some(3)
    assert colour.to_srgb(values, srgb_bytes()) is values


@pytest.mark.behaviour("I3")
def test_conversions_undo_each_other() -> None:
    values = some(3)
    there = colour.from_srgb(values, wide_profile(), 3)
    assert np.abs(there - values).max() > 0.02
    assert np.abs(colour.to_srgb(there, wide_profile()) - values).max() < 2e-3
    grey = some(1)
    seen = colour.to_srgb(grey, grey_profile())
    assert np.abs(seen - grey).max() > 0.1  # linear grey looks brighter encoded
    assert np.abs(colour.from_srgb(seen, grey_profile(), 1) - grey).max() < 2e-3


def test_conversion_agrees_with_littlecms_in_eight_bits() -> None:
    pixels = noise((40, 30, 3))
    source = ImageCms.ImageCmsProfile(io.BytesIO(wide_profile()))
    theirs = ImageCms.profileToProfile(
        Image.fromarray(pixels), source, ImageCms.createProfile("sRGB"),
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
    )  # fmt: skip
    shown = colour.display(pixels, "RGB", wide_profile())
    assert np.abs(shown.astype(int) - np.asarray(theirs)).max() <= 1
    ours = colour.to_srgb((pixels / np.float32(255)).astype(np.float32), wide_profile())
    inside = (ours > 0.01).all(-1) & (ours < 0.99).all(-1)
    assert np.abs(ours * 255 - np.asarray(theirs))[inside].max() <= 2


@pytest.mark.parametrize("icc", [b"", b"rubbish", srgb_bytes()[:200], grey_profile()])
def test_profiles_that_cannot_be_used_change_nothing(icc: bytes) -> None:
    assert not colour.usable_profile(icc, 3)
    values = some(3)
    assert colour.to_srgb(values, icc) is values
    assert np.array_equal(colour.display(noise((3, 3, 3)), "RGB", icc), noise((3, 3, 3)))


def test_usable_profiles_belong_to_the_number_of_colours() -> None:
    assert colour.usable_profile(wide_profile(), 3)
    assert not colour.usable_profile(wide_profile(), 1)
    assert colour.usable_profile(grey_profile(), 1)
    assert not colour.usable_profile(None, 3)


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
def test_display_converts_colours_and_leaves_alpha(mode: str) -> None:
    channels = {"L": 1, "LA": 2, "RGB": 3, "RGBA": 4}[mode]
    icc = wide_profile() if channels > 2 else grey_profile()
    pixels = noise((11, 13, channels), 16)
    shown = colour.display(pixels, mode, icc)
    plain = colour.display(pixels, mode, None)
    assert shown.shape == plain.shape == (11, 13, 4 if mode.endswith("A") else 3)
    assert not np.array_equal(shown[..., :3], plain[..., :3])
    if mode.endswith("A"):
        assert np.array_equal(shown[..., 3], plain[..., 3])


def test_sixteen_bits_round_to_eight() -> None:
    every = np.arange(65536, dtype=np.uint16)
    assert np.array_equal(colour.to8(every), np.rint(every / 257).astype(np.uint8))
    eight = noise((4, 4, 3))
    assert colour.to8(eight) is eight


def test_ink_without_a_profile() -> None:
    ink = np.array([[[0, 0, 0, 0], [65535, 0, 0, 0], [0, 0, 0, 65535]]], np.uint16)
    light = colour.ink_to_srgb(ink, None)
    assert light.tolist() == [[[65535] * 3, [0, 65535, 65535], [0] * 3]]
    assert np.array_equal(colour.ink_to_srgb(ink, wide_profile()), light)  # not an ink profile


def test_imagecodecs_has_the_parts_that_are_used() -> None:
    assert imagecodecs.CMS.available
    assert imagecodecs.PNG.available
