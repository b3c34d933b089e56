"""What a training starts with: its pictures, networks and settings, fresh or as they were saved.

A checkpoint says of its networks all that their weights do not (`shape_of`), and what the run was
told when it was begun; what is gone on with keeps to that, whatever is asked for now.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch

from ganpaint.engine.device import choose_device
from ganpaint.engine.generators.discriminator import Discriminator, DiscriminatorConfig
from ganpaint.engine.generators.stylegan2 import StyleGAN2Config, StyleGAN2Generator
from ganpaint.errors import BadRequest
from ganpaint.paths import state_dir
from ganpaint.progress import Progress
from ganpaint.tasks.requests import TrainRequest
from ganpaint.tasks.studio import Studio
from ganpaint.training.folder import TrainingSet, reading
from ganpaint.training.networks import Networks, check_fits, fresh_networks, networks_from
from ganpaint.training.precision import faster_precision
from ganpaint.training.recipe import Recipe
from ganpaint.training.resume import State, load_state
from ganpaint.training.together import Together

FEW = 1000  # below this many pictures a run that goes on with a model is a few-shot one
KEPT = ("base", "dedupe", "title", "licence", "resolution", "batch", "seed", "augment")
OPTIONS = {"base": "from"}  # where an option is not called as its setting


@dataclass(frozen=True, slots=True, eq=False)
class Start:
    """What a run starts with.

    Attributes:
        request: what was asked for; of a run that is gone on with, as it was begun.
        notes: what was decided, as sentences.
        state: the checkpoint to go on with, None for a fresh run.
    """

    request: TrainRequest
    data: TrainingSet
    networks: Networks
    recipe: Recipe
    notes: tuple[str, ...] = ()
    state: State | None = None


def run_folder(out: str) -> Path:
    """Where the checkpoints of a run lie."""
    return state_dir() / "training" / TrainRequest(Path(), out).name


def usual_batch(device: torch.device, world: int = 1) -> int:
    """Pictures a step of all `world` processes together.

    Without a graphics card the time goes with the pictures, so many small steps learn more
    (`tests/benchmarks/recipes.py`); a card is idle half the time with so few.
    """
    return max(32 if device.type == "cuda" else 8, 4 * world)


def prepare(
    request: TrainRequest, studio: Studio, group: Together
) -> Generator[Progress, None, Start]:
    """Read the pictures, and make or load the networks at the resolution to start with.

    Raises:
        BadRequest, NotOffered: unusable pictures, settings or model.
        Stopped: while reading; nothing is learnt yet.
    """
    if request.resume:
        start = yield from _as_saved(request, studio, group)
    elif request.base:
        start = yield from _from_model(request, studio, group)
    else:
        recipe = _recipe(request, studio, group)
        recipe = replace(recipe, start_resolution=min(16, recipe.resolution))
        data = yield from _read(request, recipe.resolution, studio)
        networks = fresh_networks(recipe, data.c_dim, recipe.start_resolution)
        start = Start(request, data, networks, recipe)
    share, rest = divmod(start.recipe.batch, group.world)
    if rest or (share > 4 and share % 4):  # groups of four for the minibatch deviation
        raise BadRequest(
            f"A batch of {start.recipe.batch} cannot be shared out among {group.world} processes.",
            f"Use a multiple of {4 * group.world}.",
        )
    return start


def _recipe(request: TrainRequest, studio: Studio, group: Together) -> Recipe:
    device = choose_device(studio.preference)
    return Recipe(
        resolution=request.resolution or 64,
        batch=request.batch or usual_batch(device, group.world),
        seed=request.seed,
        precision=_precision(request, device, group),
        augment=request.augment,
    )


def _precision(request: TrainRequest, device: torch.device, group: Together) -> str:
    """As asked, or what the first process finds to be faster: all must compute alike."""
    if request.precision != "auto":
        return request.precision
    faster = group.leading and faster_precision(device) == "bf16"
    return "bf16" if group.agree(faster) else "fp32"


def _read(
    request: TrainRequest, resolution: int, studio: Studio
) -> Generator[Progress, None, TrainingSet]:
    steps = reading(request.source, resolution, dedupe=request.dedupe)
    told_at = time.monotonic()
    while True:
        try:
            done, total = next(steps)
        except StopIteration as end:
            found: TrainingSet = end.value
            return found
        studio.stop.check()
        if time.monotonic() - told_at > 0.5:
            told_at = time.monotonic()
            yield Progress(done, total, f"Reading the pictures: {done:,} of {total:,}")


def _from_model(
    request: TrainRequest, studio: Studio, group: Together
) -> Generator[Progress, None, Start]:
    recipe = _recipe(request, studio, group)
    model = studio.generator(request.base)
    size = request.resolution or model.info.resolution
    recipe = replace(recipe, resolution=size, start_resolution=model.info.resolution)
    check_fits(recipe, model)
    data = yield from _read(request, size, studio)
    networks, names, notes = networks_from(model, data, request.name)
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
    return Start(request, data.classed(names), networks, recipe, tuple(notes))


def _as_saved(
    request: TrainRequest, studio: Studio, group: Together
) -> Generator[Progress, None, Start]:
    """The networks of the newest checkpoint, in their shape, with the settings of the run."""
    state = load_state(run_folder(request.out))
    facts, shape = state.facts, state.facts["shape"]
    recipe = Recipe(**facts["recipe"])
    begun = shape.get("begun", {})
    notes = _not_heeded(request, begun, recipe)
    renewed = [name for name in ("title", "licence") if _is_given(request, name)]
    request = replace(request, **{k: v for k, v in begun.items() if k not in renewed})
    device = choose_device(studio.preference)
    if request.precision != "auto" or shape.get("device") != device.type:
        recipe = replace(recipe, precision=_precision(request, device, group))
    data = yield from _read(request, recipe.resolution, studio)
    if facts["data"] != data.digest:
        raise BadRequest(
            "The pictures are not those that the training was begun with.",
            "Give the former folder, or start from the model with --from.",
        )
    names = tuple(shape["classes"])
    networks = _networks(shape, len(names), facts["resolution"])
    return Start(request, data.classed(names), networks, recipe, tuple(notes), state)


def _is_given(request: TrainRequest, setting: str) -> bool:
    """Whether a setting was given."""
    return bool(getattr(request, setting) != getattr(TrainRequest(Path(), ""), setting))


def _not_heeded(request: TrainRequest, begun: dict[str, Any], recipe: Recipe) -> list[str]:
    """A sentence for each setting that cannot be changed on the way."""
    notes = []
    former = begun | {"resolution": recipe.resolution, "batch": recipe.batch}
    for name in ("base", "resolution", "batch", "seed", "augment"):
        if name in former and _is_given(request, name) and former[name] != getattr(request, name):
            asked = f"--{OPTIONS.get(name, name)} {getattr(request, name)}"
            was = f" ({former[name]})" if former[name] else ""
            notes.append(f"{asked} is not heeded: the training goes on as it was begun{was}.")
    return notes


def _networks(shape: dict[str, Any], c_dim: int, resolution: int) -> Networks:
    """Networks of the shape that a checkpoint tells of, to be filled from it."""
    generator = {"widths": shape.get("widths"), **shape["generator"]}
    judge = {"widths": shape.get("judge_widths"), **shape["judge"]}
    wide = StyleGAN2Config(resolution, c_dim=c_dim, **_tuples(generator))
    narrow = DiscriminatorConfig(resolution, c_dim, **_tuples(judge))
    return (
        StyleGAN2Generator.fresh(wide, 0),
        StyleGAN2Generator.fresh(wide, 0),
        Discriminator.fresh(narrow, 0),
    )


def _tuples(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(v) if isinstance(v, list) else v for name, v in fields.items()}


def shape_of(start: Start, device: torch.device) -> dict[str, Any]:
    """What a checkpoint must say for the run to be built again."""
    raw, _, judge = start.networks
    told = ("resolution", "c_dim")  # in other places
    return {
        "classes": list(start.data.class_names) if raw.config.c_dim else [],
        "generator": {k: v for k, v in asdict(raw.config).items() if k not in told},
        "judge": {k: v for k, v in asdict(judge.config).items() if k not in told},
        "begun": {name: getattr(start.request, name) for name in KEPT},
        "device": device.type,
    }
