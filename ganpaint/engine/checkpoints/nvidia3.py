"""StyleGAN3 inside NVIDIA's pickles: the geometry of every layer (FORMATS sections 3, 4).

The schedule of rates, cut-offs and paddings is read from the layers' attributes, not designed
anew, so that networks of unusual geometry compute what their authors saw. Filters are stored and
kept; a layer without one (factor 1) gets the identity of one tap.
"""

from __future__ import annotations

import re
from typing import Any

import torch

from ganpaint.engine.checkpoints import sentences
from ganpaint.engine.checkpoints.archive import Contents
from ganpaint.engine.checkpoints.envelope import Layer, Network
from ganpaint.engine.checkpoints.loaded import Loaded
from ganpaint.engine.checkpoints.nvidia2 import check_linear, clamp, mapping_rate
from ganpaint.paths import quoted

LAYER = re.compile(r"synthesis\.(L(\d{1,2})_\d+_\d+)")
WHOLE = ("in_channels", "out_channels", "up_factor", "down_factor", "conv_kernel")
REAL = (
    "in_sampling_rate", "out_sampling_rate", "in_cutoff", "out_cutoff",
    "in_half_width", "out_half_width",
)  # fmt: skip


def read(network: Network, contents: Contents) -> Loaded:
    """A StyleGAN3 generator from its layers.

    Raises:
        Refused, BrokenModel: the layers are of another kind, incomplete or contradictory.
    """
    root, mapping = network.root, network.layer("mapping")
    synthesis, entrance = network.layer("synthesis"), network.layer("synthesis.input")
    found = _in_order(network, synthesis)
    for layer in found:
        check_linear(network, f"{layer.path}.affine", "linear", 1.0)
    check_linear(network, "synthesis.input.affine", "linear", 1.0)
    layers = mapping.whole("num_layers")
    table: dict[str, Any] = {
        "resolution": root.whole("img_resolution"),
        "channels": root.whole("img_channels"),
        "z_dim": root.whole("z_dim"),
        "w_dim": root.whole("w_dim"),
        "c_dim": root.whole("c_dim"),
        "num_ws": root.whole("num_ws"),
        "mapping": {
            "layers": layers,
            "lr_multiplier": mapping_rate(network, layers),
            "activation": "lrelu",
        },
        "output_scale": synthesis.real("output_scale", 0.25),
        "conv_clamp": clamp(found, contents),
        "input": {
            "channels": entrance.whole("channels"),
            "size": _side(entrance, "size"),
            "sampling_rate": entrance.real("sampling_rate"),
            "bandwidth": entrance.real("bandwidth"),
        },
        "layers": [_geometry(layer) for layer in found],
    }
    tensors = network.weights("G_ema")
    for layer in found:
        for kind in ("up_filter", "down_filter"):
            # factor 1: no filter is stored
            tensors.setdefault(f"G_ema.{layer.path}.{kind}", torch.ones(1))
    return Loaded("stylegan3", table, tensors)


def _in_order(network: Network, synthesis: Layer) -> list[Layer]:
    """The layers L0 … LN, as the network lists them."""
    names = synthesis.get("layer_names")
    found = {}
    for path, layer in network.layers.items():
        match = LAYER.fullmatch(path)
        if match:
            found[match[1]] = (int(match[2]), layer)
    if not isinstance(names, list) or sorted(map(str, names)) != sorted(found):
        raise sentences.damaged(network.name, "its list of layers differs from its layers")
    ordered = sorted(found.values(), key=lambda pair: pair[0])
    if [number for number, _ in ordered] != list(range(len(ordered))) or len(ordered) < 2:
        raise sentences.damaged(network.name, "its layers are not in a row")
    last = [layer.get("is_torgb") for _, layer in ordered]
    if last != [False] * (len(last) - 1) + [True]:
        raise sentences.refused(network.name, "its picture layer is not the last")
    return [layer for _, layer in ordered]


def _geometry(layer: Layer) -> dict[str, Any]:
    """What one layer computes with, as a table."""
    padding = layer.get("padding")
    if (
        not isinstance(padding, list)
        or len(padding) != 4
        or not all(type(n) is int and abs(n) <= 4096 for n in padding)
    ):
        raise layer.odd("padding", padding)
    if padding[:2] != padding[2:]:
        raise sentences.refused(layer.name, f"its layer {quoted(layer.path)} is not square")
    table: dict[str, Any] = {"name": layer.path.rpartition(".")[2]}
    table |= {key: layer.whole(key) for key in WHOLE}
    table |= {key: layer.real(key) for key in REAL}
    table["in_size"], table["out_size"] = _side(layer, "in_size"), _side(layer, "out_size")
    table["padding"] = padding[:2]
    table["is_torgb"] = bool(layer.get("is_torgb"))
    table["is_critically_sampled"] = bool(layer.get("is_critically_sampled", False))
    return table


def _side(layer: Layer, key: str) -> int:
    """A size, [side, side], as one number."""
    value = layer.get(key)
    ok = isinstance(value, list) and len(value) == 2 and value[0] == value[1]
    side = value[0] if ok and value is not None else value
    if type(side) is not int or not 0 < side <= 8192:
        raise layer.odd(key, value)
    return side
