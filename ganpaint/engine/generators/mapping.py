"""The mapping from z and class to w, shared by StyleGAN2, its discriminator and StyleGAN3.

    y = act(x · (W·lr/√in)ᵀ + b·lr) · gain                                   (FORMATS 1.2, 1.3)

z is divided by its root *mean* square, the class embedding by its own; the embedding always has
learning rate 1; a stored bias carries the learning-rate multiplier too.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ganpaint.errors import BadRequest

ROOT2 = math.sqrt(2.0)
SLOPE = 0.2


class Linear(nn.Module):
    """A fully connected layer, linear or with a leaky ReLU and gain √2."""

    weight: Tensor
    bias: Tensor

    def __init__(
        self, inputs: int, outputs: int, *, act: bool = False, lr: float = 1.0, bias: float = 0.0
    ) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs) / lr)
        self.bias = nn.Parameter(torch.full((outputs,), bias))
        self.act, self.lr, self.gain = act, lr, lr / math.sqrt(inputs)

    def forward(self, x: Tensor) -> Tensor:
        # the factors go into the product: scaling W itself is a pass over 512×512 numbers a layer
        y = torch.addmm(self.bias, x, self.weight.t(), beta=self.lr, alpha=self.gain)
        return F.leaky_relu(y, SLOPE) * ROOT2 if self.act else y


def normalised(x: Tensor) -> Tensor:
    """x over its root mean square of the features."""
    return x * (x.square().mean(1, keepdim=True) + 1e-8).rsqrt()


@dataclass(frozen=True)
class MappingShape:
    """Sizes of a mapping; `z_dim` 0 without z, `embed` and `hidden` 0 = `w_dim`."""

    z_dim: int
    c_dim: int
    w_dim: int
    layers: int
    lr: float = 0.01
    embed: int = 0
    hidden: int = 0


class Mapping(nn.Module):
    """z (N, z_dim) and class vectors (N, c_dim), soft or one-hot → w (N, w_dim)."""

    w_avg: Tensor

    def __init__(self, shape: MappingShape, *, average: bool = True) -> None:
        super().__init__()
        self.shape = shape
        embed, hidden = shape.embed or shape.w_dim, shape.hidden or shape.w_dim
        inputs = shape.z_dim + (embed if shape.c_dim else 0)
        if shape.c_dim:
            self.embed = Linear(shape.c_dim, embed)
        for index in range(shape.layers):
            outputs = shape.w_dim if index == shape.layers - 1 else hidden
            setattr(self, f"fc{index}", Linear(inputs, outputs, act=True, lr=shape.lr))
            inputs = outputs
        if average:
            self.register_buffer("w_avg", torch.zeros(shape.w_dim))

    def forward(self, z: Tensor | None, c: Tensor | None) -> Tensor:
        parts = []
        if z is not None and self.shape.z_dim:
            parts.append(normalised(z))
        if self.shape.c_dim:
            if c is None:
                raise BadRequest(
                    f"This model needs a class: {self.shape.c_dim} weights that sum to 1.",
                    "Give c.",
                )
            parts.append(normalised(self.embed(c)))
        x = torch.cat(parts, 1) if len(parts) > 1 else parts[0]
        for index in range(self.shape.layers):
            x = getattr(self, f"fc{index}")(x)
        return x

    def truncated(self, ws: Tensor, psi: float, cutoff: int | None = None) -> Tensor:
        """w_avg + psi·(ws − w_avg) for the layers below the cut-off; exactly ws for psi 1."""
        if psi == 1:
            return ws
        pulled = torch.lerp(self.w_avg, ws, psi)
        if cutoff is None:
            return pulled
        return torch.cat([pulled[:, :cutoff], ws[:, cutoff:]], 1)
