"""Terms that keep codes ordinary, together, close and real."""

from __future__ import annotations

import pytest
import torch

from ganpaint.engine.objective import Point
from ganpaint.engine.regularisers import prior, realism, spread, stay_close
from ganpaint.engine.spaces import Whitened
from tests.engine.searching import calibration, tiny


def point(u: torch.Tensor) -> Point:
    c = torch.eye(3)[torch.arange(len(u)) % 3]
    return Point.at(Whitened(tiny(), calibration().gaussian(c, len(u)), c), u)


def normal(count: int, seed: int = 0) -> torch.Tensor:
    rng = torch.Generator().manual_seed(seed)
    return torch.randn(count, tiny().info.num_ws, 10, generator=rng)


def test_the_prior_is_one_on_average() -> None:
    assert float(prior(0.5).measure(point(normal(64))).mean()) == pytest.approx(1, abs=0.1)
    assert not prior(0.5).likeness


def test_spread_is_zero_for_equal_layers() -> None:
    variance = calibration().w_var
    equal = normal(3)[:, :1].expand(-1, tiny().info.num_ws, -1)
    assert spread(1, variance).measure(point(equal)).abs().max() < 1e-8
    assert spread(1, variance).measure(point(normal(3))).min() > 0.1


def test_staying_close_measures_from_the_anchor() -> None:
    anchor = normal(1)
    measure = stay_close(1, anchor).measure
    assert float(measure(point(anchor))[0]) == 0
    assert torch.allclose(measure(point(anchor + 2)), torch.tensor([4.0]))


def test_realism_judges_each_picture_alone() -> None:
    judge = tiny().discriminator
    assert judge is not None
    here = point(normal(4))
    c = torch.eye(3)[torch.arange(4) % 3]
    whole = realism(1, judge, c).measure(here)
    logit = judge.logits(here.images[2:3], c[2:3])
    assert torch.allclose(whole[2], torch.nn.functional.softplus(-logit[0, 0]), atol=1e-5)
