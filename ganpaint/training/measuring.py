"""How good a trainer's averaged generator is: distance, newness, sheets, always on the same codes.

The same z, the same classes and the same real pictures every time, so that two measurements differ
by the generator only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from ganpaint.training.distance import (
    Distance,
    Features,
    Trunk,
    distance,
    floor,
    pooled_features,
    real_batches,
)
from ganpaint.training.loop import Trainer
from ganpaint.training.memory import COPIES, Looks, looks, nearest_training

SEED = 1234
BATCH = 32
NEWNESS_SAMPLES = 256
SHEET_ROWS = 4
MOST_COLUMNS, FEWEST_COLUMNS = 10, 8


@dataclass(frozen=True, slots=True)
class Measured:
    """One measurement: `images` seen, at which `resolution`, and what was found.

    `newness` is the samples' median distance to their nearest training picture over that between
    training pictures (`memory.nearest_training`), only in a run that watches for copies; else 0.
    """

    images: int
    resolution: int
    distance: Distance
    newness: float = 0.0

    @property
    def copies(self) -> bool:
        """Whether the samples are copies of training pictures."""
        return 0 < self.newness < COPIES


def real_order(trainer: Trainer, count: int) -> NDArray[np.int64]:
    """The numbers of the training pictures that samples are compared with, always the same."""
    return np.random.default_rng(99).permutation(len(trainer.data))[:count]


def reals(trainer: Trainer, order: NDArray[np.int64]) -> Iterator[Tensor]:
    """Training pictures at the present resolution, in batches."""
    for batch in real_batches(trainer.data.pictures, order):
        factor = batch.shape[-1] // trainer.resolution
        yield (F.avg_pool2d(batch, factor) if factor > 1 else batch).to(trainer.device)


def fakes(trainer: Trainer, count: int, seed: int = SEED) -> Iterator[Tensor]:
    """Samples of G_ema, truncation 1, classes as in training, clamped to [-1, 1], in batches."""
    rng = torch.Generator().manual_seed(seed)
    weights = torch.from_numpy(trainer.data.class_weights())
    labels = torch.multinomial(weights, count, replacement=True, generator=rng)
    for start in range(0, count, BATCH):
        some = labels[start : start + BATCH]
        z = torch.randn(len(some), trainer.G_ema.info.z_dim, generator=rng)
        yield painted(trainer, z, some)


@torch.no_grad()
def painted(trainer: Trainer, z: Tensor, labels: Tensor) -> Tensor:
    """Pictures of G_ema without noise for codes (N, Z) and class numbers (N,), in [-1, 1]."""
    network, c = trainer.G_ema, None
    if network.info.c_dim:
        c = F.one_hot(labels, network.info.c_dim).float().to(trainer.device)
    ws = network.map(z.to(trainer.device), c)
    return network.synthesize(ws, noise_mode="none").clamp(-1, 1)


def sheet(trainer: Trainer) -> NDArray[np.uint8]:
    """Fixed codes, the same number of columns for every class, (rows·R, columns·R, 3) uint8."""
    classes = min(max(1, trainer.G_ema.info.c_dim), MOST_COLUMNS)
    each = max(1, FEWEST_COLUMNS // classes)
    columns = classes * each
    rng = torch.Generator().manual_seed(SEED)
    z = torch.randn(SHEET_ROWS * columns, trainer.G_ema.info.z_dim, generator=rng)
    images = painted(trainer, z, torch.arange(classes).repeat_interleave(each).repeat(SHEET_ROWS))
    pixels = ((images + 1) * 127.5).round().byte().cpu().numpy()
    size = pixels.shape[-1]
    grid = pixels.reshape(SHEET_ROWS, columns, 3, size, size).transpose(0, 3, 1, 4, 2)
    return np.ascontiguousarray(grid.reshape(SHEET_ROWS * size, columns * size, 3))


class Measuring:
    """Measures a trainer now and then; what is known of the real pictures is kept in between.

    Args:
        trunk: pictures → activations of the last tap.
        samples: how many samples, and at most how many real pictures, are compared.
        watch_copies: look for copies of training pictures too.
    """

    def __init__(self, trainer: Trainer, trunk: Trunk, samples: int, watch_copies: bool) -> None:
        self._trainer, self._trunk = trainer, trunk
        self._samples, self._watches = samples, watch_copies
        self._resolution = 0  # what is kept is of this resolution
        self._real: Features | None = None
        self._floor: float | None = None
        self._looks: tuple[Looks, Looks] | None = None

    @property
    def floor(self) -> float | None:
        """What cannot be got below at the present resolution; None before it was measured."""
        return self._floor if self._resolution == self._trainer.resolution else None

    def measure(self) -> Measured:
        """Look at G_ema as it is now."""
        trainer = self._trainer
        real = self._real_features()
        fake = pooled_features(fakes(trainer, self._samples), self._trunk)
        newness = self._newness() if self._watches else 0.0
        return Measured(trainer.images, trainer.resolution, distance(real, fake), newness)

    def _order(self) -> NDArray[np.int64]:
        return real_order(self._trainer, self._samples)

    def _real_features(self) -> Features:
        if self._real is None or self._resolution != self._trainer.resolution:
            self._real = pooled_features(reals(self._trainer, self._order()), self._trunk)
            self._floor = floor(self._real) if len(self._real) >= 4 else None
            self._looks, self._resolution = None, self._trainer.resolution
        return self._real

    def _newness(self) -> float:
        """How new samples are against all training pictures (few: all of them are looked at)."""
        trainer, order = self._trainer, self._order()
        if self._looks is None:
            mirrored = (batch.flip(3) for batch in reals(trainer, order))
            self._looks = looks(reals(trainer, order), self._trunk), looks(mirrored, self._trunk)
        samples = fakes(trainer, min(NEWNESS_SAMPLES, self._samples))
        return nearest_training(looks(samples, self._trunk), *self._looks).ratio
