"""The studio: models by name, hash and path, opened once; estimates; no torch at import."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ganpaint.catalogue import Catalogue
from ganpaint.engine.checkpoints.bundle import parts_of, write_bundle
from ganpaint.errors import MissingModel
from ganpaint.progress import Stop
from ganpaint.tasks.studio import FIRST_GUESS, Studio, estimate, processors, read_times
from tests.engine.searching import drained, steps_of, tiny


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    tensors, manifest = parts_of(tiny())
    return write_bundle(tmp_path / "small.safetensors", tensors, manifest, half=False)


def test_importing_it_loads_no_torch() -> None:
    code = "import sys, ganpaint.tasks.studio; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.behaviour("F15", "F16")
def test_a_model_is_opened_and_measured_once(studio: Studio, bundle: Path) -> None:
    seen, opened = steps_of(studio.open(str(bundle)))
    assert seen[0].sentence.startswith("Opening small")
    assert any("Measuring the model" in p.sentence for p in seen)
    assert opened.info.name == "small"
    for key in (str(bundle), opened.info.hash):
        again, same = steps_of(studio.open(key))
        assert not again
        assert same is opened
    fresh = Studio(Catalogue(()), threads=1, cache=studio.cache)
    seen, _ = steps_of(fresh.open(str(bundle)))
    assert not any("Measuring" in p.sentence for p in seen)


def test_jobs_share_models_but_not_the_stop(studio: Studio, bundle: Path) -> None:
    stop = Stop()
    job = studio.for_job(stop)
    opened = drained(job.open(str(bundle)))
    stop.keep_best()
    assert not studio.stop.requested
    assert job.stop.requested
    assert drained(studio.open(str(bundle))) is opened
    assert studio.generator(str(bundle)) is opened.generator
    assert studio.calibration(str(bundle)) is opened.calibration
    assert studio.info(str(bundle)).offers


def test_a_file_that_was_replaced_is_another_model(studio: Studio, bundle: Path) -> None:
    first = drained(studio.open(str(bundle)))
    tensors, manifest = parts_of(tiny())
    changed = {name: value + 0.01 for name, value in tensors.items()}
    write_bundle(bundle, changed, manifest, half=False)
    second = drained(studio.open(str(bundle)))
    assert second.info.hash != first.info.hash
    assert drained(studio.open(first.info.hash)) is first  # edits made with it go on


def test_files_of_one_name_are_kept_apart(studio: Studio, bundle: Path, tmp_path: Path) -> None:
    tensors, manifest = parts_of(tiny())
    (tmp_path / "other").mkdir()
    changed = {name: value + 0.01 for name, value in tensors.items()}
    other = write_bundle(tmp_path / "other" / bundle.name, changed, manifest, half=False)
    one, two = drained(studio.open(str(bundle))), drained(studio.open(str(other)))
    assert one.info.name == two.info.name and one is not two
    assert drained(studio.open(str(bundle))) is one
    with pytest.raises(MissingModel):  # "small" is no model of this computer's list
        drained(studio.open("small"))


def test_few_models_are_held(studio: Studio, tmp_path: Path) -> None:
    tensors, manifest = parts_of(tiny())
    for i in range(5):
        changed = {name: value + i * 1e-3 for name, value in tensors.items()}
        path = write_bundle(tmp_path / f"m{i}.safetensors", changed, manifest, half=False)
        drained(studio.open(str(path)))
    assert len(studio._shelf.models) == 3


def test_an_unknown_name_is_a_sentence(studio: Studio) -> None:
    with pytest.raises(MissingModel):
        drained(studio.open("catz-64"))


def test_threads() -> None:
    assert Studio(threads=0).threads == max(1, processors() - 1)
    assert Studio(threads=-1).threads == processors()
    assert Studio(threads=3).threads == 3


@pytest.mark.behaviour("F13")
def test_estimates_come_from_measured_steps(studio: Studio) -> None:
    guess = studio.estimate("abc", 100, 4, 64)
    assert guess == pytest.approx(400 * FIRST_GUESS + 64 * FIRST_GUESS / 3)
    studio.record_times("abc", 0.05, 4, 0.004)
    assert studio.estimate("abc", 100, 4, 64) == pytest.approx(5.256)
    assert studio.estimate("abc", 100, 2, 0) == pytest.approx(2.5)
    studio.record_times("abc", 0.03, 2, 0)
    assert studio.estimate("abc", 100, 2, 0) == pytest.approx(3.0)
    assert estimate(studio.cache, "abc", (100, 2, 64), threads=1) == pytest.approx(3.256)
    assert studio.estimate("other", 100, 2, 0) == pytest.approx(200 * FIRST_GUESS)


@pytest.mark.parametrize("text", ["", "[1]", "{", '{"a": 1}', '{"a": {"b": "c"}}'])
def test_damaged_times_begin_anew(studio: Studio, text: str) -> None:
    studio.cache.mkdir(parents=True, exist_ok=True)
    (studio.cache / "times.json").write_text(text)
    assert read_times(studio.cache) == {}
    studio.record_times("abc", 0.05, 4, 0)
    assert studio.estimate("abc", 10, 4, 0) == pytest.approx(0.5)


def test_a_model_that_arrives_later_is_found_by_name(tmp_path: Path) -> None:
    from ganpaint.paths import models_dir

    late = Studio(threads=1, cache=tmp_path / "cache")
    with pytest.raises(MissingModel):
        drained(late.open("late-model"))
    tensors, manifest = parts_of(tiny())
    write_bundle(models_dir() / "late-model.safetensors", tensors, manifest, half=False)
    assert drained(late.open("late-model")).info.name == "late-model"


def test_a_file_opened_by_path_is_in_the_catalogue_afterwards(studio: Studio, bundle: Path) -> None:
    info = drained(studio.open(str(bundle))).info
    assert Catalogue.scan().find(info.hash).path == bundle
