"""The sliders of a model and what either end of them looks like."""

from __future__ import annotations

from collections.abc import Generator as Generating

import numpy as np

from ganpaint.document.document import Edit
from ganpaint.progress import Progress
from ganpaint.tasks.drafts import is_slow, rough_picture
from ganpaint.tasks.render import laid, thumbnail
from ganpaint.tasks.requests import Slider, Sliders, SlidersRequest
from ganpaint.tasks.studio import Opened, Studio

ENDS = 2.0  # σ at which the pictures beside a slider are taken


def run(request: SlidersRequest, studio: Studio) -> Generating[Progress, None, Sliders]:
    """Strongest first; pictures of the current edit with each slider at -2 σ and +2 σ."""
    opened = yield from studio.open(request.model)
    directions = opened.calibration.directions[: request.count]
    edit = request.edit
    sliders = []
    for i, direction in enumerate(directions):
        low = high = None
        if edit is not None and edit.model == opened.info.hash:
            studio.stop.check()
            low, high = (_end(opened, edit, direction.id, end) for end in (-ENDS, ENDS))
            yield Progress(i + 1.0, float(len(directions)), "Painting the sliders' ends")
        sliders.append(Slider(direction.id, direction.name, direction.share, low, high))
    return Sliders(opened.info.hash, tuple(sliders))


def _end(opened: Opened, edit: Edit, direction: str, value: float) -> np.ndarray:
    """The edit's picture with one slider moved; a rough one where the model is slow."""
    code = laid(opened, edit.base, edit.look.with_slider(direction, value))
    if is_slow(opened):
        return rough_picture(opened, edit, code)
    return thumbnail(opened, code)
