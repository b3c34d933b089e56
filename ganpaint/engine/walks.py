"""Ways between codes: interpolation at equal perceptual steps (METHODS 2.6).

Straight lines in w and w+, great circles in z; points on the way are then spaced so that
consecutive pictures are equally far apart for the eye. The perceptual distance grows with the
square of a small step, so its root is the arc length.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Generator as Generating
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from ganpaint.engine.generators.base import Generator
from ganpaint.engine.spaces import layers_of, numbers
from ganpaint.latent import Code, Space
from ganpaint.progress import Stop

POINTS = (65, 129)  # tried first, and when the steps still differ
UNEVEN = 1.3  # largest step over mean step
Distance = Callable[[Tensor, Tensor], float]


def common_space(generator: Generator, first: Code, last: Code) -> tuple[Code, Code]:
    """Both codes in one space: z when both are in z, else w+ with the truncation applied."""
    if first.space is last.space is Space.Z:
        return first, last
    return _in_layers(generator, first), _in_layers(generator, last)


def interpolate(
    generator: Generator,
    first: Code,
    last: Code,
    frames: int,
    distance: Distance,
    stop: Stop,
) -> Generating[float, None, tuple[Code, ...]]:
    """Codes at equal perceptual steps, both ends included; yields the share done.

    Args:
        distance: of two pictures (1, C, R, R); quadratic in small changes.

    Raises:
        Stopped: when asked to stop.
    """
    a, b = common_space(generator, first, last)
    places = np.linspace(0.0, 1.0, frames)
    for round_, points in enumerate(POINTS):
        fine = np.linspace(0.0, 1.0, points)
        walk = _steps(generator, a, b, fine, distance, stop)
        lengths = yield from _scaled(walk, 0.5 * round_, 0.4)
        places = _equal(fine, lengths, frames)
        walk = _steps(generator, a, b, places, distance, stop)
        steps = yield from _scaled(walk, 0.5 * round_ + 0.4, 0.1)
        # the root of a long step is not the sum of the roots of its parts: correct once
        places = _equal(places, steps, frames)
        if steps.max() <= UNEVEN * steps.mean():
            break
    return tuple(a.mixed(b, float(share)) for share in places)


def _in_layers(generator: Generator, code: Code) -> Code:
    ws = layers_of(generator, code)[None]
    ws = generator.truncated(ws, code.truncation_psi, code.truncation_cutoff)
    return replace(
        code,
        space=Space.W_PLUS,
        values=numbers(ws[0]),
        truncation_psi=1.0,
        truncation_cutoff=None,
    )


def _steps(
    generator: Generator, a: Code, b: Code, places: np.ndarray, distance: Distance, stop: Stop
) -> Generating[float, None, np.ndarray]:
    """Arc lengths between the pictures at consecutive places, (n - 1,)."""
    lengths = np.zeros(len(places) - 1)
    former: Tensor | None = None
    for i, share in enumerate(places):
        stop.check()
        with torch.no_grad():
            picture = generator.paint([a.mixed(b, float(share))])
            if former is not None:
                lengths[i - 1] = max(distance(former, picture), 0.0) ** 0.5
        former = picture
        yield (i + 1) / len(places)
    return lengths


def _equal(places: np.ndarray, lengths: np.ndarray, count: int) -> np.ndarray:
    """`count` places at equal arc length; equal places where nothing changes."""
    along = np.concatenate([[0.0], np.cumsum(lengths)])
    if along[-1] <= 0:
        return np.linspace(0.0, 1.0, count)
    rising = along + np.linspace(0, along[-1] * 1e-9, len(along))  # strictly, for the inversion
    result: np.ndarray = np.interp(np.linspace(0, rising[-1], count), rising, places)
    return result


def _scaled(
    walk: Generating[float, None, np.ndarray], start: float, share: float
) -> Generating[float, None, np.ndarray]:
    while True:
        try:
            done = next(walk)
        except StopIteration as end:
            lengths: np.ndarray = end.value
            return lengths
        yield start + share * done
