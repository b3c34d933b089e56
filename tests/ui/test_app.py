"""The program starts without torch, begins the engine after the first paint, survives errors."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from ganpaint.catalogue import Entry
from ganpaint.tasks.requests import OpenModel, OpenPhoto, WarmUp
from ganpaint.ui import app
from ganpaint.ui.main_window import MainWindow
from tests.ui.stand_ins import editor_of, jobs_of


@dataclass
class Models:
    entries: tuple[Entry, ...]

    def find(self, name: str) -> Entry:
        return next(entry for entry in self.entries if entry.name == name)


def entries(*names: str) -> tuple[Entry, ...]:
    return tuple(Entry(name, "", Path(name)) for name in names)


@pytest.mark.behaviour("B9")
def test_files_and_engine_begin_after_the_first_paint(window: MainWindow) -> None:
    window.editor.catalogue = Models(entries("cats-64"))  # type: ignore[assignment]
    app.Start(window, [Path("/x/cat.png")])
    jobs = jobs_of(window.editor)

    def kinds() -> list[type]:
        asked = [type(job.request) for job in jobs.submitted]
        return [kind for kind in asked if kind in (OpenPhoto, WarmUp, OpenModel)]

    assert kinds() == []
    QTest.qWait(1)
    assert kinds() == [OpenPhoto]
    QTest.qWait(app.ENGINE_AFTER + 100)
    assert kinds() == [OpenPhoto, WarmUp, OpenModel]
    assert window.editor.engine == "Loading cats-64…"


@pytest.mark.parametrize(
    ("names", "last", "used"),
    [
        (("a", "cats-64", "b"), "b", "b"),
        (("a", "cats-64"), "gone", "cats-64"),
        (("a", "b"), "", "a"),
        ((), "", None),
    ],
)
def test_the_first_model(qapp: QApplication, names: tuple[str, ...], last: str, used: str) -> None:
    editor = editor_of()
    editor.catalogue = Models(entries(*names))  # type: ignore[assignment]
    editor.change_preferences(model=last)
    app.use_first_model(editor)
    opened = [job.request.model for job in jobs_of(editor).of(OpenModel)]
    assert opened == ([used] if used else [])


def test_errors_in_the_program_are_told(qapp: QApplication) -> None:
    editor = editor_of()
    said: list[str] = []
    editor.message.connect(lambda message: said.append(message.title))
    before = sys.excepthook
    try:
        app.catch_errors(editor)
        error = ValueError("broken")
        sys.excepthook(ValueError, error, None)
    finally:
        sys.excepthook = before
    assert said == ["ganpaint met an error in its own code and went on."]


def test_the_first_paint_is_told_once(window: MainWindow) -> None:
    assert window._painted


def test_coming_back_to_the_window_looks_for_models(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor, looked = editor_of(), []
    monkeypatch.setattr(editor, "look_for_models", lambda: looked.append(True))
    app.follow_model_folder(qapp, editor)
    qapp.applicationStateChanged.emit(Qt.ApplicationState.ApplicationInactive)
    assert not looked
    qapp.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
    assert looked == [True]
