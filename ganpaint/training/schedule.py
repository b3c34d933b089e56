"""A whole training run: stages, sheets, distances, checkpoints, time left.

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
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganpaint.progress import Progress, Stop
from ganpaint.training.distance import Distance, Features, Trunk, distance, pooled_features
from ganpaint.training.distance import real_batches as real_pictures
from ganpaint.training.growth import grow
from ganpaint.training.loop import StepFigures, Trainer
from ganpaint.training.memory import COPIES, looks, nearest_training
from ganpaint.training.resume import State, save_state
from ganpaint.training.together import Together

# share of the whole run spent before each resolution is left: a quarter, a quarter, a half
STAGE_ENDS = {1: (), 2: (0.4,), 3: (0.25, 0.5), 4: (0.15, 0.3, 0.5)}
MEASURING_SHARE = 0.1  # of the time, at most: 5,000 samples take a minute on one core
SHEET_EVERY, SHOWING_SHARE = 10.0, 0.03  # seconds between sheets, more where they are slow
NO_NEARER = "It comes no nearer to its pictures, so it ends here; the best is kept."
COPYING = "It begins to copy its pictures, so it ends here; the best before is kept."
NEWNESS_SAMPLES = 256
SHEET_ROWS = 4
MOST_COLUMNS, FEWEST_COLUMNS = 10, 8


@dataclass(frozen=True, slots=True)
class Plan:
    """How long a run is and how often it looks at itself.

    Exactly one of `minutes` (of this call) and `kimg` (thousand images in all) is positive.
    A run on few pictures is measured before its first step too and ends when `patience`
    measurements in a row have found nothing better (0: never). `watch_copies` ends it when its
    samples are nearer to the pictures than they are to
    each other (METHODS 7.10); what is kept is the best before that.
    """

    minutes: float = 0.0
    kimg: float = 0.0
    save_every: float = 120.0
    measure_every: int = 5000
    samples: int = 5000
    watch_copies: bool = False
    patience: int = 0


@dataclass(frozen=True, slots=True)
class Measured:
    """One measurement: `images` seen, at which `resolution`, and what was found.

    `newness` is the samples' median distance to their nearest training picture over that between
    training pictures (`memory.nearest_training`), only in a run that watches for copies; else 0.
    """

    images: int
    resolution: int
    distance: Distance
    newness: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class TrainProgress(Progress):
    """One moment of a run.

    Attributes:
        images: real pictures seen so far. per_second: of the last seconds.
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
        rng = torch.Generator().manual_seed(1234)
        info = self.trainer.G.info
        self._z = torch.randn(self.plan.samples, info.z_dim, generator=rng)
        labels = np.random.default_rng(1234).choice(
            max(1, info.c_dim), size=self.plan.samples, p=self.trainer.data.class_weights()
        )
        self._labels = torch.from_numpy(labels)
        self._real: dict[int, Features] = {}
        self._floors: dict[int, float] = {}
        self._measuring_took = self._showing_took = 0.0

    @property
    def newest(self) -> Distance | None:
        """The last distance measured."""
        return self.curve[-1].distance if self.curve else None

    @property
    def floor(self) -> float | None:
        """Distance between two halves of the real pictures at the present resolution."""
        real = self._real.get(self.trainer.resolution)
        if real is None or len(real) < 4:
            return None
        if self.trainer.resolution not in self._floors:
            half = len(real) // 2
            self._floors[self.trainer.resolution] = distance(real[:half], real[half:]).value
        return self._floors[self.trainer.resolution]

    @property
    def best(self) -> Distance | None:
        """The smallest distance at the final resolution, of a generator that does not copy."""
        final = self.trainer.recipe.resolution
        found = [m.distance for m in self.curve if m.resolution == final and not _copies(m)]
        return min(found, key=lambda distance: distance.value, default=None)

    @property
    def copying(self) -> bool:
        """Whether the newest samples are copies of training pictures."""
        return bool(self.curve) and _copies(self.curve[-1])

    @property
    def exhausted(self) -> bool:
        """Whether the last `patience` measurements have found nothing better."""
        patience = self.plan.patience
        if not patience or len(self.curve) <= patience or self.best is None:
            return False
        newest = self.curve[-patience:]
        return all(m.distance is not self.best for m in newest)

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
        measured_at, saved_at, told_at = self.trainer.images, time.monotonic(), 0.0
        looked_at = shown_at = saved_at
        pending: list[StepFigures] = []
        leading = self.together.leading
        if leading:
            yield self._report("training", sheet=self.sheet())
            if self.plan.patience and not self.curve:
                yield from self._measure()
        try:
            while self.together.agree(self._to_be_continued()):
                if self.together.agree(self._growth_due()):
                    yield from self._grow()
                pending.append(self.trainer.step())
                if not leading:
                    continue
                now = time.monotonic()
                if now - told_at >= 0.5:
                    told_at = now
                    sheet = None
                    if now - shown_at >= max(SHEET_EVERY, self._showing_took / SHOWING_SHARE):
                        sheet, shown_at = self.sheet(), now
                        self._showing_took = time.monotonic() - now
                    yield self._report("training", _mean_figures(pending), sheet)
                    pending.clear()
                if (
                    self.trainer.images - measured_at >= self.plan.measure_every
                    and now - looked_at >= self._measuring_took / MEASURING_SHARE
                ):
                    measured_at = self.trainer.images
                    yield from self._measure()
                    looked_at = time.monotonic()
                if now - saved_at >= self.plan.save_every:
                    save_state(self.folder, self._state())
                    saved_at = time.monotonic()
                    yield self._report("saving")
            if leading and not self.stop.discarding and measured_at != self.trainer.images:
                yield from self._measure()
        finally:
            if leading and self.trainer.images > self._images_before:
                save_state(self.folder, self._state())

    def settling(self, share: float, sheet: NDArray[np.uint8] | None) -> TrainProgress:
        """What is told while few pictures are sought in the model (`settle`), 0…1."""
        words = f"Finding your pictures in the model: {100 * share:.0f} %"
        return self._report("settling", sheet=sheet, sentence=words)

    def _to_be_continued(self) -> bool:
        ended = self.copying or self.exhausted
        return self.share_done < 1 and not self.stop.requested and not ended

    def _growth_due(self) -> bool:
        recipe = self.trainer.recipe
        if self.trainer.resolution >= recipe.resolution:
            return False
        stages = (recipe.resolution // recipe.start_resolution).bit_length()
        ends = STAGE_ENDS.get(stages, tuple((k + 1) / stages / 2 for k in range(stages - 1)))
        index = (self.trainer.resolution // recipe.start_resolution).bit_length() - 1
        return self.share_done >= ends[index]

    def _grow(self) -> Iterator[TrainProgress]:
        for error in grow(self.trainer):
            yield self._report(
                "growing",
                sentence=f"Growing to {self.trainer.resolution} px: "
                f"new layers {100 * (1 - min(error, 1)):.0f} % warmed up",
            )
        self.together.align(self.trainer.D)

    def _measure(self) -> Iterator[TrainProgress]:
        """Distance of G_ema at the present resolution; the best is kept on the disk."""
        yield self._report("measuring")
        began = time.monotonic()
        resolution = self.trainer.resolution
        if resolution not in self._real:
            self._real[resolution] = pooled_features(self._real_batches(), self.trunk)
        fake = pooled_features(self._fake_batches(), self.trunk)
        found = distance(self._real[resolution], fake)
        newness = 0.0
        if self.plan.watch_copies:
            newness = self._newness()
        before = self.best
        self.curve.append(Measured(self.trainer.images, resolution, found, newness))
        self._measuring_took = time.monotonic() - began
        if self.best is not before:
            save_state(self.folder, self._state(), best=True)
        words = COPYING if self.copying else NO_NEARER if self.exhausted else ""
        yield self._report("measuring", sheet=self.sheet(), sentence=words)

    def _newness(self) -> float:
        """How new samples are against all training pictures (few: all of them are looked at)."""
        training = looks(self._real_batches(), self.trunk)
        mirrored = looks((batch.flip(3) for batch in self._real_batches()), self.trunk)
        count = min(NEWNESS_SAMPLES, self.plan.samples)
        samples = (self.samples(slice(k, min(k + 32, count))) for k in range(0, count, 32))
        return nearest_training(looks(samples, self.trunk), training, mirrored).ratio

    def _real_batches(self) -> Iterator[Tensor]:
        data = self.trainer.data
        order = np.random.default_rng(99).permutation(len(data))[: self.plan.samples]
        factor = self.trainer.recipe.resolution // self.trainer.resolution
        for batch in real_pictures(data.pictures, order):
            small = torch.nn.functional.avg_pool2d(batch, factor) if factor > 1 else batch
            yield small.to(self.trainer.device)

    def _fake_batches(self) -> Iterator[Tensor]:
        for start in range(0, self.plan.samples, 32):
            yield self.samples(slice(start, min(start + 32, self.plan.samples)))

    @torch.no_grad()
    def samples(self, which: slice) -> Tensor:
        """Pictures of G_ema for some of the fixed codes, truncation 1, unclamped."""
        network = self.trainer.G_ema
        c = None
        if network.info.c_dim:
            labels = self._labels[which]
            c = torch.nn.functional.one_hot(labels, network.info.c_dim).float()
            c = c.to(self.trainer.device)
        ws = network.map(self._z[which].to(self.trainer.device), c)
        return network.synthesize(ws, noise_mode="none").clamp(-1, 1)

    @torch.no_grad()
    def sheet(self) -> NDArray[np.uint8]:
        """Fixed codes, the same number of columns for every class, (rows·R, columns·R, 3) uint8."""
        network = self.trainer.G_ema
        classes = min(max(1, network.info.c_dim), MOST_COLUMNS)
        each = max(1, FEWEST_COLUMNS // classes)
        columns = classes * each
        which = torch.arange(SHEET_ROWS * columns) % len(self._z)
        z = self._z[which].to(self.trainer.device)
        c = None
        if network.info.c_dim:
            labels = torch.arange(classes).repeat_interleave(each).repeat(SHEET_ROWS)
            c = torch.nn.functional.one_hot(labels, network.info.c_dim).float()
            c = c.to(self.trainer.device)
        images = network.synthesize(network.map(z, c), noise_mode="none")
        pixels = ((images.clamp(-1, 1) + 1) * 127.5).round().byte().cpu().numpy()
        size = pixels.shape[-1]
        grid = pixels.reshape(SHEET_ROWS, columns, 3, size, size).transpose(0, 3, 1, 4, 2)
        return np.ascontiguousarray(grid.reshape(SHEET_ROWS * size, columns * size, 3))

    def _report(
        self,
        phase: str,
        figures: StepFigures | None = None,
        sheet: NDArray[np.uint8] | None = None,
        sentence: str = "",
    ) -> TrainProgress:
        seconds = time.monotonic() - self._began
        images = self.trainer.images
        rate = (images - self._images_before) / seconds if seconds > 1 else 0.0
        done = self.share_done
        began = 0.0 if not self.plan.kimg else self._images_before / (self.plan.kimg * 1000)
        gained = done - began
        left = seconds * (1 - done) / gained if gained > 1e-4 else None
        classes = self.trainer.G_ema.info.c_dim
        words = sentence or (
            f"{images:,} images at {self.trainer.resolution} px, {rate:.1f} images/s"
            + (f", {self.newest}" if self.newest else "")
        )
        return TrainProgress(
            done=done,
            total=1.0,
            sentence=words,
            seconds=seconds,
            remaining=left,
            images=images,
            per_second=rate,
            resolution=self.trainer.resolution,
            fade=self.trainer.fade,
            figures=figures,
            distance=self.newest,
            best=self.best,
            floor=self.floor,
            sheet=sheet,
            columns=self.trainer.data.class_names[:MOST_COLUMNS] if classes else (),
            phase=phase,
        )


def _copies(measured: Measured) -> bool:
    return 0 < measured.newness < COPIES


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
