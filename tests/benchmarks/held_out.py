"""Held-out photos projected with each bundled model, and with what it was before.

Before is the state from which training went on (../shared/models). Same photos, settings and
machine; w+, 300 steps, one thread. `GANPAINT_PHOTOS` (16) photos a model.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import torch

from ganpaint.paths import resource
from ganpaint.tasks.studio import Studio
from tests.benchmarks.projection import MODELS, SHARED, held_out, projected


def main() -> dict[str, Any] | None:
    """LPIPS, PSNR and SSIM: median and quartiles, before and now."""
    if not SHARED.is_dir():
        print("the folder of reference data is not beside the project")
        return None
    torch.set_num_threads(1)
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, subject in MODELS.items():
            photos = held_out(subject)
            figures[name] = {"photos": len(photos)}
            for when, path in (("before", former(name, Path(folder))), ("now", None)):
                studio = Studio(device="cpu", threads=1)
                row = projected(studio, str(path or name), photos, "w+")
                figures[name][when] = {key: row[key] for key in ("lpips", "psnr", "ssim")}
    return figures


def former(name: str, folder: Path) -> Path:
    """The reference state as a model file of its own, described by the bundled model's card."""
    source = SHARED / "models" / f"{name}.safetensors"
    target = folder / f"{name}-before.safetensors"
    target.write_bytes(source.read_bytes())
    card = resource("models", f"{name}.toml").read_text(encoding="utf-8")
    head = card[: card.index("[files]")].replace(f'name = "{name}"', f'name = "{target.stem}"', 1)
    tail = f'[files]\ntensors = "{target.name}"\nbytes = {target.stat().st_size}\n'
    target.with_suffix(".toml").write_text(head + tail, encoding="utf-8")
    return target
