"""StyleGAN as a bare state dict under NVIDIA's names: StyleGAN2's reading, both ones' writing.

Shapes tell almost everything; what they cannot (the mapping's multiplier, the clamp, the
activation) has NVIDIA's default unless `config` says otherwise, and a note says so.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from torch import Tensor

from ganpaint.engine.checkpoints import bare_stylegan3, sentences
from ganpaint.engine.checkpoints.envelope import taps_of
from ganpaint.engine.checkpoints.loaded import Loaded
from ganpaint.engine.checkpoints.rosinality import save
from ganpaint.engine.checkpoints.tables import Table, dimension
from ganpaint.engine.generators.base import Generator
from ganpaint.engine.generators.stylegan2 import StyleGAN2Generator
from ganpaint.engine.generators.stylegan3 import StyleGAN3Generator
from ganpaint.errors import BadRequest

TITLE = "state dict under NVIDIA's names"
PREFIXES = ("", "G_ema.", "G.", "module.")
LAYER = re.compile(r"mapping\.fc(\d{1,2})\.weight")
BLOCK = re.compile(r"synthesis\.b(\d{1,4})\.conv1\.weight")
NOTE = "The file holds weights only: multiplier {rate:g} and {clamp} are assumed."


def _prefix(state: Mapping[str, Tensor]) -> str | None:
    marks = ("synthesis.b4.const", "synthesis.input.freqs")
    return next((p for p in PREFIXES if any(f"{p}{mark}" in state for mark in marks)), None)


def recognise(state: Mapping[str, Tensor]) -> bool:
    """Whether the names are those of a StyleGAN2 or 3."""
    return _prefix(state) is not None


def read(state: Mapping[str, Tensor], config: Mapping[str, Any], name: str) -> Loaded:
    """The generator. Raises BrokenModel, Refused: it is incomplete, or of a fork."""
    prefix = _prefix(state) or ""
    own = {
        key.removeprefix(prefix): tensor for key, tensor in state.items() if key.startswith(prefix)
    }
    if bare_stylegan3.recognise(own):
        return bare_stylegan3.read(own, config, name)
    settings = Table(name, config)
    layers = sum(1 for key in own if LAYER.fullmatch(key))
    sides = [int(match[1]) for key in own if (match := BLOCK.fullmatch(key))]
    side = max(sides, default=0)
    c_dim = dimension(own, "mapping.embed.weight", 1, name) if "mapping.embed.weight" in own else 0
    embed = dimension(own, "mapping.embed.weight", 0, name) if c_dim else 0
    filters = [t for k, t in own.items() if k.endswith(".resample_filter") and ".conv1." not in k]
    rate, clamp = (
        settings.inner("mapping").real("lr_multiplier", 0.01),
        settings.real("conv_clamp", 0),
    )
    table = {
        "resolution": side,
        "channels": dimension(own, f"synthesis.b{side}.torgb.weight", 0, name),
        "z_dim": dimension(own, "mapping.fc0.weight", 1, name) - embed,
        "w_dim": dimension(own, "synthesis.b4.conv1.affine.weight", 1, name),
        "c_dim": c_dim,
        "num_ws": 2 * side.bit_length() - 4,
        "architecture": _architecture(own, side),
        "mapping": {"layers": layers, "lr_multiplier": rate, "activation": "lrelu"},
        "activation": "lrelu",
        "resample_filter": _taps(filters, name),
        "use_noise": "synthesis.b4.conv1.noise_strength" in own,
        "conv_clamp": clamp,
    }
    loaded = Loaded("stylegan2", table, {f"G_ema.{k}": v for k, v in own.items()}, format=TITLE)
    loaded.notes = [NOTE.format(rate=rate, clamp=f"clamp {clamp:g}" if clamp else "no clamp")]
    loaded.lacks_average = True
    return loaded


def _architecture(own: Mapping[str, Tensor], side: int) -> str:
    if side > 4 and "synthesis.b4.torgb.weight" in own:
        return "skip"
    return "resnet" if f"synthesis.b{side}.skip.weight" in own else "orig"


def _taps(filters: list[Tensor], name: str) -> list[float]:
    if not filters:
        return [1.0, 3.0, 3.0, 1.0]
    if filters[0].ndim not in (1, 2) or not 0 < max(filters[0].shape) <= 64:
        raise sentences.damaged(name, "its filter")
    return taps_of(filters[0].numpy())[0]


def write(generator: Generator, path: Path) -> list[str]:
    """Write the generator as a plain table that NVIDIA's network loads → what it cannot hold.

    Their StyleGAN2 has a filter in each layer, those at conv1 too; their StyleGAN3 none where
    nothing is resampled.

    Raises:
        BadRequest: not a StyleGAN. CannotWrite: the former file is untouched.
    """
    state = {key: t.detach().cpu().clone() for key, t in generator.state_dict().items()}
    notes = ["The file holds weights only."]
    if isinstance(generator, StyleGAN2Generator):
        for key in [k for k in state if k.endswith(".conv1.weight")]:
            stem = key.removesuffix(".conv1.weight")
            state[f"{stem}.conv1.resample_filter"] = state[f"{stem}.resample_filter"].clone()
        config = generator.config
        if config.mapping_lr != 0.01 or config.conv_clamp:
            notes = [
                f"The file holds weights only: build their network with lr_multiplier="
                f"{config.mapping_lr:g} and conv_clamp={config.conv_clamp:g}."
            ]
    elif isinstance(generator, StyleGAN3Generator):
        for key in [k for k in state if k.endswith(("up_filter", "down_filter"))]:
            if state[key].numel() == 1:
                del state[key]
    else:
        raise BadRequest(
            f"NVIDIA's state dict is written for StyleGAN only, not {generator.info.family}.",
            "Choose .safetensors.",
        )
    save(OrderedDict(state), path)
    if generator.discriminator is not None:
        notes.append("The discriminator is not in the file.")
    return notes
