"""How long it still takes, in words that do not jump.

Shown after one second and five steps; smoothed over two seconds; rounded up to seconds below 10,
to 5 seconds below a minute, to minutes above. It may grow by one unit; more is owned up to.
"""

from __future__ import annotations

import math

from ganpaint.progress import Progress

AFTER_SECONDS, AFTER_STEPS = 1.0, 5.0
MEAN_OVER = 2.0  # seconds
SLOWER = "slower than expected"


class TimeLeft:
    """The words for one job; feed it every progress in order."""

    def __init__(self) -> None:
        self._seconds = 0.0
        self._remaining: float | None = None
        self._shown: int | None = None

    def words(self, progress: Progress) -> str:
        """For example "6 s left"; "" while it is too early to say."""
        if progress.remaining is None or progress.remaining < 0:
            return ""
        elapsed = max(0.0, progress.seconds - self._seconds)
        self._seconds = progress.seconds
        if self._remaining is None:
            self._remaining = progress.remaining
        else:
            share = 1 - math.exp(-elapsed / MEAN_OVER)
            expected = self._remaining - elapsed
            self._remaining = max(0.0, expected + share * (progress.remaining - expected))
        if progress.seconds < AFTER_SECONDS or progress.done < AFTER_STEPS:
            return ""
        value = rounded_up(self._remaining)
        grown = self._shown is not None and value > self._shown + unit(self._shown)
        self._shown = value
        return f"{spoken(value)} left" + (f", {SLOWER}" if grown else "")


def unit(seconds: float) -> int:
    """The step in which a duration is told."""
    return 1 if seconds < 10 else 5 if seconds < 60 else 60


def rounded_up(seconds: float) -> int:
    """Whole units, rounded up: 6.2 → 7, 31 → 35, 61 → 120."""
    step = unit(seconds)
    return max(1, math.ceil(seconds / step - 1e-9) * step)


def spoken(seconds: float) -> str:
    """A duration as it stands in the window: "7 s", "2 min", "1 h 20 min"."""
    seconds = round(seconds)
    if seconds < 60:
        return f"{seconds} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"
