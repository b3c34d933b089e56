"""An interrupted training is offered: go on with it, or delete it after a question."""

from __future__ import annotations

from pathlib import Path

from ganpaint.ui.dialogs.train import TrainDialog
from tests.ui.dialogs.runs import CATS, a_run, know


def test_an_interrupted_run_is_offered_and_gone_on_with(
    dialog: TrainDialog, started: list[list[str]], tmp_path: Path
) -> None:
    told = {"title": "My cats", "licence": "CC0 1.0", "dedupe": False, "base": "cats-64"}
    a_run("half", source=str(tmp_path), **told)
    a_run("done", source=str(tmp_path), finished=True)
    know(dialog, CATS)
    assert dialog.offer.isVisible()
    assert "“half” was interrupted at 1,616 images." in dialog.offer.words.text()
    dialog.offer.go_on.click()
    assert started[-1][0] == str(tmp_path) and started[-1][-2:] == ["--resume", "--listen"]
    assert {"half", "My cats", "CC0 1.0"} <= set(started[-1])
    assert "--dedupe" not in started[-1]
    assert dialog.watch.curve.points == 1
    assert dialog.watch.fact("images") == "1,616"


def test_an_interrupted_run_without_its_pictures_can_be_deleted(
    dialog: TrainDialog, tmp_path: Path
) -> None:
    folder = a_run("half", source=str(tmp_path / "gone"))
    dialog._show_state()
    assert not dialog.offer.go_on.isEnabled()
    assert "no longer" in dialog.offer.words.text()
    dialog.offer.drop.click()
    assert folder.exists()  # only after the question
    dialog.offer._forget("half")
    assert not folder.exists() and dialog.offer.isHidden()
