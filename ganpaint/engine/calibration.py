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
from ganpaint.engine.measures import Described, describe_directions, numbered
from ganpaint.engine.spaces import Gaussian, to_p
from ganpaint.model_info import Capability
from ganpaint.progress import Progress, Stop

VERSION = 2  # of what is measured: part of the file's name
SAMPLES = 20_000
DIRECTIONS = 12
SEED = 123  # of NVIDIA's projector, whose 10 000 samples are the first half of ours


@dataclass(frozen=True, slots=True, eq=False)
class Direction:
    """A straight direction in w, or in z where there is no w.

    Attributes:
        id: stable for a model.
        name: what it was seen to change, or its number.
        vector: (Dw,) or (Dz,), one standard deviation long: value 1 adds exactly this.
        share: of the variance of w within classes, or of the first layer's activations.
    """

    id: str
    name: str
    vector: Tensor
    share: float


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """The measurements of one model, on its device. All of w is empty where there is no w.

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
    wide = size if has_w(generator) else generator.info.z_dim
    count = min(DIRECTIONS, wide)
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
        "direction_vectors": (count, wide),
        "direction_shares": (count,),
        "direction_names": (count,),
    }
    whole = {name: array.shape for name, array in arrays.items()} == shapes and all(
        np.isfinite(array).all() for array in arrays.values() if array.dtype.kind == "f"
    )
    return arrays if whole else None


def _measure(generator: Generator, stop: Stop) -> Generating[Progress, None, Arrays]:
    """All arrays of the calibration."""
    start = monotonic()
    if has_w(generator):
        arrays = yield from _moments(generator, stop, start)
    else:
        arrays = _through_first_layer(generator)
    yield _progress(start, 0.5)
    vectors = torch.from_numpy(arrays["direction_vectors"]).to(generator.device)
    looking = describe_directions(generator, vectors, stop)
    while True:
        try:
            share = next(looking)
        except StopIteration as end:
            found: list[Described] = end.value
            break
        yield _progress(start, 0.5 + 0.5 * share)
    signs = np.array([[d.sign] for d in found], np.float32)
    arrays["direction_vectors"] = np.multiply(arrays["direction_vectors"], signs)
    if not has_w(generator):  # the order of activations is not that of pictures
        order = np.argsort([-d.change for d in found], kind="stable")
        found = [found[i] for i in order]
        for name in ("direction_vectors", "direction_shares"):
            arrays[name] = arrays[name][order]
    arrays["direction_names"] = np.array(numbered([d.name for d in found]))
    return arrays


def _moments(generator: Generator, stop: Stop, start: float) -> Generating[Progress, None, Arrays]:
    """Moments and principal directions of w."""
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
        yield _progress(start, 0.4 * (first + 1000) / SAMPLES)
    w = torch.cat(chunks).double()
    return _statistics(w, classes) | _principal(w, classes)


def _through_first_layer(generator: Generator) -> Arrays:
    """Directions of z where there is no w: GANSpace through the first layer's activations.

    The first layer is affine in z (with the class fixed), y = A z + b, so the principal
    components of y over z ~ N(0, I) and the regression of z on them need no samples: the
    directions are the right singular vectors of A, found by feeding it unit vectors. σ is 1.
    """
    size = generator.info.z_dim
    first = generator.layers()[0]
    z = torch.cat([torch.zeros(1, size), torch.eye(size)]).to(generator.device)
    rows: list[Tensor] = []
    for part in torch.split(z, 16):
        c = generator.class_tensor(None, len(part))
        with torch.no_grad():
            rows.append(generator.activations(first, part, c).flatten(1).cpu())
    y = torch.cat(rows)
    slopes = (y[1:] - y[:1]).double()
    values, vectors = torch.linalg.eigh(slopes @ slopes.T)
    count = min(DIRECTIONS, size)
    values, vectors = values.flip(0).clamp(min=0), vectors.flip(1)[:, :count]
    none = np.zeros(0, np.float32)
    empty = {f"{g}_{n}": none for g in ("pooled", "within") for n in ("mean", "scale")}
    empty |= {f"{g}_basis": np.zeros((0, 0), np.float32) for g in ("pooled", "within")}
    return {
        "w_avg": none,
        "w_std": np.zeros((), np.float32),
        "w_var": none,
        "class_means": np.zeros((generator.info.c_dim, 0), np.float32),
        "direction_vectors": vectors.T.float().contiguous().numpy(),
        "direction_shares": (values[:count] / values.sum().clamp(min=1e-30)).float().numpy(),
        **empty,
    }


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
