"""Fitting, steps, staying in place, and the way back into a saved view."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, QSizeF
from PySide6.QtTest import QTest

from ganpaint.picture.frame import Frame
from ganpaint.ui import theme
from ganpaint.ui.canvas.transform import ViewTransform
from ganpaint.ui.canvas.viewport import Viewport, _between

pytestmark = pytest.mark.usefixtures("dressed")


def viewport(photo: tuple[int, int] = (400, 300), ratio: float = 1.0) -> Viewport:
    made = Viewport()
    made.resized(QSizeF(800, 600), ratio)
    made.set_photo(photo)
    return made


def middle(of: Viewport) -> tuple[float, float]:
    return of.transform.to_photo(of.middle)


@pytest.mark.behaviour("I1", "T3")
def test_the_first_view_is_fit() -> None:
    view = viewport()
    assert view.transform.zoom == pytest.approx(552 / 300)
    assert middle(view) == pytest.approx((200, 150), abs=0.5)


def test_a_tiny_photo_is_shown_at_four_hundred_percent_until_fit_is_asked_for() -> None:
    view = viewport((12, 12))
    assert view.transform.zoom == 4.0
    view.fit()
    assert view.transform.zoom == pytest.approx(46)


@pytest.mark.behaviour("T12")
def test_resizing_keeps_the_middle() -> None:
    view = viewport()
    view.zoom_to(3.0, QPointF(100, 80))
    before = middle(view)
    for size in ((500, 700), (1211, 333), (800, 600)):
        view.resized(QSizeF(*size), 1.0)
        assert middle(view) == pytest.approx(before, abs=1 / 3)
        assert view.transform.zoom == 3.0


@pytest.mark.behaviour("T12")
def test_a_fitted_photo_stays_fitted() -> None:
    view = viewport()
    view.resized(QSizeF(448, 600), 1.0)
    assert view.transform.zoom == pytest.approx(1.0)
    assert middle(view) == pytest.approx((200, 150), abs=1)


@pytest.mark.behaviour("T1")
def test_many_small_zooms_do_not_drift() -> None:
    view, place = viewport(), QPointF(123, 77)
    view.zoom_to(0.7, place)
    point = view.transform.to_photo(place)
    for _ in range(300):
        view.zoom_to(view.transform.zoom * 1.013, place)
    moved = view.transform.to_screen(*point) - place
    assert max(abs(moved.x()), abs(moved.y())) <= 0.5 * view.transform.zoom / 0.7


@pytest.mark.parametrize("ratio", [1.0, 1.25, 2.0])
def test_a_hundred_percent_is_a_device_pixel(ratio: float) -> None:
    view = viewport(ratio=ratio)
    view.actual_size()
    assert view.transform.zoom == 1.0 and view.transform.scale == 1 / ratio
    assert view.window.size == (round(800 * ratio), round(600 * ratio))


def test_the_frame_is_fitted() -> None:
    view = viewport()
    view.fit_frame(Frame(100, 100, 60))
    assert view.transform.zoom == pytest.approx(552 / 60)
    assert middle(view) == pytest.approx((100, 100), abs=0.2)


def test_steps_follow_each_other_while_one_is_on_its_way() -> None:
    theme.set_still(False)
    view = viewport((100, 100))
    view.move(ViewTransform(1.0, 350, 250))
    for _ in range(3):
        view.step(+1)
    QTest.qWait(250)
    assert view.transform.zoom == 3.0
    theme.set_still(True)


def test_on_the_way_the_point_that_stays_stays() -> None:
    begin = ViewTransform(1.0, 0, 0)
    end = begin.zoomed(4.0, QPointF(300, 200))
    for share in (0.1, 0.5, 0.9):
        half = _between(begin, end, share)
        moved = half.to_screen(300, 200) - QPointF(300, 200)
        assert max(abs(moved.x()), abs(moved.y())) <= 1


def test_a_saved_view_comes_back() -> None:
    view = viewport()
    view.zoom_to(5.0, QPointF(30, 40))
    state, kept = view.state(), view.transform
    view.fit()
    view.restore(state)
    assert view.transform.zoom == kept.zoom
    assert view.transform.x == pytest.approx(kept.x, abs=1)


@pytest.mark.parametrize(
    "state", [{}, {"zoom": "big"}, {"zoom": float("nan"), "x": 1, "y": 2}, {"fit": True}]
)
def test_a_view_that_makes_no_sense_is_left_out(state: dict) -> None:
    view = viewport()
    kept = view.transform
    view.restore(state)
    assert view.transform == kept


@pytest.mark.behaviour("U7", "F21")
def test_the_picture_cannot_be_lost() -> None:
    view = viewport()
    view.move(view.transform.moved(-99999, 99999))
    rect = view.transform.rect_to_screen(0, 0, 400, 300)
    assert rect.right() >= 159 and rect.top() <= 481
