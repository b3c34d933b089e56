"""Help pages are all there, lead to each other, and use no network."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QApplication

from ganpaint.ui.dialogs.help import PAGES, HelpWindow, page_path


@pytest.mark.parametrize(("name", "title"), PAGES)
def test_a_page_has_a_title_and_working_links(name: str, title: str) -> None:
    text = page_path(name).read_text("utf-8")
    assert text.startswith("# ")
    names = {page for page, _ in PAGES}
    for target in re.findall(r"\]\(([^)]+)\)", text):
        assert not target.startswith("http")
        assert target in names or page_path(target).is_file(), f"{name} points at {target}"
    assert title


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
