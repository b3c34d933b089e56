"""Masks: painting, and fading inward."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.ndimage import distance_transform_edt

from ganpaint.picture.brush import Brush
from ganpaint.picture.mask import Mask, inward_alpha, smoothstep
from tests.picture.samples import noise

LINE = np.array([[20, 30, 1], [70, 40, 1]], np.float32)


def test_an_empty_mask_has_the_size_of_its_photo() -> None:
    mask = Mask.empty(120, 90)
    assert mask.is_empty
    assert (mask.width, mask.height) == (120, 90)
    assert mask.array().shape == (90, 120)


@pytest.mark.behaviour("K1")
def test_painting_adds_and_erasing_takes_away() -> None:
    mask = Mask.empty(120, 90)
    painted = mask.painted(LINE, Brush(20, 1))
    assert mask.is_empty
    assert painted.array()[30, 20] == 255
    assert painted.array()[60, 20] == 0
    half = painted.painted(LINE, Brush(20, 1, 0.5), erase=True)
    assert int(half.array()[30, 20]) == pytest.approx(128, abs=1)
    assert painted.painted(LINE, Brush(22, 1), erase=True).is_empty


def test_soft_strokes_add_up() -> None:
    once = Mask.empty(120, 90).painted(LINE, Brush(20, 1, 0.5))
    twice = once.painted(LINE, Brush(20, 1, 0.5))
    assert int(once.array()[30, 20]) == pytest.approx(128, abs=1)
    assert int(twice.array()[30, 20]) == pytest.approx(192, abs=1)


def test_a_stroke_beside_the_photo_changes_nothing() -> None:
    mask = Mask.empty(120, 90)
    assert mask.painted(LINE + 500, Brush()) is mask


def test_a_bool_array_becomes_a_full_mask() -> None:
    chosen = noise((9, 8)) > 128
    assert np.array_equal(Mask.from_array(chosen).array(), chosen * np.uint8(255))
    assert np.array_equal(Mask.from_array(noise((9, 8))).array(), noise((9, 8)))


# ------------------------------------------------------------------------------ feather
@pytest.mark.behaviour("K4")
def test_without_feather_the_edge_is_hard() -> None:
    chosen = np.zeros((40, 50), bool)
    chosen[10:30, 5:40] = True
    assert np.array_equal(inward_alpha(chosen, 0), chosen)


@pytest.mark.behaviour("K4")
@pytest.mark.parametrize("feather", [1.0, 2.0, 7.5])
def test_feather_rises_from_the_edge_inward(feather: float) -> None:
    chosen = np.zeros((60, 70), bool)
    chosen[10:50, 8:60] = True
    alpha = inward_alpha(chosen, feather)
    assert not alpha[~chosen].any()
    assert not alpha[10, 8:60].any()  # the first ring
    profile = alpha[10:30, 30]
    expected = smoothstep(np.arange(20) / feather)
    assert np.allclose(profile, expected, atol=1e-6)
    assert (np.diff(profile) >= 0).all()
    assert alpha[30, 30] == 1


def test_soft_masks_are_capped_by_the_feather() -> None:
    soft = np.zeros((40, 40), np.uint8)
    soft[5:35, 5:35] = 128
    alpha = inward_alpha(soft, 4)
    assert alpha.max() == pytest.approx(128 / 255)
    hard = inward_alpha(soft > 0, 4)
    assert np.array_equal(alpha, np.minimum(hard, soft / np.float32(255)))


def test_the_arrays_border_is_no_edge() -> None:
    chosen = np.zeros((40, 40), bool)
    chosen[:, 20:] = True
    alpha = inward_alpha(chosen, 5)
    assert (alpha[:, 26:] == 1).all()
    assert (inward_alpha(np.ones((8, 8), bool), 5) == 1).all()
    assert not inward_alpha(np.zeros((8, 8), bool), 5).any()


@given(st.integers(0, 2**32 - 1), st.floats(0.1, 40), st.integers(1, 700), st.integers(1, 700))
def test_measuring_in_squares_equals_measuring_at_once(
    seed: int, feather: float, height: int, width: int
) -> None:
    rng = np.random.default_rng(seed)
    chosen = np.ones((height, width), bool)
    for _ in range(3):
        y, x = rng.integers(0, height), rng.integers(0, width)
        chosen[y : y + rng.integers(1, 60), x : x + rng.integers(1, 60)] = False
    alpha = inward_alpha(chosen, feather)
    if chosen.any() and not chosen.all():
        whole = smoothstep((distance_transform_edt(chosen) - 1) / feather) * chosen
        assert np.abs(alpha - whole).max() < 1e-6
    assert not alpha[~chosen].any()
