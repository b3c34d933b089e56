"""StyleGAN2's synthesis straight from the formulas, to compare the fast one with.

Weights of each sample and grouped convolution, zeros inserted before filtering, one pass for each
of demodulation, noise, bias and gain, channels first. Each choice can be switched on alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from ganpaint.engine.generators.modulated import StyledConv, ToRGB
from ganpaint.engine.generators.stylegan2 import StyleGAN2Generator


@dataclass(frozen=True)
class Choices:
    """Which of the fast network's ways are taken."""

    scaled_activations: bool = False
    depthwise_filter: bool = False
    kept_squares: bool = False
    channels_last: bool = False


def picture(generator: StyleGAN2Generator, ws: Tensor, choices: Choices) -> Tensor:
    """The picture of ws (N, num_ws, w_dim), skip architecture."""
    image: Tensor | None = None
    const = generator.synthesis.b4.const[None]
    if choices.channels_last:
        const = const.contiguous(memory_format=torch.channels_last)
    x = const.expand(len(ws), -1, -1, -1)
    for k, resolution in enumerate(generator.synthesis.resolutions):
        block = getattr(generator.synthesis, f"b{resolution}")
        if k:
            x = layer(block.conv0, x, ws[:, 2 * k - 1], choices)
        x = layer(block.conv1, x, ws[:, 2 * k], choices)
        rgb = colours(block.torgb, x, ws[:, 2 * k + 1])
        image = rgb if image is None else doubled(image, block.resample_filter) + rgb
    assert image is not None
    return image


def layer(conv: StyledConv, x: Tensor, w: Tensor, choices: Choices) -> Tensor:
    """One modulated convolution with all that follows, pass by pass."""
    s = conv.affine(w)
    if choices.scaled_activations:
        squares = conv.squares() if choices.kept_squares else conv.weight.square().sum((2, 3)).t()
        d = (s.square() @ squares + 1e-8).rsqrt()
        x = convolved(conv, x * s[:, :, None, None], conv.weight, 1, choices)
        x = x * d[:, :, None, None]
    else:
        weight = conv.weight[None] * s[:, None, :, None, None]
        weight = weight * (weight.square().sum((2, 3, 4), keepdim=True) + 1e-8).rsqrt()
        x = convolved(conv, x, weight, len(x), choices)
    x = x + conv.noise_const * conv.noise_strength
    x = x + conv.bias[:, None, None]
    return F.leaky_relu(x, 0.2) * math.sqrt(2)


def convolved(conv: StyledConv, x: Tensor, weight: Tensor, groups: int, choices: Choices) -> Tensor:
    """The convolution, with `groups` sets of weights or one, twice the size where `conv.up`."""
    n, _, side, _ = x.shape
    if groups > 1 or weight.ndim == 5:
        x = x.reshape(1, -1, side, side)
        weight = weight.transpose(1, 2) if conv.up else weight
        weight = weight.flatten(0, 1)
    elif conv.up:
        weight = weight.transpose(0, 1)
    if not conv.up:
        return F.conv2d(x, weight, padding=1, groups=groups).view(n, -1, side, side)
    x = F.conv_transpose2d(x, weight, stride=2, groups=groups)
    x = x.view(n, -1, *x.shape[2:])
    return filtered(x, conv.resample_filter, (1, 1), depthwise=choices.depthwise_filter)


def filtered(x: Tensor, taps: Tensor, pad: tuple[int, int], *, depthwise: bool) -> Tensor:
    """FIR with gain 4: one depthwise pass, or an axis at a time over folded channels."""
    x = F.pad(x, (*pad, *pad))
    n, channels = x.shape[:2]
    if depthwise:
        kernel = (taps * 4).expand(channels, 1, -1, -1)
        return F.conv2d(x, kernel, groups=channels)
    one = taps.sum(0) * 2
    x = x.reshape(n * channels, 1, *x.shape[2:])
    x = F.conv2d(F.conv2d(x, one.view(1, 1, 1, -1)), one.view(1, 1, -1, 1))
    return x.view(n, channels, *x.shape[2:])


def doubled(image: Tensor, taps: Tensor) -> Tensor:
    """Twice the size: zeros inserted, then the filter."""
    n, channels, height, width = image.shape
    spread = image.new_zeros(n, channels, height * 2, width * 2)
    spread[:, :, ::2, ::2] = image
    return filtered(spread, taps, (2, 1), depthwise=False)


def colours(rgb: ToRGB, x: Tensor, w: Tensor) -> Tensor:
    """The picture layer as a convolution of scaled activations."""
    s = rgb.affine(w) * rgb.gain
    return F.conv2d(x * s[:, :, None, None], rgb.weight) + rgb.bias[:, None, None]
