"""Messages lie over their host, count repeats, hide by themselves, and never take the focus."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget

from ganpaint.ui import theme
from ganpaint.ui.messages import Message
from ganpaint.ui.widgets.notices import INFO_SECONDS, MessageBar


@pytest.fixture
def host(qtbot: object, qapp: QApplication) -> QWidget:
    theme.apply(qapp, "dark")
    host = QWidget()
    qtbot.addWidget(host)  # type: ignore[attr-defined]
    host.resize(700, 500)
    host.show()
    return host


@pytest.fixture
def bar(host: QWidget) -> MessageBar:
    return MessageBar(host)


@pytest.mark.behaviour("F9")
def test_the_focus_stays(host: QWidget, bar: MessageBar) -> None:
    field = QLineEdit(host)
    field.show()
    host.activateWindow()
    field.setFocus()
    bar.show_message(Message("error", "It broke.", "Nothing was lost.", (("Again", lambda: 0),)))
    QTest.qWait(10)
    assert QApplication.focusWidget() in (field, None)
    QTest.keyClick(field, Qt.Key.Key_A)
    assert field.text() == "a"


@pytest.mark.behaviour("F8")
def test_links_do_what_they_say_and_close_the_message(host: QWidget, bar: MessageBar) -> None:
    done = []
    bar.show_message(Message("warn", "It waits.", actions=(("Go on", lambda: done.append(1)),)))
    link = host.findChild(QPushButton, "canvas.message.0.action.0")
    QTest.mouseClick(link, Qt.MouseButton.LeftButton)
    assert done == [1] and bar.cards == []


def test_the_newest_is_on_top_and_there_are_three_at_most(bar: MessageBar) -> None:
    theme.set_still(True)
    try:
        for n in range(5):
            bar.show_message(Message("warn", f"Number {n}."))
    finally:
        theme.set_still(False)
    assert [card.message.title for card in bar.cards] == ["Number 4.", "Number 3.", "Number 2."]
    tops = [card.y() for card in bar.cards]
    assert tops == sorted(tops) and tops[0] == 18
    for above, below in pairwise(bar.cards):
        assert above.geometry().bottom() < below.y()


def test_the_same_sentence_is_counted(bar: MessageBar) -> None:
    for _ in range(3):
        card = bar.show_message(Message("error", "It broke."))
    assert len(bar.cards) == 1 and card.count == 3
    assert "3" in card._title.text()


def test_one_key_has_one_message(bar: MessageBar) -> None:
    bar.show_message(Message("info", "First.", key="wait"))
    bar.show_message(Message("info", "Second.", key="wait"))
    assert [card.message.title for card in bar.cards] == ["Second."]
    bar.dismiss_key("wait")
    assert bar.cards == []


def test_information_hides_but_warnings_stay(bar: MessageBar) -> None:
    info = bar.show_message(Message("info", "Saved."))
    warn = bar.show_message(Message("warn", "Careful."))
    assert info._timer.interval() == INFO_SECONDS * 1000 and not warn._timer.isActive()
    info._hovered = True
    info._time_out()
    assert info in bar.cards
    info._hovered = False
    info._time_out()
    assert bar.cards == [warn]


def test_nothing_is_cut_off(host: QWidget, bar: MessageBar) -> None:
    long = "This sentence is long enough to need more than one line of the message bar. " * 2
    card = bar.show_message(Message("error", long.strip(), long.strip()))
    for label in (card._title, card._text):
        assert label.height() >= label.heightForWidth(label.width())
    host.resize(420, 400)
    assert card.width() <= 420 and card.geometry().right() < 420


def test_escape_takes_the_newest(bar: MessageBar) -> None:
    bar.show_message(Message("warn", "One."))
    bar.show_message(Message("warn", "Two."))
    assert bar.dismiss_newest()
    assert [card.message.title for card in bar.cards] == ["One."]
    assert bar.dismiss_newest() and not bar.dismiss_newest()


def test_it_can_lie_elsewhere(qtbot: object, bar: MessageBar) -> None:
    bar.show_message(Message("warn", "One."))
    other = QWidget()
    qtbot.addWidget(other)  # type: ignore[attr-defined]
    bar.host_elsewhere(other)
    assert bar.cards[0].parentWidget() is other
