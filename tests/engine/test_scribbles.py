"""Colour scribbles as terms: areas, order, erasing, blurs, staying close."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch

from ganpaint.engine.descent import Descent
from ganpaint.engine.objective import Objective, Point
from ganpaint.engine.optimisers.adam import schedule
from ganpaint.engine.regularisers import stay_close
from ganpaint.engine.scribbles import (
    STAY_CODE,
    Constraint,
    blurred,
    colour_term,
    dilated,
    gaussian_kernel,
    outside_term,
)
from ganpaint.engine.starts import Wanted, candidates
from ganpaint.latent import Code, Space
from tests.engine.searching import calibration, tiny

SIZE = 16


def box(x0: int, y0: int, x1: int, y1: int, opacity: float = 1.0) -> torch.Tensor:
    cover = torch.zeros(SIZE, SIZE)
    cover[y0:y1, x0:x1] = opacity
    return cover


def flat(*rgb: float) -> torch.Tensor:
    return torch.tensor(rgb)[:, None, None].expand(3, SIZE, SIZE)


def constraint(*strokes: tuple[torch.Tensor, torch.Tensor, bool]) -> Constraint:
    return Constraint.of(
        torch.stack([s[0] for s in strokes]),
        torch.stack([s[1] for s in strokes]),
        [s[2] for s in strokes],
    )


def measured(made: Constraint, images: torch.Tensor) -> torch.Tensor:
    variables, u = candidates(tiny(), calibration(), Space.W, Wanted(samples=len(images)))
    point = Point(images, u, None, variables, torch.arange(len(images)))
    return colour_term(made).measure(point)


def test_the_right_colour_costs_nothing() -> None:
    made = constraint((flat(0.5, -0.5, 0), box(2, 2, 9, 9), False))
    images = torch.stack([flat(0.5, -0.5, 0), flat(0, 0, 0)])
    loss = measured(made, images)
    assert float(loss[0]) < 1e-8
    assert float(loss[1]) == pytest.approx((0.25 + 0.25) / 3, rel=1e-4)
    assert made.error(images).tolist() == pytest.approx([0, 127.5 * (0.5 / 3) ** 0.5], abs=0.01)


def test_outside_the_strokes_anything_goes() -> None:
    made = constraint((flat(1, 1, 1), box(0, 0, 4, 4), False))
    image = torch.randn(1, 3, SIZE, SIZE)
    image[..., :4, :4] = 1
    assert float(measured(made, image)[0]) < 1e-8


def test_a_small_stroke_is_not_drowned_by_a_large_one() -> None:
    big, small = box(0, 0, 16, 8), box(0, 12, 2, 14)
    made = constraint((flat(0, 0, 0), big, False), (flat(0, 0, 0), small, False))
    share = float((made.importance[0, 0] * small).sum())
    assert share == pytest.approx(2 / (2 + 128**0.5), rel=1e-4)  # √4 of √4 + √128
    assert float(made.importance.sum()) == pytest.approx(1)


def test_later_strokes_cover_earlier_ones_and_erasing_takes_away() -> None:
    red, blue = flat(1, -1, -1), flat(-1, -1, 1)
    over = constraint((red, box(0, 0, 8, 8), False), (blue, box(4, 0, 12, 8), False))
    assert over.colour[0, :, 2, 6].tolist() == pytest.approx([-1, -1, 1])
    assert over.colour[0, :, 2, 1].tolist() == pytest.approx([1, -1, -1])
    gone = constraint((red, box(0, 0, 8, 8), False), (blue, box(0, 0, 16, 16), True))
    assert gone.is_empty
    half = constraint((red, box(0, 0, 8, 8), False), (blue, box(4, 0, 16, 16), True))
    assert float(half.cover.sum()) == 32
    assert half.colour[0, :, 2, 1].tolist() == pytest.approx([1, -1, -1])


def test_texture_costs_less_than_a_wrong_colour() -> None:
    made = constraint((flat(0, 0, 0), box(0, 0, 16, 16), False))
    checks = torch.tensor((np.indices((SIZE, SIZE)).sum(0) % 2) * 2.0 - 1).float() * 0.4
    texture, shift = checks.expand(3, -1, -1), flat(0.4, 0.4, 0.4)
    loss = measured(made, torch.stack([texture, shift]))
    assert float(loss[0]) < 0.75 * float(loss[1])


def test_blurs_and_dilation() -> None:
    assert gaussian_kernel(0).tolist() == [1]
    assert float(gaussian_kernel(1.5).sum()) == pytest.approx(1)
    spot = torch.zeros(1, 1, SIZE, SIZE)
    spot[..., 8, 8] = 1
    assert float(blurred(spot, gaussian_kernel(1.0)).sum()) == pytest.approx(1, abs=1e-4)
    assert float(dilated(spot, 2).sum()) == 25
    assert dilated(spot, 0) is spot


@pytest.mark.behaviour("S5")
def test_staying_close_is_monotone_outside_the_strokes() -> None:
    made = constraint((flat(1, 1, 1), box(3, 3, 7, 7), False))
    base = Code(Space.W, calibration().w_avg.numpy(), tiny().info.hash)
    outside = 1 - dilated(made.cover, 1)
    changes, inside = [], []
    for close in (0.0, 0.25, 0.5, 0.75, 1.0):
        variables, u = candidates(tiny(), calibration(), Space.W_PLUS, Wanted(given=base))
        with torch.no_grad():
            before, _ = variables.pictures(u)
        terms = [colour_term(made)]
        if close:
            terms += [stay_close(STAY_CODE * close**2, u), outside_term(made, before, close)]
        descent = Descent(variables, u.clone(), Objective(tuple(terms)))
        for step in range(60):
            list(descent.one_step(schedule(step, 60, 0.1)))
        with torch.no_grad():
            after, _ = descent.variables.pictures(descent.best_u)
        change = ((after - before).abs() * outside).sum() / (3 * outside.sum())
        changes.append(float(change))
        inside.append(float(made.error(after)[0]))
    assert all(a > b for a, b in itertools.pairwise(changes)), changes
    assert changes[-1] < 0.25 * changes[0]
    assert inside[0] < inside[-1]
