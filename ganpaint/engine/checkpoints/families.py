"""From a reader's table to the configuration of each family but StyleGAN2 (FORMATS 3, 7, 8, 9).

As in tables.py, what shapes say is read from the tensors, and every fault in a table, which may
come from anyone's manifest, is a sentence naming file and key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

from torch import Tensor

from ganpaint.engine.checkpoints import sentences
from ganpaint.engine.checkpoints.loaded import Loaded
from ganpaint.engine.checkpoints.tables import LARGEST, Table, dimension, power_of_two
from ganpaint.engine.generators.base import Generator
from ganpaint.engine.generators.biggan import BigGANConfig, BigGANGenerator
from ganpaint.engine.generators.biggan_deep import BigGANDeepConfig, BigGANDeepGenerator
from ganpaint.engine.generators.dcgan import DCGANConfig, DCGANGenerator
from ganpaint.engine.generators.schedule3 import Plan, Source
from ganpaint.engine.generators.stylegan3 import StyleGAN3Config, StyleGAN3Generator
from ganpaint.paths import quoted

MOST_LAYERS = 64
NARROWEST = 8  # channels a BigGAN needs for its hidden layers and its attention
FACTORS = 16  # largest up- or down-sampling and kernel of a StyleGAN3 layer


def positive(table: Table, key: str, default: int | None = None, most: int = LARGEST) -> int:
    """A whole number from 1 to `most`."""
    value = table.whole(key, default, most)
    if value == 0:
        raise sentences.damaged(table.name, f"its {key} is 0")
    return value


def rows(table: Table, key: str) -> list[Any]:
    """A list of one to MOST_LAYERS things."""
    value = table.values.get(key)
    if not isinstance(value, list | tuple) or not 0 < len(value) <= MOST_LAYERS:
        raise sentences.damaged(table.name, f"its {key} are no short list")
    return list(value)


# ------------------------------------------------------------------ StyleGAN3
def stylegan3_config(
    name: str, values: Mapping[str, Any], tensors: Mapping[str, Tensor]
) -> StyleGAN3Config:
    """The configuration of a StyleGAN3, layer by layer."""
    table = Table(name, values)
    entrance, mapping = table.inner("input"), table.inner("mapping")
    mapping.choice("activation", "lrelu", ("lrelu",))
    clamp = table.real("conv_clamp", 256.0)
    plans = tuple(_plan(name, row, tensors, clamp) for row in rows(table, "layers"))
    for row in plans[:-1]:
        if row.rgb:
            raise sentences.refused(name, "its picture layer is not the last")
    source = Source(
        channels=positive(entrance, "channels"),
        size=positive(entrance, "size", most=8192),
        rate=entrance.real("sampling_rate", 0.0),
        bandwidth=entrance.real("bandwidth", 0.0),
    )
    if not 0 < source.bandwidth < source.rate / 2:
        raise sentences.damaged(name, f"its bandwidth is {source.bandwidth:g}")
    _check_joints(table, source, plans)
    return StyleGAN3Config(
        resolution=power_of_two(table),
        z_dim=table.whole("z_dim"),
        w_dim=positive(table, "w_dim"),
        source=source,
        plans=plans,
        c_dim=table.whole("c_dim", 0),
        channels=positive(table, "channels", 3, 64),
        mapping_layers=positive(mapping, "layers", 2, 64),
        mapping_lr=mapping.real("lr_multiplier", 0.01),
        output_scale=table.real("output_scale", 0.25),
    )


def _check_joints(table: Table, source: Source, plans: tuple[Plan, ...]) -> None:
    """Sizes and channels must join up from the input to the picture: nothing fails when painting.

    A layer of side n gives ((n + k − 1)·up + padding − up_taps − down_taps + 2 − 1)/down + 1.
    """
    side, channels = source.size, source.channels
    for row, plan in zip(rows(table, "layers"), plans, strict=True):
        inner = Table(table.name, row)
        outer = positive(inner, "out_size", most=8192)
        total = (outer - 1) * plan.down + 1 - (side + plan.kernel - 1) * plan.up
        if (positive(inner, "in_size", most=8192), plan.inputs) != (side, channels):
            raise sentences.damaged(
                table.name, f"{quoted(plan.name)} does not join the layer before"
            )
        if sum(plan.padding) != total + plan.up_taps + plan.down_taps - 2:
            raise sentences.damaged(table.name, f"sizes and padding of {quoted(plan.name)} differ")
        side, channels = outer, plan.outputs
    if (side, channels) != (power_of_two(table), table.whole("channels", 3)) or not plans[-1].rgb:
        raise sentences.damaged(table.name, f"its layers end at {side} px and {channels} channels")


def _plan(name: str, row: Any, tensors: Mapping[str, Tensor], clamp: float) -> Plan:
    if not isinstance(row, Mapping) or not isinstance(row.get("name"), str):
        raise sentences.damaged(name, "one of its layers is not described")
    table, at = Table(name, row), f"synthesis.{row['name']}"
    if not row["name"].isidentifier():
        raise sentences.damaged(name, f"one of its layers is called {quoted(row['name'])}")
    padding = table.numbers("padding", (), 2)
    if len(padding) != 2 or any(n != int(n) or abs(n) > 4096 for n in padding):
        raise sentences.damaged(name, f"the padding of {quoted(at)} is {padding}")
    down = tensors.get(f"{at}.down_filter")
    return Plan(
        name=row["name"],
        inputs=positive(table, "in_channels"),
        outputs=positive(table, "out_channels"),
        kernel=positive(table, "conv_kernel", 3, FACTORS),
        up=positive(table, "up_factor", 1, FACTORS),
        down=positive(table, "down_factor", 1, FACTORS),
        padding=(int(padding[0]), int(padding[1])),
        up_taps=dimension(tensors, f"{at}.up_filter", 0, name),
        down_taps=dimension(tensors, f"{at}.down_filter", 0, name),
        radial=down is not None and down.ndim == 2,
        rgb=table.truth("is_torgb", False),
        clamp=clamp,
    )


# ------------------------------------------------------------------ BigGAN
def biggan_deep_config(
    name: str, values: Mapping[str, Any], tensors: Mapping[str, Tensor]
) -> BigGANDeepConfig:
    """The configuration of a BigGAN-deep of the HuggingFace port."""
    table = Table(name, values)
    layers = []
    for row in rows(table, "layers"):
        if not isinstance(row, list | tuple) or len(row) != 3:
            raise sentences.damaged(name, "one of its layers is not [up, in, out]")
        inner = Table(name, dict(zip(("up", "in", "out"), row, strict=True)))
        width = positive(inner, "in", most=256), positive(inner, "out", most=256)
        layers.append((inner.truth("up", False), *width))
    side = power_of_two(table)
    if side != 4 * 2 ** sum(up for up, _, _ in layers):
        raise sentences.damaged(name, f"its layers do not end at {side} px")
    if any(before[2] != after[1] for before, after in pairwise(layers)):
        raise sentences.damaged(name, "its layers do not join up")
    channel_width = positive(table, "channel_width")
    if min(before for _, before, _ in layers) * channel_width < NARROWEST:
        raise sentences.damaged(name, f"its channel_width is {channel_width}")
    stats = table.whole("n_stats", 51, 10_000)
    if stats < 2:
        raise sentences.damaged(name, f"its n_stats is {stats}")
    return BigGANDeepConfig(
        resolution=side,
        z_dim=positive(table, "z_dim"),
        c_dim=positive(table, "c_dim"),
        channel_width=channel_width,
        layers=tuple(layers),
        attention_layer_position=table.whole("attention_layer_position", 8),
        eps=table.real("eps", 1e-4),
        n_stats=stats,
    )


def biggan_config(
    name: str, values: Mapping[str, Any], tensors: Mapping[str, Tensor]
) -> BigGANConfig:
    """The configuration of ajbrock's BigGAN; widths are the convolutions' own."""
    table = Table(name, values)
    deep = table.truth("deep", False)
    widths = [dimension(tensors, "blocks.0.0.conv1.weight", 1, name)]
    last = "conv4" if deep else "conv2"
    while f"blocks.{len(widths) - 1}.0.{last}.weight" in tensors:
        key = f"blocks.{len(widths) - 1}.0.{last}.weight"
        widths.append(dimension(tensors, key, 0, name))
    blocks = len(widths) - 1
    attention = table.values.get("attention", [])
    if not isinstance(attention, list | tuple) or any(
        type(n) is not int or not 0 <= n < blocks for n in attention
    ):
        raise sentences.damaged(name, f"its attention is {sentences.shown(attention, 20)}")
    side = power_of_two(table)
    doublings = blocks // 2 if deep else blocks
    bottom = side >> doublings
    if blocks == 0 or bottom == 0 or bottom << doublings != side:
        raise sentences.damaged(name, f"its {blocks} blocks do not end at {side} px")
    if min(widths[: -1 if deep else None]) < (NARROWEST if deep or attention else 1):
        raise sentences.damaged(name, f"its narrowest block has {min(widths)} channels")
    z_dim, hierarchical = positive(table, "z_dim"), table.truth("hierarchical", False)
    if hierarchical and not deep and z_dim % (blocks + 1):
        raise sentences.damaged(name, f"its z of {z_dim} does not divide into {blocks + 1} parts")
    return BigGANConfig(
        resolution=side,
        z_dim=z_dim,
        c_dim=positive(table, "c_dim"),
        widths=tuple(widths),
        channels=positive(table, "channels", 3, 64),
        shared_dim=table.whole("shared_dim", 0),
        hierarchical=hierarchical,
        deep=deep,
        attention=tuple(attention),
        bn_eps=table.real("bn_eps", 1e-5),
        bottom=bottom,
    )


# ------------------------------------------------------------------ DCGAN
def dcgan_config(
    name: str, values: Mapping[str, Any], tensors: Mapping[str, Tensor]
) -> DCGANConfig:
    """The configuration of a DCGAN; widths and biases are the file's own."""
    table = Table(name, values)
    side = power_of_two(table)
    count = side.bit_length() - 2  # 4 px: one layer
    widths = tuple(dimension(tensors, f"main.{3 * i}.weight", 1, name) for i in range(count - 1))
    return DCGANConfig(
        resolution=side,
        z_dim=positive(table, "z_dim"),
        widths=widths,
        c_dim=table.whole("c_dim", 0),
        channels=positive(table, "channels", 3, 64),
        biased=tuple(i for i in range(count) if f"main.{3 * i}.bias" in tensors),
    )


def network_of(loaded: Loaded, name: str) -> Callable[[], Generator]:
    """What makes the network of a file that was read.

    Raises:
        BrokenModel, Refused: its table does not describe a network of its family.
    """
    table, tensors = loaded.table, loaded.part("G_ema")
    if loaded.family == "stylegan3":
        third = stylegan3_config(name, table, tensors)
        return lambda: StyleGAN3Generator(third)
    if loaded.family == "biggan_deep":
        deep = biggan_deep_config(name, table, tensors)
        return lambda: BigGANDeepGenerator(deep)
    if loaded.family == "biggan":
        plain = biggan_config(name, table, tensors)
        return lambda: BigGANGenerator(plain)
    if loaded.family == "dcgan":
        column = dcgan_config(name, table, tensors)
        return lambda: DCGANGenerator(column)
    raise sentences.refused(name, f"its family is {loaded.family}")
