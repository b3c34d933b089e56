"""Many pictures at once: samples by class, one thumbnail a class, ways between two codes."""

from __future__ import annotations

from collections.abc import Generator as Generating
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ganpaint.engine.kept import keep_arrays, read_arrays
from ganpaint.engine.spaces import from_p, numbers
from ganpaint.engine.starts import draws
from ganpaint.engine.walks import interpolate
from ganpaint.errors import BadRequest
from ganpaint.latent import Code, Space
from ganpaint.model_info import Capability
from ganpaint.progress import Progress
from ganpaint.tasks.render import input_code, small_picture, thumbnail
from ganpaint.tasks.requests import (
    InterpolateRequest,
    Pictures,
    SheetRequest,
    ThumbnailsRequest,
)
from ganpaint.tasks.studio import Opened, Studio

LARGEST = 128  # pixels of a class's picture in a list

Sheets = SheetRequest | ThumbnailsRequest | InterpolateRequest


def run(request: Sheets, studio: Studio) -> Generating[Progress, None, Pictures]:
    """Returns Pictures; see the requests."""
    opened = yield from studio.open(request.model)
    if isinstance(request, SheetRequest):
        return (yield from _sheet(opened, request, studio))
    if isinstance(request, ThumbnailsRequest):
        return (yield from _thumbnails(opened, request, studio))
    return (yield from _between(opened, request, studio))


def _sheet(
    opened: Opened, request: SheetRequest, studio: Studio
) -> Generating[Progress, None, Pictures]:
    """Rows of samples, a class a column; a row has one z for all its classes."""
    columns: list[int | None] = [*_classes(opened, request.classes)] or [None]
    z = draws(request.rows, opened.info.z_dim, request.seed)
    codes, pictures = [], []
    total = float(request.rows * len(columns))
    for row in z:
        for k in columns:
            studio.stop.check()
            c = None if k is None else numbers(_one_hot(opened, k))
            psi = request.truncation_psi
            code = Code(Space.Z, numbers(row), opened.info.hash, c=c, truncation_psi=psi)
            if not opened.info.can(Capability.W_SPACE):
                code = input_code(opened, row, c, psi)
            codes.append(code)
            pictures.append(thumbnail(opened, code))
            yield Progress(float(len(codes)), total, "Painting samples")
    return Pictures(tuple(codes), tuple(pictures), columns=len(columns))


def _thumbnails(
    opened: Opened, request: ThumbnailsRequest, studio: Studio
) -> Generating[Progress, None, Pictures]:
    """A picture of every class, from the cache where it has been made before."""
    wanted = _classes(opened, request.classes)
    folder = studio.cache / "thumbnails" / opened.info.hash
    codes, pictures = [], []
    for i, k in enumerate(wanted):
        studio.stop.check()
        code = class_code(opened, k)
        picture = read_thumbnail(folder / f"{k}.npz", min(opened.info.resolution, LARGEST))
        if picture is None:
            picture = small_picture(opened.generator, code, LARGEST)
            keep_arrays(folder / f"{k}.npz", {"picture": picture})
        codes.append(code)
        pictures.append(picture)
        yield Progress(i + 0.5, float(len(wanted)), "Painting the classes")
        opened.transports.prepare(k)
        yield Progress(i + 1.0, float(len(wanted)), "Painting the classes")
    return Pictures(tuple(codes), tuple(pictures), columns=len(wanted))


def class_code(opened: Opened, k: int) -> Code:
    """The most ordinary code of a class: the mean of its codes in P space."""
    c = numbers(_one_hot(opened, k))
    if opened.info.can(Capability.W_SPACE):
        values = numbers(from_p(opened.calibration.class_means[k]))
        return Code(Space.W, values, opened.info.hash, c=c)
    return input_code(opened, draws(1, opened.info.z_dim, k)[0], c, 0.7)


def read_thumbnail(path: Path, size: int) -> np.ndarray | None:
    """A cached picture, or None where there is none or it is damaged."""
    picture = (read_arrays(path) or {}).get("picture")
    if picture is None or picture.shape != (size, size, 3) or picture.dtype != np.uint8:
        return None
    picture.flags.writeable = False
    return picture


def _between(
    opened: Opened, request: InterpolateRequest, studio: Studio
) -> Generating[Progress, None, Pictures]:
    if request.frames < 2:
        raise BadRequest(f"{request.frames} frames are too few.", "Ask for 2 frames or more.")
    loss = opened.loss("lpips")
    size = opened.info.resolution
    everywhere = torch.ones(1, 1, size, size, device=opened.generator.device)

    def distance(a: Tensor, b: Tensor) -> float:
        a, b = (t.clamp(-1, 1).expand(-1, 3, -1, -1) for t in (a, b))
        return float(loss(b, loss.prepare(a, everywhere))[0])

    walk = interpolate(
        opened.generator, request.first, request.last, request.frames, distance, studio.stop
    )
    while True:
        try:
            share = next(walk)
        except StopIteration as end:
            codes: tuple[Code, ...] = end.value
            break
        yield Progress(0.8 * share, 1.0, "Spacing the steps")
    pictures = []
    for i, code in enumerate(codes):
        studio.stop.check()
        pictures.append(thumbnail(opened, code))
        yield Progress(0.8 + 0.2 * (i + 1) / len(codes), 1.0, "Rendering")
    return Pictures(codes, tuple(pictures))


def _classes(opened: Opened, asked: tuple[int, ...] | None) -> list[int]:
    """Numbers of the classes asked for; all of them when none are named."""
    count = opened.info.c_dim
    wanted = list(range(count)) if asked is None else list(asked)
    for k in wanted:
        if not 0 <= k < count:
            raise BadRequest(
                f'There is no class number {k} in "{opened.info.name}".',
                _numbers(count),
            )
    return wanted


def _numbers(count: int) -> str:
    if count > 1:
        return f"Its classes have the numbers 0 to {count - 1}."
    return "It has one class, number 0." if count else "Leave the classes out: it has none."


def _one_hot(opened: Opened, k: int) -> Tensor:
    row = torch.zeros(1, opened.info.c_dim)
    row[0, k] = 1
    return row[0]
