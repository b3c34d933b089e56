"""Train a generator on a folder of pictures; the result is an ordinary model with its card.

The run's checkpoints lie under the user's state folder, by the model's name; the bundle is
written from the averaged generator with the best distance. Of several processes (torchrun) the
first one reports and writes.
"""

from __future__ import annotations

import shlex
from collections.abc import Generator, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganpaint.engine.checkpoints.bundle import write_bundle
from ganpaint.engine.checkpoints.tables import judge_table, stylegan2_table
from ganpaint.engine.device import choose_device, set_threads
from ganpaint.engine.losses.lpips import shared_trunk
from ganpaint.errors import BadRequest
from ganpaint.paths import models_dir, state_dir
from ganpaint.progress import Progress, Stopped
from ganpaint.tasks.requests import Trained, TrainRequest
from ganpaint.tasks.studio import Studio
from ganpaint.training.distance import Features, distance, pooled_features
from ganpaint.training.distance import real_batches as real_pictures
from ganpaint.training.folder import TrainingSet, load_folder
from ganpaint.training.loop import Recipe, Trainer
from ganpaint.training.memory import looks, nearest_training
from ganpaint.training.networks import Networks, check_fits, fresh_networks, networks_from
from ganpaint.training.precision import faster_precision
from ganpaint.training.resume import BEST, LAST, State, load_state, read_checkpoint
from ganpaint.training.schedule import Plan, Run
from ganpaint.training.together import Together, joined

FEW = 1000  # below this many pictures a run that goes on with a model is a few-shot one
SAMPLES_FOR_MEMORY = 256
MOST_FOR_MEMORY = 2000  # training pictures


def run(request: TrainRequest, studio: Studio) -> Generator[Progress, None, Trained]:
    """Train to the end of the plan or until stopped → `Trained`.

    Raises:
        BadRequest: unusable pictures or settings. NotOffered: `base` cannot be trained further.
    """
    _check(request)
    with joined() as group:
        # two threads beside another busy process wait for each other: all but one core, or one
        set_threads(request.threads or (1 if group.world > 1 else 0), window=True)
        yield Progress(sentence="Reading the pictures")
        data, networks, recipe, notes = _prepare(request, studio)
        for note in (*data.notes, *notes):
            yield Progress(sentence=note)
        device = choose_device(studio.preference)
        trainer = Trainer(networks, data, recipe, (group.rank, group.world), device)
        work = _run(request, studio, trainer, group)
        if request.resume:
            work.go_on(_matching(load_state(work.folder), data))
        yield from work.go()
        if studio.stop.discarding:
            raise Stopped  # to be gone on with: the checkpoint is saved, no model is wanted yet
        result: Trained = _write(request, trainer) if group.leading else _nothing(request)
        return result


def _check(request: TrainRequest) -> None:
    if (request.minutes > 0) == (request.kimg > 0):
        raise BadRequest(
            "The length of the training is not clear.", "Give either --minutes or --kimg."
        )
    size = request.resolution
    if size and (size < 16 or size > 1024 or size & (size - 1)):
        raise BadRequest(
            f"{size} is not a resolution ganpaint trains at.", "Use 16, 32, 64, 128, 256 or 512."
        )
    begun = run_folder(request.out)
    if not request.resume and (begun / LAST).exists():
        raise BadRequest(
            f"A training called “{begun.name}” was begun before.",
            "Add --resume to go on with it, or choose another name with --out.",
        )
    if request.batch % 4:
        raise BadRequest(f"A batch of {request.batch} cannot be used.", "Use a multiple of 4.")


def run_folder(out: str) -> Path:
    """Where the checkpoints of a run lie."""
    return state_dir() / "training" / Path(out).name


