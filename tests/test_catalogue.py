"""The catalogue: names, hashes and paths lead to models, and no weights are read for it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ganpaint import catalogue
from ganpaint.catalogue import Catalogue
from ganpaint.errors import MissingModel
from ganpaint.model_info import ModelInfo
from ganpaint.paths import models_dir, state_dir


def test_bundled_models_come_first_with_their_facts() -> None:
    found = Catalogue.scan()
    assert [entry.name for entry in found.entries[:2]] == ["cats-64", "fruits-64"]
    cats = found.find("cats-64")
    assert (cats.family, cats.resolution, len(cats.class_names)) == ("stylegan2", 64, 10)
    assert cats.source == "bundled" and cats.licence and len(cats.hash) == 64
    assert cats.path.is_file()


def test_by_hash_and_by_path() -> None:
    found = Catalogue.scan()
    cats = found.find("cats-64")
    for key in (cats.hash, cats.hash[:8], cats.path, str(cats.path.with_suffix(".toml"))):
        assert found.find(key) == cats


@pytest.mark.behaviour("X16")
def test_a_missing_model_names_the_nearest() -> None:
    with pytest.raises(MissingModel, match=r'"cats-46".*Did you mean "cats-64"'):
        Catalogue.scan().find("cats-46")
    with pytest.raises(MissingModel, match="Choose one of: cats-64"):
        Catalogue.scan().find("zzzzzzzz")
    with pytest.raises(MissingModel, match="Give the path"):
        Catalogue().find("anything")


def test_the_users_folder_and_extras(tmp_path: Path) -> None:
    (models_dir() / "mine.pkl").write_bytes(b"x")
    (models_dir() / "notes.txt").write_bytes(b"x")
    (models_dir() / "biggan").mkdir()
    (models_dir() / "biggan" / "config.json").write_text("{}")
    (models_dir() / "empty").mkdir()
    folder = tmp_path / "more"
    folder.mkdir()
    (folder / "mine.pt").write_bytes(b"x")
    lone = tmp_path / "one.pth"
    lone.write_bytes(b"x")
    found = Catalogue.scan([folder, lone, tmp_path / "gone.pkl"])
    names = {entry.name: entry.path for entry in found.entries}
    assert names["mine"] == models_dir() / "mine.pkl"
    assert names["mine-2"] == folder / "mine.pt"
    assert names["one"] == lone
    assert names["biggan"].is_dir()
    assert not {"notes", "empty", "gone"} & set(names)


def test_a_damaged_manifest_is_left_out(caplog: pytest.LogCaptureFixture) -> None:
    (models_dir() / "bad.toml").write_text("format = 1\n")
    (models_dir() / "bad.safetensors").write_bytes(b"x")
    assert "bad" not in [entry.name for entry in Catalogue.scan().entries]
    assert "bad.toml" in caplog.text


def test_what_opening_has_shown_is_remembered(tmp_path: Path) -> None:
    path = tmp_path / "net.pkl"
    path.write_bytes(b"weights")
    info = ModelInfo(
        "stylegan2", 8, 2, 10, 6, 16, 3, ("a", "ü"), name="net", hash="ab" * 32, path=path
    )
    catalogue.remember(info)
    entry = Catalogue.scan().find("net")
    assert (entry.source, entry.family, entry.resolution) == ("recent", "stylegan2", 16)
    assert entry.class_names == ("a", "ü") and entry.hash == "ab" * 32
    assert Catalogue.scan().find("abababab").path == path
    path.write_bytes(b"other weights")
    assert Catalogue.scan().find("net").hash == ""
    catalogue.forget(path)
    with pytest.raises(MissingModel):
        Catalogue.scan().find("net")


def test_a_damaged_memory_begins_anew(caplog: pytest.LogCaptureFixture) -> None:
    for text in ("{", "[]", '{"a": 1}'):
        (state_dir() / "models.json").write_text(text)
        assert Catalogue.scan().find("cats-64")


def test_a_memory_that_cannot_be_written_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "net.pkl"
    path.write_bytes(b"x")
    monkeypatch.setattr(catalogue, "_memory", lambda: tmp_path / "no" / "such" / "folder" / "m")
    catalogue.remember(ModelInfo("stylegan2", 8, 0, 10, 6, 16, 3, path=path))
    catalogue.remember(ModelInfo("stylegan2", 8, 0, 10, 6, 16, 3))
    assert "could not be kept" in caplog.text


def test_scanning_loads_neither_torch_nor_a_models_package() -> None:
    code = (
        "import sys; from ganpaint.catalogue import Catalogue; Catalogue.scan();"
        "sys.exit(any(m in sys.modules for m in ('torch', 'safetensors', 'omniart_eye_generator')))"
    )
    done = subprocess.run([sys.executable, "-c", code], env=dict(os.environ), check=False)
    assert done.returncode == 0


def test_entries_are_ready_for_json() -> None:
    import json

    record = catalogue.as_record(Catalogue.scan().find("fruits-64"))
    assert json.loads(json.dumps(record))["class_names"][0] == "apricot"


def test_entries_say_where_a_model_comes_from(tmp_path: Path) -> None:
    import shutil

    found = Catalogue.scan()
    cats = found.find("cats-64")
    assert cats.card["data"]["images"] == 15840 and cats.nearest is None
    assert hash(cats) != hash(found.find("fruits-64"))
    folder = models_dir()
    shutil.copy(cats.path, folder / "mine.safetensors")
    text = cats.path.with_suffix(".toml").read_text(encoding="utf-8").replace("cats-64", "mine")
    text = text.replace("[quality]", '[quality]\nnearest = "mine.nearest.webp"')
    (folder / "mine.toml").write_text(text, encoding="utf-8")
    assert Catalogue.scan().find("mine").nearest is None  # it is not there
    (folder / "mine.nearest.webp").write_bytes(b"x")
    assert Catalogue.scan().find("mine").nearest == folder / "mine.nearest.webp"
    record = catalogue.as_record(Catalogue.scan().find("mine"))
    assert record["nearest"].endswith("mine.nearest.webp")


def test_the_eyes_are_found_without_importing_their_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = tmp_path / "omniart_eye_generator-0.1.dist-info"
    package = tmp_path / "omniart_eye_generator"
    record.mkdir()
    package.mkdir()
    (record / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: omniart-eye-generator\nVersion: 0.1\n"
    )
    (package / "__init__.py").write_text("raise AssertionError('imported')\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert "eyes-128" not in [entry.name for entry in Catalogue.scan().entries]
    (package / "generator_model_state.pth").write_bytes(b"weights")
    entry = Catalogue.scan().find("eyes-128")
    assert entry.path == package / "generator_model_state.pth"
    assert (entry.source, entry.family, entry.resolution) == ("extra", "dcgan", 128)
    assert entry.class_names[:3] == ("amber", "blue", "brown") and entry.licence == "MIT"
    assert "omniart_eye_generator" not in sys.modules


def test_the_real_eyes_where_they_are_installed() -> None:
    found = [entry for entry in Catalogue.scan().entries if entry.source == "extra"]
    if not found:
        pytest.skip('the extra "eyes" is not installed')
    import ganpaint

    info = ganpaint.open_model("eyes-128").info
    assert (info.z_dim, info.c_dim, info.resolution) == (100, 8, 128)
    assert info.class_names == found[0].class_names and info.hash == found[0].hash
