"""rosinality's StyleGAN2 (stylegan2-pytorch): their names ↔ ours, reading and writing.

One list of name pairs serves both ways (FORMATS section 6). Both store the up-sampling weights for
an unflipped transposed convolution, so nothing is flipped; their filters in the generator are
already multiplied by 4. There are no classes, the architecture is `skip`, the discriminator
`resnet`.
"""

from __future__ import annotations

import io
import math
import re
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ganpaint.atomic import atomic_write
from ganpaint.engine.checkpoints import sentences
from ganpaint.engine.checkpoints.archive import Contents, tensors_of
from ganpaint.engine.checkpoints.envelope import taps_of
from ganpaint.engine.checkpoints.loaded import Loaded
from ganpaint.engine.generators.base import Generator
from ganpaint.engine.generators.stylegan2 import StyleGAN2Generator
from ganpaint.errors import BadModel, BadRequest
from ganpaint.paths import quoted

TITLE = "rosinality checkpoint"
MARKS = ("conv1.conv.weight", "input.input")
COLOUR = re.compile(r"to_rgbs\.\d+\.bias")
NOISE_SEED = 0

Turn = Callable[[Tensor], Tensor]


def _same(tensor: Tensor) -> Tensor:
    return tensor


@dataclass(frozen=True, slots=True)
class Pair:
    """One tensor under both names, with what changes between them."""

    theirs: str
    ours: str
    read: Turn = _same
    write: Turn = _same


def _led(theirs: str, ours: str) -> Pair:
    """[1, …] there, […] here."""
    return Pair(theirs, ours, lambda t: t.reshape(t.shape[1:]), lambda t: t[None])


def pairs(resolution: int, layers: int) -> Iterator[Pair]:
    """Every weight of the generator."""
    for index in range(layers):
        for kind in ("weight", "bias"):
            yield Pair(f"style.{index + 1}.{kind}", f"mapping.fc{index}.{kind}")
    yield _led("input.input", "synthesis.b4.const")
    yield from _layer("conv1", "noises.noise_0", "synthesis.b4.conv1")
    yield from _colour("to_rgb1", "synthesis.b4.torgb")
    for j in range(int(math.log2(resolution)) - 2):
        block = f"synthesis.b{8 * 2**j}"
        yield from _layer(f"convs.{2 * j}", f"noises.noise_{2 * j + 1}", f"{block}.conv0")
        yield from _layer(f"convs.{2 * j + 1}", f"noises.noise_{2 * j + 2}", f"{block}.conv1")
        yield from _colour(f"to_rgbs.{j}", f"{block}.torgb")
        yield _filter(f"convs.{2 * j}.conv.blur.kernel", f"{block}.conv0.resample_filter")
        yield _filter(f"to_rgbs.{j}.upsample.kernel", f"{block}.resample_filter")


def _layer(theirs: str, noise: str, ours: str) -> Iterator[Pair]:
    yield _led(f"{theirs}.conv.weight", f"{ours}.weight")
    yield from _affine(theirs, ours)
    yield Pair(f"{theirs}.activate.bias", f"{ours}.bias", lambda t: t.reshape(-1))
    yield Pair(
        f"{theirs}.noise.weight",
        f"{ours}.noise_strength",
        lambda t: t.reshape(()),
        lambda t: t.reshape(1),
    )
    yield Pair(
        noise, f"{ours}.noise_const", lambda t: t.reshape(t.shape[-2:]), lambda t: t[None, None]
    )


def _colour(theirs: str, ours: str) -> Iterator[Pair]:
    yield _led(f"{theirs}.conv.weight", f"{ours}.weight")
    yield from _affine(theirs, ours)
    yield Pair(
        f"{theirs}.bias", f"{ours}.bias", lambda t: t.reshape(-1), lambda t: t.reshape(1, -1, 1, 1)
    )


def _affine(theirs: str, ours: str) -> Iterator[Pair]:
    for kind in ("weight", "bias"):
        yield Pair(f"{theirs}.conv.modulation.{kind}", f"{ours}.affine.{kind}")


def _filter(theirs: str, ours: str) -> Pair:
    return Pair(theirs, ours, lambda t: t / 4, lambda t: t * 4)


