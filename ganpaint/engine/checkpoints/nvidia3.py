"""StyleGAN3 inside NVIDIA's pickles (FORMATS sections 3, 4)."""

from __future__ import annotations

from ganpaint.engine.checkpoints import sentences
from ganpaint.engine.checkpoints.archive import Contents
from ganpaint.engine.checkpoints.envelope import Network
from ganpaint.engine.checkpoints.loaded import Loaded


def read(network: Network, contents: Contents) -> Loaded:
    """A StyleGAN3 generator from its layers."""
    raise sentences.not_a_model(contents.name, "a StyleGAN3")
