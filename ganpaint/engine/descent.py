"""Many starts on their way down an objective, each with its own best, rate and failures.

Nothing here mixes starts: the gradient is that of the sum of their losses, a start that becomes
unstable is put back to its last kept code with a smaller step (METHODS 1.12), and its neighbours
end with the same bits as without it.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
from statistics import median
from time import monotonic

import numpy as np
import torch
from torch import Tensor

from ganpaint.engine.objective import Evaluation, Objective, Point
from ganpaint.engine.optimisers.adam import Adam
from ganpaint.engine.spaces import Variables, Whitened
from ganpaint.engine.tensors import to_uint8

KEEP_EVERY = 10  # steps between the codes that a failed start is put back to
STRIKES = 3
WORSE, PATIENCE = 10.0, 20  # a loss this many times the best for so many steps is a failure
CLIP = 10.0  # times the running median of a start's gradient norm
LAST_STEPS = 10  # of cosine decay after "stop and keep"
LAST_SECONDS = 0.25
PIXELS_AT_ONCE = 4 * 64 * 64  # of one forward and backward between two yields, on a processor


class Descent:
    """The state of a search. Rows of all tensors are starts.

    Attributes:
        u: (N, …) variables now; `best_u` those of each start's best code.
        best, best_step: (N,) objective of that code and the step that found it.
        pictures: (R, R, 3) uint8 of that code.
        step: steps done.
        totals, shares: objective and its terms at every step, (N,) each.
        notes: failures, as sentences for the log.
    """

    def __init__(self, variables: Variables, u: Tensor, objective: Objective) -> None:
        self.variables, self.u, self.objective = variables, u, objective
        self.adam = Adam(u)
        count = len(u)
        self.step = 0
        self.best_u, self.kept_u = u.clone(), u.clone()
        self.best = torch.full((count,), math.inf, dtype=torch.float64)
        self.best_step = [0] * count
        self.pictures: list[np.ndarray | None] = [None] * count
        self.strikes = torch.zeros(count, dtype=torch.int64)
        self.worse = torch.zeros(count, dtype=torch.int64)
        self.norms: list[deque[float]] = [deque(maxlen=25) for _ in range(count)]
        self.totals: list[np.ndarray] = []
        self.shares: list[dict[str, np.ndarray]] = []
        self.notes: list[str] = []

    @property
    def alive(self) -> Tensor:
        """(N,) bool: starts that were not given up."""
        return self.strikes < STRIKES

    @property
    def leader(self) -> int:
        """The start that holds the best code."""
        return int(self.best.argmin())

    def open_layers(self) -> None:
        """From w to w+: the same codes, every layer free, the moments kept."""
        if not isinstance(self.variables, Whitened) or self.u.shape[1] > 1:
            return
        layers = self.variables.generator.info.num_ws

        def wide(t: Tensor) -> Tensor:
            return t.expand(-1, layers, -1).clone()

        self.variables = self.variables.per_layer()
        self.u, self.best_u, self.kept_u = wide(self.u), wide(self.best_u), wide(self.kept_u)
        self.adam.mean, self.adam.square = wide(self.adam.mean), wide(self.adam.square)
        self.norms = [deque(maxlen=25) for _ in self.norms]

    def one_step(self, rate: float) -> Iterator[None]:
        """Forward, backward, update. Yields between the parts of a large batch."""
        gradient = torch.zeros_like(self.u)
        total = torch.full((len(self.u),), math.nan, dtype=torch.float64)
        shares: dict[str, Tensor] = {}
        images: list[np.ndarray] = []
        for rows in self._chunks():
            if rows.start:
                yield
            u = self.u[rows].detach().requires_grad_(True)
            with torch.enable_grad():
                point, evaluation = self._evaluate(u, rows)
                (gradient[rows],) = torch.autograd.grad(evaluation.total.sum(), u)
            total[rows] = evaluation.total.detach().double().cpu()
            for name, share in evaluation.shares.items():
                shares.setdefault(name, torch.zeros_like(total))[rows] = (
                    share.detach().cpu().double()
                )
            images += list(to_uint8(point.images.detach()))
        self.totals.append(torch.where(self.alive, total, math.nan).numpy())
        self.shares.append({name: share.numpy() for name, share in shares.items()})
        self._remember(total, images)
        self._move(total, gradient, rate)
        self.step += 1

    def look_back(self) -> Iterator[None]:
        """Judge the code after the last update."""
        total = torch.full((len(self.u),), math.nan, dtype=torch.float64)
        images: list[np.ndarray] = []
        for rows in self._chunks():
            if rows.start:
                yield
            with torch.no_grad():
                point, evaluation = self._evaluate(self.u[rows], rows)
            total[rows] = evaluation.total.double().cpu()
            images += list(to_uint8(point.images))
        self._remember(total, images)

    def settle(self, rate: float) -> None:
        """The ramp-down that a stopped search lacks (METHODS 1.5.1), for the leader alone."""
        leader = self.leader
        row = slice(leader, leader + 1)
        end = Descent(self.variables.rows(row), self.best_u[row].clone(), self.objective)
        end.adam.mean, end.adam.square = self.adam.mean[row], self.adam.square[row]
        end.adam.count, end.adam.factor = (
            self.adam.count[row].clone(),
            self.adam.factor[row].clone(),
        )
        until = monotonic() + LAST_SECONDS
        for step in range(LAST_STEPS):
            share = 0.5 + 0.5 * math.cos(math.pi * (step + 0.5) / LAST_STEPS)
            for _ in end.one_step(rate * share):
                continue
            if monotonic() > until or not end.alive.any():
                break
        for _ in end.look_back():
            continue
        if end.best[0] < self.best[leader]:
            self.best_u[leader], self.best[leader] = end.best_u[0], end.best[0]
            self.pictures[leader], self.best_step[leader] = end.pictures[0], self.step

    def _chunks(self) -> Iterator[slice]:
        """Parts of the batch between which it yields. A fixed size: it decides roundings."""
        info = self.variables.generator.info
        size = len(self.u)
        if self.u.device.type == "cpu":
            size = max(1, PIXELS_AT_ONCE // info.resolution**2)
        for first in range(0, len(self.u), size):
            yield slice(first, first + size)

    def _evaluate(self, u: Tensor, rows: slice) -> tuple[Point, Evaluation]:
        point = Point.at(self.variables.rows(rows), u, torch.arange(len(self.u))[rows])
        return point, self.objective.evaluate(point)

    def _remember(self, total: Tensor, images: list[np.ndarray]) -> None:
        """Keep what is better than before; every step's code is judged without noise."""
        better = total.isfinite() & (total < self.best) & self.alive
        for i in better.nonzero().flatten().tolist():
            self.best_u[i] = self.u[i].detach()
            self.best[i] = total[i]
            self.best_step[i] = self.step
            self.pictures[i] = images[i]

    def _move(self, total: Tensor, gradient: Tensor, rate: float) -> None:
        """Update the sound starts, put the others back."""
        alive = self.alive
        norms = gradient.flatten(1).norm(dim=1).double().cpu()
        sound = total.isfinite() & norms.isfinite()
        far = sound & (total > WORSE * self.best)
        self.worse = torch.where(far, self.worse + 1, torch.zeros_like(self.worse))
        moving = alive & sound & (self.worse < PATIENCE)
        if self.step % KEEP_EVERY == 0:
            for i in moving.nonzero().flatten().tolist():
                self.kept_u[i] = self.u[i]
        limited = gradient * self._limits(norms, moving).to(gradient).reshape(
            -1, *[1] * (gradient.ndim - 1)
        )
        change = self.adam.update(limited, rate, moving)
        moved = self.variables.settled(self.u - change)
        where = moving.to(moved.device).reshape(-1, *[1] * (moved.ndim - 1))
        self.u = torch.where(where, moved, self.u)
        self._put_back(alive & ~moving)

    def _limits(self, norms: Tensor, moving: Tensor) -> Tensor:
        """Factors (N,) that keep a gradient within CLIP times the start's running median."""
        factors = torch.ones_like(norms)
        for i in moving.nonzero().flatten().tolist():
            norm = float(norms[i])
            if len(self.norms[i]) >= 5 and norm > 0:
                factors[i] = min(1.0, CLIP * median(self.norms[i]) / norm)
            self.norms[i].append(norm)
        return factors

    def _put_back(self, failed: Tensor) -> None:
        """Last kept code, moments forgotten, half the step; after three failures given up."""
        if not failed.any():
            return
        self.adam.forget(failed)
        for i in failed.nonzero().flatten().tolist():
            self.u[i] = self.kept_u[i]
            self.strikes[i] += 1
            self.worse[i] = 0
            self.norms[i].clear()
            given_up = int(self.strikes[i]) >= STRIKES
            self.notes.append(
                f"Start {i + 1} became unstable at step {self.step + 1} and "
                + ("was given up." if given_up else "goes on from a former code, smaller steps.")
            )
