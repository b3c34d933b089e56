"""Class swaps and mixes that keep the pose, and all else that is laid over a code (METHODS 3.3).

A conditional mapping gives paired codes for the same z under two classes. What z says, pose and
framing above all, is common to both: a regression from the whitened code under class a to the
code under class b carries any code of class a over, projected ones too.

    h = C_aᵀ (P(w) - μ_a) / S_a clipped to ±3,  r = what the clip left over
    T_ab(w) = P⁻¹(μ_b + B_ab h + r),            B_ab = (1/n) Σ (v_b - μ_b) h(z)ᵀ
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from ganpaint.engine.calibration import Calibration, has_w
from ganpaint.engine.generators.base import Generator
from ganpaint.engine.kept import Arrays, keep_arrays, read_arrays
from ganpaint.engine.placement import AS_IT_IS, Placement, placed
from ganpaint.engine.spaces import Gaussian, from_p, layers_of, numbers, to_p
from ganpaint.engine.tensors import seeded
from ganpaint.errors import BadRequest, NotOffered
from ganpaint.latent import Code, Space, frozen
from ganpaint.model_info import Capability

PAIRS = 2000  # samples behind each regression
CLIP = 3.0
PREPARED = 16  # with more classes nothing is fitted ahead: 2 MB a class
MANY = 64  # with more classes only the means are carried over
COARSE = 3  # layers of 4x4 and 8x8, which hold the pose


class LookLike(Protocol):
    """What is laid over a base code; document.Look has these fields."""

    @property
    def class_weights(self) -> tuple[float, ...] | None: ...
    @property
    def strength(self) -> float: ...
    @property
    def pose_lock(self) -> float: ...
    @property
    def sliders(self) -> tuple[tuple[str, float], ...]: ...
    @property
    def truncation_psi(self) -> float: ...
    @property
    def placement(self) -> Placement: ...


@dataclass(frozen=True, slots=True, eq=False)
class Transport:
    """The map from one class to another.

    Attributes:
        source: P-space statistics of class a.
        target_mean: (Dw,) of class b.
        matrix: (Dw, Dw), B_ab.
    """

    source: Gaussian
    target_mean: Tensor
    matrix: Tensor

    def __call__(self, w: Tensor) -> Tensor:
        """w (…, Dw) of class a → (…, Dw) of class b."""
        offset = to_p(w) - self.source.mean
        h = (offset @ self.source.basis) / self.source.scale
        clipped = h.clamp(-CLIP, CLIP)
        rest = offset - (clipped * self.source.scale) @ self.source.basis.T
        return from_p(self.target_mean + clipped @ self.matrix.T + rest)


class Transports:
    """The transports of one model, fitted when first needed and kept on disk."""

    def __init__(self, generator: Generator, calibration: Calibration, cache_dir: Path) -> None:
        self.generator = generator
        self.calibration = calibration
        self._folder = cache_dir / "calibration" / f"{generator.info.hash}-classes"
        self._codes: dict[int, Tensor] = {}
        self._sources: dict[int, Gaussian] = {}
        self._pairs: dict[tuple[int, int], Transport] = {}

    def prepare(self, k: int) -> None:
        """Have what a fit needs of a class at hand: a first swap is then 15 ms, not 90."""
        if has_w(self.generator) and self.generator.info.c_dim <= PREPARED:
            self._source(k)

    def pair(self, a: int, b: int) -> Transport:
        """The map from class a to class b."""
        if (a, b) not in self._pairs:
            self._pairs[a, b] = self._read(a, b) or self._fit(a, b)
        return self._pairs[a, b]

    def mean_shift(self, a: int, b: int) -> Transport:
        """The fallback that only moves the mean: B = C_a S_a."""
        within = self.calibration.within
        means = self.calibration.class_means
        return Transport(within.around(means[a]), means[b], within.basis * within.scale)

    def moved(self, ws: Tensor, source: Tensor, target: Tensor) -> Tensor:
        """What the codes ws (L, Dw) gain when the class mix goes from source to target, (K,).

        Exactly zero where a class goes to itself.
        """
        few = self.generator.info.c_dim <= MANY
        change = torch.zeros_like(ws)
        for j in source.nonzero().flatten().tolist():
            for k in target.nonzero().flatten().tolist():
                if j != k:
                    transport = self.pair(j, k) if few else self.mean_shift(j, k)
                    change += float(source[j] * target[k]) * (transport(ws) - ws)
        return change

    def likeliest(self, ws: Tensor) -> int:
        """Bayes' class of codes (L, Dw): the Gaussian with the greatest density at their mean."""
        v = to_p(ws).mean(0)
        within = self.calibration.within
        apart = ((v - self.calibration.class_means) @ within.basis) / within.scale
        return int(apart.square().sum(1).argmin())

    def _fit(self, a: int, b: int) -> Transport:
        source = self._source(a)
        v_a, v_b = self._class_codes(a), self._class_codes(b)
        h = ((v_a - source.mean) @ source.basis) / source.scale
        mean = v_b.mean(0)
        matrix = (v_b - mean).T @ h / len(h) * (PAIRS / (PAIRS + 10.0))
        self._write(a, b, matrix, mean)
        return Transport(source, mean, matrix)

    def _source(self, k: int) -> Gaussian:
        if k not in self._sources:
            v = self._class_codes(k).cpu().double()
            centred = v - v.mean(0)
            gaussian = Gaussian.of(v.mean(0), centred.T @ centred / len(v))
            self._sources[k] = gaussian.on(self.generator.device)
        return self._sources[k]

    def _class_codes(self, k: int) -> Tensor:
        """P(f(z, k)) of the same 2 000 z for every class, (n, Dw)."""
        if k not in self._codes:
            g = self.generator
            z = torch.randn(PAIRS, g.info.z_dim, generator=seeded(1)).to(g.device)
            c = torch.zeros(PAIRS, g.info.c_dim, device=g.device)
            c[:, k] = 1
            with torch.no_grad():
                self._codes[k] = to_p(g.map(z, c)[:, 0])
        return self._codes[k]

    def _read(self, a: int, b: int) -> Transport | None:
        arrays = read_arrays(self._folder / f"{a}-{b}.npz")
        size = self.generator.info.w_dim
        shapes = {
            "matrix": (size, size),
            "target": (size,),
            "mean": (size,),
            "basis": (size, size),
            "scale": (size,),
        }
        if arrays is None or {n: x.shape for n, x in arrays.items()} != shapes:
            return None
        parts = {n: torch.from_numpy(x).to(self.generator.device) for n, x in arrays.items()}
        source = Gaussian(parts["mean"], parts["basis"], parts["scale"])
        return Transport(source, parts["target"], parts["matrix"])

    def _write(self, a: int, b: int, matrix: Tensor, target: Tensor) -> None:
        source = self._source(a)
        parts = {
            "matrix": matrix,
            "target": target,
            "mean": source.mean,
            "basis": source.basis,
            "scale": source.scale,
        }
        arrays: Arrays = {name: numbers(part) for name, part in parts.items()}
        keep_arrays(self._folder / f"{a}-{b}.npz", arrays)


