"""The bar at the canvas's corner: what its buttons do, and where it lies."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton

from tests.ui.canvas.conftest import settle

NAMES = ("zoomIn", "zoomOut", "fit", "actual", "split", "before")


def button(canvas, name: str) -> QToolButton:
    found = canvas.findChild(QToolButton, f"canvas.view.{name}")
    assert found is not None
    return found


@pytest.mark.parametrize("name", NAMES)
def test_every_button_can_be_found_read_and_hit(canvas, name: str) -> None:
    found = button(canvas, name)
    assert found.accessibleName() and found.toolTip()
    assert found.width() >= 24 and found.height() >= 24
    assert not found.icon().isNull()


def test_its_buttons_move_the_view(canvas) -> None:
    button(canvas, "zoomIn").click()
    assert canvas.transform.zoom == 6.0
    button(canvas, "zoomOut").click()
    button(canvas, "zoomOut").click()
    assert canvas.transform.zoom == 3.0
    button(canvas, "actual").click()
    assert canvas.transform.zoom == 1.0
    button(canvas, "fit").click()
    assert canvas.transform.to_screen(0, 0).y() == pytest.approx(24, abs=1)


def test_it_tells_the_zoom(canvas) -> None:
    assert canvas.bar.percent.text() == "400 %"
    canvas.viewport.zoom_to(0.055)
    assert canvas.bar.percent.text() == "5.5 %"


@pytest.mark.behaviour("T9")
def test_before_is_shown_while_its_button_is_held(canvas) -> None:
    held = button(canvas, "before")
    QTest.mousePress(held, Qt.MouseButton.LeftButton)
    assert canvas.compare.held
    QTest.mouseRelease(held, Qt.MouseButton.LeftButton)
    assert not canvas.compare.held


def test_it_stays_in_its_corner(canvas) -> None:
    for size in ((700, 500), (420, 300)):
        canvas.resize(*size)
        settle(canvas)
        assert canvas.bar.geometry().right() + 1 == size[0] - 14
        assert canvas.bar.geometry().bottom() + 1 == size[1] - 12


def test_it_makes_way_for_what_lies_below_it(canvas) -> None:
    bar = canvas.bar
    home = bar.geometry()

    def near(point: QPointF) -> bool:
        return QRectF(bar.geometry()).adjusted(-10, -10, 10, 10).contains(point)

    handle = QPointF(home.center().x(), home.top() + 2)
    bar.avoid([handle])
    assert not near(handle) and bar.y() == home.y() and bar.x() < home.x()
    across = [QPointF(x, home.center().y()) for x in range(0, canvas.width(), 60)]
    bar.avoid(across)  # no room left of them: it goes up
    assert not any(near(point) for point in across) and bar.y() < home.y()
    bar.avoid([])
    assert bar.geometry() == home


def test_it_stays_below_the_mouse(canvas, monkeypatch: pytest.MonkeyPatch) -> None:
    bar = canvas.bar
    home = bar.geometry()
    monkeypatch.setattr(bar, "underMouse", lambda: True)
    bar.avoid([QPointF(home.center())])
    assert bar.geometry() == home
    bar.leaveEvent(QEvent(QEvent.Type.Leave))
    assert bar.geometry() != home
