"""The filtered activation: its definition, its transposes, its gradients."""

from __future__ import annotations

from itertools import product

import pytest
import torch
import torch.nn.functional as F

from ganpaint.engine.generators.filtered import (
    Filtering,
    enlarged,
    enlarged_back,
    filtered_activation,
    shrunk,
    shrunk_back,
)

ONE = torch.ones(1, dtype=torch.double)
UPS = [(1, 1), (2, 12), (4, 24), (2, 3)]  # factor, taps
PADDINGS = [(0, 0), (9, 8), (-1, -2), (13, 0), (30, 29)]
CASES = [(up, pad) for up, pad in product(UPS, PADDINGS) if 7 * up[0] + sum(pad) >= up[1]]


def taps(count: int, dimensions: int = 1) -> torch.Tensor:
    values = torch.arange(1, count**dimensions + 1, dtype=torch.double).sqrt()
    return (values / values.sum()).view((count,) * dimensions)


def picture(side: int = 7, channels: int = 2) -> torch.Tensor:
    return torch.randn(2, channels, side, side + 1, dtype=torch.double)


@pytest.mark.parametrize(("up", "padding"), CASES)
def test_enlarging_is_zero_insertion_padding_and_filter(
    up: tuple[int, int], padding: tuple[int, int]
) -> None:
    factor, count = up
    filter_ = taps(count)
    x = picture()
    spread = x.new_zeros(2, 2, 7 * factor, 8 * factor)
    spread[:, :, ::factor, ::factor] = x
    spread = F.pad(spread, padding * 2)
    kernel = torch.outer(filter_, filter_).flip((0, 1)).expand(2, 1, -1, -1)
    wanted = F.conv2d(spread, kernel, groups=2)
    got = enlarged(x, filter_, factor, padding)
    assert torch.allclose(got, wanted)
    y = torch.randn_like(got)
    back = enlarged_back(y, filter_, factor, padding, x.shape)
    assert back.shape == x.shape
    assert torch.allclose((got * y).sum(), (x * back).sum())


@pytest.mark.parametrize(
    ("down", "filter_"),
    [(1, ONE), (2, ONE), (2, taps(12)), (2, taps(3)), (2, taps(12, 2)), (3, taps(4, 2))],
)
@pytest.mark.parametrize("side", [17, 18])
def test_shrinking_is_filter_and_every_nth(down: int, filter_: torch.Tensor, side: int) -> None:
    x = picture(side)
    two = filter_ if filter_.ndim == 2 else torch.outer(filter_, filter_)
    kernel = two.flip((0, 1)).expand(2, 1, -1, -1)
    wanted = F.conv2d(x, kernel, groups=2)[:, :, ::down, ::down]
    got = shrunk(x, filter_, down)
    assert torch.allclose(got, wanted)
    y = torch.randn_like(got)
    back = shrunk_back(y, filter_, down, x.shape)
    assert torch.allclose((got * y).sum(), (x * back).sum())


@pytest.mark.parametrize("dimensions", [1, 2])
@pytest.mark.parametrize("clamp", [0.0, 0.1])
@pytest.mark.parametrize("slope", [0.2, 1.0])
def test_values_and_gradients(dimensions: int, clamp: float, slope: float) -> None:
    how = Filtering(2, 2, (3, 2), clamp, slope)
    up, down = taps(4), taps(4, dimensions)

    def plain(x: torch.Tensor) -> torch.Tensor:
        wide = F.leaky_relu(enlarged(x, up, 2, (3, 2)), slope)
        wide = wide.clamp(-clamp, clamp) if clamp else wide
        return shrunk(wide, down, 2)

    x = picture(5).requires_grad_()
    got = filtered_activation(x, up, down, how)
    assert torch.allclose(got, plain(x))
    with torch.inference_mode():
        assert torch.allclose(filtered_activation(x.detach().clone(), up, down, how), got)
    probe = torch.randn_like(got)
    ours = torch.autograd.grad((got * probe).sum(), x)[0]
    theirs = torch.autograd.grad((plain(x) * probe).sum(), x)[0]
    assert torch.allclose(ours, theirs)


def test_a_layer_without_filters_keeps_its_input() -> None:
    x = picture().requires_grad_()
    kept = x.detach().clone()
    y = filtered_activation(x, ONE, ONE, Filtering(1, 1, (0, 0), 0.5))
    assert torch.equal(x.detach(), kept)
    assert torch.allclose(y, F.leaky_relu(x, 0.2).clamp(-0.5, 0.5))
    y.sum().backward()
    assert x.grad is not None
