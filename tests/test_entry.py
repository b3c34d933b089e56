"""The `ganpaint` command itself: window or commands, and what it says without a display."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ganpaint import __main__ as entry

ROOT = Path(__file__).parents[1]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[list[Path]]:
    """What the window was asked to open."""
    calls: list[list[Path]] = []

    def window(paths: list[Path]) -> int:
        calls.append(paths)
        return 0

    monkeypatch.setattr(entry, "open_window", window)
    return calls


@pytest.mark.behaviour("B9", "I1")
def test_files_or_nothing_open_the_window(opened: list[list[Path]], tmp_path: Path) -> None:
    names = [tmp_path / "cat 😺.png", tmp_path / "study.ganpaint"]
    for name in names:
        name.write_bytes(b"")
    assert entry.main([]) == 0
    assert entry.main([str(name) for name in names]) == 0
    assert opened == [[], names]


@pytest.mark.behaviour("B9")
def test_a_command_is_a_command_even_beside_a_file_of_its_name(
    opened: list[list[Path]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "models").write_bytes(b"")
    assert entry.main(["models", "--json"]) == 0
    assert opened == []
    assert entry.main(["./models"]) == 0
    assert len(opened) == 1


def test_a_file_that_is_not_there_is_told(
    opened: list[list[Path]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert entry.main(["none.png"]) == 2
    assert opened == []
    assert '"none.png" is neither a command nor a file' in capsys.readouterr().err


def run_without(*names: str, **extra: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k not in names} | extra
    return subprocess.run(
        [sys.executable, "-m", "ganpaint"], cwd=ROOT, env=environment, capture_output=True,
        text=True, check=False, timeout=60,
    )  # fmt: skip


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems have a display")
def test_without_a_display_there_is_a_sentence_and_exit_2() -> None:
    done = run_without("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == (
        "ganpaint: There is no display, so the window cannot open. Start it in a desktop session, "
        "or use the commands: ganpaint --help.\n"
    )


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="an X11 library")
def test_a_missing_cursor_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise OSError(name)

    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(entry.ctypes, "CDLL", missing)
    assert "libxcb-cursor0" in entry.why_no_window()


def test_missing_system_libraries_of_qt_are_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in [name for name in sys.modules if name == "ganpaint.ui.app"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "PySide6.QtCore", None)
    assert entry.open_window([]) == 2
    assert "system libraries that are missing" in capsys.readouterr().err


def test_threads_wait_without_taking_the_processor() -> None:
    code = "import os, ganpaint.__main__; print(os.environ['OMP_WAIT_POLICY'])"
    environment = {k: v for k, v in os.environ.items() if k != "OMP_WAIT_POLICY"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True,
        check=True, timeout=60,
    )  # fmt: skip
    assert done.stdout == "PASSIVE\n"
