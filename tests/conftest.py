"""What every test stands on: no screen, no network, one torch thread, a home of its own."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("QT_LOGGING_RULES", "qt.qpa.*=false")

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("ordinary", deadline=None, derandomize=True, max_examples=50)
settings.register_profile("long", deadline=None, max_examples=5000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ordinary"))

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh home for configuration, data, cache and state."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("GANPAINT_HOME", str(folder))
    return folder


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every attempt to reach the network fails the test (BEHAVIOURS B12)."""

    def refuse(*args: object) -> None:
        raise AssertionError(f"a test tried to open a network connection: {args[1:]}")

    real = socket.socket.connect

    def connect(self: socket.socket, address: object) -> None:
        if self.family == socket.AF_UNIX:
            return real(self, address)  # type: ignore[arg-type]
        return refuse(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.fixture(autouse=True)
def no_thread_left() -> Iterator[None]:
    """No Python thread outlives its test."""
    before = set(threading.enumerate())
    yield
    late = [t for t in threading.enumerate() if t not in before and not t.daemon and t.is_alive()]
    for thread in late:
        thread.join(5)
    assert not [t for t in late if t.is_alive()], f"threads left behind: {late}"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference data beside the project; the test is skipped without it."""
    if not SHARED.is_dir():
        pytest.skip("the folder of reference data is not beside the project")
    return SHARED
