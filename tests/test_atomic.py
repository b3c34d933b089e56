"""Files whole or not at all, under every failure that can be made to happen."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from ganpaint import atomic
from ganpaint.atomic import atomic_write, check_space
from ganpaint.errors import CannotWrite, DiskFull, ReadOnly

from .small_disk import ROOT, run_on

OLD, NEW = b"old contents", b"new contents, in several pieces"


def write(path: Path, contents: bytes = NEW, **settings: Any) -> None:
    with atomic_write(path, **settings) as file:
        for at in range(0, len(contents), 7):
            file.write(contents[at : at + 7])


@pytest.fixture
def target(tmp_path: Path) -> Path:
    path = tmp_path / "study.ganpaint"
    path.write_bytes(OLD)
    return path


def alone(path: Path) -> bool:
    return [p.name for p in path.parent.iterdir()] == [path.name]


def test_a_new_and_a_former_file(tmp_path: Path) -> None:
    path = tmp_path / "new.bin"
    for contents in (OLD, NEW):
        write(path, contents)
        assert path.read_bytes() == contents
        assert alone(path)


def test_permissions_stay_and_new_files_get_the_usual_ones(target: Path) -> None:
    target.chmod(0o640)
    write(target)
    assert target.stat().st_mode & 0o777 == 0o640
    other = target.with_name("other")
    plain = target.with_name("plain")
    plain.write_bytes(b"")
    write(other)
    assert other.stat().st_mode == plain.stat().st_mode


def test_a_link_stays_a_link(target: Path) -> None:
    link = target.with_name("link")
    link.symlink_to(target)
    write(link)
    assert link.is_symlink()
    assert target.read_bytes() == NEW


@pytest.mark.behaviour("X37")
@pytest.mark.parametrize(
    "name",
    ["😺 cat.png", "a" * 251 + ".png", " trailing ", "#%?&.png", "שלום.png", "new\nline", "\udcff"],
)
def test_odd_names(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    write(path)
    write(path)
    assert path.read_bytes() == NEW
    assert alone(path)


class Failing:
    """A file that fails at its n-th operation."""

    def __init__(self, file: BinaryIO, at: int, number: int) -> None:
        self.file, self.left, self.number = file, at, number

    def _count(self) -> None:
        if self.left == 0:
            raise OSError(self.number, os.strerror(self.number))
        self.left -= 1

    def write(self, data: bytes) -> int:
        self._count()
        return self.file.write(data)

    def flush(self) -> None:
        self._count()
        self.file.flush()

    def fileno(self) -> int:
        self._count()
        return self.file.fileno()

    def __enter__(self) -> Failing:
        return self

    def __exit__(self, *error: object) -> None:
        self.file.close()


@pytest.mark.behaviour("I13")
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EACCES])
@pytest.mark.parametrize("at", range(7))
def test_a_failure_at_any_operation_leaves_the_former_file(
    target: Path, monkeypatch: pytest.MonkeyPatch, at: int, number: int
) -> None:
    real = os.fdopen
    monkeypatch.setattr(os, "fdopen", lambda *a, **k: Failing(real(*a, **k), at, number))
    kind = {errno.ENOSPC: DiskFull, errno.EACCES: ReadOnly}.get(number, CannotWrite)
    with pytest.raises(kind) as caught:
        write(target)
    assert target.read_bytes() == OLD
    assert alone(target)
    assert "study.ganpaint" in str(caught.value)
    assert "The former file is untouched. " in str(caught.value)
    assert len(str(caught.value)) <= 220


@pytest.mark.parametrize("call", ["replace", "mkstemp"])
def test_a_failure_around_the_writing(
    target: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "read-only")

    monkeypatch.setattr(Path if call == "replace" else atomic.tempfile, call, fail)
    with pytest.raises(ReadOnly):
        write(target)
    assert target.read_bytes() == OLD
    assert alone(target)


def test_the_writers_own_error_passes_and_leaves_the_former_file(target: Path) -> None:
    with pytest.raises(KeyboardInterrupt), atomic_write(target) as file:
        file.write(b"half")
        raise KeyboardInterrupt
    assert target.read_bytes() == OLD
    assert alone(target)


KILLED = """
import os, sys
from pathlib import Path
from ganpaint.atomic import atomic_write
with atomic_write(Path(sys.argv[1])) as file:
    for at in range(5):
        if at == int(sys.argv[2]):
            os.kill(os.getpid(), 9)
        file.write(b"x" * 100_000)
        file.flush()
