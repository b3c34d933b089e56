"""The work frame by the menu."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication

from ganpaint.picture.frame import Frame
from ganpaint.ui.commands import image
from tests.ui.stand_ins import document_of, editor_of, model_of


@pytest.mark.behaviour("I10", "U2")
def test_fit_and_mirror(qapp: QApplication) -> None:
    editor = editor_of(replace(document_of(), frame=Frame(10, 10, 12)), model_of())
    session = editor.session
    assert session is not None
    image.fit_frame(editor)
    assert session.document.frame.size == 60 and session.history.undo_name == "Fit frame"
    image.fit_frame(editor)
    assert len(session.history.states) == 2
    image.mirror_frame(editor)
    assert session.document.frame.mirror
    image.mirror_frame(editor)
    assert not session.document.frame.mirror
