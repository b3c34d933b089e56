"""FIR re-sampling against word-by-word zero insertion, padding, true convolution."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from ganpaint.engine.generators.resample import downsample2, fir, layout, make_filter, upsample2

TAPS = [(1.0,), (1.0, 1.0), (1.0, 2.0, 1.0), (1.0, 3.0, 3.0, 1.0), (1.0, 4.0, 6.0, 4.0, 1.0),
        (1.0, 2.0, 5.0, 5.0, 2.0, 1.0), (3.0, 1.0, 0.0, 2.0)]  # fmt: skip


def convolved(x: np.ndarray, taps: np.ndarray, padding: tuple[int, int]) -> np.ndarray:
    """True convolution of one plane, by its definition; negative padding crops."""
    for axis in (0, 1):
        before, after = padding
        pad = [(0, 0), (0, 0)]
        pad[axis] = (max(before, 0), max(after, 0))
        x = np.pad(x, pad)
        cut = [slice(None), slice(None)]
        cut[axis] = slice(max(-before, 0), x.shape[axis] - max(-after, 0))
        x = x[tuple(cut)]
    n = len(taps)
    flipped = taps[::-1, ::-1]
    out = np.zeros((x.shape[0] - n + 1, x.shape[1] - n + 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = (x[i : i + n, j : j + n] * flipped).sum()
    return out


def test_filters_are_outer_products_of_sum_1() -> None:
    two = make_filter([1, 3, 3, 1])
    assert float(two.sum()) == pytest.approx(1)
    assert float(two[0, 1]) == pytest.approx(3 / 64)
    assert not torch.equal(make_filter([3, 1, 0, 2]), make_filter([3, 1, 0, 2]).flip(0))


@pytest.mark.parametrize("taps", TAPS)
def test_upsampling(taps: tuple[float, ...]) -> None:
    n, two = len(taps), make_filter(taps)
    x = torch.randn(2, 3, 5, 4, dtype=torch.double)
    spread = np.zeros((10, 8))
    spread[::2, ::2] = x[1, 2].numpy()
    wanted = convolved(spread, two.double().numpy() * 4, ((n + 1) // 2, (n - 2) // 2))
    for memory in (torch.contiguous_format, torch.channels_last):
        got = upsample2(x.contiguous(memory_format=memory), two.double())
        assert got.shape == (2, 3, 10, 8)
        np.testing.assert_allclose(got[1, 2], wanted, atol=1e-12)


@pytest.mark.parametrize("taps", TAPS[1:])
def test_downsampling(taps: tuple[float, ...]) -> None:
    n, two = len(taps), make_filter(taps)
    x = torch.randn(1, 2, 8, 6, dtype=torch.double)
    wanted = convolved(x[0, 1].numpy(), two.double().numpy(), ((n - 1) // 2, (n - 2) // 2))
    got = downsample2(x, two.double())
    np.testing.assert_allclose(got[0, 1], wanted[::2, ::2], atol=1e-12)


def test_the_usual_filter_is_bilinear_enlargement() -> None:
    """[1, 3, 3, 1] weighs neighbours 3 to 1, inside the border."""
    x = torch.randn(1, 1, 6, 6)
    got = upsample2(x, make_filter([1, 3, 3, 1]))
    wide = F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
    assert torch.allclose(got[..., 1:-1, 1:-1], wide[..., 1:-1, 1:-1], atol=1e-6)


@pytest.mark.parametrize("padding", [(2, 1), (0, 3), (-1, 2), (-1, -2), (1, 1)])
def test_padding_and_cropping(padding: tuple[int, int]) -> None:
    two = make_filter([1, 2, 3])
    x = torch.randn(1, 1, 7, 7, dtype=torch.double)
    got = fir(x, two.double(), padding, gain=2.0)
    wanted = convolved(x[0, 0].numpy(), two.double().numpy() * 2, padding)
    np.testing.assert_allclose(got[0, 0], wanted, atol=1e-12)


def test_filters_run_in_full_precision_under_autocast() -> None:
    x, two = torch.randn(1, 2, 6, 6), make_filter([1, 3, 3, 1])
    with torch.autocast("cpu", torch.bfloat16):
        got = [upsample2(x, two), downsample2(x, two)]
    assert [y.dtype for y in got] == [torch.float32] * 2
    assert torch.equal(got[0], upsample2(x, two))


def test_gradients() -> None:
    two = make_filter([1, 3, 3, 1]).double()
    x = torch.randn(1, 2, 4, 4, dtype=torch.double, requires_grad=True)
    assert torch.autograd.gradcheck(lambda x: upsample2(x, two), x)
    assert torch.autograd.gradcheck(lambda x: downsample2(x, two), x)
    assert torch.autograd.gradgradcheck(lambda x: downsample2(x, two), x)


def test_layout_is_channels_last_on_a_processor() -> None:
    assert layout(torch.zeros(1)) is torch.channels_last
    assert layout(torch.zeros(1, device="meta")) is torch.contiguous_format
