"""The document: all that a person has made, as immutable values.

A state of the document is never changed; every action makes a new one that shares its untouched
parts (photo, planes, codes, pictures) with the former one. Undo is therefore exact, bit for bit.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ganpaint.document.stroke import Stroke
from ganpaint.latent import Code
from ganpaint.picture.composite import Patch
from ganpaint.picture.frame import Frame
from ganpaint.picture.mask import Mask
from ganpaint.picture.photo import Photo


@dataclass(frozen=True, slots=True)
class Look:
    """What is laid over an edit's base code: class mix, sliders, truncation and placement.

    Attributes:
        class_weights: target mix, summing to 1; None keeps the base code's own class.
        strength: 0…1.5, how far the class swap goes.
        pose_lock: 0…1, 1 leaves the coarse layers alone.
        sliders: (direction id, value in σ) pairs, without zeros, sorted by id.
        truncation_psi: 1 leaves the code as it is, 0 is the model's mean.
        placement: right and down in picture widths, degrees clockwise, size; of what a StyleGAN3
            paints inside its picture.
    """

    class_weights: tuple[float, ...] | None = None
    strength: float = 1.0
    pose_lock: float = 0.0
    sliders: tuple[tuple[str, float], ...] = ()
    truncation_psi: float = 1.0
    placement: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 1.0)

    def slider(self, direction: str) -> float:
        """Value of one slider in σ."""
        return dict(self.sliders).get(direction, 0.0)

    def with_slider(self, direction: str, value: float) -> Look:
        """The same look with one slider set."""
        values = dict(self.sliders) | {direction: float(value)}
        return replace(self, sliders=tuple(sorted((k, v) for k, v in values.items() if v != 0.0)))


@dataclass(frozen=True, slots=True, eq=False)
class Edit:
    """One generated layer.

    `code` is always the code of `patch.picture`: base, then `look` laid over it. `base` is what
    the last projection, scribble or sample found; its own class is `base.c`.

    Attributes:
        id, name, visible: as in the layer list.
        model: content hash of the model it was painted with.
        patch: the generated picture and how it sits in the photo.
        base, look, code: see above.
        recipe: the JSON form of the request that made `base` (document/recipe.py).
    """

    id: str
    name: str
    model: str
    patch: Patch
    base: Code
    code: Code
    look: Look = Look()
    visible: bool = True
    recipe: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """All that a person has made.

    Attributes:
        photo: the opened picture, or the blank canvas of "Paint from nothing".
        blank: whether the photo is such a blank canvas.
        frame: the work frame, in photo pixels.
        mask: what may change; None = the whole frame.
        strokes: live colour constraints, in painting order.
        edits: generated layers, bottom to top.
        active: id of the edit that tools act on, or None.
        class_weights: the class mix for the next projection or sample; None = not chosen.
        seed: of the last sample taken.
    """

    photo: Photo
    frame: Frame
    blank: bool = False
    mask: Mask | None = None
    strokes: tuple[Stroke, ...] = ()
    edits: tuple[Edit, ...] = ()
    active: str | None = None
    class_weights: tuple[float, ...] | None = None
    seed: int = 0

    @property
    def edit(self) -> Edit | None:
        """The active edit."""
        return next((edit for edit in self.edits if edit.id == self.active), None)

    def with_edit(self, edit: Edit) -> Document:
        """The document with `edit` in the place of the one with its id, or on top; active."""
        known = any(old.id == edit.id for old in self.edits)
        edits = (
            tuple(edit if old.id == edit.id else old for old in self.edits)
            if known
            else (*self.edits, edit)
        )
        return replace(self, edits=edits, active=edit.id)

    @property
    def followed(self) -> frozenset[str]:
        """Ids of the strokes that the active edit's picture follows already, in this frame."""
        edit = self.edit
        if edit is None or not edit.visible or edit.patch.frame != self.frame:
            return frozenset()
        used = edit.recipe.get("strokes")
        used = used if isinstance(used, list) else []
        return frozenset(str(one.get("id")) for one in used if isinstance(one, dict))

    @property
    def patches(self) -> tuple[Patch, ...]:
        """Patches of the visible edits, bottom to top."""
        return tuple(edit.patch for edit in self.edits if edit.visible)


def new_id() -> str:
    """A short unique id for edits and strokes."""
    return uuid.uuid4().hex[:12]


def previewed(edit: Edit, code: Code, picture: np.ndarray) -> Edit:
    """`edit` showing an intermediate picture, (R, R, 3) uint8, of a running search."""
    wide = picture.astype(np.uint16) * np.uint16(257)
    wide.flags.writeable = False
    return replace(edit, code=code, base=code, patch=replace(edit.patch, picture=wide))
