"""A canvas with a small photo, and a hand that draws on it; nothing moves by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from ganpaint.document.document import Document
from ganpaint.ui import theme
from ganpaint.ui.canvas.transform import ViewTransform
from ganpaint.ui.canvas.view import CanvasView
from tests.ui.canvas.hand import Hand
from tests.ui.stand_ins import document_of, editor_of, model_of

Make = Callable[..., CanvasView]


@pytest.fixture
def dressed(qapp: QApplication) -> Iterator[QApplication]:
    theme.apply(qapp, "dark")
    theme.set_still(True)
    yield qapp
    theme.set_still(False)


@pytest.fixture
def make(dressed: QApplication) -> Iterator[Make]:
    """Canvases of 400 × 300 with a document, at 400 %, the photo's corner at (40, 30)."""
    made: list[CanvasView] = []

    def build(document: Document | None = None, *, model: bool = True) -> CanvasView:
        editor = editor_of(document or document_of(), model_of() if model else None)
        canvas = CanvasView(editor)
        canvas.resize(400, 300)
        canvas.show()
        canvas.move_view(ViewTransform(4.0, 40.0, 30.0, canvas.devicePixelRatioF()))
        made.append(canvas)
        settle(canvas)
        return canvas

    yield build
    for canvas in made:
        canvas.close()
        canvas.deleteLater()


@pytest.fixture
def canvas(make: Make) -> CanvasView:
    return make()


@pytest.fixture
def hand(canvas: CanvasView) -> Hand:
    return Hand(canvas)


def settle(canvas: CanvasView) -> None:
    """Wait until the canvas has nothing left to do."""
    for _ in range(400):
        QTest.qWait(5)
        if canvas.motion.idle:
            return
    raise AssertionError("the canvas never rests")
