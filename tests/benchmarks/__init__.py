"""Benchmarks: `python -m tests.benchmarks NAME …` writes results/NAME.json.

A benchmark is a module here with `main() -> dict`. Figures are medians; what is compared is
measured in one run. Every result names machine, threads, versions and date; the tables of the
README are made from these files (`python -m tests.benchmarks readme`).
"""

from __future__ import annotations

import json
import os
import platform
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"


def circumstances() -> dict[str, Any]:
    """Machine, load, threads, versions and date of a result."""
    import torch

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{cores} cores, {processor()}",
        "system": f"{platform.system()} {platform.machine()}",
        "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
        "threads": torch.get_num_threads(),
        "python": platform.python_version(),
        "versions": {
            name: metadata.version(name) for name in ("torch", "PySide6-Essentials", "numpy")
        },
    }


def processor() -> str:
    """The processor's name where the system tells it."""
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def record(name: str, figures: dict[str, Any]) -> Path:
    """Write a benchmark's figures with their circumstances."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    content = {"circumstances": circumstances(), "figures": figures}
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path
