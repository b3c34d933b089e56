"""Help pages are all there, lead to each other, and use no network."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ganpaint import provenance
from ganpaint.model_info import FAMILY_TITLES
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


def test_the_models_page_names_every_family_and_every_part_of_a_card() -> None:
    text = page_path("models.md").read_text("utf-8")
    readme = (Path(__file__).parents[3] / "README.md").read_text("utf-8")
    table = readme[readme.index("| family |") :].partition("\n\n")[0]
    families = {name for row in table.splitlines() for name in re.findall(r"\w*GAN[\w-]*", row)}
    assert len(families) >= 6
    for name in families | set(FAMILY_TITLES.values()) - {"GLO"}:
        assert name in text, name
    card = {
        "data": {"name": "x"},
        "training": {"kimg": 1, "distance_before": {"value": 1}},
        "quality": {
            "distance": {"value": 1}, "floor": 1, "memorising": {"ratio": 1},
            "projection": {"lpips": 1},
        },
    }  # fmt: skip
    for fact in provenance.facts(card):
        words = "Training pictures" if fact.group == "data" else fact.label
        assert f"**{words}.**" in text or f"*{words}*" in text, words
