"""Undo, redo and the clipboard."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtGui import QGuiApplication

from ganpaint.picture.composite import composite
from ganpaint.picture.mask import Mask
from ganpaint.tasks.requests import CompositeRequest
from ganpaint.ui.commands import edit
from ganpaint.ui.qimage import from_qimage
from tests.ui.stand_ins import document_of, jobs_of

if TYPE_CHECKING:
    from ganpaint.ui.main_window import MainWindow


@pytest.mark.behaviour("U1", "U2")
def test_undo_and_redo_are_named(window: MainWindow) -> None:
    session = window.editor.open_session(document_of(), name="a")
    session.commit("Class: ginger", replace(session.document, seed=1))
    actions = window.menus.actions
    assert actions["edit.undo"].text() == "&Undo Class: ginger"
    actions["edit.undo"].trigger()
    assert session.document.seed == 0
    assert actions["edit.redo"].text() == "&Redo Class: ginger"
    assert not actions["edit.undo"].isEnabled()
    edit.redo(window)
    assert session.document.seed == 1


@pytest.mark.behaviour("I19")
def test_copy_puts_the_composite_on_the_clipboard(window: MainWindow) -> None:
    document = document_of(edit=True)
    window.editor.open_session(document)
    edit.copy(window)
    jobs = jobs_of(window.editor)
    pixels = composite(document.photo, document.patches)
    jobs.end(jobs.of(CompositeRequest)[-1], pixels)
    image = QGuiApplication.clipboard().image()
    assert np.array_equal(from_qimage(image)[..., :3], pixels)


@pytest.mark.behaviour("I19")
def test_a_mask_is_copied_as_its_box_with_transparency() -> None:
    document = document_of()
    selected = np.zeros((60, 80), np.uint8)
    selected[10:20, 30:50] = 255
    selected[12, 31] = 100
    masked = replace(document, mask=Mask.from_array(selected))
    out = edit.copied(document.photo.pixels, masked)
    assert out.shape == (10, 20, 4) and out[2, 1, 3] == 100
    assert np.array_equal(out[..., :3], document.photo.pixels[10:20, 30:50])
    empty = replace(document, mask=Mask.empty(80, 60))
    assert edit.copied(document.photo.pixels, empty).shape == (60, 80, 3)
