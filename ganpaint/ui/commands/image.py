"""Image: where the work frame stands."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ganpaint.picture.frame import default_frame

if TYPE_CHECKING:
    from ganpaint.ui.editor import Editor


def fit_frame(editor: Editor) -> None:
    """Put the work frame where it began: the largest square of the photo."""
    session = editor.session
    if session is None:
        return
    document = session.document
    info = editor.model
    frame = default_frame(
        document.photo,
        info.frame_center if info else (0.5, 0.5),
        info.frame_size if info else (0.85, 0.85),
    )
    if frame != document.frame:
        session.commit("Fit frame", replace(document, frame=frame))


def mirror_frame(editor: Editor) -> None:
    """Show the model the photo mirrored, or not."""
    session = editor.session
    if session is not None:
        frame = session.document.frame
        mirrored = replace(frame, mirror=not frame.mirror)
        session.commit("Mirror frame", replace(session.document, frame=mirrored))
