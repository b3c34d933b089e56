"""StyleGAN3 as a bare state dict under NVIDIA's names: reading with assumptions.

Layer names hold sizes and channels ("L3_52_512"), and less twice the margin the sampling rates;
weights hold their kernels, filters their lengths; factors and paddings follow. The margin of 10,
the input's bandwidth of 2, the clamp of 256 and the output scale of 0.25 are the published ones
unless `config` says otherwise (`margin_size`, `bandwidth`, `conv_clamp`, `output_scale`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from ganpaint.engine.checkpoints import sentences
from ganpaint.engine.checkpoints.loaded import Loaded
from ganpaint.engine.checkpoints.tables import Table, dimension

TITLE = "state dict under NVIDIA's names"
LAYER = re.compile(r"synthesis\.(L(\d{1,2})_(\d{1,4})_(\d{1,5}))\.weight")
MAPPING = re.compile(r"mapping\.fc(\d{1,2})\.weight")
MARGIN = 10


def recognise(own: Mapping[str, Tensor]) -> bool:
    """Whether the names are those of a StyleGAN3."""
    return "synthesis.input.freqs" in own


def read(own: Mapping[str, Tensor], config: Mapping[str, Any], name: str) -> Loaded:
    """The generator. Raises BrokenModel, Refused: it is incomplete, or of a fork."""
    settings = Table(name, config)
    tensors = {f"G_ema.{key}": tensor for key, tensor in own.items()}
    entrance, layers = _geometry(own, settings)
    for layer in layers:
        for kind in ("up_filter", "down_filter"):
            # factor 1: none is stored
            tensors.setdefault(f"G_ema.synthesis.{layer['name']}.{kind}", torch.ones(1))
    c_dim = dimension(own, "mapping.embed.weight", 1, name) if "mapping.embed.weight" in own else 0
    embed = dimension(own, "mapping.embed.weight", 0, name) if c_dim else 0
    scale, clamp = settings.real("output_scale", 0.25), settings.real("conv_clamp", 256.0)
    table = {
        "resolution": layers[-1]["out_size"],
        "channels": layers[-1]["out_channels"],
        "z_dim": dimension(own, "mapping.fc0.weight", 1, name) - embed,
        "w_dim": dimension(own, "synthesis.input.affine.weight", 1, name),
        "c_dim": c_dim,
        "num_ws": len(layers) + 1,
        "mapping": {
            "layers": sum(1 for key in own if MAPPING.fullmatch(key)),
            "lr_multiplier": settings.inner("mapping").real("lr_multiplier", 0.01),
            "activation": "lrelu",
        },
        "output_scale": scale,
        "conv_clamp": clamp,
        "input": entrance,
        "layers": layers,
    }
    loaded = Loaded("stylegan3", table, tensors, format=TITLE)
    loaded.notes = [
        f"The file holds weights only: output scale {scale:g}, clamp {clamp:g} and bandwidth "
        f"{entrance['bandwidth']:g} are assumed."
    ]
    return loaded


def _geometry(
    own: Mapping[str, Tensor], settings: Table
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The tables of the input and of all layers."""
    name = settings.name
    found = sorted((int(m[2]), m) for key in own if (m := LAYER.fullmatch(key)))
    if [number for number, _ in found] != list(range(len(found))) or len(found) < 2:
        raise sentences.damaged(name, "its layers are not in a row")
    margin, side = settings.whole("margin_size", MARGIN, 100), int(found[0][1][3])
    channels = dimension(own, "synthesis.input.weight", 0, name)
    rate = side - 2 * margin
    entrance = {
        "channels": channels,
        "size": side,
        "sampling_rate": float(rate),
        "bandwidth": settings.real("bandwidth", 2.0),
    }
    layers = []
    for number, match in found:
        # the last two layers have the picture's size, without a margin
        end, size = len(found) - 1 - number, int(match[3])
        rates = rate, size if end < 2 else size - 2 * margin
        geometry = {"in_size": side, "out_size": size, "in_channels": channels}
        geometry |= _factors(rates, end == 0, name)
        layer = _layer(own, match, geometry, name)
        layers.append(layer | {"is_torgb": end == 0})
        side, channels, rate = size, layer["out_channels"], rates[1]
    return entrance, layers


def _factors(rates: tuple[int, int], last: bool, name: str) -> dict[str, int]:
    """Up- and down-sampling around the activation, which runs at twice the higher rate."""
    between = max(rates) * (1 if last else 2)
    if min(rates) <= 0 or between % rates[0] or between % rates[1]:
        raise sentences.damaged(name, f"its layers have the rates {rates[0]} and {rates[1]}")
    return {"up_factor": between // rates[0], "down_factor": between // rates[1]}


def _layer(
    own: Mapping[str, Tensor], match: re.Match[str], geometry: dict[str, int], name: str
) -> dict[str, Any]:
    """One row of the table."""
    stem = f"synthesis.{match[1]}"
    taps = 0
    for key in (f"{stem}.up_filter", f"{stem}.down_filter"):
        taps += dimension(own, key, 0, name) if key in own else 1
    kernel, up, down = dimension(own, f"{stem}.weight", 2, name), *_both(geometry)
    total = (geometry["out_size"] - 1) * down + 1 - (geometry["in_size"] + kernel - 1) * up
    total += taps - 2
    low = (total + up) // 2
    return {
        "name": match[1],
        "out_channels": int(match[4]),
        "conv_kernel": kernel,
        "padding": [low, total - low],
        **geometry,
    }


def _both(geometry: Mapping[str, int]) -> tuple[int, int]:
    return geometry["up_factor"], geometry["down_factor"]
