"""A home with a tiny model in its folder, and a way to run commands on it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from ganpaint.cli.main import main

COLOURS = ((220, 120, 40), (40, 60, 200), (240, 240, 240))


@pytest.fixture(scope="session")
def model_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder with the model "tiny-16": three classes, measured once."""
    from ganpaint.engine.checkpoints.bundle import parts_of, write_bundle
    from tests.models import tiny_stylegan2

    home = tmp_path_factory.mktemp("home with a model")
    folder = home / "data" / "models"
    folder.mkdir(parents=True)
    tensors, manifest = parts_of(tiny_stylegan2())
    names = ["ginger", "tuxedo", "white"]
    manifest |= {"title": "Tiny", "classes": {"names": names}, "licence": "CC0"}
    write_bundle(folder / "tiny-16", tensors, manifest, half=False)
    return home


@pytest.fixture(autouse=True)
def home(model_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GANPAINT_HOME", str(model_home))
    return model_home


@dataclass
class Ran:
    """A finished command."""

    code: int
    out: str
    err: str

    @property
    def records(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture
def ganpaint(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run a command in this process."""

    def run(*words: object) -> Ran:
        capsys.readouterr()
        code = main([str(word) for word in words])
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return run


@pytest.fixture
def photo_file(tmp_path: Path) -> Path:
    """A PNG of 60 × 40 pixels with a name that needs quoting."""
    rng = np.random.default_rng(0)
    rows, columns = np.mgrid[:40, :60]
    pixels = np.stack([4 * columns, 6 * rows, 2 * (rows + columns)], -1) % 256
    path = tmp_path / "my cat's.png"
    noisy = np.clip(pixels + rng.integers(-5, 5, pixels.shape), 0, 255)
    Image.fromarray(noisy.astype(np.uint8)).save(path)
    return path


SHORT = ("--model", "tiny-16", "--threads", "1", "--steps", "4", "--starts", "2", "--samples", "4")


@pytest.fixture
def code_file(ganpaint: Callable[..., Ran], tmp_path: Path) -> Path:
    """The code of a sample of the tiny model."""
    out = tmp_path / "sample"
    done = ganpaint("render", "--model", "tiny-16", "--threads", 1, "--seed", 3, "--out", out)
    assert done.code == 0, done.err
    return out / "code.npz"
