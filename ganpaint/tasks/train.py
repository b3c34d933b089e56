"""Train a generator on a folder of pictures; the result is an ordinary model with its card.

The run's checkpoints lie under the user's state folder, by the model's name; the bundle is
written from the averaged generator with the best distance. Of several processes (torchrun) the
first one reports and writes.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from pathlib import Path

import torch

from ganpaint.engine.device import choose_device, set_threads
from ganpaint.engine.losses.lpips import shared_trunk
from ganpaint.errors import BadRequest
from ganpaint.paths import quoted
from ganpaint.progress import Progress, Stopped
from ganpaint.tasks.requests import Trained, TrainRequest
from ganpaint.tasks.studio import Studio
from ganpaint.tasks.train_setup import FEW, Start, prepare, run_folder, shape_of, usual_batch
from ganpaint.tasks.trained_card import target, write_trained
from ganpaint.training.loop import Trainer
from ganpaint.training.measuring import sheet
from ganpaint.training.networks import pictures_of
from ganpaint.training.resume import is_begun
from ganpaint.training.schedule import Plan, Run, TrainProgress
from ganpaint.training.settle import EMBED_STEPS, settle
from ganpaint.training.together import Together, joined

__all__ = ["run", "run_folder", "usual_batch"]

PATIENCE = 3  # measurements without gain


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
        start = yield from prepare(request, studio, group)
        for note in (*start.data.notes, *start.notes):
            yield Progress(sentence=note)
        work = _run(start, studio, group)
        if start.state is not None:
            work.go_on(start.state)
        elif work.plan.watch_copies:
            yield from _settled(work)
        yield from work.go()
        learnt = bool(work.trainer.images or work.curve)
        if group.agree(studio.stop.discarding or not learnt):
            raise Stopped  # to be gone on with, or nothing yet: no model is wanted
        if not group.leading:
            return Trained(target(request), request.name, {})
        yield Progress(sentence="Measuring the new model for its card")
        return write_trained(start.request, work.trainer, work.folder)


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
    _check_out(request)
    if request.batch % 4:
        raise BadRequest(f"A batch of {request.batch} cannot be used.", "Use a multiple of 4.")


def _check_out(request: TrainRequest) -> None:
    """Refuse now what could not be written after hours."""
    name, path = request.name, target(request)
    if not name or name.startswith(".") or set(name) & set('<>:"|?*\\'):
        raise BadRequest(f"“{request.out}” is no name for a model.", "Choose another with --out.")
    begun = is_begun(run_folder(request.out))
    if begun and not request.resume:
        raise BadRequest(
            f"A training called “{name}” was begun before.",
            "Add --resume to go on with it, or choose another name with --out.",
        )
    if path.exists() and not request.resume:
        raise BadRequest(f"There is a model “{name}” already.", "Choose another name with --out.")
    folder = path.parent
    if Path(request.out).parent != Path() and not folder.is_dir():
        raise BadRequest(
            f"The folder {quoted(folder)} does not exist.", "Make it, or choose another with --out."
        )
    if folder.is_dir() and not os.access(folder, os.W_OK):
        raise BadRequest(f"The folder {quoted(folder)} is read-only.", "Choose another with --out.")


def _run(start: Start, studio: Studio, group: Together) -> Run:
    """The run of these networks, with its trainer."""
    device = choose_device(studio.preference)
    place = (group.rank, group.world)
    trainer = Trainer(start.networks, start.data, start.recipe, place, device)
    trainer.shape = shape_of(start, device)
    trunk = shared_trunk("squeeze", str(trainer.device))
    few = len(trainer.data) < FEW
    plan = Plan(
        minutes=start.request.minutes,
        kimg=start.request.kimg,
        measure_every=1000 if few else 5000,
        samples=min(5000, max(500, len(trainer.data))),
        watch_copies=few and trainer.recipe.going_on,
        patience=PATIENCE if few and trainer.recipe.going_on else 0,
    )
    folder = run_folder(start.request.out)
    work = Run(trainer, plan, folder, lambda x: trunk(x)[-1], studio.stop)
    work.together = group
    return work


def _settled(work: Run) -> Iterator[TrainProgress]:
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
        if work.together.agree(work.stop.requested):
            raise Stopped
        if step % 5 == 0:
            seen = step % 50 == 0 and step > EMBED_STEPS  # before, samples have not moved
            if seen:
                trainer.G_ema.load_state_dict(trainer.G.state_dict())
            yield work.settling(share, sheet(trainer) if seen else None)
    trainer.G_ema.load_state_dict(trainer.G.state_dict())
    trainer.adopt(trainer.G, trainer.G_ema, trainer.D)
