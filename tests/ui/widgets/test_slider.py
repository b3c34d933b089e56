"""Value bars under mouse, wheel and keys: ui/widgets/slider.py."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QWheelEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ganpaint.ui.widgets.number_slider import SERIES_MS
from ganpaint.ui.widgets.numbers import Scale
from ganpaint.ui.widgets.slider import ValueBar

LEFT = Qt.MouseButton.LeftButton
SHIFT = Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier


class Heard:
    """What a bar told."""

    def __init__(self, bar: ValueBar) -> None:
        self.edited: list[float] = []
        self.committed: list[float] = []
        bar.edited.connect(self.edited.append)
        bar.committed.connect(self.committed.append)


@pytest.fixture
def bar(qtbot: QtBot) -> ValueBar:
    holder = QWidget()
    qtbot.addWidget(holder)
    made = ValueBar("Opacity", Scale(0, 100, 40, step=5, unit="%"), holder)
    QVBoxLayout(holder).addWidget(made)
    holder.resize(240, 60)
    holder.show()
    holder.activateWindow()
    qtbot.waitUntil(holder.isActiveWindow)
    made._holder = holder  # type: ignore[attr-defined]
    return made


def drag(qtbot: QtBot, bar: ValueBar, by: int, keys: Qt.KeyboardModifier = NONE) -> None:
    """Press at 20, move by so many pixels in ten moves, stay down."""
    qtbot.mousePress(bar, LEFT, pos=QPoint(20, 12))
    for i in range(1, 11):
        move(bar, 20 + by * i / 10, keys)


def move(bar: ValueBar, x: float, keys: Qt.KeyboardModifier = NONE) -> None:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QMouseEvent

    where = QPointF(x, 12)
    kind = QEvent.Type.MouseMove
    event = QMouseEvent(kind, where, bar.mapToGlobal(where), LEFT, LEFT, keys)
    QApplication.sendEvent(bar, event)


def wheel(bar: ValueBar) -> bool:
    event = QWheelEvent(
        QPointF(20, 12), QPointF(20, 12), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        NONE, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    event.ignore()
    QApplication.sendEvent(bar, event)
    return event.isAccepted()


def test_a_drag_is_relative_and_commits_once(qtbot: QtBot, bar: ValueBar) -> None:
    heard = Heard(bar)
    drag(qtbot, bar, bar.width() // 4)
    assert bar.amount() == pytest.approx(65, abs=2)
    assert len(heard.edited) >= 5 and not heard.committed
    qtbot.mouseRelease(bar, LEFT, pos=QPoint(20, 12))
    assert heard.committed == [bar.amount()]


def test_shift_drags_a_tenth(qtbot: QtBot, bar: ValueBar) -> None:
    drag(qtbot, bar, bar.width() // 2, SHIFT)
    assert 43 <= bar.amount() <= 47


def test_escape_while_dragging_restores(qtbot: QtBot, bar: ValueBar) -> None:
    heard = Heard(bar)
    drag(qtbot, bar, 60)
    assert bar.amount() != 40
    qtbot.keyClick(bar, Qt.Key.Key_Escape)
    assert bar.amount() == 40 and heard.edited[-1] == 40
    qtbot.mouseRelease(bar, LEFT, pos=QPoint(80, 12))
    assert not heard.committed


def test_a_click_on_the_label_changes_nothing(qtbot: QtBot, bar: ValueBar) -> None:
    heard = Heard(bar)
    qtbot.mouseClick(bar, LEFT, pos=QPoint(20, 12))
    assert not heard.edited and not bar.field.isVisible()


@pytest.mark.behaviour("L4")
def test_a_click_on_the_number_types(qtbot: QtBot, bar: ValueBar) -> None:
    heard = Heard(bar)
    qtbot.mouseClick(bar, LEFT, pos=QPoint(bar.width() - 12, 12))
    assert bar.field.isVisible() and bar.field.text() == "40"
    bar.field.setText("+15")
    qtbot.keyClick(bar.field, Qt.Key.Key_Return)
    assert bar.amount() == 55 and heard.committed == [55]
    assert not bar.field.isVisible()


@pytest.mark.behaviour("L4")
def test_wrong_text_is_marked_and_changes_nothing(qtbot: QtBot, bar: ValueBar) -> None:
    bar.start_typing()
    bar.field.setText("forty")
    qtbot.keyClick(bar.field, Qt.Key.Key_Return)
    assert bar.is_wrong() and bar.amount() == 40 and bar.field.isVisible()
    image = bar.grab().toImage()
    edge = image.pixelColor(bar.width() // 2, 0)
    assert edge.red() > edge.green() + 40  # a red edge
    qtbot.keyClick(bar.field, Qt.Key.Key_Escape)
    assert not bar.is_wrong() and bar.amount() == 40 and not bar.field.isVisible()


@pytest.mark.behaviour("L5")
def test_double_click_is_the_default(qtbot: QtBot, bar: ValueBar) -> None:
    bar.set_amount(90)
    heard = Heard(bar)
    qtbot.mouseDClick(bar, LEFT, pos=QPoint(20, 12))
    assert bar.amount() == 40 and heard.committed == [40]


@pytest.mark.behaviour("L20")
def test_the_wheel_acts_only_with_the_focus(qtbot: QtBot, bar: ValueBar) -> None:
    bar.clearFocus()
    assert not wheel(bar) and bar.amount() == 40
    bar.setFocus()
    qtbot.waitUntil(bar.hasFocus)
    assert wheel(bar) and bar.amount() == 45


@pytest.mark.behaviour("U8")
def test_a_series_of_keys_is_one_gesture(qtbot: QtBot, bar: ValueBar) -> None:
    heard = Heard(bar)
    for _ in range(3):
        qtbot.keyClick(bar, Qt.Key.Key_Right)
    qtbot.keyClick(bar, Qt.Key.Key_PageUp)
    assert bar.amount() == 100 and not heard.committed
    qtbot.waitUntil(lambda: bool(heard.committed), timeout=SERIES_MS + 2000)
    assert heard.committed == [100]


def test_showing_a_value_tells_nobody(bar: ValueBar) -> None:
    heard = Heard(bar)
    bar.set_amount(77)
    assert bar.amount() == 77 and not heard.edited and not heard.committed


@pytest.mark.behaviour("A4")
def test_screen_readers_find_a_slider(bar: ValueBar) -> None:
    found = QAccessible.queryAccessibleInterface(bar)
    assert found.role() == QAccessible.Role.Slider
    assert found.text(QAccessible.Text.Name) == "Opacity"
    assert found.text(QAccessible.Text.Description) == "40 percent"
    value = found.valueInterface()
    assert (value.minimumValue(), value.maximumValue()) == (0, 100)
    heard = Heard(bar)
    value.setCurrentValue(60)
    assert bar.amount() == 60 and heard.edited == [60]


@pytest.mark.behaviour("A11", "A9")
def test_it_is_high_enough_and_nothing_is_cut(bar: ValueBar) -> None:
    assert bar.sizeHint().height() >= 24
    wide = bar.fontMetrics().horizontalAdvance("Opacity100 %")
    assert bar.minimumSizeHint().width() > wide


@pytest.mark.behaviour("F6")
def test_a_share_is_drawn_below(qtbot: QtBot, bar: ValueBar) -> None:
    before = bar.sizeHint().height()
    bar.set_share(0.5)
    assert bar.sizeHint().height() > before
    bar.set_share(None)
    assert bar.sizeHint().height() == before
