"""About says what a report needs, and copies it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

import ganpaint
from ganpaint.ui.dialogs.about import AboutDialog, about_text
from tests.ui.stand_ins import editor_of


@dataclass
class Model:
    name: str = "cats-64"
    resolution: int = 64
    licence: str = "CC0"
    hash: str = "ab" * 32


@pytest.mark.behaviour("F19")
def test_versions_device_threads_and_licences(qtbot: object, qapp: QApplication) -> None:
    editor = editor_of()
    editor.catalogue.entries = (Model(),)  # type: ignore[assignment]
    text = about_text(editor)
    for part in (ganpaint.__version__, "torch", "thread", "cats-64: 64 px, CC0", "SqueezeNet"):
        assert part in text
    parent = QWidget()
    qtbot.addWidget(parent)  # type: ignore[attr-defined]
    dialog = AboutDialog(parent, editor)
    dialog.open()
    copy = dialog.findChild(QPushButton, "about.copy")
    QTest.mouseClick(copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == text
