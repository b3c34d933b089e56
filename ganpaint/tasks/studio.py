"""The studio: loaded models and what was measured of them, device, threads and the stop signal.

Shared by all tasks of one thread. This module imports no torch, so that a shell's `--help` and
the window's first paint need none; the engine is imported when the first model is opened.
"""

from __future__ import annotations

import json
import logging
import os
from collections import OrderedDict
from collections.abc import Generator as Generating
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ganpaint.atomic import atomic_write
from ganpaint.errors import CannotWrite, MissingModel
from ganpaint.paths import cache_dir
from ganpaint.progress import Progress, Stop

if TYPE_CHECKING:
    import torch

    from ganpaint.catalogue import Catalogue, Entry
    from ganpaint.engine.calibration import Calibration
    from ganpaint.engine.classes import Transports
    from ganpaint.engine.generators.base import Generator
    from ganpaint.engine.objective import Loss
    from ganpaint.model_info import ModelInfo
    from ganpaint.tasks.drafts import Drafts

Stamp = tuple[int, int] | None
KEPT = 3  # models held in memory at once
FIRST_GUESS = 0.012  # seconds a start and step of a 64-px model before anything was measured

log = logging.getLogger(__name__)


def _no_drafts() -> Drafts:
    from ganpaint.tasks.drafts import Drafts

    return Drafts()


@dataclass(slots=True, eq=False)
class Opened:
    """A loaded model with its measurements and the losses made for it so far."""

    generator: Generator
    calibration: Calibration
    transports: Transports
    losses: dict[str, Loss] = field(default_factory=dict)
    drafts: Drafts = field(default_factory=_no_drafts)

    @property
    def info(self) -> ModelInfo:
        """The facts of the model."""
        return self.generator.info

    def loss(self, name: str) -> Loss:
        """A loss by its name. Raises MissingTrunk, NotOffered, BadRequest."""
        from ganpaint.engine.losses import make_loss

        if name not in self.losses:
            self.losses[name] = make_loss(name, self.generator, self.generator.device)
        return self.losses[name]


@dataclass(slots=True, eq=False)
class Shelf:
    """What the studios of one thread share."""

    models: OrderedDict[str, Opened] = field(default_factory=OrderedDict)  # by hash
    hashes: dict[str, str] = field(default_factory=dict)  # name or path → hash
    stamps: dict[str, tuple[Path | None, Stamp]] = field(default_factory=dict)  # by hash: its file
    catalogue: Catalogue | None = None
    device: torch.device | None = None
    threads_set: bool = False
    rescan: bool = False  # whether the catalogue is the one of this computer


