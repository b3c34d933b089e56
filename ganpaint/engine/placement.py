"""Moving, turning and scaling what a StyleGAN3 paints (Karras et al. 2021, arXiv:2106.12423).

The network's input is a field of waves that can be looked at through any 3 x 3 matrix. It wants
the *inverse* of what happens to the picture:

    picture point p → M p,   M = T(right, down) · R(turn) · S(size),   stored: M⁻¹

in units of the picture's width, from its centre, x right and y down. Moves and turns are exact
inside the margin; scaling is not what the network was trained for and holds for small changes.
"""

from __future__ import annotations

import math

import numpy as np

from ganpaint.engine.generators.base import Generator
from ganpaint.engine.generators.stylegan3 import StyleGAN3Generator
from ganpaint.errors import BadRequest, NotOffered
from ganpaint.latent import Code, frozen

Placement = tuple[float, float, float, float]  # right, down, degrees clockwise, size
AS_IT_IS: Placement = (0.0, 0.0, 0.0, 1.0)
SMALLEST, LARGEST = 0.1, 10.0


def inverse_matrix(placement: Placement) -> np.ndarray:
    """M⁻¹ (3, 3) float64. Raises BadRequest for numbers that make no picture."""
    right, down, turn, size = placement
    if not all(map(math.isfinite, placement)) or not SMALLEST <= size <= LARGEST:
        raise BadRequest(
            f"A picture cannot be scaled by {size:g}.",
            f"Use a size from {SMALLEST:g} to {LARGEST:g}.",
        )
    cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    matrix = np.array(
        [[size * cos, -size * sin, right], [size * sin, size * cos, down], [0.0, 0.0, 1.0]]
    )
    inverse: np.ndarray = np.linalg.inv(matrix)
    return inverse


def placed(generator: Generator, code: Code, placement: Placement) -> np.ndarray:
    """The inverse matrix (3, 3) float32 of a code that is placed; what it had before comes first.

    Raises:
        NotOffered: the model's family cannot do this.
    """
    if not isinstance(generator, StyleGAN3Generator):
        raise NotOffered(
            f'"{generator.info.title}" cannot move or turn its picture; StyleGAN3 models can.',
            "Move the work frame instead.",
        )
    own = code.transform
    if own is None:
        own = generator.synthesis.input.transform.detach().cpu().numpy()
    return frozen(own.astype(np.float64) @ inverse_matrix(placement))
