"""Legacy TensorFlow pickles of StyleGAN2 and StyleGAN2-ADA (FORMATS section 5).

A tuple (G, D, Gs) of `dnnlib.tflib.network.Network` objects: the third is the averaged generator.
Names are translated, matrices transposed, and the weights of the up-sampling convolutions turned
by half a turn, for TensorFlow stored them for a flipped kernel. Style biases gain the 1 that the
original adds when it runs. The source text in the file is never looked at.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ganpaint.engine.checkpoints import sentences
from ganpaint.engine.checkpoints.archive import Contents, array
from ganpaint.engine.checkpoints.loaded import Loaded
from ganpaint.engine.checkpoints.standins import Record
from ganpaint.engine.checkpoints.tables import Table
from ganpaint.errors import BadModel, Refused
from ganpaint.paths import quoted

TITLE = "TensorFlow pickle"
VERSIONS = (4, 5)
MOST_COMPONENTS = 8
BLOCK = re.compile(r"synthesis/(\d+)x\1/(\w+)/(\w+)")
JUDGE = re.compile(r"(\d+)x\1/(\w+)/(weight|bias)")
LAYERS = {"Conv": "conv1", "Conv0_up": "conv0", "Conv1": "conv1", "ToRGB": "torgb", "Skip": "skip"}
JUDGE_LAYERS = {
    "FromRGB": "fromrgb", "Conv0": "conv0", "Conv1_down": "conv1", "Skip": "skip",
    "Conv": "conv", "Dense0": "fc",
}  # fmt: skip


def recognise(contents: Contents) -> bool:
    """A tuple of three networks, or one network."""
    value = contents.value
    if isinstance(value, Record):
        return value.kind == "network"
    return (
        isinstance(value, tuple | list)
        and len(value) == 3
        and all(isinstance(net, Record) and net.kind == "network" for net in value)
    )


def read(contents: Contents, config: Mapping[str, Any]) -> Loaded:
    """The averaged generator and its discriminator, under section 1's names.

    Raises:
        Refused: an older generation. BrokenModel: incomplete.
    """
    nets = contents.value if isinstance(contents.value, tuple | list) else (contents.value,)
    state = _state(nets[-1], contents.name)
    variables = _variables(state, contents.name)
    if not any(name.endswith("/mod_weight") for name in variables):
        raise Refused(
            f"{quoted(contents.name)} is a StyleGAN or Progressive GAN of an older generation, "
            "which is not read. Nothing was changed.",
            "Choose a StyleGAN2 file.",
        )
    table = _generator_table(Table(contents.name, state["static_kwargs"]))
    tensors = {}
    for name, value in variables.items():
        if "ToRGB_lod" in name:
            name, table["architecture"] = _orig(name, table["resolution"]), "orig"
        ours, tensor = _generator(name, value, contents.name)
        if ours:
            tensors[f"G_ema.{ours}"] = tensor
    table["use_noise"] = any(key.endswith("noise_strength") for key in tensors)
    loaded = Loaded("stylegan2", table, tensors, format=TITLE)
    if len(nets) == 3:
        _add_judge(loaded, nets[1], contents)
    return loaded


def _add_judge(loaded: Loaded, net: Record, contents: Contents) -> None:
    """The discriminator; one of another kind is left out with a note."""
    try:
        state = _state(net, contents.name)
        kwargs = Table(contents.name, state["static_kwargs"])
        tensors = {}
        for name, value in _variables(state, contents.name).items():
            ours, tensor = _judge(name, value, contents.name)
            if ours:
                tensors[f"D.{ours}"] = tensor
        loaded.judge = {
            "architecture": kwargs.choice("architecture", "resnet", ("skip", "resnet", "orig")),
            "mapping_lr": kwargs.real("mapping_lrmul", 0.1),
            "mbstd_group": kwargs.whole("mbstd_group_size", 0),
            "mbstd_features": kwargs.whole("mbstd_num_features", 1),
            "resample_filter": _taps(kwargs),
            "conv_clamp": kwargs.real("conv_clamp", 0.0),
        }
        loaded.tensors |= tensors
    except BadModel as error:
        loaded.notes.append(f"Its discriminator is left out: {error.sentence}")


def _state(net: Record, name: str) -> dict[str, Any]:
    state = net.state
    if not isinstance(state, dict) or not isinstance(state.get("static_kwargs"), dict):
        raise sentences.damaged(name, "a network in it has no contents")
    version = state.get("version")
    if version not in VERSIONS:
        raise Refused(
            f"{quoted(name)} is of TensorFlow network version {sentences.shown(version, 12)}; "
            "versions 4 and 5 (StyleGAN2) are read. Nothing was changed.",
            "Choose a StyleGAN2 file.",
        )
    return state


def _variables(state: dict[str, Any], name: str) -> dict[str, np.ndarray]:
    """All variables by name, those of components behind the component's name."""
    found: dict[str, np.ndarray] = {}
    components = state.get("components", {})
    if not isinstance(components, dict) or len(components) > MOST_COMPONENTS:
        raise sentences.damaged(name, "a network's list of components")
    groups = [("", state)]
    for key, net in components.items():
        if not isinstance(key, str) or not isinstance(net, Record):
            raise sentences.damaged(name, "a network's list of components")
        groups.append((f"{key}/", _state(net, name)))
    for prefix, group in groups:
        variables = group.get("variables", [])
        if not isinstance(variables, list | tuple):
            raise sentences.damaged(name, "a network's list of weights")
        for item in variables:
            if not isinstance(item, tuple | list) or len(item) != 2 or type(item[0]) is not str:
                raise sentences.damaged(name, "a network's list of weights")
            value = array(item[1])
            if value is None and type(item[1]) in (int, float):
                value = np.asarray(item[1], np.float32)
            if value is not None:
                found[prefix + item[0]] = value
    return found


