"""Between a manifest's tables and the networks' configurations, both ways.

A table is what FORMATS section 14 shows under `[generator]` and `[discriminator]`. What shapes say
(channels of each block, widths inside the mapping) is read from the tensors, never assumed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from torch import Tensor

from ganpaint.engine.checkpoints import sentences
from ganpaint.engine.generators.discriminator import DiscriminatorConfig
from ganpaint.engine.generators.stylegan2 import StyleGAN2Config

ARCHITECTURES = ("skip", "resnet", "orig")
LARGEST = 1 << 16


class Table:
    """Checked reading of an untrusted table; every fault is a sentence naming file and key."""

    def __init__(self, name: str, values: Mapping[str, Any]) -> None:
        self.name, self.values = name, values

    def whole(self, key: str, default: int | None = None, most: int = LARGEST) -> int:
        """A whole number from 0 to `most`."""
        value = self.values.get(key, default)
        if type(value) is not int or not 0 <= value <= most:
            raise sentences.damaged(self.name, f"its {key} is {sentences.shown(value, 20)}")
        return value

    def real(self, key: str, default: float) -> float:
        """A finite number; None counts as absent."""
        value = self.values.get(key)
        value = default if value is None else value
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not math.isfinite(value)
        ):
            raise sentences.damaged(self.name, f"its {key} is {sentences.shown(value, 20)}")
        return float(value)

    def choice(self, key: str, default: str, options: tuple[str, ...]) -> str:
        """One of a few words."""
        value = self.values.get(key, default)
        if value not in options:
            raise sentences.refused(
                self.name, f"its {key} is {sentences.shown(value, 20)}, not {', '.join(options)}"
            )
        return str(value)

    def truth(self, key: str, default: bool) -> bool:
        """True or false."""
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            raise sentences.damaged(self.name, f"its {key} is {sentences.shown(value, 20)}")
        return value

    def numbers(self, key: str, default: tuple[float, ...], most: int) -> tuple[float, ...]:
        """A short list of finite numbers."""
        value = self.values.get(key, default)
        ok = isinstance(value, list | tuple) and 0 < len(value) <= most
        if not ok or not all(
            isinstance(n, int | float) and not isinstance(n, bool) and math.isfinite(n)
            for n in value
        ):
            raise sentences.damaged(self.name, f"its {key} is not a short list of numbers")
        return tuple(float(n) for n in value)

    def inner(self, key: str) -> Table:
        """A table within, empty if absent."""
        value = self.values.get(key, {})
        if not isinstance(value, Mapping):
            raise sentences.damaged(self.name, f"its {key} is not a table")
        return Table(self.name, value)


def power_of_two(table: Table, least: int = 4, most: int = 4096) -> int:
    """The resolution."""
    side = table.whole("resolution")
    if side & (side - 1) or not least <= side <= most:
        raise sentences.damaged(table.name, f"its resolution is {side}")
    return side


def dimension(tensors: Mapping[str, Tensor], key: str, axis: int, name: str) -> int:
    """The length of one axis of a tensor that must be there."""
    tensor = tensors.get(key)
    if tensor is None:
        raise sentences.damaged(name, f'"{key}" is missing')
    if tensor.ndim <= axis:
        raise sentences.damaged(name, f'"{key}" has only {tensor.ndim} axes')
    return int(tensor.shape[axis])


def stylegan2_config(
    name: str, values: Mapping[str, Any], tensors: Mapping[str, Tensor]
) -> StyleGAN2Config:
    """The generator's configuration from its table and tensors (names without `G_ema.`)."""
    table = Table(name, values)
    side = power_of_two(table)
    mapping = table.inner("mapping")
    layers, w_dim = mapping.whole("layers", 8, 64), table.whole("w_dim")
    for part in (table, mapping):
        part.choice("activation", "lrelu", ("lrelu",))
    c_dim = table.whole("c_dim", 0)
    widths = tuple(
        dimension(tensors, f"synthesis.b{2**k}.conv1.weight", 0, name)
        for k in range(2, int(math.log2(side)) + 1)
    )
    return StyleGAN2Config(
        resolution=side,
        z_dim=table.whole("z_dim"),
        w_dim=w_dim,
        c_dim=c_dim,
        channels=table.whole("channels", 3, 64),
        widths=widths,
        architecture=table.choice("architecture", "skip", ARCHITECTURES),
        mapping_layers=layers,
        mapping_lr=mapping.real("lr_multiplier", 0.01),
        embed_features=dimension(tensors, "mapping.embed.weight", 0, name) if c_dim else 0,
        layer_features=dimension(tensors, "mapping.fc0.weight", 0, name) if layers > 1 else 0,
        resample_filter=table.numbers("resample_filter", (1.0, 3.0, 3.0, 1.0), 32),
        use_noise=table.truth("use_noise", True),
        conv_clamp=table.real("conv_clamp", 0.0),
    )


def stylegan2_table(config: StyleGAN2Config) -> dict[str, Any]:
    """The `[generator]` table of a configuration."""
    return {
        "resolution": config.resolution,
        "channels": config.channels,
        "z_dim": config.z_dim,
        "w_dim": config.w_dim,
        "c_dim": config.c_dim,
        "num_ws": config.num_ws,
        "architecture": config.architecture,
        "mapping": {
            "layers": config.mapping_layers,
            "lr_multiplier": config.mapping_lr,
            "activation": "lrelu",
        },
        "activation": "lrelu",
        "resample_filter": list(config.resample_filter),
        "use_noise": config.use_noise,
        "conv_clamp": config.conv_clamp,
    }


def judge_config(
    name: str, values: Mapping[str, Any], tensors: Mapping[str, Tensor], like: Mapping[str, Any]
) -> DiscriminatorConfig:
    """The discriminator's configuration; resolution and channels are the generator's.

    Whether it knows classes is its own affair: some files pair a generator with classes and a
    discriminator without.
    """
    table, generator = Table(name, values), Table(name, like)
    side = power_of_two(generator)
    embed = "mapping.embed.weight"
    c_dim = dimension(tensors, embed, 1, name) if embed in tensors else 0
    widths = [dimension(tensors, "b4.conv.weight", 0, name)]
    widths += [
        dimension(tensors, f"b{2**k}.conv0.weight", 0, name)
        for k in range(3, int(math.log2(side)) + 1)
    ]
    layers = sum(f"mapping.fc{i}.weight" in tensors for i in range(64))
    return DiscriminatorConfig(
        resolution=side,
        c_dim=c_dim,
        channels=generator.whole("channels", 3, 64),
        widths=tuple(widths),
        architecture=table.choice("architecture", "resnet", ARCHITECTURES),
        cmap_dim=dimension(tensors, "b4.out.weight", 0, name) if c_dim else 0,
        mapping_layers=layers,
        mapping_lr=table.real("mapping_lr", 0.01),
        mbstd_group=table.whole("mbstd_group", 4),
        mbstd_features=table.whole("mbstd_features", 1),
        resample_filter=table.numbers("resample_filter", (1.0, 3.0, 3.0, 1.0), 32),
        conv_clamp=table.real("conv_clamp", 0.0),
    )


def judge_table(config: DiscriminatorConfig) -> dict[str, Any]:
    """The `[discriminator]` table of a configuration."""
    return {
        "architecture": config.architecture,
        "mapping_lr": config.mapping_lr,
        "mbstd_group": config.mbstd_group,
        "mbstd_features": config.mbstd_features,
        "resample_filter": list(config.resample_filter),
        "conv_clamp": config.conv_clamp,
    }
