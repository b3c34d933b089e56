"""Model > New from folder: what is asked of the command, and what is shown of its moments."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QWidget

from ganpaint.paths import state_dir
from ganpaint.ui.dialogs.train import TrainDialog
from tests.ui.stand_ins import editor_of, model_of


@pytest.fixture
def dialog(qapp: object) -> Iterator[TrainDialog]:
    parent = QWidget()
    made = TrainDialog(parent, editor_of(None, model_of()))
    made.show()
    yield made
    made.process.end()
    parent.deleteLater()


def moment(**changes: object) -> dict[str, object]:
    record = {
        "images": 1200,
        "sentence": "1,200 images",
        "remaining": 61.0,
        "sheet": None,
        "distance": None,
        "phase": "training",
    }
    return record | changes


def test_nothing_can_be_started_without_pictures_and_a_name(
    dialog: TrainDialog, tmp_path: Path
) -> None:
    assert not dialog.start.isEnabled() and "name" in dialog.start.toolTip()
    assert dialog.curve.placeholder.startswith("The distance")
    (tmp_path / "my cats").mkdir()
    dialog.take_folder(tmp_path / "my cats")
    assert dialog.name.text() == "my cats"
    assert dialog.start.isEnabled() and not dialog.start.toolTip()
    dialog.name.setText("a/b")
    assert not dialog.start.isEnabled()


def test_the_command_says_what_was_chosen(dialog: TrainDialog, tmp_path: Path) -> None:
    dialog.take_folder(tmp_path)
    dialog.name.setText("mine")
    dialog.resolution.choose("32")
    dialog.minutes.set_amount(15)
    words = [str(tmp_path), "--out", "mine", "--minutes", "15"]
    assert dialog.arguments == [*words, "--resolution", "32"]
    dialog.base.addItem("Cats", "cats-64")
    dialog.base.setCurrentIndex(dialog.base.count() - 1)
    assert dialog.arguments == [*words, "--from", "cats-64"]
    assert not dialog.resolution.isEnabled()


def test_a_run_of_that_name_is_gone_on_with(dialog: TrainDialog, tmp_path: Path) -> None:
    folder = state_dir() / "training" / "mine"
    folder.mkdir(parents=True)
    (folder / "last.safetensors").write_bytes(b"x")
    dialog.take_folder(tmp_path)
    dialog.name.setText("mine")
    assert dialog.start.text() == "Go on training"
    assert dialog.arguments[-1] == "--resume"


def test_moments_show_samples_distance_and_time_left(dialog: TrainDialog, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.png"
    Image.fromarray(np.full((64, 96, 3), 200, np.uint8)).save(sheet)
    dialog._moment(moment(sheet=str(sheet)))
    assert not dialog.sheet.pixmap().isNull()
    assert dialog.line.text() == "1,200 images · 2 min left"
    dialog._moment(moment(phase="measuring", distance={"value": 8.5}))
    assert dialog.curve.points == 1


def test_a_failure_is_told_in_its_sentence(dialog: TrainDialog) -> None:
    dialog._failed("It has no pictures. Add some.", "details")
    assert dialog.line.text() == "It has no pictures. Add some."


def test_the_new_model_is_offered(dialog: TrainDialog) -> None:
    messages = []
    dialog._editor.message.connect(messages.append)
    dialog._finished({"model": "mine"})
    assert messages[0].actions[0][0] == "Use it"


def test_closing_hides_it(dialog: TrainDialog) -> None:
    dialog.close()
    assert not dialog.isVisible()
