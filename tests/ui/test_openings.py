"""Photos, projects, saves, exports and models arrive where they belong."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from ganpaint.catalogue import Catalogue, Entry
from ganpaint.document.history import start_history
from ganpaint.document.project import Project
from ganpaint.errors import BadPicture, DiskFull
from ganpaint.picture.exporters import Written
from ganpaint.picture.photo import Photo
from ganpaint.tasks.requests import ExportRequest, OpenModel, OpenPhoto, OpenProject, SaveProject
from ganpaint.ui.editor import Editor
from ganpaint.ui.messages import FILES, Message
from ganpaint.ui.openings import Openings
from tests.ui.stand_ins import HASH, HandJobs, document_of, editor_of, jobs_of, model_of, photo_of


@pytest.fixture
def editor(qapp: QApplication) -> Editor:
    return editor_of()


@pytest.fixture
def openings(editor: Editor) -> Openings:
    return Openings(editor)


@pytest.fixture
def jobs(editor: Editor) -> HandJobs:
    return jobs_of(editor)


@pytest.fixture
def said(editor: Editor) -> list[Message]:
    messages: list[Message] = []
    editor.message.connect(messages.append)
    return messages


def test_a_large_photo_gets_a_brush_that_shows(editor: Editor, openings: Openings) -> None:
    def opened(side: int) -> float:
        pixels = np.zeros((side, side, 3), np.uint8)
        openings.show_photo(Photo.make(pixels, "RGB"), None, "one")
        return editor.options.size

    assert opened(300) == 18, "the usual one suits"
    assert opened(3000) == 180
    editor.set_option("size", 333.0)
    assert opened(2000) == 333, "the person's own suits"
    assert opened(100) == 6


@pytest.mark.behaviour("I1", "I4", "I25", "K13")
def test_a_photo_is_shown_with_its_frame_and_notes(
    editor: Editor, openings: Openings, jobs: HandJobs, said: list[Message]
) -> None:
    job = editor.open_photo(Path("/photos/cat.gif"))
    assert isinstance(job.request, OpenPhoto)
    note = '"cat.gif" has 24 frames. The first was opened.'
    photo = Photo.make(np.array(photo_of().pixels), "RGB", notes=(note,))
    jobs.end(job, photo)
    document = editor.document
    assert document is not None and document.photo is photo and document.mask is None
    assert (document.frame.cx, document.frame.cy, document.frame.size) == (40, 30, 60)
    assert [message.title for message in said] == ['"cat.gif" has 24 frames.']
    assert editor.preferences.recent_files == ("/photos/cat.gif",)
    assert editor.session is not None and editor.session.name == "cat.gif"


@pytest.mark.behaviour("F8")
def test_a_cut_off_picture_can_be_opened_anyway(
    editor: Editor, openings: Openings, jobs: HandJobs, said: list[Message]
) -> None:
    job = editor.open_photo(Path("/photos/cat.png"))
    jobs.end(
        job,
        error=BadPicture('"cat.png" is cut off.', "Copy it again, or choose Open anyway."),
    )
    assert editor.session is None
    [(label, run)] = said[0].actions
    assert label == "Open anyway"
    run()
    assert jobs.submitted[-1].request == OpenPhoto(Path("/photos/cat.png"), True)


@pytest.mark.behaviour("I12")
def test_a_project_comes_back_with_history_view_and_model(
    editor: Editor, openings: Openings, jobs: HandJobs, said: list[Message]
) -> None:
    document = document_of(edit=True)
    history = start_history(document).commit("Scribble", replace(document, seed=4))
    job = editor.open_photo(Path("/studies/study.ganpaint"))
    assert isinstance(job.request, OpenProject)
    jobs.end(job, Project(history, {"zoom": 2.0}, "dogs-64", ("Made by an older ganpaint.",)))
    session = editor.session
    assert session is not None and session.history is history and not session.is_modified
    assert session.view == {"zoom": 2.0} and session.path == Path("/studies/study.ganpaint")
    assert [m.kind for m in said] == ["warn", "warn"]
    assert "dogs-64" in said[1].title


def opened_project(editor: Editor, jobs: HandJobs, name: str) -> None:
    history = start_history(document_of(edit=True))
    job = editor.open_photo(Path("/studies/study.ganpaint"))
    jobs.end(job, Project(history, {}, name, ()))


def entry_of(name: str, content: str) -> Entry:
    return Entry(name, name, Path(f"/x/{name}"), "stylegan2", 64, (), content, "", "bundled")


@pytest.mark.behaviour("X16")
def test_a_project_without_its_model_says_what_still_works(
    editor: Editor, openings: Openings, jobs: HandJobs, said: list[Message]
) -> None:
    wanted: list[bool] = []
    openings.find_model.connect(lambda: wanted.append(True))
    opened_project(editor, jobs, "dogs-64")
    assert said[-1].title == (
        f'This project uses the model "dogs-64" ({HASH[:8]}), which is not on this computer.'
    )
    assert said[-1].text == "Pictures, masks and export work; new edits need it."
    label, find = said[-1].actions[0]
    assert label == "Find the model…"
    find()
    assert wanted == [True] and editor.document is not None and editor.document.edit is not None


@pytest.mark.behaviour("X17")
def test_another_model_of_the_same_name_is_not_taken_for_it(
    editor: Editor, openings: Openings, jobs: HandJobs, said: list[Message]
) -> None:
    editor.catalogue = Catalogue((entry_of("cats-64", "99ee0012" * 8),))
    opened_project(editor, jobs, "cats-64")
    assert said[-1].title == (
        f'"cats-64" here is not the one this project was made with ({HASH[:8]}, here 99ee0012).'
    )
    assert not jobs.of(OpenModel)
    said[-1].actions[0][1]()
    assert jobs.of(OpenModel)[-1].request.model == "cats-64"


@pytest.mark.behaviour("X16")
def test_the_weights_count_and_not_their_name(
    editor: Editor, openings: Openings, jobs: HandJobs, said: list[Message]
) -> None:
    editor.catalogue = Catalogue((entry_of("renamed", HASH), entry_of("cats-64", "99" * 32)))
    opened_project(editor, jobs, "cats-64")
    assert not said and jobs.of(OpenModel)[-1].request.model == "renamed"


@pytest.mark.behaviour("U14")
def test_saving_marks_the_state_that_was_written(
    editor: Editor, openings: Openings, jobs: HandJobs
) -> None:
    session = editor.open_session(document_of(), name="cat.png")
    session.commit("Scribble", replace(session.document, seed=1))
    job = jobs.submit("Saving", SaveProject(session.history, Path("/w/a.ganpaint"), {}))
    done = []
    openings.after(job, lambda: done.append(True))
    session.commit("Scribble", replace(session.document, seed=2))
    jobs.end(job, Path("/w/a.ganpaint"))
    assert session.is_modified and session.path == Path("/w/a.ganpaint") and done == [True]
    session.undo()
    assert not session.is_modified


@pytest.mark.behaviour("I14")
def test_a_failed_save_offers_another_place_and_goes_no_further(
    editor: Editor, openings: Openings, jobs: HandJobs, said: list[Message]
) -> None:
    session = editor.open_session(document_of())
    session.commit("Scribble", replace(session.document, seed=1))
    job = jobs.submit("Saving", SaveProject(session.history, Path("/w/a.ganpaint"), {}))
    done = []
    openings.after(job, lambda: done.append(True))
    jobs.end(job, error=DiskFull("The project was not saved: 84 MB are needed.", "Free space."))
    assert done == [] and session.is_modified
    assert [label for label, _ in said[0].actions] == ["Save as…"]


def test_an_export_says_what_it_wrote(
    editor: Editor, openings: Openings, jobs: HandJobs, said: list[Message]
) -> None:
    document = document_of()
    request = ExportRequest(document.photo, (), Path("/w/out.png"))
    jobs.end(jobs.submit("x", request), Written(Path("/w/out.png"), 1_400_000, True, (), ()))
    assert said[0].title == '"out.png" was exported, 1.4 MB.'
    assert "same" in said[0].text


@pytest.mark.behaviour("F15")
def test_a_model_arrives_and_places_the_frame_of_an_untouched_photo(
    editor: Editor, openings: Openings, jobs: HandJobs
) -> None:
    session = openings.show_photo(photo_of(), None, "cat")
    states: list[str] = []
    editor.engineState.connect(states.append)
    job = jobs.submit("Loading", OpenModel("cats-64"))
    info = replace(model_of(), frame_center=(0.5, 0.2), frame_size=(0.5, 0.5))
    jobs.end(job, info)
    assert editor.model is info and editor.preferences.model == "cats-64"
    assert session.document.frame.cx > 40 and not session.is_modified
    moved = replace(session.document, frame=replace(session.document.frame, cx=32.0))
    session.commit("Frame", moved)
    jobs.end(jobs.submit("Loading", OpenModel("cats-64")), model_of())
    assert session.document.frame.cx == 32


def test_what_was_said_of_an_earlier_file_has_its_key_and_its_end(
    editor: Editor, openings: Openings, jobs: HandJobs, said: list[Message]
) -> None:
    order: list[str] = []
    openings.arrived.connect(lambda beginning: order.append(f"over {beginning}"))
    editor.message.connect(lambda message: order.append(message.key))
    jobs.end(editor.open_photo(Path("/a.png")), error=BadPicture('"a.png" is no picture.', ""))
    jobs.end(editor.open_photo(Path("/b.png")), error=BadPicture('"b.png" is no picture.', ""))
    noted = Photo.make(np.array(photo_of().pixels), "RGB", notes=("It has 24 frames.",))
    jobs.end(editor.open_photo(Path("/c.gif")), noted)
    assert order == [
        f"{FILES}/a.png",
        f"{FILES}/b.png",
        f"over {FILES}",
        f"{FILES}It has 24 frames.",
    ]
