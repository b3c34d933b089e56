"""How far a run is and how long it still takes, told truthfully while it grows.

A picture at 64 px takes several times as long as one at 16 px, so the time left is not the rest of
the images at the present rate: each stage counts with its own cost.
"""

from __future__ import annotations

from collections.abc import Iterator

from ganpaint.engine.generators.stylegan2 import StyleGAN2Config
from ganpaint.training.growth import WARM_UP_STEPS
from ganpaint.training.recipe import Recipe

# share of the whole run spent before each resolution is left: a quarter, a quarter, a half
STAGE_ENDS = {1: (), 2: (0.4,), 3: (0.25, 0.5), 4: (0.15, 0.3, 0.5)}
# fitted to steps at 16, 32, 64 and 128 px: work of a picture, and of each value, beside products
EACH_PICTURE, EACH_VALUE = 4e7, 200
WARM_UP_SHARE = 0.25  # of a training step, for each step of a warm-up
MEMORY = 0.05  # weight of the newest step in the running mean of seconds an image


def stage_ends(recipe: Recipe) -> dict[int, float]:
    """Resolution → share of the run at which it is left; the last one is left at 1."""
    stages = (recipe.resolution // recipe.start_resolution).bit_length()
    ends = STAGE_ENDS.get(stages, tuple((k + 1) / stages / 2 for k in range(stages - 1)))
    return {recipe.start_resolution << k: end for k, end in enumerate((*ends, 1.0))}


def cost(config: StyleGAN2Config, resolution: int) -> float:
    """Work of one picture at a resolution, in arbitrary units."""
    total = EACH_PICTURE
    for side in (2**k for k in range(2, resolution.bit_length())):
        width = config.width(side)
        before = config.width(side // 2) if side > 4 else 0
        total += side * side * width * (9 * (width + before) + EACH_VALUE)
    return total


class Pace:
    """The speed of a run's steps at the present resolution."""

    def __init__(self) -> None:
        self._resolution = 0
        self._each = 0.0  # seconds an image
        self._stepping = 0.0  # seconds in all

    def count(self, resolution: int, images: int, seconds: float) -> None:
        """One step has seen so many images in so many seconds."""
        each = seconds / images
        fresh = resolution != self._resolution or not self._each
        self._each = each if fresh else self._each + MEMORY * (each - self._each)
        self._resolution = resolution
        self._stepping += seconds

    @property
    def per_second(self) -> float:
        """Images a second of the last steps; 0 before the first."""
        return 1 / self._each if self._each else 0.0

    def left(
        self, recipe: Recipe, config: StyleGAN2Config, span: tuple[float, float], wall: float
    ) -> float | None:
        """Seconds until a run has seen all its images, None before its first step.

        Args:
            recipe, config: of the run and its generator.
            span: images seen and images in all.
            wall: seconds since the beginning, with everything beside the steps (measuring).
        """
        if not self._each:
            return None
        present = cost(config, self._resolution)
        work = sum(
            images * cost(config, resolution) / present
            for resolution, images in self._to_come(recipe, *span)
        )
        beside = min(max(wall / self._stepping, 1.0), 2.0) if self._stepping > 20 else 1.1
        return work * self._each * beside

    def _to_come(self, recipe: Recipe, seen: float, total: float) -> Iterator[tuple[int, float]]:
        """Resolution and images of each stage to come; a warm-up counts as images."""
        for resolution, end in stage_ends(recipe).items():
            if resolution < self._resolution:
                continue
            until = max(seen, end * total)
            yield resolution, until - seen
            if resolution > self._resolution:
                yield resolution, WARM_UP_STEPS * recipe.batch * WARM_UP_SHARE
            seen = until
