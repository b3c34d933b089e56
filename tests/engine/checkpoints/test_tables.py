"""Manifest tables and configurations: both ways, and every fault by file and key."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from ganpaint.engine.checkpoints import tables
from ganpaint.engine.checkpoints.tables import Table
from ganpaint.errors import BadModel
from tests.models import tiny_stylegan2


def test_a_configuration_survives_its_table() -> None:
    for changes in (
        {},
        {"architecture": "resnet", "conv_clamp": 2.5},
        {"architecture": "orig", "use_noise": False, "channels": 1},
        {"embed_features": 5, "layer_features": 7, "mapping_layers": 3, "mapping_lr": 0.1},
        {"resample_filter": (1.0, 2.0, 1.0)},
    ):
        generator = tiny_stylegan2(**changes)  # type: ignore[arg-type]
        table = tables.stylegan2_table(generator.config)
        again = tables.stylegan2_config("n", table, generator.state_dict())
        assert tables.stylegan2_table(again) == table
        assert again.widths == generator.config.widths[: len(again.widths)]
        judge = generator.discriminator
        assert judge is not None
        state = judge.state_dict()
        known = tables.judge_table(judge.config)
        other = tables.judge_config("n", known, state, table)
        assert tables.judge_table(other) == known
        assert (other.cmap_dim or other.width(4)) == (judge.config.cmap_dim or other.width(4))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("resolution", 48),
        ("resolution", 2),
        ("resolution", 1 << 20),
        ("resolution", "64"),
        ("resolution", True),
        ("w_dim", -1),
        ("w_dim", 1.5),
        ("w_dim", 1 << 40),
        ("architecture", "unet"),
        ("activation", "relu"),
        ("mapping", 8),
        ("mapping", {"layers": 1000}),
        ("mapping", {"lr_multiplier": float("nan")}),
        ("resample_filter", []),
        ("resample_filter", ["a"]),
        ("resample_filter", [1] * 100),
        ("use_noise", 1),
        ("conv_clamp", float("inf")),
        ("c_dim", None),
    ],
)
def test_odd_values_are_named(key: str, value: Any) -> None:
    generator = tiny_stylegan2()
    table = tables.stylegan2_table(generator.config) | {key: value}
    with pytest.raises(BadModel) as caught:
        tables.stylegan2_config("net.toml", table, generator.state_dict())
    assert "net.toml" in str(caught.value)
    assert len(str(caught.value)) <= 220


def test_missing_tensors_are_named() -> None:
    generator = tiny_stylegan2()
    table = tables.stylegan2_table(generator.config)
    state = generator.state_dict()
    del state["synthesis.b8.conv1.weight"]
    with pytest.raises(BadModel, match=r"synthesis\.b8\.conv1\.weight"):
        tables.stylegan2_config("n", table, state)
    state["synthesis.b8.conv1.weight"] = torch.tensor(1.0)
    with pytest.raises(BadModel, match="axes"):
        tables.stylegan2_config("n", table, state)


def test_words_and_truths() -> None:
    table = Table("n", {"a": "x", "b": True})
    assert table.choice("a", "y", ("x", "y")) == "x"
    assert table.truth("b", False)
    assert table.choice("none", "y", ("x", "y")) == "y"
    assert table.real("none", 2) == 2.0
