"""Colour scribbles: strokes become terms of a search (METHODS 2.1).

    colour = Σ_s g_s Σ M_s (G - S)² / (C Σ M_s) / Σ g_s,   g_s = √(Σ M_s)

The root keeps a large background stroke from drowning a small one over an eye. A flat stroke
should not force a flat texture: most of the weight lies on Gaussian blurs of both sides, the
texture is the generator's (after Zhu et al. 2016, arXiv 1609.03552).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from ganpaint.engine.objective import Point, Term

BLURS = ((0.0, 0.3), (1 / 64, 0.4), (1 / 16, 0.3))  # (σ as a share of R, weight)
OUTSIDE = 1 / 16  # of R: how far around the strokes the picture is free
STAY_CODE = 5.0  # weight of the distance in codes at "stay close" 1, and
STAY_PICTURE = 5.0  # of the change outside the strokes; both grow with its square


@dataclass(frozen=True, slots=True, eq=False)
class Constraint:
    """What the strokes ask for, in the frame.

    Attributes:
        colour: (1, 3, R, R) in [-1, 1], where `cover` is above 0.
        cover: (1, 1, R, R) in [0, 1]: all strokes, later over earlier.
        importance: (1, 1, R, R), sums to 1: every stroke has the root of its area.
    """

    colour: Tensor
    cover: Tensor
    importance: Tensor

    @staticmethod
    def of(colours: Tensor, covers: Tensor, erases: list[bool]) -> Constraint:
        """Strokes in painting order: colours (S, 3, R, R) in [-1, 1], covers (S, R, R).

        A stroke that erases takes the earlier ones away and asks for nothing itself.
        """
        size = covers.shape[-1]
        colour = torch.zeros(3, size, size)
        left: list[Tensor] = []
        for paint, cover, erase in zip(colours, covers, erases, strict=True):
            left = [former * (1 - cover) for former in left]
            colour = colour * (1 - cover)
            if not erase:
                left.append(cover)
                colour = colour + paint * cover
        total = torch.stack(left).sum(0) if left else torch.zeros(size, size)
        importance = torch.zeros(size, size)
        for cover in left:
            area = float(cover.sum())
            if area > 0.05:  # of a pixel: less is nothing to hold on to
                importance += cover / math.sqrt(area)
        importance = importance / importance.sum().clamp(min=1e-12)
        return Constraint(
            colour=(colour / total.clamp(min=1e-6))[None],
            cover=total[None, None],
            importance=importance[None, None],
        )

    @property
    def is_empty(self) -> bool:
        """Whether no stroke reaches the frame."""
        return float(self.importance.sum()) < 0.5

    def on(self, device: torch.device) -> Constraint:
        """The same on a device."""
        return Constraint(*(t.to(device) for t in (self.colour, self.cover, self.importance)))

    def error(self, images: Tensor) -> Tensor:
        """Root mean square distance inside the strokes, (N,), in grey levels of 255."""
        apart = (images.clamp(-1, 1) - self.colour).square().mean(1, keepdim=True)
        weight = self.cover / self.cover.sum().clamp(min=1e-6)
        return (apart * weight).sum((1, 2, 3)).sqrt() * 127.5


def colour_term(constraint: Constraint, weight: float = 1.0) -> Term:
    """The strokes' colours, on the picture and on its blurs."""
    size = constraint.cover.shape[-1]
    kernels = [(gaussian_kernel(sigma * size), share) for sigma, share in BLURS]
    kernels = [(k.to(constraint.cover.device), share) for k, share in kernels]
    sides = []
    for kernel, share in kernels:
        cover = blurred(constraint.cover, kernel).clamp(min=1e-4)
        goal = blurred(constraint.colour * constraint.cover, kernel) / cover
        sides.append((kernel, share, cover, goal))

    def measure(point: Point) -> Tensor:
        painted = point.images * constraint.cover
        loss = point.images.new_zeros(len(point.images))
        for kernel, share, cover, goal in sides:
            apart = (blurred(painted, kernel) / cover - goal).square().mean(1, keepdim=True)
            loss = loss + share * (apart * constraint.importance).sum((1, 2, 3))
        return loss

    return Term("colour", weight, measure)


def outside_term(constraint: Constraint, before: Tensor, stay_close: float) -> Term:
    """Mean absolute change of the picture away from the strokes.

    Args:
        before: (1, 3, R, R), the picture the search begins at.
        stay_close: 0…1.
    """
    outside = 1 - dilated(constraint.cover, round(constraint.cover.shape[-1] * OUTSIDE))
    weights = outside / (3 * outside.sum().clamp(min=1.0))

    def measure(point: Point) -> Tensor:
        return ((point.images - before).abs() * weights).sum((1, 2, 3))

    return Term("outside", STAY_PICTURE * stay_close**2, measure, likeness=False)


def dilated(cover: Tensor, radius: int) -> Tensor:
    """Grey dilation of (1, 1, R, R) by a square of the radius."""
    if radius < 1:
        return cover
    return functional.max_pool2d(cover, 2 * radius + 1, stride=1, padding=radius)


def gaussian_kernel(sigma: float) -> Tensor:
    """(n,) samples of a Gaussian, summing to 1; one sample where σ is 0."""
    if sigma <= 0:
        return torch.ones(1)
    reach = math.ceil(3 * sigma)
    x = torch.arange(-reach, reach + 1, dtype=torch.float64)
    kernel = torch.exp(-x.square() / (2 * sigma * sigma))
    return (kernel / kernel.sum()).float()


def blurred(images: Tensor, kernel: Tensor) -> Tensor:
    """(N, C, R, R) blurred in both directions; zeros beyond the border."""
    if len(kernel) == 1:
        return images
    n, c, height, width = images.shape
    flat = images.reshape(n * c, 1, height, width)
    pad = len(kernel) // 2
    flat = functional.conv2d(flat, kernel.reshape(1, 1, -1, 1), padding=(pad, 0))
    flat = functional.conv2d(flat, kernel.reshape(1, 1, 1, -1), padding=(0, pad))
    return flat.reshape(n, c, height, width)
