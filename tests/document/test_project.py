"""Project files: exact, whole or not at all, and readable when they are damaged."""

from __future__ import annotations

import errno
import io
import json
import os
import time
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganpaint import __version__
from ganpaint.document import project as module
from ganpaint.document.container import ContainerWriter
from ganpaint.document.history import History, start_history
from ganpaint.document.project import load_project, save_project, saving
from ganpaint.errors import BadProject, CutOff, DiskFull, GanpaintError, NewerVersion, TooLarge
from ganpaint.picture.photo import Photo

from ..small_disk import run_on
from .conftest import make_document, make_picture
from .test_encoding import same

FIXTURES = Path(__file__).parent / "fixtures"


def make_history() -> History:
    """Four states that share most of their parts; the third is shown."""
    rng = np.random.default_rng(5)
    document = make_document()
    history = start_history(document, "Open cat.jpg")
    for number in range(3):
        edit = document.edits[number % 2]
        edit = replace(edit, patch=replace(edit.patch, picture=make_picture(rng, 24)))
        thumbnail = rng.integers(0, 256, (24, 24, 3), np.uint8)
        history = history.commit(f"Slider {number}", document.with_edit(edit), thumbnail)
    return history.undo()


VIEW = {"zoom": 1.25, "centre": [10.5, 20.0]}


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "study.ganpaint"
    save_project(path, make_history(), VIEW, "cats-64")
    return path


