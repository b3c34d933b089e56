"""`ganpaint train` end to end on tiny networks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ganpaint.cli.main import main
from ganpaint.tasks.train import run_folder
from ganpaint.training.resume import LAST
from tests.training.conftest import pictures

__all__ = ["pictures"]  # the fixture of tests/training


@pytest.fixture(autouse=True)
def small_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ganpaint.training.networks.WIDTHS", (8, 8, 8, 8, 8))
    monkeypatch.setattr("ganpaint.training.networks.CMAP_DIM", 8)


def test_json_tells_every_moment_and_the_model(
    pictures: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["train", str(pictures), "--out", "mine", "--resolution", "16", "--kimg", "0.064"]
    assert main([*words, "--json", "--precision", "fp32"]) == 0
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    moments = [r for r in records if "images" in r]
    assert moments[-1]["done"] == 1
    assert moments[-1]["distance"]["kind"] == "KD-squeeze"
    sheets = [Path(r["sheet"]) for r in moments if r["sheet"]]
    assert sheets
    assert all(sheet.exists() for sheet in sheets)
    assert records[-1]["model"] == "mine"
    assert Path(records[-1]["path"]).exists()


def test_people_read_sentences(pictures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["train", str(pictures), "--out", "ours", "--resolution", "16", "--kimg", "0.032"]
    assert main(words) == 0
    out = capsys.readouterr().out
    assert "Wrote" in out
    assert "memorising ratio" in out


def test_a_training_is_not_overwritten(pictures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["train", str(pictures), "--out", "twice", "--resolution", "16"]
    assert main([*words, "--kimg", "0.032"]) == 0
    kept = (run_folder("twice") / LAST).read_bytes()
    assert main([*words, "--kimg", "0.032"]) == 2
    assert "was begun before" in capsys.readouterr().err
    assert (run_folder("twice") / LAST).read_bytes() == kept
    assert main([*words, "--kimg", "0.064", "--resume"]) == 0


def test_unusable_folders_are_told_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    assert main(["train", str(tmp_path / "empty"), "--out", "x", "--kimg", "1"]) == 2
    assert "has no pictures ganpaint can read" in capsys.readouterr().err
