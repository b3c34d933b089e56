"""Arrays and QImages: the same pixels both ways, and no shared memory."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage

from ganpaint.ui.qimage import from_qimage, to_qimage, wrap_bgra


@pytest.mark.parametrize("shape", [(5, 7, 3), (6, 8, 4), (1, 1, 3), (33, 13, 3)])
def test_round_trip(shape: tuple[int, int, int]) -> None:
    array = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    if shape[2] == 4:
        array[..., 3] = 255
    assert np.array_equal(from_qimage(to_qimage(array))[..., :3], array[..., :3])


def test_rows_are_not_sheared_and_channels_not_swapped() -> None:
    array = np.zeros((5, 7, 3), np.uint8)
    array[4, 6] = (200, 100, 50)
    assert to_qimage(array).pixelColor(6, 4) == QColor(200, 100, 50)


def test_grey_deep_and_transparent_pictures() -> None:
    assert to_qimage(np.full((3, 3), 90, np.uint8)).pixelColor(1, 1) == QColor(90, 90, 90)
    deep = np.full((3, 3, 3), 65535, np.uint16)
    assert to_qimage(deep).pixelColor(1, 1) == QColor(255, 255, 255)
    grey_alpha = np.dstack([np.full((2, 2), 80, np.uint8), np.full((2, 2), 0, np.uint8)])
    assert to_qimage(grey_alpha).pixelColor(0, 0).alpha() == 0


def test_changing_the_array_changes_no_picture() -> None:
    array = np.zeros((4, 4, 3), np.uint8)
    image = to_qimage(array)
    array[:] = 255
    assert image.pixelColor(0, 0) == QColor(0, 0, 0)


def test_the_array_outlives_the_image() -> None:
    image = QImage(3, 3, QImage.Format.Format_RGB888)
    image.fill(QColor(1, 2, 3))
    array = from_qimage(image)
    del image
    assert (array == (1, 2, 3)).all()


def test_alpha_is_not_premultiplied_on_the_way_back() -> None:
    image = QImage(1, 1, QImage.Format.Format_ARGB32)
    image.setPixelColor(0, 0, QColor(200, 100, 40, 128))
    assert from_qimage(image)[0, 0].tolist() == [200, 100, 40, 128]


def test_wrapping_shares_a_frozen_array() -> None:
    array = np.zeros((2, 3, 4), np.uint8)
    array[..., 2] = 255
    with pytest.raises(AssertionError):
        wrap_bgra(array)
    array.flags.writeable = False
    assert wrap_bgra(array).pixelColor(2, 1) == QColor(255, 0, 0)
