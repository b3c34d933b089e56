"""What running tasks report, and how they are stopped.

A task is a generator function `run(request, studio)`: it yields `Progress` values (a search
yields `Step`s) at least about every 100 ms and returns its result. Whoever pumps it decides
about pausing (do not call `next`) and stopping (`Stop`).
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import numpy as np

from ganpaint.latent import Code


class Stopped(Exception):
    """Raised by `Stop.check` inside a long computation. Tasks let it pass or keep the best."""


class Stop:
    """The stop signal of one job: *keep the best* or *discard*. Set from any thread."""

    def __init__(self) -> None:
        self._keep = threading.Event()
        self._discard = threading.Event()

    def keep_best(self) -> None:
        """Ask the task to leave its loop and return the best it has."""
        self._keep.set()

    def discard(self) -> None:
        """Ask the task to end without a result."""
        self._discard.set()

    @property
    def requested(self) -> bool:
        """Whether either kind of stop was asked for."""
        return self._keep.is_set() or self._discard.is_set()

    @property
    def discarding(self) -> bool:
        """Whether the result is not wanted."""
        return self._discard.is_set()

    def check(self) -> None:
        """Raise `Stopped` if a stop was asked for; for long work between two yields."""
        if self.requested:
            raise Stopped


@dataclass(frozen=True, slots=True, eq=False)
class Progress:
    """How far a task is. `done` of `total` never falls; `total` 0 means "not known yet"."""

    done: float = 0.0
    total: float = 0.0
    sentence: str = ""
    seconds: float = 0.0
    remaining: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Step(Progress):
    """One step of a search.

    Attributes:
        step: steps done so far, from 1.
        losses: the weighted share of each term of the best start, by name; they sum to its loss.
        best_step, best_loss: where and how good the best kept code is (noiseless objective).
        start: index of the start that holds the best code.
        start_losses: total loss of every start at this step (NaN for a dropped one).
        code: the best code so far.
        preview: picture of `code`, (R, R, 3) uint8, or None when none was rendered at this step.
        start_previews: (R, R, 3) uint8 for each start, or () when none were rendered.
    """

    step: int = 0
    losses: dict[str, float] = field(default_factory=dict)
    best_step: int = 0
    best_loss: float = float("inf")
    start: int = 0
    start_losses: tuple[float, ...] = ()
    code: Code | None = None
    preview: np.ndarray | None = None
    start_previews: tuple[np.ndarray, ...] = ()
