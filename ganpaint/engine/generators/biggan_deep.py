"""BigGAN-deep in the HuggingFace port, from the constants of FORMATS 7 ("Large Scale GAN Training
for High Fidelity Natural Image Synthesis", Brock et al. 2018, arXiv:1809.11096).

What people get wrong, and where it stands: the conditioning is [z, embedding], z first, and the
same for every layer; the first linear layer is viewed height, width, channels; ×2 comes after the
second norm's ReLU and before conv_1; the skip path keeps the first half of the channels; the last
convolution has many outputs, of which the first three are the picture. Between two rows of
batch-norm statistics the port interpolates the other way round, and some exact steps go astray
by the rounding of a division: parity means keeping both.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ganpaint.engine.generators.base import Generator, last, one_hot
from ganpaint.engine.generators.biggan import Attention, Convolution, activated, doubled
from ganpaint.engine.generators.resample import layout
from ganpaint.errors import BadRequest
from ganpaint.model_info import Capability, ModelInfo

ATTENTION_NAMES = ("snconv1x1_theta", "snconv1x1_phi", "snconv1x1_g", "snconv1x1_o_conv")


@dataclass(frozen=True)
class BigGANDeepConfig:
    """config.json of the port: `layers` are (up, inputs, outputs) in units of `channel_width`."""

    resolution: int
    z_dim: int
    c_dim: int
    channel_width: int
    layers: tuple[tuple[bool, int, int], ...]
    attention_layer_position: int = 8
    eps: float = 1e-4
    n_stats: int = 51
    channels: int = 3


class TruncatedNorm(nn.Module):
    """Batch norm whose statistics depend on the truncation; conditional unless `plain`."""

    weight: Tensor
    bias: Tensor
    running_means: Tensor
    running_vars: Tensor

    def __init__(self, channels: int, config: BigGANDeepConfig, *, plain: bool = False) -> None:
        super().__init__()
        self.eps, self.plain = config.eps, plain
        if plain:
            self.weight = nn.Parameter(torch.ones(channels))
            self.bias = nn.Parameter(torch.zeros(channels))
        else:
            self.scale = nn.Linear(2 * config.z_dim, channels, bias=False)
            self.offset = nn.Linear(2 * config.z_dim, channels, bias=False)
        self.register_buffer("running_means", torch.zeros(config.n_stats, channels))
        self.register_buffer("running_vars", torch.ones(config.n_stats, channels))

    def statistics(self, truncation: float) -> tuple[Tensor, Tensor]:
        """Mean and variance (C,) for a truncation in (0, 1]."""
        step = 1.0 / (len(self.running_means) - 1)
        share, row = math.modf(truncation / step)
        at = int(row)
        means, variances = self.running_means, self.running_vars
        if share == 0:
            return means[at], variances[at]
        # the port's weights are the wrong way round
        return (
            means[at] * share + means[at + 1] * (1 - share),
            variances[at] * share + variances[at + 1] * (1 - share),
        )

    def forward(self, x: Tensor, condition: Tensor, truncation: float) -> Tensor:
        mean, variance = self.statistics(truncation)
        spread = (variance + self.eps).rsqrt()
        if self.plain:
            scale, offset = (self.weight * spread)[None], self.bias[None]
        else:
            scale, offset = (1 + self.scale(condition)) * spread, self.offset(condition)
        return activated(x, scale, offset - mean * scale)


class Block(nn.Module):
    """Four convolutions, 1×1, 3×3, 3×3, 1×1, each after norm and ReLU."""

    def __init__(self, inputs: int, outputs: int, config: BigGANDeepConfig, *, up: bool) -> None:
        super().__init__()
        hidden = inputs // 4
        self.up, self.kept = up, inputs if inputs == outputs else inputs // 2
        widths = (inputs, hidden, hidden, hidden, outputs)
        for j, kernel in enumerate((1, 3, 3, 1)):
            setattr(self, f"bn_{j}", TruncatedNorm(widths[j], config))
            doubling = up and j == 1
            conv = Convolution(widths[j], widths[j + 1], kernel, doubling=doubling)
            setattr(self, f"conv_{j}", conv)

    def forward(self, x: Tensor, condition: Tensor, truncation: float) -> Tensor:
        h = x
        for j in range(4):
            h = getattr(self, f"bn_{j}")(h, condition, truncation)
            h = getattr(self, f"conv_{j}")(h)
        x = x[:, : self.kept]
        return h + (doubled(x) if self.up else x)


class Layers(nn.Module):
    """`generator.*`: from z and embedding to the picture."""

    def __init__(self, config: BigGANDeepConfig) -> None:
        super().__init__()
        width = config.channel_width
        self.first = config.layers[0][1] * width
        self.channels = config.channels
        self.gen_z = nn.Linear(2 * config.z_dim, 16 * self.first)
        layers: list[nn.Module] = []
        for index, (up, inputs, outputs) in enumerate(config.layers):
            if index == config.attention_layer_position:
                layers.append(Attention(inputs * width, ATTENTION_NAMES, (1,)))
            layers.append(Block(inputs * width, outputs * width, config, up=up))
        self.layers = nn.ModuleList(layers)
        end = config.layers[-1][2] * width
        self.bn = TruncatedNorm(end, config, plain=True)
        self.conv_to_rgb = nn.Conv2d(end, end, 3, padding=1)

    def stages(self, condition: Tensor, truncation: float) -> Iterator[tuple[str, Tensor]]:
        """Name and activations of each layer, the picture at the end."""
        x: Tensor = self.gen_z(condition).view(len(condition), 4, 4, self.first)
        x = x.permute(0, 3, 1, 2)
        x = x.contiguous(memory_format=layout(x))
        yield "first", x
        for index, layer in enumerate(self.layers):
            is_block = isinstance(layer, Block)
            x = layer(x, condition, truncation) if is_block else layer(x)
            yield f"layers.{index}", x
        x = self.bn(x, condition, truncation)
        # only the outputs that become the picture
        weight, bias = self.conv_to_rgb.weight, self.conv_to_rgb.bias
        count = self.channels
        assert bias is not None
        image = F.conv2d(x, weight[:count], bias[:count], padding=1)
        yield "picture", torch.tanh(image)


class BigGANDeepGenerator(Generator):
    """Embedding and layers together, with the port's names."""

    def __init__(self, config: BigGANDeepConfig) -> None:
        super().__init__()
        self.config = config
        self.embeddings = nn.Linear(config.c_dim, config.z_dim, bias=False)
        self.generator = Layers(config)
        self.info = ModelInfo(
            family="biggan_deep",
            z_dim=config.z_dim,
            c_dim=config.c_dim,
            w_dim=0,
            num_ws=0,
            resolution=config.resolution,
            channels=config.channels,
            capabilities=frozenset(
                {
                    Capability.CLASSES,
                    Capability.CLASS_EMBEDDING,
                    Capability.TRUNCATION,
                    Capability.ACTIVATIONS,
                }
            ),
            parameters=sum(p.numel() for p in self.parameters()),
        )

    def embed(self, c: Tensor) -> Tensor:
        """One-hot, soft (N, c_dim) or index (N,) classes → (N, z_dim)."""
        vectors: Tensor = self.embeddings(one_hot(c, self.config.c_dim))
        return vectors

    def generate(
        self,
        z: Tensor,
        c: Tensor | None = None,
        truncation: float = 1.0,
        embed: Tensor | None = None,
    ) -> Tensor:
        """z (N, z_dim), already scaled, and classes or their embedding → (N, C, R, R).

        `truncation` in (0, 1] chooses the batch-norm statistics; z should be scaled by the same.
        """
        return last(self.stages(z, c, truncation, embed))

    def layers(self) -> tuple[str, ...]:
        """The first linear layer, viewed as a picture, the blocks and the attention."""
        return ("first", *(f"layers.{i}" for i in range(len(self.generator.layers))))

    def stages(
        self,
        code: Tensor,
        c: Tensor | None = None,
        truncation: float = 1.0,
        embed: Tensor | None = None,
    ) -> Iterator[tuple[str, Tensor]]:
        """Each layer's name and activations, the picture at the end; `code` is z."""
        if not 0 < truncation <= 1:
            raise BadRequest(
                f"A truncation of {truncation:g} is outside this model's range.",
                "Use a number above 0, at most 1.",
            )
        if embed is None:
            if c is None:
                raise BadRequest("This model needs a class or a class vector.", "Give c.")
            embed = self.embed(c)
        return self.generator.stages(torch.cat([code, embed], 1), truncation)
