"""A tiny StyleGAN2 in the on-disk form of NVIDIA's training code, written from its state dict."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import Tensor

from ganpaint.engine.generators.discriminator import Discriminator
from ganpaint.engine.generators.stylegan2 import StyleGAN2Generator
from tests.engine.checkpoints.assembler import Call, layer

BUFFERS = ("resample_filter", "noise_const", "w_avg", "magnitude_ema")
Attributes = Callable[[str, dict[str, Tensor]], tuple[str, dict[str, Any]]]


def nested(state: dict[str, Tensor], describe: Attributes, path: str = "") -> Call:
    """Layers within layers; `describe` gives class and attributes of each path."""
    own = {key: value for key, value in state.items() if "." not in key}
    inner = dict.fromkeys(key.partition(".")[0] for key in state if "." in key)
    modules = {}
    for name in inner:
        below = {
            key.removeprefix(f"{name}."): value
            for key, value in state.items()
            if key.startswith(f"{name}.")
        }
        modules[name] = nested(below, describe, f"{path}.{name}".lstrip("."))
    kind, attributes = describe(path, own)
    return layer(
        kind,
        {key: value for key, value in own.items() if key not in BUFFERS},
        {key: value for key, value in own.items() if key in BUFFERS},
        modules,
        **attributes,
    )


def _linear(own: dict[str, Tensor], activation: str, rate: float) -> tuple[str, dict[str, Any]]:
    inputs = own["weight"].shape[1]
    return "FullyConnectedLayer", {
        "activation": activation,
        "weight_gain": rate / inputs**0.5,
        "bias_gain": rate,
    }


def generator(network: StyleGAN2Generator) -> Call:
    """The enveloped generator."""
    config = network.config
    clamp = config.conv_clamp or None

    def describe(path: str, own: dict[str, Tensor]) -> tuple[str, dict[str, Any]]:
        name = path.rpartition(".")[2]
        if name.startswith("fc"):
            return _linear(own, "lrelu", config.mapping_lr)
        if name in ("affine", "embed"):
            return _linear(own, "linear", 1.0)
        if name in ("conv0", "conv1"):
            up = 2 if name == "conv0" else 1
            facts = {"activation": "lrelu", "up": up, "padding": 1, "conv_clamp": clamp}
            return "SynthesisLayer", facts | {"use_noise": config.use_noise}
        if name == "torgb":
            return "ToRGBLayer", {"conv_clamp": clamp}
        if name == "skip":
            return "Conv2dLayer", {"conv_clamp": None}
        if name.startswith("b"):
            return "SynthesisBlock", {"architecture": config.architecture}
        if name == "mapping":
            return "MappingNetwork", {"num_layers": config.mapping_layers}
        if name == "synthesis":
            return "SynthesisNetwork", {}
        return "Generator", {
            "z_dim": config.z_dim,
            "c_dim": config.c_dim,
            "w_dim": config.w_dim,
            "num_ws": config.num_ws,
            "img_resolution": config.resolution,
            "img_channels": config.channels,
        }

    return nested(dict(network.state_dict()), describe)


def judge(network: Discriminator) -> Call:
    """The enveloped discriminator."""
    config = network.config
    clamp = config.conv_clamp or None

    def describe(path: str, own: dict[str, Tensor]) -> tuple[str, dict[str, Any]]:
        name = path.rpartition(".")[2]
        if path.startswith("mapping.fc"):
            return _linear(own, "lrelu", config.mapping_lr)
        if name in ("embed", "fc", "out"):
            return _linear(own, "lrelu" if name == "fc" else "linear", 1.0)
        if name in ("fromrgb", "conv0", "conv1", "conv"):
            return "Conv2dLayer", {"activation": "lrelu", "conv_clamp": clamp}
        if name == "skip":
            return "Conv2dLayer", {"activation": "linear", "conv_clamp": None}
        if name == "b4":
            return "DiscriminatorEpilogue", {"architecture": config.architecture}
        if name.startswith("b"):
            return "DiscriminatorBlock", {"architecture": config.architecture}
        return "Discriminator" if not path else "MappingNetwork", {}

    call = nested(dict(network.state_dict()), describe)
    if config.mbstd_features:
        inner = call.args[0]["state"]["_modules"]["b4"].args[0]["state"]["_modules"]
        inner["mbstd"] = layer(
            "MinibatchStdLayer",
            group_size=config.mbstd_group or None,
            num_channels=config.mbstd_features,
        )
    return call
