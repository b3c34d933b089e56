"""How well the search works: held-out photos in z, w and w+, presets, scribbles, class swaps.

Photos of ../shared/photos, which no model was trained on, one thread. LPIPS is that of the
SqueezeNet, which the objective contains too; PSNR and SSIM are measured beside it, SSIM being
optimised by nobody. Seconds are processor time, so that a busy machine does not blur them.
Pictures per model: PHOTOS; set GANPAINT_PHOTOS for more or fewer.
"""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from skimage.metrics import structural_similarity
from torch.nn import functional

from ganpaint.document.stroke import Stroke
from ganpaint.engine.classes import COARSE
from ganpaint.engine.spaces import to_p
from ganpaint.engine.walks import interpolate
from ganpaint.latent import Code, Space
from ganpaint.picture.brush import Brush
from ganpaint.picture.frame import default_frame
from ganpaint.picture.photo import Photo
from ganpaint.progress import Step, Stop
from ganpaint.tasks.requests import (
    ProjectRequest,
    SampleRequest,
    ScribbleRequest,
    finish,
    perform,
)
from ganpaint.tasks.studio import Opened, Studio
from ganpaint.ui.projection_settings import PRESETS

SHARED = Path(__file__).resolve().parents[3] / "shared"
MODELS = {"cats-64": "cats", "fruits-64": "fruits"}
PHOTOS = int(os.environ.get("GANPAINT_PHOTOS", "16"))
STROKES = 50


def main() -> dict[str, Any] | None:
    """Everything, model by model."""
    if not SHARED.is_dir():
        print("the folder of reference data is not beside the project")
        return None
    torch.set_num_threads(1)
    studio = Studio(device="cpu", threads=1)
    figures: dict[str, Any] = {}
    for name, folder in MODELS.items():
        opened = _opened(studio, name)
        photos = held_out(folder)
        figures[name] = {
            "hash": opened.info.hash[:12],
            "photos": len(photos),
            "spaces": {space: projected(studio, name, photos, space) for space in ("z", "w", "w+")},
            "presets": {
                preset.key: projected(studio, name, photos[::2], preset.space, preset)
                for preset in PRESETS
                if preset.key != "hard"
            },
            "scribbles": scribbled(studio, opened),
            "classes": swapped(opened),
            "walks": walked(studio, opened),
        }
    return figures


