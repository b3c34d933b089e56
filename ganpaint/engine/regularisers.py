"""Terms that keep a search's codes where the generator paints well (METHODS 1.3)."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from ganpaint.engine.generators.discriminator import Discriminator
from ganpaint.engine.objective import Point, Term


def prior(weight: float) -> Term:
    """How unusual the codes are: the P-norm, mean of squared whitened coordinates (1.3.3)."""
    return Term("prior", weight, lambda point: point.variables.prior(point.u), likeness=False)


def spread(weight: float, variance: Tensor) -> Term:
    """Keeps the layers of w+ together: mean of (ws - mean over layers)²/variance (1.3.4).

    Args:
        variance: (Dw,) of w over samples of the model.
    """

    def measure(point: Point) -> Tensor:
        if point.ws is None:
            return point.u.new_zeros(len(point.u))
        apart = point.ws - point.ws.mean(1, keepdim=True)
        return (apart.square() / variance).mean((1, 2))

    return Term("spread", weight, measure, likeness=False)


def stay_close(weight: float, anchor: Tensor) -> Term:
    """Mean squared distance from the code a search began at, in standard deviations (2.1).

    Args:
        anchor: variables (N or 1, …) of that code.
    """

    def measure(point: Point) -> Tensor:
        return (point.u - anchor).square().flatten(1).mean(1)

    return Term("stay close", weight, measure, likeness=False)


def realism(weight: float, discriminator: Discriminator, c: Tensor | None) -> Term:
    """softplus(-D): the discriminator's doubt, for scribbles from nothing (1.3.7).

    Args:
        c: (N, K) class weights of all starts, or None.
    """

    def measure(point: Point) -> Tensor:
        # one picture at a time: the minibatch deviation of D would let starts steer each other
        classes = None if c is None else c[point.rows]
        logits = [
            discriminator.logits(image[None], None if classes is None else classes[i : i + 1])
            for i, image in enumerate(point.images)
        ]
        return functional.softplus(-torch.cat(logits).reshape(-1))

    return Term("realism", weight, measure, likeness=False)
