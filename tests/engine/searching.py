"""What the tests of searches stand on: a tiny model, its calibration, a target it can reach."""

from __future__ import annotations

from collections.abc import Generator as Generating
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import torch
from torch import Tensor

from ganpaint.engine.calibration import Calibration, calibrate
from ganpaint.engine.classes import Transports
from ganpaint.engine.generators.stylegan2 import StyleGAN2Generator
from ganpaint.engine.losses import make_loss
from ganpaint.engine.objective import Objective, Term, picture_term
from ganpaint.engine.regularisers import prior
from ganpaint.progress import Progress, Stop
from tests.models import tiny_stylegan2

Value = TypeVar("Value")


def drained(task: Generating[Any, None, Value]) -> Value:
    """Pump a task to its end."""
    while True:
        try:
            next(task)
        except StopIteration as end:
            return end.value


def steps_of(task: Generating[Progress, None, Value]) -> tuple[list[Any], Value]:
    """All that a task yields, and what it returns."""
    seen = []
    while True:
        try:
            seen.append(next(task))
        except StopIteration as end:
            return seen, end.value


@cache
def tiny(c_dim: int = 3) -> StyleGAN2Generator:
    """A tiny model, shared by the tests, which do not change it."""
    return tiny_stylegan2(c_dim=c_dim)


@cache
def calibration(c_dim: int = 3) -> Calibration:
    """Its calibration."""
    with TemporaryDirectory() as folder:
        return drained(calibrate(tiny(c_dim), Path(folder), Stop()))


def transports(cache: Path, c_dim: int = 3) -> Transports:
    """Its class transports, kept in a folder."""
    return Transports(tiny(c_dim), calibration(c_dim), cache)


def one_hot(k: int, count: int = 3) -> Tensor:
    """(count,) with a one at k."""
    return torch.eye(count)[k]


def target(seed: int = 3, c_dim: int = 3) -> Tensor:
    """A picture that the model itself painted, (1, 3, R, R)."""
    g = tiny(c_dim)
    z = torch.randn(1, g.info.z_dim, generator=torch.Generator().manual_seed(seed))
    c = one_hot(0, c_dim)[None] if c_dim else None
    with torch.no_grad():
        return g.synthesize(g.map(z, c))


def pixels(goal: Tensor, weight: float = 1.0, name: str = "l2") -> Term:
    """A pixel term towards a picture."""
    loss = make_loss(name, tiny(), torch.device("cpu"))
    return picture_term(name, weight, loss, loss.prepare(goal, torch.ones_like(goal[:, :1])))


def objective(goal: Tensor | None = None) -> Objective:
    """Pixels and the prior."""
    return Objective((pixels(target() if goal is None else goal), prior(0.01)))
