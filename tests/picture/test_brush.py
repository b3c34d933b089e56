"""The brush: strokes as swept discs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganpaint.picture.brush import Brush, StrokePainter, coverage, stroke_layers
from ganpaint.picture.frame import Frame

LINE = np.array([[20, 30, 1], [70, 40, 1], [90, 80, 1]], np.float32)


def full(samples: np.ndarray, brush: Brush, width: int = 120, height: int = 100) -> np.ndarray:
    out = np.zeros((height, width), np.float32)
    x0, y0, values = coverage(samples, brush, width, height)
    out[y0 : y0 + values.shape[0], x0 : x0 + values.shape[1]] = values
    return out


def distance_to_path(samples: np.ndarray, width: int, height: int) -> np.ndarray:
    y, x = np.mgrid[:height, :width] + 0.5
    best = np.full((height, width), np.inf)
    pairs = pairwise(samples[:, :2]) if len(samples) > 1 else [(samples[0, :2], samples[0, :2])]
    for a, b in pairs:
        d = b - a
        t = ((x - a[0]) * d[0] + (y - a[1]) * d[1]) / max(float(d @ d), 1e-12)
        t = np.clip(t, 0, 1)
        best = np.minimum(best, np.hypot(x - a[0] - t * d[0], y - a[1] - t * d[1]))
    return best


@pytest.mark.behaviour("S1", "S21")
@pytest.mark.parametrize("size", [1, 5.0, 18, 61])
@pytest.mark.parametrize("hardness", [0.0, 0.5, 1.0])
def test_coverage_is_that_of_the_nearest_point_of_the_path(size: float, hardness: float) -> None:
    values = full(LINE, Brush(size, hardness))
    distance = distance_to_path(LINE, 120, 100)
    radius = max(size / 2, 0.5)
    assert values[distance < hardness * radius - 0.5].min(initial=1) == 1
    assert values[distance > radius + 0.5].max() == 0
    order = np.argsort(distance, axis=None)
    assert np.diff(values.ravel()[order]).max() < 1e-3  # falls with the distance, never rises
    if size >= 5:
        middle = np.abs(distance - radius * (1 + hardness) / 2) < 0.05
        assert np.allclose(values[middle], 0.5, atol=0.11)


def test_a_hard_disc_covers_its_area() -> None:
    for size in (4.0, 18, 50):
        area = full(np.array([[60.3, 50.8, 1]]), Brush(size, 1)).sum()
        assert area == pytest.approx(math.pi * size**2 / 4, rel=0.03)


def test_opacity_is_that_of_the_whole_stroke() -> None:
    there_and_back = np.concatenate([LINE, LINE[::-1], LINE])
    once, thrice = full(LINE, Brush(opacity=0.4)), full(there_and_back, Brush(opacity=0.4))
    assert once.max() == pytest.approx(0.4)
    assert np.allclose(once, thrice, atol=1e-6)


@pytest.mark.behaviour("S21")
def test_more_samples_on_the_same_path_change_nothing() -> None:
    t = np.linspace(0, 1, 40)[:, None]
    dense = np.concatenate([a + (b - a) * t for a, b in pairwise(LINE)])
    assert np.abs(full(LINE, Brush(30)) - full(dense, Brush(30))).max() < 1e-3


def test_pressure_gives_different_radii_and_none_gives_full_size() -> None:
    soft, hard = (full(np.array([[60, 50, p]]), Brush(40, 1)).sum() for p in (0.2, 0.8))
    assert soft == pytest.approx(math.pi * 16, rel=0.05)
    assert hard == pytest.approx(math.pi * 256, rel=0.03)
    assert np.array_equal(
        full(np.array([[60, 50]]), Brush(40)), full(np.array([[60, 50, 1]]), Brush(40))
    )
    taper = full(np.array([[20, 50, 0.2], [100, 50, 1.0]]), Brush(40, 1))
    widths = taper.sum(0)
    assert widths[30] < widths[60] < widths[95]


@pytest.mark.behaviour("S2")
def test_painting_piece_by_piece_equals_the_whole_and_reports_what_changed() -> None:
    rng = np.random.default_rng(4)
    samples = np.column_stack([rng.uniform(-20, 140, (30, 2)), rng.uniform(0.3, 1, 30)])
    painter, shown = StrokePainter(Brush(25)), np.zeros((100, 120), np.float32)
    for x, y, pressure in samples:
        before = painter.region(0, 0, 120, 100)
        dirty = painter.add(x, y, pressure)
        changed = painter.region(0, 0, 120, 100) != before
        assert dirty is not None
        x0, y0, x1, y1 = (max(v, 0) for v in dirty)
        changed[y0:y1, x0:x1] = False
        assert not changed.any()
        part = painter.region(x0, y0, min(x1, 120), min(y1, 100))
        shown[y0 : y0 + part.shape[0], x0 : x0 + part.shape[1]] = part
    whole = full(samples, Brush(25))
    assert np.abs(shown - whole).max() < 1e-3
    x0, y0, values = painter.coverage
    assert (x0, y0, x0 + values.shape[1], y0 + values.shape[0]) == painter.box


@pytest.mark.behaviour("S19")
def test_a_straight_line_is_straight() -> None:
    line = full(np.array([[10.0, 20, 1], [110, 70, 1]]), Brush(9, 1))
    y, x = np.mgrid[:100, :120] + 0.5
    across = np.abs((x - 10) * 50 - (y - 20) * 100) / math.hypot(50, 100)
    assert line[across > 5.1].max() == 0


def test_nothing_follows_a_wild_event() -> None:
    painter = StrokePainter(Brush(10), clip=(0, 0, 100, 100))
    assert painter.add(math.nan, 5) is None
    assert painter.add(math.inf, 5) is None
    assert painter.coverage[2].size == 0
    painter.add(50, 50)
    painter.add(1e300, 50)  # one long segment: only what the clip sees is painted
    assert painter.region(90, 50, 91, 51)[0, 0] == 1
    assert coverage(np.array([[-1e9, -1e9, 1], [-1e8, -1e9, 1]]), Brush(), 64, 64)[2].size == 0
    assert coverage(np.empty((0, 4)), Brush(), 64, 64)[2].size == 0


@given(
    st.lists(
        st.tuples(st.floats(-300, 300), st.floats(-300, 300), st.floats(0, 1)),
        min_size=1, max_size=6,
    ),
    st.floats(1, 200), st.floats(0, 1), st.floats(0, 1),
)  # fmt: skip
def test_any_stroke_stays_in_range_and_on_the_photo(
    points: list[tuple[float, float, float]], size: float, hardness: float, opacity: float
) -> None:
    x0, y0, values = coverage(np.array(points), Brush(size, hardness, opacity), 90, 70)
    assert values.dtype == np.float32
    assert values.min(initial=0) >= 0
    assert values.max(initial=0) <= opacity + 1e-6
    if values.size:
        assert x0 >= 0
        assert y0 >= 0
        assert x0 + values.shape[1] <= 90
        assert y0 + values.shape[0] <= 70


# ------------------------------------------------------------------------------ in the frame
DEFAULT = Brush(20, 1)


@dataclass(frozen=True)
class Line:
    """A stroke as `stroke_layers` sees it."""

    samples: np.ndarray
    colour: np.ndarray
    brush: Brush = DEFAULT
    visible: bool = True
    erase: bool = False


RED, BLUE = np.array([1, 0, 0], np.float32), np.array([0, 0, 1], np.float32)
DISC = np.array([[50.0, 50, 1, 0]], np.float32)


def test_a_stroke_weighs_what_it_covers() -> None:
    colour, weight = stroke_layers([Line(DISC, RED)], Frame(50, 50, 64), 16)
    assert colour.shape == (16, 16, 3)
    assert weight.shape == (16, 16)
    assert weight.sum() * 16 == pytest.approx(math.pi * 100, rel=0.03)  # 16 px² a model pixel
    assert np.allclose(colour[weight > 0.01], RED, atol=1e-4)
    assert not colour[weight == 0].any()


@pytest.mark.behaviour("S4")
@pytest.mark.parametrize("angle", [0.0, 0.7])
def test_what_leaves_the_frame_is_not_used(angle: float) -> None:
    samples = np.array([[-500, 50, 1, 0], [500, 50, 1, 1]], np.float32)
    _, weight = stroke_layers([Line(samples, RED)], Frame(50, 50, 40, angle), 20)
    assert weight.max() == pytest.approx(1)
    frame, points = Frame(50, 50, 40, angle), np.arange(10, 90, 0.25)
    area = sum(frame.contains(x, y) for x in points for y in points[(points > 40) & (points < 60)])
    assert weight.sum() * 4 == pytest.approx(area / 16, rel=0.02)
    outside = np.array([[200, 200, 1, 0]], np.float32)
    colour, weight = stroke_layers([Line(outside, RED)], Frame(50, 50, 40, angle), 20)
    assert not weight.any()
    assert not colour.any()


def test_later_strokes_lie_over_earlier_ones() -> None:
    half = Brush(20, 1, 0.5)
    colour, weight = stroke_layers([Line(DISC, RED), Line(DISC, BLUE, half)], Frame(50, 50, 64), 16)
    assert weight[8, 8] == pytest.approx(1)
    assert np.allclose(colour[8, 8], [0.5, 0, 0.5], atol=1e-5)
    colour, weight = stroke_layers(
        [Line(DISC, RED, half), Line(DISC, BLUE, half)], Frame(50, 50, 64), 16
    )
    assert weight[8, 8] == pytest.approx(0.75)
    assert np.allclose(colour[8, 8], [1 / 3, 0, 2 / 3], atol=1e-5)


def test_erasing_takes_away_and_hidden_strokes_do_nothing() -> None:
    wipe = Line(DISC, BLUE, Brush(20, 1, 0.25), erase=True)
    colour, weight = stroke_layers([Line(DISC, RED), wipe], Frame(50, 50, 64), 16)
    assert weight[8, 8] == pytest.approx(0.75)
    assert np.allclose(colour[8, 8], RED, atol=1e-5)
    _, weight = stroke_layers([wipe, Line(DISC, RED)], Frame(50, 50, 64), 16)
    assert weight[8, 8] == 1
    _, weight = stroke_layers([Line(DISC, RED, visible=False)], Frame(50, 50, 64), 16)
    assert not weight.any()


def test_strokes_follow_turned_and_mirrored_frames() -> None:
    samples = np.array([[30.0, 50, 1, 0]], np.float32)  # left of the middle
    for frame, row, column in (
        (Frame(50, 50, 64), 8, 3),
        (Frame(50, 50, 64, mirror=True), 8, 13),
        (Frame(50, 50, 64, math.pi), 8, 13),
        (Frame(50, 50, 64, math.pi / 2), 13, 8),  # left of a frame turned clockwise is its foot
    ):
        _, weight = stroke_layers([Line(samples, RED)], frame, 16)
        y, x = np.mgrid[:16, :16] + 0.5
        assert abs((weight * x).sum() / weight.sum() - column) < 0.1
        assert abs((weight * y).sum() / weight.sum() - row) < 0.1


def test_a_brush_thinner_than_a_pixel_weighs_its_area() -> None:
    samples = np.array([[0, 1000, 1, 0], [2000, 1000, 1, 1]], np.float32)
    _, weight = stroke_layers([Line(samples, RED, Brush(4, 1))], Frame(1000, 1000, 2000), 16)
    assert weight.sum() == pytest.approx(16 * 4 / 125, rel=0.1)