class Studio:
    """Where tasks find models.

    Args:
        catalogue: models on disk; scanned when first needed if None.
        device: "auto", "cpu" or "cuda".
        threads: for torch; 0 = all processors but one, -1 = all of them.
        cache: folder of what is measured once; the user's cache folder if None.
    """

    def __init__(
        self,
        catalogue: Catalogue | None = None,
        device: str = "auto",
        threads: int = 0,
        cache: Path | None = None,
    ) -> None:
        self.stop = Stop()
        self.preference, self.cache = device, cache or cache_dir()
        cores = processors()
        self.threads = threads or max(1, cores - 1)
        if threads < 0:
            self.threads = cores
        self._shelf = Shelf(catalogue=catalogue, rescan=catalogue is None)

    def for_job(self, stop: Stop) -> Studio:
        """The same studio with another stop signal."""
        studio = Studio.__new__(Studio)
        studio.__dict__.update(self.__dict__)
        studio.stop = stop
        return studio

    @property
    def catalogue(self) -> Catalogue:
        """The models on disk."""
        if self._shelf.catalogue is None:
            from ganpaint.catalogue import Catalogue

            self._shelf.catalogue = Catalogue.scan()
        return self._shelf.catalogue

    @property
    def device(self) -> torch.device:
        """Where models are computed; chosen when first needed."""
        from ganpaint.engine import device

        if not self._shelf.threads_set:
            device.set_threads(self.threads)  # is a setting of the calling thread
            self._shelf.threads_set = True
        if self._shelf.device is None:
            self._shelf.device = device.choose_device(self.preference)
        return self._shelf.device

    def open(self, key: str) -> Generating[Progress, None, Opened]:
        """A model by name, content hash or path, loaded and measured at most once.

        Raises BadModel (MissingModel with the nearest names) and Stopped.
        """
        known = self._held(key)
        if known:
            self._shelf.models.move_to_end(known)
            return self._shelf.models[known]
        device = self.device
        from ganpaint.engine.calibration import calibrate
        from ganpaint.engine.classes import Transports

        entry = self._entry(key)
        yield Progress(sentence=f"Opening {entry.title if entry else Path(key).stem}")
        generator = self._load(key, entry, str(device))
        calibration = yield from calibrate(generator, self.cache, self.stop)
        opened = Opened(generator, calibration, Transports(generator, calibration, self.cache))
        info = generator.info
        self._shelf.models[info.hash] = opened
        for name in {key, str(info.path) if info.path else key}:
            self._shelf.hashes[name] = info.hash
        self._shelf.stamps[info.hash] = info.path, _stamp(info.path)
        while len(self._shelf.models) > KEPT:
            self._shelf.models.popitem(last=False)
        return opened

    def _held(self, key: str) -> str:
        """The hash of the model that is held under a name, path or hash; "" where none is.

        A file that was replaced meanwhile, by another run of its training, is another model.
        """
        content = self._shelf.hashes.get(key, key)
        path, stamp = self._shelf.stamps.get(content, (None, None))
        if content not in self._shelf.models or (key != content and _stamp(path) != stamp):
            return ""
        return content

    def glance(self, key: str) -> Generator:
        """A generator as it is: the one that is held, else loaded, not measured and not held."""
        known = self._held(key)
        if known:
            return self._shelf.models[known].generator
        return self._load(key, self._entry(key), str(self.device))

    def forget(self, content: str) -> None:
        """Let go of the model of this hash: it is to be read anew."""
        self._shelf.models.pop(content, None)

    def generator(self, key: str) -> Generator:
        """The loaded generator; waits for it."""
        return self._now(key).generator

    def calibration(self, key: str) -> Calibration:
        """Its measurements; waits for them."""
        return self._now(key).calibration

    def info(self, key: str) -> ModelInfo:
        """Its facts with all offers; waits for them."""
        from ganpaint.tasks.offers import described

        return described(self._now(key).generator)

    def _now(self, key: str) -> Opened:
        opening = self.open(key)
        while True:
            try:
                next(opening)
            except StopIteration as end:
                opened: Opened = end.value
                return opened

    def _load(self, key: str, entry: Entry | None, device: str) -> Generator:
        from ganpaint.catalogue import remember
        from ganpaint.engine.checkpoints import open_model

        generator = open_model(entry.path if entry else key, device=device)
        if entry is not None:
            generator = self._named(generator, entry)
        if entry is None or entry.source != "bundled":
            remember(generator.info)
        return generator

    def _entry(self, key: str) -> Entry | None:
        """The catalogue's entry, None for a file's path.

        The disk is looked through again before a model is called missing.
        """
        if Path(key).exists() and ("." in key or os.sep in key):
            return None
        try:
            return self.catalogue.find(key)
        except MissingModel:
            if not self._shelf.rescan:
                raise
            self._shelf.catalogue = None
            return self.catalogue.find(key)

    @staticmethod
    def _named(generator: Generator, entry: Entry) -> Generator:
        """The generator under the names that the catalogue gives it."""
        info = generator.info
        changes = {
            name: value
            for name in ("name", "title", "licence", "path")
            if not getattr(info, name) and (value := getattr(entry, name, None))
        }
        if changes:
            generator.info = replace(info, **changes)
        return generator

    def record_times(self, model: str, step: float, starts: int, sample: float) -> None:
        """Remember seconds of a step with so many starts and of a sample (BEHAVIOURS F13)."""
        times = read_times(self.cache)
        mine = times.setdefault(_time_key(model, str(self.device), self.threads), {})
        if step > 0:
            mine[f"step{starts}"] = step
        if sample > 0:
            mine["sample"] = sample
        try:
            self.cache.mkdir(parents=True, exist_ok=True)
            with atomic_write(self.cache / "times.json") as file:
                file.write(json.dumps(times).encode())
        except (OSError, CannotWrite) as error:
            log.warning("the measured times could not be kept: %s", error)

    def estimate(self, model: str, steps: int, starts: int, samples: int) -> float:
        """Seconds that a projection will take, from this machine's measured steps.

        Needs the content hash and no torch; a rough guess before anything was measured.
        """
        return estimate(self.cache, model, (steps, starts, samples), self.threads)


def _stamp(path: Path | None) -> Stamp:
    """Size and time of a file; None where there is none."""
    try:
        status = path.stat() if path is not None else None
    except OSError:
        return None
    return (status.st_size, status.st_mtime_ns) if status is not None else None


def processors() -> int:
    """Processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def read_times(cache: Path) -> dict[str, dict[str, float]]:
    """Measured times of this machine; {} when there are none or the file is damaged."""
    try:
        times = json.loads((cache / "times.json").read_text())
        return {
            str(key): {str(name): float(seconds) for name, seconds in values.items()}
            for key, values in times.items()
        }
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, AttributeError, TypeError) as error:
        log.warning("the measured times are damaged and begin anew: %s", error)
        return {}


def estimate(cache: Path, model: str, size: tuple[int, int, int], threads: int = 0) -> float:
    """Seconds of a projection of (steps, starts, samples), without torch or a studio."""
    steps, starts, samples = size
    threads = threads or max(1, processors() - 1)
    mine: dict[str, float] = {}
    for key, values in read_times(cache).items():
        if key.startswith(model[:16]) and key.endswith(f"|{threads}"):
            mine |= values
    measured = {int(n[4:]): s for n, s in mine.items() if n.startswith("step")}
    if starts in measured:
        step = measured[starts]
    elif measured:
        nearest = min(measured, key=lambda n: abs(n - starts))
        step = measured[nearest] * starts / nearest
    else:
        step = FIRST_GUESS * starts
    return steps * step + samples * mine.get("sample", FIRST_GUESS / 3)


def _time_key(model: str, device: str, threads: int) -> str:
    return f"{model[:16]}|{device}|{threads}"
