"""Looking at pictures before training: counts, classes, what is wrong, and stopping."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ganpaint.errors import BadRequest
from ganpaint.progress import Stop, Stopped
from ganpaint.tasks.requests import CheckPictures, finish, perform
from ganpaint.tasks.studio import Studio
from tests.training.conftest import pictures

__all__ = ["pictures"]  # the fixture of tests/training


def test_pictures_and_classes_are_counted_and_faults_told(pictures: Path) -> None:
    shutil.copy(pictures / "green" / "000.png", pictures / "green" / "again.png")
    (pictures / "green" / "broken.jpg").write_bytes(b"no picture")
    found = finish(CheckPictures(pictures, 16), Studio())
    assert found.count == 16
    assert found.class_names == ("green", "red ones")
    assert len(found.notes) == 3
    assert "unreadable" in found.notes[0]
    assert "exact duplicate and was kept" in found.notes[1]
    assert "of the classes have fewer than" in found.notes[2]
    left = finish(CheckPictures(pictures, 16, dedupe=True), Studio())
    assert left.count == 15
    assert "exact duplicate and was left out" in left.notes[1]


def test_a_folder_of_few_is_refused(tmp_path: Path, pictures: Path) -> None:
    with pytest.raises(BadRequest, match="3 usable pictures"):
        finish(CheckPictures(pictures / "green", 16), Studio())


def test_it_can_be_stopped(pictures: Path) -> None:
    stop = Stop()
    stop.discard()
    with pytest.raises(Stopped):
        list(perform(CheckPictures(pictures, 16), Studio().for_job(stop)))
