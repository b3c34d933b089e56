"""Arrays become QImages and back, here only.

Every function but `wrap_bgra` and `screen_image` copies, so neither side can change under the
other (LOOK section 15 tells what happens otherwise). Call them in the GUI thread: PySide6 keeps
Python's lock in them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage, QPixmap

SCREEN = {False: QImage.Format.Format_RGB32, True: QImage.Format.Format_ARGB32_Premultiplied}
BYTES = {1: QImage.Format.Format_Grayscale8, 3: QImage.Format.Format_RGB888}


def to_qimage(array: NDArray[Any]) -> QImage:
    """A picture to draw: RGB32, or ARGB32 premultiplied where there is transparency.

    Args:
        array: (H, W) or (H, W, 1…4), uint8 or uint16; 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA.
    """
    if array.ndim == 2:
        array = array[:, :, None]
    if array.dtype == np.uint16:
        array = (array // 257).astype(np.uint8) if array.size else array.astype(np.uint8)
    if array.shape[2] == 2:
        array = np.concatenate([np.repeat(array[..., :1], 3, 2), array[..., 1:]], 2)
    height, width, channels = array.shape
    data = np.ascontiguousarray(array, np.uint8)
    if channels == 4:
        source = QImage(data.data, width, height, width * 4, QImage.Format.Format_RGBA8888)
        return source.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    source = QImage(data.data, width, height, width * channels, BYTES[channels])
    return source.convertToFormat(QImage.Format.Format_RGB32)


def to_qpixmap(array: NDArray[Any]) -> QPixmap:
    """The same as a pixmap."""
    return QPixmap.fromImage(to_qimage(array))


def wrap_bgra(array: NDArray[np.uint8], *, alpha: bool = False) -> QImage:
    """A QImage over a finished (H, W, 4) array in B, G, R, A order, without copying.

    The array must be read-only and C-contiguous; the image keeps it alive. `alpha`: its colours
    are multiplied by A, which is 255 everywhere otherwise.
    """
    assert not array.flags.writeable and array.flags.c_contiguous
    height, width, _ = array.shape
    return QImage(array.data, width, height, width * 4, SCREEN[alpha])


def screen_image(width: int, height: int, *, alpha: bool) -> tuple[QImage, NDArray[np.uint8]]:
    """A layer of the canvas: an image and its (H, W, 4) pixels in B, G, R, A order, one memory.

    Keep both together and never copy the image: a copy would part it from its pixels.
    """
    image = QImage(max(width, 1), max(height, 1), SCREEN[alpha])
    image.fill(0)
    pixels = np.frombuffer(image.bits(), np.uint8)
    return image, pixels.reshape(image.height(), image.width(), 4)


def from_qimage(image: QImage) -> NDArray[np.uint8]:
    """The pixels of any QImage as a new (H, W, 3) or, where it has alpha, (H, W, 4) array."""
    import qimage2ndarray  # needs PySide6 loaded first

    if not image.hasAlphaChannel():
        plain = image.convertToFormat(QImage.Format.Format_RGB32)
        return np.array(qimage2ndarray.rgb_view(plain), np.uint8)
    straight = image.convertToFormat(QImage.Format.Format_ARGB32)
    out = np.empty((image.height(), image.width(), 4), np.uint8)
    out[..., :3] = qimage2ndarray.rgb_view(straight)
    out[..., 3] = qimage2ndarray.alpha_view(straight)
    return out
