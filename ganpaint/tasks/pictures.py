"""Look at pictures before training on them: how many, which classes, what is wrong."""

from __future__ import annotations

from collections.abc import Generator

from ganpaint.progress import Progress
from ganpaint.tasks.requests import Checked, CheckPictures
from ganpaint.tasks.studio import Studio
from ganpaint.training.folder import TrainingSet, reading


def run(request: CheckPictures, studio: Studio) -> Generator[Progress, None, Checked]:
    """Decode every picture once.

    Raises:
        BadRequest: nothing readable, too few or too small pictures.
    """
    steps = reading(request.source, request.resolution, dedupe=request.dedupe)
    while True:
        try:
            done, total = next(steps)
        except StopIteration as end:
            data: TrainingSet = end.value
            return Checked(len(data), data.class_names, data.notes)
        studio.stop.check()
        yield Progress(done, total, f"{done:,} of {total:,} pictures")
