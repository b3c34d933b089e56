"""Docks open, close, float, move, and come back where they were."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QLabel

from ganpaint.ui import theme
from ganpaint.ui.dock_area import DockArea

NAMES = ("class", "latent", "projection", "history")


@pytest.fixture
def area(qtbot: object, qapp: QApplication) -> DockArea:
    theme.apply(qapp, "dark")
    area = made(qtbot)
    area.resize(320, 700)
    area.show()
    return area


def made(qtbot: object) -> DockArea:
    area = DockArea()
    qtbot.addWidget(area)  # type: ignore[attr-defined]
    for number, name in enumerate(NAMES):
        area.add(name, name.title(), QLabel(name), number // 2)
    return area


def test_two_groups_of_two(area: DockArea) -> None:
    assert [group.count() for group in area.groups] == [2, 2]
    assert area.docks["class"].widget.isVisible()
    assert not area.docks["latent"].widget.isVisible()
    assert area.docks["history"].widget.objectName() == "dock.history"


def test_close_and_open(area: DockArea) -> None:
    area.show_dock("class", False)
    assert not area.is_shown("class") and area.docks["latent"].widget.isVisible()
    area.show_dock("latent", False)
    assert not area.groups[0].isVisible()
    area.raise_dock("class")
    assert area.docks["class"].widget.isVisible()


def test_float_and_close_the_window(area: DockArea) -> None:
    area.float_dock("history")
    dock = area.docks["history"]
    assert dock.floating is not None and dock.widget.window() is dock.floating
    dock.floating.close()
    assert not area.is_shown("history")
    area.raise_dock("history")
    assert dock.widget.window() is area.window() and dock.widget.isVisible()
    area.float_dock("history")
    area.dock_back("history")
    assert dock.floating is None and area.groups[1].indexOf(dock.widget) >= 0


def test_state_comes_back(qtbot: object, area: DockArea) -> None:
    area.move_dock("latent")
    area.show_dock("projection", False)
    area.raise_dock("latent")
    other = made(qtbot)
    other.restore(area.state())
    assert other.docks["latent"].group == 1 and not other.is_shown("projection")
    assert other.groups[1].currentWidget() is other.docks["latent"].widget
    other.reset()
    assert [group.count() for group in other.groups] == [2, 2]


def test_a_dock_may_be_closed_at_first(qtbot: object, area: DockArea) -> None:
    area.add("models", "Models", QLabel("models"), 0, shown=False)
    assert not area.is_shown("models") and area.groups[0].count() == 2
    area.raise_dock("models")
    assert area.docks["models"].widget.isVisible()
    other = made(qtbot)
    other.add("models", "Models", QLabel("models"), 0, shown=False)
    other.restore(area.state())
    assert other.is_shown("models")  # opened by hand: it comes back
    other.reset()
    assert not other.is_shown("models") and other.groups[0].count() == 2


@pytest.mark.parametrize(
    "state", [b"", b"{", b"[]", b'{"docks": {"x": 1}}', b'{"front": 3, "docks": []}']
)
def test_damaged_state_changes_nothing(area: DockArea, state: bytes) -> None:
    area.restore(state)
    assert [group.count() for group in area.groups] == [2, 2]


def test_menu_and_columns(area: DockArea) -> None:
    area.show_menu(area.groups[0], area.groups[0].cornerWidget())  # type: ignore[arg-type]
    area.use_columns(1800)
    area.resize(640, 700)
    assert all(dock.widget.isVisible() for dock in area.docks.values())
    place = {
        name: dock.widget.mapTo(area, dock.widget.rect().topLeft())
        for name, dock in area.docks.items()
    }
    assert place["class"].x() < place["projection"].x()
    assert place["class"].y() < place["latent"].y()
    area.use_columns(1200)
    assert [group.count() for group in area.groups] == [2, 2]
    assert area.docks["class"].widget.isVisible() and not area.docks["latent"].widget.isVisible()
