"""The trainer: images a second, against a plain implementation of the same network.

One step of the bundled cats' shape (64 px, batch 16) on random pictures, in one run, the
contenders taking turns: processor time, so that a busy machine slows all alike. "Plain" makes
weights for every sample (grouped convolution), folds channels into the batch for the FIR filter
and runs in float32. Every way computes the same network; the trained weights pass the parity
fixtures.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from ganpaint.engine.generators import discriminator, resample
from ganpaint.training.folder import TrainingSet
from ganpaint.training.loop import Recipe, Trainer
from ganpaint.training.networks import fresh_networks
from ganpaint.training.precision import faster_precision
from tests.benchmarks._plain import Choices, picture

BATCH = 16
TURNS = 5


def random_set() -> TrainingSet:
    """64 pictures of noise in ten classes."""
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 256, (64, 64, 64, 3), np.uint8)
    return TrainingSet(pictures, np.arange(64) % 10, tuple("abcdefghij"), "noise")


def trainer(precision: str) -> Trainer:
    """A trainer of the bundled cats' shape; no R1 step is among those timed."""
    recipe = Recipe(64, 64, BATCH, precision=precision, augment="off", r1_every=1000)
    return Trainer(fresh_networks(recipe, 10, 64), random_set(), recipe)


def folded(
    x: Tensor, taps: Tensor, padding: tuple[int, int], gain: float = 1.0, down: int = 1
) -> Tensor:
    """The FIR filter with channels folded into the batch."""
    before, after = padding
    x = F.pad(x, (before, after, before, after))
    n, channels = x.shape[:2]
    kernel = (taps * gain).flip((0, 1))[None, None]
    out = F.conv2d(x.reshape(n * channels, 1, *x.shape[2:]), kernel, stride=down)
    return out.reshape(n, channels, *out.shape[2:])


@contextmanager
def plain(run: Trainer) -> Iterator[None]:
    """The same networks computed in the plain way."""
    way = Choices()

    def synthesize(ws: Tensor, noise_mode: str = "none", transform: Tensor | None = None) -> Tensor:
        return picture(run.G, ws, way)

    with (
        mock.patch.object(run.G, "synthesize", synthesize),
        mock.patch.object(resample, "fir", folded),
        mock.patch.object(discriminator, "fir", folded),
    ):
        yield


@contextmanager
def as_it_is(run: Trainer) -> Iterator[None]:
    """The trainer's own way."""
    yield


def main() -> dict[str, Any]:
    """Images a second of processor time, and ratios to the plain implementation."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    ways = {
        "plain": (trainer("fp32"), plain),
        "ours, float32": (trainer("fp32"), as_it_is),
        "ours, bfloat16 convolutions": (trainer("bf16"), as_it_is),
    }
    spent: dict[str, list[float]] = {name: [] for name in ways}
    for run, _ in ways.values():
        run.steps = 1  # past the step with R1
    for turn in range(TURNS + 1):
        for name, (run, way) in ways.items():
            began = time.process_time()
            with way(run):
                run.step()
            if turn:
                spent[name].append(time.process_time() - began)
    medians = {name: statistics.median(seconds) for name, seconds in spent.items()}
    torch.set_num_threads(threads)
    return {
        "images a second": {name: round(BATCH / s, 2) for name, s in medians.items()},
        "speed, of plain": {n: round(medians["plain"] / s, 2) for n, s in medians.items()},
        "precision chosen here": faster_precision(torch.device("cpu")),
    }
