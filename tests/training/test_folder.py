"""A folder becomes a training set, or is refused in a sentence."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest

from ganpaint.errors import BadRequest
from ganpaint.training.folder import load_folder
from tests.training.conftest import paint


def test_class_folders_become_classes(pictures: Path) -> None:
    data = load_folder(pictures, 16)
    assert data.class_names == ("green", "red ones")
    assert data.pictures.shape == (15, 16, 16, 3)
    assert np.bincount(data.labels).tolist() == [3, 12]
    green = data.pictures[data.labels == 0].reshape(-1, 3).mean(0)
    assert green[1] > 150 > green[0]


def test_flat_folder_has_no_classes(tmp_path: Path) -> None:
    paint(tmp_path / "flat", 11, (10, 20, 30))
    assert load_folder(tmp_path / "flat", 16).c_dim == 0


def test_zip_gives_the_same_pictures(pictures: Path, tmp_path: Path) -> None:
    packed = tmp_path / "pictures.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in pictures.rglob("*.png"):
            archive.write(path, path.relative_to(pictures))
    assert np.array_equal(load_folder(packed, 16).pictures, load_folder(pictures, 16).pictures)


def test_classes_are_drawn_by_the_root_of_their_size(pictures: Path) -> None:
    data = load_folder(pictures, 16)
    assert data.class_weights() == pytest.approx([1 / 3, 2 / 3])
    drawn = data.draw(np.random.default_rng(0), 6000)
    assert np.mean(data.labels[drawn] == 0) == pytest.approx(1 / 3, abs=0.03)
    assert set(drawn) == set(range(15))


def test_second_reading_comes_from_the_cache(
    pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_folder(pictures, 16)
    monkeypatch.setattr("ganpaint.training.folder._decode", lambda *a: pytest.fail("decoded twice"))
    assert len(load_folder(pictures, 16)) == 15


def test_a_changed_picture_is_noticed(pictures: Path) -> None:
    before = load_folder(pictures, 16).digest
    paint(pictures / "green", 1, (1, 2, 3))
    assert load_folder(pictures, 16).digest != before


def test_duplicates_are_reported_and_left_out_on_request(pictures: Path) -> None:
    shutil.copy(pictures / "red_ones" / "000.png", pictures / "red_ones" / "again.png")
    kept = load_folder(pictures, 16)
    assert len(kept) == 16
    assert "1 of the pictures are exact duplicates and were kept" in kept.notes[0]
    assert len(load_folder(pictures, 16, dedupe=True)) == 15


def test_unreadable_and_small_pictures_are_named(pictures: Path) -> None:
    (pictures / "green" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    paint(pictures / "tiny", 1, (9, 9, 9), side=5)
    notes = " ".join(load_folder(pictures, 16).notes)
    assert "broken.png" in notes
    assert "tiny/000.png" in notes


@pytest.mark.parametrize("count", [0, 4])
def test_too_few_pictures_are_refused_with_both_numbers(tmp_path: Path, count: int) -> None:
    paint(tmp_path / "few", count, (10, 20, 30))
    with pytest.raises(BadRequest) as caught:
        load_folder(tmp_path / "few", 16)
    assert ("no pictures" if count == 0 else "4 usable pictures; 10") in str(caught.value)


def test_a_file_that_is_no_zip_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"hello")
    with pytest.raises(BadRequest, match="neither a folder nor a zip"):
        load_folder(tmp_path / "x.zip", 16)
