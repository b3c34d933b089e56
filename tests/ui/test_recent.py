"""Recent files: pictures kept, missing ones known, days as one says them."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from ganpaint.preferences import Preferences
from ganpaint.ui.recent import day_words, forget_pictures, keep_picture, recent_files
from tests.ui.stand_ins import document_of

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.mark.behaviour("I26", "N4")
def test_pictures_and_facts(tmp_path: Path, qapp: QApplication) -> None:
    there, gone = tmp_path / "ü 猫 #%.png", tmp_path / "gone.png"
    there.write_bytes(b"x")
    keep_picture(there, document_of(edit=True), "cats-64")
    found = recent_files(Preferences(recent_files=(str(there), str(gone))))
    assert [file.there for file in found] == [True, False]
    assert found[0].facts == "Today · 80 × 60 · cats-64 · 1 edit"
    assert found[0].picture is not None and found[0].picture.width() == 96
    assert found[1].picture is None and "Not there" in found[1].facts


@pytest.mark.behaviour("I26")
def test_private_mode_leaves_nothing(tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    file.write_bytes(b"x")
    keep_picture(file, document_of())
    forget_pictures()
    [found] = recent_files(Preferences(recent_files=(str(file),)))
    assert found.picture is None
    assert Preferences(private=True).with_recent_file(file).recent_files == ()


def test_days() -> None:
    now = time.mktime((2026, 6, 12, 10, 0, 0, 0, 0, -1))
    hour = 3600.0
    assert day_words(now - 2 * hour, now) == "Today"
    assert day_words(now + hour, now) == "Today"
    assert day_words(now - 11 * hour, now) == "Yesterday"
    assert day_words(now - 3 * 24 * hour, now) == "Tuesday"
    assert day_words(now - 10 * 24 * hour, now) == "2 June"
    assert day_words(now - 400 * 24 * hour, now).endswith("2025")