def held_out(folder: str) -> list[Photo]:
    """Photos in equal steps through the folder, so that all classes take part."""
    files = sorted((SHARED / "photos" / folder).iterdir())
    chosen = files[:: max(1, len(files) // PHOTOS)][:PHOTOS]
    return [Photo.make(np.array(Image.open(f).convert("RGB")), "RGB", source=f) for f in chosen]


def projected(
    studio: Studio, model: str, photos: Sequence[Photo], space: str, preset: Any = None
) -> dict[str, Any]:
    """Quality and speed of a projection with default settings, or those of a preset."""
    rows = []
    for photo in photos:
        request = ProjectRequest(model, photo, default_frame(photo), space=space)
        if preset is not None:
            request = ProjectRequest(
                model,
                photo,
                default_frame(photo),
                space=space,
                terms=preset.terms,
                regularisers=preset.regularisers,
                steps=preset.steps,
                starts=preset.starts,
                samples=preset.samples,
            )
        rows.append(_one(studio, request))
    columns = {key: np.array([row[key] for row in rows]) for key in rows[0]}
    found: dict[str, Any] = {"settings": f"{request.steps} steps, {request.starts} starts"}
    for key, values in columns.items():
        low, middle, high = np.percentile(values, (25, 50, 75))
        found[key] = [round(float(x), 4) for x in (middle, low, high)]
    return found


def _one(studio: Studio, request: ProjectRequest) -> dict[str, float]:
    began, wall = time.process_time(), time.monotonic()
    task, first, gap, last = perform(request, studio), 0.0, 0.0, time.process_time()
    while True:
        try:
            progress = next(task)
        except StopIteration as end:
            painted = end.value
            break
        now = time.process_time()
        gap, last = max(gap, now - last), now
        if not first and isinstance(progress, Step):
            first = now - began
    seconds = time.process_time() - began
    report = painted.report
    goal = request.photo.pixels
    seen = (painted.edit.patch.picture // 257).astype(np.uint8)
    return {
        "lpips": report["lpips"],
        "psnr": report["psnr"],
        "ssim": float(structural_similarity(goal, seen, channel_axis=2)),
        "cpu_seconds": seconds,
        "steps_per_second": report["steps"] / seconds,
        "first_preview": first,
        "longest_gap": gap,
        "wall_seconds": time.monotonic() - wall,
    }


# ------------------------------------------------------------------------------ scribbles
def scribbled(studio: Studio, opened: Opened) -> dict[str, Any]:
    """Discs in the mean colour that a random other sample has there (METHODS 2.1's check)."""
    size = opened.info.resolution
    rng = np.random.default_rng(0)
    blank = Photo.make(np.full((size, size, 3), 128, np.uint8), "RGB")
    frame = default_frame(blank)
    found: dict[str, list[list[float]]] = {"w": [], "w+": []}
    for i in range(STROKES // 2):
        edit, other = (
            finish(SampleRequest(opened.info.hash, frame, seed=s), studio).edit
            for s in (2 * i, 2 * i + 1)
        )
        strokes = [_disc(rng, other.patch.picture, size) for _ in range(2)]
        for space, rows in found.items():
            first = finish(
                ScribbleRequest(
                    opened.info.hash, blank, frame, (strokes[0],), edit=edit, space=space
                ),
                studio,
            )
            both = finish(
                ScribbleRequest(
                    opened.info.hash, blank, frame, tuple(strokes), edit=first.edit, space=space
                ),
                studio,
            )
            again = _error(both.edit.patch.picture, strokes[0], size)
            rows.append(
                [
                    first.report["scribble_error_before"],
                    first.report["scribble_error"],
                    both.report["scribble_error"],
                    again - _error(first.edit.patch.picture, strokes[0], size),
                ]
            )
    return {
        space: dict(
            zip(
                ("before", "after", "after_second", "first_changed_by"),
                (round(float(x), 2) for x in np.median(np.array(rows), 0)),
                strict=True,
            )
        )
        for space, rows in found.items()
    }


def _disc(rng: np.random.Generator, picture: np.ndarray, size: int) -> Stroke:
    x, y = rng.uniform(0.2 * size, 0.8 * size, 2)
    radius = rng.uniform(0.06, 0.14) * size
    colour = picture[_inside(x, y, radius, size)].mean(0) / 65535
    samples = np.array([[x, y, 1, 0], [x + 0.01, y, 1, 0.1]], np.float32)
    return Stroke("d", samples, colour.astype(np.float32), Brush(2 * radius, 1.0))


def _inside(x: float, y: float, radius: float, size: int) -> np.ndarray:
    rows, columns = np.mgrid[:size, :size] + 0.5
    found: np.ndarray = (columns - x) ** 2 + (rows - y) ** 2 <= radius**2
    return found


def _error(picture: np.ndarray, stroke: Stroke, size: int) -> float:
    x, y = (float(v) for v in stroke.samples[0, :2])
    seen = picture[_inside(x, y, stroke.brush.size / 2, size)] / 257
    return float(np.sqrt(np.mean((seen - 255 * stroke.colour) ** 2)))


# ------------------------------------------------------------------------------ classes
@torch.no_grad()
def swapped(opened: Opened) -> dict[str, Any]:
    """Paired transport against the mean shift on fresh samples (METHODS 3.3's checks)."""
    count = opened.info.c_dim
    pairs = [((3 * i) % count, (4 * i + 1) % count) for i in range(12)]
    pairs = [(a, b) for a, b in pairs if a != b][:9]
    z = torch.randn(48, opened.info.z_dim, generator=torch.Generator().manual_seed(77))
    reads = _reader(opened)
    maps = ("nothing", "unrelated", "mean shift", "transport")
    tables = {name: {key: [] for key in ("picture", "code", "pose", "class")} for name in maps}
    for a, b in pairs:
        w_a, w_b = (_map(opened, z, k) for k in (a, b))
        moved = {
            "nothing": w_a,
            "unrelated": w_b.roll(1, 0),
            "mean shift": opened.transports.mean_shift(a, b)(w_a),
            "transport": opened.transports.pair(a, b)(w_a),
        }
        before, truth = _pictures(opened, w_a), _pictures(opened, w_b)
        variance = (to_p(w_b) - to_p(w_b).mean(0)).square().mean()
        for name, w in moved.items():
            x = _pictures(opened, w)
            row = tables[name]
            row["picture"].append(float((x - truth).square().mean()))
            row["code"].append(float((to_p(w) - to_p(w_b)).square().mean() / variance))
            row["pose"].append(_pose(before, x))
            row["class"].append(float((reads(x) == b).float().mean()))
    return {
        name: {key: round(float(np.mean(values)), 4) for key, values in row.items()}
        for name, row in tables.items()
    } | {"coarse layers": COARSE}


def _map(opened: Opened, z: torch.Tensor, k: int) -> torch.Tensor:
    c = functional.one_hot(torch.full((len(z),), k), opened.info.c_dim).float()
    return opened.generator.map(z, c)[:, 0]


def _pictures(opened: Opened, w: torch.Tensor) -> torch.Tensor:
    ws = w[:, None].expand(-1, opened.info.num_ws, -1)
    return torch.cat([opened.generator.synthesize(part) for part in ws.split(16)])


def _pose(a: torch.Tensor, b: torch.Tensor) -> float:
    """Mean correlation of 8×8 maps of oriented luma gradients."""

    def maps(x: torch.Tensor) -> torch.Tensor:
        kernel = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])[None, None] / 4
        grey = x.mean(1, keepdim=True)
        gx = functional.conv2d(grey, kernel, padding=1)
        gy = functional.conv2d(grey, kernel.transpose(2, 3), padding=1)
        angles = np.arange(8) * np.pi / 8
        bins = [(np.cos(t) * gx + np.sin(t) * gy).abs() for t in angles]
        flat = functional.avg_pool2d(torch.cat(bins, 1), x.shape[-1] // 8).flatten(1)
        return functional.normalize(flat - flat.mean(1, keepdim=True))

    return float((maps(a) * maps(b)).sum(1).mean())


def _reader(opened: Opened) -> Any:
    """Reads classes: linear discriminant on the discriminator's deepest features of samples."""
    judge, count = opened.generator.discriminator, opened.info.c_dim
    assert judge is not None

    def features(x: torch.Tensor) -> torch.Tensor:
        deep = torch.cat([judge.features(part)[-1] for part in x.split(32)])
        return torch.cat([deep.mean((2, 3)), deep.flatten(2).std(2)], 1)

    z = torch.randn(120 * count, opened.info.z_dim, generator=torch.Generator().manual_seed(5))
    labels = torch.arange(len(z)) % count
    w = torch.stack([_map(opened, row[None], int(k))[0] for row, k in zip(z, labels, strict=True)])
    seen = features(_pictures(opened, w))
    means = torch.stack([seen[labels == k].mean(0) for k in range(count)])
    rest = seen - means[labels]
    covariance = rest.T @ rest / len(rest)
    covariance += 0.05 * covariance.diag().mean() * torch.eye(len(covariance))
    precision = torch.linalg.inv(covariance)

    def read(x: torch.Tensor) -> torch.Tensor:
        apart = features(x)[:, None] - means
        return torch.einsum("nkd,de,nke->nk", apart, precision, apart).argmin(1)

    return read


# ------------------------------------------------------------------------------ walks
@torch.no_grad()
def walked(studio: Studio, opened: Opened) -> dict[str, float]:
    """Largest over mean perceptual step of 24 frames (METHODS 2.6's check: 1.3 at most)."""
    loss = opened.loss("lpips")
    everywhere = torch.ones(1, 1, opened.info.resolution, opened.info.resolution)

    def distance(a: torch.Tensor, b: torch.Tensor) -> float:
        return float(loss(b, loss.prepare(a, everywhere))[0])

    found = []
    for i in range(8):
        a, b = (_sampled(opened, s) for s in (2 * i, 2 * i + 1))
        task = interpolate(opened.generator, a, b, 24, distance, Stop())
        while True:
            try:
                next(task)
            except StopIteration as end:
                codes = end.value
                break
        pictures = [opened.generator.paint([code]) for code in codes]
        steps = [distance(p, q) for p, q in itertools.pairwise(pictures)]
        found.append(max(steps) / float(np.mean(steps)))
    return {"median": round(float(np.median(found)), 3), "worst": round(max(found), 3)}


def _sampled(opened: Opened, seed: int) -> Code:
    z = torch.randn(1, opened.info.z_dim, generator=torch.Generator().manual_seed(seed))
    w = _map(opened, z, seed % opened.info.c_dim)[0]
    return Code(Space.W, w.numpy(), opened.info.hash)


def _opened(studio: Studio, name: str) -> Opened:
    opening = studio.open(name)
    while True:
        try:
            next(opening)
        except StopIteration as end:
            opened: Opened = end.value
            return opened
