"""Opening, leaving, saving, exporting, pasting and dropping, in a whole window."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QPushButton

from ganpaint.picture.photo import Photo
from ganpaint.tasks.requests import (
    ExportRequest,
    OpenPhoto,
    OpenProject,
    ProjectRequest,
    SaveProject,
)
from ganpaint.ui.commands import file, paint
from ganpaint.ui.dialogs.export import ExportDialog
from ganpaint.ui.dialogs.leave import LeaveDialog
from ganpaint.ui.messages import FILES, Message
from ganpaint.ui.qimage import to_qimage
from ganpaint.ui.start_page import sample_path
from tests.ui.stand_ins import HandJobs, document_of, jobs_of, photo_of

if TYPE_CHECKING:
    from ganpaint.ui.main_window import MainWindow


@pytest.fixture
def jobs(window: MainWindow) -> HandJobs:
    return jobs_of(window.editor)


def changed(window: MainWindow, name: str = "cat.png") -> None:
    session = window.editor.open_session(document_of(), name=name)
    session.commit("Seed", replace(session.document, seed=1))


def press(window: MainWindow, name: str) -> None:
    [button] = [b for b in window.findChildren(QPushButton, name) if b.isVisible()]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.mark.behaviour("I1")
def test_sample_and_files_are_opened(window: MainWindow, jobs: HandJobs) -> None:
    file.open_sample(window)
    assert jobs.submitted[-1].request == OpenPhoto(sample_path())
    file.open_path(window, Path("/x/study.ganpaint"))
    assert jobs.submitted[-1].request == OpenProject(Path("/x/study.ganpaint"))
    file.open_files(window)
    dialog = window.findChild(QFileDialog, "file.open.dialog")
    dialog.fileSelected.emit("/x/cat.jpg")
    assert jobs.submitted[-1].request == OpenPhoto(Path("/x/cat.jpg"))
    dialog.close()


@pytest.mark.behaviour("I21")
def test_leaving_unsaved_work_asks_once(window: MainWindow, jobs: HandJobs) -> None:
    changed(window)
    file.open_sample(window)
    file.open_sample(window)
    assert len(window.findChildren(LeaveDialog)) == 1
    assert not jobs.of(OpenPhoto)
    press(window, "leave.cancel")
    assert not jobs.of(OpenPhoto) and window.editor.session is not None
    file.open_sample(window)
    press(window, "leave.discard")
    assert len(jobs.of(OpenPhoto)) == 1


@pytest.mark.behaviour("I21", "U16")
def test_saving_before_leaving_stops_the_job_and_keeps_its_best(
    window: MainWindow, jobs: HandJobs, tmp_path: Path
) -> None:
    changed(window)
    session = window.editor.session
    assert session is not None
    session.path = tmp_path / "a.ganpaint"
    paint.start_projection(window.editor)
    [job] = jobs.of(ProjectRequest)
    jobs.step(job, 5, 1)
    file.close(window)
    press(window, "leave.save")
    assert job.stop.requested and not job.stop.discarding
    assert not jobs.of(SaveProject)
    jobs.finish(job, 1)
    [saving] = jobs.of(SaveProject)
    assert saving.request.history.document.edit is not None
    assert window.editor.session is session
    jobs.end(saving, session.path)
    assert window.editor.session is None


@pytest.mark.behaviour("U16")
def test_discarding_stops_the_job_at_once(window: MainWindow, jobs: HandJobs) -> None:
    window.editor.open_session(document_of(), name="cat.png")
    paint.start_projection(window.editor)
    [job] = jobs.of(ProjectRequest)
    file.close(window)
    press(window, "leave.discard")
    assert job.stop.discarding and window.editor.session is None
    assert not file.must_ask(window)


@pytest.mark.behaviour("I12", "N4")
def test_saving_asks_for_a_name_once(window: MainWindow, jobs: HandJobs, tmp_path: Path) -> None:
    changed(window)
    file.save(window)
    dialog = window.findChild(QFileDialog, "file.save.dialog")
    assert dialog.defaultSuffix() == "ganpaint"
    dialog.fileSelected.emit(str(tmp_path / "ü 猫 #%.ganpaint"))
    dialog.close()
    job = jobs.of(SaveProject)[-1]
    assert job.request.path == tmp_path / "ü 猫 #%.ganpaint"
    assert job.request.model_name == "cats-64" and "zoom" in job.request.view
    jobs.end(job, job.request.path)
    assert "*" not in window.windowTitle()
    file.save(window)
    assert len(jobs.of(SaveProject)) == 2


@pytest.mark.behaviour("I22")
def test_the_export_never_begins_at_the_opened_file(
    window: MainWindow, jobs: HandJobs, tmp_path: Path
) -> None:
    source = tmp_path / "cat.jpg"
    photo = Photo.make(np.array(photo_of().pixels), "RGB", source=source)
    window.openings.show_photo(photo, source)
    file.export(window)
    dialog = window.findChild(ExportDialog)
    assert dialog.path == tmp_path / "cat-edited.jpg"
    QTest.mouseClick(dialog.export, Qt.MouseButton.LeftButton)
    [job] = jobs.of(ExportRequest)
    assert job.request.path == tmp_path / "cat-edited.jpg"
    file.export_again(window)
    assert jobs.of(ExportRequest)[-1].request.path == job.request.path


def test_from_nothing(window: MainWindow) -> None:
    window.editor.say(Message("error", "The file before was empty.", key=f"{FILES}a.png"))
    file.paint_from_nothing(window)
    assert not window.messages.cards  # it was about what is no longer open
    document = window.editor.document
    assert document is not None and document.blank
    assert (document.photo.width, document.frame.size) == (512, 512)
    assert window.docks.docks["class"].widget.isVisible()


@pytest.mark.behaviour("I1", "I19")
def test_paste_and_drop(window: MainWindow, jobs: HandJobs) -> None:
    said: list[str] = []
    window.editor.message.connect(lambda message: said.append(message.title))
    file.paste(window, QMimeData())
    assert said == ["There is no picture on the clipboard."]
    mime = QMimeData()
    mime.setImageData(to_qimage(photo_of().pixels))
    file.paste(window, mime)
    document = window.editor.document
    assert document is not None
    assert np.array_equal(document.photo.pixels[..., :3], photo_of().pixels)
    assert window.editor.session is not None and window.editor.session.is_modified
    urls = QMimeData()
    urls.setUrls([QUrl.fromLocalFile("/x/ü #1.png")])
    assert file.droppable(urls) and not file.droppable(QMimeData())
    window.editor.close_session()
    file.paste(window, urls)
    assert jobs.submitted[-1].request == OpenPhoto(Path("/x/ü #1.png"))
