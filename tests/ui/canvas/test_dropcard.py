"""The canvas without a photo."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QPushButton

from ganpaint.ui.canvas.dropcard import LINKS
from tests.ui.canvas.conftest import settle
from tests.ui.stand_ins import document_of


def test_it_is_there_only_without_a_photo(canvas) -> None:
    assert not canvas.card.isVisible() and canvas.bar.isVisible()
    canvas.editor.close_session()
    assert canvas.card.isVisible() and not canvas.bar.isVisible()
    middle = canvas.card.geometry().center() - canvas.rect().center()
    assert middle.manhattanLength() <= 2
    canvas.editor.open_session(document_of(), name="a.png")
    settle(canvas)
    assert not canvas.card.isVisible()


@pytest.mark.parametrize(("name", "words", "action"), LINKS)
def test_its_links_do_what_the_menu_does(canvas, qtbot, name, words, action) -> None:
    window, done = QMainWindow(), []
    qtbot.addWidget(window)
    entry = QAction(words, window)
    entry.setObjectName(action)
    entry.triggered.connect(lambda: done.append(action))
    window.setCentralWidget(canvas)
    canvas.editor.close_session()
    link = canvas.findChild(QPushButton, name)
    assert link is not None and link.text() == words
    link.click()
    assert done == [action]
    canvas.setParent(None)
