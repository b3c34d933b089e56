"""How far samples are from real pictures: the Fréchet distance on the bundled trunk.

Heusel et al. 2017 (arXiv:1706.08500) with the features of the bundled SqueezeNet 1.1 in place of
Inception's, so it is called **FD-squeeze** and is comparable only with itself; features are
divided by 100 first:

    d² = ‖μ_r − μ_f‖² + tr(Σ_r + Σ_f − 2 (Σ_r^½ Σ_f Σ_r^½)^½)

in float64 with ε = 1e-6·I, on the same number of reals and samples every time (the bias goes as
1/N). For few reals the kernel distance (Bińkowski et al. 2018, arXiv:1801.01401) is used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

Features = NDArray[np.float64]
Trunk = Callable[[Tensor], Tensor]

FEWEST_FOR_FRECHET = 2000
BATCH = 64
UNIT = 100.0  # the trunk's activations are of this order: figures of 1 to 100 are easier to read


@dataclass(frozen=True, slots=True, eq=False)
class Statistics:
    """Mean (D,) and covariance (D, D) of `count` feature vectors."""

    mean: Features
    covariance: Features
    count: int


def pooled_features(batches: Iterable[Tensor], trunk: Trunk) -> Features:
    """Spatial means of the trunk's last tap over 100: (N, D) float64, pictures in [-1, 1]."""
    rows = []
    for images in batches:
        with torch.inference_mode():
            rows.append(trunk(images).mean((2, 3)).double().cpu().numpy())
    return np.concatenate(rows) / UNIT


def statistics(features: Features) -> Statistics:
    """Mean and covariance of (N, D) features."""
    return Statistics(features.mean(0), np.cov(features, rowvar=False), len(features))


def frechet(real: Statistics, fake: Statistics) -> float:
    """d² of the two Gaussians; 0 for equal ones."""
    eye = np.eye(len(real.mean)) * 1e-6
    values, vectors = np.linalg.eigh(real.covariance + eye)
    root = (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
    inner = root @ (fake.covariance + eye) @ root
    cross = np.sqrt(np.maximum(np.linalg.eigvalsh((inner + inner.T) / 2), 0)).sum()
    shift = ((real.mean - fake.mean) ** 2).sum()
    traces = np.trace(real.covariance + eye) + np.trace(fake.covariance + eye)
    return float(max(shift + traces - 2 * cross, 0.0))


def kernel(real: Features, fake: Features, seed: int = 0, subsets: int = 100) -> float:
    """Unbiased squared maximum mean discrepancy with (xᵀy/d + 1)³, mean over random subsets."""
    rng = np.random.default_rng(seed)
    m, n, d = min(500, len(real)), min(500, len(fake)), real.shape[1]
    total = 0.0
    for _ in range(subsets):
        x = real[rng.choice(len(real), m, replace=False)]
        y = fake[rng.choice(len(fake), n, replace=False)]
        xx, yy, xy = (
            (x @ x.T / d + 1) ** 3,
            (y @ y.T / d + 1) ** 3,
            (x @ y.T / d + 1) ** 3,
        )
        within_x = (xx.sum() - np.trace(xx)) / (m * (m - 1))
        within_y = (yy.sum() - np.trace(yy)) / (n * (n - 1))
        total += within_x + within_y - 2 * xy.mean()
    return float(total / subsets)


@dataclass(frozen=True, slots=True)
class Distance:
    """A figure and what it is: `kind` is "FD-squeeze" or "KD-squeeze".

    `samples` generated pictures were compared, with as many real ones or all there are.
    """

    value: float
    kind: str
    samples: int

    def __str__(self) -> str:
        return f"{self.kind} {self.value:.4g} ({self.samples} samples)"


def kind_for(count: int) -> str:
    """The figure that fits so many pictures: Fréchet from 2 000 on, kernel below."""
    return "FD-squeeze" if count >= FEWEST_FOR_FRECHET else "KD-squeeze"


def distance(real: Features, fake: Features, kind: str = "") -> Distance:
    """The figure that fits the number of reals, or of the given kind.

    Fréchet takes the same number on both sides (its bias goes with it); the kernel's estimate is
    unbiased, so twenty pictures are compared with all samples.
    """
    count = min(len(real), len(fake))
    kind = kind or kind_for(count)
    if kind == "FD-squeeze":
        value = frechet(statistics(real[:count]), statistics(fake[:count]))
        return Distance(value, kind, count)
    return Distance(kernel(real, fake), kind, len(fake))


def floor(real: Features) -> float:
    """What cannot be got below: the same figure between two halves of the real pictures."""
    half = len(real) // 2
    return distance(real[:half], real[half : 2 * half], kind_for(len(real))).value


def real_batches(pictures: NDArray[np.uint8], order: NDArray[np.int64]) -> Iterable[Tensor]:
    """Pictures in the given order as batches in [-1, 1]."""
    for start in range(0, len(order), BATCH):
        chosen = np.asarray(pictures[order[start : start + BATCH]])
        yield torch.from_numpy(chosen).permute(0, 3, 1, 2).float() / 127.5 - 1
