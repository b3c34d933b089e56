"""The samples on a model's card."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QPixmap, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ganpaint.ui import theme
from ganpaint.ui.model_samples import HELD, ModelSamples
from ganpaint.ui.qimage import to_qpixmap

NAMES = ("ginger", "tuxedo", "brown tabby")


def shade(value: int) -> QPixmap:
    return to_qpixmap(np.full((64, 64, 3), value, np.uint8))


@pytest.fixture
def samples(qtbot: QtBot, qapp: QApplication) -> Iterator[ModelSamples]:
    theme.apply(qapp, "dark")
    holder = QWidget()
    qtbot.addWidget(holder)
    made = ModelSamples(holder)
    made.setFixedWidth(200)
    holder.resize(220, 300)
    holder.show()
    made.show_names(NAMES)
    made.show_all(shade(10))
    made.adjustSize()
    yield made


def shown(samples: ModelSamples) -> int:
    return samples.sheet.grab().toImage().pixelColor(100, 100).red()


def choose(samples: ModelSamples, name: str) -> None:
    at = samples.chooser.findText(name)
    samples.chooser.setCurrentIndex(at)
    samples.chooser.activated.emit(at)


def test_a_class_is_asked_for_once(qtbot: QtBot, samples: ModelSamples) -> None:
    asked: list[int | None] = []
    samples.wanted.connect(lambda: asked.append(samples.missing))
    assert samples.chosen is None and shown(samples) == 10
    qtbot.keyClick(samples.chooser, Qt.Key.Key_Down)
    assert asked == [0] and samples.sheet.is_waiting
    assert 10 < shown(samples) < theme.theme().colour("control").red()  # faded until it is here
    samples.show_class(0, shade(200))
    assert shown(samples) == 200 and samples.missing is None
    choose(samples, "All classes")
    assert shown(samples) == 10
    choose(samples, "Ginger")
    assert shown(samples) == 200 and asked == [0]


def test_a_sheet_that_comes_late_does_not_show(samples: ModelSamples) -> None:
    choose(samples, "Ginger")
    choose(samples, "Brown tabby")
    samples.show_class(0, shade(200))
    assert samples.missing == 2 and samples.sheet.is_waiting and shown(samples) < 100
    samples.show_class(2, shade(90))
    assert shown(samples) == 90


@pytest.mark.parametrize("names", [(), ("sphynx",)])
def test_there_is_no_chooser_without_a_choice(
    samples: ModelSamples, names: tuple[str, ...]
) -> None:
    samples.show_names(names)
    assert samples.chooser.isHidden() and samples.chosen is None
    samples.forget()
    assert samples.missing is None


def test_new_names_keep_the_choice(samples: ModelSamples) -> None:
    choose(samples, "Tuxedo")
    samples.show_names(("a", "b", "c"))
    assert samples.chosen == 1 and samples.chooser.currentText() == "B"
    samples.show_names(("a", "b"))
    assert samples.chosen is None  # another model


def test_another_model_starts_anew(samples: ModelSamples) -> None:
    choose(samples, "Ginger")
    samples.show_class(0, shade(200))
    samples.forget()
    assert samples.chosen is None and samples.sheet.picture is None
    choose(samples, "Ginger")
    assert samples.missing == 0


def test_the_wheel_scrolls_the_list_behind(samples: ModelSamples) -> None:
    samples.chooser.setFocus()
    event = QWheelEvent(
        QPointF(5, 5), QPointF(5, 5), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(samples.chooser, event)
    assert samples.chosen is None and not event.isAccepted()


def test_a_thousand_long_names_make_no_dock_wider(samples: ModelSamples) -> None:
    samples.show_names(
        tuple(f"a very long name of a class that never ends {k}" for k in range(1000))
    )
    assert samples.minimumSizeHint().width() < 200


def test_few_sheets_are_held(samples: ModelSamples) -> None:
    for k in range(HELD + 5):
        samples.show_class(k, shade(k))
    assert len(samples._sheets) == HELD
