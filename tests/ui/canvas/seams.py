"""Run in a process of its own, at one scaling of the desktop (tests/ui/canvas/test_view.py).

Paints many strokes, moves the outline about, shows previews, and compares what the window holds
after all the small repaints with one repaint of everything; then checks that 100 % is exact.
"""

from __future__ import annotations

import os
import random
import sys

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["QT_SCALE_FACTOR"] = sys.argv[1]

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from ganpaint.document.document import Document
from ganpaint.picture.frame import Frame
from ganpaint.picture.photo import Photo
from ganpaint.ui import theme
from ganpaint.ui.canvas.view import CanvasView
from ganpaint.ui.qimage import from_qimage
from tests.ui.canvas.conftest import settle
from tests.ui.canvas.hand import Hand
from tests.ui.stand_ins import edit_of, editor_of, model_of

STROKES = 60


def held_by_window(window: QWidget) -> QImage:
    """What the small repaints have left in the window."""
    held = window.backingStore().paintDevice()
    assert isinstance(held, QImage)
    return held.copy()


def different(window: QWidget) -> int:
    QTest.qWait(30)
    small, whole = held_by_window(window), window.grab().toImage()
    assert small.size() == whole.size(), (small.size(), whole.size())
    if len(sys.argv) > 2:
        small.save(sys.argv[2] + "-small.png")
        whole.save(sys.argv[2] + "-whole.png")
    return int((from_qimage(small)[..., :3] != from_qimage(whole)[..., :3]).any(-1).sum())


def build() -> tuple[QWidget, CanvasView]:
    """A canvas at an odd place of a window, so that its corner is on part of a pixel."""
    rng = np.random.default_rng(3)
    pixels = rng.integers(0, 256, (190, 260, 3), np.uint8)
    frame = Frame(120, 95, 150)
    document = Document(Photo.make(pixels, "RGB"), frame).with_edit(edit_of(1, frame))
    window = QWidget()
    canvas = CanvasView(editor_of(document, model_of()), window)
    canvas.setGeometry(49, 33, 331, 243)
    window.resize(400, 300)
    window.show()
    settle(canvas)
    return window, canvas


def main() -> None:
    app = QApplication([])
    theme.apply(app, "dark")
    theme.set_still(True)
    window, canvas = build()
    hand, dice = Hand(canvas), random.Random(5)
    assert abs(canvas.devicePixelRatioF() - float(sys.argv[1])) < 1e-6
    editor = canvas.editor
    faults: list[str] = []
    for zoom in (0.83, 2.4):
        canvas.viewport.zoom_to(zoom)
        settle(canvas)
        for count in range(STROKES):
            editor.set_option("size", dice.uniform(1, 30))
            editor.set_option("colour", (dice.random(), dice.random(), dice.random()))
            spot = dice.uniform(20, 230), dice.uniform(20, 170)
            hand.hover(spot)
            hand.press(spot)
            for _ in range(4):
                spot = spot[0] + dice.uniform(-25, 25), spot[1] + dice.uniform(-25, 25)
                hand.move(spot)
                if count % 9 == 0:
                    QTest.qWait(1)
            hand.release(spot)
            if count % 20 == 10:
                shown = replace(edit_of(count, editor.document.frame), id=editor.document.active)
                editor.session.preview(shown)
        settle(canvas)
        if wrong := different(window):
            faults.append(f"{wrong} pixels differ at zoom {zoom}")
    faults += exactness(canvas)
    if faults:
        print("\n".join(faults))
        sys.exit(1)


def exactness(canvas: CanvasView) -> list[str]:
    """A checker at 100 %: each photo pixel on one pixel of the screen."""
    y, x = np.mgrid[:190, :260]
    pixels = np.repeat((255 * ((x + y) % 2)).astype(np.uint8)[..., None], 3, -1)
    canvas.editor.set_model(None)
    canvas.editor.open_session(Document(Photo.make(pixels, "RGB"), Frame(120, 95, 150)))
    canvas.bar.hide()
    faults = []
    for zoom in (1.0, 2.0):
        canvas.viewport.zoom_to(zoom, QPointF(0, 0))
        settle(canvas)
        canvas.controls.leave()
        seen = from_qimage(canvas.grab().toImage())
        x0, y0, x1, y1 = canvas.viewport.window.visible
        t = canvas.transform
        rows = np.floor((np.arange(y0, y1) + 0.5 - t.y) / zoom).astype(int)
        columns = np.floor((np.arange(x0, x1) + 0.5 - t.x) / zoom).astype(int)
        expected = pixels[rows][:, columns]
        height, width = seen.shape[:2]
        part = seen[y0 : min(y1, height), x0 : min(x1, width)]
        if not np.array_equal(part, expected[: part.shape[0], : part.shape[1]]):
            faults.append(f"the checker is not exact at {zoom}")
    return faults


if __name__ == "__main__":
    main()
