"""File: open, save, export, close; and the one question before work would be lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QFileDialog

from ganpaint.document.document import Document
from ganpaint.errors import GanpaintError
from ganpaint.picture.frame import Frame
from ganpaint.picture.photo import blank_photo
from ganpaint.picture.read import photo_from_array
from ganpaint.tasks.requests import ExportRequest, SaveProject
from ganpaint.ui.commands import paint
from ganpaint.ui.dialogs.export import ExportDialog
from ganpaint.ui.dialogs.leave import LeaveDialog
from ganpaint.ui.messages import FILES, Message
from ganpaint.ui.qimage import from_qimage
from ganpaint.ui.session import PASTED
from ganpaint.ui.start_page import sample_path

if TYPE_CHECKING:
    from ganpaint.ui.main_window import MainWindow

Then = Callable[[], object]

PROJECT = ".ganpaint"
PICTURES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".bmp", ".gif")
MODELS = (".safetensors", ".pkl", ".pt", ".pth", ".ckpt", ".bin", ".npz", ".h5")
BLANK_SIDE = 512


# ------------------------------------------------------------------------------ leaving
def must_ask(window: MainWindow) -> bool:
    """Whether closing the document would lose something."""
    session = window.editor.session
    return session is not None and (
        session.is_modified or paint.results(window.editor).run is not None
    )


def leave(window: MainWindow, then: Then) -> None:
    """Go on with `then` when nothing is lost by it; asks once where something would be."""
    session = window.editor.session
    if session is None or not must_ask(window):
        then()
        return
    if any(dialog.isVisible() for dialog in window.findChildren(LeaveDialog)):
        return
    run = paint.results(window.editor).run
    running = run.job.title if run is not None else ""

    def save_first() -> None:
        if run is None:
            save(window, then)
            return
        window.openings.after(run.job, lambda: save(window, then))
        window.editor.jobs.stop(run.job.id, keep=True)

    def discard() -> None:
        if run is not None:
            window.editor.jobs.stop(run.job.id, keep=False)
        then()

    LeaveDialog(window, session.name or "the picture", running, save_first, discard).open()


def close(window: MainWindow) -> None:
    """Back to the start page."""
    leave(window, window.editor.close_session)


# ------------------------------------------------------------------------------ opening
def open_files(window: MainWindow) -> None:
    """Choose a picture or project."""
    kinds = " ".join(f"*{suffix}" for suffix in (*PICTURES, PROJECT))
    dialog = QFileDialog(window, "Open", _folder(window))
    dialog.setObjectName("file.open.dialog")
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters([f"Pictures and projects ({kinds})", "All files (*)"])
    dialog.fileSelected.connect(lambda name: open_path(window, Path(name)))
    dialog.open()


def open_path(window: MainWindow, path: Path) -> None:
    """Open a picture, project or model file."""
    if path.suffix.lower() in MODELS:
        window.editor.use_model(str(path))
        return
    leave(window, lambda: window.editor.open_photo(path))


def open_sample(window: MainWindow) -> None:
    """The cat Chelsea."""
    open_path(window, sample_path())


def paint_from_nothing(window: MainWindow) -> None:
    """An empty canvas, the work frame on all of it, classes in front."""

    def begin() -> None:
        middle = BLANK_SIDE / 2
        frame = Frame(middle, middle, float(BLANK_SIDE))
        document = Document(blank_photo(BLANK_SIDE), frame, blank=True)
        window.openings.arrived.emit(FILES)  # what was said of an earlier file is over
        window.editor.open_session(document, name="New picture")
        window.editor.use_tool("brush")
        if "class" in window.docks.docks:
            window.docks.raise_dock("class")

    leave(window, begin)


def paste(window: MainWindow, mime: QMimeData | None) -> None:
    """Open what is on the clipboard: a picture, or a picture's file."""
    if mime is not None and mime.hasUrls() and mime.urls()[0].isLocalFile():
        open_path(window, Path(mime.urls()[0].toLocalFile()))
        return
    from PySide6.QtGui import QImage

    image = QImage(mime.imageData()) if mime is not None and mime.hasImage() else QImage()
    if image.isNull():
        window.editor.say(
            Message("info", "There is no picture on the clipboard.", "Copy a picture first.")
        )
        return

    def show() -> None:
        try:
            photo = photo_from_array(from_qimage(image))
        except GanpaintError as error:
            window.editor.problem(error)
            return
        session = window.openings.show_photo(photo, None, PASTED)
        session.mark_unsaved()

    leave(window, show)


