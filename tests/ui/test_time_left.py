"""The words for the time left do not jump."""

from __future__ import annotations

from itertools import pairwise

import pytest

from ganpaint.progress import Progress
from ganpaint.ui.time_left import SLOWER, TimeLeft, rounded_up, spoken


def told(words: TimeLeft, seconds: float, remaining: float | None, done: float = 50) -> str:
    return words.words(Progress(done, 100, "", seconds, remaining))


@pytest.mark.behaviour("F2")
def test_nothing_is_said_too_early() -> None:
    words = TimeLeft()
    assert told(words, 0.5, 9.0) == ""
    assert told(words, 1.2, 9.0, done=3) == ""
    assert told(words, 1.4, None) == ""
    assert told(words, 1.6, 8.2).endswith("left")


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.2, 1), (6.2, 7), (9.7, 10), (31, 35), (58, 60), (61, 120), (200, 240)],
)
def test_rounded_up(seconds: float, shown: int) -> None:
    assert rounded_up(seconds) == shown


def test_spoken() -> None:
    assert [spoken(s) for s in (7, 120, 4800)] == ["7 s", "2 min", "1 h 20 min"]


def test_growing_is_owned_up_to() -> None:
    words = TimeLeft()
    assert told(words, 2.0, 5.0) == "5 s left"
    assert SLOWER in told(words, 8.0, 40.0)


def test_small_swings_are_smoothed() -> None:
    words = TimeLeft()
    shown = [told(words, 2 + n / 10, 8 - n / 10 + (0.8 if n % 2 else -0.8)) for n in range(30)]
    assert not any(SLOWER in text for text in shown)
    values = [int(text.split()[0]) for text in shown]
    assert all(b <= a + 1 for a, b in pairwise(values))
