"""Models: warm-up of torch, opening with what a model offers, looking inside a file."""

from __future__ import annotations

from collections.abc import Generator as Generating
from dataclasses import replace
from time import monotonic
from typing import Any

import torch

from ganpaint.engine.descent import Descent
from ganpaint.engine.losses import LOSSES
from ganpaint.engine.objective import Objective
from ganpaint.engine.starts import Wanted, candidates
from ganpaint.latent import Space
from ganpaint.model_info import Capability, ModelInfo, Offer
from ganpaint.progress import Progress
from ganpaint.tasks.painting import likeness_terms
from ganpaint.tasks.requests import InspectModel, OpenModel, WarmUp
from ganpaint.tasks.studio import Opened, Studio, read_times

SPACE_WORDS = {
    Space.Z: ("z", "The model's input: always plausible, seldom alike."),
    Space.W: ("w", "One style for the whole picture: plausible, and close."),
    Space.W_PLUS: ("w+", "A style for every layer: the closest."),
}
STARTS = (
    Offer("start", "samples", "Best of samples", "Many samples are tried, the best are searched."),
    Offer("start", "mean", "Mean", "The search begins at the model's most ordinary picture."),
    Offer("start", "code", "Present code", "The search goes on from the edit's own code."),
)


def run(
    request: WarmUp | OpenModel | InspectModel, studio: Studio
) -> Generating[Progress, None, ModelInfo | dict[str, Any] | None]:
    """Returns None, the ModelInfo with its offers, or what is in the file."""
    if isinstance(request, WarmUp):
        yield from _warm_up(studio)
        return None
    opened = yield from studio.open(request.model)
    if isinstance(request, InspectModel):
        return _inside(opened)
    yield from _time_a_step(opened, studio)
    return described(opened)


def described(opened: Opened) -> ModelInfo:
    """The facts of a model with its spaces, losses and starts."""
    offers = (*_spaces(opened.info), *_losses(opened), *STARTS)
    return replace(opened.info, offers=offers)


def _spaces(info: ModelInfo) -> list[Offer]:
    offers = []
    for space, (title, sentence) in SPACE_WORDS.items():
        there = space is Space.Z or info.can(Capability.W_SPACE)
        reason = "" if there else f"Models of the family {info.family} have no w."
        offers.append(Offer("space", str(space), title, sentence, there, reason))
    return offers


def _losses(opened: Opened) -> list[Offer]:
    """All losses; those that cannot be used here say why."""
    offers = []
    for entry in LOSSES:
        reason = entry.reason(opened.generator)
        offers.append(Offer("loss", entry.name, entry.title, entry.sentence, not reason, reason))
    return offers


def _warm_up(studio: Studio) -> Generating[Progress, None, None]:
    """One convolution forward and backward on the device: libraries load now, not at Start."""
    device = studio.device
    yield Progress(0.5, 1.0, "Warming up")
    x = torch.zeros(1, 8, 16, 16, device=device, requires_grad=True)
    weight = torch.zeros(8, 8, 3, 3, device=device)
    torch.nn.functional.conv2d(x, weight, padding=1).sum().backward()  # type: ignore[no-untyped-call]
    yield Progress(1.0, 1.0, "Warming up")


def _time_a_step(opened: Opened, studio: Studio) -> Generating[Progress, None, None]:
    """Measure a sample and a step once a machine, so that the first estimate is not a guess."""
    times = read_times(studio.cache)
    if any(key.startswith(opened.info.hash[:16]) for key in times):
        return
    starts, size = 4, opened.info.resolution
    target = torch.zeros(1, 3, size, size, device=opened.generator.device)
    terms = (("logcosh", 3.0), ("lpips", 1.0))
    objective = Objective(tuple(likeness_terms(opened, terms, target, target[:, :1] + 1)))
    space = Space.W if opened.info.can(Capability.W_SPACE) else Space.Z
    variables, u = candidates(opened.generator, opened.calibration, space, Wanted(samples=starts))
    descent = Descent(variables, u, objective)
    seconds = []
    for _ in range(4):
        studio.stop.check()
        began = monotonic()
        for _ in descent.one_step(0.01):
            yield Progress(sentence="Timing a step, once")
        seconds.append(monotonic() - began)
        yield Progress(sentence="Timing a step, once")
    began = monotonic()
    with torch.no_grad():
        variables.pictures(u)
    sample = (monotonic() - began) / starts
    studio.record_times(opened.info.hash, min(seconds), starts, sample)


def _inside(opened: Opened) -> dict[str, Any]:
    """Facts, tensors and their statistics, JSON-ready."""
    info = opened.info
    tensors = []
    for name, value in opened.generator.state_dict().items():
        tensors.append(_statistics(name, value))
    judge = opened.generator.discriminator
    return {
        "name": info.name,
        "title": info.title,
        "family": info.family,
        "path": str(info.path) if info.path else "",
        "hash": info.hash,
        "resolution": info.resolution,
        "channels": info.channels,
        "z_dim": info.z_dim,
        "w_dim": info.w_dim,
        "num_ws": info.num_ws,
        "classes": list(info.class_names) or info.c_dim,
        "parameters": info.parameters,
        "capabilities": sorted(str(capability) for capability in info.capabilities),
        "discriminator": judge is not None,
        "licence": info.licence,
        "notes": list(info.notes),
        "directions": [
            {"id": d.id, "name": d.name, "share": round(d.share, 5)}
            for d in opened.calibration.directions
        ],
        "tensors": tensors,
    }


def _statistics(name: str, value: torch.Tensor) -> dict[str, Any]:
    numbers = value.detach().float()
    return {
        "name": name,
        "shape": list(value.shape),
        "type": str(value.dtype).removeprefix("torch."),
        "mean": float(numbers.mean()),
        "std": float(numbers.std(correction=0)),
        "least": float(numbers.min()),
        "greatest": float(numbers.max()),
    }
