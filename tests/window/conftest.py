"""A real window on a virtual screen: the program as a process, mouse and keys by xdotool.

The tests see what a person sees: the screen, the files written, and where the widgets are. Where
they are is told by the program itself to a helper (tests/window/told.py) over a pipe, so that no
test depends on pixel positions.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SIZE = "1440x900x24"
PATIENCE = float(os.environ.get("GANPAINT_WINDOW_PATIENCE", "180"))


@pytest.fixture(scope="session")
def screen() -> Iterator[str]:
    """A virtual X server's display."""
    for program in ("Xvfb", "xdotool"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", SIZE, "-nolisten", "tcp"],
        pass_fds=(writing,),
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as pipe:
        number = pipe.readline().strip()
    yield f":{number}"
    server.terminate()
    server.wait(10)


class Person:
    """Uses a running ganpaint with mouse and keys."""

    def __init__(self, display: str, home: Path, arguments: list[str]) -> None:
        self.environment = os.environ | {
            "DISPLAY": display,
            "QT_QPA_PLATFORM": "xcb",
            "GANPAINT_HOME": str(home),
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "OMP_NUM_THREADS": "1",
            "PYTHONPATH": str(ROOT),
        }
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("told.py")), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=self.environment,
            cwd=ROOT,
            text=True,
        )
        self.began = time.monotonic()

    # --------------------------------------------------------------------- what is seen
    def ask(self, question: str, *arguments: Any) -> Any:
        """What the program tells of itself."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(json.dumps([question, *arguments]) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "the program has ended"
        return json.loads(line)

    def until(self, question: str, *arguments: Any, patience: float = PATIENCE) -> Any:
        """Wait until the answer is something."""
        end = time.monotonic() + patience
        while not (answer := self.ask(question, *arguments)):
            assert time.monotonic() < end, f"{question} {arguments} did not come true"
            time.sleep(0.05)
        return answer

    def wait_for(self, seen: Callable[[], Any], patience: float = PATIENCE) -> Any:
        """Wait until something is seen: events reach the program when they reach it."""
        end = time.monotonic() + patience
        while not (answer := seen()):
            assert time.monotonic() < end, "it did not happen in time"
            time.sleep(0.05)
        return answer

    def wait_for_step(self, count: int) -> dict[str, Any]:
        """Wait for so many states in the history and for all work to be done."""
        self.wait_for(lambda: len(self.ask("history")) == count)
        self.until("idle")
        document: dict[str, Any] = self.ask("document")
        return document

    # --------------------------------------------------------------------- what is done
    def xdotool(self, *words: str) -> None:
        subprocess.run(["xdotool", *words], env=self.environment, check=True, timeout=30)

    def go_to(self, x: float, y: float) -> None:
        self.xdotool("mousemove", "--sync", str(round(x)), str(round(y)))

    def click(self, name: str, times: int = 1) -> None:
        """Click the middle of a widget."""
        x, y = self.until("where", name, patience=30)
        self.go_to(x, y)
        self.xdotool("click", "--repeat", str(times), "--delay", "60", "1")

    def drag(self, *points: tuple[float, float]) -> None:
        """Press, move along, release; every move arrives."""
        self.go_to(*points[0])
        self.xdotool("mousedown", "1")
        for (x0, y0), (x1, y1) in pairwise(points):
            for step in range(1, 7):
                self.go_to(x0 + (x1 - x0) * step / 6, y0 + (y1 - y0) * step / 6)
        self.xdotool("mouseup", "1")

    def paint(self, *points: tuple[float, float]) -> None:
        """A stroke along points of the photo."""
        self.drag(*[tuple(self.ask("photo_to_screen", x, y)) for x, y in points])

    def keys(self, *keys: str, window: str = "") -> None:
        """Press keys in the main window, what lies modal over it, or a window by name."""
        self.xdotool("windowfocus", "--sync", str(self.ask("focus", window)))
        self.xdotool("key", "--delay", "40", *keys)

    def type(self, text: str) -> None:
        self.xdotool("type", "--delay", "15", text)

    def end(self) -> int:
        """Wait for the program to end by itself."""
        return self.process.wait(60)

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(10)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()


@pytest.fixture
def person(
    screen: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Person]]:
    """Starts the program for a person; the measurements of the models are kept between stories."""
    people: list[Person] = []
    base = tmp_path_factory.getbasetemp() / "window-home"
    base.mkdir(exist_ok=True)

    def start(*arguments: str) -> Person:
        people.append(Person(screen, base, list(arguments)))
        return people[-1]

    yield start
    for one in people:
        one.kill()
