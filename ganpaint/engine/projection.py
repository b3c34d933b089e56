"""The search: starts, descent, the best kept (METHODS 1).

A search is a generator. It tries samples, takes the best as starts of one batch, and moves all
of them down the objective; each keeps its own best code, its own rate and its own failures, so
that no start can disturb another. w+ is searched in w first, then layer by layer from there.
Whoever pumps it may pause between two yields for as long as they like; no mode of torch is left
switched on across a yield.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator as Generating
from dataclasses import dataclass, field
from statistics import median
from time import monotonic

import numpy as np
from torch import Tensor

from ganpaint.engine.calibration import Calibration
from ganpaint.engine.descent import Descent
from ganpaint.engine.generators.base import Generator
from ganpaint.engine.objective import Objective
from ganpaint.engine.optimisers.adam import schedule
from ganpaint.engine.spaces import Variables
from ganpaint.engine.starts import Tried, Wanted, best_of, candidates
from ganpaint.engine.tensors import to_uint8
from ganpaint.errors import Diverged
from ganpaint.latent import Code, Space
from ganpaint.progress import Progress, Step, Stop, Stopped

PREVIEWS_EVERY = 10  # steps between pictures of all starts
SHOWN = 16  # samples whose pictures are kept while they are tried


@dataclass(frozen=True, slots=True, eq=False)
class Settings:
    """How a search goes about it.

    Attributes:
        space: z, w or w+.
        steps: of descent.
        wanted: the starts.
        global_share: part of the steps that w+ is searched in w first. None by default: at
            equal steps every layer at once was closer and more ordinary (benchmarks/projection).
        rate: learning rate, or None for the space's own.
        sentence: what progress calls the work.
    """

    space: Space = Space.W_PLUS
    steps: int = 150
    wanted: Wanted = field(default_factory=Wanted)
    global_share: float = 0.0
    rate: float | None = None
    sentence: str = "Projecting"


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """One result.

    Attributes:
        code: the best code of its start.
        loss: its objective; infinity where it was never finite.
        step: when it was found.
    """

    code: Code
    loss: float
    step: int


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What a search returns.

    Attributes:
        candidates: the starts' best codes, best first.
        losses: {name: value at every step} of the best start, "total" among them.
        steps: done.
        dropped: starts given up after three failures.
        notes: what happened on the way, as sentences for the job's log.
        seconds: of the search.
    """

    candidates: tuple[Candidate, ...]
    losses: dict[str, list[float]]
    steps: int
    dropped: int
    notes: tuple[str, ...]
    seconds: float


def search(
    generator: Generator,
    calibration: Calibration,
    objective: Objective,
    settings: Settings,
    stop: Stop,
) -> Generating[Progress, None, Found]:
    """Choose starts and pursue them. Yields Steps, returns the best codes.

    Raises:
        Diverged: every start became unstable and nothing was found.
        Stopped: the result is not wanted any more.
    """
    clock = Clock(settings.steps)
    first = first_space(settings)
    variables, u = candidates(generator, calibration, first, settings.wanted)
    choice = yield from choose(variables, u, objective, stop, clock)
    variables, u = choice.best(settings.wanted.starts)
    found = yield from pursue(Descent(variables, u, objective), settings, stop, clock)
    return found


def first_space(settings: Settings) -> Space:
    """The space that a search begins in: w for w+, so that the whole is found before details."""
    two = settings.space is Space.W_PLUS and settings.global_share > 0
    return Space.W if two else settings.space


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """Samples that were tried.

    Attributes:
        variables, u: of all of them.
        order: their numbers, best first; those never looked at are absent.
        pictures: (R, R, 3) uint8 of the best, in that order.
        losses: (n,) objective of all of them.
        seconds: it took to try one.
    """

    variables: Variables
    u: Tensor
    order: Tensor
    pictures: tuple[np.ndarray, ...]
    losses: Tensor
    seconds: float

    def best(self, count: int) -> tuple[Variables, Tensor]:
        """Variables and values of the best `count`, at least one."""
        index = self.order[: max(1, count)]
        return self.variables.rows(index), self.u[index].clone()


def choose(
    variables: Variables, u: Tensor, objective: Objective, stop: Stop, clock: Clock
) -> Generating[Step, None, Choice]:
    """Try all samples, a Step after every chunk with the best picture so far."""
    trying = best_of(variables, u, objective, stop)
    seen: dict[int, np.ndarray] = {}
    began = monotonic()
    while True:
        try:
            tried = next(trying)
        except StopIteration as end:
            losses: Tensor = end.value
            break
        if stop.discarding:
            raise Stopped
        seen |= dict(enumerate(to_uint8(tried.images), tried.first))
        order = tried.losses.argsort(stable=True).tolist()
        seen = {i: seen[i] for i in order[:SHOWN] if i in seen}
        code = variables.code(u, order[0])
        yield clock.trying(tried, float(tried.losses[order[0]]), code, tuple(seen.values()))
    order_ = losses.argsort(stable=True)
    order_ = order_[: max(1, int(losses.isfinite().sum()))]
    seconds = (monotonic() - began) / max(1, len(order_))
    return Choice(variables, u, order_, tuple(seen.values()), losses, seconds)


