"""A studio with a tiny model already open, a photo, a frame, strokes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ganpaint.catalogue import Catalogue
from ganpaint.document.stroke import Stroke
from ganpaint.engine.classes import Transports
from ganpaint.picture.brush import Brush
from ganpaint.picture.frame import Frame
from ganpaint.picture.photo import Photo
from ganpaint.tasks.studio import Opened, Studio
from tests.engine.searching import calibration, target, tiny


def opened_in(studio: Studio, c_dim: int = 3) -> str:
    """Put the tiny model on the studio's shelf; its content hash."""
    g = tiny(c_dim)
    made = Opened(g, calibration(c_dim), Transports(g, calibration(c_dim), studio.cache))
    studio._shelf.models[g.info.hash] = made
    studio._shelf.hashes[g.info.name] = g.info.hash
    return g.info.hash


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    """Without models on disk, on one thread of the processor."""
    return Studio(Catalogue(()), device="cpu", threads=1, cache=tmp_path / "cache")


@pytest.fixture
def model(studio: Studio) -> str:
    """The content hash of a tiny model with three classes."""
    return opened_in(studio)


@pytest.fixture
def photo() -> Photo:
    """A photo of 40 × 32 pixels with a picture the model can paint in its middle."""
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (32, 40, 3), dtype=np.uint8)
    seen = ((target().clamp(-1, 1)[0] + 1) * 127.5).round().numpy().astype(np.uint8)
    pixels[8:24, 12:28] = seen.transpose(1, 2, 0)
    return Photo.make(pixels, "RGB")


@pytest.fixture
def frame() -> Frame:
    """Exactly over that picture."""
    return Frame(20.0, 16.0, 16.0)


def stroke(
    colour: tuple[float, float, float] = (1.0, 1.0, 1.0),
    at: tuple[float, float] = (20.0, 16.0),
    **changes: bool,
) -> Stroke:
    """A dab of 6 pixels."""
    samples = np.array([[*at, 1.0, 0.0], [at[0] + 1, at[1], 1.0, 0.1]], np.float32)
    return Stroke("s", samples, np.array(colour, np.float32), Brush(6.0, 1.0), **changes)
