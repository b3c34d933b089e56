"""What a search makes small: weighted terms, one number a start (METHODS 0.2 and 1).

    E(u) = Σ weight · loss(G(u), target; mask) + Σ weight · regulariser(u)

Every term returns a vector of N losses, area-normalised; nothing mixes the starts of a batch.
The optimiser takes the sum over the starts, never the mean, so that a start's gradient does not
depend on how many others share its batch.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor

from ganpaint.engine.spaces import Variables


class Loss(Protocol):
    """A file of engine/losses: the target is prepared once, then compared many times."""

    def prepare(self, target: Tensor, mask: Tensor) -> Any:
        """State for a target (1, 3, R, R) in [-1, 1] and weights (1, 1, R, R) in [0, 1]."""

    def __call__(self, images: Tensor, state: Any) -> Tensor:
        """(N, 3, R, R) → (N,)."""


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """Where the starts are: their pictures (N, 3, R, R), variables and, if any, ws (N, L, Dw)."""

    images: Tensor
    u: Tensor
    ws: Tensor | None
    variables: Variables
    rows: Tensor

    @staticmethod
    def at(variables: Variables, u: Tensor, rows: Tensor | None = None) -> Point:
        """The point of variables u; `rows` are the starts' numbers in the whole batch."""
        images, ws = variables.pictures(u)
        if images.shape[1] == 1:
            images = images.expand(-1, 3, -1, -1)
        if rows is None:
            rows = torch.arange(len(u))
        return Point(images[:, :3], u, ws, variables, rows)


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """A weighted part of the objective.

    Attributes:
        name: as settings, panels and reports call it.
        weight: multiplies the measure.
        measure: Point → (N,).
        likeness: whether it compares pictures; the others are regularisers, which play no part
            in choosing among samples.
    """

    name: str
    weight: float
    measure: Callable[[Point], Tensor]
    likeness: bool = True


def picture_term(name: str, weight: float, loss: Loss, state: Any) -> Term:
    """A term that compares pictures with a prepared target."""
    return Term(name, weight, lambda point: loss(point.images, state))


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """`total` (N,) and each term's weighted share by name, (N,); the shares sum to the total."""

    total: Tensor
    shares: dict[str, Tensor]


@dataclass(frozen=True, slots=True, eq=False)
class Objective:
    """A weighted sum of terms."""

    terms: tuple[Term, ...]

    def evaluate(self, point: Point) -> Evaluation:
        """All terms at a point."""
        shares = {term.name: term.weight * term.measure(point) for term in self.terms}
        return Evaluation(torch.stack(list(shares.values())).sum(0), shares)

    def likeness(self, point: Point) -> Tensor:
        """The terms that compare pictures, (N,); for choosing among samples (METHODS 1.6)."""
        parts = [t.weight * t.measure(point) for t in self.terms if t.likeness]
        return torch.stack(parts).sum(0)
