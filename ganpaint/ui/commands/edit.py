"""Edit: undo, redo, the clipboard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QGuiApplication

from ganpaint.document.document import Document
from ganpaint.picture.colour import display
from ganpaint.tasks.requests import CompositeRequest
from ganpaint.ui.commands import file
from ganpaint.ui.qimage import to_qimage

if TYPE_CHECKING:
    from ganpaint.ui.main_window import MainWindow


def undo(window: MainWindow) -> None:
    """One state back."""
    if window.editor.session is not None:
        window.editor.session.undo()


def redo(window: MainWindow) -> None:
    """One state forward."""
    if window.editor.session is not None:
        window.editor.session.redo()


def copy(window: MainWindow) -> None:
    """Put the composite on the clipboard; with a mask its box, see-through outside the mask."""
    document = window.editor.document
    if document is None:
        return
    request = CompositeRequest(document.photo, document.patches)
    job = window.editor.jobs.submit("Copying", request, tag="copy")

    def put() -> None:
        if job.result is not None:
            picture = copied(job.result, document)
            QGuiApplication.clipboard().setImage(to_qimage(picture))

    window.openings.after(job, put)


def copied(pixels: NDArray[Any], document: Document) -> NDArray[np.uint8]:
    """What is copied of a composite: (h, w, 3 or 4) uint8 sRGB."""
    photo, mask = document.photo, document.mask
    shown = display(pixels, photo.mode, photo.icc)
    if mask is None or mask.is_empty:
        return shown
    selected = mask.array()
    rows, columns = (np.flatnonzero(selected.any(axis)) for axis in (1, 0))
    box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    out = np.empty((*selected[box].shape, 4), np.uint8)
    out[..., :3] = shown[box][..., :3]
    out[..., 3] = selected[box]
    if shown.shape[2] == 4:
        out[..., 3] = (out[..., 3].astype(np.uint16) * shown[box][..., 3] + 127) // 255
    return out


def paste(window: MainWindow) -> None:
    """Open the picture on the clipboard."""
    file.paste(window, QGuiApplication.clipboard().mimeData())
