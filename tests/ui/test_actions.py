"""Every entry of the table has a menu, an icon that exists, and does its work when pressed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QDialog

from ganpaint.ui.actions import ACTIONS, MENUS, TOOL_KEYS
from tests.ui.stand_ins import document_of, jobs_of, stroke_of

if TYPE_CHECKING:
    from ganpaint.ui.main_window import MainWindow

ICONS = {path.stem for path in (Path(__file__).parents[2] / "resources" / "icons").glob("*.svg")}
ELSEWHERE = {"file.quit", "file.close", "model.folder"}  # end the test, or open a file manager


def test_ids_keys_icons_and_menus() -> None:
    ids = [action.id for action in ACTIONS]
    assert len(ids) == len(set(ids))
    for action in ACTIONS:
        assert not action.icon or action.icon in ICONS, action.id
        assert not action.menu or action.menu.split("/")[0] in MENUS
        assert action.menu or action.keys, f"{action.id} cannot be reached"
        assert not action.tip or action.tip.endswith(".")
    assert set(TOOL_KEYS) == {a.id.split(".")[1] for a in ACTIONS if a.menu == "Edit/&Tool"}


@pytest.mark.behaviour("A1")
def test_every_action_can_be_pressed(window: MainWindow) -> None:
    editor = window.editor
    document = replace(document_of(edit=True), strokes=(stroke_of(),))
    for action in ACTIONS:
        if action.id in ELSEWHERE:
            continue
        if not editor.document or not editor.document.strokes:
            editor.open_session(document, name="cat.png")
        editor.use_tool("brush")
        editor.set_option("erase", False)
        window.menus.refresh()
        window.menus.run(action)
        for dialog in window.findChildren(QDialog):
            dialog.close()
    assert jobs_of(editor).submitted


@pytest.mark.behaviour("A1")
def test_without_a_document_only_what_makes_sense_can_be_pressed(window: MainWindow) -> None:
    enabled = {name for name, action in window.menus.actions.items() if action.isEnabled()}
    assert {"file.open", "file.new", "file.sample", "edit.paste", "help.contents"} <= enabled
    assert not {"file.save", "file.export", "edit.undo", "view.split", "tool.brush.use"} & enabled
