"""The bundle of a finished training and its card: data, recipe, figures, nearest training pictures.

Beside `NAME.safetensors` and `NAME.toml` lies `NAME.nearest.webp`: the samples that are nearest to
a training picture over those training pictures, so that copies can be seen and not only counted.
It holds training pictures, so a model to be passed on is passed on without it where they are
private; nothing else depends on it.
"""

from __future__ import annotations

import io
import logging
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganpaint.atomic import atomic_write
from ganpaint.engine.checkpoints.bundle import write_bundle
from ganpaint.engine.checkpoints.tables import judge_table, stylegan2_table
from ganpaint.engine.losses.lpips import shared_trunk
from ganpaint.engine.tensors import to_uint8
from ganpaint.errors import CannotWrite
from ganpaint.manifest import NEAREST
from ganpaint.paths import models_dir
from ganpaint.tasks.requests import Trained, TrainRequest
from ganpaint.training.distance import Trunk, distance, floor, pooled_features
from ganpaint.training.loop import Trainer
from ganpaint.training.measuring import fakes, real_order, reals
from ganpaint.training.memory import Looks, looks, nearest_training
from ganpaint.training.resume import BEST, read_checkpoint

SEED = 4321  # not that of the measurements which chose the best
MOST_COMPARED = 5000
SAMPLES_FOR_MEMORY = 256
MOST_FOR_MEMORY = 2000  # training pictures
SHOWN = 8  # samples over their nearest training pictures
CELL = 96  # pixels a side at most
LARGEST = 100_000  # bytes of the strip
QUALITIES = (92, 80, 65, 45, 25)

Pixels = NDArray[np.uint8]

log = logging.getLogger(__name__)


def write_trained(request: TrainRequest, trainer: Trainer, folder: Path) -> Trained:
    """The averaged generator with the best distance as a bundle with its card.

    Args:
        folder: where the run's checkpoints lie.

    Raises:
        DiskFull, ReadOnly, CannotWrite: a former bundle of that name is untouched.
    """
    best = read_checkpoint(folder / BEST)
    if best is not None and best.facts["resolution"] != trainer.resolution:
        best = None  # of a stage that the run has left
    if best is not None:
        for prefix, network in (("G_ema", trainer.G_ema), ("D", trainer.D)):
            table = {
                name.removeprefix(prefix + "."): tensor
                for name, tensor in best.tensors.items()
                if name.startswith(prefix + ".")
            }
            network.load_state_dict(table)
            network.weights_changed()
    path = target(request)
    images = int(best.facts["images"]) if best is not None else trainer.images
    figures, strip = measured(trainer)
    tensors = {f"G_ema.{k}": v for k, v in trainer.G_ema.state_dict().items()}
    tensors |= {f"D.{k}": v for k, v in trainer.D.state_dict().items()}
    tensors = {k: v for k, v in tensors.items() if not k.endswith("resample_filter")}
    card = _card(request, trainer, images, figures)
    card["quality"] = figures | {"nearest": request.name + NEAREST}
    written = write_bundle(path, tensors, card)
    _keep_strip(strip, written.with_name(request.name + NEAREST))
    return Trained(written, written.stem, figures)


def target(request: TrainRequest) -> Path:
    """The bundle's file: in the user's model folder, or where a path says."""
    folder = Path(request.out).parent
    name = request.name + ".safetensors"
    return folder / name if folder != Path() else models_dir() / name


def _keep_strip(strip: Pixels, path: Path) -> None:
    """The model is written already: a card without its strip is no reason to call it failed."""
    try:
        with atomic_write(path) as file:
            file.write(encoded(strip))
    except CannotWrite as error:
        log.warning("the nearest training pictures could not be kept: %s", error)
        path.unlink(missing_ok=True)  # that of a former model of this name would be wrong


def encoded(strip: Pixels) -> bytes:
    """A strip as WebP of at most `LARGEST` bytes."""
    from PIL import Image

    data = b""
    for quality in QUALITIES:
        file = io.BytesIO()
        Image.fromarray(strip).save(file, "WEBP", quality=quality, method=6)
        data = file.getvalue()
        if len(data) <= LARGEST:
            break
    return data