def _prepare(
    request: TrainRequest, studio: Studio
) -> tuple[TrainingSet, Networks, Recipe, list[str]]:
    """Data, networks at the resolution to start with, settings, and what was decided."""
    device = choose_device(studio.preference)
    precision = faster_precision(device) if request.precision == "auto" else request.precision
    recipe = Recipe(
        resolution=request.resolution or 64,
        batch=request.batch,
        seed=request.seed,
        precision=precision,
        augment=request.augment,
    )
    if request.resume:
        return _as_saved(request, recipe)
    if not request.base:
        data = load_folder(request.source, recipe.resolution, dedupe=request.dedupe)
        start = min(16, recipe.resolution)
        recipe = replace(recipe, start_resolution=start)
        return data, fresh_networks(recipe, data.c_dim, start), recipe, []
    model = studio.generator(request.base)
    size = request.resolution or model.info.resolution
    recipe = replace(recipe, resolution=size, start_resolution=model.info.resolution)
    check_fits(recipe, model)
    data = load_folder(request.source, size, dedupe=request.dedupe)
    networks, names, notes = networks_from(model, data, Path(request.out).name)
    recipe = replace(recipe, going_on=True, z_dim=model.info.z_dim)
    if len(data) < FEW:  # METHODS 7.10: FreezeD, a smaller step, a stronger R1, a short average
        freeze = size // 2 if size >= 32 else 0
        gamma = 4 * recipe.r1_weight(size)
        recipe = replace(
            recipe, learning_rate=0.0015, gamma=gamma, ema_images=1000.0, freeze_above=freeze
        )
    return replace(data, class_names=names), networks, recipe, notes


def _as_saved(
    request: TrainRequest, recipe: Recipe
) -> tuple[TrainingSet, Networks, Recipe, list[str]]:
    """The networks of the last checkpoint, in its shape."""
    state = load_state(run_folder(request.out))
    facts = state.facts
    recipe = Recipe(**(facts["recipe"] | {"precision": recipe.precision}))
    data = load_folder(request.source, recipe.resolution, dedupe=request.dedupe)
    shape = facts["shape"]
    data = replace(data, class_names=tuple(shape["classes"]))
    networks = fresh_networks(recipe, len(shape["classes"]), facts["resolution"])
    raw, averaged, judge = networks
    if shape["widths"] != list(raw.config.widths):
        raw, averaged, judge = _reshaped(networks, shape)
    return data, (raw, averaged, judge), recipe, []


def _reshaped(networks: Networks, shape: dict[str, Any]) -> Networks:
    raw, averaged, judge = networks
    wide = replace(raw.config, widths=tuple(shape["widths"]), **shape["generator"])
    narrow = replace(judge.config, widths=tuple(shape["judge_widths"]), **shape["judge"])
    return type(raw).fresh(wide, 0), type(averaged).fresh(wide, 0), type(judge).fresh(narrow, 0)


def shape_of(trainer: Trainer) -> dict[str, Any]:
    """What a checkpoint must say for its networks to be built again."""
    config, judge = trainer.G.config, trainer.D.config
    return {
        "classes": list(trainer.data.class_names) if config.c_dim else [],
        "widths": list(config.widths),
        "judge_widths": list(judge.widths),
        "generator": {
            name: getattr(config, name)
            for name in ("z_dim", "w_dim", "mapping_layers", "mapping_lr", "use_noise")
        },
        "judge": {
            name: getattr(judge, name) for name in ("cmap_dim", "mapping_layers", "mapping_lr")
        },
    }


def _matching(state: State, data: TrainingSet) -> State:
    if state.facts["data"] != data.digest:
        raise BadRequest(
            "The pictures are not those that the training was begun with.",
            "Give the former folder, or start from the model with --from.",
        )
    return state


def _run(request: TrainRequest, studio: Studio, trainer: Trainer, group: Together) -> Run:
    trunk = shared_trunk("squeeze", str(trainer.device))
    few = len(trainer.data) < FEW
    plan = Plan(
        minutes=request.minutes,
        kimg=request.kimg,
        measure_every=1000 if few else 5000,
        samples=min(5000, max(500, len(trainer.data))),
        watch_copies=few and trainer.recipe.going_on,
    )
    trainer.shape = shape_of(trainer)
    work = Run(trainer, plan, run_folder(request.out), lambda x: trunk(x)[-1], studio.stop)
    work.together = group
    return work


def _nothing(request: TrainRequest) -> Trained:
    return Trained(Path(request.out), Path(request.out).name, {})


# ------------------------------------------------------------------ the bundle and its card
def _write(request: TrainRequest, trainer: Trainer) -> Trained:
    """The averaged generator with the best distance as a bundle."""
    folder = run_folder(request.out)
    best = read_checkpoint(folder / BEST)
    if best is not None and best.facts["resolution"] == trainer.resolution:
        for prefix, network in (("G_ema", trainer.G_ema), ("D", trainer.D)):
            table = {
                name.removeprefix(prefix + "."): tensor
                for name, tensor in best.tensors.items()
                if name.startswith(prefix + ".")
            }
            network.load_state_dict(table)
            network.weights_changed()
    out = Path(request.out)
    path = out if out.parent != Path() else models_dir() / out.name
    images = int(best.facts["images"]) if best is not None else trainer.images
    figures = _figures(trainer)
    tensors = {f"G_ema.{k}": v for k, v in trainer.G_ema.state_dict().items()}
    tensors |= {f"D.{k}": v for k, v in trainer.D.state_dict().items()}
    tensors = {k: v for k, v in tensors.items() if not k.endswith("resample_filter")}
    written = write_bundle(path, tensors, _card(request, trainer, images, figures))
    return Trained(written, written.stem, figures)


