"""Quick pictures of a large model while something is dragged (BEHAVIOURS L16).

A StyleGAN2 that adds up its picture from block to block shows what changes long before it is
done. The draft is the picture there was, plus the difference of two early ones, of the code on its
way and of the code that picture belongs to. How early follows from how long it takes here; models
that are quick, or cannot stop early, paint the full picture.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import monotonic
from typing import Protocol

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import interpolate

from ganpaint.document.document import Edit
from ganpaint.engine.generators.base import Generator
from ganpaint.engine.spaces import layers_of
from ganpaint.engine.tensors import rgb
from ganpaint.latent import Code
from ganpaint.tasks.requests import Painted

LARGEST = 256  # side of a draft's picture, and at most half the model's: so it is told apart
BUDGET = 0.05  # seconds; on slow machines the earliest block takes longer


@dataclass(slots=True, eq=False)
class Drafts:
    """What is known of a model's speed, and the early picture at the start of the drag.

    Attributes:
        seconds: of a full picture; 0 while none was painted.
        at: which of the sides that the generator offers is used.
        before: (digest of the code, side, its early picture).
        shown: (the full picture, it and its reconstruction as small as a draft).
    """

    seconds: float = 0.0
    at: int = 0
    before: tuple[str, int, Tensor] | None = None
    shown: tuple[np.ndarray, np.ndarray, np.ndarray | None] | None = None


class Opened(Protocol):
    """Of studio.Opened what is needed here."""

    generator: Generator
    drafts: Drafts


def is_slow(opened: Opened) -> bool:
    """Whether drafts are worth their while: the model can stop early and takes long."""
    return bool(opened.generator.draft_sides()) and not 0 < opened.drafts.seconds <= BUDGET


def draft(opened: Opened, edit: Edit, code: Code) -> Painted:
    """The edit with a rough picture of another code of the same base; report["draft"] = side."""
    drafts, sides = opened.drafts, opened.generator.draft_sides()
    side = sides[min(drafts.at, len(sides) - 1)]
    change = _early(opened, code, side) - _before(opened, edit.code, side)
    picture, rec = _shown(drafts, edit, min(LARGEST, opened.generator.info.resolution // 2))
    wide = interpolate(rgb(change), len(picture), mode="bilinear", align_corners=False)
    levels = picture + 32767.5 * wide[0].permute(1, 2, 0).cpu().numpy()
    rough = np.clip(levels, 0, 65535).astype(np.uint16)
    patch = replace(edit.patch, picture=rough, rec=rec)
    return Painted(replace(edit, code=code, patch=patch), {"draft": side})


def rough_picture(opened: Opened, edit: Edit, code: Code) -> np.ndarray:
    """The same as (S, S, 3) uint8, read-only, for the ends of sliders."""
    picture: np.ndarray = (draft(opened, edit, code).edit.patch.picture >> 8).astype(np.uint8)
    picture.flags.writeable = False
    return picture


def _early(opened: Opened, code: Code, side: int) -> Tensor:
    """The picture of one of the first blocks, (1, C, side, side); its time sets the next side."""
    generator, began = opened.generator, monotonic()
    with torch.no_grad():
        ws = layers_of(generator, code)[None]
        ws = generator.truncated(ws, code.truncation_psi, code.truncation_cutoff)
        image = generator.reduced(ws, side)
    seconds = monotonic() - began
    last = len(generator.draft_sides()) - 1
    if seconds > 1.5 * BUDGET:
        opened.drafts.at = max(opened.drafts.at - 1, 0)
    elif seconds < BUDGET / 5 and opened.drafts.at < last:
        opened.drafts.at += 1
    return image


def _before(opened: Opened, code: Code, side: int) -> Tensor:
    kept = opened.drafts.before
    if kept is None or kept[:2] != (code.digest, side):
        kept = opened.drafts.before = code.digest, side, _early(opened, code, side)
    return kept[2]


def _shown(drafts: Drafts, edit: Edit, side: int) -> tuple[np.ndarray, np.ndarray | None]:
    """The picture of the edit's own code and its reconstruction, reduced."""
    patch = edit.patch
    if drafts.shown is None or drafts.shown[0] is not patch.picture:
        rec = None if patch.rec is None else _small(patch.rec, side)
        drafts.shown = patch.picture, _small(patch.picture, side).astype(np.float32), rec
    return drafts.shown[1], drafts.shown[2]


def _small(picture: np.ndarray, side: int) -> np.ndarray:
    """Area-averaged, uint16; sides are powers of two."""
    share = max(len(picture) // side, 1)
    blocks = picture.reshape(-1, share, len(picture) // share, share, 3).mean((1, 3))
    small: np.ndarray = np.round(blocks).astype(np.uint16)
    return small
