"""Is it memorising? Samples beside their nearest training pictures.

Two pictures are compared place by place: at every place of the trunk's last tap the channels are
brought to length 1, and the Euclidean distance of all of them counts (LPIPS without its weights,
Zhang et al. 2018, arXiv:1801.03924). Training pictures count mirrored too, as they are learnt.
The median over samples of the distance to the nearest training picture is divided by the same
median among training pictures (METHODS 7.10): photos that were never trained on give 1.0,
copies come near 0. (Pooled features are no use here: samples of a weak generator lie nearer to
every picture than pictures do to each other.)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganpaint.training.distance import Trunk

Looks = NDArray[np.float32]

ROWS = 256
PLACES = 7  # a side at most: what the trunk gives for 128 px
COPIES = 0.75  # below: photos of what the model knows already come to 0.87, unseen ones to 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Nearest:
    """Nearest training picture of each sample.

    Attributes:
        indices: (N,) into the training set. distances: (N,).
        ratio: median sample-to-training over median training-to-training distance.
    """

    indices: NDArray[np.int64]
    distances: Looks
    ratio: float


def looks(batches: Iterable[Tensor], trunk: Trunk) -> Looks:
    """What stands where in each picture, (N, C·r·r) float32, for pictures in [-1, 1]."""
    rows = []
    for images in batches:
        with torch.inference_mode():
            tap = trunk(images).float()
            if tap.shape[-1] > PLACES:  # 2,000 pictures of 512 px would take 8 GB
                tap = torch.nn.functional.adaptive_avg_pool2d(tap, PLACES)
            tap = torch.nn.functional.normalize(tap, dim=1)
            rows.append(tap.flatten(1).cpu().numpy())
    return np.concatenate(rows)


def nearest_training(samples: Looks, training: Looks, mirrored: Looks) -> Nearest:
    """For looks (N, D) of samples among those (M, D) of training pictures and their mirror images.

    Mirrored pictures have the same order as `training`.
    """
    indices, distances = _nearest(samples, training, mirrored, exclude_self=False)
    _, among = _nearest(training[: 4 * ROWS], training, mirrored, exclude_self=True)
    typical = float(np.median(among[among > 1e-6])) if np.any(among > 1e-6) else 1.0
    return Nearest(indices, distances, float(np.median(distances)) / max(typical, 1e-12))


def _nearest(
    rows: Looks, others: Looks, mirrored: Looks, *, exclude_self: bool
) -> tuple[NDArray[np.int64], Looks]:
    indices = np.empty(len(rows), dtype=np.int64)
    distances = np.empty(len(rows), dtype=np.float32)
    squares = [_squares(table) for table in (others, mirrored)]
    for start in range(0, len(rows), ROWS):
        part = rows[start : start + ROWS]
        here = np.arange(len(part))
        found = [
            _squares(part)[:, None] + square - 2 * part @ table.T
            for table, square in zip((others, mirrored), squares, strict=True)
        ]
        closest = np.minimum(*found)
        if exclude_self:
            closest[here, start + here] = np.inf
        best = closest.argmin(1)
        indices[start : start + len(part)] = best
        distances[start : start + len(part)] = np.sqrt(np.maximum(closest[here, best], 0))
    return indices, distances


def _squares(rows: Looks) -> Looks:
    squares: Looks = np.einsum("nd,nd->n", rows, rows)  # without a second table of that size
    return squares
