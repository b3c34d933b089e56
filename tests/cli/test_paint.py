"""project, scribble and run, from the arguments to the files."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from ganpaint.cli import terminal as terminal_module
from ganpaint.document.code_file import read_code
from ganpaint.document.recipe import as_command, from_recipe

from .conftest import SHORT, Ran

ROOT = Path(__file__).parents[2]
Run = Callable[..., Ran]


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def pixels(path: Path) -> np.ndarray:
    with Image.open(path) as picture:
        return np.asarray(picture)


@pytest.mark.behaviour("B7", "K2", "I6")
def test_a_projection_writes_its_four_files(
    ganpaint: Run, photo_file: Path, tmp_path: Path
) -> None:
    out = tmp_path / "new" / "out"
    done = ganpaint("project", photo_file, *SHORT, "--frame", "30,20,24", "--out", out)
    assert done.code == 0, done.err
    assert set(files(out)) == {"result.png", "composite.png", "code.npz", "report.json"}
    assert "Written to " in done.out
    assert pixels(out / "result.png").shape == (16, 16, 3)
    before, after = pixels(photo_file), pixels(out / "composite.png")
    changed = (before != after).any(-1)
    assert changed[8:32, 18:42].any()
    changed[8:32, 18:42] = False
    assert not changed.any(), "outside the frame every pixel is the photo's"
    report = json.loads((out / "report.json").read_text())
    assert report["settings"]["seed"] == 0
    assert report["settings"]["steps"] == 4
    assert len(report["losses"]["total"]) == report["steps"] == 4
    assert {"best_step", "seconds", "machine", "model", "files", "lpips", "psnr"} <= set(report)
    code = read_code(out / "code.npz")
    assert code.model == report["model"]["hash"]
    with np.load(out / "code.npz", allow_pickle=False) as parts:
        assert parts["values"].dtype == np.float32
        assert str(parts["model_name"]) == "tiny-16"


@pytest.mark.behaviour("B1", "B7")
def test_same_seed_same_picture_and_the_report_is_a_recipe(
    ganpaint: Run, photo_file: Path, tmp_path: Path
) -> None:
    words = ["project", photo_file, *SHORT, "--seed", 5, "--space", "w", "--class", "tuxedo"]
    for name in ("a", "b"):
        assert ganpaint(*words, "--out", tmp_path / name).code == 0
    report = tmp_path / "a" / "report.json"
    assert ganpaint("run", report, "--threads", 1, "--out", tmp_path / "c").code == 0
    assert ganpaint(*words, "--seed", 6, "--out", tmp_path / "d").code == 0
    first = files(tmp_path / "a")
    for name in ("result.png", "composite.png", "code.npz"):
        assert first[name] == files(tmp_path / "b")[name] == files(tmp_path / "c")[name]
    assert first["result.png"] != files(tmp_path / "d")["result.png"]
    assert read_code(tmp_path / "a" / "code.npz").c.argmax() == 1


@pytest.mark.behaviour("B2")
def test_the_copied_command_gives_the_same_picture(
    ganpaint: Run, photo_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mask = tmp_path / "mask.png"
    values = np.zeros((40, 60), np.uint8)
    values[10:30, 20:40] = 255
    Image.fromarray(values).save(mask)
    monkeypatch.chdir(tmp_path)
    for name, more in (("plain", []), ("masked", ["--mask", mask, "--feather", 3])):
        place = ["--frame", "30,20,30,-8.5", "--strength", 0.75]
        words = ["project", photo_file, *SHORT, *place, *more, "--out", name]
        assert ganpaint(*words).code == 0
        report = json.loads((tmp_path / name / "report.json").read_text())
        line = shlex.split(as_command(from_recipe(report["settings"]), "tiny-16"))
        assert line[1] == ("project" if name == "plain" else "run")
        assert ganpaint(*line[1:], "--threads", 1).code == 0
        for file in ("result.png", "composite.png"):
            assert files(tmp_path / "result")[file] == files(tmp_path / name)[file]
    changed = (pixels(photo_file) != pixels(tmp_path / "masked" / "composite.png")).any(-1)
    assert changed.any()
    assert not changed[values == 0].any()


@pytest.mark.behaviour("B5")
def test_json_is_one_object_on_standard_output(
    ganpaint: Run, photo_file: Path, tmp_path: Path
) -> None:
    done = ganpaint("project", photo_file, *SHORT, "--json", "--out", tmp_path / "out")
    (record,) = done.records
    assert done.err == ""
    assert record["interrupted"] is False
    assert record["result"] == json.loads((tmp_path / "out" / "report.json").read_text())


@pytest.mark.behaviour("I4", "I6")
def test_a_deep_tiff_stays_a_deep_tiff(ganpaint: Run, tmp_path: Path) -> None:
    import tifffile

    deep = np.random.default_rng(0).integers(0, 65536, (30, 30, 3), np.uint16)
    path = tmp_path / "deep.tiff"
    tifffile.imwrite(path, deep, photometric="rgb")
    done = ganpaint("project", path, *SHORT, "--frame", "15,15,10", "--out", tmp_path / "out")
    assert done.code == 0, done.err
    result = tifffile.imread(tmp_path / "out" / "composite.tif")
    assert result.dtype == np.uint16
    assert (result[:9] == deep[:9]).all()
    assert not (result == deep).all()


@pytest.mark.behaviour("I22")
def test_a_jpeg_gets_a_png_composite_and_the_photo_is_never_written_over(
    ganpaint: Run, tmp_path: Path
) -> None:
    rng = np.random.default_rng(0)
    for name in ("cat.jpg", "composite.png"):
        Image.fromarray(rng.integers(0, 256, (30, 30, 3), np.uint8)).save(tmp_path / name)
    before = files(tmp_path)
    done = ganpaint("project", tmp_path / "cat.jpg", *SHORT, "--out", tmp_path / "out")
    assert (tmp_path / "out" / "composite.png").exists()
    done = ganpaint("project", tmp_path / "composite.png", *SHORT, "--out", tmp_path)
    assert done.code == 2
    assert "is the photo itself and was not written over" in done.err
    assert (tmp_path / "composite.png").read_bytes() == before["composite.png"]


@pytest.mark.behaviour("X30", "X28", "B6")
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--class", "gingre"], 'There is no class "gingre" in "tiny-16". Did you mean "ginger"'),
        (["--frame", "999,999,10"], "lies outside the photo of 60 × 40 pixels"),
        (["--frame", "1,2"], '"1,2" is not a frame'),
        (["--mask", "none.png"], '"none.png" is no longer there'),
        (["--loss", "vgg=1"], "There is no loss"),
        (["--model", "cats-46"], 'There is no model "cats-46"'),
        (["--mix", "ginger=0.7", "--mix", "white=0.6", "--class", "tuxedo"], "1.30 together"),
    ],
)
def test_bad_input_is_a_sentence_and_leaves_nothing(
    ganpaint: Run, photo_file: Path, tmp_path: Path, words: list[str], sentence: str
) -> None:
    done = ganpaint("project", photo_file, *SHORT, *words, "--out", tmp_path / "out")
    assert done.code == 2
    assert sentence in done.err
    assert not (tmp_path / "out").exists()
    assert len(done.err) <= 12 + 220


def strokes_file(folder: Path) -> Path:
    strokes = np.zeros((40, 60, 4), np.uint8)
    strokes[14:26, 20:40] = (230, 120, 30, 255)
    path = folder / "strokes.png"
    Image.fromarray(strokes).save(path)
    return path


SCRIBBLE = (*SHORT, "--scribble-steps", "6")


def test_scribbles_from_nothing_show_candidates(ganpaint: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    strokes = strokes_file(tmp_path)
    done = ganpaint("scribble", strokes, *SCRIBBLE, "--shown", 3, "--out", out, "--json")
    assert done.code == 0, done.err
    (record,) = done.records
    assert record["result"]["counts"] == {"candidates": 3}
    assert (out / "candidate-0002.png").exists()
    assert not (out / "composite.png").exists()
    assert files(out)["candidate-0000.png"] == files(out)["result.png"]


def test_scribbles_on_a_photo_and_on_a_code(
    ganpaint: Run, photo_file: Path, tmp_path: Path
) -> None:
    strokes, out = strokes_file(tmp_path), tmp_path / "photo"
    words = ["--frame", "30,20,30"]
    done = ganpaint(
        "scribble", strokes, *SCRIBBLE, "--from", photo_file, *words, "--out", out, "--json"
    )
    (record,) = done.records
    assert record["result"]["projection"]["steps"] == 4
    changed = (pixels(photo_file) != pixels(out / "composite.png")).any(-1)
    assert changed.any()
    assert not changed[:5].any()
    code = out / "code.npz"
    done = ganpaint("scribble", strokes, *SCRIBBLE, "--from", code, "--out", tmp_path / "code")
    assert done.code == 0, done.err
    assert "Difference to the strokes" in done.out


def test_strokes_that_do_not_fit_are_refused(
    ganpaint: Run, photo_file: Path, tmp_path: Path
) -> None:
    done = ganpaint("scribble", photo_file, *SCRIBBLE, "--out", tmp_path / "out")
    assert done.code == 2
    assert "has no transparency" in done.err
    small = tmp_path / "small.png"
    Image.new("RGBA", (10, 10), (9, 9, 9, 255)).save(small)
    done = ganpaint("scribble", small, *SCRIBBLE, "--from", photo_file, "--out", tmp_path / "out")
    assert done.code == 2
    assert '"small.png" has 10 × 10 pixels, the photo 60 × 40.' in done.err


@pytest.mark.parametrize("text", ["none.json", "ganpaint-recipe:damaged", "."])
def test_recipes_that_cannot_be_read(ganpaint: Run, tmp_path: Path, text: str) -> None:
    done = ganpaint("run", text, "--out", tmp_path / "out")
    assert done.code == 2
    assert done.err.startswith("ganpaint: ")


@pytest.mark.behaviour("B6", "B8")
@pytest.mark.parametrize("keep", [True, False])
def test_ctrl_c_writes_the_best_or_nothing(
    ganpaint: Run, photo_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keep: bool
) -> None:
    seen = 0

    class Interrupting(terminal_module.Terminal):
        """Sends itself Ctrl+C at the third step of the search."""

        def _bar(self) -> Any:
            from contextlib import contextmanager

            @contextmanager
            def bar() -> Any:
                def show(progress: Any) -> None:
                    nonlocal seen
                    seen += getattr(progress, "step", 0) > 0
                    if seen == 3:
                        os.kill(os.getpid(), signal.SIGINT)

                yield show

            return bar()

    monkeypatch.setattr(terminal_module, "Terminal", Interrupting)
    out = tmp_path / "out"
    words = ["--steps", 5000, *["--keep-best"] * keep, "--out", out]
    done = ganpaint("project", photo_file, *SHORT, *words)
    assert done.code == 130
    if keep:
        assert set(files(out)) == {"result.png", "composite.png", "code.npz", "report.json"}
        assert json.loads(files(out)["report.json"])["steps"] < 100
    else:
        assert not out.exists()
        assert "Nothing was written" in done.out


@pytest.mark.behaviour("B8")
def test_a_real_ctrl_c_leaves_no_half_written_file(photo_file: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    process = subprocess.Popen(
        [sys.executable, "-m", "ganpaint", "project", str(photo_file), *SHORT,
         "--steps", "100000", "--keep-best", "--out", str(out)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    time.sleep(6)
    process.send_signal(signal.SIGINT)
    said, complained = process.communicate(timeout=60)
    assert process.returncode == 130, complained
    assert complained == ""
    names = {path.name for path in out.iterdir()} if out.exists() else set()
    assert names in (set(), {"result.png", "composite.png", "code.npz", "report.json"})
    assert bool(names) == ("Written to" in said)


@pytest.mark.behaviour("B1")
def test_what_the_window_did_can_be_run_with_the_same_composite(
    ganpaint: Run, photo_file: Path, tmp_path: Path
) -> None:
    """Each painting request as the window makes it: directly, and from its recipe."""
    from ganpaint.document.document import Look
    from ganpaint.document.recipe import recipe_to_text, to_recipe
    from ganpaint.document.stroke import Stroke
    from ganpaint.picture.brush import Brush
    from ganpaint.picture.composite import composite
    from ganpaint.picture.frame import Frame
    from ganpaint.picture.mask import Mask
    from ganpaint.picture.read import read_photo
    from ganpaint.tasks.requests import (
        Blend,
        ProjectRequest,
        RenderRequest,
        SampleRequest,
        ScribbleRequest,
        finish,
    )
    from ganpaint.tasks.studio import Studio

    studio = Studio(device="cpu", threads=1)
    photo, frame = read_photo(photo_file), Frame(30.5, 20.0, 33.0, 0.2)
    samples = np.array([[18, 14, 1, 0], [40, 24, 0.7, 0.3]], np.float32)
    mask = Mask.empty(60, 40).painted(samples, Brush(14.0))
    strokes = (Stroke("a", samples, np.array([0.9, 0.4, 0.1]), Brush(5.0)),)
    blend = Blend("keep-detail", 1.5, 0.9, 0.8)
    model = "tiny-16"
    projection = ProjectRequest(
        model, photo, frame, mask, steps=3, starts=2, samples=4, seed=2, blend=blend
    )
    edit = finish(projection, studio).edit
    scribble = ScribbleRequest(
        model, photo, frame, strokes, None, mask, edit, steps=3, samples=4, seed=1, blend=blend
    )
    look = Look((0, 1, 0), 0.9, 0.2, (("pca1", 1.5),), 0.8)
    sample = SampleRequest(model, frame, 4, mask, None, 0.7, edit, blend)
    for number, request in enumerate(
        (projection, scribble, RenderRequest(model, edit, look), sample)
    ):
        expected = finish(request, studio).edit
        out = tmp_path / str(number)
        text = recipe_to_text(to_recipe(request))
        done = ganpaint("run", text, "--threads", 1, "--device", "cpu", "--out", out)
        assert done.code == 0, done.err
        assert read_code(out / "code.npz").same_as(expected.code)
        composed = composite(photo, [expected.patch])
        assert (pixels(out / "composite.png") == composed).all(), type(request).__name__