def rewritten(path: Path, change: Any) -> None:
    """The same project with its JSON changed."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    record = json.loads(parts["project.json"])
    change(record)
    file = io.BytesIO()
    with ContainerWriter(file) as writer:
        writer.add("project.json", json.dumps(record).encode())
        for name, data in parts.items():
            if name.startswith("arrays/"):
                writer.add(name, data)
    path.write_bytes(file.getvalue())


@pytest.mark.behaviour("I12", "U1")
def test_everything_returns_bit_for_bit(tmp_path: Path) -> None:
    history = make_history()
    path = tmp_path / "😺 study.ganpaint"
    save_project(path, history, VIEW, "cats-64")
    project = load_project(path)
    assert same(project.history, history)
    assert project.view == VIEW
    assert project.model_name == "cats-64"
    assert project.notes == ()
    first, second = project.history.states[:2]
    assert first.document.photo is second.document.photo
    assert first.document.edits[1] is second.document.edits[1]


@pytest.mark.behaviour("X16", "U17")
def test_a_project_needs_no_model_to_open(saved: Path) -> None:
    assert load_project(saved).history.document.edits[0].model.startswith("a1b2c3d4")


def test_saving_what_was_opened_gives_the_same_file(saved: Path) -> None:
    project = load_project(saved)
    again = saved.with_name("again.ganpaint")
    save_project(again, project.history, project.view, project.model_name)
    assert load_project(again).history.document.photo.digest
    assert again.read_bytes() == saved.read_bytes()


def test_a_large_photo_and_a_long_history_are_saved_quickly(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 12, (3000, 4000, 3), np.uint8)
    photo = Photo.make(noise + np.arange(4000, dtype=np.uint8)[:, None] // 20, "RGB")
    document = make_document(0, photo)
    history = start_history(document)
    for number in range(100):
        history = history.commit("n", replace(document, seed=number), make_picture(rng) >> 8)
    history = replace(history, states=tuple(replace(s, thumbnail=None) for s in history.states))
    path = tmp_path / "large.ganpaint"
    began = time.process_time()
    save_project(path, history, {})
    saved_in = time.process_time() - began
    back = load_project(path)
    opened_in = time.process_time() - began - saved_in
    assert (back.history.document.photo.pixels == photo.pixels).all()
    assert path.stat().st_size < 0.8 * photo.pixels.nbytes
    assert saved_in < 2
    assert opened_in < 2


@pytest.mark.behaviour("U18", "X15")
def test_a_newer_project_is_refused_and_left_alone(saved: Path) -> None:
    def change(record: dict[str, Any]) -> None:
        record.update(format=99, program="3.1", values="in another form")

    rewritten(saved, change)
    before = saved.read_bytes()
    with pytest.raises(NewerVersion) as caught:
        load_project(saved)
    assert caught.value.sentence == (
        f'"study.ganpaint" was made by ganpaint 3.1; this is {__version__}. It was not opened '
        "and not changed."
    )
    assert saved.read_bytes() == before


@pytest.mark.behaviour("U18")
def test_an_older_project_is_migrated_in_memory(
    saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def upgrade(record: dict[str, Any]) -> None:
        record["model"] = record.pop("model_before")

    def downgrade(record: dict[str, Any]) -> None:
        record["model_before"] = record.pop("model")

    rewritten(saved, downgrade)
    monkeypatch.setattr(module, "FORMAT_VERSION", 2)
    monkeypatch.setitem(module.MIGRATIONS, 1, upgrade)
    before = saved.read_bytes()
    assert load_project(saved).model_name == "cats-64"
    assert saved.read_bytes() == before


@pytest.mark.behaviour("U18")
def test_the_kept_project_of_every_version_opens() -> None:
    found = sorted(FIXTURES.glob("v*.ganpaint"))
    assert [path.name for path in found] == [
        f"v{n}.ganpaint" for n in range(1, module.FORMAT_VERSION + 1)
    ]
    for path in found:
        project = load_project(path)
        assert project.model_name == "cats-64"
        assert [s.name for s in project.history.states][:2] == ["Open cat.jpg", "Slider 0"]
        assert project.history.at == 2
        assert len(project.history.document.edits) == 2
        picture = project.history.document.edits[0].patch.picture
        assert int(picture.astype(np.int64).sum()) == 25583955
        assert project.history.document.edits[1].code.values[2, 3] == np.float32(-0.10591112)


@pytest.mark.behaviour("X14")
def test_a_project_cut_off_at_any_byte_opens_what_is_there_or_says_why(saved: Path) -> None:
    data = saved.read_bytes()
    whole = load_project(saved).history.document
    counts = set()
    for length in range(0, len(data) - 1, 97):
        saved.write_bytes(data[:length])
        with pytest.raises(BadProject) as caught:
            load_project(saved)
        assert len(str(caught.value)) <= 220
        try:
            project = load_project(saved, partial=True)
        except BadProject:
            counts.add(-1)
            continue
        assert isinstance(caught.value, CutOff)
        assert "is cut off: its last part is missing. " in str(caught.value)
        document = project.history.document
        counts.add(len(document.edits))
        assert project.notes
        for edit in document.edits:
            original = next(e for e in whole.edits if e.id == edit.id)
            assert same(edit.code, original.code)
            assert same(edit.patch.picture, original.patch.picture)
        assert document.active in [None, *[e.id for e in document.edits]]
        assert saved.read_bytes() == data[:length]
    assert counts >= {-1, 0, 2}


@pytest.mark.behaviour("X14")
def test_the_upper_part_of_a_cut_off_photo_is_used(tmp_path: Path) -> None:
    photo = Photo.make(np.random.default_rng(0).integers(0, 256, (500, 400, 3), np.uint8), "RGB")
    path = tmp_path / "study.ganpaint"
    save_project(path, start_history(make_document(0, photo)), {})
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(CutOff, match="2 of 2 edits could be read"):
        load_project(path)
    project = load_project(path, partial=True)
    pixels = project.history.document.photo.pixels
    assert (pixels[:200] == photo.pixels[:200]).all()
    assert (pixels[-1] == 127).all()
    assert any(note.startswith("The lower ") for note in project.notes)
    assert project.history.document.photo.digest != photo.digest
    save_project(path, project.history, {})
    assert same(load_project(path).history, project.history)


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=4),
       st.integers(0, 10**6), st.booleans())  # fmt: skip
def test_damaged_projects_open_or_are_refused_with_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, flips: list[tuple[int, int]], cut: int, partial: bool
) -> None:
    data = bytearray(PROJECT)
    for at, value in flips:
        data[at % len(data)] = value
    path = tmp_path_factory.getbasetemp() / "fuzz.ganpaint"
    path.write_bytes(data[: cut % (2 * len(data))])
    opened_or_refused(path, partial)


@given(st.randoms(use_true_random=False))
def test_wrong_descriptions_open_or_are_refused_with_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, chance: Any
) -> None:
    def spoil(node: Any) -> Any:
        if chance.random() < 0.02:
            return chance.choice(
                [None, -1, 0, 1e308, float("nan"), "x", [], {}, [[]], 2**70, True,
                 {"value": 0}, {"array": 0}, {"path": "\0"}, {"bytes": "?"}]
            )  # fmt: skip
        if isinstance(node, dict):
            return {key: spoil(value) for key, value in node.items()}
        return [spoil(value) for value in node] if isinstance(node, list) else node

    path = tmp_path_factory.getbasetemp() / "spoilt.ganpaint"
    path.write_bytes(PROJECT)

    def change(record: dict[str, Any]) -> None:
        chance.choice([record, record["values"]])
        for key in list(record):
            record[key] = spoil(record[key])

    rewritten(path, change)
    opened_or_refused(path, partial=chance.random() < 0.5)


def opened_or_refused(path: Path, partial: bool) -> None:
    try:
        project = load_project(path, partial)
    except GanpaintError as error:
        assert len(str(error)) <= 220
        assert error.sentence.endswith(".")
        assert error.remedy.endswith(".")
    else:
        save_project(path, project.history, project.view, project.model_name)
        assert same(load_project(path).history, project.history)


def _project() -> bytes:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.ganpaint"
        save_project(path, make_history(), VIEW, "cats-64")
        return path.read_bytes()


PROJECT = _project()


@pytest.mark.parametrize(
    ("contents", "words"),
    [
        (b"", "is empty"),
        (b"\x89PNG\r\n", "is not a ganpaint project"),
        (b"PK", "nothing in it can be read"),
    ],
)
def test_files_that_are_no_projects(tmp_path: Path, contents: bytes, words: str) -> None:
    path = tmp_path / "study.ganpaint"
    path.write_bytes(contents)
    with pytest.raises(BadProject, match=words):
        load_project(path)


def test_another_zip_file_a_folder_and_nothing(tmp_path: Path) -> None:
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("letter.txt", "hello")
    for path, words in (
        (other, "a ZIP file, but not a ganpaint project"),
        (tmp_path, "is a folder"),
        (tmp_path / "gone", "is no longer there"),
        (tmp_path / "nul\0", "could not be read"),
    ):
        with pytest.raises(BadProject, match=words):
            load_project(path)


def test_pictures_beyond_the_limits_are_refused_before_they_are_unpacked(saved: Path) -> None:
    def change(record: dict[str, Any]) -> None:
        record["arrays"][0]["shape"] = [100_000, 100_000, 3]

    rewritten(saved, change)
    with pytest.raises(TooLarge, match="10000 megapixels; the limit here is 400"):
        load_project(saved)


@pytest.mark.behaviour("I13")
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
def test_a_failure_at_any_write_leaves_the_former_project(
    saved: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    before = saved.read_bytes()
    real = os.fdopen
    writes = 0

    class Failing:
        """Fails at its n-th write."""

        def __init__(self, file: Any, at: int) -> None:
            self.file, self.left = file, at

        def write(self, data: bytes) -> int:
            nonlocal writes
            writes += 1
            if self.left == 0:
                raise OSError(number, os.strerror(number))
            self.left -= 1
            return self.file.write(data)

        def __getattr__(self, name: str) -> Any:
            return getattr(self.file, name)

        def __enter__(self) -> Failing:
            return self

        def __exit__(self, *_: object) -> None:
            self.file.close()

    history = make_history().commit("another", make_document(9))
    at = 0
    while True:
        monkeypatch.setattr(os, "fdopen", lambda *a, n=at, **k: Failing(real(*a, **k), n))
        try:
            save_project(saved, history, VIEW)
        except GanpaintError as error:
            assert isinstance(error, DiskFull) is (number == errno.ENOSPC)
            assert "your work is still open" in str(error)
            assert saved.read_bytes() == before
            assert [p.name for p in saved.parent.iterdir()] == [saved.name]
            at += 1
            continue
        break
    assert at > 20
    assert same(load_project(saved).history, history)


@pytest.mark.behaviour("I14", "X12")
def test_a_disk_that_is_really_full_keeps_the_former_project(tmp_path: Path) -> None:
    code = """
