"""What a model is and can do, as data: the window never imports a generator to find out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

FAMILY_TITLES = {
    "stylegan2": "StyleGAN2",
    "stylegan3": "StyleGAN3",
    "biggan_deep": "BigGAN-deep",
    "biggan": "BigGAN",
    "dcgan": "DCGAN",
    "glo": "GLO",
}


def family_title(family: str) -> str:
    """A family as its authors write it."""
    return FAMILY_TITLES.get(family, family)


def classes_text(count: int) -> str:
    """How many classes, in words: "1 class" or "10 classes"."""
    return "1 class" if count == 1 else f"{count} classes"


class Capability(StrEnum):
    """What a generator's family can do."""

    W_SPACE = "w space"
    CLASSES = "classes"
    CLASS_EMBEDDING = "class embedding"
    TRUNCATION = "truncation"
    NOISE = "noise"
    STYLE_MIXING = "style mixing"
    DISCRIMINATOR = "discriminator"
    ENCODER = "encoder"
    USER_TRANSFORM = "user transform"
    ACTIVATIONS = "activations"


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing that can be chosen for a model: a space, a loss, a start or an optimiser.

    A control for an offer that is not `available` is grey and shows `reason`.
    """

    kind: str
    name: str
    title: str
    sentence: str
    available: bool = True
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """The facts of an open model.

    Attributes:
        family: "stylegan2", "stylegan3", "biggan_deep", "biggan", "dcgan".
        z_dim, c_dim, w_dim, num_ws: sizes; `w_dim` and `num_ws` are 0 where there is no w.
        resolution: R, side of the square picture in pixels.
        channels: channels of the picture (1, 3 or 4).
        class_names: as many as `c_dim`; () where there are no classes.
        hash: SHA-256 of the generator's tensors (the content hash), hexadecimal.
        parameters: number of trainable numbers of the generator.
        frame_center, frame_size: where the subject sits, (y, x) and (height, width) as fractions.
        notes: what a reader had to assume, as sentences.
    """

    family: str
    z_dim: int
    c_dim: int
    w_dim: int
    num_ws: int
    resolution: int
    channels: int
    class_names: tuple[str, ...] = ()
    capabilities: frozenset[Capability] = frozenset()
    offers: tuple[Offer, ...] = ()
    name: str = ""
    title: str = ""
    hash: str = ""
    licence: str = ""
    parameters: int = 0
    path: Path | None = None
    frame_center: tuple[float, float] = (0.5, 0.5)
    frame_size: tuple[float, float] = (0.85, 0.85)
    notes: tuple[str, ...] = ()

    def can(self, capability: Capability) -> bool:
        """Whether the model's family can do this."""
        return capability in self.capabilities

    def offered(self, kind: str) -> tuple[Offer, ...]:
        """The offers of one kind, in the order the window shows them."""
        return tuple(offer for offer in self.offers if offer.kind == kind)
