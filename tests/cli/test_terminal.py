"""Progress, machine output and Ctrl+C of one command."""

from __future__ import annotations

import io
import json
import os
import signal
import sys
import time
from collections.abc import Generator
from typing import Any

import pytest

from ganpaint.cli.terminal import Interrupted, Terminal, complain
from ganpaint.errors import BadRequest
from ganpaint.progress import Progress, Step, Stop


class Studio:
    """The stop signal only."""

    def __init__(self, stop: Stop | None = None) -> None:
        self.stop = stop

    def for_job(self, stop: Stop) -> Studio:
        return Studio(stop)


def counting(steps: int, interrupts: dict[int, int] | None = None) -> Any:
    """A search of so many steps; sends itself Ctrl+C at some of them."""

    def perform(request: object, studio: Studio) -> Generator[Progress, None, int]:
        done = 0
        while done < steps and not studio.stop.requested:
            done += 1
            yield Step(done, steps, "Searching", step=done, best_step=done, best_loss=1 / done)
            for _ in range((interrupts or {}).get(done, 0)):
                os.kill(os.getpid(), signal.SIGINT)
        return done

    return perform


class Screen(io.StringIO):
    """Standard error that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_result_without_interruption() -> None:
    terminal = Terminal()
    with terminal.listening():
        assert terminal.run(None, Studio(), counting(5)) == 5
    assert not terminal.interrupted


@pytest.mark.behaviour("B6")
def test_ctrl_c_keeps_the_best_where_asked_to() -> None:
    terminal = Terminal(keep_best=True)
    with terminal.listening():
        assert terminal.run(None, Studio(), counting(50, {7: 1})) == 7
        with pytest.raises(Interrupted):
            terminal.run(None, Studio(), counting(5))
    assert terminal.interrupted


@pytest.mark.behaviour("B6")
@pytest.mark.parametrize("at", [1, 5])
def test_ctrl_c_ends_without_a_result_otherwise(at: int) -> None:
    terminal = Terminal()
    with terminal.listening(), pytest.raises(Interrupted):
        terminal.run(None, Studio(), counting(5, {at: 1}))


def test_a_second_ctrl_c_ends_at_once_and_the_former_handler_returns() -> None:
    before = signal.getsignal(signal.SIGINT)
    terminal = Terminal(keep_best=True)
    with pytest.raises(KeyboardInterrupt), terminal.listening():
        terminal.run(None, Studio(), counting(50, {7: 2}))
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.behaviour("B5")
def test_progress_goes_to_standard_error_and_only_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for screen, settings, shows in (
        (Screen(), {}, True),
        (Screen(), {"as_json": True}, False),
        (Screen(), {"quiet": True}, False),
        (io.StringIO(), {}, False),
    ):
        monkeypatch.setattr(sys, "stderr", screen)
        Terminal(**settings).run(None, Studio(), counting(5))
        text = screen.getvalue()
        assert bool(text) is shows
        if shows:
            assert "Searching" in text
            assert "0%" in text
    assert capsys.readouterr().out == ""


@pytest.mark.behaviour("B5")
def test_sentences_or_objects_but_not_both(capsys: pytest.CaptureFixture[str]) -> None:
    error = BadRequest("Größe — 3 × 4 pixels.", "Give 5.")
    machine, person = Terminal(as_json=True), Terminal()
    for terminal in (machine, person):
        terminal.say("For people.")
        terminal.give({"for": "machines", "text": "×"})
        terminal.complain(error)
    captured = capsys.readouterr()
    lines = captured.out.splitlines()
    assert json.loads(lines[0]) == {"for": "machines", "text": "×"}
    assert json.loads(lines[1])["error"]["remedy"] == "Give 5."
    assert lines[2:] == ["For people."]
    assert captured.err == "ganpaint: Größe — 3 × 4 pixels. Give 5.\n"


def test_a_narrow_terminal_still_gets_the_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    narrow = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stderr", narrow)
    complain("3 × 4 pixels.")
    narrow.flush()
    assert narrow.buffer.getvalue() == b"ganpaint: 3 ? 4 pixels.\n"


def test_the_time_left_is_the_tasks_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """A training slows down as it grows; the bar would count on its present rate."""
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)

    def perform(request: object, studio: Studio) -> Generator[Progress, None, None]:
        yield Progress(0.1, 1.0, "Training")
        time.sleep(0.15)  # the bar is not drawn more often
        yield Progress(0.9, 1.0, "Training", remaining=3725.0)

    Terminal().run(None, Studio(), perform)
    assert "1:02:05 left" in screen.getvalue()
