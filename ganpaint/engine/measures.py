"""What a direction changes in the pictures, measured, so that sliders can say it honestly.

A direction gets a name only when most of what it does to pictures is one simple thing: their
lightness, their warmth, their colourfulness. Otherwise it keeps its number.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Generator as Generating
from dataclasses import dataclass

import torch
from torch import Tensor

from ganpaint.engine.generators.base import Generator
from ganpaint.engine.spaces import bounded
from ganpaint.engine.tensors import seeded
from ganpaint.model_info import Capability
from ganpaint.progress import Stop

REACH = 2.0  # σ to either side
LUMA = (0.299, 0.587, 0.114)
DOMINANT = 0.5  # share of the squared change of the picture that a name must account for
AGREE = 0.9  # share of the subjects on which the change must have the same sign

Paint = Callable[[Tensor], Tensor]


@dataclass(frozen=True, slots=True)
class Described:
    """What was seen of a direction.

    Attributes:
        sign: that makes it lighten the picture.
        name: "" where nothing simple dominates.
        change: root mean square change of the picture between both ends.
    """

    sign: float
    name: str
    change: float


def describe_directions(
    generator: Generator, vectors: Tensor, stop: Stop
) -> Generating[float, None, list[Described]]:
    """Look at every direction, (q, Dw) or (q, Dz), one σ long, on a few samples.

    Yields the share done. Raises Stopped.
    """
    size = generator.info.resolution
    subjects = 12 if size <= 64 else 4 if size <= 256 else 1  # a big model takes its time
    paints = list(_subjects(generator, subjects))
    found = []
    for i, vector in enumerate(vectors):
        low: list[Tensor] = []
        high: list[Tensor] = []
        for k, paint in enumerate(paints):
            stop.check()
            with torch.no_grad():
                low.append(paint(-REACH * vector).clamp(-1, 1).cpu())
                high.append(paint(REACH * vector).clamp(-1, 1).cpu())
            yield (i + (k + 1) / len(paints)) / len(vectors)
        found.append(describe(torch.cat(low), torch.cat(high)))
    return found


def _subjects(generator: Generator, count: int) -> list[Paint]:
    """Functions offset → pictures of samples moved by it, in groups small enough for one yield."""
    at_once = 6 if generator.info.resolution <= 64 else 1
    z = torch.randn(count, generator.info.z_dim, generator=seeded(7)).to(generator.device)
    z = bounded(generator, z)
    c: Tensor | None = None
    if generator.info.c_dim:
        turns = torch.arange(count) % generator.info.c_dim
        c = torch.nn.functional.one_hot(turns, generator.info.c_dim).float().to(z.device)
    paints: list[Paint] = []
    for first in range(0, count, at_once):
        rows = slice(first, first + at_once)
        own = None if c is None else c[rows]
        if generator.info.can(Capability.W_SPACE):
            with torch.no_grad():
                ws = generator.map(z[rows], own)
            paints.append(lambda offset, ws=ws: generator.synthesize(ws + offset))  # type: ignore[misc]
        else:
            part = z[rows]
            paints.append(
                lambda offset, part=part, own=own: generator.generate(part + offset, own)  # type: ignore[misc]
            )
    return paints


def describe(low: Tensor, high: Tensor) -> Described:
    """What changes from pictures (N, C, R, R) at one end to those at the other."""
    change = high - low
    if change.shape[1] == 1:
        change = change.expand(-1, 3, -1, -1)
    total = float(change.square().mean()) + 1e-12
    shift = change.mean((2, 3))  # (N, 3): the even part of the change
    luma = shift @ torch.tensor(LUMA)
    sign = 1.0 if float(luma.mean()) >= 0 else -1.0
    name = _name(low, high, sign) if low.shape[1] > 1 else ""
    even = float(luma.square().mean())
    if _dominates(luma, even, total):
        name = "Darker – lighter"
    return Described(sign, name, total**0.5)


def _name(low: Tensor, high: Tensor, sign: float) -> str:
    """Warmth or colourfulness, where one of them dominates."""
    change = high - low
    total = float(change.square().mean()) + 1e-12
    shift = change.mean((2, 3))
    tint = shift - (shift @ torch.tensor(LUMA))[:, None]
    warmth = tint[:, 0] - tint[:, 2]
    if _dominates(warmth, float(tint.square().mean()), total):
        warmer = float((sign * warmth).mean()) > 0
        return "Cooler – warmer" if warmer else "Warmer – cooler"
    colour = _chroma(high) - _chroma(low)
    if _dominates(colour, float((change - change.mean(1, keepdim=True)).square().mean()), total):
        richer = float((sign * colour).mean()) > 0
        return "Paler – richer" if richer else "Richer – paler"
    return ""


def numbered(names: list[str]) -> list[str]:
    """Names that are all different: nameless ones and repetitions get their number."""
    shown: list[str] = []
    for i, name in enumerate(names, 1):
        if not name:
            shown.append(f"Direction {i}")
        else:
            shown.append(name if name not in shown else f"{name} {i}")
    return shown


def _dominates(values: Tensor, energy: float, total: float) -> bool:
    agree = float((values.sign() == values.mean().sign()).float().mean())
    return energy / total >= DOMINANT and agree >= AGREE


def _chroma(images: Tensor) -> Tensor:
    """Mean distance of the colours from grey, (N,)."""
    return (images - images.mean(1, keepdim=True)).square().mean((1, 2, 3)).sqrt()
