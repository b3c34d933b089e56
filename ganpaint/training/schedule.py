"""A whole training run: stages, measurements, checkpoints, and what is told of them.

`run` is a generator like every task: it yields `TrainProgress` a few times a second at most and
can be stopped between two steps; the newest state is then on the disk. The averaged generator is
measured on fixed z and classes against the same real pictures, every `measure_every` images but
for no more than a tenth of the time, and the best one is kept. Curve and best distance are part
of the checkpoint: a run that is gone on with does not take a worse generator for its best.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import astuple, dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ganpaint.progress import Progress, Stop
from ganpaint.training.distance import Distance, Trunk
from ganpaint.training.growth import grow
from ganpaint.training.loop import StepFigures, Trainer
from ganpaint.training.measuring import MOST_COLUMNS, Measured, Measuring, sheet
from ganpaint.training.pace import Pace, stage_ends
from ganpaint.training.resume import State, is_begun, save_state
from ganpaint.training.together import Together

MEASURING_SHARE = 0.1  # of the time, at most: 5,000 samples take a minute on one core
SHEET_EVERY, SHOWING_SHARE = 10.0, 0.03  # seconds between sheets, more where they are slow
NO_NEARER = "It comes no nearer to its pictures, so it ends here; the best is kept."
COPYING = "It begins to copy its pictures, so it ends here; the best before is kept."
COPYING_AT_ONCE = "It copies its pictures before it has learnt more of them, so it ends here."


@dataclass(frozen=True, slots=True)
class Plan:
    """How long a run is and how often it looks at itself.

    Exactly one of `minutes` (of this call) and `kimg` (thousand images in all) is positive.
    A run on few pictures is measured before its first step too and ends when `patience`
    measurements in a row have found nothing better (0: never). `watch_copies` ends it when its
    samples are nearer to the pictures than these are to each other (METHODS 7.10); what is kept
    is the best before that.
    """

    minutes: float = 0.0
    kimg: float = 0.0
    save_every: float = 120.0
    measure_every: int = 5000
    samples: int = 5000
    watch_copies: bool = False
    patience: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class TrainProgress(Progress):
    """One moment of a run.

    Attributes:
        images: real pictures seen so far. per_second: of the last steps.
        resolution, fade: of the stage (fade 1 = fully there).
        figures: means since the last report. distance: the newest, None before the first.
        floor: the same between two halves of the real pictures: what cannot be got below.
        sheet: (H, W, 3) uint8 samples of G_ema on fixed codes, or None when unchanged.
        columns: class names over equal shares of the sheet's columns, () without classes.
        phase: "settling", "training", "growing", "measuring" or "saving".
    """

    images: int = 0
    per_second: float = 0.0
    resolution: int = 0
    fade: float = 1.0
    figures: StepFigures | None = None
    distance: Distance | None = None
    best: Distance | None = None
    floor: float | None = None
    sheet: NDArray[np.uint8] | None = None
    columns: tuple[str, ...] = ()
    phase: str = "training"


@dataclass
class Run:
    """One training run on its trainer; `go` is its generator."""

    trainer: Trainer
    plan: Plan
    folder: Path
    trunk: Trunk
    stop: Stop = field(default_factory=Stop)
    curve: list[Measured] = field(default_factory=list)
    together: Together = field(default_factory=Together)

    def __post_init__(self) -> None:
        self._began = time.monotonic()
        self._images_before = self.trainer.images
        self._pace = Pace()
        plan = self.plan
        self._measuring = Measuring(self.trainer, self.trunk, plan.samples, plan.watch_copies)
        self._measuring_took = self._showing_took = 0.0
        self._whole = True  # False while the networks grow

    @property
    def newest(self) -> Distance | None:
        """The last distance measured."""
        return self.curve[-1].distance if self.curve else None

    @property
    def best(self) -> Distance | None:
        """The smallest distance at the present resolution, of a generator that does not copy."""
        here = self.trainer.resolution
        found = [m.distance for m in self.curve if m.resolution == here and not m.copies]
        return min(found, key=lambda distance: distance.value, default=None)

    @property
    def copying(self) -> bool:
        """Whether the newest samples are copies of training pictures."""
        return bool(self.curve) and self.curve[-1].copies

    @property
    def exhausted(self) -> bool:
        """Whether the last `patience` measurements have found nothing better."""
        patience, final = self.plan.patience, self.trainer.recipe.resolution
        if not patience or len(self.curve) <= patience or self.trainer.resolution < final:
            return False
        newest = self.curve[-patience:]
        return self.best is not None and all(m.distance is not self.best for m in newest)

    def go_on(self, state: State) -> None:
        """Take over what an earlier part of the run has learnt and measured."""
        self.trainer.restore(state)
        self._images_before = self.trainer.images
        self.curve = [
            Measured(images, resolution, Distance(value, kind, samples), newness)
            for images, resolution, value, kind, samples, newness in state.facts.get("curve", ())
        ]

    def _state(self) -> State:
        state = self.trainer.state()
        state.facts["curve"] = [
            (m.images, m.resolution, *astuple(m.distance), m.newness) for m in self.curve
        ]
        return state

    @property
    def share_done(self) -> float:
        """0…1 of the whole run."""
        if self.plan.kimg:
            return min(1.0, self.trainer.images / (self.plan.kimg * 1000))
        return min(1.0, (time.monotonic() - self._began) / (self.plan.minutes * 60))

    def go(self) -> Iterator[TrainProgress]:
        """Train to the end of the plan or until stopped; the last state is always saved.

        Of several processes the first decides, measures and saves; the others follow.
        """
        measured_at, saved_at, told_at = self._where, time.monotonic(), 0.0
        looked_at = shown_at = saved_at
        pending: list[StepFigures] = []
        leading = self.together.leading
        if leading:
            yield self._report("training", sheet=sheet(self.trainer))
            if self.plan.patience and not self.curve:
                yield from self._measure()
        try:
            while self.together.agree(self._to_be_continued()):
                if self.together.agree(self._growth_due()):
                    yield from self._grow()
                    continue
                pending.append(self._step())
                if not leading:
                    continue
                now = time.monotonic()
                if now - told_at >= 0.5:
                    told_at = now
                    shown = None
                    if now - shown_at >= max(SHEET_EVERY, self._showing_took / SHOWING_SHARE):
                        shown, shown_at = sheet(self.trainer), now
                        self._showing_took = time.monotonic() - now
                    yield self._report("training", _mean_figures(pending), shown)
                    pending.clear()
                if (
                    self.trainer.images - measured_at[0] >= self.plan.measure_every
                    and now - looked_at >= self._measuring_took / MEASURING_SHARE
                ):
                    measured_at = self._where
                    yield from self._measure()
                    looked_at = time.monotonic()
                if now - saved_at >= self.plan.save_every:
                    save_state(self.folder, self._state())
                    saved_at = time.monotonic()
                    yield self._report("saving")
            if leading and not self.stop.discarding and measured_at != self._where:
                yield from self._measure()
        finally:
            learnt = self.trainer.images > self._images_before
            if leading and self._whole and (learnt or (self.curve and not is_begun(self.folder))):
                save_state(self.folder, self._state())

    @property
    def _where(self) -> tuple[int, int]:
        return self.trainer.images, self.trainer.resolution

    def _step(self) -> StepFigures:
        before, began = self.trainer.images, time.monotonic()
        figures = self.trainer.step()
        seen, took = self.trainer.images - before, time.monotonic() - began
        self._pace.count(self.trainer.resolution, seen, took)
        return figures

    def settling(self, share: float, shown: NDArray[np.uint8] | None) -> TrainProgress:
        """What is told while few pictures are sought in the model (`settle`), 0…1."""
        words = f"Finding your pictures in the model: {100 * share:.0f} %"
        return self._report("settling", sheet=shown, sentence=words)

    def _to_be_continued(self) -> bool:
        ended = self.copying or self.exhausted
        return self.share_done < 1 and not self.stop.requested and not ended

    def _growth_due(self) -> bool:
        recipe = self.trainer.recipe
        if self.trainer.resolution >= recipe.resolution:
            return False
        return self.share_done >= stage_ends(recipe)[self.trainer.resolution]

    def _grow(self) -> Iterator[TrainProgress]:
        """To the next resolution; a stop half way leaves the former networks, saved before."""
        trainer, state = self.trainer, self._state()
        if self.together.leading:
            save_state(self.folder, state)
        former = trainer.G, trainer.G_ema, trainer.D
        self._whole = False  # a block that is half warmed up must not be gone on with
        for error in grow(trainer):
            if self.together.agree(self.stop.requested):
                trainer.adopt(*former)
                trainer.restore(state)
                break
            yield self._report(
                "growing",
                sentence=f"Growing to {trainer.resolution} px: "
                f"new layers {100 * (1 - min(error, 1)):.0f} % warmed up",
            )
        else:
            self.together.align(trainer.D)
        self._whole = True

    def _measure(self) -> Iterator[TrainProgress]:
        """Distance of G_ema at the present resolution; the best is kept on the disk."""
        yield self._report("measuring")
        began = time.monotonic()
        found = self._measuring.measure()
        before = self.best
        self.curve.append(found)
        self._measuring_took = time.monotonic() - began
        if self.best is not before:
            save_state(self.folder, self._state(), best=True)
        words = NO_NEARER if self.exhausted else ""
        if self.copying:
            words = COPYING if self.best else COPYING_AT_ONCE
        yield self._report("measuring", sheet=sheet(self.trainer), sentence=words)

    def _report(
        self,
        phase: str,
        figures: StepFigures | None = None,
        sheet: NDArray[np.uint8] | None = None,
        sentence: str = "",
    ) -> TrainProgress:
        seconds = time.monotonic() - self._began
        images, rate = self.trainer.images, self._pace.per_second
        classes = self.trainer.G_ema.info.c_dim
        words = sentence or (
            f"{images:,} images at {self.trainer.resolution} px, {rate:.1f} images/s"
            + (f", {self.newest}" if self.newest else "")
        )
        return TrainProgress(
            done=self.share_done,
            total=1.0,
            sentence=words,
            seconds=seconds,
            remaining=self._left(seconds),
            images=images,
            per_second=rate,
            resolution=self.trainer.resolution,
            fade=self.trainer.fade,
            figures=figures,
            distance=self.newest,
            best=self.best,
            floor=self._measuring.floor,
            sheet=sheet,
            columns=self.trainer.data.class_names[:MOST_COLUMNS] if classes else (),
            phase=phase,
        )

    def _left(self, seconds: float) -> float | None:
        plan, trainer = self.plan, self.trainer
        if not plan.kimg:
            return max(0.0, plan.minutes * 60 - seconds)
        span = trainer.images, max(trainer.images, plan.kimg * 1000)
        return self._pace.left(trainer.recipe, trainer.G.config, span, seconds)


def _mean_figures(rows: list[StepFigures]) -> StepFigures | None:
    if not rows:
        return None
    return StepFigures(
        loss_g=float(np.mean([row.loss_g for row in rows])),
        loss_d=float(np.mean([row.loss_d for row in rows])),
        sign_real=float(np.mean([row.sign_real for row in rows])),
        p=rows[-1].p,
        bad_gradients=sum(row.bad_gradients for row in rows),
    )
