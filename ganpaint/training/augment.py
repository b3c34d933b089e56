"""Adaptive augmentation: small sets stay fresh without leaking into the samples.

After "Training Generative Adversarial Networks with Limited Data" (Karras et al. 2020,
arXiv:2006.06676), in the light form of METHODS 7.2: each change happens with probability p, to
real and generated pictures alike and differentiably; p follows r_t = E[sign D(real)] towards
0.6. Geometry is one bilinear warp (flip, shift, scale, small turn), colour one affine map
(brightness, contrast, saturation, small hue), then a cut-out as in DiffAugment (Zhao et al. 2020,
arXiv:2006.10738). Turns by 90° and the full hue circle are left out: they leak for aligned
subjects.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

TARGET = 0.6
LARGEST_P = 0.8
LUMA = (0.299, 0.587, 0.114)


class Augment:
    """The augmentation pipe with its probability.

    Args:
        p: starting probability.
        images_to_one: images after which p could have risen from 0 to 1 (500 000 from a fresh
            start, 100 000 when going on from a trained model).
    """

    def __init__(self, p: float = 0.0, images_to_one: float = 500_000) -> None:
        self.p = p
        self.images_to_one = images_to_one

    def adjust(self, sign_real: float, images: int) -> None:
        """Move p by the images seen since the last call, towards E[sign D(real)] = 0.6."""
        step = math.copysign(images / self.images_to_one, sign_real - TARGET)
        self.p = min(max(self.p + step, 0.0), LARGEST_P)

    def __call__(self, images: Tensor, rng: torch.Generator) -> Tensor:
        """Augment (N, C, R, R) in [-1, 1]; the very same tensor while p is 0."""
        if self.p <= 0:
            return images
        images = self._warp(images, rng)
        if images.shape[1] == 3:
            images = self._colour(images, rng)
        return self._cutout(images, rng)

    def _on(self, n: int, rng: torch.Generator, share: float = 1.0) -> Tensor:
        return (torch.rand(n, generator=rng) < self.p * share).float()

    def _warp(self, images: Tensor, rng: torch.Generator) -> Tensor:
        n = images.shape[0]
        flip = 1 - 2 * self._on(n, rng, 0.5)
        scale = torch.exp2(torch.randn(n, generator=rng) * 0.2 * self._on(n, rng))
        turn = (torch.rand(n, generator=rng) * 2 - 1) * math.radians(20) * self._on(n, rng)
        shift = torch.randn(n, 2, generator=rng) * 0.125 * 2 * self._on(n, rng)[:, None]
        cos, sin = torch.cos(turn) / scale, torch.sin(turn) / scale
        rows = torch.stack(
            [
                torch.stack([cos * flip, -sin, shift[:, 0]], 1),
                torch.stack([sin * flip, cos, shift[:, 1]], 1),
            ],
            1,
        ).to(images)
        still = torch.eye(2, 3).expand_as(rows).to(images)
        if torch.equal(rows, still):
            return images
        grid = F.affine_grid(rows, list(images.shape), align_corners=False)
        return F.grid_sample(images, grid, padding_mode="reflection", align_corners=False)

    def _colour(self, images: Tensor, rng: torch.Generator) -> Tensor:
        n = images.shape[0]
        brightness = torch.randn(n, generator=rng) * 0.2 * self._on(n, rng)
        contrast = torch.exp2(torch.randn(n, generator=rng) * 0.5 * self._on(n, rng))
        saturation = torch.exp2(torch.randn(n, generator=rng) * self._on(n, rng))
        hue = (torch.rand(n, generator=rng) * 2 - 1) * math.radians(30) * self._on(n, rng)
        matrix = _hue_matrix(hue) @ _saturation_matrix(saturation)
        matrix = (matrix * contrast[:, None, None]).to(images)
        mixed = torch.einsum("nij,njhw->nihw", matrix, images)
        return mixed + brightness.to(images)[:, None, None, None]

    def _cutout(self, images: Tensor, rng: torch.Generator) -> Tensor:
        n, _, height, width = images.shape
        on = self._on(n, rng)
        if not on.any():
            return images
        centre = torch.rand(n, 2, generator=rng)
        y = (torch.arange(height) + 0.5) / height
        x = (torch.arange(width) + 0.5) / width
        inside = ((y[None, :, None] - centre[:, 0, None, None]).abs() < 0.25) & (
            (x[None, None, :] - centre[:, 1, None, None]).abs() < 0.25
        )
        keep = 1 - inside.float() * on[:, None, None]
        return images * keep[:, None].to(images)


def _saturation_matrix(factor: Tensor) -> Tensor:
    """(N, 3, 3): colours pulled towards or away from their luma."""
    luma = torch.tensor(LUMA).expand(3, 3)
    eye = torch.eye(3)
    return luma + factor[:, None, None] * (eye - luma)


def _hue_matrix(angle: Tensor) -> Tensor:
    """(N, 3, 3): turn about the grey axis (Rodrigues)."""
    axis = torch.full((3,), 1 / math.sqrt(3))
    cross = torch.tensor(
        [[0.0, -axis[2], axis[1]], [axis[2], 0.0, -axis[0]], [-axis[1], axis[0], 0.0]]
    )
    outer = torch.outer(axis, axis)
    cos, sin = torch.cos(angle)[:, None, None], torch.sin(angle)[:, None, None]
    return cos * torch.eye(3) + sin * cross + (1 - cos) * outer
