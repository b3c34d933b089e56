"""Closing the program while a model is trained asks once, and waits for what was chosen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from ganpaint.jobs.training_process import TrainingProcess
from ganpaint.ui.dialogs.train import TrainDialog
from ganpaint.ui.dialogs.train_leave import TrainingLeaveDialog, ask_about_training


@pytest.fixture
def asked(running: TrainDialog, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the process is asked for, and what becomes of the window."""
    words: list[str] = []
    for word in ("rest", "stop", "kill"):
        monkeypatch.setattr(running.process, word, lambda word=word: words.append(word))
    return words


@pytest.fixture
def question(running: TrainDialog, asked: list[str]) -> TrainingLeaveDialog:
    window = running.parentWidget()
    assert window is not None
    running.name = "mycats"
    then: Callable[[], Any] = lambda: asked.append("closed")  # noqa: E731
    ask_about_training(window, then)
    ask_about_training(window, then)
    found = window.findChildren(TrainingLeaveDialog)
    assert len(found) == 1  # asked once
    return found[0]


def test_pausing_saves_and_closes(
    question: TrainingLeaveDialog, running: TrainDialog, asked: list[str]
) -> None:
    assert "mycats" in question.title.text()
    question.pause.click()
    assert asked == ["rest"]
    assert "Saving" in question.words.text() and question.keep.isHidden()
    running._rested()
    assert asked == ["rest", "closed"]


def test_keeping_waits_for_the_model(
    question: TrainingLeaveDialog, running: TrainDialog, asked: list[str]
) -> None:
    question.keep.click()
    assert asked == ["stop"]
    running._finished({"model": "mycats"})
    assert asked == ["stop", "closed"]


def test_somebody_in_a_hurry_ends_it_at_once(
    question: TrainingLeaveDialog, running: TrainDialog, asked: list[str]
) -> None:
    question.keep.click()
    question.pause.click()
    assert asked == ["stop", "kill"]
    running._rested()
    assert asked[-1] == "closed"


def test_cancelling_stays(
    question: TrainingLeaveDialog, running: TrainDialog, asked: list[str]
) -> None:
    question.cancel.click()
    running._rested()  # later, for another reason
    assert asked == []


def test_a_training_that_ends_meanwhile_closes(
    question: TrainingLeaveDialog, running: TrainDialog, asked: list[str]
) -> None:
    running._failed("The training ended before its time.", "")
    assert asked == ["closed"]


def test_the_window_asks_before_it_closes(window: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    training = TrainDialog(window, window.editor)
    monkeypatch.setattr(TrainingProcess, "is_running", property(lambda self: True))
    monkeypatch.setattr(training.process, "rest", lambda: None)
    window.close()
    assert window.isVisible()
    question = window.findChild(TrainingLeaveDialog)
    question.cancel.click()
    QApplication.sendPostedEvents(None, 52)  # the question is deleted
    assert window.isVisible() and not window._leaving
    window.close()
    question = window.findChild(TrainingLeaveDialog)
    question.pause.click()
    monkeypatch.undo()
    training._rested()
    assert not window.isVisible()
    assert isinstance(training, QWidget)
