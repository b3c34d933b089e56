"""E2: paint from nothing, choose a candidate, save, close, open again: everything is there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.window.conftest import Person


@pytest.mark.window
@pytest.mark.timeout(600)
@pytest.mark.slow("a real window, a real model and 64 samples refined")
@pytest.mark.behaviour("E2")
def test_from_nothing(person: Callable[..., Person]) -> None:
    one = person()
    one.click("start.nothing")
    one.until("open")
    one.until("model")
    one.click(one.until("tile_of", "tuxedo"))
    assert max(one.wait_for_step(2)["chosen"]) == 1.0
    strokes = (
        ("options.recent.3", ((150, 200), (256, 150), (360, 200))),
        ("options.recent.1", ((256, 180), (256, 300))),
        ("options.recent.3", ((200, 240), (210, 245))),
    )
    for number, (name, stroke) in enumerate(strokes, 1):
        one.click(name)
        one.paint(*stroke)
        one.wait_for_step(2 + number)
    assert one.ask("document")["strokes"] == 3
    one.until("candidates")
    assert one.ask("candidates") == 16
    first = one.ask("document")
    one.click("starts.tile.3")
    chosen = one.wait_for_step(6)
    assert chosen["code"] != first["code"]

    one.keys("ctrl+s")
    one.until("where", "file.save.dialog")
    one.keys("Return")
    saved = Path(one.environment["HOME"]) / "New picture.ganpaint"
    one.until("exists", str(saved))
    one.wait_for(lambda: "*" not in one.ask("title"))
    history = one.ask("history")
    one.keys("ctrl+w")
    one.wait_for(lambda: not one.ask("open"))
    one.click("start.recent.0")
    one.until("open")
    assert one.ask("document") == chosen
    assert one.ask("history") == history
    one.keys("ctrl+q")
    assert one.end() == 0
