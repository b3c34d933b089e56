"""The application's icon is there at every size: a brush and pixels of several colours."""

from __future__ import annotations

import numpy as np
import pytest

from ganpaint.ui.app_icon import SIZES, draw_icon
from ganpaint.ui.qimage import from_qimage


@pytest.mark.parametrize("size", SIZES)
def test_brush_and_pixels(size: int) -> None:
    pixels = from_qimage(draw_icon(size)).astype(int)
    assert pixels.shape == (size, size, 4)
    assert pixels[0, 0, 3] == 0 and pixels[size // 2, size // 2, 3] == 255
    colours = pixels[..., :3]
    bright = (colours.min(2) > 200) & (pixels[..., 3] == 255)
    warm = (colours[..., 0] > 180) & (colours[..., 2] < 110)
    assert bright.sum() > size * size / 60, "no brush"
    assert warm.sum() > size * size / 60, "no pixels"
    upper = np.argwhere(bright)
    assert upper[:, 1].mean() > size / 2, "the handle points to the upper right"
