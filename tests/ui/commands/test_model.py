"""Choosing and adding models."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from ganpaint.catalogue import Entry
from ganpaint.ui.commands import model

if TYPE_CHECKING:
    import pytest

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
