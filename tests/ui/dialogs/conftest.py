"""A training dialog whose processes are not started: a test says what they would."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QWidget

from ganpaint.jobs.training_process import CommandProcess
from ganpaint.ui.dialogs.train import TrainDialog
from tests.ui.stand_ins import editor_of, model_of


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The words of every process that would have been started."""
    words: list[list[str]] = []
    monkeypatch.setattr(CommandProcess, "start", lambda self, given: words.append(list(given)))
    return words


@pytest.fixture
def dialog(qapp: object, started: list[list[str]]) -> Iterator[TrainDialog]:
    parent = QWidget()
    made = TrainDialog(parent, editor_of(None, model_of()))
    made.show()
    yield made
    made.process.end()
    made.pictures.end()
    parent.deleteLater()


@pytest.fixture
def running(dialog: TrainDialog, monkeypatch: pytest.MonkeyPatch) -> Iterator[TrainDialog]:
    """The dialog while a training is under way."""
    monkeypatch.setattr(type(dialog.process), "is_running", property(lambda self: True))
    yield dialog
    monkeypatch.undo()
