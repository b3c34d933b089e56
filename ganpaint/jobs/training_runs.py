"""The trainings that lie in the state folder: what they were told and how far they came.

Read without torch: a checkpoint's counters and its curve stand in the header of its file, what
the run was told in `run.json` beside it (cli/train.py).
"""

from __future__ import annotations

import json
import shutil
import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ganpaint.paths import models_dir, state_dir

CHECKPOINTS = ("last.safetensors", "before.safetensors")
LARGEST_HEADER = 64 << 20


@dataclass(frozen=True, slots=True)
class TrainingRun:
    """One training that can be gone on with.

    Attributes:
        name: of its model. saved: when its checkpoint was written, seconds since 1970.
        images: pictures it has seen; resolution: of its stage; 0 where it is not known.
        source: folder or zip of its pictures, None where nobody wrote it down.
        finished: whether its model was written after the last checkpoint.
        curve: (images, distance) pairs at the resolution of the checkpoint.
        told: base, resolution, dedupe, title, licence.
    """

    name: str
    saved: float
    images: int = 0
    resolution: int = 0
    source: Path | None = None
    finished: bool = False
    curve: tuple[tuple[int, float], ...] = ()
    told: dict[str, Any] = field(default_factory=dict)

    @property
    def can_go_on(self) -> bool:
        """Whether its pictures are still there."""
        return self.source is not None and self.source.exists()


def folder_of(name: str) -> Path:
    """Where the checkpoints of a run lie."""
    return state_dir() / "training" / name


def run_of(name: str) -> TrainingRun | None:
    """The run of a name, None where none was begun."""
    folder = folder_of(name)
    files = [path for each in CHECKPOINTS if (path := folder / each).is_file()]
    if not name or not files:
        return None
    facts = _facts(files[0])
    told = _json(folder / "run.json")
    source = told.get("source")
    return TrainingRun(
        name=name,
        saved=files[0].stat().st_mtime,
        images=int(facts.get("images", 0)),
        resolution=int(facts.get("resolution", 0)),
        source=Path(source) if isinstance(source, str) else None,
        finished=bool(told.get("finished", (models_dir() / f"{name}.safetensors").exists())),
        curve=_curve(facts),
        told=told,
    )


def interrupted_runs() -> list[TrainingRun]:
    """The runs whose model was not written after they were saved, newest first."""
    try:
        names = [path.name for path in (state_dir() / "training").iterdir() if path.is_dir()]
    except OSError:
        return []
    runs = [run for name in names if (run := run_of(name)) is not None and not run.finished]
    return sorted(runs, key=lambda run: run.saved, reverse=True)


def forget(name: str) -> None:
    """Delete the checkpoints and sheets of a run; its model stays."""
    shutil.rmtree(folder_of(name), ignore_errors=True)


def _facts(path: Path) -> dict[str, Any]:
    """What a checkpoint says of itself; {} where it cannot be read."""
    try:
        with path.open("rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            if length > LARGEST_HEADER:
                return {}
            facts = json.loads(json.loads(file.read(length))["__metadata__"]["facts"])
    except (OSError, ValueError, KeyError, TypeError, struct.error):
        return {}
    return facts if isinstance(facts, dict) else {}


def _curve(facts: dict[str, Any]) -> tuple[tuple[int, float], ...]:
    rows = facts.get("curve", ())
    return tuple((int(row[0]), float(row[2])) for row in rows if row[1] == facts.get("resolution"))


def _json(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}