def droppable(mime: QMimeData) -> bool:
    """Whether something dragged over the window can be opened."""
    return mime.hasImage() or (mime.hasUrls() and any(url.isLocalFile() for url in mime.urls()))


# ------------------------------------------------------------------------------ saving
def save(window: MainWindow, then: Then | None = None) -> None:
    """Save the project; asks for a name where it has none."""
    session = window.editor.session
    if session is None:
        return
    if session.path is None:
        save_as(window, then)
    else:
        _save_to(window, session.path, then)


def save_as(window: MainWindow, then: Then | None = None) -> None:
    """Choose a name and save the project."""
    session = window.editor.session
    if session is None:
        return
    stem = Path(session.name or "picture").stem
    dialog = QFileDialog(window, "Save project", _folder(window))
    dialog.setObjectName("file.save.dialog")
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilters([f"ganpaint projects (*{PROJECT})"])
    dialog.setDefaultSuffix(PROJECT[1:])
    dialog.selectFile(f"{stem}{PROJECT}")
    dialog.fileSelected.connect(lambda name: _save_to(window, Path(name), then))
    dialog.open()


def _save_to(window: MainWindow, path: Path, then: Then | None) -> None:
    session = window.editor.session
    if session is None:
        return
    model = window.editor.model
    session.view = window.canvas.view_state()
    request = SaveProject(session.history, path, session.view, model.name if model else "")
    job = window.editor.jobs.submit(f"Saving {path.name}", request, tag="save")
    if then is not None:
        window.openings.after(job, then)


def export(window: MainWindow) -> None:
    """Choose type, quality and name, and write the picture."""
    session = window.editor.session
    if session is None:
        return
    dialog = ExportDialog(window, window.editor, _export_path(window))
    dialog.chosen.connect(lambda path, options: export_to(window, path, options))
    dialog.open()


def export_again(window: MainWindow) -> None:
    """Write the picture as last time; asks where there was none."""
    if window.last_export is None:
        export(window)
    else:
        export_to(window, *window.last_export)


def export_to(window: MainWindow, path: Path, options: dict[str, Any]) -> None:
    """Write the picture."""
    document = window.editor.document
    if document is None:
        return
    window.last_export = path, options
    request = ExportRequest(document.photo, document.patches, path, tuple(options.items()))
    window.editor.jobs.submit(f"Exporting {path.name}", request, tag="export")


def _export_path(window: MainWindow) -> Path:
    """A name for the export beside the opened file, but not that file's own."""
    if window.last_export is not None:
        return window.last_export[0]
    session = window.editor.session
    assert session is not None
    source = session.document.photo.source
    inside = source is not None and source.parent == sample_path().parent
    folder = Path(_folder(window)) if source is None or inside else source.parent
    stem = Path(session.name).stem if source is None else source.stem
    suffix = ".png" if source is None else source.suffix.lower()
    return folder / f"{stem}-edited{suffix or '.png'}"


def _folder(window: MainWindow) -> str:
    """Where file dialogs begin: beside the open or last file, else at home."""
    session = window.editor.session
    source = session.document.photo.source if session else None
    candidates = [session.path if session else None, source]
    candidates += [Path(name) for name in window.editor.preferences.recent_files[:1]]
    for path in candidates:
        if path is not None and path.parent.is_dir() and path.parent != sample_path().parent:
            return str(path.parent)
    return str(Path.home())
