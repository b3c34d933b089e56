"""Menus are made from the table: shortcuts shown, lists filled when opened."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QMenu

from ganpaint.catalogue import Entry
from ganpaint.ui.actions import ACTIONS, MENUS
from tests.ui.stand_ins import document_of

if TYPE_CHECKING:
    from ganpaint.ui.main_window import MainWindow


def test_all_menus_with_all_entries(window: MainWindow) -> None:
    bar = [action.text().replace("&", "") for action in window.menuBar().actions()]
    assert bar == list(MENUS)
    for action in ACTIONS:
        made = window.menus.actions[action.id]
        assert len(made.shortcuts()) == len(action.keys)
        if action.menu:
            assert any(isinstance(parent, QMenu) for parent in made.associatedObjects())


@pytest.mark.behaviour("I26", "N4")
def test_recent_files_are_listed(window: MainWindow, tmp_path: Path) -> None:
    there = tmp_path / "a & b.png"
    there.write_bytes(b"x")
    names = (str(there), str(tmp_path / "gone.png"))
    window.editor.change_preferences(recent_files=names)
    menu = window.findChild(QMenu, "menu.file.recent")
    menu.aboutToShow.emit()
    assert [a.text() for a in menu.actions()] == ["a && b.png", "gone.png"]
    assert [a.isEnabled() for a in menu.actions()] == [True, False]


def test_models_are_listed(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    entries = (Entry("cats-64", "", Path("x"), resolution=64), Entry("dogs", "", Path("y")))
    window.editor.catalogue.entries = entries
    used: list[str] = []
    monkeypatch.setattr(window.editor, "use_model", used.append)
    menu = window.findChild(QMenu, "menu.model.use")
    menu.aboutToShow.emit()
    assert [a.isChecked() for a in menu.actions()] == [True, False]
    menu.actions()[1].trigger()
    assert used == ["dogs"]
    window.editor.catalogue.entries = ()


@pytest.mark.behaviour("U2")
def test_ampersands_in_names_are_no_mnemonics(window: MainWindow) -> None:
    session = window.editor.open_session(document_of())
    session.commit("Class: black & white", replace(session.document, seed=2))
    assert window.menus.actions["edit.undo"].text() == "&Undo Class: black && white"