def pursue(
    descent: Descent, settings: Settings, stop: Stop, clock: Clock
) -> Generating[Progress, None, Found]:
    """From the starts to their best codes; see `search`."""
    finished = yield from _descend(descent, settings, stop, clock)
    if stop.discarding:
        raise Stopped
    if not finished and descent.alive.any() and descent.step:
        descent.settle(_rate(descent, settings, min(descent.step, settings.steps - 1)))
    elif not descent.step:
        for _ in descent.look_back():
            continue
    return _found(descent, settings, clock)


def _descend(
    descent: Descent, settings: Settings, stop: Stop, clock: Clock
) -> Generating[Progress, None, bool]:
    """All steps; False when stopped before the end or when every start was given up."""
    opening = round(settings.global_share * settings.steps)
    for step in range(settings.steps):
        if stop.requested:
            return False
        if settings.space is Space.W_PLUS and step == opening:
            descent.open_layers()
        for _ in descent.one_step(_rate(descent, settings, step)):
            if stop.requested:
                return False
            yield Progress(float(step), float(settings.steps), settings.sentence, clock.seconds)
        clock.tick()
        yield clock.report(descent, settings)
        if not descent.alive.any():
            return False
    total = float(settings.steps)
    for _ in descent.look_back():
        yield Progress(total, total, settings.sentence, clock.seconds)
    return True


def _rate(descent: Descent, settings: Settings, step: int) -> float:
    return schedule(step, settings.steps, settings.rate or descent.variables.rate)


def _found(descent: Descent, settings: Settings, clock: Clock) -> Found:
    """The starts' best codes, best first."""
    order = descent.best.argsort(stable=True).tolist()
    best = order[0]
    if not np.isfinite(float(descent.best[best])):
        raise Diverged(
            f"The search became unstable at step {descent.step} before it had found a picture. "
            "Nothing was changed.",
            "Use other losses, or another preset.",
        )
    notes = list(descent.notes)
    if not descent.alive.any():
        notes.append(
            f"The search became unstable at step {descent.step} and was stopped. The best "
            f"picture (step {descent.best_step[best]}) was kept."
        )
    losses: dict[str, list[float]] = {"total": [float(total[best]) for total in descent.totals]}
    for name in descent.shares[0] if descent.shares else ():
        losses[name] = [float(shares[name][best]) for shares in descent.shares]
    return Found(
        candidates=tuple(
            Candidate(
                descent.variables.code(descent.best_u, i),
                float(descent.best[i]),
                descent.best_step[i],
            )
            for i in order
            if np.isfinite(float(descent.best[i]))
        ),
        losses=losses,
        steps=descent.step,
        dropped=int((~descent.alive).sum()),
        notes=tuple(notes),
        seconds=clock.seconds,
    )


def _first_space(settings: Settings) -> Space:
    two = settings.space is Space.W_PLUS and settings.global_share > 0
    return Space.W if two else settings.space


class Clock:
    """Turns the state of a search into Steps with times."""

    def __init__(self, steps: int) -> None:
        self.steps = steps
        self.start = self.last = monotonic()
        self.durations: deque[float] = deque(maxlen=20)

    def tick(self) -> None:
        """One step of descent is over. Pauses count little: the median is used."""
        now = monotonic()
        self.durations.append(now - self.last)
        self.last = now

    @property
    def seconds(self) -> float:
        """Since the search began."""
        return monotonic() - self.start

    def trying(
        self, tried: Tried, best: float, code: Code, pictures: tuple[np.ndarray, ...]
    ) -> Step:
        """The Step after a chunk of samples."""
        self.last = monotonic()
        done = min(tried.first + len(tried.images), tried.total)
        words = f"Trying samples, {done} of {tried.total}" if tried.total > 1 else "Beginning"
        return Step(
            done=0.0,
            total=float(self.steps),
            sentence=words,
            seconds=self.seconds,
            best_loss=best,
            code=code,
            preview=pictures[0] if pictures else None,
            start_previews=pictures,
        )

    def report(self, descent: Descent, settings: Settings) -> Step:
        """The Step after a step of descent."""
        leader, step = descent.leader, descent.step
        total = descent.totals[-1]
        every = step % PREVIEWS_EVERY == 1 or step == self.steps
        return Step(
            done=float(step),
            total=float(self.steps),
            sentence=f"{settings.sentence}, step {step} of {self.steps}",
            seconds=self.seconds,
            remaining=self._remaining(step),
            step=step,
            losses={name: float(share[leader]) for name, share in descent.shares[-1].items()},
            best_step=descent.best_step[leader],
            best_loss=float(descent.best[leader]),
            start=leader,
            start_losses=tuple(float(t) for t in total),
            code=descent.variables.code(descent.best_u, leader),
            preview=descent.pictures[leader],
            start_previews=_pictures(descent) if every else (),
        )

    def _remaining(self, step: int) -> float | None:
        if len(self.durations) < 3:
            return None
        return median(self.durations) * (self.steps - step)


def _pictures(descent: Descent) -> tuple[np.ndarray, ...]:
    """The best picture of every start; () before every start has one."""
    pictures = [p for p in descent.pictures if p is not None]
    return tuple(pictures) if len(pictures) == len(descent.pictures) else ()
