"""swap, render, sheet and interpolate."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganpaint.document.code_file import read_code, write_code

from .conftest import Ran
from .test_paint import files, pixels

Run = Callable[..., Ran]
TINY = ("--threads", "1")


def test_a_swap_changes_the_class_by_name_and_mix(
    ganpaint: Run, code_file: Path, tmp_path: Path
) -> None:
    out = tmp_path / "mixed"
    done = ganpaint(
        "swap", code_file, *TINY, "--class", "Ginger", "--mix", "tuxedo=0.25", "--out", out
    )
    assert done.code == 0, done.err
    assert np.allclose(read_code(out / "code.npz").c, [0.75, 0.25, 0])
    assert set(files(out)) == {"result.png", "code.npz", "report.json"}
    report = json.loads(files(out)["report.json"])
    assert report["class"] == {"ginger": 0.75, "tuxedo": 0.25}
    other = tmp_path / "white"
    ganpaint("swap", code_file, *TINY, "--class", "2", "--out", other)
    assert files(other)["result.png"] != files(out)["result.png"]


@pytest.mark.behaviour("B1")
def test_a_swap_lies_in_a_photo_and_can_be_run_again(
    ganpaint: Run, code_file: Path, photo_file: Path, tmp_path: Path
) -> None:
    place = ["--photo", photo_file, "--frame", "30,20,30", "--blend", "keep-detail"]
    out = tmp_path / "out"
    done = ganpaint("swap", code_file, *TINY, "--class", "white", *place, "--out", out)
    assert done.code == 0, done.err
    changed = (pixels(photo_file) != pixels(out / "composite.png")).any(-1)
    assert changed.any()
    assert not changed[:, :14].any()
    again = tmp_path / "again"
    words = ["--photo", photo_file, *TINY, "--out", again]
    assert ganpaint("run", out / "report.json", *words).code == 0
    for name in ("result.png", "composite.png"):
        assert files(again)[name] == files(out)[name]


def test_swap_needs_a_class_and_render_something_to_paint(
    ganpaint: Run, code_file: Path, tmp_path: Path
) -> None:
    assert ganpaint("swap", code_file, "--out", tmp_path / "out").code == 2
    assert ganpaint("render", "--out", tmp_path / "out").code == 2


@pytest.mark.behaviour("L8", "B7")
def test_samples_by_seed(ganpaint: Run, tmp_path: Path) -> None:
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        words = ["--model", "tiny-16", "--seed", seed, "--class", "white", "--out", tmp_path / name]
        assert ganpaint("render", *TINY, *words).code == 0
    a, b, c = (files(tmp_path / name) for name in "abc")
    assert a["result.png"] == b["result.png"] != c["result.png"]
    assert json.loads(a["report.json"])["settings"]["seed"] == 7


def test_sliders_by_number_and_name_change_the_picture(
    ganpaint: Run, code_file: Path, tmp_path: Path
) -> None:
    one, two, none = (tmp_path / name for name in ("one", "two", "none"))
    assert ganpaint("render", code_file, *TINY, "--slider", "1=2", "--out", one).code == 0
    settings = json.loads(files(one)["report.json"])["settings"]
    name = settings["look"]["sliders"][0][0]
    assert ganpaint("render", code_file, *TINY, "--slider", f"{name}=2", "--out", two).code == 0
    assert ganpaint("render", code_file, *TINY, "--out", none).code == 0
    assert files(one)["result.png"] == files(two)["result.png"] != files(none)["result.png"]
    wrong = ganpaint("render", code_file, *TINY, "--slider", "smile=2", "--out", tmp_path / "x")
    assert wrong.code == 2
    assert 'There is no slider "smile".' in wrong.err


def test_a_code_of_another_model_is_refused(ganpaint: Run, code_file: Path, tmp_path: Path) -> None:
    from dataclasses import replace

    foreign = tmp_path / "foreign.npz"
    write_code(foreign, replace(read_code(code_file), model="0" * 64))
    done = ganpaint("render", foreign, *TINY, "--out", tmp_path / "out")
    assert done.code == 2
    assert "There is no model" in done.err
    done = ganpaint("render", foreign, *TINY, "--model", "tiny-16", "--out", tmp_path / "out")
    assert done.code == 2
    assert "belongs to the model 00000000, not to" in done.err


def test_a_sheet_has_a_column_a_class(ganpaint: Run, tmp_path: Path) -> None:
    words = ["sheet", "--model", "tiny-16", *TINY, "--rows", 2]
    assert ganpaint(*words, "--out", tmp_path / "all").code == 0
    assert pixels(tmp_path / "all" / "sheet.png").shape == (32, 48, 3)
    report = json.loads(files(tmp_path / "all")["report.json"])
    assert report["columns"] == ["ginger", "tuxedo", "white"]
    chosen = ganpaint(*words, "--class", "white", "--class", "ginger", "--out", tmp_path / "two")
    assert chosen.code == 0
    two, everything = (pixels(tmp_path / name / "sheet.png") for name in ("two", "all"))
    assert (two[:, :16] == everything[:, 32:]).all()
    assert (two[:, 16:] == everything[:, :16]).all()


def test_a_sheet_of_one_class_is_a_square(ganpaint: Run, tmp_path: Path) -> None:
    words = ["sheet", "--model", "tiny-16", *TINY, "--class", "white"]
    out = tmp_path / "one"
    assert ganpaint(*words, "--rows", 16, "--out", out).code == 0
    one = pixels(out / "sheet.png")
    assert one.shape == (64, 64, 3)
    report = json.loads(files(out)["report.json"])
    assert report["columns"] == ["white"] and report["settings"]["classes"] == [2]
    cells = one.reshape(4, 16, 4, 16, 3).swapaxes(1, 2).reshape(16, -1)
    assert len(np.unique(cells, axis=0)) == 16
    unknown = ganpaint(*words, "--class", "mauve", "--out", tmp_path / "none")
    assert unknown.code == 2 and "mauve" in unknown.err


def test_the_way_between_two_codes(ganpaint: Run, code_file: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    ganpaint("swap", code_file, *TINY, "--class", "white", "--out", other)
    out = tmp_path / "way"
    words = [code_file, other / "code.npz", *TINY, "--frames", 4, "--rate", 8, "--out", out]
    done = ganpaint("interpolate", *words)
    assert done.code == 0, done.err
    assert len(list(out.glob("frame-*.png"))) == 4
    ends = pixels(out / "frame-0003.png"), pixels(other / "result.png")
    assert np.abs(ends[0].astype(int) - ends[1]).max() <= 1
    with Image.open(out / "film.gif") as film:
        assert (film.n_frames, film.info["duration"]) == (4, 120)


def test_only_stylegan3_moves_what_it_paints(
    ganpaint: Run, code_file: Path, tmp_path: Path, shared: Path
) -> None:
    done = ganpaint(
        "render", code_file, *TINY, "--transform", "0.1,0", "--out", tmp_path / "x"
    )  # fmt: skip
    assert done.code == 2 and "cannot move or turn" in done.err
    model = shared / "parity" / "fixtures" / "stylegan3" / "t-16-odd.pkl"
    words = ("render", *TINY, "--model", model, "--seed", "1")
    plain, moved = tmp_path / "plain", tmp_path / "moved"
    assert ganpaint(*words, "--out", plain).code == 0
    assert ganpaint(*words, "--transform=0.25,0,90", "--out", moved).code == 0
    assert files(plain)["result.png"] != files(moved)["result.png"]
    transform = read_code(moved / "code.npz").transform
    assert transform is not None
    assert np.linalg.inv(transform) == pytest.approx(
        np.array([[0, -1, 0.25], [1, 0, 0], [0, 0, 1]]), abs=1e-6
    )
