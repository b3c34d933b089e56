"""The training process: moments, notes, the model, errors, and stopping."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QProcess

from ganpaint.jobs.training_process import TrainingProcess
from tests.training.conftest import pictures

__all__ = ["pictures"]  # the fixture of tests/training


@pytest.fixture
def heard() -> dict[str, list[Any]]:
    return {"moment": [], "note": [], "finished": [], "failed": []}


def process_of(heard: dict[str, list[Any]]) -> TrainingProcess:
    process = TrainingProcess()
    process.moment.connect(heard["moment"].append)
    process.note.connect(heard["note"].append)
    process.finished.connect(heard["finished"].append)
    process.failed.connect(lambda sentence, details: heard["failed"].append(sentence))
    return process


def test_broken_lines_are_put_together(qtbot: Any, heard: dict[str, list[Any]]) -> None:
    process = process_of(heard)
    for piece in (b'{"images": 1}\n{"no', b'te": "Hm."}\n', b'{"model": "m"}\n'):
        process._rest += piece
        process._read()
    assert heard["moment"] == [{"images": 1}]
    assert heard["note"] == ["Hm."]
    process._ended()
    assert heard["finished"] == [{"model": "m"}]


def test_a_refusal_comes_as_its_sentence(
    qtbot: Any, heard: dict[str, list[Any]], tmp_path: Path
) -> None:
    process = process_of(heard)
    process.start([str(tmp_path / "nothing"), "--out", "x", "--kimg", "1"])
    qtbot.waitUntil(lambda: bool(heard["failed"]), timeout=60_000)
    assert "does not exist" in heard["failed"][0]
    qtbot.waitUntil(lambda: not process.is_running, timeout=20_000)
    assert len(heard["failed"]) == 1


@pytest.mark.slow("one real run in a process of its own: about 15 s")
def test_a_run_can_be_stopped_and_gives_a_model(
    qtbot: Any, heard: dict[str, list[Any]], pictures: Path
) -> None:
    process = process_of(heard)
    words = [str(pictures), "--out", "mine", "--resolution", "16", "--kimg", "100"]
    process.start([*words, "--precision", "fp32", "--batch", "4"])
    qtbot.waitUntil(lambda: any(moment["images"] > 0 for moment in heard["moment"]), timeout=80_000)
    process.stop()
    qtbot.waitUntil(lambda: not process.is_running, timeout=80_000)
    assert heard["failed"] == []
    assert heard["finished"][0]["model"] == "mine"
    assert Path(heard["finished"][0]["path"]).exists()


def test_ending_at_once_says_nothing(qtbot: Any, heard: dict[str, list[Any]]) -> None:
    process = process_of(heard)
    process.start(["/nowhere", "--out", "x", "--kimg", "1"])
    process.end()
    assert process._process.state() == QProcess.ProcessState.NotRunning
    assert heard["failed"] == []
