"""The public way in and out: names, paths, forms, and no Qt for a script."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import torch

import ganpaint
from ganpaint.engine.checkpoints import READERS, WRITERS, write_model
from ganpaint.errors import BadRequest, GanpaintError, MissingModel
from tests.models import tiny_stylegan2


@pytest.mark.behaviour("B13")
def test_a_script_needs_neither_qt_nor_a_window() -> None:
    code = (
        "import sys, ganpaint; g = ganpaint.open_model('cats-64');"
        "assert g.info.resolution == 64 and issubclass(ganpaint.GanpaintError, Exception);"
        "sys.exit(any(m.startswith(('PySide6', 'PIL'))"
        " for m in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_module_loads_no_torch() -> None:
    code = "import sys, ganpaint; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_missing_models_are_said_so(tmp_path: Path) -> None:
    with pytest.raises(MissingModel, match="Did you mean"):
        ganpaint.open_model("cats-6")
    with pytest.raises(MissingModel, match="no model file"):
        ganpaint.open_model(tmp_path / "none.pkl")
    for odd in ("", ".", "/", "a\0b", "x" * 5000):
        with pytest.raises(GanpaintError):
            ganpaint.open_model(odd)


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("n.safetensors", ""),
        ("n.safetensors", "ganpaint-float32"),
        ("n.pt", ""),
        ("n.pth", ""),
        ("n.bin", "nvidia"),
    ],
)
def test_what_is_written_can_be_opened(name: str, form: str, tmp_path: Path) -> None:
    generator = tiny_stylegan2(c_dim=0, z_dim=10)
    notes = write_model(generator, tmp_path / name, form)
    again = ganpaint.open_model(tmp_path / name)
    ws = generator.map(torch.randn(1, 10))
    exact = not (name.endswith("safetensors") and not form)
    assert torch.allclose(again.synthesize(ws), generator.synthesize(ws), atol=0 if exact else 0.1)
    assert exact == (again.info.hash == generator.info.hash)
    assert exact or "half precision" in notes[0]


def test_forms_that_are_not_there(tmp_path: Path) -> None:
    for name, form in (("n.onnx", ""), ("n.pt", "keras"), ("n", "")):
        with pytest.raises(BadRequest, match="which form"):
            write_model(tiny_stylegan2(), tmp_path / name, form)
    assert not list(tmp_path.iterdir())


def test_every_reader_and_writer_has_its_words() -> None:
    titles = [reader.TITLE for reader in READERS]
    assert len(set(titles)) == len(titles) == 7
    assert set(WRITERS) == {"ganpaint", "ganpaint-float32", "rosinality", "nvidia"}


def test_opening_leaves_no_gradient_and_no_state_behind() -> None:
    generator = ganpaint.open_model("fruits-64")
    z, c = torch.randn(2, 256), torch.eye(16)[:2]
    first = generator.synthesize(generator.map(z, c))
    second = generator.synthesize(generator.map(z, c))
    assert torch.equal(first, second)
    assert not first.requires_grad
    ws = generator.map(z, c).detach().requires_grad_(True)
    generator.synthesize(ws).sum().backward()
    assert ws.grad is not None and bool(ws.grad.abs().sum() > 0)
