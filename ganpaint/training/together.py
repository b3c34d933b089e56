"""Several processes that train one model: torch's own distributed package, nothing of ours.

Started by `torchrun --nproc-per-node N -m ganpaint train …`; gradients are averaged by
DistributedDataParallel (loop.wrapped). Here is the rest: who leads, and agreeing on what to do
next, so that no process waits for a step that the others do not take.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import distributed, nn


class Together:
    """This process among `world` ones; alone by default."""

    def __init__(self, rank: int = 0, world: int = 1) -> None:
        self.rank, self.world = rank, world

    @property
    def leading(self) -> bool:
        """Whether this process reports, measures and saves."""
        return self.rank == 0

    def agree(self, wish: bool) -> bool:
        """The first process's answer, in all of them."""
        if self.world == 1:
            return wish
        flag = torch.tensor([int(wish)], device=_place())
        distributed.broadcast(flag, 0)
        return bool(flag.item())

    def align(self, network: nn.Module) -> None:
        """Give every process the first one's weights."""
        if self.world > 1:
            for tensor in (*network.parameters(), *network.buffers()):
                distributed.broadcast(tensor.data, 0)


@contextmanager
def joined() -> Iterator[Together]:
    """The group that torchrun started, or a process alone."""
    world = int(os.environ.get("WORLD_SIZE", "1"))
    if world == 1:
        yield Together()
        return
    backend = "nccl" if torch.cuda.is_available() else "gloo"
    if backend == "nccl":
        torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", "0")))
    distributed.init_process_group(backend)
    try:
        yield Together(distributed.get_rank(), world)
        distributed.barrier()  # nobody takes the group down while another still talks
    finally:
        gc.collect()  # wrapped networks first: their threads must not outlive the group
        distributed.destroy_process_group()


def _place() -> str:
    return "cuda" if distributed.get_backend() == "nccl" else "cpu"
