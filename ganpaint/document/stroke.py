"""A stroke: what the brush left, as samples, not as pixels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ganpaint.latent import frozen
from ganpaint.picture.brush import Brush


@dataclass(frozen=True, slots=True, eq=False)
class Stroke:
    """One colour stroke.

    Attributes:
        id: unique within its document.
        samples: (n, 4) float32: x, y in photo pixels, pressure 0…1, seconds since the first.
        colour: sRGB 0…1, (3,) float32.
        brush: size, hardness and opacity it was painted with.
        visible: hidden strokes constrain nothing.
        erase: takes earlier strokes away instead of adding a constraint.
    """

    id: str
    samples: NDArray[np.float32]
    colour: NDArray[np.float32]
    brush: Brush
    visible: bool = True
    erase: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "samples", frozen(self.samples))
        object.__setattr__(self, "colour", frozen(self.colour))
