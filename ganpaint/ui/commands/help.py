"""Help: the pages, the keyboard map, about, the guided first edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from ganpaint.ui.commands import file
from ganpaint.ui.dialogs.about import AboutDialog
from ganpaint.ui.dialogs.help import HelpWindow
from ganpaint.ui.dialogs.keys import KeysWindow
from ganpaint.ui.start_page import sample_path

if TYPE_CHECKING:
    from ganpaint.ui.main_window import MainWindow

GUIDE_MODEL = "cats-64"


def contents(window: MainWindow) -> None:
    """The help pages."""
    _front(window.findChild(HelpWindow) or HelpWindow(window))


def keys(window: MainWindow) -> None:
    """The keyboard map."""
    _front(window.findChild(KeysWindow) or KeysWindow(window, window.key_sections()))


def about(window: MainWindow) -> None:
    """Versions, device, licences."""
    AboutDialog(window, window.editor).open()


def guided(window: MainWindow) -> None:
    """Begin the guided first edit on the sample photo, with the model that knows cats."""
    editor = window.editor

    def begin() -> None:
        entries = editor.catalogue.entries
        chosen = editor.entry.name if editor.entry is not None else ""
        if chosen != GUIDE_MODEL and any(entry.name == GUIDE_MODEL for entry in entries):
            editor.use_model(GUIDE_MODEL)
        window.openings.after(editor.open_photo(sample_path()), window.guide.begin)

    file.leave(window, begin)


def _front(shown: QWidget) -> None:
    """Show a window that stays open beside the main one."""
    shown.show()
    shown.raise_()
    shown.activateWindow()
