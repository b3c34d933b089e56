"""The folder of a result."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganpaint.cli.outputs import near_square, output_folder, plain, sheet_of
from ganpaint.errors import BadRequest, CannotWrite, ReadOnly

from ..small_disk import run_on


def pictures(count: int, side: int = 4) -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    return [rng.integers(0, 256, (side, side, 3), np.uint8) for _ in range(count)]


@pytest.mark.behaviour("B8")
def test_a_folder_that_stays_empty_disappears_and_others_stay(tmp_path: Path) -> None:
    with output_folder(str(tmp_path / "a" / "b"), None):
        assert (tmp_path / "a" / "b").is_dir()
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(BadRequest), output_folder(str(tmp_path / "a"), None) as folder:
        folder.write_report({})
        raise BadRequest("No.", "Go.")
    assert (tmp_path / "a" / "report.json").exists()
    (tmp_path / "mine").mkdir()
    with output_folder(str(tmp_path / "mine"), None):
        pass
    assert (tmp_path / "mine").is_dir()


def test_impossible_folders_are_told_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for name in ("file", "file/below", "x" * 300, "nul\0"):
        with pytest.raises(CannotWrite), output_folder(str(tmp_path / name), None):
            raise AssertionError("the work began")


@pytest.mark.behaviour("X13")
def test_a_read_only_folder(tmp_path: Path) -> None:
    code = """
from ganpaint.cli.main import main
print(main(["models", "--json", "--quiet"]) if False else main(
    ["render", "--seed", "1", "--model", "none", "--out", str(disk / "new"), "--json"]))
print(main(["render", "--seed", "1", "--model", "none", "--out", str(disk), "--json"]))
"""
    lines = run_on(tmp_path / "cats", "ro", code).splitlines()
    assert [lines[1], lines[3]] == ["1", "1"]
    for line in (lines[0], lines[2]):
        error = json.loads(line)["error"]
        assert error["kind"] == ReadOnly.__name__
        assert "is read-only" in error["sentence"]


def test_numbered_pictures_are_one_entry_and_films_repeat(tmp_path: Path) -> None:
    frames = pictures(3)
    with output_folder(str(tmp_path), None) as folder:
        folder.write_numbered("frame", frames)
        folder.write_film("film.gif", frames, rate=10)
        assert folder.summary == f"Written to {tmp_path}: film.gif, 3 frames."
        record = folder.write_report({"losses": [1.0, float("nan")], "x": np.float32(0.5)})
    assert json.loads((tmp_path / "report.json").read_text()) == record
    assert record["losses"] == [1.0, None]
    assert record["files"]["frames"].endswith("frame-%04d.png")
    assert (np.asarray(Image.open(tmp_path / "frame-0002.png")) == frames[2]).all()
    with Image.open(tmp_path / "film.gif") as film:
        assert (film.n_frames, film.info["duration"], film.info["loop"]) == (3, 100, 0)


def test_plain_keeps_what_json_can_say() -> None:
    value = {1: (float("inf"), np.int64(3), "a", None, True)}
    assert plain(value) == {"1": [None, 3, "a", None, True]}


def test_sheets() -> None:
    parts = pictures(5)
    sheet = sheet_of(parts, 2)
    assert sheet.shape == (12, 8, 3)
    assert (sheet[4:8, 4:8] == parts[3]).all()
    assert (sheet[8:, 4:] == 255).all()
    assert sheet_of(parts, 0).shape == (4, 20, 3)


def test_pictures_without_columns_stand_in_a_square() -> None:
    assert [near_square(n) for n in (0, 1, 2, 4, 8, 9, 12, 16)] == [1, 1, 2, 2, 4, 3, 4, 4]
    assert near_square(7) == 3  # with two places left
