"""Models: warm-up of torch, opening with what a model offers, looking inside, converting."""

from __future__ import annotations

from collections.abc import Generator as Generating
from time import monotonic
from typing import Any

import torch

from ganpaint.engine.checkpoints import describe, open_model, write_model
from ganpaint.engine.descent import Descent
from ganpaint.engine.objective import Objective
from ganpaint.engine.starts import Wanted, candidates
from ganpaint.latent import Space
from ganpaint.model_info import Capability, ModelInfo
from ganpaint.paths import quoted
from ganpaint.progress import Progress
from ganpaint.tasks.offers import described
from ganpaint.tasks.painting import likeness_terms
from ganpaint.tasks.requests import Converted, ConvertModel, InspectModel, OpenModel, WarmUp
from ganpaint.tasks.studio import Opened, Studio, read_times

Request = WarmUp | OpenModel | InspectModel | ConvertModel
Result = ModelInfo | dict[str, Any] | Converted | None


def run(request: Request, studio: Studio) -> Generating[Progress, None, Result]:
    """Returns the result named in the request."""
    if isinstance(request, WarmUp):
        yield from _warm_up(studio)
        return None
    if isinstance(request, InspectModel):
        yield Progress(sentence="Reading the model")
        return describe(request.model)
    if isinstance(request, ConvertModel):
        return (yield from _convert(request, studio))
    opened = yield from studio.open(request.model)
    yield from _time_a_step(opened, studio)
    return described(opened.generator)


def _warm_up(studio: Studio) -> Generating[Progress, None, None]:
    """One convolution forward and backward on the device: libraries load now, not at Start."""
    device = studio.device
    yield Progress(0.5, 1.0, "Warming up")
    x = torch.zeros(1, 8, 16, 16, device=device, requires_grad=True)
    weight = torch.zeros(8, 8, 3, 3, device=device)
    torch.nn.functional.conv2d(x, weight, padding=1).sum().backward()  # type: ignore[no-untyped-call]
    yield Progress(1.0, 1.0, "Warming up")


def _convert(request: ConvertModel, studio: Studio) -> Generating[Progress, None, Converted]:
    """Write a model in another form; what that form cannot hold is said."""
    yield Progress(0.0, 1.0, "Reading the model")
    generator = open_model(request.model)
    studio.stop.check()
    yield Progress(0.5, 1.0, f"Writing {quoted(request.path)}")
    notes = write_model(generator, request.path, request.form)
    return Converted(request.path, generator.info.family, tuple(notes))


def _time_a_step(opened: Opened, studio: Studio) -> Generating[Progress, None, None]:
    """Measure a sample and a step once a machine, so that the first estimate is not a guess."""
    times = read_times(studio.cache)
    if any(key.startswith(opened.info.hash[:16]) for key in times):
        return
    size = opened.info.resolution
    starts, times_ = 1, 4 if size <= 128 else 1
    target = torch.zeros(1, 3, size, size, device=opened.generator.device)
    terms = (("logcosh", 3.0), ("lpips", 1.0))
    objective = Objective(tuple(likeness_terms(opened, terms, target, target[:, :1] + 1)))
    space = Space.W if opened.info.can(Capability.W_SPACE) else Space.Z
    variables, u = candidates(opened.generator, opened.calibration, space, Wanted(samples=starts))
    descent = Descent(variables, u, objective)
    seconds = []
    for _ in range(times_):
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
