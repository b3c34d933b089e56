"""A model's card: its facts and a sheet of 4 x 4 samples, made once and kept on disk by its hash.

A sheet of one class is kept beside it. The nearest training pictures, where a model has them, lie
beside its weights and are read each time.

The model is loaded for it but not measured, and let go of afterwards, so that looking through a
folder of models takes no memory. A model that is open already is not loaded again.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Generator as Generating
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ganpaint.class_names import names_of
from ganpaint.engine.generators.base import Generator
from ganpaint.engine.kept import keep_arrays, read_arrays
from ganpaint.engine.spaces import bounded, numbers
from ganpaint.engine.starts import draws
from ganpaint.errors import BadRequest, GanpaintError
from ganpaint.latent import Code, Space
from ganpaint.model_info import Capability, ModelInfo, classes_text
from ganpaint.picture.read import Limits, read_photo
from ganpaint.progress import Progress
from ganpaint.tasks.render import small_picture
from ganpaint.tasks.requests import Card, CardRequest
from ganpaint.tasks.studio import Studio

ACROSS = 4  # samples in a row, and rows
LARGEST = 96  # pixels of a sample on the sheet
PSI = 0.7  # METHODS 2.1
FOR_MEAN = 256  # samples of a class whose mean is its own
STRIP = Limits(pixels=4_000_000, side=8192)  # of a picture beside a model
KEPT_FACTS = (
    "family", "z_dim", "c_dim", "w_dim", "num_ws", "resolution", "channels", "name", "title",
    "hash", "licence", "parameters",
)  # fmt: skip

log = logging.getLogger(__name__)


def run(request: CardRequest, studio: Studio) -> Generating[Progress, None, Card]:
    """Returns the card; raises BadModel where the model cannot be opened."""
    card = yield from _card(request, studio)
    return replace(card, nearest=read_strip(request.nearest)) if request.nearest else card


def _card(request: CardRequest, studio: Studio) -> Generating[Progress, None, Card]:
    k = request.of_class
    card = read_card(studio.cache, request.hash, k) if request.hash else None
    if card is not None:
        return card
    yield Progress(sentence="Opening a model for its card")
    generator = studio.glance(request.model)
    studio.stop.check()
    card = read_card(studio.cache, generator.info.hash, k)
    if card is not None:
        return replace(card, info=generator.info)
    codes = sample_codes(generator) if k is None else class_codes(generator, k)
    sheet = yield from _sheet(generator, codes, studio)
    card = Card(generator.info, sheet, generator.questions)
    keep_card(studio.cache, card, k)
    return card


def _sheet(
    generator: Generator, codes: list[Code], studio: Studio
) -> Generating[Progress, None, np.ndarray]:
    """The sheet, (S, S, 3) uint8."""
    pictures = []
    for i, code in enumerate(codes):
        studio.stop.check()
        pictures.append(small_picture(generator, code, LARGEST))
        yield Progress(i + 1.0, float(len(codes)), "Painting samples for a model's card")
    rows = [np.concatenate(pictures[k : k + ACROSS], 1) for k in range(0, len(codes), ACROSS)]
    sheet: np.ndarray = np.ascontiguousarray(np.concatenate(rows))
    sheet.flags.writeable = False
    return sheet


def sample_codes(generator: Generator) -> list[Code]:
    """Sixteen samples; of a model with classes as many different ones as there are."""
    info = generator.info
    count, psi = ACROSS * ACROSS, PSI if info.can(Capability.TRUNCATION) else 1.0
    z = draws(count, info.z_dim, 0)
    if info.can(Capability.CLASS_EMBEDDING):
        z = bounded(generator, z) * PSI
    codes = []
    for i, row in enumerate(z):
        c = None
        if info.c_dim:
            k = i * info.c_dim // count if info.c_dim > count else i % info.c_dim
            c = np.eye(info.c_dim, dtype=np.float32)[k]
        codes.append(Code(Space.Z, row.numpy(), info.hash, c=c, truncation_psi=psi))
    return codes


def class_codes(generator: Generator, k: int) -> list[Code]:
    """Sixteen samples of one class, truncated towards its own mean: towards that of the whole
    model they would lose what makes the class.

    Raises:
        BadRequest: there is no such class.
    """
    info = generator.info
    if not 0 <= k < info.c_dim:
        raise BadRequest(f"This model has no class {k}.", f"It has {classes_text(info.c_dim)}.")
    c = np.eye(info.c_dim, dtype=np.float32)[k]
    if not info.can(Capability.W_SPACE):
        return [replace(code, c=c) for code in sample_codes(generator)]
    rows = torch.from_numpy(c).to(generator.device).expand(FOR_MEAN, -1)
    z = draws(FOR_MEAN, info.z_dim, 0).to(generator.device)
    with torch.no_grad():
        ws = generator.map(z, rows)
        middle = ws.mean(0, keepdim=True)
        ws = middle + PSI * (ws[: ACROSS * ACROSS] - middle)
    return [Code(Space.W_PLUS, numbers(row), info.hash, c=c) for row in ws]


def read_strip(path: Path) -> np.ndarray | None:
    """The nearest training pictures beside a model; None where the file is not what it should be.

    It came with a model, perhaps from elsewhere: it is read as any foreign picture is.
    """
    try:
        pixels = read_photo(path, limits=STRIP).srgb8()[:, :, :3]
    except GanpaintError as error:
        log.warning("the nearest training pictures are not shown: %s", error)
        return None
    side, odd = divmod(pixels.shape[0], 2)
    if odd or not side or pixels.shape[1] % side:
        log.warning("%s holds no two rows of squares", path)
        return None
    strip: np.ndarray = np.ascontiguousarray(pixels)
    strip.flags.writeable = False
    return strip


# ------------------------------------------------------------------ on disk
def _place(cache: Path, content: str, k: int | None) -> Path:
    return cache / "cards" / (f"{content}.npz" if k is None else f"{content}-{k}.npz")


def keep_card(cache: Path, card: Card, k: int | None = None) -> None:
    """Keep a card by its model's hash, or its sheet of one class by its number too."""
    facts: dict[str, Any] = {name: getattr(card.info, name) for name in KEPT_FACTS}
    facts["capabilities"] = sorted(str(each) for each in card.info.capabilities)
    facts["notes"] = list(card.info.notes)
    record = {"info": facts, "questions": list(card.questions)}
    arrays = {"sheet": card.sheet, "facts": np.array(json.dumps(record))}
    keep_arrays(_place(cache, card.info.hash, k), arrays)


def read_card(cache: Path, content: str, k: int | None = None) -> Card | None:
    """A kept card; None where there is none or it is damaged."""
    arrays = read_arrays(_place(cache, content, k)) or {}
    sheet, text = arrays.get("sheet"), arrays.get("facts")
    if sheet is None or text is None or sheet.dtype != np.uint8 or sheet.ndim != 3:
        return None
    try:
        record = json.loads(str(text))
        facts, questions = record["info"], tuple(map(str, record["questions"]))
        facts["capabilities"] = frozenset(Capability(each) for each in facts["capabilities"])
        facts["notes"] = tuple(facts["notes"])
        info = ModelInfo(**facts)
    except (ValueError, TypeError, KeyError):
        return None  # written by another version
    if info.hash != content or sheet.shape[0] != sheet.shape[1] or sheet.shape[2] != 3:
        return None
    sheet.flags.writeable = False
    return Card(replace(info, class_names=names_of(content, info.c_dim)), sheet, questions)