if sys.argv[2] == "5":
    os.kill(os.getpid(), 9)
"""


@pytest.mark.behaviour("I13")
@pytest.mark.parametrize("at", [0, 3, 5])
def test_a_killed_process_leaves_the_old_or_the_new_file_whole(target: Path, at: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(target), str(at)], cwd=ROOT, check=False, timeout=60
    )
    assert done.returncode == -9
    assert target.read_bytes() == (OLD if at < 5 else b"x" * 500_000)


@pytest.mark.behaviour("I14", "X12")
def test_space_is_checked_before_anything_is_written(target: Path) -> None:
    with pytest.raises(DiskFull, match="are needed") as caught, atomic_write(target, needed=10**18):
        raise AssertionError("the block must not run")
    assert "1000000000 GB are needed" in str(caught.value)
    assert target.read_bytes() == OLD
    check_space(target, 1)
    with pytest.raises(DiskFull):
        check_space(target.parent / "no" / "such" / "folder.bin", 10**18)


@pytest.mark.behaviour("I14", "X12")
def test_a_disk_that_is_really_full(tmp_path: Path) -> None:
    code = """
from ganpaint.atomic import atomic_write
from ganpaint.errors import DiskFull
path = disk / "study.ganpaint"
path.write_bytes(b"old")
for needed in (3_000_000, 0):
    try:
        with atomic_write(path, what="The project", needed=needed) as file:
            for _ in range(3000):
                file.write(b"x" * 1000)
        print("written")
    except DiskFull as error:
        print(error)
    print(path.read_bytes(), sorted(p.name for p in disk.iterdir()))
"""
    lines = run_on(tmp_path / "disk", "size=1m", code).splitlines()
    assert len(lines) == 4
    for line in (lines[0], lines[2]):
        assert line.startswith("The project was not saved: ")
        assert 'are free on "disk".' in line
        assert "The former file is untouched" in line
    assert "3.0 MB are needed, 1.0 MB are free" in lines[0]
    assert lines[1] == lines[3] == "b'old' ['study.ganpaint']"


@pytest.mark.behaviour("X13")
def test_a_disk_that_is_really_read_only(tmp_path: Path) -> None:
    (tmp_path / "cats").mkdir()
    (tmp_path / "cats" / "study.ganpaint").write_bytes(b"old")
    code = """
from ganpaint.atomic import atomic_write
from ganpaint.errors import ReadOnly
for name in ("study.ganpaint", "new.ganpaint"):
    try:
        with atomic_write(disk / name, what="The project") as file:
            print("open")
    except ReadOnly as error:
        print(error)
"""
    former, new = run_on(tmp_path / "cats", "ro", code).splitlines()
    assert "is read-only, so the project was not saved. The former file is untouched" in former
    assert "and your work is still open." in former
    assert new.startswith(
        '"cats" is read-only, so the project was not saved. Your work is still open.'
    )


def test_a_missing_folder_a_folder_in_the_place_and_an_impossible_name(tmp_path: Path) -> None:
    cases = {
        tmp_path / "none" / "a.png": "does not exist",
        tmp_path: "there is a folder of that name",
        tmp_path / ("a" * 300): "the system says",
        tmp_path / "nul\0": "the system says",
    }
    for path, words in cases.items():
        with pytest.raises(CannotWrite, match=words) as caught:
            write(path)
        assert str(caught.value).endswith(".")
