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
from ganpaint.engine.generators.biggan import BigGANConfig, BigGANGenerator
from ganpaint.engine.generators.biggan_deep import BigGANDeepConfig, BigGANDeepGenerator
from ganpaint.engine.generators.dcgan import DCGANConfig, DCGANGenerator
from ganpaint.engine.generators.discriminator import Discriminator, DiscriminatorConfig
from ganpaint.engine.generators.schedule3 import Schedule
from ganpaint.engine.generators.stylegan2 import StyleGAN2Config, StyleGAN2Generator
from ganpaint.engine.generators.stylegan3 import StyleGAN3Config, StyleGAN3Generator
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


def tiny_stylegan3(
    resolution: int = 16, c_dim: int = 0, seed: int = 0, **changes: object
) -> StyleGAN3Generator:
    """A StyleGAN3 of five layers; `kernel=1, radial=True` makes it an r network."""
    shape = Schedule(resolution, base=64, most=8, layers=4, margin=4, first_stopband=3.0)
    shape = replace(shape, **changes)  # type: ignore[arg-type]
    config = StyleGAN3Config.planned(shape, z_dim=6, w_dim=7, c_dim=c_dim)
    generator = stirred(StyleGAN3Generator.fresh(shape, config, seed))
    rng = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        generator.synthesis.input.affine.weight.add_(0.05 * torch.randn(4, 7, generator=rng))
        for name in generator.synthesis.names:
            getattr(generator.synthesis, name).magnitude_ema.fill_(0.8)
    judge = tiny_judge(resolution, c_dim, seed + 1, channels=shape.channels)
    return ready(generator, f"tiny3-{resolution}", judge)


def settled(generator: Made, name: str, seed: int = 0) -> Made:
    """Weights of a sensible size and running statistics that are not trivial."""
    rng = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for key, value in [*generator.named_parameters(), *generator.named_buffers()]:
            noise = torch.randn(value.shape, generator=rng)
            if "var" in key:
                value.copy_(0.5 + noise.square())
            elif "mean" in key or key.endswith("bias"):
                value.copy_(0.2 * noise)
            elif value.ndim > 1:
                value.copy_(noise / value[0].numel() ** 0.5)
            else:
                value.copy_(1 + 0.2 * noise)
    return ready(generator, name)


def tiny_biggan_deep(resolution: int = 16, **changes: object) -> BigGANDeepGenerator:
    """A BigGAN-deep of the HuggingFace port with five classes and attention after one block."""
    layers = ((False, 4, 4), (True, 4, 2), (True, 2, 1), (True, 1, 1))
    shape = BigGANDeepConfig(
        resolution,
        z_dim=6,
        c_dim=5,
        channel_width=8,
        layers=layers[: resolution.bit_length() - 2],
        attention_layer_position=1,
    )
    shape = replace(shape, **changes)  # type: ignore[arg-type]
    return settled(BigGANDeepGenerator(shape), f"tiny-deep-{resolution}")


def tiny_biggan(resolution: int = 16, **changes: object) -> BigGANGenerator:
    """ajbrock's BigGAN with five classes, hierarchical z and attention after the first block."""
    blocks = resolution.bit_length() - 3
    shape = BigGANConfig(
        resolution,
        z_dim=4 * (blocks + 1),
        c_dim=5,
        widths=(16, 16, 8, 8)[: blocks + 1],
        shared_dim=6,
        hierarchical=True,
        attention=(0,),
    )
    shape = replace(shape, **changes)  # type: ignore[arg-type]
    return settled(BigGANGenerator(shape), f"tiny-big-{resolution}")


def tiny_dcgan(resolution: int = 16, c_dim: int = 3, **changes: object) -> DCGANGenerator:
    """A DCGAN, class-conditional unless c_dim is 0."""
    widths = (12, 8, 6, 4)[: resolution.bit_length() - 3]
    shape = replace(DCGANConfig(resolution, 7, widths, c_dim), **changes)  # type: ignore[arg-type]
    return settled(DCGANGenerator(shape), f"tiny-dcgan-{resolution}")
