"""A whole main window over jobs that a test ends by hand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from ganpaint.ui import theme
from tests.ui.stand_ins import editor_of, jobs_of, model_of


@pytest.fixture
def window(qapp: QApplication) -> Iterator[object]:
    """The main window on the start page, with a model."""
    from ganpaint.ui.main_window import MainWindow

    theme.apply(qapp, "dark")
    editor = editor_of(None, model_of())
    jobs_of(editor).shutdown = lambda wait_ms=0: True  # type: ignore[attr-defined]
    window = MainWindow(editor)
    window.resize(1280, 800)
    window.show()
    yield window
    window._leaving = True
    window.close()
    window.deleteLater()
    # at once: every window that is left would be dressed anew by the next test
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
