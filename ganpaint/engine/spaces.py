"""The variables of a search and how they become codes: z, w and w+ (METHODS 1.1 and 1.3.3).

w and w+ are searched in whitened P-space variables: the mapping's last leaky ReLU is undone,
v = P(w), and u = ((v - mean) C) / S, so that u is near N(0, I) for codes of samples and a
learning rate is a number in standard deviations, the same for every model (Wulff and Torralba
2020, arXiv 2009.06529; Zhu et al. 2020, arXiv 2012.09036).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from ganpaint.engine.generators.base import Generator
from ganpaint.latent import Code, Space
from ganpaint.model_info import Capability

SLOPE = 0.2  # of the mapping's leaky ReLU
EMBED_STEP = 0.2  # of a class vector for each unit of its variable
TRUNCATED_STD = 0.954  # of a normal variable folded into ±2


def to_p(w: Tensor) -> Tensor:
    """P(w): undo the leaky ReLU, elementwise. Its gain only scales and cancels in whitening."""
    return torch.where(w >= 0, w, w / SLOPE)


def from_p(v: Tensor) -> Tensor:
    """The inverse of `to_p`."""
    return functional.leaky_relu(v, SLOPE)


@dataclass(frozen=True, slots=True, eq=False)
class Gaussian:
    """Mean and principal axes of codes in P space.

    Attributes:
        mean: (Dw,).
        basis: (Dw, Dw), eigenvectors as columns, orthogonal.
        scale: (Dw,), standard deviations along them, floored at 1 % of the largest: small
            models use far fewer dimensions than they have, and null directions would explode.
    """

    mean: Tensor
    basis: Tensor
    scale: Tensor

    def whitened(self, w: Tensor) -> Tensor:
        """w (…, Dw) → u (…, Dw), standard normal for codes of the model."""
        return ((to_p(w) - self.mean) @ self.basis) / self.scale

    def coloured(self, u: Tensor) -> Tensor:
        """The inverse of `whitened`."""
        return from_p(self.mean + (u * self.scale) @ self.basis.T)

    def around(self, mean: Tensor) -> Gaussian:
        """The same axes around other means, (N, 1, Dw) for one mean a start."""
        return replace(self, mean=mean)

    def on(self, device: torch.device) -> Gaussian:
        """The same on a device."""
        return Gaussian(self.mean.to(device), self.basis.to(device), self.scale.to(device))

    @staticmethod
    def of(mean: Tensor, covariance: Tensor) -> Gaussian:
        """From a mean (Dw,) and a covariance (Dw, Dw), float64; deterministic signs."""
        values, vectors = torch.linalg.eigh(covariance.double())
        values, vectors = values.flip(0).clamp(min=0), vectors.flip(1)
        biggest = vectors.abs().argmax(0)
        signs = vectors[biggest, torch.arange(len(values))].sign()
        scale = values.sqrt()
        scale = scale.clamp(min=0.01 * float(scale.max()) + 1e-12)
        return Gaussian(mean.float(), (vectors * signs).float(), scale.float())


class Variables(Protocol):
    """What a search moves, and how it becomes pictures and codes. One row a start."""

    @property
    def generator(self) -> Generator:
        """What paints."""

    @property
    def space(self) -> Space:
        """The space of the codes."""

    @property
    def rate(self) -> float:
        """Adam's rate for these variables."""

    def pictures(self, u: Tensor) -> tuple[Tensor, Tensor | None]:
        """Pictures (N, C, R, R) and, where there is a w, the codes ws (N, L, Dw)."""

    def settled(self, u: Tensor) -> Tensor:
        """u as it is after every step (rescaled, clamped)."""

    def prior(self, u: Tensor) -> Tensor:
        """(N,): how unusual the codes are; about 1 for samples of the model."""

    def rows(self, index: Tensor | slice) -> Variables:
        """The variables of some of the starts."""

    def code(self, u: Tensor, row: int) -> Code:
        """The code of one start."""


@dataclass(frozen=True, slots=True, eq=False)
class Whitened:
    """w, u (N, 1, Dw), or w+, u (N, L, Dw), in standard deviations of the model's own codes.

    Attributes:
        gaussian: P-space statistics; its mean is (N, 1, Dw), one a start.
        c: (N, K) class weights of the starts, or None.
        transform: (3, 3) of the code that the search began from (StyleGAN3), or None.
    """

    generator: Generator
    gaussian: Gaussian
    c: Tensor | None = None
    space: Space = Space.W_PLUS
    rate: float = 0.4
    transform: Tensor | None = None

    def ws(self, u: Tensor) -> Tensor:
        """(N, L, Dw)."""
        return self.gaussian.coloured(u).expand(-1, self.generator.info.num_ws, -1)

    def variables(self, ws: Tensor) -> Tensor:
        """u of codes (N, L, Dw); for w the mean of the layers in P space."""
        u = self.gaussian.whitened(ws)
        return u.mean(1, keepdim=True) if self.space is Space.W else u

    def pictures(self, u: Tensor) -> tuple[Tensor, Tensor | None]:
        ws = self.ws(u)
        return self.generator.synthesize(ws, transform=self.transform), ws

    def settled(self, u: Tensor) -> Tensor:
        return u

    def prior(self, u: Tensor) -> Tensor:
        return u.square().mean((1, 2))

    def rows(self, index: Tensor | slice) -> Whitened:
        return replace(
            self, gaussian=self.gaussian.around(self.gaussian.mean[index]), c=_rows(self.c, index)
        )

    def code(self, u: Tensor, row: int) -> Code:
        with torch.no_grad():
            w = self.gaussian.around(self.gaussian.mean[row]).coloured(u[row])
        values = w[0] if self.space is Space.W else w
        return Code(
            self.space,
            numbers(values),
            self.generator.info.hash,
            c=class_of(self.c, row),
            transform=None if self.transform is None else numbers(self.transform),
        )

    def per_layer(self) -> Whitened:
        """The same codes as variables of w+."""
        return replace(self, space=Space.W_PLUS)


