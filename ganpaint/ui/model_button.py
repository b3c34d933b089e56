"""The button that names the model, with the list of models behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from ganpaint.ui.commands.model import entry_words
from ganpaint.ui.theme import font, px, set_icon, set_role

if TYPE_CHECKING:
    from ganpaint.ui.editor import Editor


class ModelButton(QToolButton):
    """Shows the model in use; pressing it opens the list.

    Args:
        editor: whose model it is.
    """

    addClicked = Signal()
    manageClicked = Signal()

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editor = editor
        self.setObjectName("model.button")
        set_role(self, "control")
        self.setFont(font())
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.clicked.connect(self.show_list)
        editor.modelChanged.connect(self._refresh)
        editor.engineState.connect(self._refresh)
        self._refresh()

    def _refresh(self, *_: object) -> None:
        editor = self.editor
        entry = editor.model or editor.entry
        loading = editor.model is None and editor.entry is not None
        name = entry.name if entry is not None else "No model"
        self.setText(name)
        self.setAccessibleName(f"Model: {name}")
        set_icon(self, "cube" if entry is not None else "warning",
                 "text" if entry is not None else "warn", px(16))  # fmt: skip
        if loading:
            self.setToolTip(f"{editor.engine or 'Loading…'} Ready in a moment.")
        elif entry is None:
            self.setToolTip("Choose a model to paint with.")
        else:
            self.setToolTip("The model that paints. Press to choose another.")

    def show_list(self) -> QMenu:
        """Open the list of models below the button."""
        menu = QMenu(self)
        menu.setObjectName("model.list")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        group = QActionGroup(menu)
        current = self.editor.model or self.editor.entry
        for entry in self.editor.catalogue.entries:
            action = QAction(entry_words(entry), menu)
            action.setObjectName(f"model.list.{entry.name}")
            action.setCheckable(True)
            action.setChecked(current is not None and current.name == entry.name)
            action.triggered.connect(lambda _=False, name=entry.name: self.editor.use_model(name))
            group.addAction(action)
            menu.addAction(action)
        menu.addSeparator()
        add = QAction("Add a model file…", menu)
        add.setObjectName("model.list.add")
        add.triggered.connect(self.addClicked)
        menu.addAction(add)
        manage = QAction("Manage models…", menu)
        manage.setObjectName("model.list.manage")
        manage.triggered.connect(self.manageClicked)
        menu.addAction(manage)
        menu.popup(self.mapToGlobal(self.rect().bottomLeft()))
        return menu
