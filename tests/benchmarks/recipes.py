"""Which recipe learns faster: one thing changed at a time, the distance at equal images.

    GANPAINT_TRAINING_SET=…/cats64.zip python -m tests.benchmarks recipes

Every recipe starts from the same random networks of half the usual width at 16 px, takes batches
of 16 with steps of 0.0025, and grows to 32 px half way; then 5,000 of its samples
are measured against 5,000 real pictures (FD-squeeze). Small and short on purpose: it ranks
recipes, it does not make good pictures. A second seed of the usual recipe says how much of a
difference is luck. The growth step is looked at for itself: from one and the same 16-px state,
with and without its parts.

`GANPAINT_KIMG` (16) is the length of each run.
"""

from __future__ import annotations

import copy
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganpaint.engine.generators.discriminator import Discriminator, DiscriminatorConfig
from ganpaint.engine.generators.stylegan2 import StyleGAN2Config, StyleGAN2Generator
from ganpaint.engine.losses.lpips import shared_trunk
from ganpaint.training.distance import Features, distance, pooled_features, real_batches
from ganpaint.training.folder import TrainingSet, load_folder
from ganpaint.training.growth import grow
from ganpaint.training.loop import Recipe, Trainer

WIDTHS = (96, 96, 64, 32)
SAMPLES = 5000
USUAL = Recipe(32, 16, 16, precision="bf16", ema_images=2000.0, fade_images=3000, seed=3)
Rows = list[dict[str, float]]


class AsTheyCome(TrainingSet):
    """Classes as often as they are in the folder, instead of by the root of their size."""

    def class_weights(self) -> NDArray[np.float64]:
        sizes = np.bincount(self.labels, minlength=max(1, self.c_dim)).astype(np.float64)
        return np.asarray(sizes / sizes.sum())


def trainer(data: TrainingSet, judge_widths: tuple[int, ...] = WIDTHS, **settings: Any) -> Trainer:
    """Fresh networks at 16 px; settings are Recipe's."""
    recipe = replace(USUAL, **settings)
    shape = StyleGAN2Config(16, 128, 128, data.c_dim, widths=WIDTHS, mapping_layers=4)
    judge = DiscriminatorConfig(
        16, data.c_dim, widths=judge_widths, mapping_layers=4, cmap_dim=64, mbstd_group=4
    )
    networks = (
        StyleGAN2Generator.fresh(shape, recipe.seed),
        StyleGAN2Generator.fresh(shape, recipe.seed),
        Discriminator.fresh(judge, recipe.seed + 1),
    )
    return Trainer(networks, data, recipe)


def learn(run: Trainer, images: int) -> Rows:
    """Steps until the run has seen `images`."""
    rows = []
    while run.images < images:
        found = run.step()
        rows.append({"loss_d": found.loss_d, "sign": found.sign_real})
    return rows


class Ruler:
    """Measures runs against the same real pictures."""

    def __init__(self, data: TrainingSet) -> None:
        trunk = shared_trunk("squeeze", "cpu")
        self._last: Callable[[Tensor], Tensor] = lambda images: trunk(images)[-1]
        self._data = data
        order = np.random.default_rng(99).permutation(len(data))[:SAMPLES]
        self._real = pooled_features(real_batches(data.pictures, order), self._last)

    def __call__(self, run: Trainer) -> float:
        """Distance of the averaged generator."""
        return round(distance(self._real, self._features(run)).value, 2)

    def _features(self, run: Trainer) -> Features:
        rng = torch.Generator().manual_seed(4321)
        weights = torch.from_numpy(self._data.class_weights()).float()

        def pictures() -> Iterator[Tensor]:
            for start in range(0, SAMPLES, 50):
                count = min(50, SAMPLES - start)
                z = torch.randn(count, run.G_ema.info.z_dim, generator=rng)
                labels = torch.multinomial(weights, count, replacement=True, generator=rng)
                c = torch.nn.functional.one_hot(labels, run.G_ema.info.c_dim).float()
                with torch.no_grad():
                    ws = run.G_ema.map(z, c)
                    yield run.G_ema.synthesize(ws, noise_mode="none").clamp(-1, 1)

        return pooled_features(pictures(), self._last)


def upper_blocks_only(run: Trainer) -> None:
    """bfloat16 in the blocks of 32 px alone, float32 below (the networks of a `bf16` run)."""
    for network in (run.G.synthesis, run.D):
        for name, block in network.named_children():
            if name.startswith("b") and name[1:].isdigit() and int(name[1:]) < 32:
                block.forward = _in_float32(block.forward)


