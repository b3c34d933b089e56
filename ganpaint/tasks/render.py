"""Codes → pictures: looks laid over an edit, samples, swaps, plain renderings."""

from __future__ import annotations

from collections.abc import Generator as Generating
from dataclasses import replace
from time import monotonic

import numpy as np
import torch
from torch import Tensor

from ganpaint.document.document import Edit, Look
from ganpaint.engine.classes import look_over
from ganpaint.engine.generators.base import Generator
from ganpaint.engine.spaces import bounded, class_of, numbers
from ganpaint.engine.starts import Wanted, classes, draws
from ganpaint.engine.tensors import to_uint8
from ganpaint.latent import Code, Space
from ganpaint.model_info import Capability
from ganpaint.progress import Progress
from ganpaint.tasks import drafts
from ganpaint.tasks.painting import class_row, class_shares, machine, new_edit, paint
from ganpaint.tasks.requests import (
    CodesRequest,
    Painted,
    Pictures,
    RenderRequest,
    SampleRequest,
    SwapRequest,
)
from ganpaint.tasks.studio import Opened, Studio

Rendered = RenderRequest | SampleRequest | CodesRequest | SwapRequest


def run(request: Rendered, studio: Studio) -> Generating[Progress, None, Painted | Pictures]:
    """Returns the result named in the request."""
    opened = yield from studio.open(request.model)
    if isinstance(request, RenderRequest):
        return render(opened, request.edit, request.look, draft=request.draft)
    if isinstance(request, SampleRequest):
        return _sample(opened, request, studio)
    if isinstance(request, SwapRequest):
        code = laid(opened, request.code, request.look)
        return Pictures((code,), (thumbnail(opened, code),))
    pictures = []
    for i, code in enumerate(request.codes):
        studio.stop.check()
        pictures.append(thumbnail(opened, code))
        yield Progress(i + 1.0, float(len(request.codes)), "Rendering")
    return Pictures(request.codes, tuple(pictures))


def laid(opened: Opened, base: Code, look: Look) -> Code:
    """A look laid over a code; the code itself when the look is empty."""
    return look_over(opened.generator, opened.calibration, opened.transports, base, look)


def render(opened: Opened, edit: Edit, look: Look, *, draft: bool = False) -> Painted:
    """The edit with a look laid over its base code."""
    code = laid(opened, edit.base, look)
    if draft and drafts.is_slow(opened):
        return drafts.draft(opened, replace(edit, look=look), code)
    began = monotonic()
    patch = replace(edit.patch, picture=paint(opened, code))
    opened.drafts.seconds = monotonic() - began
    made = replace(edit, code=code, look=look, patch=patch)
    return Painted(made, {"class": class_shares(opened, code)})


def thumbnail(opened: Opened, code: Code) -> np.ndarray:
    """The picture of a code, (R, R, 3) uint8, read-only."""
    with torch.no_grad():
        picture: np.ndarray = to_uint8(opened.generator.paint([code]))[0]
    picture.flags.writeable = False
    return picture


def small_picture(generator: Generator, code: Code, most: int) -> np.ndarray:
    """The picture of a code, area-averaged to at most `most` pixels; uint8, read-only."""
    with torch.no_grad():
        image = generator.paint([code]).clamp(-1, 1)
        if image.shape[-1] > most:
            image = torch.nn.functional.interpolate(image, size=most, mode="area")
        picture: np.ndarray = to_uint8(image)[0]
    picture.flags.writeable = False
    return picture


def sample_code(opened: Opened, seed: int, weights: tuple[float, ...] | None, psi: float) -> Code:
    """The code of a seed: w+ with the truncation applied, or z where there is no w.

    Without class weights the seed chooses the class too. Truncation draws towards the mean of the
    class: towards that of the whole model it would wash the class out.
    """
    generator = opened.generator
    wanted = Wanted(class_weights=class_row(opened, weights), seed=seed)
    c = classes(generator, wanted, 1)
    z = draws(1, opened.info.z_dim, seed)
    if not opened.info.can(Capability.W_SPACE):
        return input_code(opened, z[0], class_of(c, 0), psi)
    middle = opened.calibration.gaussian(c, 1)
    with torch.no_grad():
        ws = generator.map(z.to(generator.device), c)
        if psi != 1:
            ws = middle.coloured(psi * middle.whitened(ws))
    return Code(Space.W_PLUS, numbers(ws[0]), opened.info.hash, class_of(c, 0))


def input_code(opened: Opened, z: Tensor, c: np.ndarray | None, psi: float) -> Code:
    """The code of a drawn z (Dz,) where there is no w, truncated as the family does it."""
    if not opened.info.can(Capability.CLASS_EMBEDDING):
        return Code(Space.Z, numbers(z), opened.info.hash, c)
    psi = min(max(psi, 0.02), 1.0)
    values = numbers(bounded(opened.generator, z)) * np.float32(psi)
    own = psi if opened.info.can(Capability.TRUNCATION) else 1.0
    return Code(Space.Z, values, opened.info.hash, c, truncation_psi=own)


def _sample(opened: Opened, request: SampleRequest, studio: Studio) -> Painted:
    code = sample_code(opened, request.seed, request.class_weights, request.truncation_psi)
    edit = new_edit(opened, request, code, f"Sample {request.seed}", None)
    report = {
        "seed": request.seed,
        "class": class_shares(opened, code),
        "machine": machine(studio),
    }
    return Painted(edit, report)
