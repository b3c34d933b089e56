"""The status line says what is open and what is going on."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from ganpaint.picture.photo import Photo
from ganpaint.ui.editor import Editor
from ganpaint.ui.status_line import (
    WELCOME,
    StatusLine,
    device_words,
    picture_words,
    profile_name,
)
from tests.ui.stand_ins import document_of, editor_of


@pytest.fixture
def editor(qapp: QApplication) -> Editor:
    return editor_of()


@pytest.mark.behaviour("F16")
def test_words_follow_the_editor(qtbot: object, editor: Editor) -> None:
    line = StatusLine(editor)
    qtbot.addWidget(line)  # type: ignore[attr-defined]
    assert line.hint.text() == WELCOME and line.job.text() == "Ready"
    editor.open_session(document_of(), name="a")
    assert line.picture.text() == "80 × 60  sRGB 8 bit" and line.job.text() == ""
    editor.set_hint("Paint.")
    assert line.hint.text() == "Paint."
    editor.set_engine("Measuring the model, 3 s, once")
    assert line.job.text() == "Measuring the model, 3 s, once"
    line.set_job("Projecting 53 %")
    assert line.job.text() == "Projecting 53 %"
    line.set_zoom(1.75)
    assert line.zoom.text() == "175 %"


def test_the_tool_s_hint_comes_back_with_a_document(qtbot: object, editor: Editor) -> None:
    """The hint itself did not change meanwhile, so nothing tells of it."""
    line = StatusLine(editor)
    qtbot.addWidget(line)  # type: ignore[attr-defined]
    editor.open_session(document_of(), name="a")
    editor.set_hint("Paint.")
    editor.close_session()
    assert line.hint.text() == WELCOME
    editor.open_session(document_of(), name="b")
    assert line.hint.text() == "Paint."


def test_device_words() -> None:
    assert device_words("cpu", 1) == "CPU, 1 thread"
    assert device_words("cpu", 3) == "CPU, 3 threads"
    assert device_words("cuda:0", 1) == "GPU"


def test_pictures_in_words(qapp: QApplication) -> None:
    from dataclasses import replace

    deep = Photo.make(np.zeros((4, 6, 1), np.uint16), "L")
    assert picture_words(replace(document_of(), photo=deep)) == "6 × 4  grey 16 bit"


def test_profile_names() -> None:
    from PIL import ImageCms

    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert profile_name(srgb).startswith("sRGB")
    assert profile_name(b"") == "" and profile_name(b"\xff" * 200) == ""
