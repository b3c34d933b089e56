"""Documents with something of everything in them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ganpaint.document.document import Document, Edit, Look
from ganpaint.document.stroke import Stroke
from ganpaint.latent import Code, Space
from ganpaint.picture.brush import Brush
from ganpaint.picture.composite import Patch
from ganpaint.picture.frame import Frame
from ganpaint.picture.mask import Mask
from ganpaint.picture.photo import Photo

MODEL = "a1b2c3d4" * 8


def make_code(rng: np.random.Generator, space: Space = Space.W_PLUS) -> Code:
    """A code with every part."""
    values = rng.standard_normal((6, 16) if space is Space.W_PLUS else 16).astype(np.float32)
    return Code(
        space=space,
        values=values,
        model=MODEL,
        c=np.array([0.25, 0.75]),
        embed=rng.standard_normal(5),
        truncation_psi=0.1 + 0.2,
        truncation_cutoff=4,
        transform=np.eye(3),
    )


def make_picture(rng: np.random.Generator, side: int = 16) -> np.ndarray:
    picture = rng.integers(0, 65536, (side, side, 3), np.uint16)
    picture.flags.writeable = False
    return picture


def make_photo(
    rng: np.random.Generator, shape: tuple[int, ...] = (40, 50, 3), depth: int = 8
) -> Photo:
    kind = np.uint8 if depth == 8 else np.uint16
    mode = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}[shape[2]]
    return Photo.make(
        rng.integers(0, 2**depth, shape, kind),
        mode,
        icc=b"profile \x00\xff",
        source=Path("/pictures/cat \udcff.jpg"),
        notes=("It was turned.",),
        exif=b"Exif\x00",
    )


def make_document(seed: int = 0, photo: Photo | None = None) -> Document:
    """Photo, mask, strokes and two edits."""
    rng = np.random.default_rng(seed)
    photo = photo or make_photo(rng)
    frame = Frame(25.3, 20.1, 31.7, angle=0.1, mirror=True)
    mask = Mask.empty(photo.width, photo.height)
    samples = np.array([[10, 10, 1, 0], [30, 22, 0.5, 0.25]], np.float32)
    mask = mask.painted(samples, Brush(6.0, 0.5, 0.9))
    strokes = (
        Stroke("s1", samples, np.array([1, 0.5, 0.2]), Brush(5.0, 0.8, 0.7)),
        Stroke("s2", samples[::-1], np.array([0, 0, 0]), Brush(), visible=False, erase=True),
    )
    base = make_code(rng)
    edit = Edit(
        id="e1",
        name="Projection",
        model=MODEL,
        patch=Patch(
            make_picture(rng), make_picture(rng), frame, mask, "keep-detail", 3.5, 0.8, 0.9
        ),
        base=base,
        code=base,
        recipe={"task": "project", "steps": 150, "weights": [1.5, None, "μ"]},
    )
    second = replace(
        edit,
        id="e2",
        name="Class: ginger 😺",
        code=make_code(rng),
        look=Look((0.1, 0.9), 1.1, 0.5, (("pca-1", 0.1), ("pca-2", -3.0)), 0.7),
        visible=False,
        patch=Patch(make_picture(rng), None, frame),
    )
    return Document(photo, frame, False, mask, strokes, (edit, second), "e2", (0.3, 0.7), 2**40 + 1)


@pytest.fixture
def document() -> Document:
    return make_document()
