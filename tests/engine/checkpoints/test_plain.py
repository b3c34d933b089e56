"""DCGAN's bare tables: any prefix, shifted indices, classes from outside; look-alikes refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from ganpaint.engine.checkpoints import answers, content_hash, read_model
from ganpaint.errors import BadModel, UnknownModel


def state(
    widths: tuple[int, ...] = (9, 6, 4, 3),
    indices: tuple[int, ...] = (0, 3, 6),
    prefix: str = "main.",
) -> dict[str, Tensor]:
    found = {}
    for number, at in enumerate(indices):
        found[f"{prefix}{at}.weight"] = torch.randn(widths[number], widths[number + 1], 4, 4)
        if number + 1 < len(indices):
            width = widths[number + 1]
            for kind in ("weight", "bias", "running_mean", "running_var"):
                found[f"{prefix}{at + 1}.{kind}"] = torch.rand(width)
            found[f"{prefix}{at + 1}.num_batches_tracked"] = torch.tensor(3)
    return found


def put(tmp_path: Path, value: Any) -> Path:
    path = tmp_path / "netG.pth"
    torch.save(value, path)
    return path


@pytest.mark.parametrize("prefix", ["main.", "module.main.", "net.", "gen.", "layers.", ""])
@pytest.mark.parametrize("indices", [(0, 3, 6), (0, 4, 7), (1, 5, 9)])
def test_any_prefix_and_shifted_indices(
    prefix: str, indices: tuple[int, ...], tmp_path: Path
) -> None:
    original = state(indices=indices, prefix=prefix)
    loaded = read_model(put(tmp_path, original))
    assert loaded.family == "dcgan"
    assert loaded.table == {"resolution": 16, "channels": 3, "z_dim": 9, "c_dim": 0}
    for number, at in enumerate(indices):
        key = f"G_ema.main.{3 * number}.weight"
        assert torch.equal(loaded.tensors[key], original[f"{prefix}{at}.weight"])
    norm = loaded.tensors["G_ema.main.4.running_var"]
    assert torch.equal(norm, original[f"{prefix}{indices[1] + 1}.running_var"])
    assert not [key for key in loaded.tensors if "batches" in key]


def test_classes_come_from_config_or_from_memory(tmp_path: Path) -> None:
    path = put(tmp_path, state())
    first = read_model(path)
    assert "9 inputs" in first.notes[0]
    given = read_model(path, {"c_dim": 4})
    assert (given.table["z_dim"], given.table["c_dim"]) == (5, 4)
    assert not given.notes
    answers.keep(content_hash(first.tensors), {"c_dim": 2})
    remembered = read_model(path)
    assert remembered.table["c_dim"] == 2 and not remembered.notes
    assert read_model(path, {"c_dim": 0}).table["c_dim"] == 0
    for bad in (9, 100, -1, "two", 1.5):
        with pytest.raises(BadModel):
            read_model(path, {"c_dim": bad})


def test_nested_tables(tmp_path: Path) -> None:
    for key in ("state_dict", "netG", "generator"):
        assert read_model(put(tmp_path, {key: state(), "epoch": 3})).family == "dcgan"


def test_a_bias_on_the_convolutions(tmp_path: Path) -> None:
    value = state() | {"main.0.bias": torch.ones(6), "main.6.bias": torch.ones(3)}
    tensors = read_model(put(tmp_path, value)).tensors
    assert tensors["G_ema.main.0.bias"].shape == (6,)
    assert tensors["G_ema.main.6.bias"].shape == (3,)


def test_one_and_four_channels_and_sizes(tmp_path: Path) -> None:
    widths, indices = (9, 8, 8, 8, 8, 1), (0, 3, 6, 9, 12)
    table = read_model(put(tmp_path, state(widths, indices))).table
    assert (table["resolution"], table["channels"]) == (64, 1)


@pytest.mark.behaviour("X19")
@pytest.mark.parametrize(
    ("value", "says"),
    [
        (
            {f"main.{i}.weight": torch.ones(s) for i, s in ((0, (8, 3, 4, 4)), (2, (1, 8, 4, 4)))},
            "discriminator",
        ),
        ({"features.0.weight": torch.ones(64, 3, 3, 3)}, "LPIPS trunk"),
        ({"encoder.layer.0.weight": torch.ones(2), "b.weight": torch.ones(2)}, "encoder.layer.0"),
        (
            {"main.0.weight": torch.ones(9, 5, 4, 4), "main.3.weight": torch.ones(4, 3, 4, 4)},
            "main",
        ),
        ({"main.0.weight": torch.ones(9, 3, 4, 4)}, "main"),
        ({"main.0.weight": torch.ones(9, 5, 4, 4), "x.3.weight": torch.ones(5, 3, 4, 4)}, "main"),
        (
            {"main.0.weight": torch.ones(9, 5, 4, 4), "main.3.weight": torch.ones(5, 7, 4, 4)},
            "main",
        ),
        ({"a": 1, "b": 2}, "things named like a"),
        ([1, 2], "a list"),
        ({}, "0 things"),
    ],
)
def test_look_alikes_are_named(value: Any, says: str, tmp_path: Path) -> None:
    with pytest.raises(UnknownModel, match="not a generator") as caught:
        read_model(put(tmp_path, value))
    assert says in str(caught.value)
    assert len(str(caught.value)) <= 220


def test_norms_must_follow_all_layers_but_the_last(tmp_path: Path) -> None:
    missing = {key: value for key, value in state().items() if not key.startswith("main.1.")}
    with pytest.raises(BadModel, match="not followed by one norm"):
        read_model(put(tmp_path, missing))
    after = state() | {"main.7.weight": torch.ones(3), "main.7.running_var": torch.ones(3)}
    with pytest.raises(BadModel, match="not followed by one norm"):
        read_model(put(tmp_path, after))


def test_published_fixtures(shared: Path) -> None:
    folder = shared / "parity" / "fixtures" / "dcgan"
    facts = {"plain-64": (64, 3, 20), "dataparallel-16-gray": (16, 1, 11), "onehot-32": (32, 3, 19)}
    for name, expected in facts.items():
        table = read_model(folder / f"{name}.pth").table
        assert (table["resolution"], table["channels"], table["z_dim"]) == expected
