"""The mask on the screen: sampling agrees with the plane, fading with the composite's."""

from __future__ import annotations

import numpy as np
import pytest

from ganpaint.picture.mask import Mask, inward_alpha
from ganpaint.picture.tiles import Plane
from ganpaint.ui.canvas.masks import MaskView, faded
from ganpaint.ui.canvas.sampling import Window
from ganpaint.ui.canvas.transform import ViewTransform


def blobs(height: int, width: int) -> np.ndarray:
    rng = np.random.default_rng(4)
    y, x = np.mgrid[:height, :width]
    out = np.zeros((height, width), np.uint8)
    for _ in range(6):
        cy, cx, r = rng.uniform(0, height), rng.uniform(0, width), rng.uniform(5, height / 3)
        out[(y - cy) ** 2 + (x - cx) ** 2 < r * r] = rng.choice([255, 255, 120])
    return out


@pytest.mark.behaviour("K4")
@pytest.mark.parametrize("feather", [0.0, 0.7, 2.0, 6.5, 31.0])
def test_the_fade_is_that_of_the_composite(feather: float) -> None:
    selected = blobs(300, 410)
    ours, theirs = faded(selected, feather), inward_alpha(selected, feather)
    assert np.abs(ours - theirs).max() < 1e-5
    assert (ours[selected == 0] == 0).all()


def test_a_full_and_an_empty_mask_do_not_fade() -> None:
    assert (faded(np.full((40, 40), 255, np.uint8), 5.0) == 1).all()
    assert (faded(np.zeros((40, 40), np.uint8), 5.0) == 0).all()


def window(zoom: float) -> Window:
    return Window(ViewTransform(zoom), (4000, 4000), (700, 520))


def test_at_full_size_the_mask_is_itself() -> None:
    values = blobs(520, 700)
    plane = Plane.from_array(values)
    assert np.array_equal(
        MaskView().sample(plane, window(3.0), (100, 50, 300, 290)), values[50:290, 100:300]
    )


@pytest.mark.parametrize("zoom", [0.8, 0.5, 0.37, 0.12])
def test_small_views_average_the_mask(zoom: float) -> None:
    values = blobs(520, 700)
    where = window(zoom)
    small = MaskView().sample(Plane.from_array(values), where, (0, 0, *where.grid_size))
    assert small.shape == where.grid_size[::-1]
    assert small.mean() == pytest.approx(values.mean(), rel=0.02)
    y, x = np.unravel_index(np.argmax(small), small.shape)
    assert values[int((y + 0.5) / zoom), int((x + 0.5) / zoom)] > 0


def test_only_painted_tiles_are_reduced_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    from ganpaint.ui.canvas import masks

    made: list[int] = []
    real = masks._means
    monkeypatch.setattr(masks, "_means", lambda tile, level: made.append(1) or real(tile, level))
    view, where = MaskView(), window(0.3)
    mask = Mask.from_array(np.full((520, 700), 255, np.uint8))
    view.sample(mask.plane, where, (0, 0, 50, 50))
    assert len(made) == 9
    plane = mask.plane.with_region(10, 10, np.zeros((20, 20), np.uint8))
    view.sample(plane, where, (0, 0, 50, 50))
    view.sample(plane, where, (20, 20, 90, 90))
    assert len(made) == 10
