"""Files to open, and a trap that shows if anything in them ran."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.engine.checkpoints.assembler import pickle_of

torch.set_num_threads(1)


@pytest.fixture
def put(tmp_path: Path) -> Callable[..., Path]:
    """Write bytes, or a value as a pickle, to a file."""

    def write(value: Any, name: str = "net.pkl") -> Path:
        path = tmp_path / name
        path.write_bytes(value if isinstance(value, bytes) else pickle_of(value))
        return path

    return write


@pytest.fixture
def trap(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A path that must not exist afterwards, and functions that must not be called."""
    import builtins
    import os
    import subprocess

    called: list[str] = []

    def sprung(name: str) -> Callable[..., None]:
        def call(*args: Any, **kwargs: Any) -> None:
            called.append(name)

        return call

    monkeypatch.setattr(os, "system", sprung("os.system"))
    monkeypatch.setattr(subprocess, "Popen", sprung("subprocess.Popen"))
    monkeypatch.setattr(builtins, "eval", sprung("eval"))
    bait = tmp_path / "executed"
    yield bait
    assert not called, f"the file ran {called}"
    assert not bait.exists(), "the file wrote to the disk"
