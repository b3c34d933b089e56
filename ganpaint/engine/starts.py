"""Where searches begin: the mean, the best of n samples, or a given code (METHODS 1.6)."""

from __future__ import annotations

from collections.abc import Generator as Generating
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from ganpaint.engine.calibration import Calibration
from ganpaint.engine.generators.base import Generator
from ganpaint.engine.objective import Objective, Point
from ganpaint.engine.spaces import Input, Sphere, Variables, Whitened, layers_of
from ganpaint.engine.tensors import seeded
from ganpaint.errors import NotOffered
from ganpaint.latent import Code, Space
from ganpaint.model_info import Capability
from ganpaint.progress import Stop

PIXELS_AT_ONCE = 8 * 64 * 64  # of one forward between two yields


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """Which starts a search wants.

    Attributes:
        starts: how many are searched in one batch.
        samples: how many are tried for them; 0 begins at the mean of the model or class.
        psi: truncation of the samples, about the mean of their class.
        class_weights: (K,) or None: the samples take the classes in turn.
        given: a code to begin from; nothing else is tried then.
        seed: everything random follows from it.
    """

    starts: int = 4
    samples: int = 64
    psi: float = 0.7
    class_weights: Tensor | None = None
    given: Code | None = None
    seed: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Tried:
    """Samples looked at so far: all their losses (n,) and the pictures (k, C, R, R) just made."""

    losses: Tensor
    images: Tensor
    first: int
    total: int


def variables_for(
    generator: Generator, calibration: Calibration, space: Space, c: Tensor | None, count: int
) -> Variables:
    """The variables of `count` starts with class weights c (count, K)."""
    there = generator.info.can(Capability.W_SPACE)
    if not there and space is not Space.Z:
        raise NotOffered(
            f'"{generator.info.title}" has no {space} space.', "Choose the space z for this model."
        )
    if not there:
        return Input(generator, c)
    if space is Space.Z:
        return Sphere(generator, c)
    return Whitened(generator, calibration.gaussian(c, count), c, space)


def classes(generator: Generator, wanted: Wanted, count: int) -> Tensor | None:
    """Class weights (count, K) of `count` samples; None for a model without classes."""
    total = generator.info.c_dim
    if not total:
        return None
    if wanted.class_weights is not None:
        return wanted.class_weights.to(generator.device).float().expand(count, -1)
    order = torch.randperm(total, generator=seeded(wanted.seed))
    turns = order.repeat(-(-count // total))[:count]
    return torch.nn.functional.one_hot(turns, total).float().to(generator.device)


def draws(count: int, size: int, seed: int) -> Tensor:
    """z (count, size) ~ N(0, I), row by row: the first rows are the same however many follow."""
    rng = seeded(seed)
    return torch.stack([torch.randn(size, generator=rng) for _ in range(count)])


def candidates(
    generator: Generator, calibration: Calibration, space: Space, wanted: Wanted
) -> tuple[Variables, Tensor]:
    """Variables and their values for all samples to be tried, the mean, or the given code."""
    if wanted.given is not None:
        return _given(generator, calibration, space, wanted.given)
    count = max(wanted.samples, 1)
    c = classes(generator, wanted, count)
    variables = variables_for(generator, calibration, space, c, count)
    z = draws(count, generator.info.z_dim, wanted.seed).to(generator.device)
    if isinstance(variables, Input):
        return variables, variables.variables(z)
    if isinstance(variables, Sphere):
        return variables, variables.settled(z)
    assert isinstance(variables, Whitened)
    with torch.no_grad():
        u = variables.variables(generator.map(z, c))
    psi = wanted.psi if wanted.samples else 0.0
    return variables, u * psi


def best_of(
    variables: Variables, u: Tensor, objective: Objective, stop: Stop, chunk: int = 0
) -> Generating[Tried, None, Tensor]:
    """Try all of u in chunks (0: as many as take 100 ms on a processor); returns their losses.

    Stops early when asked to: what was not tried has an infinite loss.
    """
    if not chunk:
        size = variables.generator.info.resolution
        chunk = min(16, max(1, PIXELS_AT_ONCE // size**2))
    losses = u.new_full((len(u),), float("inf"))
    for first in range(0, len(u), chunk):
        rows = slice(first, first + chunk)
        with torch.no_grad():
            point = Point.at(variables.rows(rows), u[rows], torch.arange(len(u))[rows])
            part = objective.likeness(point)
        losses[rows] = torch.where(part.isfinite(), part, part.new_tensor(float("inf")))
        yield Tried(losses, point.images, first, len(u))
        if stop.requested:
            break
    return losses


def _given(
    generator: Generator, calibration: Calibration, space: Space, code: Code
) -> tuple[Variables, Tensor]:
    """Variables of a given code; a code without a class keeps none."""
    c = None if code.c is None else torch.tensor(code.c, device=generator.device)[None]
    if c is None and not generator.info.can(Capability.W_SPACE):
        c = generator.class_tensor(None)  # these families paint no picture without a class
    variables = variables_for(generator, calibration, space, c, 1)
    if code.transform is not None and isinstance(variables, Whitened | Sphere):
        placed = torch.tensor(code.transform, device=generator.device)
        variables = replace(variables, transform=placed)
    if isinstance(variables, Whitened):
        ws = layers_of(generator, code)[None]
        psi, cutoff = code.truncation_psi, code.truncation_cutoff
        return variables, variables.variables(generator.truncated(ws, psi, cutoff))
    if code.space is not Space.Z:
        raise NotOffered(
            f"A search in z cannot begin from a code of {code.space}.",
            "Choose the space w+ or begin from samples.",
        )
    z = torch.tensor(code.values, device=generator.device)[None]
    if isinstance(variables, Input):
        variables = replace(variables, truncation=code.truncation_psi)
        embed = None if code.embed is None else torch.tensor(code.embed, device=z.device)[None]
        return variables, variables.variables(z, embed)
    return variables, variables.settled(z)
