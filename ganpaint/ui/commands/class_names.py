"""What a model's classes are called: renamed in place, read from a text file, or as they were."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from ganpaint.class_names import forget_names, keep_names, named_by_user, read_names, rename_class
from ganpaint.errors import GanpaintError
from ganpaint.ui.messages import Message

if TYPE_CHECKING:
    from ganpaint.catalogue import Entry
    from ganpaint.ui.editor import Editor


def rename(editor: Editor, index: int, name: str) -> bool:
    """Call a class of the model in use something else; False where it was refused."""
    info = editor.model
    if info is None or not info.hash:
        return False
    try:
        names = rename_class(info.hash, info.class_names, index, name)
    except GanpaintError as error:
        editor.problem(error)
        return False
    editor.name_classes(info.hash, names)
    return True


def import_file(editor: Editor, content: str, count: int, path: Path) -> bool:
    """Take the names from a text file, one a line; False where it does not fit."""
    try:
        names = keep_names(content, read_names(path, count), count)
    except GanpaintError as error:
        editor.problem(error)
        return False
    editor.name_classes(content, names)
    editor.say(Message("info", f"{count} class names were taken from “{path.name}”."))
    return True


def choose_file(editor: Editor, content: str, count: int, parent: QWidget) -> None:
    """Choose a text file with names."""
    many = f"Names of {count} classes, one a line"
    dialog = QFileDialog(parent, many if count > 1 else "Name of the class, in one line")
    dialog.setObjectName("classes.import.dialog")
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters(["Text files (*.txt *.csv *.names)", "All files (*)"])
    dialog.fileSelected.connect(lambda name: import_file(editor, content, count, Path(name)))
    dialog.open()


def forget(editor: Editor, content: str) -> None:
    """Go back to the names of the model's file."""
    try:
        forget_names(content)
    except GanpaintError as error:
        editor.problem(error)
        return
    editor.name_classes(content)


def fill(menu: QMenu, editor: Editor, content: str, count: int, parent: QWidget) -> None:
    """Add to a menu what can be done with the names of all classes of a model."""
    menu.setToolTipsVisible(True)
    read = menu.addAction("Import Names from a Text File…")
    read.setObjectName("classes.import")
    read.setToolTip(f"One name a line, {count} lines" if count > 1 else "One name in one line")
    read.triggered.connect(lambda: choose_file(editor, content, count, parent))
    back = menu.addAction("Names of the Model's File")
    back.setObjectName("classes.forget")
    back.setEnabled(named_by_user(content))
    back.setToolTip("Drop the names that were typed or imported")
    back.triggered.connect(lambda: forget(editor, content))


def menu(editor: Editor, entry: Entry, parent: QWidget) -> QMenu:
    """What can be done with a model's class names."""
    made = QMenu(parent)
    made.setObjectName("classes.menu")
    fill(made, editor, entry.hash, len(entry.class_names), parent.window())
    if editor.model is not None and editor.model.hash == entry.hash:
        made.addAction("Rename a class: F2 in the Class dock").setEnabled(False)
    return made
