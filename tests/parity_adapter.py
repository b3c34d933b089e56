"""The adapter through which `../shared/parity/check.py` sees ganpaint: forwards, nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from torch import Tensor

import ganpaint
from ganpaint.engine.losses.lpips import Lpips


class Adapter:
    """Opens generators, judges pictures and measures distances with the public parts."""

    def open(self, path: str, config: dict[str, Any] | None = None) -> Any:
        return ganpaint.open_model(path, config=config, device="cpu")

    def discriminate(self, path: str, images: Tensor, c: Tensor | None = None) -> Tensor:
        judge = ganpaint.open_model(path, device="cpu").discriminator
        if judge is None:
            raise AssertionError(f"{path} was opened without its discriminator")
        return judge.logits(images, c)

    def lpips(self, net: str, x: Tensor, y: Tensor, trunk_path: str) -> Tensor:
        measure = Lpips.load(net, path=Path(trunk_path))
        return measure(x, measure.prepare(y))
