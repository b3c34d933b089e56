"""Pictures and trunks for the losses."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from ganpaint.engine.losses.lpips import Trunk


def pattern(k: int, n: int) -> Tensor:
    """The synthetic picture f(k, n) of the reference values (shared/weights), (1, 3, n, n)."""
    y, x = np.mgrid[:n, :n].astype(np.float64)
    planes = [
        np.sin(2 * np.pi * ((k + 1) * x + (c + 1) * y) / n + 0.7 * k * c)
        * np.cos(2 * np.pi * (c + 2) * x * y / n**2)
        for c in range(3)
    ]
    return torch.from_numpy(np.stack(planes)[None]).float()


@pytest.fixture
def trunk_paths(tmp_path: Path) -> dict[str, Path]:
    """Random trunks of every kind in torchvision's names, with a classifier to be ignored."""
    torch.manual_seed(4)
    paths = {}
    for net in ("squeeze", "alex", "vgg"):
        table = Trunk(net).state_dict() | {"classifier.1.weight": torch.zeros(2, 2)}
        paths[net] = tmp_path / f"{net}.pth"
        torch.save(table, paths[net])
    return paths
