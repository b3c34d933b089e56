"""The zoom tool: clicks, boxes, and the way back."""

from __future__ import annotations

import pytest

from tests.ui.canvas.conftest import settle
from tests.ui.canvas.hand import ALT, Hand


@pytest.fixture
def zoomer(hand: Hand) -> Hand:
    hand.canvas.editor.use_tool("zoom")
    return hand


def test_a_click_steps_in_and_with_alt_out(zoomer: Hand) -> None:
    zoomer.click((40, 30))
    assert zoomer.canvas.transform.zoom == 6.0
    zoomer.click((40, 30), keys=ALT)
    assert zoomer.canvas.transform.zoom == 4.0


def test_the_point_under_the_click_stays(zoomer: Hand) -> None:
    place = zoomer.screen((50, 40))
    zoomer.click((50, 40))
    assert (zoomer.screen((50, 40)) - place).manhattanLength() <= 1


def test_a_box_fills_the_view(zoomer: Hand) -> None:
    zoomer.screen_drag([(100, 100), (150, 120), (200, 175)])
    view = zoomer.canvas.transform
    assert view.zoom == pytest.approx(16.0)
    x, y = view.to_photo(zoomer.canvas.middle)
    assert (x, y) == pytest.approx(((150 - 40) / 4, (137.5 - 30) / 4), abs=0.1)


def test_a_double_click_shows_a_hundred_percent(zoomer: Hand) -> None:
    zoomer.double_click((40, 30))
    settle(zoomer.canvas)
    assert zoomer.canvas.transform.zoom == 1.0


def test_escape_drops_the_box(zoomer: Hand) -> None:
    zoomer.press((10, 10))
    zoomer.move((60, 50))
    assert zoomer.canvas.cancel()
    zoomer.release((60, 50))
    assert zoomer.canvas.transform.zoom == 4.0