def look_over(
    generator: Generator,
    calibration: Calibration,
    transports: Transports,
    base: Code,
    look: LookLike,
) -> Code:
    """The code of `base` with class mix, sliders, truncation and placement laid over it.

    With nothing laid over, `base` itself. Sliders add Σ value · σ · direction to the codes.
    """
    target = _target(generator, look)
    code = base
    if target is not None and (base.c is None or not np.array_equal(target, base.c)):
        code = _swapped(generator, transports, base, target, look)
    offset = slider_offset(calibration, look.sliders)
    if look.placement != AS_IT_IS:
        code = replace(code, transform=placed(generator, code, look.placement))
    if offset is not None:
        if code.space is Space.Z and has_w(generator):
            ws = numbers(layers_of(generator, code))
            code = replace(code, space=Space.W_PLUS, values=ws)
        code = replace(code, values=code.values + offset)
    if look.truncation_psi == 1.0:
        return code
    if has_w(generator):
        return replace(code, truncation_psi=base.truncation_psi * look.truncation_psi)
    return _nearer(generator, code, look.truncation_psi)


def _nearer(generator: Generator, code: Code, psi: float) -> Code:
    """Truncation where there is no w: z towards 0, with the statistics that go with it."""
    code = replace(code, values=np.float32(psi) * code.values)
    if not generator.info.can(Capability.TRUNCATION):
        return code
    return replace(code, truncation_psi=float(np.clip(code.truncation_psi * psi, 0.02, 1.0)))


