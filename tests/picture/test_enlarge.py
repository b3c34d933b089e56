"""METHODS' "Up": enlarging that keeps ramps straight and agrees with "Down"."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from ganpaint.picture import enlarge
from ganpaint.picture.enlarge import up
from ganpaint.picture.frame import Frame, down

BOX = (0, 0, 200, 180)


def work_coordinates(frame: Frame, side: int) -> np.ndarray:
    y, x = np.mgrid[: BOX[3], : BOX[2]] + 0.5
    into = np.linalg.inv(frame.matrix(side))
    return np.einsum("ij,jyx->iyx", into, np.stack([x, y, np.ones_like(x)]))[:2]


@pytest.mark.parametrize("mirror", [False, True])
@pytest.mark.parametrize("angle", [0.0, 0.4, -2.0])
@pytest.mark.parametrize("size", [30.0, 150.0])
def test_ramps_stay_straight(size: float, angle: float, mirror: bool) -> None:
    frame = Frame(100.3, 90.7, size, angle, mirror)
    u, v = np.arange(16) + 0.5, (np.arange(16) + 0.5)[:, None]
    ramp = (2 * u + 3 * v + 1).astype(np.float32)
    shown = up(ramp[None], frame, BOX)[0]
    at_u, at_v = work_coordinates(frame, 16)
    inner = (np.minimum(at_u, at_v) > 2) & (np.maximum(at_u, at_v) < 14)
    assert inner.any()
    assert np.abs(shown - (2 * at_u + 3 * at_v + 1))[inner].max() < 0.02


@pytest.mark.parametrize("angle", [0.0, 0.3])
def test_weights_that_are_kept_give_the_same_bits(
    angle: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = Frame(100.3, 90.7, 120, angle)
    planes = np.random.default_rng(0).random((3, 32, 32), np.float32)
    first = up(planes, frame, BOX)
    again = up(planes, frame, BOX)
    monkeypatch.setattr(enlarge, "KEPT_WEIGHTS", 0)
    assert np.array_equal(first, again)
    assert np.array_equal(first, up(planes, frame, BOX))


@pytest.mark.parametrize("angle", [0.0, 0.3])
def test_a_flat_picture_stays_flat_to_the_edge(angle: float) -> None:
    frame = Frame(100, 90, 100, angle)
    shown = up(np.full((2, 8, 8), 0.7, np.float32), frame, BOX)
    at_u, at_v = work_coordinates(frame, 8)
    inside = (np.minimum(at_u, at_v) > 0) & (np.maximum(at_u, at_v) < 8)
    assert np.abs(shown[:, inside] - 0.7).max() < 1e-5


@pytest.mark.parametrize("angle", [0.0, 0.25])
@pytest.mark.parametrize("size", [24.0, 64.0, 150.0])
def test_down_undoes_up(size: float, angle: float) -> None:
    rng = np.random.default_rng(2)
    picture = gaussian_filter(rng.uniform(0, 1, (3, 32, 32)), (0, 2, 2)).astype(np.float32)
    frame = Frame(100, 90, size, angle)
    back, _ = down(np.moveaxis(up(picture, frame, BOX), 0, -1), frame, 32)
    assert np.abs(np.moveaxis(back, -1, 0) - picture)[:, 2:-2, 2:-2].max() < 0.03


def test_boxes_are_pieces_of_one_picture() -> None:
    picture = np.random.default_rng(0).uniform(0, 1, (3, 16, 16)).astype(np.float32)
    for frame in (Frame(100, 90, 133.3), Frame(100, 90, 133.3, 0.2, mirror=True)):
        whole = up(picture, frame, BOX)
        part = up(picture, frame, (51, 40, 97, 130))
        at_u, at_v = work_coordinates(frame, 16)
        inside = ((np.minimum(at_u, at_v) > 0) & (np.maximum(at_u, at_v) < 16))[40:130, 51:97]
        assert np.abs(whole[:, 40:130, 51:97] - part)[:, inside].max() < 1e-4


def test_reducing_averages_instead_of_picking() -> None:
    checks = np.indices((64, 64)).sum(0) % 2
    for angle in (0.0, math.pi / 5):
        shown = up(checks[None].astype(np.float32), Frame(100, 90, 16, angle), BOX)[0]
        at_u, at_v = work_coordinates(Frame(100, 90, 16, angle), 64)
        inner = (np.minimum(at_u, at_v) > 16) & (np.maximum(at_u, at_v) < 48)
        assert np.abs(shown[inner] - 0.5).max() < 0.05
