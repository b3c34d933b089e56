"""What a direction changes in the pictures, measured, so that sliders can say it honestly.

A direction gets a name only when most of what it does to pictures is one simple thing: their
lightness, their warmth, their colourfulness. Otherwise it keeps its number.
"""

from __future__ import annotations

from collections.abc import Generator as Generating

import numpy as np
import torch
from torch import Tensor

from ganpaint.engine.generators.base import Generator
from ganpaint.engine.tensors import seeded
from ganpaint.progress import Stop

SUBJECTS = 12  # pictures that every direction is tried on
REACH = 2.0  # σ to either side
LUMA = (0.299, 0.587, 0.114)
DOMINANT = 0.5  # share of the squared change of the picture that a name must account for
AGREE = 0.9  # share of the subjects on which the change must have the same sign


def describe_directions(
    generator: Generator, vectors: Tensor, stop: Stop
) -> Generating[float, None, tuple[np.ndarray, list[str]]]:
    """Signs (q,) that make every direction lighten the picture, and names.

    Args:
        vectors: (q, Dw), one σ long.

    Yields the share done. Raises Stopped.
    """
    z = torch.randn(SUBJECTS, generator.info.z_dim, generator=seeded(7)).to(generator.device)
    c = None
    if generator.info.c_dim:
        turns = torch.arange(SUBJECTS) % generator.info.c_dim
        c = torch.nn.functional.one_hot(turns, generator.info.c_dim).float().to(generator.device)
    with torch.no_grad():
        ws = generator.map(z, c)
    signs, names = [], []
    for i, vector in enumerate(vectors):
        stop.check()
        with torch.no_grad():
            low = generator.synthesize(ws - REACH * vector).clamp(-1, 1).cpu()
        yield (i + 0.5) / len(vectors)
        with torch.no_grad():
            high = generator.synthesize(ws + REACH * vector).clamp(-1, 1).cpu()
        sign, name = describe(low, high)
        signs.append(sign)
        names.append(name)
        yield (i + 1) / len(vectors)
    return np.array(signs, np.float32), numbered(names)


def describe(low: Tensor, high: Tensor) -> tuple[float, str]:
    """Sign that makes the change lighten, and a name or "", of pictures (N, C, R, R)."""
    change = high - low
    total = float(change.square().mean()) + 1e-12
    if change.shape[1] == 1:
        change = change.expand(-1, 3, -1, -1)
    shift = change.mean((2, 3))  # (N, 3): the even part of the change
    luma = shift @ torch.tensor(LUMA)
    sign = 1.0 if float(luma.mean()) >= 0 else -1.0
    even = luma[:, None].expand(-1, 3)
    if _dominates(luma, float(even.square().mean()), total):
        return sign, "Darker – lighter"
    tint = shift - even
    warmth = tint[:, 0] - tint[:, 2]
    if _dominates(warmth, float(tint.square().mean()), total):
        warmer = float((sign * warmth).mean()) > 0
        return sign, "Cooler – warmer" if warmer else "Warmer – cooler"
    colour = _chroma(high) - _chroma(low)
    if _dominates(colour, float((change - change.mean(1, keepdim=True)).square().mean()), total):
        richer = float((sign * colour).mean()) > 0
        return sign, "Paler – richer" if richer else "Richer – paler"
    return sign, ""


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
