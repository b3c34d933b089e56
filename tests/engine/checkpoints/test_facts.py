"""What inspect says: facts of an open model, reasons and names of a refused one."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from ganpaint.engine.checkpoints import describe, facts
from ganpaint.errors import MissingModel
from tests.engine.checkpoints import assembler as asm
from tests.engine.checkpoints import envelopes
from tests.engine.checkpoints.assembler import Call, Name, pickle_of
from tests.models import tiny_stylegan2

Put = Callable[..., Path]


def test_an_open_model(put: Put) -> None:
    generator = tiny_stylegan2()
    found = describe(put({"G_ema": envelopes.generator(generator)}))
    assert json.loads(json.dumps(found)) == found
    assert found["opened"] and found["form"] == "NVIDIA pickle"
    assert (found["family"], found["resolution"], found["c_dim"]) == ("stylegan2", 16, 3)
    assert found["hash"] == generator.info.hash
    assert found["shapes"]["G_ema.synthesis.b4.const"] == [12, 4, 4]
    assert found["generator"]["mapping"]["layers"] == 2
    groups = {row["group"]: row for row in found["statistics"]}
    const = groups["G_ema.synthesis.b4"]
    assert const["numbers"] > 0 and const["not_finite"] == 0
    assert sum(row["numbers"] for row in found["statistics"]) >= found["parameters"]


def test_a_bundle_with_its_data_and_quality() -> None:
    found = describe("cats-64")
    assert found["data"]["images"] == 15840
    assert found["quality"] and found["training"]
    assert json.dumps(found)


@pytest.mark.behaviour("X18")
def test_a_refused_file_lists_everything_it_asks_for(put: Put, trap: Path) -> None:
    value = {
        "a": Call(Name("os", "system"), ("x",)),
        "b": [Call(Name("builtins", "eval"), ("y",), {"c": 1}), Name("os", "system")],
        "c": Call(Name("numpy", "load"), new=True),
    }
    for data in (pickle_of(value), asm.legacy(value), pickle_of(1) + pickle_of(value)):
        found = describe(put(data))
        assert not found["opened"]
        assert found["asks_to_run"] == ["os.system", "builtins.eval", "numpy.load"]
        assert found["kind"] == "Refused" and found["sentence"] and found["remedy"]
        assert json.dumps(found)


def test_damaged_and_foreign_files(put: Put, tmp_path: Path) -> None:
    assert describe(put(b"hello", "x.pkl"))["asks_to_run"] == []
    assert describe(put(pickle_of({"a": 1})[:-3], "y.pkl"))["kind"] == "BrokenModel"
    torch.save({"a": torch.nn.Linear(1, 1)}, tmp_path / "z.pt")
    found = describe(tmp_path / "z.pt")
    assert "torch.nn.modules.linear.Linear" in found["asks_to_run"]
    with pytest.raises(MissingModel):
        describe(tmp_path / "none.pkl")
    with pytest.raises(MissingModel):
        describe("no-such-model")


def test_statistics() -> None:
    values = torch.tensor([1.0, 2.0, 3.0, float("nan")])
    rows = facts.statistics({"G_ema.a.weight": values, "G_ema.a.bias": torch.tensor([6.0])})
    assert len(rows) == 1
    row = rows[0]
    assert (row["tensors"], row["numbers"], row["not_finite"]) == (2, 5, 1)
    assert (row["mean"], row["least"], row["most"]) == (3.0, 1.0, 6.0)
    assert math.isclose(row["deviation"], 3.5**0.5)
    empty = facts.statistics({"x": torch.empty(0)})[0]
    assert empty == {"group": "x", "tensors": 1, "numbers": 0, "not_finite": 0}
