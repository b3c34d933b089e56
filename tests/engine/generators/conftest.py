"""The published networks' own outputs, where the folder of reference data is."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from ganpaint.engine.checkpoints import open_model
from ganpaint.engine.generators.base import Generator

Reference = Callable[[str], tuple[Generator, dict[str, torch.Tensor]]]


@pytest.fixture
def reference(shared: Path) -> Reference:
    """`case/file` → the generator of that fixture, and its inputs and expected outputs."""
    folder = shared / "parity" / "fixtures"
    cases = json.loads((folder / "cases.json").read_text())

    def find(name: str) -> tuple[Generator, dict[str, torch.Tensor]]:
        case, file = name.split("/")
        path = folder / case / file
        config = next(entry.get("config") for entry in cases[case] if entry["file"] == file)
        values = path.with_suffix(".npz") if path.is_file() else path.with_name(f"{file}.npz")
        with np.load(values) as loaded:
            data = {key: torch.from_numpy(np.asarray(loaded[key])) for key in loaded}
        return open_model(path, config), data

    return find


def close(got: torch.Tensor, wanted: torch.Tensor, allowed: float = 5e-5) -> None:
    """Within the parity check's tolerance of the largest expected number."""
    assert got.shape == wanted.shape
    assert float((got - wanted).abs().max()) <= allowed * float(wanted.abs().max())
