"""Arrays in [0, 1] ↔ tensors in [-1, 1]: the only place where ranges change."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor


def to_tensor(array: NDArray[np.float32], device: torch.device | str = "cpu") -> Tensor:
    """(H, W, 3 or more) in [0, 1] → (1, 3, H, W) in [-1, 1]; further channels are dropped."""
    rgb = np.ascontiguousarray(array[..., :3].transpose(2, 0, 1), dtype=np.float32)
    return (torch.from_numpy(rgb)[None] * 2 - 1).to(device)


def rgb(images: Tensor) -> Tensor:
    """(N, 1, 3 or 4, H, W) → (N, 3, H, W): grey is repeated, alpha dropped; differentiable."""
    return images.expand(-1, 3, -1, -1) if images.shape[1] == 1 else images[:, :3]


def to_uint8(images: Tensor) -> NDArray[np.uint8]:
    """(N, 1 or 3, H, W) → (N, H, W, 3) uint8: round((clamp(x) + 1)·127.5); grey is repeated."""
    levels = ((rgb(images.detach().float()).clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8)
    return np.ascontiguousarray(levels.permute(0, 2, 3, 1).cpu().numpy())


def to_uint16(images: Tensor) -> NDArray[np.uint16]:
    """(N, 1 or 3, H, W) → (N, H, W, 3) uint16, 0…65535."""
    levels = ((rgb(images.detach().float()).clamp(-1, 1) + 1) * 32767.5).round().permute(0, 2, 3, 1)
    return np.ascontiguousarray(levels.cpu().numpy().astype(np.uint16))


def seeded(seed: int) -> torch.Generator:
    """A random generator of its own; equal seeds give equal numbers on every machine."""
    return torch.Generator().manual_seed(int(seed) % (1 << 63))
