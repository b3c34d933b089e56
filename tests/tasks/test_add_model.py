"""Foreign models into the user's folder."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ganpaint.catalogue import Catalogue
from ganpaint.engine.checkpoints import write_model
from ganpaint.engine.checkpoints.bundle import parts_of, write_bundle
from ganpaint.errors import BadModel, BadRequest, DiskFull, Refused
from ganpaint.paths import models_dir
from ganpaint.progress import Stopped
from ganpaint.tasks import add_model
from ganpaint.tasks.requests import Added, AddModel, finish, perform
from ganpaint.tasks.studio import Studio
from tests.models import tiny_stylegan2


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A tiny model as a bundle."""
    tensors, manifest = parts_of(tiny_stylegan2())
    return write_bundle(tmp_path / "tiny", tensors, manifest | {"title": "Tiny"}, half=False)


def names() -> list[str]:
    return sorted(str(p.relative_to(models_dir())) for p in models_dir().rglob("*") if p.is_file())


def test_a_bundle_comes_with_its_description(studio: Studio, file: Path) -> None:
    added = finish(AddModel(file), studio)
    assert isinstance(added, Added) and added.is_new
    assert names() == ["tiny.safetensors", "tiny.toml"]
    assert added.path == models_dir() / "tiny.safetensors"
    assert added.path.read_bytes() == file.read_bytes()
    entry = Catalogue.scan().find(added.info.hash)
    assert (entry.source, entry.title) == ("user", "Tiny")


def test_its_nearest_training_pictures_come_along(studio: Studio, file: Path) -> None:
    beside = file.with_name("tiny.nearest.webp")
    beside.write_bytes(b"RIFF")
    file.with_name("holiday.webp").write_bytes(b"RIFF")
    finish(AddModel(file), studio)
    assert names() == ["tiny.nearest.webp", "tiny.safetensors", "tiny.toml"]
    assert (models_dir() / beside.name).read_bytes() == b"RIFF"


def test_a_single_file_is_known_afterwards(studio: Studio, tmp_path: Path) -> None:
    generator = tiny_stylegan2(c_dim=0, z_dim=10)
    write_model(generator, tmp_path / "net.pt")
    added = finish(AddModel(tmp_path / "net.pt"), studio)
    assert names() == ["net.pt"]
    entry = next(e for e in Catalogue.scan().entries if e.path == added.path)
    assert (entry.family, entry.resolution, entry.source) == ("stylegan2", 16, "user")


def test_weights_bring_their_folder_along(studio: Studio, shared: Path) -> None:
    fixtures = shared / "parity" / "fixtures" / "biggan_deep"
    folder = next(p for p in sorted(fixtures.iterdir()) if (p / "config.json").is_file())
    weights = next(p for p in folder.iterdir() if p.suffix == ".bin")
    added = finish(AddModel(weights), studio)
    assert added.path == models_dir() / folder.name
    assert names() == sorted(f"{folder.name}/{n}" for n in ("config.json", weights.name))
    assert Catalogue.scan().find(added.info.hash).family == "biggan_deep"


def test_the_same_weights_are_not_copied_twice(studio: Studio, file: Path, tmp_path: Path) -> None:
    first = finish(AddModel(file), studio)
    other = tmp_path / "elsewhere"
    other.mkdir()
    shutil.copy(file, other / "renamed.safetensors")  # its description is in its own header too
    again = finish(AddModel(other / "renamed.safetensors"), studio)
    assert not again.is_new and again.path == first.path and again.info.title == "Tiny"
    assert names() == ["tiny.safetensors", "tiny.toml"]
    inside = finish(AddModel(first.path), studio)
    assert not inside.is_new


def test_another_model_of_that_name_stays(studio: Studio, file: Path, tmp_path: Path) -> None:
    finish(AddModel(file), studio)
    tensors, manifest = parts_of(tiny_stylegan2(seed=7))
    (tmp_path / "b").mkdir()
    other = write_bundle(tmp_path / "b" / "tiny", tensors, manifest)
    before = (models_dir() / "tiny.safetensors").read_bytes()
    with pytest.raises(BadRequest, match=r"another \"tiny\.toml\" already. Nothing was copied"):
        finish(AddModel(other), studio)
    assert (models_dir() / "tiny.safetensors").read_bytes() == before


@pytest.mark.behaviour("X18")
def test_a_hostile_file_is_refused_and_not_copied(studio: Studio, tmp_path: Path) -> None:
    path = tmp_path / "net.pkl"
    path.write_bytes(b"\x80\x04cos\nsystem\nX\x04\x00\x00\x00trueq\x00\x85R.")
    with pytest.raises(Refused, match=r'asks to run "os\.system"'):
        finish(AddModel(path), studio)
    assert names() == []


def test_stopping_leaves_nothing(
    studio: Studio, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(add_model, "PIECE", 4096)
    task = perform(AddModel(file), studio)
    for progress in task:
        if "Copying" in progress.sentence and progress.done > 6000:
            break
    studio.stop.discard()
    with pytest.raises(Stopped):
        next(task)
    assert names() == []
    task = perform(AddModel(file), studio.for_job(type(studio.stop)()))
    while "Copying" not in next(task).sentence:
        pass
    task.close()  # as the worker does when a job is discarded
    assert names() == []


def test_a_full_disk_is_a_sentence(
    studio: Studio, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(9, 8, 1))
    with pytest.raises(DiskFull, match=r"The model was not saved.*are needed"):
        finish(AddModel(file), studio)
    assert names() == []


def test_a_missing_file_is_a_sentence(studio: Studio, tmp_path: Path) -> None:
    with pytest.raises(BadModel):
        finish(AddModel(tmp_path / "nothing.pkl"), studio)
