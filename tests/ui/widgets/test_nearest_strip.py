"""Samples over their nearest training pictures."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ganpaint.ui import theme
from ganpaint.ui.qimage import to_qpixmap
from ganpaint.ui.widgets.nearest_strip import NearestStrip


def strip_of(columns: int = 8, side: int = 16) -> np.ndarray:
    """Column k has the red value 20 · k; the lower row is green."""
    strip = np.zeros((2 * side, columns * side, 3), np.uint8)
    strip[:, :, 0] = np.repeat(np.arange(columns) * 20, side)
    strip[side:, :, 1] = 200
    return strip


@pytest.fixture
def widget(qtbot: QtBot, qapp: QApplication) -> Iterator[NearestStrip]:
    theme.apply(qapp, "dark")
    holder = QWidget()
    qtbot.addWidget(holder)
    made = NearestStrip(holder)
    yield made


@pytest.mark.parametrize(("width", "across"), [(100, 1), (130, 2), (270, 4), (430, 4), (500, 8)])
def test_bands_are_of_one_length(widget: NearestStrip, width: int, across: int) -> None:
    widget.show_picture(to_qpixmap(strip_of()))
    assert widget.columns == 8 and widget.across(width) == across
    side = (width - 4 * (across - 1)) / across
    bands = 8 // across
    assert widget.heightForWidth(width) == round(bands * 2 * side + (bands - 1) * 10)


def test_each_sample_stands_over_its_training_picture(widget: NearestStrip) -> None:
    widget.show_picture(to_qpixmap(strip_of()))
    width = 268  # four squares of 64
    widget.resize(width, widget.heightForWidth(width))
    image = widget.grab().toImage()
    for k in range(8):
        x, y = (k % 4) * 68 + 32, (k // 4) * 138 + 32
        upper, lower = image.pixelColor(x, y), image.pixelColor(x, y + 64)
        assert abs(upper.red() - 20 * k) <= 1 and upper.green() == 0
        assert abs(lower.red() - 20 * k) <= 1 and lower.green() == 200


def test_an_odd_number_has_no_gaps(widget: NearestStrip) -> None:
    widget.show_picture(to_qpixmap(strip_of(7)))
    assert widget.across(270) == 1 and widget.across(500) == 7
    assert widget.accessibleName().startswith("7 new pictures")


def test_without_a_picture_there_is_nothing(widget: NearestStrip) -> None:
    widget.show_picture(None)
    assert widget.columns == 0 and widget.heightForWidth(300) == 0 == widget.sizeHint().height()
    assert not widget.accessibleName()
    widget.resize(100, 20)
    widget.grab()
