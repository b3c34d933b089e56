"""Generators: milliseconds a call, forward and with gradients of the codes, and memory.

Every network has random weights of a published shape and is measured in a process of its own,
forward in inference mode, backward to the codes only, as projection does. Times are medians on
the clock and of processor time; memory is the process's peak above what torch alone takes. The
choices behind the fast StyleGAN2 are measured as ratios within one run, contenders in turn.

    python -m tests.benchmarks forward
    python -m tests.benchmarks.forward "StyleGAN2 256" 8      one case, printed
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import torch
import torch.nn.functional as F
from torch import Tensor

from ganpaint.engine.generators.base import Generator
from ganpaint.engine.generators.biggan import Convolution
from ganpaint.engine.generators.biggan_deep import BigGANDeepConfig, BigGANDeepGenerator
from ganpaint.engine.generators.filtered import (
    Filtering,
    enlarged,
    filtered_activation,
    shrunk,
)
from ganpaint.engine.generators.schedule3 import Schedule, kaiser
from ganpaint.engine.generators.stylegan2 import StyleGAN2Config, StyleGAN2Generator
from ganpaint.engine.generators.stylegan3 import StyleGAN3Config, StyleGAN3Generator
from tests.benchmarks._plain import Choices, picture

Figures = dict[str, Any]
BATCHES = (1, 8)
TIMES = 7  # repetitions, fewer where they would take longer than BUDGET
BUDGET = float(os.environ.get("GANPAINT_BUDGET", "40"))  # seconds for each figure
WIDE = (512, 512, 512, 512)
DEEP = [
    (False, 16, 16), (True, 16, 16), (False, 16, 16), (True, 16, 8), (False, 8, 8), (True, 8, 8),
    (False, 8, 8), (True, 8, 4), (False, 4, 4), (True, 4, 2), (False, 2, 2), (True, 2, 1),
]  # fmt: skip


def stylegan2(resolution: int, base: int, size: int = 512, c_dim: int = 0) -> Generator:
    """A StyleGAN2 of the published widths; at 64 px that of the bundled cats."""
    steps = [2**k for k in range(2, resolution.bit_length())]
    widths = tuple(min(base // r, 512) for r in steps)
    if resolution == 64:
        widths = (192, 192, 128, 64, 32)
    return StyleGAN2Generator.fresh(
        StyleGAN2Config(resolution, size, size, c_dim, widths=widths), 0
    )


def stylegan3(resolution: int, base: int) -> Generator:
    """A StyleGAN3-t of the published schedule."""
    schedule = Schedule(resolution, base=base)
    return StyleGAN3Generator.fresh(schedule, StyleGAN3Config.planned(schedule, 512, 512), 0)


def biggan_deep(resolution: int) -> Generator:
    """A BigGAN-deep of the port's published layers."""
    layers = [row for i, row in enumerate(DEEP) if resolution == 256 or i not in (5, 6)]
    position = 8
    config = BigGANDeepConfig(
        resolution, 128, 1000, 128, tuple(layers), attention_layer_position=position
    )
    return BigGANDeepGenerator(config)


NETWORKS: dict[str, Callable[[], Generator]] = {
    "StyleGAN2 64": lambda: stylegan2(64, 0, 256, 10),
    "StyleGAN2 256": lambda: stylegan2(256, 16384),
    "StyleGAN2 1024": lambda: stylegan2(1024, 32768),
    "StyleGAN3-t 256": lambda: stylegan3(256, 16384),
    "StyleGAN3-t 1024": lambda: stylegan3(1024, 32768),
    "BigGAN-deep 128": lambda: biggan_deep(128),
    "BigGAN-deep 256": lambda: biggan_deep(256),
}


def painter(generator: Generator, count: int) -> tuple[Callable[[Tensor], Tensor], Tensor]:
    """What paints codes, and the codes: ws, or z with the class vectors of the first class."""
    info = generator.info
    z = torch.randn(count, info.z_dim, generator=torch.Generator().manual_seed(1))
    c = torch.eye(info.c_dim)[:1].expand(count, -1) if info.c_dim else None
    with torch.no_grad():
        if info.num_ws:
            return generator.synthesize, generator.map(z, c).clone()
        assert c is not None
        vectors = generator.embed(c)
    return lambda code: generator.generate(code, embed=vectors), z


def calls(generator: Generator, count: int) -> dict[str, Callable[[], object]]:
    """The two things that are timed."""
    paint, code = painter(generator, count)

    def forward() -> None:
        with torch.inference_mode():
            paint(code)

    def backward() -> None:
        leaf = code.clone().requires_grad_()
        paint(leaf).sum().backward()

    return {"forward": forward, "with gradients": backward}


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds on the clock and of processor time."""
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return 1000 * (time.perf_counter() - clock), 1000 * (time.process_time() - processor)


def repeated(work: Callable[[], object]) -> Figures:
    """Medians after one run to warm up, which counts where there is no time for others."""
    began = time.perf_counter()
    found = [timed(work)]
    if found[0][0] < 1000 * BUDGET / 2:
        found = []
    while len(found) < TIMES and (not found or time.perf_counter() - began < BUDGET):
        found.append(timed(work))
    clock, processor = (statistics.median(column) for column in zip(*found, strict=True))
    return {"ms": round(clock, 1), "processor ms": round(processor, 1), "times": len(found)}


def peak() -> float:
    """The process's largest resident memory so far, in MB."""
    status = Path("/proc/self/status")
    if status.exists():  # getrusage counts the parent's memory before the exec too
        for line in status.read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20


