"""Shares that sum to 100 %: ui/widgets/mix.py."""

from __future__ import annotations

import random

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from ganpaint.ui.widgets.mix import MixBars, with_share, without
from ganpaint.ui.widgets.slider import ValueBar


@pytest.mark.behaviour("C3")
@pytest.mark.parametrize("count", [2, 3, 6])
def test_a_thousand_drags_keep_the_total(count: int) -> None:
    rng = random.Random(1)
    shares = {k: 1 / count for k in range(count)}
    for _ in range(1000):
        shares = with_share(shares, rng.randrange(count), rng.choice([0, 1, rng.random()]))
        assert abs(sum(shares.values()) - 1) < 1e-6
        assert all(v >= 0 for v in shares.values())


def test_others_keep_their_proportion() -> None:
    shares = with_share({0: 0.5, 1: 0.3, 2: 0.2}, 0, 0.75)
    assert shares[1] / shares[2] == pytest.approx(1.5)


def test_taking_out() -> None:
    assert without({0: 0.7, 3: 0.3}, 0) == {3: 1.0}
    assert without({3: 1.0}, 3) == {3: 1.0}
    assert without({1: 1.0, 2: 0.0}, 1) == {2: 1.0}


def test_bars_move_together(qtbot: QtBot) -> None:
    bars = MixBars("class.mix")
    qtbot.addWidget(bars)
    bars.show_shares({6: 0.7, 3: 0.3}, {6: "Brown tabby", 3: "Tuxedo"})
    bars.resize(300, 80)
    bars.show()
    first = bars.findChild(ValueBar, "class.mix.6")
    second = bars.findChild(ValueBar, "class.mix.3")
    assert first is not None and second is not None
    assert (first.amount(), second.amount()) == (70, 30)
    edited: list[dict[int, float]] = []
    committed: list[dict[int, float]] = []
    bars.edited.connect(edited.append)
    bars.committed.connect(committed.append)
    first.set_by_gesture(40)
    assert second.amount() == 60
    assert committed == [{6: pytest.approx(0.4), 3: pytest.approx(0.6)}]
    button = bars.findChild(object, "class.mix.3.remove")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert committed[-1] == {6: 1.0}
