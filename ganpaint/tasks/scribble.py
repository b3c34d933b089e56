"""Strokes → a code whose picture has their colours (METHODS 2.1)."""

from __future__ import annotations

from collections.abc import Generator as Generating
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from ganpaint.document.stroke import Stroke
from ganpaint.engine.descent import Descent
from ganpaint.engine.objective import Objective, Term
from ganpaint.engine.projection import (
    Choice,
    Clock,
    Found,
    Settings,
    choose,
    first_space,
    pursue,
)
from ganpaint.engine.regularisers import prior, stay_close
from ganpaint.engine.scribbles import STAY_CODE, Constraint, colour_term, outside_term
from ganpaint.engine.starts import Wanted, candidates
from ganpaint.errors import BadRequest
from ganpaint.latent import Code
from ganpaint.picture.brush import stroke_layers
from ganpaint.picture.frame import Frame
from ganpaint.picture.photo import Photo
from ganpaint.progress import Progress
from ganpaint.tasks.painting import (
    check_frame,
    class_row,
    new_edit,
    other_edit,
    report_of,
    space_of,
)
from ganpaint.tasks.requests import Painted, ScribbleRequest
from ganpaint.tasks.studio import Opened, Studio

REFINED = 8  # samples that are searched in one batch, from nothing
# a flat stroke pulls the whole picture flat: from nothing the prior keeps it a picture (by eye)
PRIOR_FRESH, PRIOR_KEPT = 0.2, 0.001
RATE = 0.2  # standard deviations a step, for a picture that is already liked
COLOURS = 24  # different colours of a painted picture that are told apart


def run(request: ScribbleRequest, studio: Studio) -> Generating[Progress, None, Painted]:
    """Yields Steps, returns the edit, and from nothing the other candidates too."""
    check_frame(request.photo, request.frame)
    opened = yield from studio.open(request.model)
    constraint = constraint_of(request, opened)
    start = None if request.edit is None else request.edit.code
    sought = Sought(opened, request, constraint, start)
    settings = sought.settings()
    clock = Clock(request.steps)
    first = first_space(settings)
    variables, u = candidates(opened.generator, opened.calibration, first, settings.wanted)
    terms = sought.terms(variables.pictures, u)
    objective = Objective(tuple(terms))
    choice = yield from choose(variables, u, objective, studio.stop, clock)
    variables, u = choice.best(settings.wanted.starts)
    found = yield from pursue(Descent(variables, u, objective), settings, studio.stop, clock)
    return _painted(sought, choice, found, studio)


@dataclass(frozen=True, slots=True, eq=False)
class Sought:
    """A scribble request on its way."""

    opened: Opened
    request: ScribbleRequest
    constraint: Constraint
    start: Code | None

    def settings(self) -> Settings:
        """From a code: that one, every layer at once. From nothing: w first, many starts."""
        request = self.request
        row = class_row(self.opened, request.class_weights)
        wanted = Wanted(
            starts=REFINED,
            samples=request.samples,
            psi=request.truncation_psi,
            class_weights=row,
            given=self.start,
            seed=request.seed,
        )
        space = space_of(self.opened, request.space)
        if self.start is None:
            return Settings(space, request.steps, wanted, 0.5, sentence="Painting")
        return Settings(space, request.steps, wanted, 0.0, RATE, sentence="Painting")

    def terms(self, pictures: object, u: Tensor) -> list[Term]:
        """The strokes' colours and what holds the rest of the picture."""
        terms = [colour_term(self.constraint)]
        if self.start is None:
            return [*terms, prior(PRIOR_FRESH)]
        close = min(max(self.request.stay_close, 0.0), 1.0)
        terms.append(prior(PRIOR_KEPT))
        if close > 0:
            assert callable(pictures)
            with torch.no_grad():
                before = pictures(u)[0]
            terms.append(stay_close(STAY_CODE * close**2, u))
            terms.append(outside_term(self.constraint, before, close))
        return terms


