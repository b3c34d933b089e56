"""What all sliders share: ui/widgets/number_slider.py; gestures are tested in test_slider.py."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from ganpaint.ui.widgets.number_slider import NumberSlider
from ganpaint.ui.widgets.numbers import Scale


@pytest.fixture
def slider(qtbot: QtBot) -> NumberSlider:
    made = NumberSlider("Weight", Scale(0, 100, 1, step=0.1, decimals=2, soft=(0, 10)))
    qtbot.addWidget(made)
    made.resize(200, 28)
    made.show()
    return made


def test_decimals_are_kept(slider: NumberSlider) -> None:
    slider.set_amount(2.345)
    assert slider.amount() == 2.345
    slider.edit_amount(3.456)
    assert slider.amount() == 3.46  # a movement goes by the decimals shown


def test_showing_while_a_gesture_is_told_does_not_end_it(slider: NumberSlider) -> None:
    """Who listens may show what is committed; the gesture's own value must survive that."""
    told: list[float] = []
    slider.edited.connect(lambda _: slider.set_amount(1.0))
    slider.committed.connect(told.append)
    slider.set_by_gesture(5.0)
    assert told == [5.0]


def test_another_range_keeps_what_fits(slider: NumberSlider) -> None:
    slider.set_amount(50)
    slider.set_scale(Scale(0, 20, 1))
    assert slider.amount() == 20 and slider.maximum() == 20


def test_leaving_the_field_takes_what_is_good(qtbot: QtBot, slider: NumberSlider) -> None:
    told: list[float] = []
    slider.committed.connect(told.append)
    slider.start_typing()
    slider.field.selectAll()
    qtbot.keyClicks(slider.field, "7.5")
    slider.field.clearFocus()
    slider._field_lost()
    assert told in ([], [7.5]) and not slider.field.isVisible()
    assert slider.amount() == 7.5


def test_the_right_button_is_left_to_others(qtbot: QtBot, slider: NumberSlider) -> None:
    before = slider.amount()
    qtbot.mouseClick(slider, Qt.MouseButton.RightButton)
    assert slider.amount() == before
