"""Folders, resources and names in sentences."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ganpaint import paths


def test_all_folders_lie_under_the_chosen_home(home: Path) -> None:
    folders = [
        paths.config_dir(),
        paths.data_dir(),
        paths.cache_dir(),
        paths.state_dir(),
        paths.models_dir(),
    ]
    assert len(set(folders)) == 5
    assert all(folder.is_dir() and home in folder.parents for folder in folders)


def test_without_a_chosen_home_the_system_decides(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.delenv("GANPAINT_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    assert "ganpaint" in paths.config_dir().parts


def test_a_home_that_cannot_be_made_stops_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    blocked = tmp_path / "a file"
    blocked.write_bytes(b"")
    monkeypatch.setenv("GANPAINT_HOME", str(blocked))
    assert paths.models_dir() == blocked / "data" / "models"


def test_resources_are_found_in_the_tree_and_first_in_a_frozen_build(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert paths.resource("setup.sh").is_file()
    (tmp_path / "resources").mkdir()
    (tmp_path / "resources" / "setup.sh").write_text("frozen")
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert paths.resource("setup.sh").read_text() == "frozen"


def test_a_missing_resource_names_the_places() -> None:
    with pytest.raises(FileNotFoundError, match=r"_resources.*resources"):
        paths.resource("nothing", "here.bin")


@pytest.mark.behaviour("X37")
def test_names_in_sentences_are_printable_and_short() -> None:
    assert paths.quoted(Path("/pictures/cat.png")) == '"cat.png"'
    long = paths.quoted(Path("/pictures") / ("a" * 100 + "end.png"))
    assert len(long) == 42
    assert long.endswith('end.png"')
    assert "…" in long
    odd = paths.quoted(Path("/pictures/a\nb\udcff.png"))
    assert odd.isprintable()
    assert odd.encode()


def test_sizes_in_words() -> None:
    sizes = [12, 999, 40_000, 1_400_000, 84_000_000, 2_500_000_000]
    words = ["12 bytes", "999 bytes", "40 kB", "1.4 MB", "84 MB", "2.5 GB"]
    assert [paths.size_text(size) for size in sizes] == words


def test_impossible_names_are_not_there(tmp_path: Path) -> None:
    assert paths.is_there(tmp_path)
    assert not any(map(paths.is_there, [tmp_path / "no", "x" * 5000, "nul\0"]))
