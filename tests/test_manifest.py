"""Manifests: what a reader relies on is checked once, by file and key."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganpaint.errors import BadModel, BrokenModel, GanpaintError, MissingModel
from ganpaint.manifest import (
    LARGEST,
    companions,
    fault_of,
    licence_of,
    nearest_of,
    read_manifest,
)

GOOD: dict[str, Any] = {
    "format": 1,
    "name": "tiny",
    "family": "stylegan2",
    "generator": {"resolution": 16, "c_dim": 2},
    "classes": {"names": ["a", "b"]},
    "files": {"tensors": "tiny.safetensors"},
}


def test_a_good_one_has_no_fault() -> None:
    assert fault_of(GOOD) == ""
    assert fault_of(GOOD | {"future": {"key": 1}, "frame": {"center": [0.5, 1]}}) == ""


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"format": None}, "format"),
        ({"name": 3}, "name"),
        ({"title": []}, "title"),
        ({"licence": 3}, "licence"),
        ({"family": ["a"]}, "family"),
        ({"generator": {}}, "generator is missing"),
        ({"generator": 3}, "generator is no table"),
        ({"data": "x"}, "data is no table"),
        ({"generator": {"resolution": "16"}}, "resolution"),
        ({"generator": {"resolution": True}}, "resolution"),
        ({"generator": {"resolution": 16, "c_dim": -1}}, "c_dim"),
        ({"classes": {"names": "ab"}}, "names"),
        ({"classes": {"names": [1, 2]}}, "names"),
        ({"classes": {"names": ["a"]}}, "1 class names for 2 classes"),
        ({"files": {}}, "names no file"),
        ({"files": {"tensors": "../x.safetensors"}}, "names no file"),
        ({"files": {"tensors": "a\\x.safetensors"}}, "no safetensors"),
        ({"files": {"tensors": "x.safetensors", "bytes": "9"}}, "bytes"),
        ({"files": {"tensors": "x.safetensors", "sha256": 9}}, "check sums"),
        ({"quality": {"nearest": 3}}, "no file beside it"),
        ({"quality": {"nearest": "../tiny.nearest.webp"}}, "no file beside it"),
        ({"quality": {"nearest": "a\\tiny.nearest.webp"}}, "no file beside it"),
        ({"quality": {"nearest": "holiday.webp"}}, "no .nearest.webp"),
        ({"frame": {"center": [0.5]}}, "frame"),
        ({"frame": {"size": ["a", 0.5]}}, "frame"),
        ({"frame": {"size": [float("nan"), 0.5]}}, "frame"),
        ({"frame": {"center": [2, 0.5]}}, "frame"),
    ],
)
def test_faults(change: dict[str, Any], says: str) -> None:
    assert says in fault_of(GOOD | change)


@given(
    st.dictionaries(
        st.sampled_from([*GOOD, "frame", "data", "licence", "quality"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(
                        ["resolution", "names", "tensors", "center", "c_dim", "nearest"]
                    ),
                    inner,
                )
            ),
            max_leaves=5,
        ),
    )
)
def test_any_record_has_a_fault_in_words_or_none(change: dict[str, Any]) -> None:
    fault = fault_of(GOOD | change)
    assert len(fault) < 120


@pytest.mark.parametrize(
    "text", ["", "a = ", "format = 99\n", "[" * 5000, "\x00", 'name = "tiny"\n', "é"]
)
def test_unreadable_files(text: str, tmp_path: Path) -> None:
    path = tmp_path / "tiny.toml"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(BadModel) as caught:
        read_manifest(path)
    assert len(str(caught.value)) <= 220 and str(caught.value).isprintable()


def test_missing_large_and_unreadable(tmp_path: Path) -> None:
    with pytest.raises(MissingModel):
        read_manifest(tmp_path / "none.toml")
    with pytest.raises(GanpaintError):
        read_manifest(tmp_path)
    path = tmp_path / "large.toml"
    path.write_bytes(b"#" * (LARGEST + 1))
    with pytest.raises(BrokenModel, match="too large"):
        read_manifest(path)


def test_the_licence_of_the_weights_goes_before_that_of_the_pictures() -> None:
    assert licence_of({"licence": "MIT", "data": {"licence": "CC0"}}) == "MIT"
    assert licence_of({"data": {"licence": "CC0"}}) == "CC0"
    assert licence_of({}) == ""


def test_the_strip_is_the_models_own_or_none(tmp_path: Path) -> None:
    weights = tmp_path / "tiny.safetensors"
    named = GOOD | {"quality": {"nearest": "tiny.nearest.webp"}}
    assert fault_of(named) == "" and nearest_of(named, weights) is None  # it is not there
    assert companions(weights) == []
    for name in ("tiny.nearest.webp", "other.nearest.webp", "tiny.toml"):
        (tmp_path / name).write_bytes(b"x")
    assert nearest_of(named, weights) == tmp_path / "tiny.nearest.webp"
    assert nearest_of(GOOD, weights) is None  # it is there, but nobody named it
    others = GOOD | {"quality": {"nearest": "other.nearest.webp"}}
    assert fault_of(others) == "" and nearest_of(others, weights) is None
    assert [p.name for p in companions(weights)] == ["tiny.toml", "tiny.nearest.webp"]


def test_it_needs_no_torch() -> None:
    code = "import sys, ganpaint.manifest; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
