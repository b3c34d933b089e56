"""Interpolation at equal perceptual steps."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch

from ganpaint.engine.walks import common_space, interpolate
from ganpaint.latent import Code, Space
from ganpaint.progress import Stop, Stopped
from tests.engine.searching import drained, one_hot, steps_of, tiny


def distance(a: torch.Tensor, b: torch.Tensor) -> float:
    return float((a - b).square().mean())


def sample(seed: int, space: Space = Space.Z) -> Code:
    z = torch.randn(8, generator=torch.Generator().manual_seed(seed))
    c = one_hot(seed % 3)
    if space is Space.Z:
        return Code(space, z.numpy(), tiny().info.hash, c=c.numpy())
    ws = tiny().map(z[None], c[None])[0]
    return Code(space, (ws if space is Space.W_PLUS else ws[0]).numpy(), tiny().info.hash)


@pytest.mark.parametrize("space", list(Space))
def test_steps_are_equal_and_the_ends_are_the_codes(space: Space) -> None:
    a, b = sample(1, space), sample(2, space)
    codes = drained(interpolate(tiny(), a, b, 16, distance, Stop()))
    assert len(codes) == 16
    first, last = common_space(tiny(), a, b)
    assert np.allclose(codes[0].values, first.values, atol=1e-5)
    assert np.allclose(codes[-1].values, last.values, atol=1e-5)
    with torch.no_grad():
        pictures = [tiny().paint([code]) for code in codes]
    steps = [distance(p, q) for p, q in itertools.pairwise(pictures)]
    assert max(steps) / np.mean(steps) < 1.3
    even = [a.mixed(b, s) for s in np.linspace(0, 1, 16)] if space is Space.Z else None
    if even:
        with torch.no_grad():
            plain = [tiny().paint([code]) for code in even]
        before = [distance(p, q) for p, q in itertools.pairwise(plain)]
        assert max(steps) / np.mean(steps) < max(before) / np.mean(before)


def test_codes_of_two_spaces_meet_in_layers_with_truncation_applied() -> None:
    a, b = sample(1), sample(2, Space.W)
    b = Code(b.space, b.values, b.model, truncation_psi=0.0)
    first, last = common_space(tiny(), a, b)
    assert first.space is last.space is Space.W_PLUS
    assert np.allclose(last.values, tiny().mapping.w_avg, atol=1e-5)
    assert last.truncation_psi == 1


def test_equal_ends_do_not_upset_it() -> None:
    a = sample(1)
    codes = drained(interpolate(tiny(), a, a, 4, distance, Stop()))
    assert len(codes) == 4


def test_it_reports_and_stops() -> None:
    seen, _ = steps_of(interpolate(tiny(), sample(1), sample(2), 6, distance, Stop()))
    assert seen == sorted(seen)
    assert 0 < seen[0] < seen[-1] <= 1
    stop = Stop()
    task = interpolate(tiny(), sample(1), sample(2), 6, distance, stop)
    next(task)
    stop.discard()
    with pytest.raises(Stopped):
        drained(task)
