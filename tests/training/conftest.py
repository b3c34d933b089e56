"""Tiny picture folders to train on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image


def paint(folder: Path, count: int, colour: tuple[int, int, int], side: int = 24) -> None:
    """Pictures of one colour with a little seeded noise."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(sum(colour))
    for k in range(count):
        pixels = np.clip(np.array(colour) + rng.integers(-20, 20, (side, side + 6, 3)), 0, 255)
        Image.fromarray(pixels.astype(np.uint8)).save(folder / f"{k:03d}.png")


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Two classes: 12 red pictures and 3 green ones."""
    source = tmp_path / "pictures"
    paint(source / "red_ones", 12, (200, 40, 40))
    paint(source / "green", 3, (40, 200, 40))
    return source
