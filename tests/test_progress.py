"""Stopping and what tasks report."""

from __future__ import annotations

import pytest

from ganpaint.progress import Progress, Step, Stop, Stopped


def test_both_ways_of_stopping() -> None:
    stop = Stop()
    stop.check()
    assert not stop.requested
    stop.keep_best()
    assert stop.requested
    assert not stop.discarding
    with pytest.raises(Stopped):
        stop.check()
    stop.discard()
    assert stop.discarding


def test_a_step_is_a_progress_with_nothing_shared() -> None:
    first, second = Step(done=1, total=4), Step()
    assert isinstance(first, Progress)
    assert first.losses is not second.losses
    assert Progress().remaining is None
