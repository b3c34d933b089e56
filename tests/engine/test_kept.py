"""Arrays kept on disk: read as written, absent when damaged, harmless when unwritable."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ganpaint.engine.kept import keep_arrays, read_arrays


def test_arrays_come_back(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "a.npz"
    keep_arrays(path, {"x": np.arange(6.0).reshape(2, 3), "names": np.array(["a", "b"])})
    found = read_arrays(path)
    assert found is not None
    assert found["x"].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert found["names"].tolist() == ["a", "b"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut", b"text", None, "objects", "lone"])
def test_damage_is_absence(tmp_path: Path, content: bytes | str | None) -> None:
    path = tmp_path / "a.npz"
    if content == "objects":
        np.savez(path, x=np.array([{}], dtype=object))
    elif content == "lone":
        with path.open("wb") as file:
            np.save(file, np.zeros(3))
    elif isinstance(content, bytes):
        path.write_bytes(content)
    assert read_arrays(path) is None


def test_every_cut_is_absence_or_the_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    keep_arrays(path, {"x": np.arange(50.0)})
    whole = path.read_bytes()
    for length in range(0, len(whole), 17):
        path.write_bytes(whole[:length])
        assert read_arrays(path) is None


def test_a_folder_in_the_way_is_only_logged(tmp_path: Path, caplog: object) -> None:
    (tmp_path / "a").write_text("a file")
    keep_arrays(tmp_path / "a" / "b.npz", {"x": np.zeros(1)})
    assert read_arrays(tmp_path / "a" / "b.npz") is None