def _in_float32(forward: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: Any) -> Any:
        with torch.autocast("cpu", enabled=False):
            return forward(*(a.float() if isinstance(a, Tensor) else a for a in args))

    return call


def compare(data: TrainingSet, ruler: Ruler, images: int) -> dict[str, Any]:
    """One recipe after the other."""
    half = tuple(width // 2 for width in WIDTHS)
    gamma = USUAL.r1_weight(32)
    ways: dict[str, Callable[[], Trainer]] = {
        "batch 16, steps of 0.0025": lambda: trainer(data),
        "the same, another seed": lambda: trainer(data, seed=30),
        "batch 32": lambda: trainer(data, batch=32),
        "batch 8": lambda: trainer(data, batch=8),
        "batch 8, steps of 0.0018": lambda: trainer(data, batch=8, learning_rate=0.0018),
        "steps of 0.005": lambda: trainer(data, learning_rate=0.005),
        "discriminator of half the width": lambda: trainer(data, half),
        "classes as they come": lambda: trainer(_as_they_come(data)),
        "R1 of a quarter": lambda: trainer(data, gamma=gamma / 4),
        "R1 of four times": lambda: trainer(data, gamma=gamma * 4),
        "float32": lambda: trainer(data, precision="fp32"),
        "bfloat16 at 32 px only": lambda: trainer(data),
    }
    found: dict[str, Any] = {}
    for name, make in ways.items():
        run = make()
        began = time.process_time()
        learn(run, images // 2)
        list(grow(run))
        if name == "bfloat16 at 32 px only":
            upper_blocks_only(run)
        at_growth = time.process_time()
        rows = learn(run, images)
        spent = time.process_time() - at_growth
        found[name] = {
            "distance": ruler(run),
            "images/s at 32 px": round((images - images // 2) / spent, 1),
            "CPU s": round(time.process_time() - began, 1),
            "loss_d at the end": round(float(np.mean([r["loss_d"] for r in rows[-50:]])), 2),
            "p": round(run.augment.p, 3),
        }
        _tell(name, found[name])
    return found


def _as_they_come(data: TrainingSet) -> TrainingSet:
    return AsTheyCome(data.pictures, data.labels, data.class_names, data.digest)


def growth(data: TrainingSet, ruler: Ruler, images: int) -> dict[str, Any]:
    """From one 16-px state: the growth step with and without warming up and fading in."""
    small = trainer(data)
    learn(small, images // 2)
    found: dict[str, Any] = {}
    for name, warm, fade in (
        ("warmed up and faded", 400, 3000),
        ("warmed up only", 400, 1),
        ("faded only", 0, 3000),
        ("neither", 0, 1),
    ):
        run = _twin(small, replace(small.recipe, fade_images=fade))
        list(grow(run, warm))
        rows = learn(run, images // 2 + images // 8)
        early = ruler(run)
        rows += learn(run, images)
        found[name] = {
            "distance an eighth later": early,
            "distance": ruler(run),
            "largest mean loss_d": round(_worst(rows, "loss_d", max), 2),
            "smallest mean sign": round(_worst(rows, "sign", min), 2),
        }
        _tell(name, found[name])
    return found


def _twin(run: Trainer, recipe: Recipe) -> Trainer:
    networks: tuple[Any, ...] = tuple(copy.deepcopy(n) for n in (run.G, run.G_ema, run.D))
    twin = Trainer((networks[0], networks[1], networks[2]), run.data, recipe)
    twin.restore(run.state())
    return twin


def _worst(rows: Rows, key: str, choose: Callable[[list[float]], float]) -> float:
    """The extreme of means over 50 steps."""
    parts = [rows[k : k + 50] for k in range(0, len(rows), 50)]
    return choose([float(np.mean([row[key] for row in part])) for part in parts])


def _tell(name: str, figures: dict[str, Any]) -> None:
    print(name, figures, file=sys.stderr, flush=True)


def main() -> dict[str, Any] | None:
    """Distances at equal images; None without pictures to learn from."""
    source = os.environ.get("GANPAINT_TRAINING_SET", "")
    if not source:
        print("Set GANPAINT_TRAINING_SET to a folder or zip of pictures.", file=sys.stderr)
        return None
    torch.set_num_threads(1)
    images = int(float(os.environ.get("GANPAINT_KIMG", "16")) * 1000)
    data = load_folder(Path(source), 32)
    ruler = Ruler(data)
    return {
        "pictures": len(data),
        "classes": data.c_dim,
        "images": images,
        "growth": growth(data, ruler, images),
        "recipes": compare(data, ruler, images),
    }
