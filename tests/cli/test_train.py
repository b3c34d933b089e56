"""`ganpaint train` end to end on tiny networks."""

from __future__ import annotations

import json
import os
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


def test_checking_says_what_would_be_left_out(
    pictures: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (pictures / "green" / "broken.jpg").write_bytes(b"no picture")
    assert main(["train", str(pictures), "--check", "--resolution", "16"]) == 0
    out = capsys.readouterr().out
    assert "15 pictures of 2 classes: green, red ones." in out
    assert "unreadable" in out
    assert main(["train", str(pictures), "--check", "--resolution", "16", "--json"]) == 0
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert last["pictures"] == 15 and last["classes"] == ["green", "red ones"]


def test_a_training_needs_a_name(pictures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", str(pictures), "--kimg", "1"]) == 2
    assert "no name" in capsys.readouterr().err


def test_a_run_remembers_what_it_was_told(pictures: Path) -> None:
    words = ["train", str(pictures), "--out", "told", "--resolution", "16", "--kimg", "0.032"]
    assert main([*words, "--licence", "CC0", "--title", "Told", "--dedupe"]) == 0
    told = json.loads((run_folder("told") / "run.json").read_text())
    assert told["source"] == str(pictures.resolve())
    assert told["dedupe"] and told["finished"]
    assert (told["licence"], told["title"], told["resolution"]) == ("CC0", "Told", 16)


@pytest.mark.parametrize(("word", "model"), [(b"rest\n", False), (b"", False), (b"keep\n", True)])
def test_words_on_standard_input_end_it(
    pictures: Path, home: Path, word: bytes, model: bool
) -> None:
    """The end of the input counts as "rest": whoever listened is gone."""
    reading, writing = os.pipe()
    saved = os.dup(0)
    os.dup2(reading, 0)
    os.write(writing, word)
    os.close(writing)
    try:
        words = ["train", str(pictures), "--out", "heard", "--resolution", "16", "--listen"]
        assert main([*words, "--kimg", "1000", "--batch", "4"]) == 130
    finally:
        os.dup2(saved, 0)
        for number in (saved, reading):
            os.close(number)
    assert bool(list(home.rglob("heard.safetensors"))) is model
