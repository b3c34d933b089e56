"""E1: a first edit in the real window, from the start page to the exported file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.window.conftest import Person

SAMPLE = Path(__file__).resolve().parents[2] / "resources" / "photos" / "chelsea.png"


@pytest.mark.window
@pytest.mark.timeout(600)
@pytest.mark.slow("a real window, a real model and a real search")
@pytest.mark.behaviour("E1")
def test_first_edit(person: Callable[..., Person]) -> None:
    from PIL import Image

    one = person()
    one.click("start.sample")
    one.until("open")
    one.until("model")
    one.click("projection.start")  # the second click
    one.until("preview")
    one.click("canvas.pill.stop")
    projected = one.wait_for_step(2)
    assert projected["edits"] == 1

    one.click("options.recent.1")  # white
    one.paint((222, 40), (226, 90), (236, 150))
    painted = one.wait_for_step(3)
    assert painted["strokes"] == 1 and painted["picture"] != projected["picture"]

    one.click(one.until("tile_of", "ginger"))
    swapped = one.wait_for_step(4)
    assert max(swapped["classes"]) == 1.0 and swapped["picture"] != painted["picture"]
    names = one.ask("history")
    assert names[0] == "Open chelsea.png" and names[1].startswith("Project")
    assert names[2:] == ["Scribble", "Class: ginger"]

    one.keys("ctrl+z", "ctrl+z")
    one.wait_for(lambda: one.ask("at") == 1)
    assert one.ask("document")["picture"] == projected["picture"]
    one.keys("ctrl+shift+z")
    one.wait_for(lambda: one.ask("at") == 2)
    again = one.ask("document")
    assert again["picture"] == painted["picture"] and again["code"] == painted["code"]

    one.click("export.button")
    one.click("export.export")
    out = Path(one.environment["HOME"]) / "chelsea-edited.png"
    one.until("exists", str(out))
    before, after = (np.asarray(Image.open(p).convert("RGB")) for p in (SAMPLE, out))
    cx, _, size = again["frame"]
    left, right = int(np.floor(cx - size / 2)), int(np.ceil(cx + size / 2))
    assert np.array_equal(before[:, :left], after[:, :left])
    assert np.array_equal(before[:, right:], after[:, right:])
    assert not np.array_equal(before, after)
