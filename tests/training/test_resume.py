"""Checkpoints: whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from ganpaint.errors import BadRequest, BrokenModel
from ganpaint.training import resume
from ganpaint.training.resume import (
    BEFORE,
    BEST,
    LAST,
    State,
    load_state,
    read_checkpoint,
    save_state,
)
from tests.small_disk import run_on


def state(value: float) -> State:
    return State({"G.a": torch.full((3,), value)}, {"images": int(value), "p": 0.25})


def test_round_trip_keeps_tensors_and_facts(tmp_path: Path) -> None:
    save_state(tmp_path, state(7))
    again = load_state(tmp_path)
    assert torch.equal(again.tensors["G.a"], torch.full((3,), 7.0))
    assert again.facts == {"images": 7, "p": 0.25}


def test_the_one_before_survives_a_damaged_last(tmp_path: Path) -> None:
    save_state(tmp_path, state(1))
    save_state(tmp_path, state(2))
    (tmp_path / LAST).write_bytes((tmp_path / LAST).read_bytes()[:-5])
    assert load_state(tmp_path).facts["images"] == 1


def test_the_best_is_kept_beside(tmp_path: Path) -> None:
    save_state(tmp_path, state(1), best=True)
    save_state(tmp_path, state(2))
    assert {p.name for p in tmp_path.iterdir()} == {LAST, BEFORE, BEST}


def test_nothing_to_go_on_with(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="no training to go on with"):
        load_state(tmp_path)
    (tmp_path / LAST).write_bytes(b"rubbish")
    with pytest.raises(BrokenModel):
        load_state(tmp_path)


def test_being_killed_between_the_best_and_the_last_loses_neither(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A state that knows of a better generator than the one that is kept would never mend it."""
    save_state(tmp_path, state(1), best=True)
    save_state(tmp_path, state(2))
    write, written = resume.atomic_write, []

    def killed(path: Path) -> Any:
        written.append(path.name)
        if len(written) == 2:
            raise KeyboardInterrupt
        return write(path)

    monkeypatch.setattr(resume, "atomic_write", killed)
    with pytest.raises(KeyboardInterrupt):
        save_state(tmp_path, state(3), best=True)
    gone_on_with, best = load_state(tmp_path), read_checkpoint(tmp_path / BEST)
    assert best is not None
    assert gone_on_with.facts["images"] == best.facts["images"] == 3


def test_a_full_disk_leaves_a_run_to_go_on_with(tmp_path: Path) -> None:
    code = """
import torch
from ganpaint.errors import DiskFull
from ganpaint.training.resume import State, is_begun, load_state, save_state
save_state(disk, State({"a": torch.zeros(100_000)}, {"images": 1}))
for images in (2, 3):
    try:
        save_state(disk, State({"a": torch.zeros(300_000)}, {"images": images}))
    except DiskFull as error:
        print(error)
assert is_begun(disk) and load_state(disk).facts["images"] == 1
"""
    assert run_on(tmp_path / "disk", "size=1m", code).count("free on") == 2
