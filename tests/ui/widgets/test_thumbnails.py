"""Picture tiles and their grid: ui/widgets/thumbnails.py."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from ganpaint.ui.theme import theme
from ganpaint.ui.widgets.thumbnails import CLASS_TILE, START_TILE, Tile, TileGrid

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def grid(qtbot: QtBot) -> TileGrid:
    made = TileGrid(CLASS_TILE)
    qtbot.addWidget(made)
    made.resize(296, 400)
    made.set_tiles([Tile(f"class {k}", CLASS_TILE, made) for k in range(10)])
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


@pytest.mark.parametrize(("width", "columns"), [(256, 3), (296, 4), (352, 4), (536, 7)])
def test_columns_follow_the_width(grid: TileGrid, width: int, columns: int) -> None:
    grid.resize(width, 400)
    assert grid.columns == columns
    tiles = grid.tiles()
    assert len({tile.width() for tile in tiles}) == 1
    assert all(tile.geometry().right() < width + 1 for tile in tiles)
    assert all(52 <= tile.picture_rect().width() <= 96 for tile in tiles)
    row = tiles[0].y(), tiles[columns].y()
    assert row[1] >= row[0] + tiles[0].height()


def test_hidden_tiles_leave_no_gap(grid: TileGrid) -> None:
    for tile in grid.tiles()[:5]:
        tile.hide()
    grid.arrange()
    assert grid.tiles()[5].pos() == QPoint(0, 0)
    assert len(grid.shown()) == 5


@pytest.mark.behaviour("C1")
def test_arrows_walk_and_enter_chooses(grid: TileGrid, qtbot: QtBot) -> None:
    told: list[int] = []
    tiles = grid.tiles()
    for k, tile in enumerate(tiles):
        tile.clicked.connect(lambda *_, k=k: told.append(k))
    tiles[0].setFocus()
    qtbot.keyClick(tiles[0], Qt.Key.Key_Right)
    qtbot.keyClick(tiles[1], Qt.Key.Key_Down)
    assert tiles[5].hasFocus()
    qtbot.keyClick(tiles[5], Qt.Key.Key_Return)
    assert told == [5]
    qtbot.keyClick(tiles[5], Qt.Key.Key_Up)
    assert tiles[1].hasFocus()


def test_letters_are_handed_on(grid: TileGrid, qtbot: QtBot) -> None:
    typed: list[str] = []
    grid.typed.connect(typed.append)
    grid.tiles()[0].setFocus()
    qtbot.keyClick(grid.tiles()[0], "t")
    assert typed == ["t"]


def test_click_and_ctrl_click_are_two_things(grid: TileGrid, qtbot: QtBot) -> None:
    tile = grid.tiles()[0]
    clicks: list[str] = []
    tile.clicked.connect(lambda *_: clicks.append("click"))
    tile.mixed.connect(lambda: clicks.append("mix"))
    qtbot.mouseClick(tile, LEFT)
    qtbot.mouseClick(tile, LEFT, Qt.KeyboardModifier.ControlModifier)
    assert clicks == ["click", "mix"]


def test_a_tile_shows_its_picture_ring_and_badge(qtbot: QtBot) -> None:
    tile = Tile("0.184", START_TILE)
    qtbot.addWidget(tile)
    tile.resize(68, 68)
    assert not tile.has_picture()
    tile.set_picture(np.full((8, 8, 3), (200, 30, 30), np.uint8))
    tile.set_state(chosen=True, badge="70")
    image = tile.grab().toImage()
    assert image.pixelColor(20, 30).red() > 180
    accent = theme().colour("accent")
    ring = image.pixelColor(3, 30)
    assert abs(ring.blue() - accent.blue()) < 40
    assert image.pixelColor(34, 62).red() < 120  # the dark foot
    tile.set_state(chosen=False, faded=True)
    assert tile.grab().toImage().pixelColor(20, 30).red() < 150
    assert tile.accessibleDescription() == ""


@pytest.mark.behaviour("A4")
def test_tiles_say_what_they_are(qtbot: QtBot) -> None:
    tile = Tile("Tuxedo", CLASS_TILE)
    qtbot.addWidget(tile)
    tile.set_state(chosen=True, badge="30")
    assert tile.accessibleName() == "Tuxedo"
    assert tile.accessibleDescription() == "chosen, 30 percent"
