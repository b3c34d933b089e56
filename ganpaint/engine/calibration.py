"""What is measured once for every model and kept under its content hash (METHODS 0.3).

Codes: mean and deviation of w, mean and axes of P(w), pooled and with class means removed, and
the principal directions of w with their σ (Härkönen et al. 2020, arXiv 2004.02546), signed so
that the picture becomes lighter. Everything follows from the weights and a fixed seed.
"""

from __future__ import annotations

from collections.abc import Generator as Generating
from dataclasses import dataclass, fields
from pathlib import Path
from time import monotonic

import numpy as np
import torch
from torch import Tensor

from ganpaint.engine.generators.base import Generator
from ganpaint.engine.kept import Arrays, keep_arrays, read_arrays
from ganpaint.engine.measures import describe_directions
from ganpaint.engine.spaces import Gaussian, to_p
from ganpaint.model_info import Capability
from ganpaint.progress import Progress, Stop

VERSION = 1  # of what is measured: part of the file's name
SAMPLES = 20_000
DIRECTIONS = 24
SEED = 123  # of NVIDIA's projector, whose 10 000 samples are the first half of ours


@dataclass(frozen=True, slots=True, eq=False)
class Direction:
    """A straight direction in w.

    Attributes:
        id: stable for a model.
        name: what it was seen to change, or its number.
        vector: (Dw,), one standard deviation long: value 1 adds exactly this.
        share: of the variance of w within classes.
    """

    id: str
    name: str
    vector: Tensor
    share: float


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """The measurements of one model, on its device.

    Attributes:
        model: content hash.
        w_avg: (Dw,) mean of w over samples of all classes in equal parts.
        w_std: root of the mean squared length of w - w_avg, NVIDIA's number.
        w_var: (Dw,) variance of each coordinate.
        pooled: P-space statistics over all classes.
        within: the same with class means removed; its mean is zero. `pooled` without classes.
        class_means: (K, Dw) means of P(w).
        directions: strongest first.
    """

    model: str
    w_avg: Tensor
    w_std: float
    w_var: Tensor
    pooled: Gaussian
    within: Gaussian
    class_means: Tensor
    directions: tuple[Direction, ...]

    def gaussian(self, c: Tensor | None, count: int) -> Gaussian:
        """P-space statistics for `count` starts with class weights c (count, K).

        The mean of a class mix is the mix of the classes' means; the axes are those within
        classes. Without classes known, the pooled statistics.
        """
        if c is None or not len(self.class_means):
            return self.pooled.around(self.pooled.mean.expand(count, 1, -1))
        means = c.to(self.class_means) @ self.class_means
        return self.within.around(means[:, None])

    def direction(self, key: str) -> Direction | None:
        """The direction with this id."""
        return next((d for d in self.directions if d.id == key), None)


def calibrate(
    generator: Generator, cache_dir: Path, stop: Stop
) -> Generating[Progress, None, Calibration]:
    """Read the calibration of a model, or measure it once.

    Yields Progress while it measures ("Measuring the model, 3 s, once"). A damaged cache is
    measured anew. Raises Stopped when asked to stop.
    """
    path = cache_dir / "calibration" / f"{generator.info.hash}-{VERSION}.npz"
    arrays = load(path, generator)
    if arrays is None:
        arrays = yield from _measure(generator, stop)
        keep_arrays(path, arrays)
    return _from_arrays(arrays, generator)


def load(path: Path, generator: Generator) -> Arrays | None:
    """The arrays of a cache file, or None where there is none or they are not whole."""
    arrays = read_arrays(path)
    if arrays is None:
        return None
    size, classes = generator.info.w_dim, generator.info.c_dim
    shapes = {
        "w_avg": (size,),
        "w_var": (size,),
        "w_std": (),
        "pooled_mean": (size,),
        "pooled_basis": (size, size),
        "pooled_scale": (size,),
        "within_mean": (size,),
        "within_basis": (size, size),
        "within_scale": (size,),
        "class_means": (classes, size),
        "direction_vectors": (min(DIRECTIONS, size), size),
        "direction_shares": (min(DIRECTIONS, size),),
        "direction_names": (min(DIRECTIONS, size),),
    }
    whole = {name: array.shape for name, array in arrays.items()} == shapes and all(
        np.isfinite(array).all() for array in arrays.values() if array.dtype.kind == "f"
    )
    return arrays if whole else None


