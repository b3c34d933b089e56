"""The losses that compare pictures, in the order the window shows them.

Each prepares its target once and then gives one number a picture: `prepare(target, mask)` →
state, `(images, state)` → (N,), area-normalised over the mask (METHODS 0.2, 1.2).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch

from ganpaint.engine.generators.base import Generator
from ganpaint.engine.losses.discriminator import DiscriminatorLoss
from ganpaint.engine.losses.lpips import Lpips, trunk_file
from ganpaint.engine.losses.pixel import L1, L2, Laplacian, LogCosh
from ganpaint.errors import BadRequest, NotOffered


@dataclass(frozen=True, slots=True)
class LossEntry:
    """A loss in the table: its name in settings, its title and what it is good for."""

    name: str
    title: str
    sentence: str
    make: Callable[[Generator, torch.device], Any]

    def reason(self, generator: Generator) -> str:
        """Why it cannot be used with this model on this computer; "" when it can."""
        if self.name == "discriminator" and generator.discriminator is None:
            return "This model came without its discriminator."
        if self.name.startswith("lpips"):
            net = self.name.removeprefix("lpips").removeprefix("-") or "squeeze"
            if trunk_file(net) is None:
                return f"The weights of the {net} trunk are not on this computer."
        return ""


def _lpips(net: str) -> Callable[[Generator, torch.device], Any]:
    return lambda generator, device: Lpips.load(net, device)


def _discriminator(generator: Generator, device: torch.device) -> Any:
    if generator.discriminator is None:
        raise NotOffered("This model came without its discriminator.", "Use another loss.")
    return DiscriminatorLoss(generator)


LOSSES: tuple[LossEntry, ...] = (
    LossEntry(
        "logcosh",
        "Pixels",
        "Quadratic for small differences, linear for large ones.",
        lambda generator, device: LogCosh(),
    ),
    LossEntry(
        "lpips",
        "Perception",
        "LPIPS on the bundled SqueezeNet: what an eye would compare.",
        _lpips("squeeze"),
    ),
    LossEntry(
        "laplacian",
        "Scales",
        "L1 on every level of a Laplacian pyramid.",
        lambda generator, device: Laplacian(),
    ),
    LossEntry("l1", "L1", "Mean absolute difference.", lambda generator, device: L1()),
    LossEntry("l2", "L2", "Mean squared difference.", lambda generator, device: L2()),
    LossEntry(
        "discriminator",
        "Discriminator",
        "Features of the model's own discriminator.",
        _discriminator,
    ),
    LossEntry("lpips-alex", "Perception (Alex)", "LPIPS on AlexNet.", _lpips("alex")),
    LossEntry("lpips-vgg", "Perception (VGG)", "LPIPS on VGG16.", _lpips("vgg")),
)


def make_loss(name: str, generator: Generator, device: torch.device) -> Any:
    """The loss of that name for a model.

    Raises:
        BadRequest: no such loss. MissingTrunk, NotOffered: it cannot be used here.
    """
    for entry in LOSSES:
        if entry.name == name:
            return entry.make(generator, device)
    names = ", ".join(entry.name for entry in LOSSES)
    raise BadRequest(f"There is no loss called “{name}”.", f"Use one of {names}.")