def judge_pairs(resolution: int) -> Iterator[Pair]:
    """Every weight of the discriminator."""
    yield Pair("convs.0.0.weight", f"b{resolution}.fromrgb.weight")
    yield Pair("convs.0.1.bias", f"b{resolution}.fromrgb.bias")
    for j in range(1, int(math.log2(resolution)) - 1):
        theirs, ours = f"convs.{j}", f"b{resolution // 2 ** (j - 1)}"
        yield Pair(f"{theirs}.conv1.0.weight", f"{ours}.conv0.weight")
        yield Pair(f"{theirs}.conv1.1.bias", f"{ours}.conv0.bias")
        yield Pair(f"{theirs}.conv2.0.kernel", f"{ours}.conv1.resample_filter")
        yield Pair(f"{theirs}.conv2.1.weight", f"{ours}.conv1.weight")
        yield Pair(f"{theirs}.conv2.2.bias", f"{ours}.conv1.bias")
        yield Pair(f"{theirs}.skip.0.kernel", f"{ours}.skip.resample_filter")
        yield Pair(f"{theirs}.skip.1.weight", f"{ours}.skip.weight")
    yield Pair("final_conv.0.weight", "b4.conv.weight")
    yield Pair("final_conv.1.bias", "b4.conv.bias")
    for theirs, ours in (("final_linear.0", "b4.fc"), ("final_linear.1", "b4.out")):
        for kind in ("weight", "bias"):
            yield Pair(f"{theirs}.{kind}", f"{ours}.{kind}")


# ------------------------------------------------------------------ reading
def recognise(contents: Contents) -> bool:
    """A table with `g_ema` or `g`, or their names at the top."""
    return _generator_of(contents.value) is not None


def read(contents: Contents, config: Mapping[str, Any]) -> Loaded:
    """The averaged generator with its discriminator.

    Raises:
        BrokenModel, Refused: weights are missing, unknown or misshapen.
    """
    key, raw = _generator_of(contents.value) or ("", {})
    state = _plain(tensors_of(raw, contents))
    name = contents.name
    layers = sum(1 for k in state if k.startswith("style.") and k.endswith(".weight"))
    doubled = sum(1 for k in state if COLOUR.fullmatch(k))
    if doubled > 10 or layers > 64:
        raise sentences.damaged(
            name, f"it has {doubled} picture layers and {layers} mapping layers"
        )
    resolution = 4 * 2**doubled
    notes = []
    if key == "g":
        notes.append("The file holds no averaged generator; the training copy is used.")
    _draw_noise(state, resolution, notes)
    tensors = _renamed(state, pairs(resolution, layers), name)
    table = _table(state, resolution, layers, name)
    loaded = Loaded("stylegan2", table, {f"G_ema.{k}": v for k, v in tensors.items()}, format=TITLE)
    loaded.notes = notes
    average = contents.value.get("latent_avg")
    if average is not None:
        mean = tensors_of({"latent_avg": average}, contents).get("latent_avg")
        if mean is None or mean.shape[-1:] != (table["w_dim"],):
            raise sentences.damaged(name, "its latent_avg is no mean of w")
        loaded.tensors["G_ema.mapping.w_avg"] = mean.reshape(-1, table["w_dim"]).mean(0)
    else:
        loaded.lacks_average = True
    judge = contents.value.get("d") if key else None
    if isinstance(judge, dict):
        _add_judge(loaded, _plain(tensors_of(judge, contents)), resolution, name)
    return loaded


def _generator_of(value: Any) -> tuple[str, dict[str, Any]] | None:
    if not isinstance(value, dict):
        return None
    for key in ("g_ema", "g"):
        if _is_generator(value.get(key)):
            return key, value[key]
    return ("", value) if _is_generator(value) else None


def _is_generator(value: Any) -> bool:
    return isinstance(value, dict) and any(
        all(f"{prefix}{mark}" in value for mark in MARKS) for prefix in ("", "module.")
    )


