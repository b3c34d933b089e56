"""Pixels: reading, compositing, brush and export of a 12-megapixel photo.

Budgets (BEHAVIOURS): exact composite ≤ 1 s, brush ≤ 8 ms for 100 px, opening a JPEG ≤ 500 ms; a
512-pixel square of a live preview ≤ 10 ms. Each figure is the median (and 95th percentile) of
processor time in milliseconds, so that a busy machine does not blur it.
"""

from __future__ import annotations

import math
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from skimage import data

from ganpaint.picture.brush import Brush, StrokePainter
from ganpaint.picture.composite import BLEND_MODES, Patch, composite, composite_region
from ganpaint.picture.exporters import write_picture
from ganpaint.picture.frame import Frame, default_frame
from ganpaint.picture.mask import Mask
from ganpaint.picture.photo import Photo
from ganpaint.picture.read import read_photo

Figures = dict[str, float]
SQUARE = (1500, 1300, 2012, 1812)


def measured(work: Callable[[], object], times: int) -> Figures:
    """Median and 95th percentile of the processor time of `work`, after one run to warm up."""
    work()
    spent = []
    for _ in range(times):
        began = time.process_time()
        work()
        spent.append(1000 * (time.process_time() - began))
    return {
        "median": round(float(np.median(spent)), 2),
        "p95": round(float(np.percentile(spent, 95)), 2),
    }


def large_photo() -> Photo:
    """12 megapixels of the cat, with grain."""
    cat = Image.fromarray(data.chelsea()).resize((4000, 3000), Image.Resampling.BICUBIC)
    grain = np.random.default_rng(0).normal(0, 3, (3000, 4000, 3))
    return Photo.make(np.clip(np.asarray(cat) + grain, 0, 255).astype(np.uint8), "RGB")


def patches(photo: Photo, side: int) -> dict[str, Patch]:
    """The cases: both modes, with and without a mask, straight and turned. Pictures of noise are
    the slowest there are: their structure changes everywhere."""
    rng = np.random.default_rng(1)
    picture, rec = (rng.integers(0, 65536, (side, side, 3)).astype(np.uint16) for _ in "ab")
    path = np.array([[1000, 1000, 1], [2000, 2000, 1], [2500, 1000, 1]])
    mask = Mask.empty(photo.width, photo.height).painted(path, Brush(800))
    straight, turned = default_frame(photo), Frame(2000, 1500, 2500, 0.3)
    cases = {}
    for mode in BLEND_MODES:
        cases[mode] = Patch(picture, rec, straight, None, mode, 30)
        cases[f"{mode}, mask"] = Patch(picture, rec, straight, mask, mode, 30)
        cases[f"{mode}, turned"] = Patch(picture, rec, turned, None, mode, 30)
    return cases


def brush_figures(size: float) -> Figures:
    """One pointer event each: a curve in steps of about 20 pixels."""
    painter = StrokePainter(Brush(size))
    spent = []
    for step in range(200):
        began = time.process_time()
        painter.add(200 + 15 * step, 1500 + 300 * math.sin(step / 9))
        spent.append(1000 * (time.process_time() - began))
    return {
        "median": round(float(np.median(spent)), 2),
        "p95": round(float(np.percentile(spent, 95)), 2),
    }


def file_figures(photo: Photo, folder: Path) -> dict[str, Figures]:
    """Writing and reading every type."""
    found = {}
    for suffix in (".jpg", ".png", ".tif", ".webp"):
        path = folder / f"photo{suffix}"
        found[f"write {suffix}"] = measured(
            lambda path=path: write_picture(photo, photo.pixels, path, {}),
            1,  # type: ignore[misc]
        )
        found[f"read {suffix}"] = measured(lambda path=path: read_photo(path), 3)  # type: ignore[misc]
    return found


def main() -> dict[str, Any]:
    """All figures, in milliseconds of processor time."""
    photo = large_photo()
    results: dict[str, Any] = {
        "brush 100 px": brush_figures(100),
        "brush 2000 px": brush_figures(2000),
    }
    for side in (64, 256):
        for name, patch in patches(photo, side).items():
            results[f"composite 12 Mpx, {side} px, {name}"] = measured(
                lambda p=patch: composite(photo, [p]),
                3,  # type: ignore[misc]
            )
            results[f"region 512 px, {side} px, {name}"] = measured(
                lambda p=patch: composite_region(photo, [p], SQUARE),
                15,  # type: ignore[misc]
            )
    for side in (64, 1024):
        results[f"extract {side} px"] = measured(
            lambda s=side: default_frame(photo).extract(photo, s),
            5,  # type: ignore[misc]
        )
    with tempfile.TemporaryDirectory() as folder:
        results |= file_figures(photo, Path(folder))
    return results
