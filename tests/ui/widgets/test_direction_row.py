"""A direction's row: ui/widgets/direction_row.py."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ganpaint.ui.widgets.direction_row import DirectionRow

LEFT = Qt.MouseButton.LeftButton
NONE, ALT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def row(qtbot: QtBot) -> DirectionRow:
    made = DirectionRow("Direction 2")
    qtbot.addWidget(made)
    made.resize(340, 52)
    made.show()
    return made


def move(row: DirectionRow, x: float, keys: Qt.KeyboardModifier = NONE) -> None:
    where = QPointF(x, 40)
    kind = QEvent.Type.MouseMove
    event = QMouseEvent(kind, where, row.mapToGlobal(where), LEFT, LEFT, keys)
    QApplication.sendEvent(row, event)


def pull(qtbot: QtBot, row: DirectionRow, sigma: float, keys: Qt.KeyboardModifier = NONE) -> None:
    """Drag the knob from where it is by so many σ."""
    start = 120.0
    qtbot.mousePress(row, LEFT, pos=QPoint(int(start), 40))
    pixels = sigma / 6 * row.track_width()
    for i in range(1, 6):
        move(row, start + pixels * i / 5, keys)
    qtbot.mouseRelease(row, LEFT, pos=QPoint(int(start + pixels), 40))


@pytest.mark.behaviour("L3")
def test_dragging_reaches_three_and_typing_six(qtbot: QtBot, row: DirectionRow) -> None:
    pull(qtbot, row, 5)
    assert row.amount() == pytest.approx(3, abs=0.01)
    row.start_typing()
    row.field.setText("5.5")
    qtbot.keyClick(row.field, Qt.Key.Key_Return)
    assert row.amount() == 5.5
    assert row.text() == "+5.5 σ"


def test_zero_has_a_magnet(qtbot: QtBot, row: DirectionRow) -> None:
    row.set_amount(1.0)
    pull(qtbot, row, -0.96)
    assert row.amount() == 0
    row.set_amount(1.0)
    pull(qtbot, row, -0.96, ALT)
    assert 0 < abs(row.amount()) < 0.1


def test_a_click_on_a_picture_goes_one_sigma_that_way(qtbot: QtBot, row: DirectionRow) -> None:
    told: list[float] = []
    row.committed.connect(told.append)
    qtbot.mouseClick(row, LEFT, pos=QPoint(row.width() - 20, 26))
    qtbot.mouseClick(row, LEFT, pos=QPoint(row.width() - 20, 26))
    qtbot.mouseClick(row, LEFT, pos=QPoint(20, 26))
    assert told == [1.0, 2.0, 1.0]


def test_a_click_on_the_track_goes_there(qtbot: QtBot, row: DirectionRow) -> None:
    line = row._track()
    qtbot.mouseClick(row, LEFT, pos=QPoint(int(line.right()) - 1, int(line.top())))
    assert row.amount() == pytest.approx(3, abs=0.06)


@pytest.mark.behaviour("L5")
def test_double_click_is_zero(qtbot: QtBot, row: DirectionRow) -> None:
    row.set_amount(-2)
    qtbot.mouseDClick(row, LEFT, pos=QPoint(100, 40))
    assert row.amount() == 0 and row.text() == "0"


@pytest.mark.behaviour("A4")
def test_it_speaks(row: DirectionRow) -> None:
    row.set_amount(1.2)
    found = QAccessible.queryAccessibleInterface(row)
    assert found.role() == QAccessible.Role.Slider
    assert found.text(QAccessible.Text.Name) == "Direction 2"
    assert found.text(QAccessible.Text.Description) == "plus 1.2 sigma"


def test_the_pictures_are_shown(row: DirectionRow) -> None:
    assert not row.has_pictures()
    low = np.full((16, 16, 3), (250, 10, 10), np.uint8)
    high = np.full((16, 16, 3), (10, 10, 250), np.uint8)
    row.set_pictures(low, high)
    image = row.grab().toImage()
    assert image.pixelColor(22, 26).red() > 200
    assert image.pixelColor(row.width() - 22, 26).blue() > 200
