"""A folder of photos: each alone, failures apart, interrupted ones gone on with."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from ganpaint.cli import batch
from ganpaint.cli.batch import passed_on, photos_in
from ganpaint.cli.main import main
from ganpaint.errors import BadRequest
from tests.training.conftest import paint

WORDS = ["--steps", "2", "--starts", "1", "--samples", "2", "--model", "fruits-64"]


def test_only_the_persons_options_are_passed_on() -> None:
    words = ["folder", "--out", "o", "--jobs", "2", "--space", "w", "--force", "--json"]
    assert passed_on([*words, "--seed=3", "--keep-best"]) == [
        "--space", "w", "--seed=3", "--keep-best",
    ]  # fmt: skip


def test_a_folder_without_pictures_is_told_with_its_number(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x", encoding="utf-8")
    with pytest.raises(BadRequest, match="1 files, none"):
        photos_in(tmp_path)


@pytest.mark.behaviour("B3")
@pytest.mark.slow("three processes with torch: about 15 s")
def test_a_broken_photo_does_not_stop_the_rest_and_results_are_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    folder, out = tmp_path / "photos", tmp_path / "out"
    paint(folder, 2, (200, 60, 40), side=64)
    (folder / "broken.png").write_bytes(b"no picture")
    words = ["project", str(folder), "--out", str(out), "--jobs", "2", *WORDS]
    assert main(words) == 1
    said = capsys.readouterr().out
    assert "2 of 3 photos are in" in said
    assert "broken.png: " in said
    assert (out / "000" / "result.png").exists()
    assert (out / "001" / "code.npz").exists()
    before = (out / "000" / "result.png").stat().st_mtime_ns
    (folder / "broken.png").unlink()
    assert main([*words, "--json"]) == 0
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [r["outcome"] for r in records if "outcome" in r] == ["there already"] * 2
    assert (out / "000" / "result.png").stat().st_mtime_ns == before
    log = (out / "batch.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(log) == 5


def test_cores_are_shared_among_the_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[str]] = []

    class Ended:
        returncode = 1
        stderr = open(os.devnull, encoding="utf-8")  # noqa: SIM115, PTH123 - closed by the batch

        def __init__(self, words: list[str], **_: object) -> None:
            seen.append(words)

        def poll(self) -> int:
            return 1

    monkeypatch.setattr(batch.subprocess, "Popen", Ended)
    monkeypatch.setattr(batch.os, "cpu_count", lambda: 8)
    paint(tmp_path / "photos", 1, (1, 2, 3))
    assert main(["project", str(tmp_path / "photos"), "--out", str(tmp_path / "o"), "--jobs", "4"])
    assert seen[0][seen[0].index("--threads") + 1] == "2"