def _figures(trainer: Trainer) -> dict[str, Any]:
    """Distance and the look for copies, on the network that is written."""
    trunk = shared_trunk("squeeze", str(trainer.device))

    def last(images: Tensor) -> Tensor:
        tap: Tensor = trunk(images)[-1]
        return tap

    order = np.random.default_rng(99).permutation(len(trainer.data))[:5000]
    real = pooled_features(_reals(trainer, order), last)
    fake = pooled_features(_samples(trainer, max(500, len(order))), last)
    found = distance(real, fake)
    order = order[:MOST_FOR_MEMORY]
    near = nearest_training(
        looks(_samples(trainer, SAMPLES_FOR_MEMORY), last),
        looks(_reals(trainer, order), last),
        looks((batch.flip(3) for batch in _reals(trainer, order)), last),
    )
    return {
        "distance": {"value": round(found.value, 5), "kind": found.kind, "samples": found.samples},
        "memorising": {
            "ratio": round(near.ratio, 3),
            "kind": "median distance of samples to their nearest training picture over that "
            "between training pictures; 1 = as new as an unseen photo, near 0 = copies",
        },
        "floor": round(_floor(real), 5),
    }


def _floor(real: Features) -> float:
    """The same figure between two halves of the real pictures: what is unreachable."""
    half = len(real) // 2
    return distance(real[:half], real[half : 2 * half]).value


def _reals(trainer: Trainer, order: NDArray[np.int64]) -> Iterator[Tensor]:
    """Training pictures at the present resolution."""
    for batch in real_pictures(trainer.data.pictures, order):
        factor = batch.shape[-1] // trainer.resolution
        small = torch.nn.functional.avg_pool2d(batch, factor) if factor > 1 else batch
        yield small.to(trainer.device)


def _samples(trainer: Trainer, count: int) -> Iterator[Tensor]:
    rng = torch.Generator().manual_seed(4321)
    network = trainer.G_ema
    weights = torch.from_numpy(trainer.data.class_weights()).float()
    for start in range(0, count, 32):
        size = min(32, count - start)
        z = torch.randn(size, network.info.z_dim, generator=rng).to(trainer.device)
        c = None
        if network.info.c_dim:
            labels = torch.multinomial(weights, size, replacement=True, generator=rng)
            c = torch.nn.functional.one_hot(labels, network.info.c_dim).float().to(trainer.device)
        with torch.no_grad():
            yield network.synthesize(network.map(z, c), noise_mode="none").clamp(-1, 1)


def _card(
    request: TrainRequest, trainer: Trainer, images: int, figures: dict[str, Any]
) -> dict[str, Any]:
    """The manifest's tables: shapes, classes, data, how it was trained, how good it is."""
    name = Path(request.out).name
    manifest: dict[str, Any] = {
        "title": request.title or name,
        "family": "stylegan2",
        "generator": stylegan2_table(trainer.G_ema.config),
        "discriminator": judge_table(trainer.D.config),
        "data": {
            "name": request.source.name,
            "licence": request.licence or "not stated",
            "images": len(trainer.data),
            "digest": trainer.data.digest,
        },
        "training": {
            "kimg": round(images / 1000, 1),
            "recipe": _command(request),
            "settings": {k: v for k, v in asdict(trainer.recipe).items() if k != "seed"},
        },
        "quality": figures,
    }
    if trainer.G_ema.info.c_dim:
        manifest["classes"] = {"names": list(trainer.data.class_names)}
    return manifest


def _command(request: TrainRequest) -> str:
    """The line that does it again."""
    words = ["ganpaint", "train", request.source.name, "--out", Path(request.out).name]
    if request.resolution:
        words += ["--resolution", str(request.resolution)]
    if request.base:
        words += ["--from", request.base]
    words += ["--minutes", f"{request.minutes:g}"] if request.minutes else []
    words += ["--kimg", f"{request.kimg:g}"] if request.kimg else []
    return shlex.join(words)
