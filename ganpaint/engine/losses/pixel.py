"""Losses on pixels: L1, L2, log-cosh, and the Laplacian pyramid of GLO.

The pyramid is Burt and Adelson's (1983), used as in "Optimizing the Latent Space of Generative
Networks" (Bojanowski et al. 2018, arXiv:1707.05776): Σ 4^j |L^j(x) − L^j(t)|₁, which equals the
plain sum of per-level means, since level j has 4^j times fewer pixels.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

LEAST_AREA = 1.0  # in pixels: an almost empty mask must not divide by nothing


@dataclass(frozen=True, slots=True, eq=False)
class PixelState:
    """Target (1, 3, R, R), mask (1, 1, R, R) and channels times its area."""

    target: Tensor
    mask: Tensor
    area: Tensor


class _Pixelwise:
    """Σ m·ℓ(x − t) / (C·Σ m) for a function ℓ of the difference."""

    def prepare(self, target: Tensor, mask: Tensor) -> PixelState:
        area = mask.sum().clamp_min(LEAST_AREA) * target.shape[1]
        return PixelState(target, mask, area)

    def __call__(self, images: Tensor, state: PixelState) -> Tensor:
        each = self.measure(images - state.target)
        return (each * state.mask).sum((1, 2, 3)) / state.area

    def measure(self, difference: Tensor) -> Tensor:
        raise AssertionError("a pixel loss defines its measure")


class L1(_Pixelwise):
    """Mean absolute difference."""

    def measure(self, difference: Tensor) -> Tensor:
        return difference.abs()


class L2(_Pixelwise):
    """Mean squared difference."""

    def measure(self, difference: Tensor) -> Tensor:
        return difference.square()


class LogCosh(_Pixelwise):
    """s·log cosh(d/s) with s = 0.1: quadratic below 13 grey levels, linear above."""

    scale = 0.1

    def measure(self, difference: Tensor) -> Tensor:
        d = difference.abs() / self.scale
        return (d + F.softplus(-2 * d) - math.log(2)) * self.scale


@dataclass(frozen=True, slots=True, eq=False)
class PyramidState:
    """Levels of the composed target, their masks, and the composing parts."""

    levels: list[Tensor]
    masks: list[Tensor]
    mask: Tensor
    outside: Tensor


class Laplacian:
    """Mean absolute difference on every level of a Laplacian pyramid, down to 4×4."""

    def prepare(self, target: Tensor, mask: Tensor) -> PyramidState:
        kernel = _kernel(target)
        masks = [mask]
        while masks[-1].shape[-1] > 4:
            masks.append(_down(masks[-1], kernel))
        levels = pyramid(target)
        return PyramidState(levels, masks, mask, target * (1 - mask))

    def __call__(self, images: Tensor, state: PyramidState) -> Tensor:
        # low levels mix colours from outside the mask, so the outside is the target's
        levels = pyramid(images * state.mask + state.outside)
        total = images.new_zeros(images.shape[0])
        for level, wanted, mask in zip(levels, state.levels, state.masks, strict=True):
            area = mask.sum()
            if area >= LEAST_AREA:
                each = ((level - wanted).abs() * mask).sum((1, 2, 3))
                total = total + each / (area * images.shape[1])
        return total


def _kernel(like: Tensor) -> Tensor:
    taps = torch.tensor([1.0, 4.0, 6.0, 4.0, 1.0], dtype=like.dtype, device=like.device) / 16
    return torch.outer(taps, taps)


def _filtered(x: Tensor, kernel: Tensor, stride: int = 1) -> Tensor:
    weight = kernel.expand(x.shape[1], 1, 5, 5)
    padded = F.pad(x, (2, 2, 2, 2), mode="reflect")
    return F.conv2d(padded, weight, stride=stride, groups=x.shape[1])


def _down(x: Tensor, kernel: Tensor) -> Tensor:
    return _filtered(x, kernel, stride=2)


def _up(x: Tensor, kernel: Tensor, size: int) -> Tensor:
    spread = x.new_zeros(*x.shape[:2], size, size)
    spread[:, :, ::2, ::2] = x
    return _filtered(spread, kernel * 4)


def pyramid(x: Tensor) -> list[Tensor]:
    """Differences from fine to coarse, then the 4×4 rest; they add up to x again."""
    kernel = _kernel(x)
    levels = []
    while x.shape[-1] > 4:
        small = _down(x, kernel)
        levels.append(x - _up(small, kernel, x.shape[-1]))
        x = small
    return [*levels, x]
