"""What one of two processes does in test_together: three steps on its half of fixed batches."""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np
import torch
import torch.nn.functional as F

from ganpaint.cli.train import leave
from ganpaint.training.folder import TrainingSet
from ganpaint.training.loop import Trainer
from ganpaint.training.recipe import Recipe
from ganpaint.training.together import joined
from tests.training.conftest import networks

BATCH = 8


def three_steps(rank: int, world: int) -> tuple[list[float], torch.Tensor]:
    """Losses of three steps and all weights after them, on batches fixed by the step's number.

    The minibatch deviation groups sample i with i mod (N/4), so a process takes every
    `world`-th sample of the joined batch.
    """
    data = TrainingSet(
        np.zeros((4, 16, 16, 3), np.uint8), np.array([0, 0, 1, 1]), ("a", "b"), "digest"
    )
    recipe = Recipe(resolution=16, start_resolution=16, batch=BATCH, augment="off", r1_every=2)
    run = Trainer(networks(16), data, recipe, (rank, world))
    drawn = torch.Generator().manual_seed(5)

    def classes() -> torch.Tensor:
        return F.one_hot(torch.randint(2, (BATCH,), generator=drawn), 2).float()[rank::world]

    def real_batch(count: int) -> tuple[torch.Tensor, torch.Tensor]:
        return torch.randn(BATCH, 3, 16, 16, generator=drawn)[rank::world], classes()

    def draw(count: int) -> tuple[torch.Tensor, torch.Tensor]:
        return torch.randn(BATCH, 8, generator=drawn)[rank::world], classes()

    run.real_batch, run.draw = real_batch, draw
    losses = [run.step() for _ in range(3)]
    weights = [p.detach().flatten() for net in (run.G, run.D, run.G_ema) for p in net.parameters()]
    return [f.loss_g for f in losses] + [f.loss_d for f in losses], torch.cat(weights)


if __name__ == "__main__":
    torch.set_num_threads(1)
    with joined() as group:
        losses, weights = three_steps(group.rank, group.world)
        total = torch.tensor(losses)
        torch.distributed.all_reduce(total)
        assert group.agree(group.leading)
        if group.leading:
            np.savez(Path(sys.argv[1]), losses=(total / group.world).numpy(), weights=weights)
    leave(0)
