"""Model > New from folder: what is asked of the command, and what is shown of its moments."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent

from ganpaint.catalogue import Entry
from ganpaint.ui.dialogs.train import TrainDialog
from tests.ui.dialogs.runs import a_run, know, look


def test_nothing_can_be_started_without_pictures_and_a_name(
    dialog: TrainDialog, tmp_path: Path
) -> None:
    assert not dialog.start.isEnabled() and "name" in dialog.start.toolTip()
    (tmp_path / "my cats").mkdir()
    dialog.take_folder(tmp_path / "my cats")
    assert dialog.choices.wanted == "my cats"
    assert not dialog.start.isEnabled() and "looked at" in dialog.start.toolTip()
    dialog.pictures._found({"pictures": 40, "classes": [], "notes": []})
    assert dialog.start.isEnabled() and not dialog.start.toolTip()
    dialog.choices.name.setText("a/b")
    assert not dialog.start.isEnabled()
    assert "cannot have" in dialog.choices.trouble.text()


def test_other_squares_are_looked_at_again(
    dialog: TrainDialog, started: list[list[str]], tmp_path: Path
) -> None:
    dialog.choices.base.setCurrentIndex(0)
    dialog.take_folder(tmp_path)
    assert started[-1] == [str(tmp_path), "--check", "--resolution", "64", "--dedupe"]
    dialog.choices.resolution.choose("128")
    dialog.choices.changed.emit()
    assert started[-1][3] == "128"


def test_pausing_and_ending(running: TrainDialog, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    for word in ("rest", "stop", "kill"):
        monkeypatch.setattr(running.process, word, lambda word=word: asked.append(word))
    running._show_state()
    assert running.start.text() == "Stop and keep" and running.pause.isVisible()
    assert not running.choices.name.isEnabled() and not running.pictures.isEnabled()
    running.start.click()
    assert asked == ["stop"]
    assert not running.start.isEnabled() and running.pause.text() == "End at once"
    running.pause.click()
    assert asked == ["stop", "kill"]
    running._rested()
    running.pause.click()
    assert asked[-1] == "rest"
    assert "saved" in running.line.text()


def test_what_was_kept_is_told(dialog: TrainDialog) -> None:
    dialog.name = "half"
    dialog._rested()
    assert "Nothing had been saved" in dialog.line.text()
    a_run("half")
    dialog._rested()
    assert "saved at 1,616 images" in dialog.line.text()
    dialog._failed("The training ended before its time.", "Killed")
    assert "saved at 1,616 images" in dialog.line.text()
    assert dialog.details.isVisible() and dialog.line.toolTip() == "Killed"


def test_a_failure_behind_a_closed_dialog_is_told_in_the_window(dialog: TrainDialog) -> None:
    messages: list[Any] = []
    dialog._editor.message.connect(messages.append)
    dialog.hide()
    dialog.name = "mine"
    dialog._failed("It has no pictures. Add some.", "")
    assert dialog.line.text() == "It has no pictures. Add some."
    assert messages[0].kind == "error"
    messages[0].actions[0][1]()
    assert dialog.isVisible()


def test_the_new_model_is_offered(dialog: TrainDialog, monkeypatch: pytest.MonkeyPatch) -> None:
    messages: list[Any] = []
    used = []
    dialog._editor.message.connect(messages.append)
    monkeypatch.setattr(dialog._editor, "use_model", used.append)
    dialog.choices.name.setText("mine")
    assert dialog.use.isHidden()
    dialog.name = "mine"
    dialog._finished({"model": "mine"})
    assert messages[0].actions[0][0] == "Use it"
    dialog.use.click()
    assert used == ["mine"]
    know(dialog, Entry("mine", "Mine", Path("mine.safetensors"), "stylegan2", 64))
    assert dialog.choices.trouble.isHidden()  # that it is there now is no trouble
    dialog.choices.name.setText("another")
    assert dialog.use.isHidden()


def test_closing_hides_it_and_says_that_it_goes_on(running: TrainDialog) -> None:
    messages: list[Any] = []
    running._editor.message.connect(messages.append)
    running.close()
    assert not running.isVisible()
    assert "goes on training" in messages[0].title


def test_a_folder_or_zip_can_be_dropped_anywhere_on_it(dialog: TrainDialog, tmp_path: Path) -> None:
    def drop(path: Path) -> None:
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        nothing = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
        dialog.dropEvent(QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, data, *nothing))

    (tmp_path / "cats.zip").write_bytes(b"PK")
    (tmp_path / "cat.png").write_bytes(b"")
    drop(tmp_path / "cat.png")
    assert dialog.pictures.source is None
    drop(tmp_path / "cats.zip")
    assert dialog.pictures.source == tmp_path / "cats.zip" and dialog.choices.wanted == "cats"
    drop(tmp_path)
    assert dialog.pictures.source == tmp_path


def test_it_fits_a_small_screen(dialog: TrainDialog, tmp_path: Path) -> None:
    a_run("half", source=str(tmp_path))
    look(dialog, tmp_path, notes=["2 of the pictures are unreadable: " + "x" * 60] * 3)
    dialog.choices.name.setText("cats-64")
    hint = dialog.minimumSizeHint()
    assert hint.width() <= 1024 and hint.height() <= 700
    dialog.resize(1024, 700)
    assert (dialog.width(), dialog.height()) == (1024, 700)


def test_the_line_says_what_figures_do_not(running: TrainDialog) -> None:
    plain = {"images": 0, "per_second": 0.0, "remaining": None, "resolution": 64, "done": 0.0}
    plain |= {"sheet": None, "distance": None, "best": None}
    running._moment(plain | {"phase": "settling", "sentence": "Looking for the pictures."})
    assert running.line.text() == "Looking for the pictures."
    assert running.watch.fact("phase") == "Settling in"
    running._moment(plain | {"phase": "training", "sentence": "0 images"})
    assert running.line.text() == ""
    running._note("New class “mine” starts as “ginger”.")
    running._moment(plain | {"phase": "training", "sentence": "0 images"})
    assert "ginger" in running.line.text()
