"""Class names: kept by hash, imported from text, refused with both numbers."""

from __future__ import annotations

from pathlib import Path

import pytest

from ganpaint import class_names
from ganpaint.errors import BadRequest
from ganpaint.paths import data_dir

HASH = "ab" * 32


def test_the_files_names_then_numbers_then_imagenet() -> None:
    assert class_names.names_of(HASH, 2, ("a", "b")) == ("a", "b")
    assert class_names.names_of(HASH, 2, ("a",)) == ("class 0", "class 1")
    assert class_names.names_of(HASH, 0) == ()
    assert class_names.names_of("", 1) == ("class 0",)
    thousand = class_names.names_of(HASH, 1000)
    assert len(thousand) == 1000
    assert (thousand[0], thousand[281], thousand[-1]) == ("tench", "tabby", "toilet tissue")


@pytest.mark.behaviour("C10", "N4")
def test_edited_names_are_kept_by_hash() -> None:
    names = class_names.rename_class(HASH, ("a", "b"), 1, "  Kätzchen\t☆\n")
    assert names == ("a", "Kätzchen ☆")
    assert class_names.names_of(HASH, 2, ("a", "b")) == names
    assert class_names.names_of("cd" * 32, 2, ("a", "b")) == ("a", "b")
    assert class_names.names_of(HASH, 3, ("a", "b", "c")) == ("a", "b", "c")
    class_names.forget_names(HASH)
    class_names.forget_names(HASH)
    assert class_names.names_of(HASH, 2, ("a", "b")) == ("a", "b")


@pytest.mark.behaviour("C10")
def test_a_wrong_number_of_lines_is_refused_with_both_numbers(tmp_path: Path) -> None:
    path = tmp_path / "names.txt"
    path.write_text("one\ntwo\nthree\n")
    with pytest.raises(BadRequest, match=r'"names\.txt" has 3 names; this model has 10 classes'):
        class_names.read_names(path, 10)
    with pytest.raises(BadRequest, match="has 1 names; this model has 2 classes"):
        class_names.keep_names(HASH, ["a"], 2)
    assert class_names.read_names(path, 3) == ("one", "two", "three")


def test_text_files_of_every_habit(tmp_path: Path) -> None:
    path = tmp_path / "names.txt"
    path.write_bytes("\ufeffüber\r\n\r\n drei \r\n\r\n\r\n".encode())
    assert class_names.read_names(path, 3) == ("über", "class 1", "drei")
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadRequest, match="UTF-8"):
        class_names.read_names(path, 1)
    path.write_bytes(b"x" * (class_names.LARGEST + 1))
    with pytest.raises(BadRequest, match="too long"):
        class_names.read_names(path, 1)
    with pytest.raises(BadRequest, match="could not be read"):
        class_names.read_names(tmp_path / "none.txt", 1)


def test_odd_requests() -> None:
    with pytest.raises(BadRequest):
        class_names.rename_class(HASH, ("a",), 3, "x")
    with pytest.raises(BadRequest, match="needs a name"):
        class_names.rename_class(HASH, ("a",), 0, " \n")
    with pytest.raises(BadRequest, match="no model"):
        class_names.keep_names("../x", ["a"], 1)


def test_damaged_names_are_not_used(caplog: pytest.LogCaptureFixture) -> None:
    class_names.keep_names(HASH, ["a"], 1)
    (data_dir() / class_names.FOLDER / f"{HASH}.txt").write_bytes(b"\xff\xfe")
    assert class_names.names_of(HASH, 1, ("b",)) == ("b",)
    assert "damaged" in caplog.text


def test_missing_imagenet_names_are_no_failure(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def missing(*parts: str) -> Path:
        raise FileNotFoundError("/".join(parts))

    monkeypatch.setattr(class_names, "resource", missing)
    assert class_names.imagenet() == ()
    assert class_names.names_of(HASH, 1000)[999] == "class 999"
