"""StyleGAN2 inside NVIDIA's pickles: what each layer's attributes say (FORMATS sections 1, 2, 4).

Settings that our network has once for all layers must agree in all of them; a file where they
differ is of a fork, and is refused by layer and attribute rather than computed wrongly.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Any

import numpy as np
import torch

from ganpaint.engine.checkpoints import sentences
from ganpaint.engine.checkpoints.archive import Contents
from ganpaint.engine.checkpoints.envelope import Layer, Network, taps_of
from ganpaint.engine.checkpoints.loaded import Loaded
from ganpaint.paths import quoted

# Layers that do not resample store a filter too, and not always the network's own.
GENERATOR_FILTER = re.compile(r"synthesis\.b\d+\.((conv0|skip)\.)?resample_filter")
JUDGE_FILTER = re.compile(r"b\d+\.((conv1|skip)\.)?resample_filter")


def read(network: Network, contents: Contents) -> Loaded:
    """A StyleGAN2 generator from its layers."""
    root, mapping = network.root, network.layer("mapping")
    blocks = [layer for layer in network.below("synthesis.b") if layer.path.count(".") == 1]
    styled = [
        layer for layer in network.below("synthesis.b") if layer.path.endswith((".conv0", ".conv1"))
    ]
    colours = [layer for layer in network.below("synthesis.b") if layer.path.endswith(".torgb")]
    for layer in styled:
        _expect(layer, "activation", "lrelu", ("lrelu",))
        _expect(layer, "up", 1, (2,) if layer.path.endswith("conv0") else (1,))
        _expect(layer, "padding", 1, (1,))
    for layer in [*styled, *colours]:
        check_linear(network, f"{layer.path}.affine", "linear", 1.0)
    layers = mapping.whole("num_layers")
    rate = mapping_rate(network, layers)
    taps = filters(network, GENERATOR_FILTER)
    tensors = network.weights("G_ema")
    _as_planes(tensors)
    table = {
        "resolution": root.whole("img_resolution"),
        "channels": root.whole("img_channels"),
        "z_dim": root.whole("z_dim"),
        "w_dim": root.whole("w_dim"),
        "c_dim": root.whole("c_dim"),
        "num_ws": root.whole("num_ws"),
        "architecture": _common(blocks, "architecture", "skip", contents),
        "mapping": {"layers": layers, "lr_multiplier": rate, "activation": "lrelu"},
        "activation": "lrelu",
        "resample_filter": taps,
        "use_noise": bool(_common(styled, "use_noise", True, contents)),
        "conv_clamp": clamp([*styled, *colours], contents),
    }
    return Loaded("stylegan2", table, tensors)


def read_judge(network: Network, contents: Contents) -> dict[str, Any]:
    """The manifest's `[discriminator]` table of a discriminator (StyleGAN2's and 3's are one)."""
    blocks = [layer for layer in network.layers.values() if layer.kind == "DiscriminatorBlock"]
    end = network.layer("b4")
    names = ("conv0", "conv1", "fromrgb")
    clamped = [
        layer
        for path, layer in network.layers.items()
        if path.endswith(names) and not path.startswith("b4.")
    ]
    for layer in [*clamped, network.layer("b4.conv")]:
        _expect(layer, "activation", "lrelu", ("lrelu",))
    layers = sum(f"mapping.fc{i}.weight" in network.tensors for i in range(64))
    deviation = network.layers.get("b4.mbstd")
    return {
        "architecture": _common([*blocks, end], "architecture", "resnet", contents),
        "mapping_lr": mapping_rate(network, layers) if layers else 0.01,
        "mbstd_group": (deviation.get("group_size") or 0) if deviation else 0,
        "mbstd_features": deviation.whole("num_channels", 1) if deviation else 0,
        "resample_filter": filters(network, JUDGE_FILTER),
        "conv_clamp": clamp([*clamped, network.layer("b4.conv")], contents),
    }


def mapping_rate(network: Network, layers: int) -> float:
    """The learning-rate multiplier of the mapping's layers, which must agree."""
    if layers > 64:
        raise sentences.refused(network.name, f"its mapping has {layers} layers")
    found = set()
    for index in range(layers):
        layer = network.layer(f"mapping.fc{index}")
        found.add(layer.real("bias_gain"))
        check_linear(network, layer.path, "lrelu", layer.real("bias_gain"))
    if "mapping.embed" in network.layers:
        check_linear(network, "mapping.embed", "linear", 1.0)
    if len(found) > 1:
        raise sentences.refused(network.name, "its mapping layers have different multipliers")
    return found.pop() if found else 0.01


def clamp(layers: Iterable[Layer], contents: Contents) -> float:
    """The clamp of all layers; 0 for none."""
    found = {layer.real("conv_clamp", 0.0) for layer in layers}
    if len(found) > 1:
        raise sentences.refused(contents.name, "its layers have different clamps")
    return found.pop() if found else 0.0


def filters(network: Network, used: re.Pattern[str]) -> list[float]:
    """The taps of the FIR filter of the layers that resample, which must agree."""
    first: np.ndarray | None = None
    for key in network.tensors:
        if used.fullmatch(key):
            found = network.tensor(key).numpy()
            if first is None:
                first = found
            elif found.shape != first.shape or not np.allclose(found, first, atol=1e-7):
                raise sentences.refused(network.name, f"its filter {quoted(key)} is another one")
    if first is None:
        return [1.0, 3.0, 3.0, 1.0]
    if first.ndim not in (1, 2) or max(first.shape) > 64 or not np.isfinite(first).all():
        raise sentences.damaged(network.name, "its filter")
    taps, plane = taps_of(first)
    if not np.allclose(np.outer(taps, taps) / np.sum(taps) ** 2, plane, atol=1e-6):
        raise sentences.refused(network.name, "its filter is not the product of two equal ones")
    return taps


def _as_planes(tensors: dict[str, torch.Tensor]) -> None:
    """Long filters are stored as one row: unfold them."""
    for key, tensor in tensors.items():
        if key.endswith(".resample_filter") and tensor.ndim == 1:
            tensors[key] = torch.outer(tensor, tensor)


def check_linear(network: Network, path: str, activation: str, rate: float) -> None:
    """A fully connected layer must have the usual activation and gains."""
    layer = network.layer(path)
    _expect(layer, "activation", activation, (activation,))
    inputs = network.shape(f"{path}.weight")[-1]
    if not math.isclose(layer.real("bias_gain", rate), rate, rel_tol=1e-6):
        raise layer.odd("bias_gain", layer.get("bias_gain"))
    usual = rate / math.sqrt(max(1, inputs))
    if not math.isclose(layer.real("weight_gain", usual), usual, rel_tol=1e-5):
        raise layer.odd("weight_gain", layer.get("weight_gain"))


def _expect(layer: Layer, key: str, default: Any, options: tuple[Any, ...]) -> None:
    value = layer.get(key, default)
    if isinstance(value, list | dict) or value not in options:
        raise layer.odd(key, value)


def _common(layers: Iterable[Layer], key: str, default: Any, contents: Contents) -> Any:
    """The value that all layers share."""
    found = []
    for layer in layers:
        value = layer.get(key, default)
        if not isinstance(value, str | int | bool):
            raise layer.odd(key, value)
        if value not in found:
            found.append(value)
    if len(found) > 1:
        raise sentences.refused(contents.name, f"its layers differ in {key}")
    return found[0] if found else default