import numpy as np
from dataclasses import replace
from tests.document.conftest import make_document
from ganpaint.document.history import start_history
from ganpaint.document.project import load_project, save_project
from ganpaint.errors import DiskFull
from ganpaint.picture.photo import Photo
path = disk / "study.ganpaint"
save_project(path, start_history(make_document()), {})
photo = Photo.make(np.random.default_rng(0).integers(0, 256, (900, 1000, 3), np.uint8), "RGB")
try:
    save_project(path, start_history(make_document(0, photo)), {})
except DiskFull as error:
    print(error)
print(len(load_project(path).history.document.edits), [p.name for p in disk.iterdir()])
"""
    sentence, state = run_on(tmp_path / "home", "size=1m", code).splitlines()
    assert sentence.startswith("The project was not saved: 2.8 MB are needed, ")
    assert sentence.endswith(
        'are free on "home". The former file is untouched and your work is still open. '
        "Free some space or save elsewhere."
    )
    assert state == "2 ['study.ganpaint']"


def test_saving_can_be_given_up_between_two_parts(saved: Path) -> None:
    before = saved.read_bytes()
    steps = saving(saved, make_history(), VIEW)
    shares = [next(steps) for _ in range(3)]
    assert shares == sorted(shares)
    steps.close()
    assert saved.read_bytes() == before
    assert [p.name for p in saved.parent.iterdir()] == [saved.name]
