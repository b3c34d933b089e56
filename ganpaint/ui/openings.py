"""What files and models bring back from the workers: opened photos, projects, saves, exports.

What is painted comes back through ui/results.py instead. Every end of a job is handled here by
the type of its request, in the GUI thread.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from ganpaint.document.document import Document
from ganpaint.errors import BadPicture, BadProject, CannotWrite, GanpaintError
from ganpaint.model_info import ModelInfo
from ganpaint.paths import quoted, size_text
from ganpaint.picture.frame import Frame, default_frame
from ganpaint.picture.photo import Photo
from ganpaint.progress import Progress
from ganpaint.tasks.requests import (
    ExportRequest,
    OpenModel,
    OpenPhoto,
    OpenProject,
    SaveProject,
    WarmUp,
)
from ganpaint.ui.asking import resolution
from ganpaint.ui.messages import FILES, MODELS, Message, error_message, first_sentence
from ganpaint.ui.session import Session

if TYPE_CHECKING:
    from ganpaint.catalogue import Entry
    from ganpaint.jobs.jobs import Job
    from ganpaint.ui.editor import Editor

Then = Callable[[], object]


class Openings(QObject):
    """Listens to the jobs of files and models.

    Args:
        editor: gets what was opened.
    """

    opened = Signal()  # a photo or project is on screen
    arrived = Signal(str)  # FILES or MODELS: what was said of earlier ones is over
    saved = Signal(object)  # path
    exported = Signal(object)  # Written
    offer_save_as = Signal()
    find_model = Signal()  # the person wants to look for a model that is missing

    def __init__(self, editor: Editor) -> None:
        super().__init__(editor)
        self.editor = editor
        self._then: dict[int, Then] = {}
        editor.jobs.ended.connect(self._ended)
        editor.jobs.progressed.connect(self._progressed)

    def after(self, job: Job, then: Then) -> None:
        """Do something when a job has ended, unless it failed."""
        self._then[job.id] = then

    def _progressed(self, job: Job, progress: Progress) -> None:
        if isinstance(job.request, WarmUp | OpenModel) and progress.sentence:
            self.editor.set_engine(progress.sentence)

    def _ended(self, job: Job) -> None:
        then = self._then.pop(job.id, None)
        handlers: dict[type, Callable[[Job], None]] = {
            OpenPhoto: self._photo,
            OpenProject: self._project,
            SaveProject: self._saved,
            ExportRequest: self._exported,
            OpenModel: self._model,
            WarmUp: self._warm,
        }
        handle = handlers.get(type(job.request))
        if handle is not None and job.error is not None:
            self._failed(job, job.error)
        elif handle is not None:
            handle(job)
        if then is not None and job.error is None:
            then()

    # --------------------------------------------------------------------- files
    def _photo(self, job: Job) -> None:
        photo: Photo | None = job.result
        if photo is not None:
            self.show_photo(photo, job.request.path)

    def show_photo(self, photo: Photo, path: Path | None, name: str = "") -> Session:
        """Open a picture as a new document; its notices are shown."""
        self.arrived.emit(FILES)
        document = Document(photo, self.placed_frame(photo))
        session = self.editor.open_session(document, name=name or (path.name if path else ""))
        self.editor.fit_brush(document.frame.size, resolution(self.editor))
        for note in photo.notes:
            title, text = first_sentence(note)
            self.editor.say(Message("info", title, text, key=f"{FILES}{note}"))
        if path is not None:
            self.remember(path)
        self.opened.emit()
        return session

    def placed_frame(self, photo: Photo) -> Frame:
        """Where the work frame begins on a photo, for the model in use."""
        info = self.editor.model or self.editor.entry
        center = getattr(info, "frame_center", (0.5, 0.5))
        size = getattr(info, "frame_size", (0.85, 0.85))
        return default_frame(photo, center, size)

    def _project(self, job: Job) -> None:
        project = job.result
        if project is None:
            return
        path: Path = job.request.path
        self.arrived.emit(FILES)
        session = Session(history=project.history, name=path.name, path=path)
        session.view = dict(project.view or {})
        if job.request.partial:
            session.path = None
            session.mark_unsaved()
        self.editor.open_session(session)
        self.remember(path)
        for note in project.notes:
            title, text = first_sentence(note)
            self.editor.say(Message("warn", title, text, key=f"{FILES}{note}"))
        self._want_model(project.model_name, session.document)
        self.opened.emit()

    def _want_model(self, name: str, document: Document) -> None:
        """The model that the project's edits were painted with, or what is missing (X16, X17)."""
        editor, edit = self.editor, document.edit
        content = edit.model if edit is not None else ""
        if not name and not content:
            return
        known = {entry.hash: entry for entry in editor.catalogue.entries if entry.hash}
        if content in known:
            if editor.model is None or editor.model.hash != content:
                editor.use_model(content)
            return
        entry = next((e for e in editor.catalogue.entries if e.name == name), None)
        if entry is not None and (not content or not entry.hash):
            if editor.model is None or editor.model.name != name:
                editor.use_model(name)
        else:
            editor.say(self._missing(name, content, entry))

    def _missing(self, name: str, content: str, other: Entry | None) -> Message:
        """Another model of that name is here, or none."""
        find = ("Find the model…", self.find_model.emit)
        if other is None:
            mark = f" ({content[:8]})" if content else ""
            return Message(
                "warn",
                f"This project uses the model {quoted(name)}{mark}, which is not on this computer.",
                "Pictures, masks and export work; new edits need it.",
                (find,),
                f"{FILES}model",
            )
        use = ("Use it anyway", lambda: self.editor.use_model(other.name))
        return Message(
            "warn",
            f"{quoted(name)} here is not the one this project was made with "
            f"({content[:8]}, here {other.hash[:8]}).",
            "The pictures are kept as they are. Use it for new edits, or find the former one.",
            (use, find),
            f"{FILES}model",
        )

    def _saved(self, job: Job) -> None:
        session = self.editor.session
        path = Path(job.request.path)
        if session is not None and any(
            state.document is job.request.history.document for state in session.history.states
        ):
            session.mark_saved(path, job.request.history.document)
            self.remember(path)
        self.saved.emit(path)

    def _exported(self, job: Job) -> None:
        written = job.result
        if written is not None:
            self.editor.say(written_message(written))
            self.exported.emit(written)

    def remember(self, path: Path) -> None:
        """Put a file first in the recent ones; not those that came with the program."""
        if "resources" not in path.parent.parts[-2:] and "_resources" not in path.parts:
            files = self.editor.preferences.with_recent_file(path).recent_files
            self.editor.change_preferences(recent_files=files)

    # --------------------------------------------------------------------- models
    def _model(self, job: Job) -> None:
        info: ModelInfo | None = job.result
        self.editor.set_engine("")
        if info is None:
            return
        self.arrived.emit(MODELS)
        if not any(entry.hash == info.hash for entry in self.editor.catalogue.entries):
            self.editor.rescan_models()  # a file from elsewhere is among the recent ones now
        self.editor.set_model(info)
        session = self.editor.session
        if session is not None and len(session.history.states) == 1:
            document = session.document
            if not document.blank and not document.edits:
                frame = default_frame(document.photo, info.frame_center, info.frame_size)
                session.settle(replace(document, frame=frame))

    def _warm(self, job: Job) -> None:
        if not self.editor.model:
            self.editor.set_engine("")

    # --------------------------------------------------------------------- failures
    def _failed(self, job: Job, error: GanpaintError) -> None:
        editor, request = self.editor, job.request
        actions: tuple[tuple[str, Then], ...] = ()
        readable = isinstance(error, BadPicture | BadProject) and "Open anyway" in error.remedy
        readable = readable or (
            isinstance(error, BadProject) and "Open what is there" in error.remedy
        )
        if readable and isinstance(request, OpenPhoto | OpenProject) and not request.partial:
            label = "Open anyway" if isinstance(request, OpenPhoto) else "Open what is there"
            actions = ((label, lambda: editor.open_photo(request.path, partial=True)),)
        elif isinstance(error, CannotWrite) and isinstance(request, SaveProject):
            actions = (("Save as…", self.offer_save_as.emit),)
        if isinstance(request, OpenModel | WarmUp):
            editor.set_engine("")
            if editor.model is None:
                editor.entry = None
                editor.set_model(None)
        copy = QGuiApplication.clipboard().setText
        message = error_message(error, actions, copy)
        if isinstance(request, OpenPhoto | OpenProject):
            message = replace(message, key=f"{FILES}{request.path}")
        elif isinstance(request, OpenModel):
            message = replace(message, key=f"{MODELS}{request.model}")
        editor.say(message)


def written_message(written: Any) -> Message:
    """What an export wrote, what it kept and what the file type cannot keep."""
    title = f"{quoted(written.path)} was exported, {size_text(written.bytes)}."
    if written.lossless:
        text = "Every pixel that no edit reaches is the same as in the opened photo."
    else:
        text = "This file type encodes every pixel anew."
    return Message("info", title, text)