# ------------------------------------------------------------------ figures
def measured(trainer: Trainer) -> tuple[dict[str, Any], Pixels]:
    """Distance and the look for copies on the network that is written; the strip of the latter."""
    trunk = shared_trunk("squeeze", str(trainer.device))

    def last(images: Tensor) -> Tensor:
        tap: Tensor = trunk(images)[-1]
        return tap

    order = real_order(trainer, MOST_COMPARED)
    real = pooled_features(reals(trainer, order), last)
    fake = pooled_features(fakes(trainer, max(500, len(order)), SEED), last)
    found = distance(real, fake)
    ratio, strip = _memory(trainer, order[:MOST_FOR_MEMORY], last)
    figures = {
        "distance": {"value": round(found.value, 5), "kind": found.kind, "samples": found.samples},
        "memorising": {
            "ratio": round(ratio, 3),
            "kind": "median distance of samples to their nearest training picture over that "
            "between training pictures; 1 = as new as an unseen photo, near 0 = copies",
            "samples": SAMPLES_FOR_MEMORY,
        },
        "floor": round(floor(real), 5),
    }
    return figures, strip


def _memory(trainer: Trainer, order: NDArray[np.int64], trunk: Trunk) -> tuple[float, Pixels]:
    """How new samples are, and the nearest of them over their training pictures."""
    kept: list[Pixels] = []
    samples = looks(_kept_small(fakes(trainer, SAMPLES_FOR_MEMORY, SEED), kept), trunk)
    training = looks(reals(trainer, order), trunk)
    mirrored = looks((batch.flip(3) for batch in reals(trainer, order)), trunk)
    near = nearest_training(samples, training, mirrored)
    shown = nearest_first(near.indices, near.distances, SHOWN)
    rows = near.indices[shown]
    as_mirrored = _apart(samples[shown], mirrored[rows]) < _apart(samples[shown], training[rows])
    originals: list[Pixels] = []
    for _ in _kept_small(reals(trainer, order[rows]), originals):
        pass
    below = np.concatenate(originals)
    below[as_mirrored] = below[as_mirrored, :, ::-1]
    return near.ratio, np.concatenate([_row(np.concatenate(kept)[shown]), _row(below)])


def nearest_first(indices: NDArray[np.int64], distances: Looks, count: int) -> list[int]:
    """Which samples to show: the nearest ones, each training picture once as far as they go."""
    order = [int(k) for k in np.argsort(distances, kind="stable")]
    first: dict[int, int] = {}
    for k in order:
        first.setdefault(int(indices[k]), k)
    chosen = [*first.values()][:count]
    again = [k for k in order if k not in chosen]
    return sorted(chosen + again[: count - len(chosen)], key=lambda k: float(distances[k]))


def _apart(a: Looks, b: Looks) -> Looks:
    squares: Looks = ((a - b) ** 2).sum(1)
    return squares


def _kept_small(batches: Iterable[Tensor], kept: list[Pixels]) -> Iterator[Tensor]:
    """The same batches; small copies of their pictures are laid into `kept`."""
    for batch in batches:
        large = batch.shape[-1] > CELL
        small = torch.nn.functional.interpolate(batch, size=CELL, mode="area") if large else batch
        kept.append(to_uint8(small))
        yield batch


def _row(pictures: Pixels) -> Pixels:
    """(N, S, S, 3) → (S, N · S, 3)."""
    row: Pixels = np.concatenate([*pictures], 1)
    return row


# ------------------------------------------------------------------ the card
def _card(
    request: TrainRequest, trainer: Trainer, images: int, figures: dict[str, Any]
) -> dict[str, Any]:
    """The manifest's tables: shapes, classes, data, how it was trained, how good it is."""
    manifest: dict[str, Any] = {
        "title": request.title or request.name,
        "family": "stylegan2",
        "generator": stylegan2_table(trainer.G_ema.config),
        "discriminator": judge_table(trainer.D.config),
        "data": {
            "name": request.source.name,
            "images": len(trainer.data),
            "digest": trainer.data.digest,
        },
        "training": {
            "kimg": round(images / 1000, 1),
            "recipe": _command(request, trainer.images),
            "settings": {k: v for k, v in asdict(trainer.recipe).items() if k != "seed"},
        },
        "quality": figures,
    }
    if request.licence:
        manifest["data"]["licence"] = request.licence
    if trainer.G_ema.info.c_dim:
        manifest["classes"] = {"names": list(trainer.data.class_names)}
    return manifest


def _command(request: TrainRequest, images: int) -> str:
    """The line that does it again; of a run in several parts, in one."""
    words = ["ganpaint", "train", request.source.name, "--out", request.name]
    for option, value in (
        ("resolution", request.resolution),
        ("from", request.base),
        ("batch", request.batch),
        ("seed", request.seed),
        ("augment", request.augment.replace("auto", "")),
    ):
        words += [f"--{option}", str(value)] if value else []
    words += ["--dedupe"] if request.dedupe else []
    if request.minutes and not request.resume:
        words += ["--minutes", f"{request.minutes:g}"]
    else:
        words += ["--kimg", f"{images / 1000 if request.resume else request.kimg:g}"]
    return shlex.join(words)
