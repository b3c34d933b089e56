"""The card that the pictures are dropped on: what is found, refused and told."""

from __future__ import annotations

from pathlib import Path

from ganpaint.ui.dialogs.train import TrainDialog


def test_what_is_found_is_told_with_what_is_wrong(dialog: TrainDialog, tmp_path: Path) -> None:
    pictures = dialog.pictures
    pictures.take(tmp_path)
    assert pictures.is_looking
    pictures._check.read.emit(50, 16000)
    assert pictures.found.text() == "Looking: 50 of 16,000 pictures"
    notes = ["4 of the pictures are exact duplicates and were left out: a.png."]
    names = ["black", "ginger", "grey", "white", "cream"]
    pictures._found({"pictures": 15840, "classes": names, "notes": notes})
    shown = "15,840 pictures of 5 classes: black, ginger, grey, white, …"
    assert pictures.found.text() == shown
    assert pictures.notes == notes
    pictures._found({"pictures": 20, "classes": ["sphynx"], "notes": []})
    assert pictures.found.text() == "20 pictures of 1 class: sphynx"
    assert pictures.is_ready and not pictures.is_looking


def test_a_refusal_is_told_and_nothing_can_be_started(dialog: TrainDialog, tmp_path: Path) -> None:
    dialog.pictures.take(tmp_path)
    dialog.pictures._refused("“few” has 3 usable pictures; 10 are needed. Add more.", "")
    assert not dialog.start.isEnabled()
    assert "10 are needed" in dialog.start.toolTip()
    assert dialog.pictures.found.property("role") == "warn"
    dialog.pictures.look()  # the folder was mended
    assert dialog.pictures.is_looking


def test_leaving_duplicates_in_looks_again(
    dialog: TrainDialog, started: list[list[str]], tmp_path: Path
) -> None:
    dialog.pictures.take(tmp_path)
    assert "--dedupe" in started[-1]
    dialog.pictures.dedupe.setChecked(False)
    assert "--dedupe" not in started[-1] and len(started) == 2
