"""DCGAN: "Unsupervised Representation Learning with Deep Convolutional Generative Adversarial
Networks" (Radford et al. 2015, arXiv:1511.06434), in the layout of PyTorch's example (FORMATS 9).

A column of transposed 4×4 convolutions, the first 1 → 4 px, each further one ×2, with batch norm
and ReLU between and tanh at the end. A class-conditional one takes the class vector *after* z.
Norms are folded into the convolutions while the weights are frozen.
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

EPS = 1e-5


@dataclass(frozen=True)
class DCGANConfig:
    """`widths`: outputs of every layer but the last; `biased`: layers that have a bias."""

    resolution: int
    z_dim: int
    widths: tuple[int, ...]
    c_dim: int = 0
    channels: int = 3
    biased: tuple[int, ...] = ()


class UpConv(nn.Module):
    """`main.{3i}`: a transposed convolution, stored [in, out, 4, 4]."""

    weight: Tensor
    bias: Tensor | None

    def __init__(self, inputs: int, outputs: int, *, biased: bool) -> None:
        super().__init__()
        self.weight = nn.Parameter(0.02 * torch.randn(inputs, outputs, 4, 4))
        self.bias = nn.Parameter(torch.zeros(outputs)) if biased else None


class Norm(nn.Module):
    """`main.{3i + 1}`: batch norm with the statistics of training."""

    weight: Tensor
    bias: Tensor
    running_mean: Tensor
    running_var: Tensor

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))
        self.register_buffer("running_mean", torch.zeros(channels))
        self.register_buffer("running_var", torch.ones(channels))


class DCGANGenerator(Generator, Derived):
    """The example's generator, for any power-of-two size, conditional or not."""

    def __init__(self, config: DCGANConfig) -> None:
        super().__init__()
        self.config = config
        widths = (config.z_dim + config.c_dim, *config.widths, config.channels)
        self.main = nn.ModuleDict()
        self.count = len(widths) - 1
        for i in range(self.count):
            self.main[str(3 * i)] = UpConv(widths[i], widths[i + 1], biased=i in config.biased)
            if i < self.count - 1:
                self.main[str(3 * i + 1)] = Norm(widths[i + 1])
        found = {Capability.ACTIVATIONS} | ({Capability.CLASSES} if config.c_dim else set())
        self.info = ModelInfo(
            family="dcgan",
            z_dim=config.z_dim,
            c_dim=config.c_dim,
            w_dim=0,
            num_ws=0,
            resolution=config.resolution,
            channels=config.channels,
            capabilities=frozenset(found),
            parameters=sum(p.numel() for p in self.parameters()),
        )
        self._kept = {}

    def _parts(self, i: int) -> tuple[UpConv, Norm | None]:
        conv = self.main[str(3 * i)]
        norm = self.main[str(3 * i + 1)] if i < self.count - 1 else None
        assert isinstance(conv, UpConv) and (norm is None or isinstance(norm, Norm))
        return conv, norm

    def _weight(self, i: int) -> Tensor:
        """The convolution's weight times the norm's scale, kept while both are frozen."""
        conv, norm = self._parts(i)
        if norm is None:
            return conv.weight
        sources = [conv.weight, norm.weight, norm.running_var]
        if any(source.requires_grad for source in sources):
            return self._folded(i)
        return self.kept(i, sources, lambda: self._folded(i))

    def _folded(self, i: int) -> Tensor:
        conv, norm = self._parts(i)
        assert norm is not None
        weight = conv.weight * _scale(norm)[:, None, None]
        return weight.contiguous(memory_format=layout(weight))

    def _bias(self, i: int) -> Tensor | None:
        conv, norm = self._parts(i)
        if norm is None:
            return conv.bias
        mean = norm.running_mean if conv.bias is None else norm.running_mean - conv.bias
        return norm.bias - mean * _scale(norm)

    def embed(self, c: Tensor) -> Tensor:
        """The class weights themselves: this family has no vectors of its own for classes."""
        return one_hot(c, self.config.c_dim)

    def generate(
        self,
        z: Tensor,
        c: Tensor | None = None,
        truncation: float = 1.0,
        embed: Tensor | None = None,
    ) -> Tensor:
        """z (N, z_dim), and one-hot, soft or index classes where there are any → (N, C, R, R)."""
        return last(self.stages(z, c, truncation, embed))

    def layers(self) -> tuple[str, ...]:
        """The convolutions before the picture, each before its ReLU."""
        return ("first", *(f"main.{3 * i}" for i in range(1, self.count - 1)))

    def stages(
        self,
        code: Tensor,
        c: Tensor | None = None,
        truncation: float = 1.0,
        embed: Tensor | None = None,
    ) -> Iterator[tuple[str, Tensor]]:
        """Each layer's name and activations, the picture at the end; `code` is z."""
        inputs, bias = self._inputs(code, c, embed), self._bias(0)
        x = (inputs @ self._weight(0).flatten(1)).view(len(inputs), -1, 4, 4)
        x = x if bias is None else x + bias[:, None, None]
        x = x.contiguous(memory_format=layout(x))
        for i in range(1, self.count):
            yield "first" if i == 1 else f"main.{3 * i - 3}", x
            x = F.conv_transpose2d(F.relu(x), self._weight(i), self._bias(i), stride=2, padding=1)
        yield "picture", torch.tanh(x)

    def _inputs(self, z: Tensor, c: Tensor | None, embed: Tensor | None) -> Tensor:
        if not self.config.c_dim:
            return z
        if embed is None:
            if c is None:
                raise BadRequest("This model needs a class.", "Give c.")
            embed = self.embed(c)
        return torch.cat([z, embed], 1)


def _scale(norm: Norm) -> Tensor:
    return norm.weight * (norm.running_var + EPS).rsqrt()
