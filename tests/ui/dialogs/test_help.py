"""Help pages are all there, lead to each other, and use no network."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ganpaint.ui.dialogs.help import PAGES, HelpWindow, fitting, page_path


@pytest.mark.parametrize(("name", "title"), PAGES)
def test_a_page_has_a_title_and_working_links(name: str, title: str) -> None:
    text = page_path(name).read_text("utf-8")
    assert text.startswith("# ")
    names = {page for page, _ in PAGES}
    for target in re.findall(r"\]\(([^)]+)\)", text):
        assert not target.startswith("http")
        assert target in names or page_path(target).is_file(), f"{name} points at {target}"
    assert title


@pytest.mark.parametrize(("name", "title"), PAGES)
def test_pictures_are_as_wide_as_the_text_at_most(
    qtbot: QtBot, qapp: QApplication, name: str, title: str
) -> None:
    window = HelpWindow()
    qtbot.addWidget(window)
    window.resize(720, 520)
    window.show()
    window.show_page(name)
    qtbot.waitUntil(lambda: not window._fit.isActive())
    browser = window.browser
    assert browser.document().idealWidth() <= browser.viewport().width()


def test_a_picture_is_sharp_on_a_fine_screen() -> None:
    picture = QImage(1000, 500, QImage.Format.Format_RGB32)
    made = fitting(picture, 300, 2.0)
    assert made.width() == 600 and made.deviceIndependentSize().width() == 300
    assert fitting(picture, 1200, 1.0).width() == 1000


def test_the_window_shows_and_follows(qtbot: object, qapp: QApplication) -> None:
    window = HelpWindow()
    qtbot.addWidget(window)  # type: ignore[attr-defined]
    assert "What can it do" in window.browser.toPlainText()
    window._follow(QUrl("paint.md"))
    assert window.browser.toPlainText().startswith("Painting strokes")
    window._follow(QUrl("https://example.org/nothing.md"))
    assert window.browser.toPlainText().startswith("Painting strokes")
    window.pages.setCurrentRow(len(PAGES) - 1)
    assert Path(window.browser.source().path()).name == PAGES[-1][0]
