"""Tiny random models of every family, built in milliseconds, with nothing left trivial.

Biases, noise strengths, averages and clamps are all non-zero, so that a forgotten term shows.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

import torch
from torch import nn

from ganpaint.engine.checkpoints.loaded import content_hash
from ganpaint.engine.generators.base import Generator
from ganpaint.engine.generators.discriminator import Discriminator, DiscriminatorConfig
from ganpaint.engine.generators.stylegan2 import StyleGAN2Config, StyleGAN2Generator
from ganpaint.model_info import Capability

Net = TypeVar("Net", bound=nn.Module)
Made = TypeVar("Made", bound=Generator)


def stirred(network: Net, seed: int = 5) -> Net:
    """The network with every constant start value moved by a little seeded noise."""
    rng = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, value in [*network.named_parameters(), *network.named_buffers()]:
            if name.endswith((".bias", "noise_strength", "w_avg", ".gain", "gamma")):
                value.add_(0.2 * torch.randn(value.shape, generator=rng))
    return network


def ready(generator: Made, name: str, judge: Discriminator | None = None) -> Made:
    """Frozen, named, hashed and, if given, with its discriminator."""
    generator.eval().requires_grad_(False)
    found = set(generator.info.capabilities)
    if judge is not None:
        object.__setattr__(generator, "discriminator", judge.eval().requires_grad_(False))
        found.add(Capability.DISCRIMINATOR)
    state = {f"G_ema.{key}": value for key, value in generator.state_dict().items()}
    generator.info = replace(
        generator.info,
        name=name,
        title=name,
        hash=content_hash(state),
        class_names=tuple(f"class {k}" for k in range(generator.info.c_dim)),
        capabilities=frozenset(found),
    )
    return generator


def stylegan2_config(resolution: int = 16, c_dim: int = 3, **changes: object) -> StyleGAN2Config:
    """A few channels, two mapping layers."""
    shape = StyleGAN2Config(
        resolution, z_dim=8, w_dim=10, c_dim=c_dim, widths=(12, 8, 6, 4), mapping_layers=2
    )
    return replace(shape, **changes)  # type: ignore[arg-type]


def tiny_judge(
    resolution: int = 16, c_dim: int = 3, seed: int = 1, **changes: object
) -> Discriminator:
    """A discriminator for the tiny generators."""
    shape = DiscriminatorConfig(resolution, c_dim=c_dim, widths=(12, 8, 6, 4), mapping_layers=2)
    judge = stirred(Discriminator.fresh(replace(shape, **changes), seed))  # type: ignore[arg-type]
    return judge.eval().requires_grad_(False)


def tiny_stylegan2(
    resolution: int = 16, c_dim: int = 3, seed: int = 0, **changes: object
) -> StyleGAN2Generator:
    """A class-conditional StyleGAN2 with its discriminator."""
    shape = stylegan2_config(resolution, c_dim, **changes)
    generator = stirred(StyleGAN2Generator.fresh(shape, seed))
    judge = tiny_judge(resolution, c_dim, seed + 1, channels=shape.channels)
    return ready(generator, f"tiny-{resolution}", judge)
