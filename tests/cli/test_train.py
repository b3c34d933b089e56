"""`ganpaint train` end to end on tiny networks."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from ganpaint.cli.main import main
from ganpaint.tasks.train import run_folder
from ganpaint.training.loop import StepFigures, Trainer
from ganpaint.training.resume import LAST, is_begun
from tests.training.conftest import paint, pictures

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
    moved = pictures.rename(pictures.with_name("elsewhere"))
    words = ["train", str(moved), "--out", "told", "--kimg", "0.064", "--resume"]
    assert main([*words, "--licence", "CC BY"]) == 0
    told = json.loads((run_folder("told") / "run.json").read_text())
    assert told["source"] == str(moved.resolve())  # where the window looks for them
    assert (told["licence"], told["title"], told["resolution"]) == ("CC BY", "Told", 16)


def test_other_processes_say_nothing(
    pictures: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One process speaks; with `--json` a sentence of another one would break its lines."""
    monkeypatch.setenv("RANK", "1")
    words = ["train", str(pictures), "--out", "quiet", "--resolution", "16", "--kimg", "0.032"]
    assert main([*words, "--json"]) == 0
    assert main([*words, "--resume"]) == 0
    heard = capsys.readouterr()
    assert (heard.out, heard.err) == ("", "")


def test_a_stop_says_that_it_can_be_gone_on_with(
    pictures: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["train", str(pictures), "--out", "halt", "--resolution", "16", "--kimg", "1000"]
    step, seen = Trainer.step, []

    def interrupted(self: Trainer) -> StepFigures:
        seen.append(1)
        if len(seen) == 3:
            raise KeyboardInterrupt  # the second Ctrl+C
        return step(self)

    monkeypatch.setattr(Trainer, "step", interrupted)
    assert main(words) == 130
    out = capsys.readouterr().out
    assert "Nothing was written" not in out
    assert "--resume" in out
    assert is_begun(run_folder("halt"))


def test_a_sheet_that_cannot_be_written_ends_nothing(
    pictures: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run_folder("sheets").mkdir(parents=True)
    (run_folder("sheets") / "sheets").write_text("no folder")
    words = ["train", str(pictures), "--out", "sheets", "--resolution", "16", "--kimg", "0.032"]
    assert main([*words, "--json"]) == 0
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert not any(record.get("sheet") for record in records)
    assert any("sheet" in record.get("note", "") for record in records)


def test_reading_many_pictures_is_told(
    pictures: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    paint(pictures / "green", 4, (40, 210, 40))  # not those that other tests have read
    clock = iter(range(10**6))
    monkeypatch.setattr("ganpaint.tasks.train_setup.time.monotonic", lambda: float(next(clock)))
    words = ["train", str(pictures), "--out", "x", "--resolution", "16", "--kimg", "0.008"]
    assert main([*words, "--json"]) == 0
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {"read": 7, "of": 16} in records


@pytest.mark.parametrize(("word", "model"), [(b"rest\n", False), (b"", False), (b"keep\n", True)])
def test_words_on_standard_input_end_it(
    pictures: Path, home: Path, word: bytes, model: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The end of the input counts as "rest": whoever listened is gone."""
    reading, writing = os.pipe()
    saved = os.dup(0)
    os.dup2(reading, 0)
    step, seen = Trainer.step, []

    def spoken_to(self: Trainer) -> StepFigures:
        seen.append(1)
        if len(seen) == 3:  # before, there would be nothing to keep
            os.write(writing, word)
            os.close(writing)
        return step(self)

    monkeypatch.setattr(Trainer, "step", spoken_to)
    try:
        name = f"heard-{word.decode().strip()}"
        words = ["train", str(pictures), "--out", name, "--resolution", "16", "--listen"]
        assert main([*words, "--kimg", "1000", "--batch", "4"]) == 130
    finally:
        os.dup2(saved, 0)
        for number in (saved, reading):
            os.close(number)
    assert bool(list(home.rglob(f"{name}.safetensors"))) is model
