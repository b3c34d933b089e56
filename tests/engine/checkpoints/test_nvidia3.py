"""StyleGAN3's geometry, read layer by layer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from ganpaint.engine.checkpoints import read_model
from ganpaint.errors import BadModel
from tests.engine.checkpoints import assembler as asm

Put = Callable[..., Path]


def linear(inputs: int, outputs: int, rate: float = 1.0, activation: str = "linear") -> asm.Call:
    return asm.layer(
        "FullyConnectedLayer",
        {"weight": torch.randn(outputs, inputs), "bias": torch.randn(outputs)},
        activation=activation,
        weight_gain=rate / inputs**0.5,
        bias_gain=rate,
    )


def synthesis_layer(torgb: bool, **changes: Any) -> asm.Call:
    facts: dict[str, Any] = {
        "is_torgb": torgb,
        "is_critically_sampled": torgb,
        "in_channels": 4,
        "out_channels": 3 if torgb else 4,
        "in_size": [20, 20],
        "out_size": [16, 16] if torgb else [20, 20],
        "in_sampling_rate": 8,
        "out_sampling_rate": 8,
        "in_cutoff": 2.0,
        "out_cutoff": 3.5,
        "in_half_width": 2.0,
        "out_half_width": 1.5,
        "conv_kernel": 1 if torgb else 3,
        "conv_clamp": 256,
        "up_factor": 1 if torgb else 2,
        "down_factor": 1 if torgb else 2,
        "padding": [0, 0, 0, 0] if torgb else [9, 8, 9, 8],
    }
    buffers = {} if torgb else {"up_filter": torch.ones(12), "down_filter": torch.ones(12)}
    return asm.layer(
        "SynthesisLayer",
        {"weight": torch.randn(3 if torgb else 4, 4, 3, 3), "bias": torch.zeros(4)},
        {"magnitude_ema": torch.tensor(1.0)} | buffers,
        {"affine": linear(6, 4)},
        **(facts | changes),
    )


def network(layer: dict[str, Any] | None = None, **synthesis: Any) -> asm.Call:
    entrance = asm.layer(
        "SynthesisInput",
        {"weight": torch.randn(4, 4)},
        {"transform": torch.eye(3), "freqs": torch.randn(4, 2), "phases": torch.randn(4)},
        {"affine": linear(6, 4)},
        channels=4,
        size=[20, 20],
        sampling_rate=8,
        bandwidth=2,
    )
    names = {"layer_names": ["L0_20_4", "L1_16_3"], "output_scale": 0.25}
    inner = {
        "input": entrance,
        "L0_20_4": synthesis_layer(False, **(layer or {})),
        "L1_16_3": synthesis_layer(True),
    }
    mapping = {"fc0": linear(5, 6, 0.01, "lrelu")}
    return asm.layer(
        "Generator",
        modules={
            "synthesis": asm.layer("SynthesisNetwork", modules=inner, **(names | synthesis)),
            "mapping": asm.layer(
                "MappingNetwork", {}, {"w_avg": torch.zeros(6)}, mapping, num_layers=1
            ),
        },
        z_dim=5,
        c_dim=0,
        w_dim=6,
        num_ws=4,
        img_resolution=16,
        img_channels=3,
    )


def test_geometry_comes_from_the_layers(put: Put) -> None:
    loaded = read_model(put({"G_ema": network(output_scale=0.5)}))
    assert loaded.family == "stylegan3"
    assert (loaded.table["output_scale"], loaded.table["conv_clamp"]) == (0.5, 256.0)
    assert loaded.table["input"] == {
        "channels": 4, "size": 20, "sampling_rate": 8.0, "bandwidth": 2.0,
    }  # fmt: skip
    first, last = loaded.table["layers"]
    assert (first["name"], first["padding"], first["up_factor"]) == ("L0_20_4", [9, 8], 2)
    assert last["is_torgb"] and last["out_size"] == 16
    assert loaded.tensors["G_ema.synthesis.L1_16_3.up_filter"].tolist() == [1.0]
    assert loaded.tensors["G_ema.synthesis.L0_20_4.up_filter"].shape == (12,)


@pytest.mark.parametrize(
    ("layer", "synthesis"),
    [
        ({"padding": [1, 2]}, {}),
        ({"padding": [1, 2, 3, 4]}, {}),
        ({"padding": [10**6, 0, 10**6, 0]}, {}),
        ({"in_size": [20, 21]}, {}),
        ({"in_size": "20"}, {}),
        ({"out_size": [10**9, 10**9]}, {}),
        ({"is_torgb": True}, {}),
        ({"conv_clamp": 3.0}, {}),
        ({"up_factor": -2}, {}),
        ({"in_cutoff": float("inf")}, {}),
        ({}, {"layer_names": ["L0_20_4"]}),
        ({}, {"layer_names": 3}),
        ({}, {"output_scale": "big"}),
    ],
)
def test_odd_geometry_is_named(layer: Any, synthesis: Any, put: Put) -> None:
    with pytest.raises(BadModel) as caught:
        read_model(put({"G_ema": network(layer, **synthesis)}))
    assert len(str(caught.value)) <= 220


def test_published_fixtures(shared: Path) -> None:
    folder = shared / "parity" / "fixtures" / "stylegan3"
    for name in ("t-32", "r-32-cond", "t-16-odd"):
        loaded = read_model(folder / f"{name}.pkl")
        assert len(loaded.table["layers"]) == loaded.table["num_ws"] - 1
        radial = (
            loaded.tensors["G_ema.synthesis.L0_36_14.down_filter"] if "odd" not in name else None
        )
        if radial is not None:
            assert radial.ndim == (2 if name.startswith("r") else 1)
