"""The plot of a search: ui/widgets/curve.py."""

from __future__ import annotations

import math
import time

import pytest
from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot

from ganpaint.ui.theme import theme
from ganpaint.ui.widgets.curve import LossCurve, figure


@pytest.fixture
def curve(qtbot: QtBot) -> LossCurve:
    made = LossCurve()
    qtbot.addWidget(made)
    made.resize(296, 104)
    made.show()
    return made


def fill(curve: LossCurve, steps: int = 200, starts: int = 4) -> None:
    curve.begin(steps * 2)
    for step in range(1, steps + 1):
        base = 0.2 + 0.8 * math.exp(-step / steps * 4)
        losses = tuple(base + 0.1 * k for k in range(starts - 1))
        curve.add(step, (*losses, math.nan if step > steps // 2 else 1.1))
    curve.mark_best(0, steps, base)


@pytest.mark.parametrize(
    ("total", "ticks"),
    [
        (250, [0, 50, 100, 150, 200, 250]),
        (60, [0, 20, 40, 60]),
        (500, [0, 100, 200, 300, 400, 500]),
        (3, [0, 1, 2, 3]),
        (1201, [0, 500, 1000]),
    ],
)
def test_steps_are_named_in_round_numbers(curve: LossCurve, total: int, ticks: list[int]) -> None:
    curve.begin(total)
    assert curve.step_ticks() == ticks


def test_it_says_what_will_be_drawn(curve: LossCurve) -> None:
    before = curve.grab().toImage()
    curve.placeholder = "The distance to the real pictures is drawn here."
    assert curve.grab().toImage() != before


def coloured(curve: LossCurve, token: str) -> int:
    """Pixels near a theme colour."""
    image, wanted = curve.grab().toImage(), theme().colour(token)
    return sum(
        abs(image.pixelColor(x, y).red() - wanted.red()) < 24
        and abs(image.pixelColor(x, y).green() - wanted.green()) < 24
        and abs(image.pixelColor(x, y).blue() - wanted.blue()) < 24
        for x in range(0, image.width(), 1)
        for y in range(0, image.height(), 1)
    )


def test_an_empty_curve_says_what_it_is_for(curve: LossCurve) -> None:
    assert coloured(curve, "text2") > 20 and coloured(curve, "accent") == 0


@pytest.mark.behaviour("F5")
def test_best_start_and_best_step_are_marked(curve: LossCurve) -> None:
    fill(curve)
    assert coloured(curve, "accent") > 60
    assert coloured(curve, "ok") > 10
    assert curve.accessibleDescription().startswith("Best 0.21")


@pytest.mark.behaviour("F5")
def test_hover_tells_step_and_values(curve: LossCurve, qtbot: QtBot) -> None:
    fill(curve)
    plot = curve.plot_rect()
    curve.mouseMoveEvent(_move(plot.left() + plot.width() / 4))
    found = curve.hovered()
    assert found is not None
    step, losses = found
    assert 95 <= step <= 105 and len(losses) == 4
    curve.leaveEvent(None)  # type: ignore[arg-type]
    assert curve.hovered() is None


def _move(x: float):  # type: ignore[no-untyped-def]
    from PySide6.QtCore import QEvent, QPointF, Qt
    from PySide6.QtGui import QMouseEvent

    none = Qt.MouseButton.NoButton
    return QMouseEvent(
        QEvent.Type.MouseMove, QPointF(x, 30), QPointF(x, 30), none, none,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip


def test_the_axis_is_logarithmic_from_one_decade_on(curve: LossCurve) -> None:
    fill(curve)
    assert not curve.is_logarithmic()
    curve.begin(10)
    for step, loss in enumerate((1.0, 0.2, 0.02), 1):
        curve.add(step, (loss,))
    assert curve.is_logarithmic()


def test_lines_are_thinned_to_the_plot(curve: LossCurve) -> None:
    fill(curve, 5000, 2)
    steps, losses = curve.thinned(0, curve.plot_rect())
    assert len(steps) == len(losses) <= curve.plot_rect().width() + 1
    assert curve.points == 5000


@pytest.mark.behaviour("F5")
def test_a_hundred_thousand_points_paint_quickly(curve: LossCurve) -> None:
    import numpy as np

    curve.begin(25_000)
    curve._steps = np.arange(1.0, 25_001)
    curve._losses = np.tile(np.exp(-np.arange(25_000) / 5000)[:, None], (1, 4))
    curve._count = 25_000
    curve.mark_best(0, 25_000, 0.01)
    curve.grab()
    times = []
    for _ in range(7):
        since = time.perf_counter()
        curve.grab(curve.rect())
        times.append(time.perf_counter() - since)
    assert min(times) < 0.02  # 5 ms on a quiet machine; this one may be busy


def test_more_starts_than_before_begin_anew(curve: LossCurve) -> None:
    curve.begin(10)
    curve.add(1, (1.0, 2.0))
    curve.add(2, (1.0, 2.0, 3.0))
    assert curve.points == 1
    curve.grab(curve.rect().translated(QPoint(0, 0)))


@pytest.mark.parametrize(
    ("value", "words"), [(0.184, "0.184"), (3.8213, "3.821"), (11.27, "11.3"), (0.00042, "0.00042")]
)
def test_figures_keep_what_tells(value: float, words: str) -> None:
    assert figure(value) == words


def test_a_training_counts_images_and_marks_its_points(curve: LossCurve) -> None:
    curve.unit = "images"
    curve.begin(0)
    assert curve.accessibleDescription() == "Nothing yet"
    curve.add(0, (11.27,))
    curve.mark_best(0, 0, 11.27)
    assert "11.3 at 0 images" in curve.accessibleDescription()
    curve.add(5000, (8.0,))
    curve.add(10000, (9.0,))
    curve.mark_best(0, 5000, 8.0)
    assert curve.accessibleDescription() == "Best 8.000 at 5,000 images"
    plain = coloured(curve, "accent")
    curve.dotted = True
    assert coloured(curve, "accent") > plain
