"""BigGAN as ajbrock's BigGAN-PyTorch has it: "Large Scale GAN Training for High Fidelity Natural
Image Synthesis" (Brock et al. 2018, arXiv:1809.11096), from the constants of FORMATS 8.

What people get wrong, and where it stands: the first linear layer is viewed channels first; a
block's conditioning is [embedding, chunk of z], the embedding first; the last norm uses epsilon
1e-5 whatever the others use; the embedding is never normalised; truncation does nothing here,
the caller scales z.

Spectral normalisation and standing statistics are folded into the weights by the reader. Each
norm is one scale and one shift a sample, made from the small class vector.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ganpaint.engine.generators.base import Derived, Generator, last, one_hot
from ganpaint.engine.generators.resample import layout
from ganpaint.errors import BadRequest
from ganpaint.model_info import Capability, ModelInfo

LAST_EPS = 1e-5


@dataclass(frozen=True)
class BigGANConfig:
    """Everything that the weights alone do not say.

    Attributes:
        widths: channels into the first block and out of each one; with `deep`, two blocks a step.
        shared_dim: width of the class embedding; 0 = each norm has a table of its own.
        hierarchical: whether z conditions the blocks too.
        attention: numbers of the blocks that are followed by attention.
    """

    resolution: int
    z_dim: int
    c_dim: int
    widths: tuple[int, ...]
    channels: int = 3
    shared_dim: int = 0
    hierarchical: bool = False
    deep: bool = False
    attention: tuple[int, ...] = ()
    bn_eps: float = 1e-5
    bottom: int = 4

    @property
    def blocks(self) -> int:
        """Number of blocks."""
        return len(self.widths) - 1

    @property
    def chunk(self) -> int:
        """Numbers of z for the first layer and for each block, where z is cut into chunks."""
        return self.z_dim // (self.blocks + 1)

    @property
    def condition(self) -> int:
        """Width of what conditions a norm; 0 with tables by class."""
        if not self.hierarchical:
            return self.shared_dim
        return self.shared_dim + (self.z_dim if self.deep else self.chunk)

    @property
    def first(self) -> int:
        """Width of what the first linear layer takes."""
        if not self.hierarchical:
            return self.z_dim
        return self.condition if self.deep else self.chunk


class Attention(nn.Module):
    """Self-attention over positions; keys and values pooled 2×2, no 1/√d."""

    gamma: Tensor

    def __init__(
        self,
        channels: int,
        names: tuple[str, ...] = ("theta", "phi", "g", "o"),
        gamma: tuple[int, ...] = (),
    ) -> None:
        super().__init__()
        self.names = names
        widths = (channels // 8, channels // 8, channels // 2)
        for name, width in zip(names, widths, strict=False):
            setattr(self, name, Convolution(channels, width, 1, bias=False))
        setattr(self, names[3], Convolution(channels // 2, channels, 1, bias=False))
        self.gamma = nn.Parameter(torch.zeros(gamma))

    def forward(self, x: Tensor) -> Tensor:
        theta, phi, g, out = (getattr(self, name) for name in self.names)
        queries = theta(x).flatten(2)
        keys = F.max_pool2d(phi(x), 2).flatten(2)
        values = F.max_pool2d(g(x), 2).flatten(2)
        weights = torch.softmax(queries.transpose(1, 2) @ keys, 2)
        mixed = (values @ weights.transpose(1, 2)).view(x.shape[0], -1, *x.shape[2:])
        added: Tensor = out(mixed.contiguous(memory_format=layout(x)))
        return x + self.gamma * added


def activated(x: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
    """ReLU of x·scale + shift, scale and shift (N or 1, C): a whole norm in one pass."""
    return F.relu_(torch.addcmul(shift[:, :, None, None], x, scale[:, :, None, None]))


def doubled(x: Tensor) -> Tensor:
    """Every pixel four times."""
    return F.interpolate(x, scale_factor=2.0, mode="nearest")


class Convolution(nn.Conv2d, Derived):
    """A convolution that keeps its size; with `doubling` every pixel is first drawn four times.

    Drawing pixels four times and a 3×3 kernel are together one transposed convolution with a 4×4
    kernel, the 3×3 one spread by 2×2 ones: less than half the time (0.47 at 256 channels, 32 px).
    """

    def __init__(
        self, inputs: int, outputs: int, kernel: int, *, bias: bool = True, doubling: bool = False
    ) -> None:
        super().__init__(inputs, outputs, kernel, padding=kernel // 2, bias=bias)
        self.doubling = doubling
        self._kept = {}

    def forward(self, x: Tensor) -> Tensor:
        if self.doubling:
            return F.conv_transpose2d(x, self._spread(), self.bias, stride=2, padding=1)
        weight, order = self.weight, layout(self.weight)
        if not weight.requires_grad and not weight.is_contiguous(memory_format=order):
            with torch.inference_mode(False):  # or the weight could carry no gradient any more
                self.weight.data = weight.data.contiguous(memory_format=order)
        return super().forward(x)

    def _spread(self) -> Tensor:
        """The kernel (in, out, 4, 4) of the transposed convolution."""
        if self.weight.requires_grad:
            return self._make()
        return self.kept("spread", [self.weight], self._make)

    def _make(self) -> Tensor:
        outputs, inputs = self.weight.shape[:2]
        flipped = self.weight.flip((2, 3)).view(outputs * inputs, 1, 3, 3)
        wide = F.conv2d(flipped, torch.ones_like(flipped[:1, :, :2, :2]), padding=1)
        wide = wide.view(outputs, inputs, 4, 4).transpose(0, 1)
        return wide.contiguous(memory_format=layout(wide))


class ClassNorm(nn.Module):
    """(x − mean)/√(var + eps)·(1 + gain(y)) + bias(y), with statistics of the file."""

    stored_mean: Tensor
    stored_var: Tensor

    def __init__(self, channels: int, config: BigGANConfig) -> None:
        super().__init__()
        self.eps, self.tables = config.bn_eps, not config.shared_dim
        shape = (config.c_dim, channels) if self.tables else (channels, config.condition)
        self.gain = nn.Linear(*shape[::-1], bias=False)
        self.bias = nn.Linear(*shape[::-1], bias=False)
        self.register_buffer("stored_mean", torch.zeros(channels))
        self.register_buffer("stored_var", torch.ones(channels))

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        gain, bias = self.gain.weight, self.bias.weight
        if not self.tables:
            gain, bias = gain.t(), bias.t()
        scale = (1 + y @ gain) * (self.stored_var + self.eps).rsqrt()
        return activated(x, scale, y @ bias - self.stored_mean * scale)


class LastNorm(nn.Module):
    """The unconditional norm before the picture."""

    gain: Tensor
    bias: Tensor
    stored_mean: Tensor
    stored_var: Tensor

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.gain = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))
        self.register_buffer("stored_mean", torch.zeros(channels))
        self.register_buffer("stored_var", torch.ones(channels))

    def forward(self, x: Tensor) -> Tensor:
        scale = self.gain * (self.stored_var + LAST_EPS).rsqrt()
        return activated(x, scale[None], (self.bias - self.stored_mean * scale)[None])


class PlainBlock(nn.Module):
    """norm, ReLU, ×2, 3×3, norm, ReLU, 3×3; the skip path ×2 and 1×1."""

    def __init__(self, inputs: int, outputs: int, config: BigGANConfig) -> None:
        super().__init__()
        self.conv1 = Convolution(inputs, outputs, 3, doubling=True)
        self.conv2 = Convolution(outputs, outputs, 3)
        self.conv_sc = Convolution(inputs, outputs, 1)
        self.bn1 = ClassNorm(inputs, config)
        self.bn2 = ClassNorm(outputs, config)

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        h = self.conv1(self.bn1(x, y))
        h = self.conv2(self.bn2(h, y))
        added: Tensor = h + doubled(
            self.conv_sc(x)
        )  # 1×1 first: the same, for a quarter of the pixels
        return added


class DeepBlock(nn.Module):
    """1×1, [×2] 3×3, 3×3, 1×1, each after norm and ReLU; the skip path drops channels."""

    def __init__(self, inputs: int, outputs: int, config: BigGANConfig, *, up: bool) -> None:
        super().__init__()
        hidden = inputs // 4
        self.up, self.outputs = up, outputs
        self.conv1 = Convolution(inputs, hidden, 1)
        self.conv2 = Convolution(hidden, hidden, 3, doubling=up)
        self.conv3 = Convolution(hidden, hidden, 3)
        self.conv4 = Convolution(hidden, outputs, 1)
        self.bn1 = ClassNorm(inputs, config)
        self.bn2, self.bn3, self.bn4 = (ClassNorm(hidden, config) for _ in range(3))

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        h = self.bn2(self.conv1(self.bn1(x, y)), y)
        x = x[:, : self.outputs]
        x = doubled(x) if self.up else x
        h = self.conv3(self.bn3(self.conv2(h), y))
        added: Tensor = self.conv4(self.bn4(h, y)) + x
        return added


class BigGANGenerator(Generator):
    """ajbrock's generator with its published names, both block types."""

    def __init__(self, config: BigGANConfig) -> None:
        super().__init__()
        self.config = config
        if config.shared_dim:
            self.shared = nn.Linear(config.shared_dim, config.c_dim, bias=False)
        self.linear = nn.Linear(config.first, config.widths[0] * config.bottom**2)
        self.blocks = nn.ModuleList()
        for i in range(config.blocks):
            pair = config.widths[i], config.widths[i + 1]
            block: nn.Module = (
                DeepBlock(*pair, config, up=i % 2 == 1)
                if config.deep
                else PlainBlock(*pair, config)
            )
            after = [Attention(pair[1])] if i in config.attention else []
            self.blocks.append(nn.ModuleList([block, *after]))
        width = config.widths[-1]
        self.output_layer = nn.ModuleList(
            [LastNorm(width), nn.ReLU(), Convolution(width, config.channels, 3)]
        )
        found = {Capability.CLASSES, Capability.ACTIVATIONS}
        if config.shared_dim:
            found.add(Capability.CLASS_EMBEDDING)
        self.info = ModelInfo(
            family="biggan",
            z_dim=config.z_dim,
            c_dim=config.c_dim,
            w_dim=0,
            num_ws=0,
            resolution=config.resolution,
            channels=config.channels,
            capabilities=frozenset(found),
            parameters=sum(p.numel() for p in self.parameters()),
        )

    def embed(self, c: Tensor) -> Tensor:
        """One-hot, soft (N, c_dim) or index (N,) classes → (N, shared_dim).

        Without a shared embedding: the class weights themselves, which the tables take.
        """
        weights = one_hot(c, self.config.c_dim)
        return weights @ self.shared.weight if self.config.shared_dim else weights

    def generate(
        self,
        z: Tensor,
        c: Tensor | None = None,
        truncation: float = 1.0,
        embed: Tensor | None = None,
    ) -> Tensor:
        """z (N, z_dim), already scaled, and classes or their embedding → (N, C, R, R)."""
        return last(self.stages(z, c, truncation, embed))

    def layers(self) -> tuple[str, ...]:
        """The first linear layer, viewed as a picture, and the blocks."""
        return ("first", *(f"blocks.{i}" for i in range(self.config.blocks)))

    def stages(
        self,
        code: Tensor,
        c: Tensor | None = None,
        truncation: float = 1.0,
        embed: Tensor | None = None,
    ) -> Iterator[tuple[str, Tensor]]:
        """Each layer's name and activations, the picture at the end; `code` is z."""
        if embed is None:
            if c is None:
                raise BadRequest("This model needs a class or a class vector.", "Give c.")
            embed = self.embed(c)
        first, conditions = self._conditions(code, embed)
        side = self.config.bottom
        x: Tensor = self.linear(first).view(len(first), -1, side, side)
        x = x.contiguous(memory_format=layout(x))
        yield "first", x
        for i, (block, y) in enumerate(zip(self.blocks, conditions, strict=True)):
            assert isinstance(block, nn.ModuleList)
            x = block[0](x, y)
            for attention in list(block)[1:]:
                x = attention(x)
            yield f"blocks.{i}", x
        norm, _, conv = self.output_layer
        yield "picture", torch.tanh(conv(norm(x)))

    def _conditions(self, z: Tensor, embed: Tensor) -> tuple[Tensor, list[Tensor]]:
        """What the first layer and each block take."""
        config = self.config
        if not config.hierarchical:
            return z, [embed] * config.blocks
        if config.deep:
            both = torch.cat([embed, z], 1)
            return both, [both] * config.blocks
        chunks = torch.split(z, config.chunk, 1)
        return chunks[0], [torch.cat([embed, chunk], 1) for chunk in chunks[1:]]
