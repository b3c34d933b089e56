"""Walks through every dock and the options bar: names, Tab order, sizes."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ganpaint.ui import theme
from ganpaint.ui.commands import paint
from ganpaint.ui.docks import DOCKS
from ganpaint.ui.editor import Editor
from ganpaint.ui.tool_options import ToolOptionsBar
from tests.ui.stand_ins import jobs_of, stroke_of

PARTS = (*DOCKS, ToolOptionsBar)
Make = Callable[[Editor], QWidget]


@pytest.fixture(params=PARTS, ids=lambda p: p.__name__)
def part(request: pytest.FixtureRequest, qtbot: QtBot, editor: Editor, serve: object) -> QWidget:
    """A dock with everything in it: a mix, sliders, candidates, some history."""
    # the former test's docks would be dressed anew when Python has forgotten them already
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    theme.apply(QApplication.instance(), "dark")  # type: ignore[arg-type]
    made: QWidget = request.param(editor)
    qtbot.addWidget(made)
    made.resize(*((1440, 44) if request.param is ToolOptionsBar else (320, 1400)))
    made.show()
    jobs = jobs_of(editor)
    qtbot.wait(60)
    serve(editor)  # type: ignore[operator]
    weights = [0.0] * 10
    weights[3], weights[6] = 0.3, 0.7
    paint.choose_classes(editor, tuple(weights), "Class: mix")
    jobs.answer()
    paint.add_stroke(editor, stroke_of())
    jobs.finish(jobs.submitted[-1], seed=2)
    paint.start_projection(editor)
    jobs.step(jobs.submitted[-1], 5, seed=3)
    jobs.finish(jobs.submitted[-1], seed=4, candidates=5)
    paint.choose_classes(editor, tuple(weights), "Class: mix")
    jobs.answer()
    paint.clear_strokes(editor)
    made.updateGeometry()
    qtbot.wait(30)
    return made


def stops(part: QWidget) -> list[QWidget]:
    """What Tab stops at, in its order."""
    found, at = [], part.nextInFocusChain()
    while at is not part:
        inside = part.isAncestorOf(at) and at.isVisible() and at.isEnabled()
        if inside and at.focusPolicy() & Qt.FocusPolicy.TabFocus:
            found.append(at)
        at = at.nextInFocusChain()
    return found


@pytest.mark.behaviour("A1")
def test_tab_goes_in_reading_order(part: QWidget) -> None:
    found = stops(part)
    assert len(found) > 2

    def place(widget: QWidget) -> tuple[int, int]:
        corner = widget.mapTo(part, QPoint(0, widget.height() // 2))
        return corner.y(), corner.x()

    for first, second in pairwise(found):
        (y1, x1), (y2, x2) = place(first), place(second)
        assert y2 > y1 - 14 and (y2 > y1 + 14 or x2 > x1), (
            f"{first.objectName()} → {second.objectName()}"
        )


@pytest.mark.behaviour("A4")
def test_every_stop_has_a_name_and_a_role(part: QWidget) -> None:
    for widget in stops(part):
        found = QAccessible.queryAccessibleInterface(widget)
        assert found.text(QAccessible.Text.Name), widget.objectName()
        assert found.role() not in (QAccessible.Role.Client, QAccessible.Role.NoRole)
        assert widget.objectName(), type(widget).__name__


@pytest.mark.behaviour("A11")
def test_targets_are_large_enough(part: QWidget) -> None:
    for widget in stops(part):
        assert widget.height() >= 24 and widget.width() >= 24, widget.objectName()