def case(name: str, count: int) -> Figures:
    """One network at one batch size, in this process."""
    before = peak()
    generator = NETWORKS[name]().eval().requires_grad_(False)
    found: Figures = {"parameters, millions": round(generator.info.parameters / 1e6, 1)}
    for kind, work in calls(generator, count).items():
        found[kind] = repeated(work) | {"memory MB": round(peak() - before)}
    return found


def available() -> float:
    """Free memory in MB, where the system tells it."""
    info = Path("/proc/meminfo")
    if not info.exists():
        return float("inf")
    lines = dict(line.split(":") for line in info.read_text(encoding="ascii").splitlines())
    return int(lines["MemAvailable"].split()[0]) / 1024


def all_batches(name: str) -> Figures:
    """Every batch size, unless there is no memory for it."""
    found = {"batch 1": apart(name, 1)}
    for count in BATCHES[1:]:
        needed = count * found["batch 1"].get("with gradients", {}).get("memory MB", 0)
        if needed > available():
            found[f"batch {count}"] = {"left out": f"would need about {needed / 1024:.0f} GB"}
        else:
            found[f"batch {count}"] = apart(name, count)
    return found


def apart(name: str, count: int) -> Figures:
    """The same in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.forward", name, str(count)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        return {"failed": done.stderr.strip().splitlines()[-1:]}
    found: Figures = json.loads(done.stdout)
    return found


def choices(generator: StyleGAN2Generator, count: int, times: int = 15) -> Figures:
    """How the plain synthesis and each choice on the way to the fast one compare.

    Ratios of medians of processor time; contenders take turns, so that a busy machine slows all.
    """
    _, ws = painter(generator, count)
    plain = Choices()
    ways = {
        "plain": plain,
        "scaled activations": (scaled := replace(plain, scaled_activations=True)),
        "+ depthwise filter": (wide := replace(scaled, depthwise_filter=True)),
        "+ kept ΣW²": (kept := replace(wide, kept_squares=True)),
        "+ channels last": replace(kept, channels_last=True),
    }
    paints: dict[str, Callable[[Tensor], Tensor]] = {
        name: lambda code, way=way: picture(generator, code, way)  # type: ignore[misc]
        for name, way in ways.items()
    }
    paints["+ folded gains and noise (ours)"] = generator.synthesize
    spent: dict[str, dict[str, list[float]]] = {name: {"f": [], "b": []} for name in paints}
    for turn in range(times + 1):
        for name, paint in paints.items():
            with torch.inference_mode():
                forward = timed(lambda paint=paint: paint(ws))[1]  # type: ignore[misc]
            leaf = ws.clone().requires_grad_()
            both = timed(lambda paint=paint, leaf=leaf: paint(leaf).sum().backward())[1]  # type: ignore[misc]
            if turn:  # the first one warms up
                spent[name]["f"].append(forward)
                spent[name]["b"].append(both)
    medians = {n: {k: statistics.median(v) for k, v in s.items()} for n, s in spent.items()}
    base = medians["plain"]
    return {
        name: {
            "forward ms": round(m["f"], 2),
            "with gradients ms": round(m["b"], 2),
            "forward, of plain": round(m["f"] / base["f"], 2),
            "with gradients, of plain": round(m["b"] / base["b"], 2),
        }
        for name, m in medians.items()
    }


def of_plain(
    ours: Callable[[Tensor], Tensor], plain: Callable[[Tensor], Tensor], x: Tensor
) -> Figures:
    """Processor time of one way of computing a layer as a share of the plain way's."""
    spent: dict[str, list[float]] = {"ours": [], "plain": []}
    for turn in range(TIMES + 1):
        for name, way in (("ours", ours), ("plain", plain)):
            leaf = x.clone().requires_grad_()
            taken = timed(lambda way=way, leaf=leaf: way(leaf).sum().backward())[1]  # type: ignore[misc]
            if turn:
                spent[name].append(taken)
    share = statistics.median(spent["ours"]) / statistics.median(spent["plain"])
    return {"with gradients, of plain": round(share, 2)}


def layers() -> Figures:
    """Choices in single layers of the other families."""
    torch.manual_seed(0)
    x = torch.randn(1, 256, 32, 32).contiguous(memory_format=torch.channels_last)
    doubling = Convolution(256, 256, 3, doubling=True).requires_grad_(False)
    up = down = kaiser(12, 2, 4.56, 32)
    how = Filtering(2, 2, (9, 8), 256.0)

    def filtered(x: Tensor) -> Tensor:
        wide = F.leaky_relu(enlarged(x, up, 2, (9, 8)), 0.2).clamp(-256, 256)
        return shrunk(wide, down, 2)

    def drawn(x: Tensor) -> Tensor:
        wide = F.interpolate(x, scale_factor=2.0, mode="nearest")
        return F.conv2d(wide, doubling.weight, doubling.bias, padding=1)

    return {
        "BigGAN: doubling and 3×3 as one transposed convolution": of_plain(doubling, drawn, x),
        "StyleGAN3: activation between filters, in place": of_plain(
            lambda x: filtered_activation(x, up, down, how), filtered, x
        ),
    }


def main() -> Figures:
    """All networks and batch sizes, then the choices."""
    networks = {name: all_batches(name) for name in NETWORKS}
    small = stylegan2(64, 0, 256, 10).eval().requires_grad_(False)
    assert isinstance(small, StyleGAN2Generator)
    return {
        "networks": networks,
        "choices, StyleGAN2 64": {f"batch {count}": choices(small, count) for count in BATCHES},
        "choices in layers": layers(),
    }


if __name__ == "__main__":
    print(json.dumps(case(sys.argv[1], int(sys.argv[2]))))
