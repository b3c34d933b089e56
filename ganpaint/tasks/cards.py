"""A model's card: its facts and a sheet of 4 x 4 samples, made once and kept on disk by its hash.

The model is loaded for it but not measured, and let go of afterwards, so that looking through a
folder of models takes no memory. A model that is open already is not loaded again.
"""

from __future__ import annotations

import json
from collections.abc import Generator as Generating
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ganpaint.class_names import names_of
from ganpaint.engine.generators.base import Generator
from ganpaint.engine.kept import keep_arrays, read_arrays
from ganpaint.engine.spaces import bounded
from ganpaint.engine.starts import draws
from ganpaint.latent import Code, Space
from ganpaint.model_info import Capability, ModelInfo
from ganpaint.progress import Progress
from ganpaint.tasks.render import small_picture
from ganpaint.tasks.requests import Card, CardRequest
from ganpaint.tasks.studio import Studio

ACROSS = 4  # samples in a row, and rows
LARGEST = 96  # pixels of a sample on the sheet
PSI = 0.7  # METHODS 2.1
KEPT_FACTS = (
    "family", "z_dim", "c_dim", "w_dim", "num_ws", "resolution", "channels", "name", "title",
    "hash", "licence", "parameters",
)  # fmt: skip


def run(request: CardRequest, studio: Studio) -> Generating[Progress, None, Card]:
    """Returns the card; raises BadModel where the model cannot be opened."""
    card = read_card(studio.cache, request.hash) if request.hash else None
    if card is not None:
        return card
    yield Progress(sentence="Opening a model for its card")
    generator = studio.glance(request.model)
    studio.stop.check()
    card = read_card(studio.cache, generator.info.hash)
    if card is not None:
        return replace(card, info=generator.info)
    sheet = yield from _sheet(generator, studio)
    card = Card(generator.info, sheet, generator.questions)
    keep_card(studio.cache, card)
    return card


def _sheet(generator: Generator, studio: Studio) -> Generating[Progress, None, np.ndarray]:
    """The sheet, (S, S, 3) uint8."""
    codes = sample_codes(generator)
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


# ------------------------------------------------------------------ on disk
def _place(cache: Path, content: str) -> Path:
    return cache / "cards" / f"{content}.npz"


def keep_card(cache: Path, card: Card) -> None:
    """Keep a card by its model's hash."""
    facts: dict[str, Any] = {name: getattr(card.info, name) for name in KEPT_FACTS}
    facts["capabilities"] = sorted(str(each) for each in card.info.capabilities)
    facts["notes"] = list(card.info.notes)
    record = {"info": facts, "questions": list(card.questions)}
    arrays = {"sheet": card.sheet, "facts": np.array(json.dumps(record))}
    keep_arrays(_place(cache, card.info.hash), arrays)


def read_card(cache: Path, content: str) -> Card | None:
    """A kept card; None where there is none or it is damaged."""
    arrays = read_arrays(_place(cache, content)) or {}
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
