"""Train a generator on a folder of pictures; the result is an ordinary model with its card.

The run's checkpoints lie under the user's state folder, by the model's name; the bundle is
written from the averaged generator with the best distance. Of several processes (torchrun) the
first one reports and writes.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from ganpaint.engine.device import choose_device, set_threads
from ganpaint.engine.losses.lpips import shared_trunk
from ganpaint.errors import BadRequest
from ganpaint.paths import state_dir
from ganpaint.progress import Progress, Stopped
from ganpaint.tasks.requests import Trained, TrainRequest
from ganpaint.tasks.studio import Studio
from ganpaint.tasks.trained_card import write_trained
from ganpaint.training.folder import TrainingSet, load_folder
from ganpaint.training.loop import Trainer
from ganpaint.training.networks import (
    Networks,
    check_fits,
    fresh_networks,
    networks_from,
    pictures_of,
)
from ganpaint.training.precision import faster_precision
from ganpaint.training.recipe import Recipe
from ganpaint.training.resume import LAST, State, load_state
from ganpaint.training.schedule import Plan, Run, TrainProgress
from ganpaint.training.settle import EMBED_STEPS, settle
from ganpaint.training.together import Together, joined

PATIENCE = 3  # measurements without gain
FEW = 1000  # below this many pictures a run that goes on with a model is a few-shot one


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
        data, networks, recipe, notes = _prepare(request, studio, group.world)
        for note in (*data.notes, *notes):
            yield Progress(sentence=note)
        device = choose_device(studio.preference)
        trainer = Trainer(networks, data, recipe, (group.rank, group.world), device)
        work = _run(request, studio, trainer, group)
        if request.resume:
            work.go_on(_matching(load_state(work.folder), data))
        elif work.plan.watch_copies:
            yield from _settled(work, studio)
        yield from work.go()
        if studio.stop.discarding:
            raise Stopped  # to be gone on with: the checkpoint is saved, no model is wanted yet
        if not group.leading:
            return _nothing(request)
        yield Progress(sentence="Measuring the new model for its card")
        return write_trained(request, trainer, work.folder)


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


def usual_batch(device: torch.device, world: int = 1) -> int:
    """Pictures a step of all `world` processes together.

    Without a graphics card the time goes with the pictures, so many small steps learn more
    (`tests/benchmarks/recipes.py`); a card is idle half the time with so few.
    """
    return max(32 if device.type == "cuda" else 8, 4 * world)


def _prepare(
    request: TrainRequest, studio: Studio, world: int
) -> tuple[TrainingSet, Networks, Recipe, list[str]]:
    """Data, networks at the resolution to start with, settings, and what was decided."""
    device = choose_device(studio.preference)
    precision = faster_precision(device) if request.precision == "auto" else request.precision
    recipe = Recipe(
        resolution=request.resolution or 64,
        batch=request.batch or usual_batch(device, world),
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
        recipe = replace(
            recipe,
            learning_rate=0.0005,
            gamma=4 * recipe.r1_weight(size),
            ema_images=1000.0,
            freeze_above=size // 2 if size >= 32 else 0,
            start_p=0.3 if recipe.augment == "auto" else 0.0,
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
        patience=PATIENCE if few and trainer.recipe.going_on else 0,
    )
    trainer.shape = shape_of(trainer)
    work = Run(trainer, plan, run_folder(request.out), lambda x: trunk(x)[-1], studio.stop)
    work.together = group
    return work


def _settled(work: Run, studio: Studio) -> Iterator[TrainProgress]:
    """Move the generator to where it paints the pictures; sets with several classes stay put.

    Raises:
        Stopped: nothing is learnt yet that could be kept.
    """
    trainer = work.trainer
    if trainer.data.c_dim > 1:
        return
    images = pictures_of(trainer.data, 0).to(trainer.device)
    images = torch.nn.functional.adaptive_avg_pool2d(images, trainer.resolution)
    c = torch.ones(1, 1, device=trainer.device) if trainer.G.info.c_dim else None
    trunk = shared_trunk("squeeze", str(trainer.device))
    for step, share in enumerate(settle(trainer.G, c, images, trunk)):
        if studio.stop.requested:
            raise Stopped
        if step % 5 == 0:
            seen = step % 50 == 0 and step > EMBED_STEPS  # before, samples have not moved
            if seen:
                trainer.G_ema.load_state_dict(trainer.G.state_dict())
            yield work.settling(share, work.sheet() if seen else None)
    trainer.G_ema.load_state_dict(trainer.G.state_dict())
    trainer.adopt(trainer.G, trainer.G_ema, trainer.D)


def _nothing(request: TrainRequest) -> Trained:
    return Trained(Path(request.out), Path(request.out).name, {})
