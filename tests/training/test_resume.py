"""Checkpoints: whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from ganpaint.errors import BadRequest, BrokenModel
from ganpaint.training.resume import BEFORE, BEST, LAST, State, load_state, save_state


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
