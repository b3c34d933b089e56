"""A menu of the models on this computer, for links and buttons that offer another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu, QWidget

if TYPE_CHECKING:
    from ganpaint.ui.editor import Editor


def models_menu(editor: Editor, parent: QWidget, *, with_classes: bool = False) -> QMenu:
    """The models, to choose one; `with_classes` leaves out those without any to choose from."""
    menu = QMenu(parent)
    for entry in editor.catalogue.entries:
        if with_classes and len(entry.class_names) < 2:
            continue
        action = menu.addAction(entry.title or entry.name)
        action.triggered.connect(lambda _=False, name=entry.name: editor.use_model(name))
    if menu.isEmpty():
        menu.addAction("No such model is on this computer").setEnabled(False)
    return menu
