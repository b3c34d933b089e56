"""Likeness by the model's own discriminator: mean |f_l(x) − f_l(t)| / s_l over its blocks.

s_l is the mean difference between two samples, so that an unrelated pair gives about 1
(METHODS 1.2.3). It was trained to tell real from fake, not to measure likeness: an auxiliary.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from ganpaint.engine.generators.base import Generator
from ganpaint.engine.tensors import seeded

PAIRS = 64


@dataclass(frozen=True, slots=True, eq=False)
class DiscriminatorState:
    """Target features, a mask for each level, and the composing parts."""

    features: list[Tensor]
    masks: list[Tensor]
    mask: Tensor
    outside: Tensor


class DiscriminatorLoss:
    """Features before the minibatch deviation, scaled by how much samples differ."""

    def __init__(self, generator: Generator) -> None:
        assert generator.discriminator is not None
        self.judge = generator.discriminator
        self.scales = self._scales(generator)

    @torch.no_grad()
    def _scales(self, generator: Generator) -> list[Tensor]:
        rng = seeded(7)
        info = generator.info
        z = torch.randn(2 * PAIRS, info.z_dim, generator=rng).to(generator.device)
        c = None
        if info.c_dim:
            labels = torch.randint(info.c_dim, (2 * PAIRS,), generator=rng)
            c = F.one_hot(labels, info.c_dim).float().to(generator.device)
        images = (
            generator.synthesize(generator.map(z, c)) if info.num_ws else generator.generate(z, c)
        )
        features = self.judge.features(images)
        return [(f[:PAIRS] - f[PAIRS:]).abs().mean().clamp_min(1e-8) for f in features]

    def _fitted(self, images: Tensor) -> Tensor:
        """RGB (N, 3, R, R) → the channels the discriminator looks at; alpha is opaque."""
        channels = self.judge.config.channels
        if channels == 1:
            return images.mean(1, keepdim=True)
        if channels == 4:
            return torch.cat([images, torch.ones_like(images[:, :1])], 1)
        return images

    @torch.no_grad()
    def prepare(self, target: Tensor, mask: Tensor) -> DiscriminatorState:
        features = self.judge.features(self._fitted(target))
        masks = [F.interpolate(mask, f.shape[-2:], mode="area") for f in features]
        return DiscriminatorState(features, masks, mask, target * (1 - mask))

    def __call__(self, images: Tensor, state: DiscriminatorState) -> Tensor:
        composed = images * state.mask + state.outside
        total = images.new_zeros(images.shape[0])
        found = self.judge.features(self._fitted(composed))
        for f, wanted, mask, scale in zip(
            found, state.features, state.masks, self.scales, strict=True
        ):
            area = mask.sum().clamp_min(1e-3) * f.shape[1]
            total = total + ((f - wanted).abs() * mask).sum((1, 2, 3)) / area / scale
        return total / len(found)
