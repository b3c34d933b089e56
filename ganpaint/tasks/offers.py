"""What a model offers to choose from: spaces, losses and starts, with reasons where it cannot."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ganpaint.engine.losses import LOSSES
from ganpaint.latent import Space
from ganpaint.model_info import Capability, ModelInfo, Offer, family_title

if TYPE_CHECKING:
    from ganpaint.engine.generators.base import Generator

SPACE_WORDS = {
    Space.Z: ("z", "The model's input: always plausible, seldom alike."),
    Space.W: ("w", "One style for the whole picture: plausible, and close."),
    Space.W_PLUS: ("w+", "A style for every layer: the closest."),
}
STARTS = (
    Offer("start", "samples", "Best of samples", "Many samples are tried, the best are searched."),
    Offer("start", "mean", "Mean", "The search begins at the model's most ordinary picture."),
    Offer("start", "code", "Present code", "The search goes on from the edit's own code."),
)


def described(generator: Generator) -> ModelInfo:
    """The facts of a model with its spaces, losses and starts."""
    offers = (*_spaces(generator.info), *_losses(generator), *STARTS)
    return replace(generator.info, offers=offers)


def _spaces(info: ModelInfo) -> list[Offer]:
    offers = []
    for space, (title, sentence) in SPACE_WORDS.items():
        there = space is Space.Z or info.can(Capability.W_SPACE)
        reason = "" if there else f"{family_title(info.family)} models have no w."
        offers.append(Offer("space", str(space), title, sentence, there, reason))
    return offers


def _losses(generator: Generator) -> list[Offer]:
    """All losses; those that cannot be used here say why."""
    offers = []
    for entry in LOSSES:
        reason = entry.reason(generator)
        offers.append(Offer("loss", entry.name, entry.title, entry.sentence, not reason, reason))
    return offers
