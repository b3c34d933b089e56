"""The pill shows the job, asks for pause and stop, and stays inside the canvas."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from ganpaint.ui import theme
from ganpaint.ui.widgets.pill import ProgressPill


@pytest.fixture
def pill(qtbot: object, qapp: QApplication) -> ProgressPill:
    theme.apply(qapp, "dark")
    host = QWidget()
    qtbot.addWidget(host)  # type: ignore[attr-defined]
    host.resize(800, 600)
    host.show()
    pill = ProgressPill(host)
    pill.keep_host = host  # type: ignore[attr-defined]
    return pill


def test_pause_becomes_resume(pill: ProgressPill) -> None:
    asked = []
    pill.pauseClicked.connect(lambda: asked.append("pause"))
    pill.resumeClicked.connect(lambda: asked.append("resume"))
    pill.stopClicked.connect(lambda keep: asked.append(f"stop {keep}"))
    pill.show_progress("Projecting", "212 of 400", 0.53)
    QTest.mouseClick(pill.pause, Qt.MouseButton.LeftButton)
    pill.show_paused("212 of 400 · best kept", 0.53)
    assert pill.word.text() == "Paused" and pill.ring.tint == "warn"
    assert pill.pause.accessibleName() == "Resume"
    QTest.mouseClick(pill.pause, Qt.MouseButton.LeftButton)
    QTest.mouseClick(pill.stop, Qt.MouseButton.LeftButton)
    assert asked == ["pause", "resume", "stop True"]


def test_buttons_go_when_there_is_nothing_to_press(pill: ProgressPill) -> None:
    pill.show_progress("Projecting", "", None)
    assert pill.pause.isVisible() and pill.ring.share is None
    pill.show_stopping()
    assert not pill.pause.isVisible() and not pill.stop.isVisible()
    pill.show_done("Done", "in 12 s")
    assert pill.ring.tint == "ok" and pill.accessibleName() == "Done in 12 s"


@pytest.mark.parametrize(
    ("frame", "x", "y"),
    [
        (QRectF(200, 100, 400, 400), 400 - 186, 500 - 18 - 44),
        (None, 400 - 186, 600 - 18 - 44),
        (QRectF(2000, 100, 400, 400), 400 - 186, 600 - 18 - 44),
        (QRectF(700, 500, 400, 400), 800 - 372 - 8, 600 - 18 - 44),
    ],
)
def test_place(pill: ProgressPill, frame: QRectF | None, x: int, y: int) -> None:
    area = QRectF(0, 0, 800, 600)
    pill.place(area, frame)
    assert (pill.x(), pill.y()) == (x, y)
    assert area.contains(QRectF(pill.geometry()))


def test_dragging_moves_it_and_it_stays_there(pill: ProgressPill) -> None:
    pill.show_progress("Projecting", "", 0.1)
    pill.place(QRectF(0, 0, 800, 600), None)
    before = pill.pos()
    middle = pill.rect().center()
    QTest.mousePress(pill, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(pill, middle - pill.rect().topLeft() + pill.rect().topLeft())
    pill.moved = before * 0.5
    QTest.mouseRelease(pill, Qt.MouseButton.LeftButton, pos=middle)
    pill.place(QRectF(0, 0, 800, 600), None)
    assert pill.pos() == before * 0.5


def test_it_covers_nothing_that_lies_on_the_canvas(pill: ProgressPill) -> None:
    area, frame = QRectF(0, 0, 900, 600), QRectF(150, 50, 500, 500)
    guide, bar = QRectF(16, 400, 340, 150), QRectF(600, 552, 284, 36)
    pill.place(area, frame, [guide, bar])
    placed = QRectF(pill.geometry())
    assert not placed.intersects(guide) and not placed.intersects(bar)
    assert placed.y() == 550 - 18 - 44, "it moved aside, and stayed as low as it was"
    narrow = QRectF(0, 0, 500, 600)
    pill.place(narrow, None, [guide])
    assert QRectF(pill.geometry()).bottom() <= guide.top() and narrow.contains(pill.geometry())
    pill.moved = QPoint(20, 410)
    pill.place(area, frame, [guide, bar])
    assert pill.pos() == QPoint(20, 410), "the person put it there"