@dataclass(frozen=True, slots=True, eq=False)
class Sphere:
    """z of a model with a mapping, u = z (N, Dz), kept at the norm √Dz.

    The mapping normalises z: without rescaling the norm grows and the step size dies.
    """

    generator: Generator
    c: Tensor | None = None
    space: Space = Space.Z
    rate: float = 0.1
    transform: Tensor | None = None

    def pictures(self, u: Tensor) -> tuple[Tensor, Tensor | None]:
        ws = self.generator.map(u, self.c)
        return self.generator.synthesize(ws, transform=self.transform), ws

    def settled(self, u: Tensor) -> Tensor:
        lengths: Tensor = u.norm(dim=-1, keepdim=True)
        return u * (math.sqrt(u.shape[-1]) / lengths.clamp(min=1e-8))

    def prior(self, u: Tensor) -> Tensor:
        lengths: Tensor = u.norm(dim=-1)
        return (lengths / math.sqrt(u.shape[-1]) - 1).square()

    def rows(self, index: Tensor | slice) -> Sphere:
        return replace(self, c=_rows(self.c, index))

    def code(self, u: Tensor, row: int) -> Code:
        return Code(
            Space.Z,
            numbers(u[row]),
            self.generator.info.hash,
            c=class_of(self.c, row),
            transform=None if self.transform is None else numbers(self.transform),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Input:
    """z of a model without a mapping and, where classes have vectors, the class vector too.

    u is [z, v] (N, Dz + De) with the class vector e = c·E + 0.2·v, so that one learning rate
    serves both (pix2latent's 0.05 and 0.01). BigGAN's z is drawn truncated at 2 and kept there.

    Attributes:
        c: (N, K) class weights of the starts, or None.
        truncation: of the batch norm statistics (BigGAN-deep).
    """

    generator: Generator
    c: Tensor | None = None
    truncation: float = 1.0
    space: Space = Space.Z
    rate: float = 0.05

    @property
    def searches_class(self) -> bool:
        """Whether the class vector is searched too."""
        return self.generator.info.can(Capability.CLASS_EMBEDDING)

    def variables(self, z: Tensor, embed: Tensor | None = None) -> Tensor:
        """u of z (N, Dz) and of class vectors (N, De), by default those of the classes."""
        z = bounded(self.generator, z)
        if not self.searches_class:
            return z
        own = self._own()
        v = torch.zeros_like(own) if embed is None else (embed - own) / EMBED_STEP
        return torch.cat([z, v.expand(len(z), -1)], 1)

    def _own(self) -> Tensor:
        assert self.c is not None
        return self.generator.embed(self.c)

    def _split(self, u: Tensor) -> tuple[Tensor, Tensor | None]:
        size = self.generator.info.z_dim
        if not self.searches_class:
            return u, None
        return u[:, :size], self._own() + EMBED_STEP * u[:, size:]

    def pictures(self, u: Tensor) -> tuple[Tensor, Tensor | None]:
        z, embed = self._split(u)
        return self.generator.generate(z, self.c, self.truncation, embed), None

    def settled(self, u: Tensor) -> Tensor:
        size = self.generator.info.z_dim
        if not self.searches_class:
            return u
        return torch.cat([u[:, :size].clamp(-2, 2), u[:, size:]], 1)

    def prior(self, u: Tensor) -> Tensor:
        size = self.generator.info.z_dim
        lengths: Tensor = u[:, :size].norm(dim=1)
        radius = lengths / math.sqrt(size)
        spare = (EMBED_STEP * u[:, size:]).square().sum(1)
        return (radius - self._radius()).square() + spare

    def _radius(self) -> float:
        """Typical length of z over √Dz: that of a Gaussian, or of one cut off at ±2."""
        return TRUNCATED_STD if self.searches_class else 1.0

    def rows(self, index: Tensor | slice) -> Input:
        return replace(self, c=_rows(self.c, index))

    def code(self, u: Tensor, row: int) -> Code:
        alone = self.rows(slice(row, row + 1))
        with torch.no_grad():
            z, embed = alone._split(u[row : row + 1])
        return Code(
            Space.Z,
            numbers(z[0]),
            self.generator.info.hash,
            c=class_of(self.c, row),
            embed=None if embed is None else numbers(embed[0]),
            truncation_psi=self.truncation,
        )


def bounded(generator: Generator, z: Tensor) -> Tensor:
    """z as the family draws it: BigGAN's folded into ±2."""
    return z.fmod(2) if generator.info.can(Capability.CLASS_EMBEDDING) else z


def layers_of(generator: Generator, code: Code) -> Tensor:
    """ws (L, Dw) of a code of any space, before truncation."""
    values = torch.tensor(code.values, device=generator.device)
    if code.space is Space.W_PLUS:
        return values
    if code.space is Space.W:
        return values.expand(generator.info.num_ws, -1)
    c = generator.class_tensor(None if code.c is None else code.c.tolist())
    with torch.no_grad():
        return generator.map(values[None], c)[0]


def numbers(values: Tensor) -> np.ndarray:
    """A tensor as a NumPy array on the CPU."""
    array: np.ndarray = values.detach().cpu().numpy()
    return array


def class_of(c: Tensor | None, row: int) -> np.ndarray | None:
    """Class weights of one start."""
    return None if c is None else numbers(c[row])


def _rows(c: Tensor | None, index: Tensor | slice) -> Tensor | None:
    return None if c is None else c[index]
