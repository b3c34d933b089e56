"""The start page offers everything by mouse and by keys, without a model."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from ganpaint.ui import theme
from ganpaint.ui.editor import Editor
from ganpaint.ui.start_page import StartPage, guided_picture, nothing_picture, sample_path
from tests.ui.stand_ins import editor_of


@pytest.fixture
def editor(qapp: QApplication) -> Editor:
    theme.apply(qapp, "dark")
    return editor_of()


@pytest.fixture
def page(qtbot: object, editor: Editor) -> StartPage:
    page = StartPage(editor)
    qtbot.addWidget(page)  # type: ignore[attr-defined]
    page.resize(1280, 800)
    page.show()
    return page


@pytest.mark.parametrize("surround", ["", *theme.SURROUNDS])
def test_the_surround_of_pictures_does_not_lie_under_words(
    page: StartPage, qapp: QApplication, surround: str
) -> None:
    theme.apply(qapp, "dark", surround)
    assert page.grab().toImage().pixelColor(5, 5) == theme.theme().colour("page")
    theme.apply(qapp, "dark")


def test_all_of_it_fits_the_smallest_window(page: StartPage, qtbot: QtBot) -> None:
    page.resize(960, 540)
    qtbot.waitUntil(lambda: page.horizontalScrollBar().maximum() == 0)
    assert button(page, "nothing").width() >= 200
    page.resize(1440, 800)
    assert button(page, "nothing").width() == 230


def button(page: QWidget, name: str) -> QAbstractButton:
    found = page.findChild(QAbstractButton, f"start.{name}")
    assert found is not None
    return found


@pytest.mark.behaviour("A1")
@pytest.mark.parametrize("name", ["open", "sample", "guided", "nothing"])
def test_cards_answer_mouse_and_keys(page: StartPage, name: str) -> None:
    heard: list[str] = []
    getattr(page, f"{name}Clicked").connect(lambda: heard.append(name))
    card = button(page, name)
    QTest.mouseClick(card, Qt.MouseButton.LeftButton)
    card.setFocus()
    QTest.keyClick(card, Qt.Key.Key_Space)
    assert heard == [name, name]
    assert card.accessibleName() and card.focusPolicy() & Qt.FocusPolicy.TabFocus


@pytest.mark.behaviour("I26")
def test_recent_files_open_or_are_removed(page: StartPage, editor: Editor, tmp_path: Path) -> None:
    assert page.findChild(QPushButton, "start.recent.0") is None
    there = tmp_path / "a.png"
    there.write_bytes(b"x")
    editor.change_preferences(recent_files=(str(there), str(tmp_path / "gone.png")))
    page.refresh()
    opened: list[Path] = []
    page.fileClicked.connect(opened.append)
    QTest.mouseClick(button(page, "recent.0"), Qt.MouseButton.LeftButton)
    assert opened == [there]
    remove = button(page, "recent.1")
    assert remove.text() == "Remove"
    QTest.mouseClick(remove, Qt.MouseButton.LeftButton)
    assert editor.preferences.recent_files == (str(there),)


def test_links(page: StartPage) -> None:
    heard: list[str] = []
    page.linkClicked.connect(heard.append)
    for name in ("models", "help", "keys", "theme"):
        QTest.mouseClick(button(page, f"link.{name}"), Qt.MouseButton.LeftButton)
    assert heard == ["models", "help", "keys", "theme"]
    assert button(page, "link.theme").text() == "Light theme"


def test_pictures_are_there() -> None:
    assert sample_path().is_file()
    from PySide6.QtGui import QImage

    sample = QImage(str(sample_path()))
    assert (sample.width(), sample.height()) == (451, 300)
    for image in (guided_picture(sample), nothing_picture()):
        assert not image.isNull()


@pytest.mark.behaviour("A9")
def test_nothing_is_clipped_with_large_fonts(qtbot: object, qapp: QApplication) -> None:
    theme.set_base_size(24)
    try:
        theme.apply(qapp, "dark")
        page = StartPage(editor_of())
        qtbot.addWidget(page)  # type: ignore[attr-defined]
        page.resize(1280, 800)
        page.show()
        for link in page.findChildren(QPushButton):
            assert link.width() >= link.fontMetrics().horizontalAdvance(link.text())
    finally:
        theme.set_base_size(12)
        theme.apply(qapp, "dark")
