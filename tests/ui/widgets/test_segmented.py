"""A choice of words in one bar: ui/widgets/segmented.py."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QFontMetrics
from pytestqt.qtbot import QtBot

from ganpaint.ui.theme import font, px
from ganpaint.ui.widgets.segmented import Segmented


@pytest.fixture
def bar(qtbot: QtBot) -> Segmented:
    made = Segmented([("z", "z"), ("w", "w"), ("w+", "w+")], "Space")
    made.setObjectName("projection.space")
    qtbot.addWidget(made)
    made.resize(280, 28)
    made.show()
    return made


def test_a_click_chooses_and_showing_does_not_tell(qtbot: QtBot, bar: Segmented) -> None:
    told: list[str] = []
    bar.chosen.connect(told.append)
    bar.choose("w+")
    assert bar.value() == "w+" and told == []
    qtbot.mouseClick(bar.button("w"), Qt.MouseButton.LeftButton)
    assert bar.value() == "w" and told == ["w"]
    bar.choose("")
    assert bar.value() == ""
    bar.choose("z")
    assert bar.value() == "z"


def test_a_chosen_word_is_bold_and_still_fits(qtbot: QtBot) -> None:
    bar = Segmented([("a", "Replace"), ("b", "Keep detail")], "Blend")
    qtbot.addWidget(bar)
    bar.resize(bar.sizeHint())
    bar.show()
    for key in ("a", "b"):
        bar.choose(key)
        button = bar.button(key)
        text = QFontMetrics(font(bold=True)).horizontalAdvance(button.text())
        assert button.width() >= text + px(16)
        assert button.minimumSizeHint().width() > text


def test_arrows_move(qtbot: QtBot, bar: Segmented) -> None:
    told: list[str] = []
    bar.chosen.connect(told.append)
    bar.choose("z")
    bar.button("z").setFocus()
    qtbot.keyClick(bar.button("z"), Qt.Key.Key_Right)
    assert bar.value() == "w" and told == ["w"]


@pytest.mark.behaviour("A4", "A11")
def test_words_are_radio_buttons_with_names(bar: Segmented) -> None:
    button = bar.button("w+")
    found = QAccessible.queryAccessibleInterface(button)
    assert found.role() == QAccessible.Role.RadioButton
    assert found.text(QAccessible.Text.Name) == "Space: w+"
    assert button.objectName() == "projection.space.w+"
    assert button.height() >= 24


def test_what_is_not_offered_says_why(bar: Segmented) -> None:
    bar.set_reason("w", "This family has no w.")
    assert not bar.button("w").isEnabled() and bar.button("w").toolTip() == "This family has no w."
    bar.set_reason("w", "")
    assert bar.button("w").isEnabled()


def test_other_words(bar: Segmented) -> None:
    bar.choose("z")
    bar.set_options([("a", "A"), ("b", "B")])
    assert bar.keys() == ("a", "b") and bar.value() == ""
    assert bar.button("b").objectName() == "projection.space.b"
