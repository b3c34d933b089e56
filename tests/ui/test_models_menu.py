"""The menu of models: ui/models_menu.py."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ganpaint.catalogue import Entry
from ganpaint.ui.models_menu import models_menu

ENTRIES = (
    Entry("cats-64", "Cats", Path("cats-64.safetensors"), class_names=("ginger", "cream")),
    Entry("plain-64", "Plain", Path("plain-64.safetensors")),
    Entry("mine", "Mine", Path("mine.safetensors"), class_names=("mycat",)),
)


def test_models_can_be_chosen(qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    used: list[str] = []
    editor = SimpleNamespace(catalogue=SimpleNamespace(entries=ENTRIES), use_model=used.append)
    menu = models_menu(editor, holder)  # type: ignore[arg-type]
    assert [a.text() for a in menu.actions()] == ["Cats", "Plain", "Mine"]
    menu.actions()[1].trigger()
    assert used == ["plain-64"]
    menu = models_menu(editor, holder, with_classes=True)  # type: ignore[arg-type]
    assert [a.text() for a in menu.actions()] == ["Cats"]


def test_without_any_it_says_so(qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    editor = SimpleNamespace(catalogue=SimpleNamespace(entries=()), use_model=None)
    menu = models_menu(editor, holder)  # type: ignore[arg-type]
    assert [a.isEnabled() for a in menu.actions()] == [False]
