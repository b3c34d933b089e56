"""Model: which one is in use, adding more, taking them away."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from ganpaint.catalogue import WEIGHTS, Entry, forget
from ganpaint.errors import GanpaintError
from ganpaint.manifest import companions
from ganpaint.model_info import classes_text
from ganpaint.paths import models_dir, quoted, size_text
from ganpaint.tasks.requests import AddModel
from ganpaint.ui.commands.file import MODELS
from ganpaint.ui.dialogs.question import QuestionDialog
from ganpaint.ui.messages import Message
from ganpaint.ui.model_facts import is_own, size_on_disk, why_not_remove

if TYPE_CHECKING:
    from ganpaint.ui.editor import Editor
    from ganpaint.ui.main_window import MainWindow

CONFIG = "config.json"  # makes a folder a model
ADD = "add-model"  # tag of the jobs


def listen(window: MainWindow) -> None:
    """Do what the window's parts ask for: the model button, the Models dock, what is opened."""
    window.model_button.addClicked.connect(lambda: add_file(window))
    window.model_button.manageClicked.connect(lambda: manage(window))
    window.openings.find_model.connect(lambda: manage(window))
    window.editor.trainWanted.connect(lambda base: train(window, base))


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


def manage(window: MainWindow) -> None:
    """Show the models: as a dock beside the picture, or in a window before there is one."""
    docks = window.docks
    if window.editor.session is None and docks.docks["models"].floating is None:
        docks.float_dock("models")
    docks.raise_dock("models")


# ------------------------------------------------------------------------------ adding
def choose_files(editor: Editor, parent: QWidget) -> None:
    """Choose model files that are copied to the model folder."""
    dialog = QFileDialog(parent, "Add models")
    dialog.setObjectName("models.add.dialog")
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    kinds = " ".join(f"*{suffix}" for suffix in MODELS)
    dialog.setNameFilters([f"Model files ({kinds})", "All files (*)"])
    _ask(dialog, lambda names: add(editor, map(Path, names)))


def choose_folder(editor: Editor, parent: QWidget) -> None:
    """Choose a folder: a model of its own, or one that holds model files."""
    dialog = QFileDialog(parent, "Add the models of a folder")
    dialog.setObjectName("models.folder.dialog")
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly, True)
    _ask(dialog, lambda names: add(editor, map(Path, names)))


def _ask(dialog: QFileDialog, then: Callable[[list[str]], object]) -> None:
    dialog.filesSelected.connect(then)
    dialog.open()


def add(editor: Editor, paths: Iterable[Path]) -> int:
    """Look into files and folders and copy their models to the model folder; returns how many."""
    found: list[Path] = []
    for path in paths:
        inside = models_at(path)
        found += inside
        if not inside:
            editor.say(
                Message(
                    "warn",
                    f"{quoted(path)} holds no model files. Nothing was added.",
                    f"Model files end with {', '.join(WEIGHTS[:4])}; or choose a file.",
                )
            )
    for path in found:
        editor.jobs.submit(f"Adding {path.name}", AddModel(path), tag=ADD)
    return len(found)


def models_at(path: Path) -> list[Path]:
    """The model that a path is, or those that lie in a folder (not in folders inside it)."""
    if not path.is_dir() or (path / CONFIG).is_file():
        return [path]
    try:
        inside = sorted(path.iterdir())
    except OSError:
        return []
    folders = [p for p in inside if p.is_dir() and (p / CONFIG).is_file()]
    return folders + [p for p in inside if p.suffix in WEIGHTS and p.is_file()]


# ------------------------------------------------------------------------------ taking away
def remove(editor: Editor, entry: Entry, parent: QWidget) -> None:
    """Take a model off the list; one in the model folder is deleted, after a question."""
    reason = why_not_remove(entry)
    if reason:
        editor.say(Message("info", f"{quoted(entry.name)} cannot be removed.", reason))
    elif not is_own(entry):
        _forget(editor, entry)
    else:
        size = size_text(size_on_disk(entry.path))
        QuestionDialog(
            parent,
            f"Delete “{entry.title or entry.name}”?",
            f"{quoted(entry.path)}, {size}, is deleted from your model folder. This cannot be "
            "undone. Pictures made with it stay as they are.",
            "Delete",
            lambda: _delete(editor, entry),
        ).open()


def _delete(editor: Editor, entry: Entry) -> None:
    path = entry.path
    try:
        for file in _files_of(path):
            file.unlink(missing_ok=True)
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()
    except OSError as error:
        editor.problem(
            GanpaintError(
                f"{quoted(path)} could not be deleted.",
                "Close the programs that use it, or delete it in its folder.",
                cause=error,
            )
        )
    _forget(editor, entry)


def _files_of(path: Path) -> list[Path]:
    """What belongs to a model, and nothing else that may lie in its folder."""
    if path.is_dir():
        return [p for p in path.iterdir() if p.name == CONFIG or p.suffix in WEIGHTS]
    return [path, *companions(path)] if path.suffix == ".safetensors" else [path]


def _forget(editor: Editor, entry: Entry) -> None:
    try:
        forget(entry.path)
    except GanpaintError as error:
        editor.problem(error)
    editor.rescan_models()


def train(window: MainWindow, base: str = "") -> None:
    """Show the window that trains a model, from `base` where one is named.

    A run that is under way goes on in it.
    """
    from ganpaint.ui.dialogs.train import TrainDialog

    dialog = window.findChild(TrainDialog) or TrainDialog(window, window.editor)
    dialog.reveal()
    if base:
        dialog.start_from(base)


def open_folder(editor: Editor) -> None:
    """Show the folder where models can be put."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(models_dir())))


def open_place(entry: Entry) -> None:
    """Show the folder that a model lies in."""
    folder = entry.path if entry.path.is_dir() else entry.path.parent
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def entry_words(entry: Entry) -> str:
    """A model in a list: "cats-64 · 64 px · 10 classes"."""
    parts = [entry.title or entry.name]
    if entry.resolution:
        parts.append(f"{entry.resolution} px")
    if entry.class_names:
        parts.append(classes_text(len(entry.class_names)))
    return " · ".join(parts)
