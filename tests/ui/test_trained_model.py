"""A model that was just trained, in a window that was open before: no restart is needed.

The engine is the real one, on its thread; the training is a few steps of tiny networks.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from ganpaint.catalogue import Catalogue
from ganpaint.document.document import Document
from ganpaint.jobs.jobs import Jobs
from ganpaint.picture.frame import Frame
from ganpaint.tasks.requests import TrainRequest, finish
from ganpaint.tasks.studio import Studio
from ganpaint.ui.docks.classes import ClassDock
from ganpaint.ui.docks.models import ModelsDock
from ganpaint.ui.editor import Editor
from ganpaint.ui.openings import Openings
from tests.training.conftest import pictures
from tests.ui.stand_ins import photo_of

__all__ = ["pictures"]  # the fixture of tests/training

PATIENCE = 60_000


@pytest.fixture
def editor(qtbot: QtBot, tmp_path: Path) -> Iterator[Editor]:
    """An editor whose jobs run."""
    jobs = Jobs(lambda: Studio(device="cpu", threads=1, cache=tmp_path / "cache"))
    jobs.start()
    made = Editor(jobs, Catalogue.scan())
    yield made
    assert jobs.shutdown(20_000)


@pytest.fixture(autouse=True)
def small_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ganpaint.training.networks.WIDTHS", (8, 8, 8, 8, 8))
    monkeypatch.setattr("ganpaint.training.networks.CMAP_DIM", 8)


def test_it_is_in_the_list_and_its_classes_have_pictures(
    qtbot: QtBot, editor: Editor, pictures: Path
) -> None:
    Openings(editor)
    editor.open_session(Document(photo_of(), Frame(40, 30, 48)), name="x.png")
    models, classes = ModelsDock(editor), ClassDock(editor)
    for dock in (models, classes):
        qtbot.addWidget(dock)
        dock.resize(320, 700)
        dock.show()
    names = [card.entry.name for card in models.cards()]
    assert "mine" not in names
    # the engine has looked through the models before, as in a window that was used already
    editor.use_model("fruits-64")
    qtbot.waitUntil(lambda: editor.model is not None, timeout=PATIENCE)

    request = TrainRequest(pictures, "mine", 16, kimg=0.064, precision="fp32")
    finish(request, Studio(device="cpu", threads=1))
    editor.rescan_models()  # as the training's window does when a run ends

    card = next(c for c in models.cards() if c.entry.name == "mine")
    card.set_open(True)
    qtbot.waitUntil(lambda: card.card is not None, timeout=PATIENCE)
    assert card.details.strip.isVisible() and card.details.strip.columns == 8
    assert "Pictures: 15" in card.details.facts.accessibleName()
    card.samples.chooser.setCurrentIndex(2)
    card.samples.chooser.activated.emit(2)
    qtbot.waitUntil(lambda: not card.samples.sheet.is_waiting, timeout=PATIENCE)

    editor.use_model(card.entry.name)
    qtbot.waitUntil(lambda: editor.model.class_names == ("green", "red ones"), timeout=PATIENCE)
    grid = classes.tiles.grid
    qtbot.waitUntil(lambda: all(grid.item(k).picture is not None for k in (0, 1)), timeout=PATIENCE)
    assert [grid.item(k).caption for k in (0, 1)] == ["Green", "Red ones"]
    assert not np.array_equal(grid.item(0).picture, grid.item(1).picture)
