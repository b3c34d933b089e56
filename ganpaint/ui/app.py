"""The program with a window: application, theme, first paint, then the workers begin.

The window is on screen before torch is imported: the engine's first request is sent 150 ms after
the first paint, and waits a little longer where somebody is already painting.
"""

from __future__ import annotations

import logging
import signal
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Qt, QTimer, qInstallMessageHandler
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from ganpaint.catalogue import Catalogue
from ganpaint.errors import GanpaintError
from ganpaint.jobs.jobs import Jobs
from ganpaint.preferences import Preferences, load_preferences
from ganpaint.tasks.studio import Studio
from ganpaint.ui import theme
from ganpaint.ui.app_icon import app_icon
from ganpaint.ui.editor import Editor
from ganpaint.ui.main_window import MainWindow
from ganpaint.ui.messages import Message

SWITCH_INTERVAL = 0.0005  # seconds; shorter waits for the lock, see LOOK section 15
ENGINE_AFTER, PATIENCE = 150, 3000  # milliseconds
FIRST_MODEL = "cats-64"

log = logging.getLogger(__name__)


class Start(QObject):
    """What happens after the first paint."""

    def __init__(self, window: MainWindow, paths: Sequence[Path]) -> None:
        super().__init__(window)
        self._window, self._paths = window, list(paths)
        self._waited = ENGINE_AFTER
        window.shown_first.connect(self._shown)

    def _shown(self) -> None:
        if self._paths:
            self._window.editor.open_photo(self._paths[0])
        QTimer.singleShot(ENGINE_AFTER, self._begin_engine)

    def _begin_engine(self) -> None:
        if self._window.canvas.is_busy and self._waited < PATIENCE:
            self._waited += ENGINE_AFTER
            QTimer.singleShot(ENGINE_AFTER, self._begin_engine)
            return
        editor = self._window.editor
        editor.set_engine("Loading the engine…")
        editor.warm_up()
        use_first_model(editor)


def use_first_model(editor: Editor) -> None:
    """The model used last, else the first one there is."""
    entries = editor.catalogue.entries
    names = [entry.name for entry in entries]
    wanted = [editor.preferences.model, FIRST_MODEL, *names]
    for name in wanted:
        if name in names:
            editor.use_model(name)
            return
    editor.set_model(None)


def make_editor(preferences: Preferences) -> Editor:
    """An editor with running workers."""
    device, threads = preferences.device, preferences.threads
    jobs = Jobs(lambda: Studio(device=device, threads=threads))
    jobs.start()
    return Editor(jobs, Catalogue.scan(), preferences)


def make_application(arguments: Sequence[str]) -> QApplication:
    """The QApplication, set up for painting."""
    # off: every position of a fast stroke arrives, on X11 too
    QGuiApplication.setAttribute(Qt.ApplicationAttribute.AA_CompressHighFrequencyEvents, False)
    app = QApplication(list(arguments) or ["ganpaint"])
    app.setApplicationName("ganpaint")
    app.setApplicationDisplayName("ganpaint")
    app.setDesktopFileName("ganpaint")
    app.setWindowIcon(app_icon())
    return app


def run(paths: Sequence[Path] = ()) -> int:
    """Open the window and run until it is closed.

    Args:
        paths: pictures or projects to open.

    Returns:
        The exit code.
    """
    sys.setswitchinterval(SWITCH_INTERVAL)
    qInstallMessageHandler(_quiet)
    app = make_application(sys.argv[:1])
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    preferences = load_preferences()
    theme.apply(app, preferences.theme, preferences.surround)
    editor = make_editor(preferences)
    window = MainWindow(editor)
    follow_system_theme(app, editor)
    follow_model_folder(app, editor)
    catch_errors(editor)
    Start(window, paths)
    window.show()
    return app.exec()


def follow_system_theme(app: QApplication, editor: Editor) -> None:
    """Change with the desktop where the preferences say so."""

    def changed() -> None:
        if editor.preferences.theme == "system":
            theme.apply(app, "system", editor.preferences.surround)

    QGuiApplication.styleHints().colorSchemeChanged.connect(changed)


def follow_model_folder(app: QApplication, editor: Editor) -> None:
    """Back from a file manager or a terminal: what was put into the model folder is seen."""

    def changed(state: Qt.ApplicationState) -> None:
        if state == Qt.ApplicationState.ApplicationActive:
            editor.look_for_models()

    app.applicationStateChanged.connect(changed)


def catch_errors(editor: Editor) -> None:
    """An error in the program's own code is told and logged, and work goes on."""

    def told(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
        if isinstance(error, KeyboardInterrupt):
            sys.__excepthook__(kind, error, where)
            return
        if isinstance(error, GanpaintError):
            editor.problem(error)
            return
        text = "".join(traceback.format_exception(kind, error, where))
        log.error("%s", text)
        copy = QGuiApplication.clipboard().setText
        editor.say(
            Message(
                "error",
                "ganpaint met an error in its own code and went on.",
                "Your work is still open. Save it under a new name to be sure.",
                (("Copy details", lambda: copy(text)),),
            )
        )

    sys.excepthook = told


def _quiet(kind: object, context: object, text: str) -> None:
    """Qt's own remarks go to the log, not to the terminal."""
    log.debug("%s", text)
