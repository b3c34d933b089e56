"""Tiny picture folders to train on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from ganpaint.engine.generators.discriminator import Discriminator, DiscriminatorConfig
from ganpaint.engine.generators.stylegan2 import StyleGAN2Config, StyleGAN2Generator
from ganpaint.training.folder import TrainingSet, load_folder
from ganpaint.training.loop import Trainer
from ganpaint.training.recipe import Recipe


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


@pytest.fixture
def data(pictures: Path) -> TrainingSet:
    """The two classes as a training set of 16 px."""
    return load_folder(pictures, 16)


def networks(
    resolution: int, c_dim: int = 2, seed: int = 0
) -> tuple[StyleGAN2Generator, StyleGAN2Generator, Discriminator]:
    """A tiny generator, its average and a tiny discriminator."""
    shape = StyleGAN2Config(
        resolution, z_dim=8, w_dim=8, c_dim=c_dim, widths=(8, 8, 8), mapping_layers=2
    )
    judge = DiscriminatorConfig(
        resolution, c_dim=c_dim, widths=(8, 8, 8), mapping_layers=2, cmap_dim=8, mbstd_group=4
    )
    return (
        StyleGAN2Generator.fresh(shape, seed),
        StyleGAN2Generator.fresh(shape, seed),
        Discriminator.fresh(judge, seed + 1),
    )


def trainer(data: TrainingSet, resolution: int = 16, **settings: Any) -> Trainer:
    """A trainer of tiny networks; settings are Recipe's."""
    recipe = Recipe(**({"resolution": 16, "start_resolution": resolution, "batch": 8} | settings))
    return Trainer(networks(resolution, data.c_dim), data, recipe)