def slider_offset(
    calibration: Calibration, sliders: tuple[tuple[str, float], ...]
) -> np.ndarray | None:
    """Σ value · σ · direction, (Dw,) float32; None when all are zero. Unknown ids are refused."""
    offset = None
    for key, value in sliders:
        direction = calibration.direction(key)
        if direction is None:
            raise BadRequest(
                f'This model has no slider "{key}".', "Set the sliders again for this model."
            )
        if value:
            part = np.float32(value) * numbers(direction.vector)
            offset = part if offset is None else offset + part
    return offset


def _target(generator: Generator, look: LookLike) -> np.ndarray | None:
    if look.class_weights is None:
        return None
    if not generator.info.c_dim:
        raise NotOffered(
            f'"{generator.info.title}" has no classes.', "Choose a model with classes to swap them."
        )
    weights = np.array(look.class_weights, np.float32)
    if len(weights) != generator.info.c_dim or (weights < 0).any() or not weights.sum() > 0:
        raise BadRequest(
            f"The class mix has {len(weights)} shares; the model has {generator.info.c_dim} "
            "classes.",
            "Give one share, 0 or more, for each class.",
        )
    total: np.ndarray = weights / weights.sum()
    return total


def _swapped(
    generator: Generator,
    transports: Transports,
    base: Code,
    target: np.ndarray,
    look: LookLike,
) -> Code:
    if not has_w(generator):
        return _swapped_input(generator, base, target, look.strength)
    if base.space is Space.Z and look.strength == 1.0 and look.pose_lock == 0.0:
        return replace(base, c=target)  # the mapping itself knows the other class
    ws = layers_of(generator, base)
    goal = torch.from_numpy(target).to(ws.device)
    if base.c is None:
        own = torch.zeros_like(goal)
        own[transports.likeliest(ws)] = 1
    else:
        own = torch.tensor(base.c, device=ws.device)
    if torch.equal(own, goal):
        return replace(base, c=target)
    if base.space is Space.Z:
        change = layers_of(generator, replace(base, c=target)) - ws
    else:
        change = transports.moved(ws, own, goal)
    gain = torch.ones(len(ws), 1, device=ws.device)
    gain[:COARSE] = 1 - look.pose_lock
    share = min(look.strength, 1.0)
    c = numbers((1 - share) * own + share * goal)
    return replace(
        base, space=Space.W_PLUS, values=numbers(ws + look.strength * gain * change), c=c
    )


def _swapped_input(generator: Generator, base: Code, target: np.ndarray, strength: float) -> Code:
    """A swap where there is no w: z is kept, the class vector moves (METHODS 3.1, 3.2).

    What a search found beyond the class's own vector goes along.
    """
    own = generator.class_tensor(None if base.c is None else base.c.tolist())
    goal = torch.from_numpy(target)[None].to(generator.device)
    assert own is not None
    share = min(strength, 1.0)
    c = numbers(((1 - share) * own + share * goal)[0])
    if base.embed is None:
        return replace(base, c=c)
    with torch.no_grad():
        change = generator.embed(goal) - generator.embed(own)
    return replace(base, c=c, embed=frozen(base.embed + strength * numbers(change[0])))
