"""StyleGAN2's layers: modulated convolution, picture layer, residual path (FORMATS 1.4 to 1.6).

The modulated convolution scales activations instead of weights,

    y = d · conv(x·s, W),    d = rsqrt(s² · ΣW² + 1e-8),

the same arithmetic without per-sample weights: never slower with gradients, and 20 times faster
than a grouped convolution for eight pictures at 8×8. Since leaky ReLU(a·x) = a·leaky ReLU(x) for
a > 0, the activation's gain is folded into d, noise and bias: one pass over the picture instead
of four. Ratios: tests/benchmarks/forward.py.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ganpaint.engine.generators.base import Derived
from ganpaint.engine.generators.mapping import ROOT2, SLOPE, Linear
from ganpaint.engine.generators.resample import fir, full_precision, layout, make_filter, upsample2

ROOT_HALF = math.sqrt(0.5)
KEPT = 1 << 20  # noise and bias are kept as one map up to this many numbers, 4 MB


@dataclass(frozen=True)
class LayerShape:
    """One layer: channels in and out, size, and what it takes from the network."""

    inputs: int
    outputs: int
    resolution: int
    w_dim: int
    taps: tuple[float, ...] = (1.0, 3.0, 3.0, 1.0)
    use_noise: bool = True
    clamp: float = 0.0


class StyledConv(nn.Module, Derived):
    """One modulated, demodulated convolution with noise, bias, leaky ReLU and clamp."""

    weight: Tensor
    bias: Tensor
    noise_const: Tensor
    noise_strength: Tensor
    resample_filter: Tensor

    def __init__(self, shape: LayerShape, *, up: bool = False) -> None:
        super().__init__()
        self.resolution, self.up, self.clamp = shape.resolution, up, shape.clamp
        self.use_noise = shape.use_noise
        self.affine = Linear(shape.w_dim, shape.inputs, bias=1.0)
        self.weight = nn.Parameter(torch.randn(shape.outputs, shape.inputs, 3, 3))
        self.bias = nn.Parameter(torch.zeros(shape.outputs))
        if up:
            self.register_buffer("resample_filter", make_filter(shape.taps))
        if shape.use_noise:
            self.register_buffer("noise_const", torch.randn(shape.resolution, shape.resolution))
            self.noise_strength = nn.Parameter(torch.zeros(()))
        self._kept = {}

    def squares(self) -> Tensor:
        """ΣW² over the kernel, (in, out)."""
        if self.weight.requires_grad:
            return self._squares()
        return self.kept("squares", [self.weight], self._settled_squares)

    def _squares(self) -> Tensor:
        return self.weight.square().sum((2, 3)).t()

    def _settled_squares(self) -> Tensor:
        """Also lays frozen weights out as the convolution wants them, or it copies at each call."""
        weight, order = self.weight.data, layout(self.weight)
        if self.up:
            weight = weight.transpose(0, 1).contiguous(memory_format=order).transpose(0, 1)
        self.weight.data = weight if self.up else weight.contiguous(memory_format=order)
        return self._squares().contiguous()

    def shift(self, noise: bool, gain: float) -> Tensor:
        """(bias + constant noise)·gain, (1, out, r, r), or without noise (1, out, 1, 1)."""
        if not noise:
            return (self.bias * gain)[None, :, None, None]
        sources = [self.bias, self.noise_const, self.noise_strength]
        if any(source.requires_grad for source in sources):
            return self._shift(gain)
        return self.kept(gain, sources, lambda: self._shift(gain))

    def _shift(self, gain: float) -> Tensor:
        noise = self.noise_const * (self.noise_strength * gain)
        shift = (self.bias * gain)[None, :, None, None] + noise
        return shift.contiguous(memory_format=layout(shift))

    def noise_map(self, x: Tensor, noise: str, gain: float) -> Tensor:
        """Constant noise (r, r), or fresh noise for every sample, (N, 1, r, r)."""
        if noise == "random":
            shape = (x.shape[0], 1, *x.shape[2:])
            values = torch.randn(shape, device=x.device, dtype=x.dtype)
        else:
            values = self.noise_const
        return values * (self.noise_strength * gain)

    def forward(self, x: Tensor, w: Tensor, noise: str, gain: float = 1.0) -> Tensor:
        s = self.affine(w)
        d = (s.square() @ self.squares() + 1e-8).rsqrt() * (ROOT2 * gain)
        x = x * s[:, :, None, None]
        if self.up:
            x = F.conv_transpose2d(x, self.weight.transpose(0, 1), stride=2)
            n = self.resample_filter.shape[0]
            x = fir(x, self.resample_filter, ((n + 1) // 2 - 1, (n - 2) // 2), 4.0)
        else:
            x = F.conv2d(x, self.weight, padding=1)
        noisy = self.use_noise and noise != "none"
        together = noisy and noise == "const" and self.resolution**2 * x.shape[1] <= KEPT
        x = torch.addcmul(self.shift(together, ROOT2 * gain), x, d[:, :, None, None])
        if noisy and not together:
            x = x + self.noise_map(x, noise, ROOT2 * gain)
        x = F.leaky_relu_(x, SLOPE)
        return x.clamp(-self.clamp * gain, self.clamp * gain) if self.clamp else x


class ToRGB(nn.Module):
    """1×1 modulated convolution without demodulation, to picture channels."""

    weight: Tensor
    bias: Tensor

    def __init__(self, shape: LayerShape) -> None:
        super().__init__()
        self.affine = Linear(shape.w_dim, shape.inputs, bias=1.0)
        self.weight = nn.Parameter(torch.randn(shape.outputs, shape.inputs, 1, 1))
        self.bias = nn.Parameter(torch.zeros(shape.outputs))
        self.clamp = shape.clamp
        self.gain = 1 / math.sqrt(shape.inputs)

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        # so few outputs that weights of each sample cost less than a pass over the activations
        weight = self.weight[:, :, 0, 0] * (self.affine(w) * self.gain)[:, None]
        count, channels, height, width = x.shape
        pixels = x.permute(0, 2, 3, 1).reshape(count, height * width, channels)
        bias = self.bias[None, :, None].expand(count, -1, 1)
        with full_precision(x):
            rgb = torch.baddbmm(bias, weight, pixels.transpose(1, 2).to(weight.dtype))
        rgb = rgb.view(count, -1, height, width)
        return rgb.clamp(-self.clamp, self.clamp) if self.clamp else rgb


class SkipConv(nn.Module):
    """The residual path: 1×1 convolution, then ×2, then ·√½; no bias, no clamp."""

    weight: Tensor
    resample_filter: Tensor

    def __init__(self, inputs: int, outputs: int, taps: tuple[float, ...]) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs, 1, 1))
        self.register_buffer("resample_filter", make_filter(taps))
        self.gain = 1 / math.sqrt(inputs)

    def forward(self, x: Tensor) -> Tensor:
        y = F.conv2d(x, self.weight * (self.gain * ROOT_HALF))
        return upsample2(y, self.resample_filter)
