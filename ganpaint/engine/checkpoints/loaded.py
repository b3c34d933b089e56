"""What a reader hands over: a family, its configuration and its tensors, not yet a network."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

# rebuilt from the configuration, or bookkeeping: they do not decide what a model is
NOT_HASHED = (".resample_filter", ".num_batches_tracked")


@dataclass(slots=True, eq=False)
class Loaded:
    """One generator, and perhaps its discriminator, as read from a file.

    Attributes:
        family: as in ModelInfo.
        table: the manifest's `[generator]` table: what the family's configuration is made from.
        tensors: float32, named `G_ema.…` and `D.…` with the family's published names.
        judge: the manifest's `[discriminator]` table, or None without one.
        format: how the file is stored, in words.
        notes: what had to be assumed, as sentences.
        facts: name, title, licence, class_names, frame_center, frame_size, as far as known.
        lacks_average: the file's form has no w_avg, and it is to be computed.
        questions: what the file does not say and was assumed: names in `answers.QUESTIONS`.
        asked: the hash under which answers to them are kept.
    """

    family: str
    table: dict[str, Any]
    tensors: dict[str, Tensor]
    judge: dict[str, Any] | None = None
    format: str = ""
    notes: list[str] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    lacks_average: bool = False
    questions: tuple[str, ...] = ()
    asked: str = ""

    def part(self, prefix: str) -> dict[str, Tensor]:
        """The tensors of one part ("G_ema" or "D"), without the prefix."""
        start = f"{prefix}."
        return {
            name.removeprefix(start): tensor
            for name, tensor in self.tensors.items()
            if name.startswith(start)
        }


def content_hash(tensors: Mapping[str, Tensor]) -> str:
    """SHA-256 over the sorted (name, type, shape, numbers) of `G_ema.*`, hexadecimal.

    Numbers are taken as float32, in which they are computed, so that storing them in half
    precision or renaming the file leaves the hash alone; filters are not part of it.
    """
    digest = hashlib.sha256()
    for name in sorted(tensors):
        if not name.startswith("G_ema.") or name.endswith(NOT_HASHED):
            continue
        tensor = tensors[name].detach().cpu()
        if tensor.dtype.is_floating_point:
            tensor = tensor.float()
        kind = str(tensor.dtype).removeprefix("torch.")
        digest.update(f"{name}|{kind}|{tuple(tensor.shape)}|".encode())
        digest.update(tensor.contiguous().reshape(-1).view(torch.uint8).numpy().data)
    return digest.hexdigest()
