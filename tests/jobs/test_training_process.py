"""The training process: moments, notes, the model, errors, and stopping."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QProcess

from ganpaint.jobs.training_process import PictureCheck, TrainingProcess
from ganpaint.jobs.training_runs import interrupted_runs, run_of
from tests.training.conftest import pictures

__all__ = ["pictures"]  # the fixture of tests/training


@pytest.fixture
def heard() -> dict[str, list[Any]]:
    return {name: [] for name in ("moment", "note", "finished", "failed", "rested")}


def process_of(heard: dict[str, list[Any]]) -> TrainingProcess:
    process = TrainingProcess()
    process.moment.connect(heard["moment"].append)
    process.note.connect(heard["note"].append)
    process.finished.connect(heard["finished"].append)
    process.rested.connect(lambda: heard["rested"].append(True))
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


def test_what_a_library_prints_is_kept_for_the_details(
    qtbot: Any, heard: dict[str, list[Any]]
) -> None:
    process = process_of(heard)
    process._rest = b'[W] strange words\n{"images": 2}\n7\n'
    process._read()
    assert heard["moment"] == [{"images": 2}]
    assert "strange words" in process._errors


def test_a_refusal_comes_as_its_sentence(
    qtbot: Any, heard: dict[str, list[Any]], tmp_path: Path
) -> None:
    process = process_of(heard)
    process.start([str(tmp_path / "nothing"), "--out", "x", "--kimg", "1"])
    qtbot.waitUntil(lambda: bool(heard["failed"]), timeout=60_000)
    assert "does not exist" in heard["failed"][0]
    qtbot.waitUntil(lambda: not process.is_running, timeout=20_000)
    assert len(heard["failed"]) == 1


@pytest.mark.slow("one real run in a process of its own: about 20 s")
def test_a_run_rests_goes_on_and_gives_a_model(
    qtbot: Any, heard: dict[str, list[Any]], pictures: Path
) -> None:
    process = process_of(heard)
    words = [str(pictures), "--out", "mine", "--resolution", "16", "--kimg", "100"]
    process.start([*words, "--precision", "fp32", "--batch", "4"])
    qtbot.waitUntil(lambda: any(moment["images"] > 0 for moment in heard["moment"]), timeout=80_000)
    process.rest()
    qtbot.waitUntil(lambda: not process.is_running, timeout=80_000)
    assert heard["failed"] == heard["finished"] == [] and heard["rested"] == [True]
    run = run_of("mine")
    assert run is not None and run.images > 0 and run.source == pictures
    assert [each.name for each in interrupted_runs()] == ["mine"]
    process.start([*words, "--precision", "fp32", "--resume"])
    before = len(heard["moment"])
    qtbot.waitUntil(lambda: len(heard["moment"]) > before, timeout=80_000)
    assert heard["moment"][before]["images"] >= run.images
    process.stop()
    qtbot.waitUntil(lambda: not process.is_running, timeout=80_000)
    assert heard["failed"] == [] and interrupted_runs() == []
    assert heard["finished"][0]["model"] == "mine"
    assert Path(heard["finished"][0]["path"]).exists()


def test_ending_at_once_says_nothing(qtbot: Any, heard: dict[str, list[Any]]) -> None:
    process = process_of(heard)
    process.start(["/nowhere", "--out", "x", "--kimg", "1"])
    process.end()
    assert process._process.state() == QProcess.ProcessState.NotRunning
    assert heard["failed"] == []


def test_a_process_that_dies_is_told_with_its_last_words(
    qtbot: Any, heard: dict[str, list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    process = process_of(heard)
    monkeypatch.setattr("ganpaint.jobs.training_process.sys.executable", "/bin/false")
    process.start(["x"])
    qtbot.waitUntil(lambda: bool(heard["failed"]), timeout=20_000)
    assert heard["failed"] == ["The training ended before its time."]
    monkeypatch.setattr("ganpaint.jobs.training_process.sys.executable", "/nowhere/python")
    process.start(["x"])
    qtbot.waitUntil(lambda: len(heard["failed"]) == 2, timeout=20_000)
    assert "could not be started" in heard["failed"][1]


def test_killing_on_demand_is_no_failure(qtbot: Any, heard: dict[str, list[Any]]) -> None:
    process = process_of(heard)
    process.start(["/nowhere", "--out", "x", "--kimg", "1"])
    qtbot.waitUntil(lambda: process.is_running, timeout=20_000)
    process.kill()
    qtbot.waitUntil(lambda: not process.is_running, timeout=20_000)
    assert heard["failed"] == [] and heard["rested"] == [True]


def test_pictures_are_looked_at(qtbot: Any, pictures: Path) -> None:
    check, found, failed = PictureCheck(), [], []
    check.found.connect(found.append)
    check.failed.connect(lambda sentence, details: failed.append(sentence))
    check.start([str(pictures), "--check", "--resolution", "16"])
    qtbot.waitUntil(lambda: bool(found), timeout=60_000)
    assert found[0]["pictures"] == 15 and found[0]["classes"] == ["green", "red ones"]
    qtbot.waitUntil(lambda: not check.is_running, timeout=20_000)
    check.start([str(pictures / "green"), "--check", "--resolution", "16"])
    qtbot.waitUntil(lambda: bool(failed), timeout=60_000)
    assert "3 usable pictures" in failed[0]
    qtbot.waitUntil(lambda: not check.is_running, timeout=20_000)
    assert len(found) == len(failed) == 1


def test_stopping_before_anything_was_learnt_is_no_failure(
    qtbot: Any, heard: dict[str, list[Any]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "ends"
    program.write_text("#!/bin/sh\nread word\nexit 130\n")
    program.chmod(0o755)
    monkeypatch.setattr("ganpaint.jobs.training_process.sys.executable", str(program))
    process = process_of(heard)
    process.start(["x"])
    qtbot.waitUntil(lambda: process.is_running, timeout=20_000)
    process.stop()
    qtbot.waitUntil(lambda: not process.is_running, timeout=20_000)
    assert heard["failed"] == [] and heard["rested"] == [True]