def _measure(generator: Generator, stop: Stop) -> Generating[Progress, None, Arrays]:
    """All arrays of the calibration of a model with a w space."""
    start = monotonic()
    chunks: list[Tensor] = []
    draws = np.random.RandomState(SEED).randn(SAMPLES, generator.info.z_dim).astype(np.float32)
    classes = generator.info.c_dim
    for first in range(0, SAMPLES, 1000):
        stop.check()
        z = torch.from_numpy(draws[first : first + 1000]).to(generator.device)
        c = None
        if classes:
            turns = torch.arange(first, first + len(z)) % classes
            c = torch.nn.functional.one_hot(turns, classes).float().to(generator.device)
        with torch.no_grad():
            chunks.append(generator.map(z, c)[:, 0].cpu())
        yield _progress(start, 0.5 * (first + 1000) / SAMPLES)
    w = torch.cat(chunks).double()
    arrays = _statistics(w, classes)
    arrays |= _principal(w, classes)
    yield _progress(start, 0.55)
    vectors = torch.from_numpy(arrays["direction_vectors"]).to(generator.device)
    described = describe_directions(generator, vectors, stop)
    while True:
        try:
            share = next(described)
        except StopIteration as end:
            signs, names = end.value
            break
        yield _progress(start, 0.55 + 0.45 * share)
    arrays["direction_vectors"] *= signs[:, None]
    arrays["direction_names"] = np.array(names)
    return arrays


def _statistics(w: Tensor, classes: int) -> Arrays:
    """Moments of w (n, Dw) float64; row i is a sample of class i mod K."""
    apart = w - w.mean(0)
    v = to_p(w)
    pooled = Gaussian.of(v.mean(0), _covariance(v - v.mean(0)))
    means = torch.stack([v[k::classes].mean(0) for k in range(classes)]) if classes else v[:0]
    within = pooled
    if classes:
        rest = v - means[torch.arange(len(v)) % classes]
        within = Gaussian.of(torch.zeros_like(pooled.mean), _covariance(rest))
    arrays = {
        "w_avg": w.mean(0),
        "w_std": apart.square().sum(1).mean().sqrt(),
        "w_var": apart.square().mean(0),
        "class_means": means,
    }
    for name, gaussian in (("pooled", pooled), ("within", within)):
        arrays |= {f"{name}_{f.name}": getattr(gaussian, f.name) for f in fields(gaussian)}
    return {name: array.float().numpy() for name, array in arrays.items()}


def _principal(w: Tensor, classes: int) -> Arrays:
    """Principal directions of w with class means removed (METHODS 5.0: pooled ones would be
    class directions first), σ long."""
    if classes:
        w = w.clone()
        for k in range(classes):
            w[k::classes] -= w[k::classes].mean(0)
    covariance = _covariance(w - w.mean(0))
    values, vectors = torch.linalg.eigh(covariance)
    count = min(DIRECTIONS, len(values))
    values, vectors = values.flip(0).clamp(min=0), vectors.flip(1)[:, :count]
    long = vectors.T * values[:count, None].sqrt()
    shares = values[:count] / values.sum().clamp(min=1e-30)
    return {
        "direction_vectors": long.float().numpy(),
        "direction_shares": shares.float().numpy(),
    }


def _covariance(centred: Tensor) -> Tensor:
    return centred.T @ centred / len(centred)


def _from_arrays(arrays: Arrays, generator: Generator) -> Calibration:
    device = generator.device

    def tensor(name: str) -> Tensor:
        return torch.from_numpy(arrays[name].astype(np.float32)).to(device)

    def gaussian(name: str) -> Gaussian:
        return Gaussian(*(tensor(f"{name}_{f.name}") for f in fields(Gaussian)))

    vectors = tensor("direction_vectors")
    directions = tuple(
        Direction(f"pca{i + 1}", str(name), vector, float(share))
        for i, (name, vector, share) in enumerate(
            zip(arrays["direction_names"], vectors, arrays["direction_shares"], strict=True)
        )
    )
    return Calibration(
        model=generator.info.hash,
        w_avg=tensor("w_avg"),
        w_std=float(arrays["w_std"]),
        w_var=tensor("w_var"),
        pooled=gaussian("pooled"),
        within=gaussian("within"),
        class_means=tensor("class_means"),
        directions=directions,
    )


def has_w(generator: Generator) -> bool:
    """Whether the model's family has a w space."""
    return generator.info.can(Capability.W_SPACE)


def _progress(start: float, share: float) -> Progress:
    """ "Measuring the model, 3 s, once" (BEHAVIOURS F16)."""
    seconds = monotonic() - start
    whole = seconds / max(share, 0.02)
    return Progress(
        done=share,
        total=1.0,
        sentence=f"Measuring the model, {max(round(whole), 1)} s, once",
        seconds=seconds,
        remaining=whole - seconds,
    )
