"""Training checkpoints: whole or not at all, and going on gives the same next step.

One safetensors file holds every tensor (raw and averaged generator, discriminator, both
optimisers' moments, random states); counters and settings are JSON in its header. It is written
beside the target, flushed to the disk and renamed; the last two and the best are kept, so that
killing the trainer at any moment loses at most the steps since the last one. The newest whole one
of the three is gone on with: the best is written first, and may be all that there is of a moment.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import Tensor

from ganpaint.atomic import atomic_write
from ganpaint.errors import BadRequest, BrokenModel

VERSION = "1"
LAST, BEFORE, BEST = "last.safetensors", "before.safetensors", "best.safetensors"
CHECKPOINTS = (LAST, BEFORE, BEST)


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """Tensors by dotted name, and everything else as JSON-ready values."""

    tensors: dict[str, Tensor]
    facts: dict[str, Any]


def save_state(folder: Path, state: State, *, best: bool = False) -> None:
    """Write the state as the newest checkpoint of a run, keeping the one before.

    Raises:
        DiskFull, ReadOnly, CannotWrite: the former checkpoints are untouched.
    """
    from safetensors.torch import save

    folder.mkdir(parents=True, exist_ok=True)
    metadata = {"ganpaint-training": VERSION, "facts": json.dumps(state.facts)}
    data = save(
        {name: tensor.detach().cpu().contiguous() for name, tensor in state.tensors.items()},
        metadata,
    )
    for name in (*([BEST] if best else []), LAST):
        if name == LAST and (folder / LAST).exists():
            (folder / LAST).replace(folder / BEFORE)
        with atomic_write(folder / name) as file:
            file.write(data)


def is_begun(folder: Path) -> bool:
    """Whether a run has left anything to go on with."""
    return any((folder / name).exists() for name in CHECKPOINTS)


def load_state(folder: Path) -> State:
    """The newest whole checkpoint of a run.

    Raises:
        BadRequest: there is none. BrokenModel: none of them can be read.
    """
    if not is_begun(folder):
        raise BadRequest(
            f"“{folder.name}” holds no training to go on with.",
            "Leave --resume out to start afresh.",
        )
    for name in sorted(CHECKPOINTS, key=lambda name: -_images(folder / name)):
        state = read_checkpoint(folder / name)
        if state is not None:
            return state
    raise BrokenModel(
        f"The training checkpoints in “{folder.name}” cannot be read.",
        "Start afresh, or from the last model with --from.",
    )


def read_checkpoint(path: Path, *, whole: bool = True) -> State | None:
    """One checkpoint file; None when it is missing, damaged or of another version.

    With `whole=False` its facts only, which cost nothing.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "pt") as file:
            metadata = file.metadata() or {}
            if metadata.get("ganpaint-training") != VERSION:
                return None
            names = file.keys() if whole else ()
            tensors = {name: file.get_tensor(name) for name in names}
        return State(tensors, json.loads(metadata["facts"]))
    except (OSError, SafetensorError, ValueError, KeyError):
        return None


def _images(path: Path) -> int:
    state = read_checkpoint(path, whole=False)
    return -1 if state is None else int(state.facts.get("images", 0))
