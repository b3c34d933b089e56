"""The file lane: files, projects and composites as tasks."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ganpaint.document.history import start_history
from ganpaint.document.project import Project
from ganpaint.errors import BadPicture, CannotWrite, TooLarge
from ganpaint.picture.composite import composite
from ganpaint.picture.exporters import Written
from ganpaint.picture.photo import Photo
from ganpaint.picture.read import read_photo
from ganpaint.preferences import Preferences, save_preferences
from ganpaint.progress import Stop, Stopped
from ganpaint.tasks import requests
from ganpaint.tasks.requests import (
    CompositeRequest,
    ExportRequest,
    OpenPhoto,
    OpenProject,
    SaveProject,
    finish,
    perform,
)

from ..document.conftest import make_document, make_photo
from ..document.test_encoding import same


class Studio:
    """What file tasks need of one."""

    def __init__(self) -> None:
        self.stop = Stop()


def big_document(height: int = 1300) -> Any:
    photo = make_photo(np.random.default_rng(3), (height, 700, 4), 16)
    document = make_document(1, photo)
    edits = tuple(
        replace(
            edit,
            visible=True,
            patch=replace(
                edit.patch, mask=None, frame=replace(edit.patch.frame, cx=350, cy=650, size=900)
            ),
        )
        for edit in document.edits
    )
    return replace(document, edits=edits, mask=None)


@pytest.mark.behaviour("I9", "K3")
def test_the_composite_in_bands_is_the_composite() -> None:
    document = big_document()
    task = perform(CompositeRequest(document.photo, document.patches), Studio())
    shares = []
    while True:
        try:
            shares.append(next(task).done)
        except StopIteration as end:
            result = end.value
            break
    assert (result == composite(document.photo, document.patches)).all()
    assert not (result == document.photo.pixels).all()
    assert result.dtype == np.uint16
    assert not result.flags.writeable
    assert len(shares) >= 2
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_without_edits_the_composite_is_the_photo() -> None:
    photo = make_photo(np.random.default_rng(0))
    assert (finish(CompositeRequest(photo, ()), Studio()) == photo.pixels).all()


def test_a_stop_ends_a_composite_between_two_bands() -> None:
    document, studio = big_document(), Studio()
    task = perform(CompositeRequest(document.photo, document.patches), studio)
    next(task)
    studio.stop.discard()
    with pytest.raises(Stopped):
        next(task)


@pytest.mark.behaviour("I6", "I22")
def test_an_export_and_opening_it_again(tmp_path: Path) -> None:
    document = big_document(900)
    path = tmp_path / "result.png"
    written = finish(ExportRequest(document.photo, document.patches, path), Studio())
    assert isinstance(written, Written)
    assert written.lossless
    photo = finish(OpenPhoto(path), Studio())
    assert isinstance(photo, Photo)
    assert (photo.pixels == composite(document.photo, document.patches)).all()


def test_an_impossible_ending_is_told_before_the_work(tmp_path: Path) -> None:
    document = big_document()
    request = ExportRequest(document.photo, document.patches, tmp_path / "result.psd")
    with pytest.raises(CannotWrite):
        next(perform(request, Studio()))


@pytest.mark.behaviour("X4", "I24")
def test_the_limit_of_the_preferences_holds(tmp_path: Path) -> None:
    photo = make_photo(np.random.default_rng(0), (1100, 1000, 3))
    path = tmp_path / "large.png"
    finish(ExportRequest(photo, (), path), Studio())
    assert read_photo(path).width == 1000
    save_preferences(Preferences(limit_megapixels=1))
    with pytest.raises(TooLarge):
        finish(OpenPhoto(path), Studio())


def test_a_file_that_is_no_picture(tmp_path: Path) -> None:
    path = tmp_path / "letter.png"
    path.write_text("dear")
    with pytest.raises(BadPicture):
        finish(OpenPhoto(path), Studio())


@pytest.mark.behaviour("I12")
def test_a_project_through_both_tasks(tmp_path: Path) -> None:
    history = start_history(make_document())
    path = tmp_path / "study.ganpaint"
    saved = finish(SaveProject(history, path, {"zoom": 2.0}, "cats-64"), Studio())
    assert saved == path
    project = finish(OpenProject(path), Studio())
    assert isinstance(project, Project)
    assert same(project.history, history)
    assert (project.view, project.model_name) == ({"zoom": 2.0}, "cats-64")


@pytest.mark.behaviour("I13")
def test_a_stop_while_saving_leaves_the_former_project(tmp_path: Path) -> None:
    path, studio = tmp_path / "study.ganpaint", Studio()
    finish(SaveProject(start_history(make_document()), path, {}), studio)
    before = path.read_bytes()
    task = perform(SaveProject(start_history(make_document(5)), path, {}), studio)
    next(task)
    next(task)
    studio.stop.discard()
    with pytest.raises(Stopped):
        next(task)
    task.close()
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["study.ganpaint"]


@pytest.mark.behaviour("I9")
def test_a_12_megapixel_composite_takes_less_than_a_second() -> None:
    photo = make_photo(np.random.default_rng(0), (3000, 4000, 3))
    document = make_document(1, photo)
    edit = document.edits[0]
    frame = replace(edit.patch.frame, cx=2000, cy=1500, size=1500, angle=0.0, mirror=False)
    patch = replace(edit.patch, frame=frame, mask=None)
    finish(CompositeRequest(photo, (patch,)), Studio())
    began = time.process_time()
    finish(CompositeRequest(photo, (patch,)), Studio())
    assert time.process_time() - began < 1


def test_the_file_lane_needs_no_torch() -> None:
    code = "import sys, ganpaint.tasks.files; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
    lanes = {kind.lane for kind, task in requests.TASKS.items() if task == "files"}
    assert lanes == {"files"}
