"""Colours: ui/widgets/swatches.py."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from ganpaint.ui.widgets.swatches import ColourPopup, RecentColours, Swatch

RED, BLUE, GREY = (1.0, 0.0, 0.0), (0.0, 0.0, 1.0), (0.5, 0.5, 0.5)
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def popup(qtbot: QtBot) -> ColourPopup:
    made = ColourPopup()
    qtbot.addWidget(made)
    made.open_at(QPoint(10, 10), RED, (RED, BLUE))
    return made


def test_a_swatch_shows_its_colour(qtbot: QtBot) -> None:
    swatch = Swatch(RED, square=True)
    qtbot.addWidget(swatch)
    swatch.resize(swatch.sizeHint())
    pixel = swatch.grab().toImage().pixelColor(15, 13)
    assert (pixel.red(), pixel.green()) == (255, 0)
    assert swatch.accessibleName() == "Brush colour #ff0000"


@pytest.mark.behaviour("A11")
def test_recent_colours_can_be_pressed(qtbot: QtBot) -> None:
    row = RecentColours(6)
    row.setObjectName("options.recent")
    qtbot.addWidget(row)
    row.show_colours((RED, BLUE))
    row.show()
    discs = [d for d in row.findChildren(Swatch) if d.isVisible()]
    assert [d.objectName() for d in discs] == ["options.recent.0", "options.recent.1"]
    assert all(d.sizeHint().width() >= 24 and d.sizeHint().height() >= 24 for d in discs)
    told: list[object] = []
    row.chosen.connect(told.append)
    qtbot.mouseClick(discs[1], LEFT)
    assert told == [BLUE]


def test_shade_and_hue_choose(qtbot: QtBot, popup: ColourPopup) -> None:
    told: list[object] = []
    popup.edited.connect(told.append)
    shade = popup.shade
    qtbot.mouseClick(shade, LEFT, pos=QPoint(shade.width() - 1, shade.height() // 2))
    red, green, blue = popup.colour
    assert 0.4 < red < 0.6 and green < 0.02 and blue < 0.02 and told
    hue = popup.hue
    qtbot.mouseClick(hue, LEFT, pos=QPoint(hue.width() * 2 // 3, 5))
    assert popup.colour[2] > popup.colour[0]
    qtbot.keyClick(shade, Qt.Key.Key_Up)
    assert popup.colour[2] > 0.5


def test_typing_a_number(qtbot: QtBot, popup: ColourPopup) -> None:
    popup.hex.setText("00ff80")
    qtbot.keyClick(popup.hex, Qt.Key.Key_Return)
    assert popup.colour == pytest.approx((0, 1, 128 / 255), abs=0.01)
    popup.hex.setText("green-ish")
    qtbot.keyClick(popup.hex, Qt.Key.Key_Return)
    assert popup.hex.text() == "#00ff80"


def test_greys_keep_the_hue(popup: ColourPopup) -> None:
    popup.show_colour(BLUE)
    at = popup.hue.at.x()
    popup.show_colour(GREY)
    assert popup.hue.at.x() == at and popup.hex.text() == "#808080"


def test_closing_tells_the_colour_once(qtbot: QtBot, popup: ColourPopup) -> None:
    told: list[object] = []
    popup.committed.connect(told.append)
    popup.show_colour(BLUE)
    popup.hide()
    assert told == [BLUE]
    popup.open_at(QPoint(0, 0), BLUE, ())
    popup.hide()
    assert told == [BLUE]
