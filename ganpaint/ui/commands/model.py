"""Model: which one is in use, and adding more."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog

from ganpaint.catalogue import Entry
from ganpaint.paths import models_dir
from ganpaint.ui.commands.file import MODELS

if TYPE_CHECKING:
    from ganpaint.ui.editor import Editor
    from ganpaint.ui.main_window import MainWindow


def add_file(window: MainWindow) -> None:
    """Choose a model file; it is recognised by its content."""
    dialog = QFileDialog(window, "Add a model", str(models_dir()))
    dialog.setObjectName("model.add.dialog")
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    kinds = " ".join(f"*{suffix}" for suffix in MODELS)
    dialog.setNameFilters([f"Model files ({kinds})", "All files (*)"])
    dialog.fileSelected.connect(lambda name: use_file(window.editor, Path(name)))
    dialog.open()


def use_file(editor: Editor, path: Path) -> None:
    """Use a model file from anywhere."""
    editor.use_model(str(path))


def train(window: MainWindow) -> None:
    """Show the window that trains a model; a run that is under way goes on in it."""
    from ganpaint.ui.dialogs.train import TrainDialog

    dialog = window.findChild(TrainDialog) or TrainDialog(window, window.editor)
    dialog.show()
    dialog.raise_()
    dialog.activateWindow()


def open_folder(editor: Editor) -> None:
    """Show the folder where models can be put."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(models_dir())))


def entry_words(entry: Entry) -> str:
    """A model in a list: "cats-64 · 64 px · 10 classes"."""
    parts = [entry.title or entry.name]
    if entry.resolution:
        parts.append(f"{entry.resolution} px")
    if entry.class_names:
        parts.append(f"{len(entry.class_names)} classes")
    return " · ".join(parts)
