"""Spectral normalisation, folded into the weights once when a file is read.

Both BigGAN ports divide each weight by an estimate of its largest singular value; in evaluation
the estimate is fixed by vectors in the file, so that the division can be done here.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from ganpaint.engine.checkpoints import sentences
from ganpaint.paths import quoted


def by_hook(state: Mapping[str, Tensor], name: str) -> dict[str, Tensor]:
    """torch's old hook: W = weight_orig / (uᵀ·W·v) with the stored u and v, no iteration.

    Files of the very oldest hook hold the divided `weight` itself and no v: it is taken as it is.
    """
    found = {}
    for key, tensor in state.items():
        last = key.rpartition(".")[2]
        stem = key.removesuffix(last)
        if last in ("weight_u", "weight_v"):
            continue
        if last != "weight_orig":
            found[key] = tensor
            continue
        u, v = state.get(f"{stem}weight_u"), state.get(f"{stem}weight_v")
        if v is None and f"{stem}weight" in state:
            continue
        flat = tensor.reshape(tensor.shape[0], -1).double() if tensor.ndim else None
        if u is None or v is None or flat is None or (u.numel(), v.numel()) != tuple(flat.shape):
            raise sentences.damaged(name, f"{quoted(key)} lacks its vectors u and v")
        sigma = u.reshape(-1).double() @ (flat @ v.reshape(-1).double())
        found[f"{stem}weight"] = (tensor.double() / sigma).float()
    return found


def by_power_step(state: Mapping[str, Tensor], name: str, eps: float) -> dict[str, Tensor]:
    """ajbrock's: one power step from u0, then W / σ. The stored σ (`sv0`) is a log, and differs."""
    found = {}
    for key, tensor in state.items():
        stem, _, last = key.rpartition(".")
        if last.startswith(("u", "sv")) and last.lstrip("usv").isdigit():
            continue
        u0 = state.get(f"{stem}.u0") if last == "weight" else None
        if u0 is None:
            found[key] = tensor
            continue
        flat = tensor.reshape(tensor.shape[0], -1).double() if tensor.ndim else tensor.double()
        if flat.ndim != 2 or u0.numel() != flat.shape[0]:
            raise sentences.damaged(name, f"{quoted(f'{stem}.u0')} does not fit its weight")
        v = torch.nn.functional.normalize(u0.reshape(1, -1).double() @ flat, eps=eps)
        u = torch.nn.functional.normalize(v @ flat.t(), eps=eps)
        sigma = (v @ flat.t() @ u.t()).squeeze()
        found[key] = (tensor.double() / sigma).float()
    return found
