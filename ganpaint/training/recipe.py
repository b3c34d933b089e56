"""The settings of a training run; they are part of its checkpoints."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to train.

    Attributes:
        resolution: final R.
        start_resolution: where growing begins; equal to `resolution` for no growth.
        batch: pictures a step (over all processes).
        z_dim: size of z, of w and of the mapping's layers.
        learning_rate: Adam's, for both networks.
        gamma: weight of R1; 0 chooses 0.0002·R²/batch.
        r1_every: steps between two R1 terms.
        ema_images: half-life of the averaged generator, in images.
        fade_images: images over which a new resolution is faded in.
        augment: "auto" (adaptive) or "off". start_p: its probability at the start.
        precision: "fp32", or "bf16" for the convolutions (`faster_precision` measures).
        going_on: trained weights are the start: augmentation reacts faster, no EMA ramp.
        freeze_above: D's blocks of this and higher resolution do not learn (FreezeD); 0 = none.
        seed: of everything random.
    """

    resolution: int = 64
    start_resolution: int = 16
    batch: int = 16
    z_dim: int = 256
    learning_rate: float = 0.0025
    gamma: float = 0.0
    r1_every: int = 16
    ema_images: float = 4000.0
    fade_images: int = 6000
    augment: str = "auto"
    start_p: float = 0.0
    precision: str = "fp32"
    going_on: bool = False
    freeze_above: int = 0
    seed: int = 0

    def r1_weight(self, resolution: int) -> float:
        """γ for the current resolution."""
        return self.gamma or 0.0002 * resolution**2 / self.batch
