"""A grid of many tiles, made for the part in view only."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from ganpaint.ui.widgets.thumbnails import CLASS_TILE, Tile
from ganpaint.ui.widgets.tile_view import ALL, Item, TileView

LEFT = Qt.MouseButton.LeftButton
Box = tuple[TileView, QWidget]


@pytest.fixture
def box(qtbot: QtBot) -> Iterator[Box]:
    """A view of tiles in a window that shows 400 pixels of it."""
    window = QWidget()
    qtbot.addWidget(window)
    view = TileView("tile", CLASS_TILE, window)
    window.resize(300, 400)
    view.setGeometry(0, 0, 296, 400)
    window.show()
    yield view, window


def fill(box: Box, count: int) -> TileView:
    view, _ = box
    view.set_items([Item(f"Name {k}", f"Tip {k}") for k in range(count)])
    view.resize(296, view.minimumHeight())
    view.show_part(0, 400)
    return view


def test_a_short_list_has_all_its_tiles(box: Box) -> None:
    view = fill(box, 10)
    assert [tile.caption for tile in view.tiles()] == [f"Name {k}" for k in range(10)]
    view.show_only([2, 5])
    assert [tile.caption for tile in view.shown()] == ["Name 2", "Name 5"]
    assert len(view.tiles()) == 10 and view.tiles()[0].isHidden()
    assert view.shown()[0].pos() == QPoint(0, 0)


@pytest.mark.behaviour("C9")
def test_a_long_list_has_few_tiles(box: Box) -> None:
    view = fill(box, 1000)
    assert len(view) == 1000 and len(view.tiles()) < ALL
    assert view.minimumHeight() > 1000 / view.columns * 70
    made = set(view.findChildren(Tile))
    for top in (3000, 9000, 15000, 0):
        view.show_part(top, top + 400)
        seen = view.in_view()
        assert all(view.tile(k) is not None and not view.tile(k).isHidden() for k in seen)  # type: ignore[union-attr]
        first = view.tile(seen[0])
        assert first is not None and first.objectName() == f"tile.{seen[0]}"
        assert first.caption == f"Name {seen[0]}" and first.y() <= top + 90
    assert len(set(view.findChildren(Tile)) - made) <= 2 * view.columns  # the others were reused


def test_pictures_come_back_with_their_tile(box: Box) -> None:
    view = fill(box, 1000)
    view.item(3).picture = np.full((16, 16, 3), 77, np.uint8)
    view.item(3).chosen, view.item(3).badge = True, "70"
    view.refresh(3)
    assert view.tile(3) is not None and view.tile(3).has_picture()  # type: ignore[union-attr]
    view.show_part(9000, 9400)
    assert view.tile(3) is None
    assert not any(tile.has_picture() or tile.chosen for tile in view.tiles())
    view.show_part(0, 400)
    again = view.tile(3)
    assert again is not None and again.has_picture() and again.chosen and again.badge == "70"


def test_clicks_name_the_item_and_not_the_tile(qtbot: QtBot, box: Box) -> None:
    view = fill(box, 1000)
    view.show_part(5000, 5400)
    clicked: list[int] = []
    mixed: list[int] = []
    menus: list[int] = []
    view.clicked.connect(clicked.append)
    view.mixed.connect(mixed.append)
    view.menu_wanted.connect(lambda index, where: menus.append(index))
    index = view.in_view()[0]
    tile = view.tile(index)
    assert tile is not None
    qtbot.mouseClick(tile, LEFT)
    qtbot.mouseClick(tile, LEFT, Qt.KeyboardModifier.ControlModifier)
    tile.menu_wanted.emit(QPoint())
    assert clicked == mixed == menus == [index]


def test_arrows_go_beyond_the_view(qtbot: QtBot, box: Box) -> None:
    view = fill(box, 1000)

    def scroll(part: QRect) -> None:
        view.show_part(part.bottom() - 400, part.bottom())

    view.revealed.connect(scroll)
    view.focus(0)
    for _ in range(8):
        qtbot.keyClick(view.window().focusWidget(), Qt.Key.Key_Down)
    index = 8 * view.columns
    assert view.tile(index) is view.window().focusWidget()
    assert len(view.tiles()) < ALL
    qtbot.keyClick(view.window().focusWidget(), Qt.Key.Key_Left)
    assert view.tile(index - 1) is view.window().focusWidget()


def test_typing_is_passed_on(qtbot: QtBot, box: Box) -> None:
    view = fill(box, 10)
    typed: list[str] = []
    view.typed.connect(typed.append)
    view.focus(0)
    qtbot.keyClick(view.window().focusWidget(), "t")
    assert typed == ["t"]


@pytest.mark.behaviour("C10")
@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("Fox", [(4, "Fox")]),
        ("  ", []),
        ("Name 4", []),
    ],
)
def test_a_caption_is_changed_where_it_stands(
    qtbot: QtBot, box: Box, keys: str, expected: list[tuple[int, str]]
) -> None:
    view = fill(box, 10)
    told: list[tuple[int, str]] = []
    view.renamed.connect(lambda index, name: told.append((index, name)))
    view.focus(4)
    qtbot.keyClick(view.window().focusWidget(), Qt.Key.Key_F2)
    field = view.findChild(QLineEdit)
    assert field is not None and field.hasFocus() and field.selectedText() == "Name 4"
    assert view.rect().contains(field.geometry())
    qtbot.keyClicks(field, keys)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert told == expected and view.findChild(QLineEdit) is None
    assert view.tile(4) is view.window().focusWidget()


def test_escape_leaves_the_caption(qtbot: QtBot, box: Box) -> None:
    view = fill(box, 10)
    told: list[str] = []
    view.renamed.connect(lambda index, name: told.append(name))
    view.rename(4)
    field = view.findChild(QLineEdit)
    assert field is not None
    qtbot.keyClicks(field, "x")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert not told and view.findChild(QLineEdit) is None
    view.rename(4)
    view.show_only([1])  # what it stood on is gone
    assert view.findChild(QLineEdit) is None and not told


def test_nothing_to_show(box: Box) -> None:
    view = fill(box, 0)
    assert view.first() is None and view.in_view() == [] and view.minimumHeight() == 0
    view.focus(0)
    view.rename(0)
