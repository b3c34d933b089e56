"""The mean of w for files that lack it: computed once, kept by the hash of the mapping.

`w_avg` is the mean of the map over many z; truncation pulls towards it. Files of rosinality's
training do not hold it (FORMATS section 6): their code draws 4096 z anew at every start.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from ganpaint.atomic import atomic_write
from ganpaint.engine.generators.stylegan2 import StyleGAN2Config, StyleGAN2Generator
from ganpaint.errors import CannotWrite
from ganpaint.paths import cache_dir

SAMPLES = 10_000
BATCH = 2_500
SEED = 0

log = logging.getLogger(__name__)


def mean_w(network: StyleGAN2Generator) -> Tensor:
    """The mean of the map over seeded z and evenly spread classes, (w_dim,)."""
    path = cache_dir() / f"w-avg-{mapping_hash(network)[:24]}.npy"
    size = network.config.w_dim
    try:
        kept = np.load(path, allow_pickle=False)
        if kept.shape == (size,) and kept.dtype == np.float32 and np.isfinite(kept).all():
            return torch.from_numpy(kept)
    except FileNotFoundError:
        log.info("the mean of w is computed, once for this model")
    except (OSError, ValueError) as error:
        log.warning("the kept mean of w is damaged and is computed anew: %s", error)
    mean = _computed(network.config, network)
    try:
        with atomic_write(path) as file:
            np.save(file, mean.numpy(), allow_pickle=False)
    except (OSError, CannotWrite) as error:
        log.warning("the mean of w could not be kept: %s", error)
    return mean


def mapping_hash(network: StyleGAN2Generator) -> str:
    """SHA-256 over the mapping's weights."""
    digest = hashlib.sha256(f"{SAMPLES}|{SEED}|{network.config.mapping_lr!r}".encode())
    state: Mapping[str, Tensor] = network.mapping.state_dict()
    for name in sorted(state):
        if name != "w_avg":
            digest.update(f"|{name}|{tuple(state[name].shape)}|".encode())
            digest.update(state[name].float().contiguous().numpy().data)
    return digest.hexdigest()


@torch.no_grad()
def _computed(config: StyleGAN2Config, network: StyleGAN2Generator) -> Tensor:
    rng = torch.Generator().manual_seed(SEED)
    total = torch.zeros(config.w_dim, dtype=torch.float64)
    for start in range(0, SAMPLES, BATCH):
        z = torch.randn(BATCH, config.z_dim, generator=rng)
        c = None
        if config.c_dim:
            c = torch.eye(config.c_dim)[torch.arange(start, start + BATCH) % config.c_dim]
        total += network.mapping(z, c).double().sum(0)
    return (total / SAMPLES).float()
