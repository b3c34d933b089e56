"""QActions and menus, made from the table in ui/actions.py; kept in step with the editor."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

from ganpaint.ui.actions import ACTIONS, MENUS, Action
from ganpaint.ui.commands import file
from ganpaint.ui.commands.model import entry_words
from ganpaint.ui.theme import px, set_icon

if TYPE_CHECKING:
    from ganpaint.ui.main_window import MainWindow


class Menus(QObject):
    """All QActions of the window by id, and the menu bar filled with them."""

    def __init__(self, window: MainWindow, bar: QMenuBar) -> None:
        super().__init__(window)
        self.window = window
        self.actions: dict[str, QAction] = {}
        self._menus: dict[str, QMenu] = {}
        self._groups: dict[str, int] = {}
        for title in MENUS:
            self._menus[title] = self._menu(bar.addMenu(f"&{title}"), title)
        for action in ACTIONS:
            self._add(action)
        self._recent = QMenu("Open &Recent", self._menus["File"])
        self._recent.setObjectName("menu.file.recent")
        self._menus["File"].insertMenu(self.actions["file.sample"], self._recent)
        self._recent.aboutToShow.connect(self._fill_recent)
        self._models = QMenu("&Use", self._menus["Model"])
        self._models.setObjectName("menu.model.use")
        self._menus["Model"].insertMenu(self.actions["model.add"], self._models)
        self._models.aboutToShow.connect(self._fill_models)
        for menu in self._menus.values():
            menu.aboutToShow.connect(self.refresh)
        editor = window.editor
        for signal in (
            editor.sessionChanged,
            editor.historyChanged,
            editor.toolChanged,
            editor.optionsChanged,
            editor.preferencesChanged,
        ):
            signal.connect(self.refresh)
        self.refresh()

    def _menu(self, menu: QMenu, path: str) -> QMenu:
        menu.setObjectName("menu." + path.replace("&", "").replace("/", ".").lower())
        menu.setToolTipsVisible(True)
        return menu

    def _add(self, action: Action) -> None:
        window = self.window
        made = QAction(action.text, window)
        made.setObjectName(action.id)
        made.setShortcuts([QKeySequence(key) for key in action.keys])
        made.setAutoRepeat(action.id in ("options.smaller", "options.larger", "edit.undo"))
        if action.tip:
            made.setToolTip(action.tip)
            made.setStatusTip(action.tip)
        if action.icon:
            set_icon(made, action.icon, size=px(16))
        if action.checked is not None:
            made.setCheckable(True)
        made.triggered.connect(lambda _=False: self.run(action))
        self.actions[action.id] = made
        if action.canvas_only:
            made.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            window.canvas.addAction(made)
        if not action.menu:
            window.addAction(made)
            return
        menu = self._place(action.menu)
        if self._groups.get(action.menu, action.group) != action.group:
            menu.addSeparator()
        self._groups[action.menu] = action.group
        menu.addAction(made)

    def _place(self, path: str) -> QMenu:
        """The menu of that path; submenus are made when first needed."""
        if path in self._menus:
            return self._menus[path]
        parent, _, title = path.rpartition("/")
        above = self._menus[parent]
        if parent in self._groups and title.replace("&", "") in ("Tool", "Theme"):
            above.addSeparator()
            self._groups[parent] += 1
        self._menus[path] = self._menu(above.addMenu(title), path)
        return self._menus[path]

    def run(self, action: Action) -> None:
        """Do what an action does, if it can be done now."""
        if action.enabled(self.window.editor):
            action.run(self.window)
        self.refresh()

    def refresh(self, *_: object) -> None:
        """Set what can be used, what is checked, and what undo and redo are called."""
        editor = self.window.editor
        for action in ACTIONS:
            made = self.actions[action.id]
            made.setEnabled(action.enabled(editor))
            if action.checked is not None:
                made.setChecked(action.checked(editor))
        history = editor.session.history if editor.session else None
        undo = history.undo_name.replace("&", "&&") if history else ""
        redo = history.redo_name.replace("&", "&&") if history else ""
        self.actions["edit.undo"].setText(f"&Undo {undo}".rstrip())
        self.actions["edit.redo"].setText(f"&Redo {redo}".rstrip())

    def _fill_recent(self) -> None:
        self._recent.clear()
        names = self.window.editor.preferences.recent_files
        for number, name in enumerate(names):
            path = Path(name)
            entry = self._recent.addAction(path.name.replace("&", "&&"))
            entry.setObjectName(f"file.recent.{number}")
            entry.setToolTip(name)
            entry.setEnabled(path.is_file())
            entry.triggered.connect(lambda _=False, p=path: file.open_path(self.window, p))
        if not names:
            self._recent.addAction("No file was opened yet").setEnabled(False)

    def _fill_models(self) -> None:
        self._models.clear()
        editor = self.window.editor
        current = editor.model or editor.entry
        for entry in editor.catalogue.entries:
            made = self._models.addAction(entry_words(entry))
            made.setObjectName(f"model.use.{entry.name}")
            made.setCheckable(True)
            made.setChecked(current is not None and current.name == entry.name)
            made.triggered.connect(lambda _=False, name=entry.name: editor.use_model(name))
        if not editor.catalogue.entries:
            self._models.addAction("There is no model yet").setEnabled(False)
