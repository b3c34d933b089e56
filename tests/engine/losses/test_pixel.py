"""Pixel losses: values, masks, the pyramid's laws."""

from __future__ import annotations

import math

import pytest
import torch

from ganpaint.engine.losses.pixel import L1, L2, Laplacian, LogCosh, pyramid

LOSSES = [L1(), L2(), LogCosh(), Laplacian()]
ONES = torch.ones(1, 1, 16, 16)


def pictures(count: int = 1, seed: int = 0, side: int = 16) -> torch.Tensor:
    rng = torch.Generator().manual_seed(seed)
    return torch.rand(count, 3, side, side, generator=rng) * 2 - 1


@pytest.mark.parametrize(
    ("loss", "wanted"),
    [
        (L1(), 0.3),
        (L2(), 0.09),
        (LogCosh(), 0.1 * math.log(math.cosh(3))),
        (Laplacian(), 0.3),
    ],
)
def test_a_constant_offset(loss: object, wanted: float) -> None:
    target = pictures()
    got = loss(target + 0.3, loss.prepare(target, ONES))  # type: ignore[operator, attr-defined]
    assert float(got) == pytest.approx(wanted, rel=1e-4)


@pytest.mark.parametrize("loss", LOSSES)
def test_one_number_a_picture_each_alone(loss: L1) -> None:
    batch, target = pictures(3), pictures(1, 9)
    state = loss.prepare(target, ONES)
    got = loss(batch, state)
    assert got.shape == (3,)
    assert got.tolist() == pytest.approx([float(loss(row[None], state)) for row in batch], rel=1e-5)
    assert float(loss(target, state)) == pytest.approx(0, abs=1e-7)


@pytest.mark.parametrize("loss", LOSSES)
def test_only_the_inside_of_the_mask_counts_by_its_area(loss: L1) -> None:
    target, mask = pictures(), torch.zeros(1, 1, 16, 16)
    mask[..., :8, :] = 1
    state = loss.prepare(target, mask)
    outside = target.clone()
    outside[..., 8:, :] = 0.9
    assert float(loss(outside, state)) == pytest.approx(0, abs=1e-6)
    leaf = pictures(1, 3).requires_grad_()
    loss(leaf, state).sum().backward()
    assert leaf.grad is not None
    assert not leaf.grad[..., 8:, :].any() and bool(leaf.grad[..., :8, :].any())
    if not isinstance(loss, Laplacian):
        half = loss(target + 0.2, state)
        whole = loss(target + 0.2, loss.prepare(target, ONES))
        assert float(half) == pytest.approx(float(whole), rel=1e-5)


@pytest.mark.parametrize("loss", LOSSES)
def test_an_empty_mask_is_no_division_by_nothing(loss: L1) -> None:
    got = loss(pictures(2), loss.prepare(pictures(1, 1), torch.zeros(1, 1, 16, 16)))
    assert got.tolist() == [0, 0]


def test_logcosh_does_not_overflow() -> None:
    target = torch.zeros(1, 3, 16, 16)
    got = LogCosh()(target + 1e4, LogCosh().prepare(target, ONES))
    assert float(got) == pytest.approx(1e4, rel=1e-3)


@pytest.mark.parametrize("side", [16, 64])
def test_the_pyramid_rebuilds_its_picture(side: int) -> None:
    from ganpaint.engine.losses.pixel import _kernel, _up

    x = pictures(2, 1, side).double()
    levels = pyramid(x)
    assert [level.shape[-1] for level in levels] == [
        side >> k for k in range(int(math.log2(side)) - 1)
    ]
    back = levels[-1]
    for level in reversed(levels[:-1]):
        back = level + _up(back, _kernel(x), level.shape[-1])
    assert torch.allclose(back, x, atol=1e-6)


def test_fine_and_coarse_differences_land_on_their_levels() -> None:
    checks = torch.ones(1, 1, 16, 16)
    checks[..., ::2, ::2] = checks[..., 1::2, 1::2] = -1
    fine = pyramid(checks.expand(1, 3, -1, -1))
    assert float(fine[0].abs().mean()) > 0.9 and float(fine[1].abs().mean()) < 0.1
    flat = pyramid(torch.full((1, 3, 16, 16), 0.4))
    assert float(flat[0].abs().max()) < 1e-6 and torch.allclose(flat[-1], torch.tensor(0.4))
