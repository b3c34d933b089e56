"""What is opened at all: regular files, told apart by their first bytes."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from ganpaint.engine.checkpoints import files
from ganpaint.engine.checkpoints.archive import load
from ganpaint.engine.checkpoints.limits import Limits
from ganpaint.errors import BadModel, BrokenModel, GanpaintError, MissingModel, Refused

Put = Callable[..., Path]


@pytest.mark.parametrize(
    ("first", "kind"),
    [
        (b"PK\x03\x04rest", "zip"),
        (files.LEGACY_MAGIC + b".", "legacy"),
        (b"\x80\x02}.", "pickle"),
        (b"\x80\x04\x95", "pickle"),
        (b"\x80\x01}.", ""),
        (b"\x08\0\0\0\0\0\0\0{", "safetensors"),
        (b"\xff\0\0\0\0\0\0\0{", ""),
        (b"", ""),
        (b"\x80", ""),
    ],
)
def test_first_bytes_decide(first: bytes, kind: str) -> None:
    assert files.kind_of(first, 100) == kind


@pytest.mark.behaviour("X19")
@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty (0 bytes)"),
        (b"<!DOCTYPE html><html>", "web page"),
        (b"\n\n  <html>", "web page"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n", "Git LFS"),
        (b"\x1f\x8b\x08\x00", "gzip"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b'{"output_dim": 128}', "JSON"),
        (b"\x89HDF\r\n", "HDF5"),
        (bytes(257) + b"ustar" + bytes(10), "tar form"),
        (b"hello world", "begins with 68 65 6c 6c"),
    ],
)
def test_what_is_certainly_no_model(data: bytes, says: str, put: Put) -> None:
    for name in ("net.pkl", "net.pth", "net.safetensors"):
        with pytest.raises(BadModel) as caught:
            load(put(data, name))
        assert says in str(caught.value)
        assert name in str(caught.value)
        assert len(str(caught.value)) <= 220


def test_links_pipes_sockets_and_folders_are_refused(tmp_path: Path, put: Put) -> None:
    good = put({"a": 1})
    link, dead = tmp_path / "link.pkl", tmp_path / "dead.pkl"
    link.symlink_to(good)
    dead.symlink_to(tmp_path / "nowhere")
    pipe = tmp_path / "pipe.pkl"
    os.mkfifo(pipe)
    folder = tmp_path / "folder.pkl"
    folder.mkdir()
    for path, says in ((link, "link"), (dead, "link"), (pipe, "pipe"), (folder, "folder")):
        with pytest.raises(Refused, match=says):
            load(path)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s.pkl"))
        with pytest.raises(Refused, match="socket"):
            load(tmp_path / "s.pkl")
    with pytest.raises(Refused, match="device"):
        load(Path("/dev/zero"))


def test_missing_forbidden_and_impossible_paths(tmp_path: Path, put: Put) -> None:
    with pytest.raises(MissingModel, match=r"no model file"):
        load(tmp_path / "none.pkl")
    with pytest.raises(BadModel):
        load(Path("a\0b.pkl"))
    with pytest.raises(BadModel):
        load(tmp_path / ("n" * 300))
    path = put({"a": 1})
    path.chmod(0)
    if os.geteuid():
        with pytest.raises(BadModel, match="no permission"):
            load(path)


def test_too_large_a_file_is_refused_before_it_is_read(put: Put) -> None:
    path = put({"a": "x" * 100})
    with pytest.raises(Refused, match="too many bytes"):
        files.look(path, Limits(file_bytes=50))
    with pytest.raises(Refused, match="too many bytes"):
        files.read(path, Limits(file_bytes=50))


def test_sparse_giants_do_not_fill_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "giant.pkl"
    with path.open("wb") as file:
        file.write(b"\x80\x02")
        file.truncate(9 << 30)
    with pytest.raises(Refused, match="too many bytes"):
        load(path)


def test_a_short_read_is_a_cut_off_file(put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put({"a": "x" * 100})
    monkeypatch.setattr(files.os, "fstat", lambda fd: _Longer(path.stat()))
    with pytest.raises(BrokenModel, match="cut off"):
        files.read(path)


class _Longer:
    def __init__(self, real: os.stat_result) -> None:
        self.st_size, self.st_mode = real.st_size + 100, real.st_mode


def test_every_failure_is_one_of_ours(tmp_path: Path) -> None:
    for name in (".", "..", "/", ""):
        with pytest.raises(GanpaintError):
            load(Path(name))
