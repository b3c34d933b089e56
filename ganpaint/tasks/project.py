"""Photo, frame and mask → a code whose picture looks like them (METHODS 1)."""

from __future__ import annotations

from collections.abc import Generator as Generating
from dataclasses import replace
from itertools import pairwise
from statistics import median

import torch

from ganpaint.engine.objective import Objective
from ganpaint.engine.projection import Found, Settings, search
from ganpaint.engine.starts import Wanted
from ganpaint.errors import BadRequest
from ganpaint.progress import Progress, Step
from ganpaint.tasks.painting import (
    class_row,
    figures,
    likeness_terms,
    new_edit,
    other_edit,
    regularising_terms,
    report_of,
    space_of,
    target_of,
)
from ganpaint.tasks.requests import Painted, ProjectRequest
from ganpaint.tasks.studio import Opened, Studio


def run(request: ProjectRequest, studio: Studio) -> Generating[Progress, None, Painted]:
    """Yields Steps, returns the edit with the best code; see `ProjectRequest`."""
    _check(request)
    opened = yield from studio.open(request.model)
    target, weights = target_of(request.photo, request.frame, request.mask, opened)
    terms = likeness_terms(opened, request.terms, target, weights)
    terms += regularising_terms(opened, request.regularisers)
    settings = Settings(
        space=space_of(opened, request.space),
        steps=request.steps,
        wanted=Wanted(
            starts=request.starts,
            samples=request.samples,
            class_weights=class_row(opened, request.class_weights),
            given=request.start,
            seed=request.seed,
        ),
    )
    searching = search(
        opened.generator, opened.calibration, Objective(tuple(terms)), settings, studio.stop
    )
    found = yield from timed(searching, studio, opened, request)
    code = found.candidates[0].code
    edit = new_edit(opened, request, code, "Projection", rec=None)
    edit = replace(edit, patch=replace(edit.patch, rec=edit.patch.picture))
    report = report_of(opened, studio, request, found)
    with torch.no_grad():
        picture = opened.generator.paint([code])
    report |= figures(opened, picture, target, weights)
    others = tuple(
        other_edit(opened, edit, candidate.code, f"{edit.name}, start {i}")
        for i, candidate in enumerate(found.candidates[1:], 2)
    )
    return Painted(edit, report, others)


def timed(
    searching: Generating[Progress, None, Found],
    studio: Studio,
    opened: Opened,
    request: ProjectRequest,
) -> Generating[Progress, None, Found]:
    """The same search; afterwards the time of its steps is remembered for estimates."""
    first: float | None = None
    times: list[float] = []
    while True:
        try:
            progress = next(searching)
        except StopIteration as end:
            found: Found = end.value
            break
        if isinstance(progress, Step):
            if progress.step == 0:
                first = progress.seconds if first is None else first
            else:
                times.append(progress.seconds)
        yield progress
    steps = [b - a for a, b in pairwise(times)]
    if len(steps) >= 5:
        sample = first / min(16, max(1, request.samples)) if first else 0.0
        starts = min(request.starts, max(1, request.samples)) if request.start is None else 1
        studio.record_times(opened.info.hash, median(steps), starts, sample)
    return found


def _check(request: ProjectRequest) -> None:
    """Refuse numbers that no search can use."""
    for name, value, least in (
        ("steps", request.steps, 1),
        ("starts", request.starts, 1),
        ("samples", request.samples, 0),
    ):
        if value < least:
            raise BadRequest(f"{value} {name} are too few.", f"Give at least {least}.")
