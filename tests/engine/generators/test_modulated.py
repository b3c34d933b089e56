"""StyleGAN2's layers against the published formula with weights of each sample."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F

from ganpaint.engine.generators.modulated import LayerShape, SkipConv, StyledConv, ToRGB
from tests.models import stirred

SHAPE = LayerShape(inputs=6, outputs=4, resolution=8, w_dim=5)


def made(up: bool = False, **changes: object) -> StyledConv:
    torch.manual_seed(0)
    shape = replace(SHAPE, **changes)  # type: ignore[arg-type]
    return stirred(StyledConv(shape, up=up)).requires_grad_(False)


def plain(layer: StyledConv, x: torch.Tensor, w: torch.Tensor, noise: bool) -> torch.Tensor:
    """FORMATS 1.4 word by word: weights of each sample, grouped convolution, noise, bias."""
    n, side = len(x), x.shape[-1]
    s = w @ layer.affine.weight.t() / math.sqrt(w.shape[1]) + layer.affine.bias
    weight = layer.weight[None] * s[:, None, :, None, None]
    weight = weight * (weight.square().sum((2, 3, 4), keepdim=True) + 1e-8).rsqrt()
    x = x.reshape(1, -1, side, side)
    if layer.up:
        y = F.conv_transpose2d(x, weight.transpose(1, 2).flatten(0, 1), stride=2, groups=n)
        taps = layer.resample_filter.flip((0, 1))[None, None] * 4
        before, after = (taps.shape[-1] + 1) // 2 - 1, (taps.shape[-1] - 2) // 2
        y = F.conv2d(F.pad(y, (before, after) * 2).transpose(0, 1), taps).transpose(0, 1)
    else:
        y = F.conv2d(x, weight.flatten(0, 1), padding=1, groups=n)
    y = y.reshape(n, -1, *y.shape[2:])
    if noise:
        y = y + layer.noise_const * layer.noise_strength
    return F.leaky_relu(y + layer.bias[:, None, None], 0.2) * math.sqrt(2)


def inputs(layer: StyledConv, count: int = 3) -> tuple[torch.Tensor, torch.Tensor]:
    side = layer.resolution // 2 if layer.up else layer.resolution
    return torch.randn(count, 6, side, side), torch.randn(count, 5)


@pytest.mark.parametrize("up", [False, True])
@pytest.mark.parametrize("taps", [(1.0, 3.0, 3.0, 1.0), (1.0, 2.0, 1.0), (1.0, 1.0)])
@pytest.mark.parametrize("noise", ["const", "none"])
def test_scaled_activations_equal_weights_of_each_sample(
    up: bool, taps: tuple[float, ...], noise: str
) -> None:
    layer = made(up, taps=taps)
    x, w = inputs(layer)
    got = layer(x, w, noise)
    assert torch.allclose(got, plain(layer, x, w, noise == "const"), atol=2e-5)
    scaled = layer(x, w, noise, math.sqrt(0.5))
    assert torch.allclose(scaled, got * math.sqrt(0.5), atol=1e-5)


def test_random_noise_differs_by_sample_and_call() -> None:
    layer = made()
    x, w = torch.randn(1, 6, 8, 8).expand(2, -1, -1, -1), torch.randn(1, 5).expand(2, -1)
    first, second = layer(x, w, "random"), layer(x, w, "random")
    assert not torch.equal(first, second)
    assert not torch.allclose(first[0], first[1])


def test_noise_map_and_bias_beyond_what_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    layer = made()
    x, w = inputs(layer)
    expected = layer(x, w, "const")
    monkeypatch.setattr("ganpaint.engine.generators.modulated.KEPT", 10)
    assert torch.allclose(layer(x, w, "const"), expected, atol=1e-6)


def test_the_clamp_comes_after_the_gain_and_scales_with_it() -> None:
    free, tight = made(), made(clamp=0.4)
    x, w = inputs(free)
    expected = (free(x, w, "const", 0.5)).clamp(-0.2, 0.2)
    assert torch.allclose(tight(x, w, "const", 0.5), expected, atol=1e-6)


@pytest.mark.parametrize("name", ["weight", "bias", "noise_const", "noise_strength"])
def test_every_change_of_a_frozen_weight_is_noticed(name: str) -> None:
    layer = made()
    x, w = inputs(layer)
    layer(x, w, "const")
    getattr(layer, name).add_(0.5)
    assert torch.allclose(layer(x, w, "const"), plain(layer, x, w, True), atol=2e-5)
    getattr(layer, name).data = getattr(layer, name) * 1.5
    assert torch.allclose(layer(x, w, "const"), plain(layer, x, w, True), atol=2e-5)


def test_gradients_flow_after_a_render_in_inference_mode() -> None:
    layer = made(up=True)
    x, w = inputs(layer)
    with torch.inference_mode():
        layer(x, w, "const")
    leaf = w.clone().requires_grad_()
    layer(x, leaf, "const").sum().backward()
    assert leaf.grad is not None and bool(leaf.grad.any())


def test_training_reaches_every_weight() -> None:
    layer = made(up=True).requires_grad_(True)
    x, w = inputs(layer)
    layer(x, w, "const").square().sum().backward()
    assert all(p.grad is not None and bool(p.grad.any()) for p in layer.parameters())


def test_rgb_is_modulated_but_not_demodulated() -> None:
    torch.manual_seed(0)
    layer = stirred(ToRGB(replace(SHAPE, outputs=3, clamp=1.5))).requires_grad_(False)
    x, w = torch.randn(2, 6, 8, 8) * 3, torch.randn(2, 5)
    s = (w @ layer.affine.weight.t() / math.sqrt(5) + layer.affine.bias) / math.sqrt(6)
    y = F.conv2d(x * s[:, :, None, None], layer.weight) + layer.bias[:, None, None]
    assert float(y.abs().max()) > 1.5
    for memory in (torch.contiguous_format, torch.channels_last):
        got = layer(x.contiguous(memory_format=memory), w)
        assert torch.allclose(got, y.clamp(-1.5, 1.5), atol=1e-5)


def test_the_residual_path_keeps_a_flat_picture_flat() -> None:
    torch.manual_seed(0)
    skip = SkipConv(6, 4, (1.0, 3.0, 3.0, 1.0)).requires_grad_(False)
    y = skip(torch.ones(1, 6, 6, 6))
    level = skip.weight[:, :, 0, 0].sum(1) / math.sqrt(6) * math.sqrt(0.5)
    assert y.shape == (1, 4, 12, 12)
    assert torch.allclose(y[0, :, 3:-3, 3:-3], level[:, None, None].expand(4, 6, 6), atol=1e-6)


@pytest.mark.parametrize("up", [False, True])
def test_gradients_by_finite_differences(up: bool) -> None:
    layer = made(up, resolution=4).double()
    x = torch.randn(1, 6, 2 if up else 4, 2 if up else 4, dtype=torch.double, requires_grad=True)
    w = torch.randn(1, 5, dtype=torch.double, requires_grad=True)
    assert torch.autograd.gradcheck(lambda x, w: layer(x, w, "const"), (x, w))