def _generator_table(kwargs: Table) -> dict[str, Any]:
    kwargs.choice("nonlinearity", "lrelu", ("lrelu",))
    side = kwargs.whole("resolution", 1024)
    return {
        "resolution": side,
        "channels": kwargs.whole("num_channels", 3),
        "z_dim": kwargs.whole("latent_size", 512),
        "w_dim": kwargs.whole("dlatent_size", 512),
        "c_dim": kwargs.whole("label_size", 0),
        "num_ws": 2 * side.bit_length() - 4,
        "architecture": kwargs.choice("architecture", "skip", ("skip", "resnet", "orig")),
        "mapping": {
            "layers": kwargs.whole("mapping_layers", 8),
            "lr_multiplier": kwargs.real("mapping_lrmul", 0.01),
            "activation": "lrelu",
        },
        "activation": "lrelu",
        "resample_filter": _taps(kwargs),
        "conv_clamp": kwargs.real("conv_clamp", 0.0),
    }


def _taps(kwargs: Table) -> list[float]:
    if kwargs.values.get("resample_kernel") is None:
        return [1.0, 3.0, 3.0, 1.0]
    return list(kwargs.numbers("resample_kernel", (1.0, 3.0, 3.0, 1.0), 32))


def _orig(name: str, resolution: int) -> str:
    """`ToRGB_lod0` of the networks that have one colour layer only → `RxR/ToRGB`."""
    return re.sub(
        r"ToRGB_lod(\d{1,2})",
        lambda m: "{0}x{0}/ToRGB".format(max(1, resolution >> int(m[1]))),
        name,
    )


def _generator(name: str, value: np.ndarray, file: str) -> tuple[str, Tensor]:
    """One variable of the generator → (our name or "", tensor)."""
    if name == "dlatent_avg":
        return "mapping.w_avg", _tensor(value)
    if name.startswith("mapping/"):
        return _mapping(name.removeprefix("mapping/"), value)
    if (match := re.fullmatch(r"synthesis/noise(\d{1,2})", name)) is not None:
        index = int(match[1])
        block = 4 if index == 0 else 2 ** ((index + 5) // 2)
        layer = "conv1" if index % 2 == 0 else "conv0"
        return f"synthesis.b{block}.{layer}.noise_const", _tensor(value.reshape(value.shape[-2:]))
    match = BLOCK.fullmatch(name)
    if match is None:
        return "", _tensor(value)
    block, layer, kind = f"synthesis.b{match[1]}", match[2], match[3]
    if layer == "Const":
        return f"{block}.const", _tensor(value[0])
    if layer not in LAYERS:
        raise sentences.refused(file, f"it has a layer of another family, {quoted(name)}")
    ours = f"{block}.{LAYERS[layer]}"
    if kind == "weight":
        turned = value[::-1, ::-1] if layer in ("Conv0_up", "Skip") else value
        return f"{ours}.weight", _filters(turned, file, name)
    if kind == "mod_weight":
        return f"{ours}.affine.weight", _tensor(value.T)
    if kind == "mod_bias":
        return f"{ours}.affine.bias", _tensor(value) + 1
    if kind == "noise_strength":
        return f"{ours}.noise_strength", _tensor(value).reshape(())
    return f"{ours}.{kind}", _tensor(value)


def _mapping(name: str, value: np.ndarray) -> tuple[str, Tensor]:
    layer, _, kind = name.partition("/")
    ours = (
        "embed" if layer == "LabelEmbed" else layer.replace("Dense", "fc").replace("Mapping", "fc")
    )
    return f"mapping.{ours}.{kind}", _tensor(value.T if kind == "weight" else value)


def _judge(name: str, value: np.ndarray, file: str) -> tuple[str, Tensor]:
    """One variable of the discriminator → (our name or "", tensor)."""
    if name.startswith(("LabelEmbed/", "Mapping")):
        return _mapping(name, value)
    if name.startswith("Output/"):
        kind = name.removeprefix("Output/")
        return f"b4.out.{kind}", _tensor(value.T if kind == "weight" else value)
    match = JUDGE.fullmatch(name)
    if match is None:
        return "", _tensor(value)
    if match[2] not in JUDGE_LAYERS:
        raise sentences.refused(file, f"it has a layer of another family, {quoted(name)}")
    ours = f"b{match[1]}.{JUDGE_LAYERS[match[2]]}.{match[3]}"
    if match[3] == "bias":
        return ours, _tensor(value)
    return ours, _tensor(value.T) if match[2] == "Dense0" else _filters(value, file, name)


def _filters(value: np.ndarray, file: str, name: str) -> Tensor:
    """(height, width, in, out) → (out, in, height, width)."""
    if value.ndim != 4:
        raise sentences.damaged(file, f"{quoted(name)} has {value.ndim} axes, not 4")
    return _tensor(value.transpose(3, 2, 0, 1))


def _tensor(value: np.ndarray) -> Tensor:
    with np.errstate(over="ignore", invalid="ignore"):
        return torch.from_numpy(np.array(value, dtype=np.float32, order="C"))
