"""Training checkpoints: whole or not at all, and going on gives the same next step.

One safetensors file holds every tensor (raw and averaged generator, discriminator, both
optimisers' moments, random states); counters and settings are JSON in its header. It is written
beside the target, flushed to the disk and renamed; the last two and the best are kept, so that
killing the trainer at any moment loses at most the steps since the last one.
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
    last = folder / LAST
    if last.exists():
        last.replace(folder / BEFORE)
    for name in (LAST, *([BEST] if best else [])):
        with atomic_write(folder / name) as file:
            file.write(data)


def load_state(folder: Path) -> State:
    """The newest whole checkpoint of a run.

    Raises:
        BadRequest: there is none. BrokenModel: neither of the last two can be read.
    """
    found = [folder / name for name in (LAST, BEFORE) if (folder / name).exists()]
    if not found:
        raise BadRequest(
            f"“{folder.name}” holds no training to go on with.",
            "Leave --resume out to start afresh.",
        )
    for path in found:
        state = read_checkpoint(path)
        if state is not None:
            return state
    raise BrokenModel(
        f"The training checkpoints in “{folder.name}” cannot be read.",
        "Start afresh, or from the last model with --from.",
    )


def read_checkpoint(path: Path) -> State | None:
    """One checkpoint file; None when it is missing, damaged or of another version."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "pt") as file:
            metadata = file.metadata() or {}
            if metadata.get("ganpaint-training") != VERSION:
                return None
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        return State(tensors, json.loads(metadata["facts"]))
    except (OSError, SafetensorError, ValueError, KeyError):
        return None
