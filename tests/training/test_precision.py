"""The faster precision is the one that measured faster."""

from __future__ import annotations

import pytest
import torch

from ganpaint.training import precision


@pytest.mark.parametrize(("reduced", "chosen"), [(0.5, "bf16"), (0.95, "fp32"), (3.0, "fp32")])
def test_it_must_be_worth_it(monkeypatch: pytest.MonkeyPatch, reduced: float, chosen: str) -> None:
    times = {torch.float32: 1.0, torch.bfloat16: reduced}
    monkeypatch.setattr(precision, "_best_time", lambda device, dtype, repeats: times[dtype])
    assert precision.faster_precision(torch.device("cpu")) == chosen


def test_it_measures_here() -> None:
    assert precision.faster_precision(torch.device("cpu"), repeats=1) in ("bf16", "fp32")
