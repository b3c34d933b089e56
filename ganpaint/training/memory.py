"""Is it memorising? Samples beside their nearest training pictures.

Nearness is the Euclidean distance of the trunk's pooled features. A generator that has learnt
its pictures by heart is nearer to them than they are to each other, so the ratio of the two
medians is reported: well above 1 is new, below 1 is a copy (METHODS 7.10).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ganpaint.training.distance import Features

ROWS = 512


@dataclass(frozen=True, slots=True, eq=False)
class Nearest:
    """Nearest training picture of each sample.

    Attributes:
        indices: (N,) into the training set. distances: (N,).
        ratio: median sample-to-training over median training-to-training distance.
    """

    indices: NDArray[np.int64]
    distances: Features
    ratio: float


def nearest_training(samples: Features, training: Features) -> Nearest:
    """For (N, D) samples among (M, D) training features."""
    indices, distances = _nearest(samples, training, exclude_self=False)
    _, among = _nearest(training[: 4 * ROWS], training, exclude_self=True)
    typical = float(np.median(among[among > 1e-9])) if np.any(among > 1e-9) else 1.0
    return Nearest(indices, distances, float(np.median(distances)) / max(typical, 1e-12))


def _nearest(
    rows: Features, others: Features, *, exclude_self: bool
) -> tuple[NDArray[np.int64], Features]:
    squares = (others**2).sum(1)
    indices = np.empty(len(rows), dtype=np.int64)
    distances = np.empty(len(rows))
    for start in range(0, len(rows), ROWS):
        part = rows[start : start + ROWS]
        table = (part**2).sum(1)[:, None] + squares - 2 * part @ others.T
        if exclude_self:
            here = np.arange(start, start + len(part))
            table[np.arange(len(part)), here] = np.inf
        best = table.argmin(1)
        indices[start : start + len(part)] = best
        distances[start : start + len(part)] = np.sqrt(
            np.maximum(table[np.arange(len(part)), best], 0)
        )
    return indices, distances
