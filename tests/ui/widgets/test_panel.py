"""Parts of docks: ui/widgets/panel.py."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from ganpaint.ui.widgets.panel import (
    Scrolled,
    SearchField,
    caption,
    column,
    empty_state,
    icon_button,
)


def test_the_scroll_bar_takes_no_room_from_the_content(qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    content = QWidget()
    content.setMinimumHeight(50)
    area = Scrolled(content, holder)
    area.resize(300, 200)
    holder.resize(300, 200)
    holder.show()
    wide = content.width()
    assert area.bar.isHidden()
    content.setMinimumHeight(500)
    qtbot.waitUntil(lambda: not area.bar.isHidden())
    assert content.width() == wide
    area.bar.setValue(120)
    assert area.verticalScrollBar().value() == 120


def test_escape_empties_the_search(qtbot: QtBot) -> None:
    field = SearchField(None)  # type: ignore[arg-type]
    qtbot.addWidget(field)
    field.show()
    qtbot.keyClicks(field, "tux")
    assert field.text() == "tux"
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == ""


@pytest.mark.behaviour("A4", "A11")
def test_icon_buttons_have_name_and_size(qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    button = icon_button("dice", "New sample", holder)
    assert button.accessibleName() == "New sample"
    assert button.minimumWidth() >= 24 and button.minimumHeight() >= 24


def test_empty_states_have_a_sentence(qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    inside = column(holder, right=0)
    inside.addWidget(empty_state("Nothing is here.", holder))
    inside.addWidget(caption("x", holder))
    sentence = holder.findChild(QLabel, "sentence")
    assert sentence is not None and sentence.text() == "Nothing is here."
    assert inside.contentsMargins().right() == 0 < inside.contentsMargins().left()