def _plain(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Without DataParallel's prefix, and with the older name of the biases brought up to date."""
    found = {key.removeprefix("module."): value for key, value in state.items()}
    for key in [k for k in found if k.startswith(("conv1.", "convs.")) and k.endswith(".bias")]:
        stem = key.removesuffix(".bias")
        if f"{stem}.conv.weight" in found:
            found.setdefault(f"{stem}.activate.bias", found.pop(key))
    return found


def _table(state: Mapping[str, Tensor], resolution: int, layers: int, name: str) -> dict[str, Any]:
    first, rgb = state.get("style.1.weight"), state.get("to_rgb1.bias")
    if first is None or first.ndim != 2 or rgb is None:
        raise sentences.damaged(name, '"style.1.weight" or "to_rgb1.bias" is missing')
    kernels = [t for k, t in state.items() if k.endswith((".blur.kernel", ".upsample.kernel"))]
    taps = [1.0, 3.0, 3.0, 1.0]
    if kernels:
        if any(t.shape != kernels[0].shape or not torch.equal(t, kernels[0]) for t in kernels):
            raise sentences.refused(name, "its filters differ from layer to layer")
        taps = taps_of((kernels[0] / 4).numpy())[0]
    return {
        "resolution": resolution,
        "channels": rgb.numel(),
        "z_dim": int(first.shape[1]),
        "w_dim": int(first.shape[0]),
        "c_dim": 0,
        "num_ws": 2 * int(math.log2(resolution)) - 2,
        "architecture": "skip",
        "mapping": {"layers": layers, "lr_multiplier": 0.01, "activation": "lrelu"},
        "activation": "lrelu",
        "resample_filter": taps,
        "use_noise": True,
        "conv_clamp": 0.0,
    }


def _draw_noise(state: dict[str, Tensor], resolution: int, notes: list[str]) -> None:
    """Older files lack the fixed noise maps: seeded ones, the same for everybody."""
    if any(key.startswith("noises.") for key in state):
        return
    rng = torch.Generator().manual_seed(NOISE_SEED)
    for index in range(2 * int(math.log2(resolution)) - 3):
        side = 4 * 2 ** ((index + 1) // 2)
        state[f"noises.noise_{index}"] = torch.randn(1, 1, side, side, generator=rng)
    notes.append("The file holds no fixed noise; seeded maps are used.")


def _renamed(state: Mapping[str, Tensor], listed: Iterator[Pair], name: str) -> dict[str, Tensor]:
    """All weights under our names; a missing or unknown one is named."""
    left = {key for key in state if key != "latent_avg"}
    found = {}
    for pair in listed:
        tensor = state.get(pair.theirs)
        if tensor is None:
            if pair.theirs.endswith(".kernel"):
                continue  # rebuilt from the others
            raise sentences.damaged(name, f"{quoted(pair.theirs)} is missing")
        left.discard(pair.theirs)
        try:
            found[pair.ours] = pair.read(tensor)
        except (RuntimeError, IndexError) as error:
            raise sentences.damaged(
                name, f"{quoted(pair.theirs)} has the shape {list(tensor.shape)}", error
            ) from error
    if left:
        raise sentences.refused(name, f"it has a layer of another family, {quoted(min(left))}")
    return found


def _add_judge(loaded: Loaded, state: Mapping[str, Tensor], resolution: int, name: str) -> None:
    try:
        tensors = _renamed(state, judge_pairs(resolution), name)
    except BadModel as error:
        loaded.notes.append(f"Its discriminator is left out: {error.sentence}")
        return
    loaded.tensors |= {f"D.{key}": value for key, value in tensors.items()}
    loaded.judge = {
        "architecture": "resnet",
        "mapping_lr": 0.01,
        "mbstd_group": 4,
        "mbstd_features": 1,
        "resample_filter": loaded.table["resample_filter"],
        "conv_clamp": 0.0,
    }


# ------------------------------------------------------------------ writing
def write(generator: Generator, path: Path) -> list[str]:
    """Write a StyleGAN2 in their form (`g_ema`, `latent_avg`, `d`) → what it cannot hold.

    Raises:
        BadRequest: their code has no such network. CannotWrite: the former file is untouched.
    """
    if not isinstance(generator, StyleGAN2Generator):
        raise BadRequest(
            f"rosinality's form holds StyleGAN2 only, not {generator.info.family}.",
            "Choose .safetensors.",
        )
    config = generator.config
    for is_so, what in (
        (config.c_dim > 0, "classes"),
        (config.architecture != "skip", f"the architecture {config.architecture}"),
        (not config.use_noise, "layers without noise inputs"),
        (config.z_dim != config.w_dim, "z and w of different length"),
        (config.mapping_lr != 0.01, f"a mapping multiplier of {config.mapping_lr:g}"),
        (config.layer_features not in (0, config.w_dim), "a mapping of another width"),
    ):
        if is_so:
            raise BadRequest(
                f"rosinality's form cannot hold {what}.", "Choose .safetensors or NVIDIA's form."
            )
    notes = []
    if config.conv_clamp:
        notes.append(f"Their code has no clamp; the one at ±{config.conv_clamp:g} is not kept.")
    state = generator.state_dict()
    value: dict[str, Any] = {
        "g_ema": _theirs(state, pairs(config.resolution, config.mapping_layers)),
        "latent_avg": state["mapping.w_avg"].detach().cpu().clone(),
    }
    judge = generator.discriminator
    if judge is not None:
        shape = judge.config
        if (shape.architecture, shape.mbstd_features, shape.c_dim) == ("resnet", 1, 0):
            value["d"] = _theirs(judge.state_dict(), judge_pairs(config.resolution))
        else:
            notes.append("Their code has no such discriminator; it is not kept.")
    save(value, path)
    return notes


def _theirs(state: Mapping[str, Tensor], listed: Iterator[Pair]) -> OrderedDict[str, Tensor]:
    return OrderedDict(
        (pair.theirs, pair.write(state[pair.ours].detach().cpu()).clone().contiguous())
        for pair in listed
        if pair.ours in state
    )


def save(value: Any, path: Path) -> None:
    """torch.save, whole or not at all."""
    buffer = io.BytesIO()
    torch.save(value, buffer)
    with atomic_write(path, needed=buffer.tell()) as file:
        file.write(buffer.getbuffer())
