"""The editor: the open document, the current tool, model and settings, for all parts of the window.

Every dock, tool and bar is built with `(editor)`, listens to its signals and writes through the
session (`editor.session.commit`). The editor re-emits the session's signals, so that parts
connect once. What files and models bring back is in ui/openings.py, what is painted in
ui/results.py.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from ganpaint.document.document import Document
from ganpaint.errors import GanpaintError
from ganpaint.model_info import ModelInfo
from ganpaint.paths import models_dir
from ganpaint.preferences import Preferences, save_preferences
from ganpaint.tasks.requests import OpenModel, OpenPhoto, OpenProject, WarmUp
from ganpaint.ui.messages import Message, error_message
from ganpaint.ui.options import Colour, OptionsMemory, ToolOptions, to_hex
from ganpaint.ui.projection_settings import ProjectionSettings
from ganpaint.ui.session import Session

if TYPE_CHECKING:
    from ganpaint.catalogue import Catalogue, Entry
    from ganpaint.jobs.jobs import Job, Jobs

__all__ = ["Editor", "Message", "ToolOptions"]
SAVE_AFTER = 800  # milliseconds of rest before preferences are written
BRUSH_SHARE = 0.06  # of the work frame's side: a brush that suits it


class Editor(QObject):
    """What is open and chosen.

    Args:
        jobs: runs requests on the worker threads; its `submit` is all that is needed here.
        catalogue: the models on this computer.
        preferences: what was chosen before.
    """

    sessionChanged = Signal(object)  # Session or None
    documentChanged = Signal(object, object)  # old, new; None before the first and on closing
    previewChanged = Signal(object)  # Edit or None
    historyChanged = Signal()
    modelChanged = Signal(object)  # ModelInfo or None
    catalogueChanged = Signal()  # the models on this computer, or what is known of them
    trainWanted = Signal(str)  # name of the model to start from
    namesChanged = Signal(object)  # class names of the model in use
    toolChanged = Signal(str)
    optionsChanged = Signal()
    projectionChanged = Signal()
    preferencesChanged = Signal()
    message = Signal(object)  # Message
    hintChanged = Signal(str)
    engineState = Signal(str)  # a sentence for the status line; "" = ready

    def __init__(
        self, jobs: Jobs, catalogue: Catalogue, preferences: Preferences | None = None
    ) -> None:
        super().__init__()
        self.jobs = jobs
        self.catalogue, self._folder_time = catalogue, folder_time()
        self.preferences = preferences or Preferences()
        self.session: Session | None = None
        self.model: ModelInfo | None = None
        self.entry: Entry | None = None  # the model chosen, known before it is loaded
        self.tool = "brush"
        self.hint = ""
        self.engine = ""
        self.projection = ProjectionSettings()
        self._memory = OptionsMemory(self.preferences.tools, self.preferences.recent_colours)
        self._saving = QTimer(self, singleShot=True, interval=SAVE_AFTER)
        self._saving.timeout.connect(self.save_preferences)

    # ------------------------------------------------------------------- documents
    @property
    def document(self) -> Document | None:
        """The current state of the open document."""
        return self.session.document if self.session else None

    def open_session(
        self, document: Document | Session, path: Path | None = None, name: str = ""
    ) -> Session:
        """Show a new document (or a prepared session) in place of the open one."""
        session = document
        if not isinstance(session, Session):
            session = Session(session, name=name or (path.name if path else ""), path=path)
        self._leave()
        self.session = session
        session.setParent(self)
        session.documentChanged.connect(self.documentChanged)
        session.previewChanged.connect(self.previewChanged)
        session.historyChanged.connect(self.historyChanged)
        self.sessionChanged.emit(session)
        self.documentChanged.emit(None, session.document)
        self.historyChanged.emit()
        return session

    def close_session(self) -> None:
        """Back to the start page; what was not saved is gone (commands/file asks before)."""
        if self.session is None:
            return
        old = self.session.document
        self._leave()
        self.session = None
        self.sessionChanged.emit(None)
        self.documentChanged.emit(old, None)
        self.historyChanged.emit()

    def _leave(self) -> None:
        if self.session is not None:
            for signal in ("documentChanged", "previewChanged", "historyChanged"):
                getattr(self.session, signal).disconnect(getattr(self, signal))
            self.session.deleteLater()

    def open_photo(self, path: Path, *, partial: bool = False) -> Job:
        """Read a picture or a project in the background and show it when it is there."""
        path = Path(path)
        request: OpenPhoto | OpenProject
        if path.suffix.lower() == ".ganpaint":
            request = OpenProject(path, partial)
        else:
            request = OpenPhoto(path, partial)
        return self.jobs.submit(f"Opening {path.name}", request, tag="open")

    # ------------------------------------------------------------------- model, engine
    def use_model(self, key: str) -> None:
        """Choose a model by name, hash or path; the former stays in use until it is loaded."""
        try:
            self.entry = self.catalogue.find(key)
        except GanpaintError as error:
            self.problem(error)
            return
        self.set_engine(f"Loading {self.entry.name}…")
        # the engine has its own list of models, where files of the user may have other names
        by_name = self.entry.source in ("bundled", "extra")
        wanted = self.entry.name if by_name else str(self.entry.path)
        self.jobs.submit(f"Loading {self.entry.name}", OpenModel(wanted), tag="model")

    def rescan_models(self) -> None:
        """Look again which models are on this computer."""
        from ganpaint.catalogue import Catalogue

        self._folder_time = folder_time()
        self.catalogue = Catalogue.scan()
        self.catalogueChanged.emit()

    def look_for_models(self) -> None:
        """See what was put into the model folder, or taken out, beside this window."""
        if folder_time() != self._folder_time:
            self.rescan_models()

    def name_classes(self, content: str, names: tuple[str, ...] = ()) -> None:
        """The classes of a model have other names; without `names` those that are on disk."""
        self.rescan_models()
        info = self.model
        if info is not None and info.hash == content:
            self.model = replace(info, class_names=names or self._names_on_disk(info))
            self.namesChanged.emit(self.model.class_names)

    def _names_on_disk(self, info: ModelInfo) -> tuple[str, ...]:
        """What the catalogue calls the classes; the engine may have read them long ago."""
        found = [e.class_names for e in self.catalogue.entries if e.hash == info.hash]
        fitting = [names for names in found if len(names) == info.c_dim]
        return fitting[0] if fitting and info.c_dim else info.class_names

    def set_model(self, info: ModelInfo | None) -> None:
        """The model that was loaded; None while there is none."""
        if info is not None and info.class_names != (names := self._names_on_disk(info)):
            info = replace(info, class_names=names)
        self.model = info
        if info is not None:
            self.change_preferences(model=info.name)
        self.modelChanged.emit(info)

    def warm_up(self) -> None:
        """Load the engine in the background."""
        self.jobs.submit("Loading the engine", WarmUp(), tag="engine")

    def set_engine(self, sentence: str) -> None:
        """What the engine is busy with before it can be used; "" = ready."""
        if sentence != self.engine:
            self.engine = sentence
            self.engineState.emit(sentence)

    # ------------------------------------------------------------------- tools
    @property
    def options(self) -> ToolOptions:
        """Settings of the current tool."""
        return self._memory.of(self.tool)

    def use_tool(self, name: str) -> None:
        """Take a tool; its own last settings come back."""
        if name != self.tool:
            self.tool = name
            self.toolChanged.emit(name)
            self.optionsChanged.emit()

    def set_option(self, name: str, value: Any) -> None:
        """Change one of the current tool's options (fields of ToolOptions)."""
        before = self.options
        self._memory.set(self.tool, name, value)
        self._options_changed(before)

    def fit_brush(self, frame: float, resolution: int) -> None:
        """Give the brush a useful size where its last one is none for a work frame.

        Below one pixel of the model a stroke says next to nothing, above half the frame it
        says one thing of all.

        Args:
            frame: side of the work frame, in photo pixels.
            resolution: side of the model's picture.
        """
        if not frame / resolution <= self._memory.of("brush").size <= frame / 2:
            before = self.options
            self._memory.set("brush", "size", max(1, round(BRUSH_SHARE * frame)))
            self._options_changed(before)

    def remember_colour(self, colour: Colour) -> None:
        """A colour was painted with: it goes first in the recent ones."""
        before = self.options
        self._memory.remember_colour(colour)
        self._options_changed(before)

    def _options_changed(self, before: ToolOptions) -> None:
        if self.options != before:
            colours = tuple(to_hex(colour) for colour in self.options.recent)
            self.preferences = replace(
                self.preferences, tools=self._memory.as_preferences(), recent_colours=colours
            )
            self._saving.start()
            self.optionsChanged.emit()

    def set_projection(self, settings: ProjectionSettings) -> None:
        """Settings of the next projection."""
        self.projection = settings
        self.projectionChanged.emit()

    # ------------------------------------------------------------------- words, preferences
    def say(self, message: Message) -> None:
        """Show a message over the canvas."""
        self.message.emit(message)

    def problem(self, error: GanpaintError) -> None:
        """Show an error over the canvas."""
        self.say(error_message(error, copy=QGuiApplication.clipboard().setText))

    def set_hint(self, text: str) -> None:
        """What the mouse would do now, for the status line."""
        if text != self.hint:
            self.hint = text
            self.hintChanged.emit(text)

    def change_preferences(self, **changes: Any) -> None:
        """Change fields of the preferences; they are written when things are quiet."""
        changed = replace(self.preferences, **changes)
        if changed != self.preferences:
            self.preferences = changed
            self._saving.start()
            self.preferencesChanged.emit()

    def save_preferences(self) -> None:
        """Write the preferences now."""
        self._saving.stop()
        try:
            save_preferences(self.preferences)
        except GanpaintError as error:
            self.problem(error)


def folder_time() -> int:
    """When something last came into the model folder or left it; 0 where it cannot be told."""
    try:
        return models_dir().stat().st_mtime_ns
    except OSError:
        return 0
