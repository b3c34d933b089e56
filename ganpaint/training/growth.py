"""Growing to the next resolution without losing the discriminator.

A new synthesis block and a new discriminator block start at random; a random block in front of a
trained discriminator is noise to it, and training collapses (seen: D's loss goes to 1.386 and
never returns). So three things happen at a growth step (after METHODS 7.4, and Karras et al.
2018, arXiv:1710.10196):

1. the new ToRGB starts at zero: the generator's picture is at first exactly the former one
   enlarged, and detail grows out of zero by its own gradient;
2. the new discriminator block is *warmed up*: it learns, on real pictures, to give what the old
   fromRGB gave for the reduced picture, until the trained blocks behind it see what they know;
3. both kinds of pictures are faded from blurred to full over `fade_images` (loop.Trainer).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import torch
import torch.nn.functional as F
from torch import Tensor

from ganpaint.engine.generators.discriminator import Discriminator
from ganpaint.engine.generators.stylegan2 import StyleGAN2Generator
from ganpaint.training.loop import Trainer

WARM_UP_STEPS = 400
ROOT2 = 2.0**0.5


def grow(trainer: Trainer, warm_up_steps: int = WARM_UP_STEPS) -> Iterator[float]:
    """Double the trainer's resolution; yields the warm-up's relative error as it falls.

    The error is ‖new − old‖² / ‖old‖² over the features behind the new block.
    """
    resolution = trainer.resolution * 2
    seed = trainer.recipe.seed + resolution
    raw = grown_generator(trainer.G, resolution, seed)
    averaged = grown_generator(trainer.G_ema, resolution, seed)
    judge = Discriminator.fresh(replace(trainer.D.config, resolution=resolution), seed)
    _copy(trainer.D, judge)
    old = trainer.D
    trainer.adopt(raw.to(trainer.device), averaged.to(trainer.device), judge.to(trainer.device))
    yield from warm_up(trainer, old, warm_up_steps)
    trainer.grown_at = trainer.images
    trainer.augment.p /= 2


def grown_generator(
    generator: StyleGAN2Generator, resolution: int, seed: int
) -> StyleGAN2Generator:
    """The generator with one more block, painting the same picture enlarged."""
    grown = StyleGAN2Generator.fresh(replace(generator.config, resolution=resolution), seed)
    _copy(generator, grown)
    with torch.no_grad():
        for name, parameter in grown.named_parameters():
            if name.endswith((f"b{resolution}.torgb.weight", f"b{resolution}.torgb.bias")):
                parameter.zero_()
    return grown


def _copy(source: torch.nn.Module, target: torch.nn.Module) -> None:
    """Take over every tensor that exists in both under the same name and shape."""
    have = source.state_dict()
    want = target.state_dict()
    shared = {k: v for k, v in have.items() if k in want and want[k].shape == v.shape}
    target.load_state_dict(want | shared)


def warm_up(trainer: Trainer, old: Discriminator, steps: int) -> Iterator[float]:
    """Teach the new first block of D to give what the old fromRGB gave for reduced pictures."""
    new = trainer.D
    prefix = f"b{new.config.resolution}."
    learnt = [p for name, p in new.named_parameters() if name.startswith(prefix)]
    optimiser = torch.optim.Adam(learnt, lr=0.0025, betas=(0.0, 0.99))
    for step in range(steps):
        images, _ = trainer.real_batch(trainer.recipe.batch)
        with torch.no_grad():
            wanted = first_features(old, F.avg_pool2d(images, 2))
        got = new.features(images)[0]
        error = (got - wanted).square().mean() / wanted.square().mean().clamp_min(1e-8)
        optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward(error)
        optimiser.step()
        if step % 20 == 19 or step == steps - 1:
            yield float(error.detach())


def first_features(judge: Discriminator, images: Tensor) -> Tensor:
    """What the fromRGB layer of a residual discriminator gives, (N, C, r, r)."""
    layer = getattr(judge, f"b{judge.config.resolution}").fromrgb
    scaled = layer.weight * (layer.weight.shape[1] ** -0.5)
    features = F.conv2d(images, scaled, layer.bias)
    return F.leaky_relu(features, 0.2) * ROOT2
