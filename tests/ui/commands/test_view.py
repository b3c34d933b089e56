"""Theme, surround, panels and areas."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from ganpaint.ui import theme
from ganpaint.ui.commands import view
from tests.ui.stand_ins import document_of

if TYPE_CHECKING:
    from ganpaint.ui.main_window import MainWindow


@pytest.mark.behaviour("Y1")
def test_themes_change_at_once_and_are_kept(window: MainWindow) -> None:
    view.use_theme(window.editor, "light")
    assert theme.theme().name == "light" and window.editor.preferences.theme == "light"
    assert window.menus.actions["view.theme.light"].isChecked()
    view.other_theme(window.editor)
    assert theme.theme().name == "dark"
    view.use_surround(window.editor, "black")
    assert theme.theme().hex("surround") == theme.SURROUNDS["black"]
    view.use_surround(window.editor, "")


def test_the_picture_stays_on_the_screen_when_panels_hide(window: MainWindow) -> None:
    window.editor.open_session(document_of())
    canvas = window.canvas

    def on_screen() -> tuple[float, float, float]:
        corner = canvas.transform.to_screen(0, 0)
        place = canvas.mapToGlobal(QPoint(0, 0))
        return corner.x() + place.x(), corner.y() + place.y(), canvas.transform.zoom

    before, size = on_screen(), canvas.size()
    view.toggle_panels(window)
    assert canvas.width() > size.width() and canvas.height() > size.height()
    assert on_screen() == pytest.approx(before, abs=1)
    view.toggle_panels(window)
    assert canvas.size() == size
    assert on_screen() == pytest.approx(before, abs=1)


@pytest.mark.behaviour("T12", "U7")
def test_panels_hide_and_come_back(window: MainWindow) -> None:
    session = window.editor.open_session(document_of())
    view.toggle_panels(window)
    assert not window.docks.isVisible() and not window.tools.isVisible()
    view.toggle_panels(window)
    assert window.docks.isVisible() and window.options.isVisible()
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, Qt.Key.Key_Tab)
    assert not window.docks.isVisible()
    QTest.keyClick(window.canvas, Qt.Key.Key_Tab)
    assert window.docks.isVisible()
    view.set_smooth(window, True)
    assert window.editor.preferences.smooth_above
    assert len(session.history.states) == 1


@pytest.mark.behaviour("A1")
def test_f6_goes_round_the_areas(window: MainWindow) -> None:
    window.editor.open_session(document_of())
    window.activateWindow()
    window.canvas.setFocus()
    visited = []
    for _ in range(8):
        view.next_area(window)
        focus = window.focusWidget()
        area = next(a for a in window.areas() if a is focus or a.isAncestorOf(focus))
        visited.append(area.objectName())
    assert len(set(visited)) >= 3 and visited[:4] == visited[4:]
