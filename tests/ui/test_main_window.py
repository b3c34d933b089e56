"""The whole window: what is shown when, title, themes, names for screen readers, keys, closing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QAccessible, QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from ganpaint.errors import BadPicture
from ganpaint.tasks.requests import OpenPhoto, ProjectRequest
from ganpaint.ui import theme
from ganpaint.ui.commands import paint
from ganpaint.ui.dialogs.leave import LeaveDialog
from ganpaint.ui.main_window import MainWindow
from ganpaint.ui.messages import Message
from ganpaint.ui.qimage import from_qimage
from ganpaint.ui.results import DETAIL
from tests.ui.stand_ins import document_of, editor_of, jobs_of, model_of, photo_of

if TYPE_CHECKING:
    from ganpaint.ui.editor import Editor

CONTROLS = (QAbstractButton, QAbstractSlider, QComboBox, QLineEdit)


def opened(window: MainWindow) -> Editor:
    window.editor.open_session(document_of(edit=True), name="cat.png")
    return window.editor


def controls(window: MainWindow) -> list[QWidget]:
    found = [w for w in window.findChildren(QWidget) if isinstance(w, CONTROLS)]
    return [w for w in found if w.isVisibleTo(window)]


def test_start_page_and_document(window: MainWindow) -> None:
    assert window.start.isVisible() and window.windowTitle() == "ganpaint"
    opened(window)
    assert window.canvas.isVisible() and window.docks.isVisible()
    assert window.tabs.tabText(0) == "cat.png"
    window.editor.close_session()
    assert window.start.isVisible()


@pytest.mark.behaviour("U14", "N4")
def test_title_and_tab_show_what_is_unsaved(window: MainWindow, tmp_path: Path) -> None:
    session = window.editor.open_session(document_of(), name="ü & 猫.png")
    assert window.windowTitle() == "ü & 猫.png – ganpaint"
    session.commit("Seed", replace(session.document, seed=1))
    assert window.windowTitle() == "ü & 猫.png* – ganpaint"
    assert window.tabs.tabText(0) == "ü && 猫.png *"
    session.undo()
    assert window.windowTitle() == "ü & 猫.png – ganpaint"


@pytest.mark.behaviour("F14")
def test_long_work_stands_in_the_title(window: MainWindow) -> None:
    editor = opened(window)
    paint.start_projection(editor)
    jobs = jobs_of(editor)
    [job] = jobs.of(ProjectRequest)
    jobs.step(job, 212, 1, total=400)
    assert window.windowTitle().startswith("53 % · cat.png")
    assert window.pill.isVisible() and window.status.job.text() == "Projecting 53 %"
    assert window.canvas.rect().contains(window.pill.geometry())
    jobs.finish(job, 1)
    assert "%" not in window.windowTitle()


@pytest.mark.behaviour("Y1")
def test_no_part_keeps_an_old_colour(window: MainWindow, qapp: QApplication) -> None:
    editor = opened(window)
    paint.start_projection(editor)
    editor.say(Message("warn", "Something is to be told."))
    for first, second in (("dark", "light"), ("light", "dark")):
        theme.apply(qapp, first)
        window.grab()
        theme.apply(qapp, second)
        pixels = from_qimage(window.grab().toImage())[..., :3].reshape(-1, 3)
        packed = pixels.astype(np.uint32) @ np.array([65536, 256, 1], np.uint32)
        other, mine = theme.make_theme(first), theme.make_theme(second)
        own = {mine.hex(token) for token in theme.TOKENS}
        for token in ("window", "panel", "surround", "hover", "selected"):
            if other.hex(token) in own:
                continue
            share = np.mean(packed == int(other.hex(token)[1:], 16))
            assert share < 0.0005, f"{token} of {first} is still there in {second}: {share:.4f}"
        share = np.mean(packed == int(mine.hex("panel")[1:], 16))
        assert share > 0.02


@pytest.mark.behaviour("A4")
def test_every_control_has_a_name_and_a_role(window: MainWindow) -> None:
    nameless = []
    for show in (lambda: None, lambda: opened(window)):
        show()
        for widget in controls(window):
            interface = QAccessible.queryAccessibleInterface(widget)
            name = interface.text(QAccessible.Text.Name) if interface else ""
            if not name.strip():
                nameless.append(f"{type(widget).__name__} {widget.objectName()}")
    assert not nameless, "\n".join(nameless)


@pytest.mark.behaviour("A1")
def test_tab_visits_every_control_once(window: MainWindow) -> None:
    opened(window)
    window.activateWindow()
    start = window.options
    chain, widget = [], start.nextInFocusChain()
    while widget is not start:
        chain.append(widget)
        widget = widget.nextInFocusChain()
        assert len(chain) < 2000, "the focus chain has no end"
    assert len(chain) == len(set(chain))
    stops = [w for w in chain if isinstance(w, CONTROLS) and w.isVisibleTo(window)]
    reached = {w for w in stops if w.focusPolicy() & Qt.FocusPolicy.TabFocus}
    unreachable = [
        f"{type(w).__name__} {w.objectName()}"
        for w in stops
        if w not in reached and w.focusPolicy() == Qt.FocusPolicy.NoFocus and w.isEnabled()
    ]
    assert not [name for name in unreachable if not name.startswith("QScrollBar")]


@pytest.mark.behaviour("A11")
def test_targets_are_large_enough(window: MainWindow) -> None:
    opened(window)
    small = [
        f"{w.objectName()} {w.width()}×{w.height()}"
        for w in controls(window)
        if isinstance(w, QAbstractButton)
        and min(w.width(), w.height()) < 20
        and not w.objectName().startswith(("qt_", "ScrollLeft", "ScrollRight"))
    ]
    assert not small, "\n".join(small)


@pytest.mark.behaviour("A9")
def test_large_fonts_clip_nothing(qapp: QApplication) -> None:
    theme.set_base_size(24)
    theme.apply(qapp, "dark")
    editor = editor_of(document_of(), model_of())
    jobs_of(editor).shutdown = lambda wait_ms=0: True  # type: ignore[attr-defined]
    window = MainWindow(editor)
    try:
        window.resize(1280, 800)
        window.show()
        QTest.qWait(20)
        clipped = []
        for label in window.findChildren(QLabel):
            plain = label.isVisible() and label.text() and not label.wordWrap()
            if plain and label.objectName() not in ("status.hint",):
                needed = label.fontMetrics().horizontalAdvance(label.text())
                if label.width() < needed - 1:
                    clipped.append(f"{label.objectName()} “{label.text()}”")
        for button in window.findChildren(QPushButton):
            needed = button.fontMetrics().horizontalAdvance(button.text().replace("&", ""))
            if button.isVisible() and button.width() < needed:
                clipped.append(f"{button.objectName()} “{button.text()}”")
        assert not clipped, "\n".join(clipped)
    finally:
        theme.set_base_size(12)
        theme.apply(qapp, "dark")
        window._leaving = True
        window.close()


@pytest.mark.behaviour("I1")
def test_dropping_a_file_opens_it(window: MainWindow) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile("/x/cat.png")])
    place, buttons = QPointF(100, 100), Qt.MouseButton.LeftButton
    keys, copy = Qt.KeyboardModifier.NoModifier, Qt.DropAction.CopyAction
    enter = QDragEnterEvent(place, copy, mime, buttons, keys)
    window.dragEnterEvent(enter)
    assert enter.isAccepted() and window.overlay.isVisible()
    window.dropEvent(QDropEvent(place, copy, mime, buttons, keys))
    assert not window.overlay.isVisible()
    assert jobs_of(window.editor).submitted[-1].request == OpenPhoto(Path("/x/cat.png"))


@pytest.mark.behaviour("I21")
def test_closing_the_window_asks_where_something_would_be_lost(window: MainWindow) -> None:
    editor = opened(window)
    assert editor.session is not None
    editor.session.commit("Seed", replace(editor.session.document, seed=1))
    event = QCloseEvent()
    window.closeEvent(event)
    assert not event.isAccepted()
    [dialog] = window.findChildren(LeaveDialog)
    assert dialog.isVisible()
    discard = dialog.findChild(QPushButton, "leave.discard")
    QTest.mouseClick(discard, Qt.MouseButton.LeftButton)
    assert not window.isVisible()


def test_places_come_back(window: MainWindow, qapp: QApplication) -> None:
    window.docks.show_dock("history", False)
    window.resize(960, 700)  # the offscreen screen is 800 × 800
    window._shut_down()
    again = editor_of(None, model_of())
    again.preferences = window.editor.preferences
    jobs_of(again).shutdown = lambda wait_ms=0: True  # type: ignore[attr-defined]
    other = MainWindow(again)
    assert not other.docks.is_shown("history")
    assert (other.width(), other.height()) == (960, 700)
    other._leaving = True
    other.close()


def test_nothing_lies_where_the_guide_asks_to_paint(window: MainWindow) -> None:
    window.editor.open_session(document_of(), name="chelsea.png")
    detail = Message("info", "Its own detail is kept.", key=DETAIL)
    window.guide.begin()
    window.editor.say(detail)
    assert not window.messages.cards
    window.guide.end()
    window.editor.say(detail)
    assert window.messages.cards


def test_messages_show_on_the_start_page_too(window: MainWindow) -> None:
    window.editor.say(Message("error", '"cat.png" is empty.', "Fetch it again."))
    [card] = window.messages.cards
    assert card.isVisible() and window.start.isAncestorOf(card)
    opened(window)
    window.editor.say(Message("info", "Another one."))
    assert all(window.canvas.isAncestorOf(card) for card in window.messages.cards)


def test_an_error_of_an_earlier_file_goes_when_another_is_open(window: MainWindow) -> None:
    jobs = jobs_of(window.editor)
    error = BadPicture('"a.png" is not a picture.', "Open another.")
    jobs.end(window.editor.open_photo(Path("/a.png")), error=error)
    window.editor.say(Message("warn", "Something else.", ""))
    assert len(window.messages.cards) == 2
    jobs.end(window.editor.open_photo(Path("/b.png")), photo_of())
    assert [card.message.title for card in window.messages.cards] == ["Something else."]


def test_every_handle_of_the_frame_can_be_grasped(window: MainWindow) -> None:
    window.editor.open_session(document_of())
    canvas = window.canvas
    corner = canvas.bar.geometry().center()
    x, y = window.editor.document.frame.polygon().tolist()[2]  # the lower right one
    place = canvas.transform.to_screen(x, y)
    canvas.viewport.move(canvas.transform.moved(corner.x() - place.x(), corner.y() - place.y()))
    place = canvas.transform.to_screen(x, y).toPoint()
    assert canvas.childAt(place) is None
