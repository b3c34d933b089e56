"""Trainings in the state folder, read without torch."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import pytest

from ganpaint.jobs.training_runs import folder_of, forget, interrupted_runs, run_of
from ganpaint.paths import models_dir


def leave(name: str, facts: dict[str, Any] | None = None, **told: Any) -> Path:
    folder = folder_of(name)
    folder.mkdir(parents=True, exist_ok=True)
    header = json.dumps({"__metadata__": {"facts": json.dumps(facts or {})}}).encode()
    (folder / "last.safetensors").write_bytes(struct.pack("<Q", len(header)) + header)
    if told:
        (folder / "run.json").write_text(json.dumps(told))
    return folder


def test_a_run_tells_how_far_it_came(tmp_path: Path) -> None:
    curve = [[100, 16, 9.0, "FD", 5, 0.0], [200, 32, 20.0, "FD", 5, 0.0]]
    facts = {"images": 250, "resolution": 32, "curve": curve}
    leave("half", facts, source=str(tmp_path), finished=False, title="Half")
    run = run_of("half")
    assert run is not None
    assert (run.images, run.resolution, run.curve) == (250, 32, ((200, 20.0),))
    assert run.can_go_on and run.told["title"] == "Half"
    assert [each.name for each in interrupted_runs()] == ["half"]


def test_finished_runs_are_not_interrupted() -> None:
    leave("done", finished=True)
    leave("old")  # nobody wrote down what it was told, but its model is there
    (models_dir() / "old.safetensors").write_bytes(b"")
    assert interrupted_runs() == []
    assert run_of("old") is not None


@pytest.mark.parametrize("damage", [b"", b"\x00" * 8, b"\xff" * 64, b"\x02" + b"\x00" * 7 + b"{}"])
def test_a_damaged_checkpoint_still_has_its_name(damage: bytes) -> None:
    (leave("hurt") / "last.safetensors").write_bytes(damage)
    run = run_of("hurt")
    assert run is not None and run.images == 0 and not run.can_go_on


def test_what_is_no_run_is_none() -> None:
    assert run_of("") is None and run_of("nothing") is None
    folder_of("empty").mkdir(parents=True)
    assert run_of("empty") is None and interrupted_runs() == []


def test_forgetting_deletes_it() -> None:
    folder = leave("half")
    forget("half")
    assert not folder.exists()
    forget("half")  # twice is no fault
