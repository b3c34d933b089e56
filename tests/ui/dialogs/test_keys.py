"""The keyboard map lists every key once."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from ganpaint.ui.actions import ACTIONS, HELD
from ganpaint.ui.dialogs.keys import KeysWindow, sections


@pytest.mark.behaviour("A1")
def test_every_action_with_a_key_is_listed(qtbot: object, qapp: QApplication) -> None:
    shown = sections(ACTIONS, HELD)
    lines = [line for _, part in shown for line in part]
    assert len(lines) == sum(bool(action.keys) for action in ACTIONS) - 9 + len(HELD)
    assert ("1…9, 0", "Opacity 10…90, 100 %") in lines, "ten keys in one line"
    assert all(keys and words for keys, words in lines)
    window = KeysWindow(None, shown)
    qtbot.addWidget(window)  # type: ignore[attr-defined]
    window.filter.setText("undo")
    visible = [words for words, labels in window._rows if not labels[0].isHidden()]
    assert visible and all("undo" in words for words in visible)
    window.filter.setText("")
    assert all(not labels[0].isHidden() for _, labels in window._rows)


def test_no_key_does_two_things() -> None:
    keys = [key for action in ACTIONS for key in action.keys]
    assert len(keys) == len(set(keys))
