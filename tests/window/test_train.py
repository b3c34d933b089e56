"""A model of one's own in the real window: choose, look, train, pause, go on, keep, use."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.window.conftest import Person


def paint_pictures(folder: Path) -> None:
    """Forty small pictures, a copy of one of them, and a file that is no picture."""
    from PIL import Image

    folder.mkdir(parents=True)
    rng = np.random.default_rng(0)
    for number in range(40):
        colour = rng.integers(0, 255, 3)
        noise = rng.integers(-20, 20, (32, 32, 3))
        pixels = np.clip(colour + noise, 0, 255).astype(np.uint8)
        Image.fromarray(pixels).save(folder / f"{number:02d}.png")
    (folder / "again.png").write_bytes((folder / "00.png").read_bytes())
    (folder / "broken.png").write_bytes(b"no picture")


@pytest.mark.window
@pytest.mark.timeout(600)
@pytest.mark.slow("a real window and a real training of some seconds")
def test_train(person: Callable[..., Person], tmp_path: Path) -> None:
    pictures = tmp_path / "spots"
    paint_pictures(pictures)
    one = person()
    one.click("start.sample")
    one.until("open")
    one.until("model")
    one.keys("alt+m", "w")
    one.click("train.folder")
    one.until("where", "train.folder.dialog")
    one.keys("ctrl+a", window="train.folder.dialog")
    one.type(str(pictures))
    one.keys("Return", window="train.folder.dialog")
    one.until("where", "train.start")  # it can be pressed: the pictures were looked at
    assert one.ask("text", "train.found") == "40 pictures"
    one.click("train.base")
    one.xdotool("key", "--delay", "40", "Home", "Return")  # nothing: quicker for a test
    one.click("train.resolution.32")
    one.until("where", "train.start")

    one.click("train.start")
    one.wait_for(lambda: one.ask("text", "train.fact.images") not in ("–", "0"))
    assert one.ask("text", "train.fact.size") == "16 px"
    one.click("train.pause")
    one.wait_for(lambda: "saved at" in (one.ask("text", "train.line") or ""))
    seen = int(one.ask("text", "train.fact.images").replace(",", ""))

    one.click("train.start")  # go on
    one.wait_for(lambda: one.ask("text", "train.fact.phase") == "Training")
    assert int(one.ask("text", "train.fact.images").replace(",", "")) >= seen
    one.keys("ctrl+q")
    one.click("trainLeave.cancel")
    one.click("train.start")  # stop and keep
    one.wait_for(lambda: "is ready" in (one.ask("text", "train.line") or ""))
    assert one.ask("text", "train.fact.distance") != "–"

    one.click("train.use")
    one.wait_for(lambda: one.ask("model_name") == "spots")
    one.keys("Escape", window="train")
    one.wait_for(lambda: "train" not in one.ask("dialogs"))
    one.click("projection.start")
    one.until("preview")
    one.click("canvas.pill.stop")
    assert one.wait_for_step(2)["edits"] == 1
