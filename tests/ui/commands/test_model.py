"""Choosing and adding models."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QFileDialog

from ganpaint.catalogue import Catalogue, Entry
from ganpaint.paths import models_dir
from ganpaint.tasks.requests import AddModel
from ganpaint.ui.commands import model
from ganpaint.ui.dialogs.train import TrainDialog
from ganpaint.ui.docks.models import ModelsDock
from ganpaint.ui.messages import Message
from tests.ui.stand_ins import document_of, jobs_of

if TYPE_CHECKING:
    from ganpaint.ui.main_window import MainWindow


def test_adding_a_file_uses_it(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    used: list[str] = []
    monkeypatch.setattr(window.editor, "use_model", used.append)
    model.add_file(window)
    dialog = window.findChild(QFileDialog, "model.add.dialog")
    dialog.fileSelected.emit("/x/net.pkl")
    dialog.close()
    assert used == [str(Path("/x/net.pkl"))]


def test_words() -> None:
    entry = Entry("cats-64", "Cats", Path("x"), resolution=64, class_names=("a", "b"))
    assert model.entry_words(entry) == "Cats · 64 px · 2 classes"
    assert model.entry_words(replace(entry, class_names=("a",))) == "Cats · 64 px · 1 class"


def test_managing_shows_the_dock_or_a_window_of_its_own(window: MainWindow) -> None:
    model.manage(window)
    dock = window.docks.docks["models"]
    assert dock.floating is not None and dock.widget.isVisible()  # there is no picture yet
    dock.floating.close()
    assert not window.docks.is_shown("models")
    window.editor.open_session(document_of(), name="x.png")
    model.manage(window)
    assert dock.floating is None and dock.widget.isVisible()


def test_models_of_a_folder(tmp_path: Path) -> None:
    assert model.models_at(tmp_path / "gone.pkl") == [tmp_path / "gone.pkl"]
    assert model.models_at(tmp_path) == []
    for name in ("b.PT", "b.pt", "a.pkl", "readme.md", "bundle.toml", "bundle.safetensors"):
        (tmp_path / name).write_text("x")
    found = [path.name for path in model.models_at(tmp_path)]
    assert found == ["a.pkl", "b.pt", "bundle.safetensors"]
    (tmp_path / "config.json").write_text("{}")
    assert model.models_at(tmp_path) == [tmp_path]


def test_files_are_chosen_and_added(window: MainWindow) -> None:
    for choose, name in (
        (model.choose_files, "models.add.dialog"),
        (model.choose_folder, "models.folder.dialog"),
    ):
        choose(window.editor, window)
        dialog = window.findChild(QFileDialog, name)
        dialog.filesSelected.emit(["/x/net.pkl"])
        dialog.close()
    added = jobs_of(window.editor).of(AddModel)
    assert [job.request.path for job in added] == 2 * [Path("/x/net.pkl")]


def test_a_bundled_model_is_not_removed(window: MainWindow) -> None:
    told: list[Message] = []
    window.editor.message.connect(told.append)
    model.remove(window.editor, Entry("cats-64", "", Path("/x"), source="bundled"), window)
    assert told[-1].title == '"cats-64" cannot be removed.'
    assert told[-1].text == "It came with ganpaint and goes with it."


def test_only_what_belongs_to_the_model_is_deleted(window: MainWindow) -> None:
    folder = models_dir() / "deep"
    folder.mkdir()
    for name in ("config.json", "pytorch_model.bin", "diary.txt"):
        (folder / name).write_text("x")
    model._delete(window.editor, Entry("deep", "", folder, source="user"))
    assert [path.name for path in folder.iterdir()] == ["diary.txt"]
    (folder / "diary.txt").unlink()
    (folder / "config.json").write_text("{}")
    model._delete(window.editor, Entry("deep", "", folder, source="user"))
    assert not folder.exists()


def test_what_cannot_be_deleted_is_said(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Message] = []
    window.editor.message.connect(told.append)
    path = models_dir() / "mine.pkl"
    path.write_bytes(b"x")

    def refuse(self: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "in use")

    monkeypatch.setattr(Path, "unlink", refuse)
    model._delete(window.editor, Entry("mine", "", path, source="user"))
    assert told[0].title == '"mine.pkl" could not be deleted.'


def test_train_further_opens_the_training_with_that_model(window: MainWindow) -> None:
    window.editor.catalogue = Catalogue(
        (
            Entry("nets", "Nets", Path("/x/nets.safetensors"), "stylegan2", 64),
            Entry("mine", "Mine", Path("/x/mine.safetensors"), "stylegan2", 64),
        )
    )
    dock = window.docks.docks["models"].widget
    assert isinstance(dock, ModelsDock)
    dock.refresh()
    nets, mine = dock.cards()
    mine.train_wanted.emit(mine)
    dialog = window.findChild(TrainDialog)
    assert dialog is not None and dialog.isVisible()
    assert dialog.choices.base.currentData() == "mine"
    dialog.choices.base.setCurrentIndex(0)
    nets.train_wanted.emit(nets)  # again, in the same window
    assert dialog.choices.base.currentData() == "nets"
    dialog.close()
