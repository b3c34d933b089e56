"""What a training is told: names that are taken, models to start from, lengths."""

from __future__ import annotations

from pathlib import Path

from ganpaint.ui.dialogs.train import TrainDialog
from tests.ui.dialogs.runs import CATS, a_run, know, look


def test_the_command_says_what_was_chosen(dialog: TrainDialog, tmp_path: Path) -> None:
    know(dialog, CATS)
    look(dialog, tmp_path)
    choices = dialog.choices
    choices.name.setText("mine")
    choices.base.setCurrentIndex(0)
    choices.resolution.choose("32")
    choices.minutes.set_amount(15)
    choices.title.setText("My cats")
    choices.licence.setEditText("CC0 1.0")
    words = [str(tmp_path), "--out", "mine", "--minutes", "15", "--dedupe"]
    words += ["--title", "My cats", "--licence", "CC0 1.0"]
    assert dialog.arguments == [*words, "--resolution", "32"]
    choices.base.setCurrentIndex(1)
    assert dialog.arguments == [*words, "--from", "cats-64"]
    assert not choices.resolution.isEnabled()
    assert choices.resolution.toolTip() == "That of the model it starts from"
    dialog.pictures.dedupe.setChecked(False)
    assert "--dedupe" not in dialog.arguments


def test_a_model_can_be_proposed_to_start_from(dialog: TrainDialog, tmp_path: Path) -> None:
    know(dialog, CATS)
    look(dialog, tmp_path)
    dialog.choices.base.setCurrentIndex(0)
    dialog.start_from("cats-64")
    assert dialog.choices.base.currentData() == "cats-64"
    assert dialog.arguments[-2:] == ["--from", "cats-64"]


def test_what_is_proposed_is_no_run_of_that_name(dialog: TrainDialog, tmp_path: Path) -> None:
    a_run("mine", resolution=0, base="")
    know(dialog, CATS)
    look(dialog, tmp_path)
    dialog.choices.name.setText("mine")
    dialog.start_from("cats-64")
    assert dialog.choices.wanted == "mine-2"
    assert dialog.choices.base.isEnabled() and dialog.choices.base.currentData() == "cats-64"


def test_what_a_run_started_from_is_shown_while_its_name_stands(
    dialog: TrainDialog, tmp_path: Path
) -> None:
    a_run("mine", resolution=32, base="")
    know(dialog, CATS)
    look(dialog, tmp_path)
    dialog.start_from("cats-64")
    dialog.choices.name.setText("mine")
    assert dialog.choices.base.currentData() == "" and not dialog.choices.base.isEnabled()
    dialog.choices.name.setText("another")
    assert dialog.choices.base.currentData() == "cats-64" and dialog.choices.base.isEnabled()
    assert dialog.arguments[-2:] == ["--from", "cats-64"]


def test_a_running_training_keeps_its_base(running: TrainDialog) -> None:
    know(running, CATS)
    running.choices.base.setCurrentIndex(0)
    running.start_from("cats-64")
    assert running.choices.base.currentData() == ""


def test_few_pictures_are_told_to_start_from_a_model(dialog: TrainDialog, tmp_path: Path) -> None:
    know(dialog, CATS)
    dialog.choices.base.setCurrentIndex(0)
    look(dialog, tmp_path, 40)
    assert "40 pictures are too few" in dialog.choices.advice.text()
    dialog.choices.base.setCurrentIndex(1)
    assert dialog.choices.advice.isHidden()


def test_a_name_that_is_taken_is_told_and_another_offered(
    dialog: TrainDialog, tmp_path: Path
) -> None:
    know(dialog, CATS)
    look(dialog, tmp_path)
    dialog.choices.name.setText("Cats-64")
    assert not dialog.start.isEnabled()
    assert "already" in dialog.choices.trouble.text()
    dialog.choices.other.click()
    assert dialog.choices.wanted == "Cats-2"
    assert dialog.start.isEnabled()


def test_a_run_of_that_name_is_gone_on_with(dialog: TrainDialog, tmp_path: Path) -> None:
    a_run("mine", resolution=0, base="cats-64")
    know(dialog, CATS)
    look(dialog, tmp_path)
    dialog.choices.name.setText("mine")
    assert dialog.start.text() == "Go on training"
    assert "interrupted at 1,616 images" in dialog.choices.trouble.text()
    assert dialog.arguments[-1] == "--resume"
    dialog.choices.other.click()
    assert dialog.start.text() == "Start training"
    assert "--resume" not in dialog.arguments
