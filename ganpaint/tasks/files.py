"""The file lane: open and export pictures, save and open projects, the full-size composite.

No task here imports torch. Long work checks the stop signal between bands of rows.
"""

from __future__ import annotations

from collections.abc import Generator as Generating
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganpaint.document.project import Project, load_project, saving
from ganpaint.paths import quoted
from ganpaint.picture.composite import Patch, composite_region, patch_bounds
from ganpaint.picture.exporters import Written, exporter_for, write_picture
from ganpaint.picture.photo import Photo
from ganpaint.picture.read import Limits, read_photo
from ganpaint.preferences import load_preferences
from ganpaint.progress import Progress
from ganpaint.tasks.requests import (
    CompositeRequest,
    ExportRequest,
    OpenPhoto,
    OpenProject,
    SaveProject,
)
from ganpaint.tasks.studio import Studio

BAND = 512  # rows composed between two looks at the stop signal
Files = OpenPhoto | CompositeRequest | ExportRequest | SaveProject | OpenProject
Result = Photo | NDArray[Any] | Written | Path | Project


def run(request: Files, studio: Studio) -> Generating[Progress, None, Result]:
    """Returns the result named in the request."""
    if isinstance(request, OpenPhoto):
        yield Progress(0.0, 1.0, f"Opening {quoted(request.path)}")
        limits = Limits(pixels=load_preferences().limit_megapixels * 1_000_000)
        return read_photo(request.path, partial=request.partial, limits=limits)
    if isinstance(request, OpenProject):
        yield Progress(0.0, 1.0, f"Opening {quoted(request.path)}")
        return load_project(request.path, request.partial)
    if isinstance(request, SaveProject):
        return (yield from _save(request, studio))
    if isinstance(request, ExportRequest):
        exporter_for(request.path)  # an ending that nobody can write is told before the work
        pixels = yield from composed(request.photo, request.patches, studio, 0.7)
        yield Progress(0.7, 1.0, f"Writing {quoted(request.path)}")
        return write_picture(request.photo, pixels, request.path, dict(request.options))
    return (yield from composed(request.photo, request.patches, studio))


def composed(
    photo: Photo, patches: tuple[Patch, ...], studio: Studio, share: float = 1.0
) -> Generating[Progress, None, NDArray[Any]]:
    """`composite` in bands, read-only: the same integers, with progress and a way to stop.

    Args:
        photo, patches: bottom to top.
        studio: its stop signal is obeyed.
        share: of the whole work, for the progress.
    """
    whole = (0, 0, photo.width, photo.height)
    reached = [box for patch in patches if (box := patch_bounds(patch, whole, photo)) is not None]
    out = photo.pixels.copy()
    if reached:
        left, right = min(b[0] for b in reached), max(b[2] for b in reached)
        top, bottom = min(b[1] for b in reached), max(b[3] for b in reached)
        for y in range(top, bottom, BAND):
            studio.stop.check()
            end = min(y + BAND, bottom)
            out[y:end, left:right] = composite_region(photo, patches, (left, y, right, end))
            yield Progress(share * (end - top) / (bottom - top), 1.0, "Composing the picture")
    out.flags.writeable = False
    return np.asarray(out)


def _save(request: SaveProject, studio: Studio) -> Generating[Progress, None, Path]:
    """Write the project; a stop leaves the former file."""
    sentence = f"Saving {quoted(request.path)}"
    yield Progress(0.0, 1.0, sentence)
    for share in saving(request.path, request.history, request.view, request.model_name):
        studio.stop.check()
        yield Progress(share, 1.0, sentence)
    return Path(request.path)
