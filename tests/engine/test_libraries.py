"""The quiet loading of torch's libraries."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import ganpaint.engine as engine

ROOT = Path(__file__).resolve().parents[2]


def run(code: str) -> str:
    """Output of a fresh interpreter."""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has these libraries")
def test_importing_the_engine_loads_the_libraries_but_not_torch() -> None:
    out = run(
        "import sys, ganpaint.engine; print('torch' in sys.modules);"
        "print('libtorch_cpu' in open('/proc/self/maps').read())"
    )
    assert out.split() == ["False", "True"]


def test_torch_works_afterwards() -> None:
    assert run("import ganpaint.engine, torch; print(int(torch.ones(3).sum()))") == "3"


def test_nothing_is_loaded_where_torch_already_is() -> None:
    import torch

    assert torch.__name__ in sys.modules
    assert engine.load_libraries() == ()


def test_missing_or_broken_libraries_are_left_to_torch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "library_folder", lambda: None)
    monkeypatch.delitem(sys.modules, "torch")
    assert engine.load_libraries() == ()
    (tmp_path / "libc10.so").write_bytes(b"no library")
    monkeypatch.setattr(engine, "library_folder", lambda: tmp_path)
    assert engine.load_libraries() == ()