def constraint_of(request: ScribbleRequest, opened: Opened) -> Constraint:
    """All that constrains, rasterised into the frame. Raises BadRequest where it is nothing."""
    size = opened.info.resolution
    layers = [*painted_layers(request.painted, request.frame, size)]
    layers += stroke_layers_of(request.strokes, request.frame, size)
    if layers:
        colours = np.stack([layer.colour for layer in layers]).transpose(0, 3, 1, 2)
        covers = np.stack([layer.cover for layer in layers])
        constraint = Constraint.of(
            torch.from_numpy(colours * 2 - 1),
            torch.from_numpy(covers),
            [layer.erase for layer in layers],
        )
        if not constraint.is_empty:
            return constraint.on(opened.generator.device)
    raise BadRequest(
        "No stroke lies inside the work frame, so there is nothing to make real.",
        "Paint inside the frame, or move the frame over the strokes.",
    )


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One stroke in the frame: colour (R, R, 3) 0…1, cover (R, R) 0…1."""

    colour: np.ndarray
    cover: np.ndarray
    erase: bool = False


def stroke_layers_of(strokes: tuple[Stroke, ...], frame: Frame, size: int) -> list[Layer]:
    """Visible strokes that reach the frame, in painting order."""
    layers = []
    for stroke in strokes:
        if stroke.visible:
            alone = replace(stroke, erase=False)
            colour, cover = stroke_layers([alone], frame, size)
            if cover.any():
                layers.append(Layer(colour, cover, stroke.erase))
    return layers


def painted_layers(painted: Photo | None, frame: Frame, size: int) -> list[Layer]:
    """The regions of a painted picture: connected, of one colour as far as colours are few."""
    if painted is None:
        return []
    from scipy import ndimage

    seen = frame.extract(painted, size)
    colour, cover = np.ascontiguousarray(seen[..., :3]), seen[..., 3]
    flat = np.round(colour * 15).astype(np.int64) @ np.array([256, 16, 1])
    solid = cover > 0.02
    kinds, counts = np.unique(flat[solid], return_counts=True)
    if len(kinds) > COLOURS:  # a painting rather than strokes: only the common colours apart
        kinds = kinds[counts.argsort(kind="stable")[::-1][:COLOURS]]
    layers, taken = [], np.zeros_like(solid)
    for kind in kinds:
        labels, count = ndimage.label((flat == kind) & solid, np.ones((3, 3)))
        for i in range(1, count + 1):
            region = labels == i
            if region.sum() >= 2:
                taken |= region
                layers.append(Layer(colour, np.where(region, cover, 0).astype(np.float32)))
    rest = solid & ~taken
    if rest.any():
        layers.append(Layer(colour, np.where(rest, cover, 0).astype(np.float32)))
    return layers


def _painted(sought: Sought, choice: Choice, found: Found, studio: Studio) -> Painted:
    """The result and, from nothing, all candidates that were to be shown, best first."""
    opened, request = sought.opened, sought.request
    code = found.candidates[0].code
    rec = None if request.edit is None else request.edit.patch.rec
    edit = new_edit(opened, request, code, "Scribble", rec)
    report = report_of(opened, studio, request, found)
    report["scribble_error"] = error_of(sought, code)
    if sought.start is not None:
        report["scribble_error_before"] = error_of(sought, sought.start)
        return Painted(edit, report)
    others = [candidate.code for candidate in found.candidates[1:]]
    refined = len(found.candidates)
    for index in choice.order[refined : request.shown].tolist():
        others.append(choice.variables.code(choice.u, index))
    best = choice.variables.code(choice.u, int(choice.order[0]))
    report["scribble_error_before"] = error_of(sought, best)
    candidates_ = tuple(
        other_edit(opened, edit, other, f"Candidate {i}")
        for i, other in enumerate(others[: request.shown - 1], 2)
    )
    return Painted(edit, report, (edit, *candidates_))


def error_of(sought: Sought, code: Code) -> float:
    """Scribble error of a code's picture: RMS inside the strokes, 0…255."""
    with torch.no_grad():
        images = sought.opened.generator.paint([code])
        if images.shape[1] == 1:
            images = images.expand(-1, 3, -1, -1)
        return round(float(sought.constraint.error(images[:, :3])[0]), 3)
