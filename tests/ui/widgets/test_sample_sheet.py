"""The sheet of samples: as large as there is room, whole factors where they are sharp."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from ganpaint.ui.widgets.sample_sheet import SampleSheet


@pytest.fixture
def sheet(qtbot: QtBot) -> SampleSheet:
    made = SampleSheet()
    qtbot.addWidget(made)
    return made


def checkered(across: int, down: int, side: int) -> QImage:
    image = QImage(across * side, down * side, QImage.Format.Format_RGB32)
    for y in range(image.height()):
        for x in range(image.width()):
            even = (x // side + y // side) % 2
            image.setPixelColor(x, y, QColor(255, 0, 0) if even else QColor(0, 0, 255))
    return image


@pytest.mark.parametrize(
    ("width", "side"),
    [(660, 77), (560, 64), (1400, 170), (1800, 192)],  # smooth, nearly 1, smooth, 3 times
)
def test_tiles_are_as_large_as_there_is_room(sheet: SampleSheet, width: int, side: int) -> None:
    sheet.resize(width, 2000)
    sheet.show_sheet(QImage(8 * 64, 4 * 64, QImage.Format.Format_RGB32), 64)
    assert sheet.tile_side() == side
    assert sheet.count == 32


def test_tiles_stay_apart_and_do_not_bleed_into_each_other(sheet: SampleSheet) -> None:
    sheet.resize(300, 200)
    sheet.show_sheet(checkered(4, 2, 8), 8)
    image = sheet.grab().toImage()
    colours = {
        image.pixelColor(x, y).name() for x in range(10, 290) for y in range(10, 190)
    }  # pure, the air between them, and nothing mixed
    assert {"#ff0000", "#0000ff"} <= colours
    assert not [c for c in map(QColor, colours) if 40 < c.red() < 255 and 40 < c.blue() < 255]


def test_classes_stand_over_their_columns(sheet: SampleSheet) -> None:
    sheet.resize(660, 400)
    picture = QImage(8 * 16, 4 * 16, QImage.Format.Format_RGB32)
    picture.fill(0)
    sheet.show_sheet(picture, 16)
    plain, side = sheet.grab().toImage(), sheet.tile_side()
    sheet.show_sheet(picture, 16, ("ginger", "black"))
    assert sheet.grab().toImage() != plain
    assert "ginger, black" in sheet.accessibleDescription()
    assert sheet.tile_side() <= side


def test_without_a_sheet_it_says_what_comes(sheet: SampleSheet) -> None:
    sheet.resize(400, 300)
    before = sheet.grab().toImage()
    sheet.placeholder = "Other words."
    assert sheet.grab().toImage() != before
    assert sheet.tile_side() == 0
