"""`python -m tests.benchmarks NAME …`: run benchmarks, write and print their figures."""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import sys

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import tests.benchmarks as benchmarks


def main(names: list[str]) -> int:
    """Run the named benchmarks; without a name, list them."""
    modules = pkgutil.iter_modules(benchmarks.__path__)
    known = sorted(m.name for m in modules if not m.name.startswith(("_", "test_")))
    unknown = [name for name in names if name not in known]
    if unknown or not names:
        print("benchmarks:", ", ".join(known))
        return 2
    for name in names:
        figures = importlib.import_module(f"tests.benchmarks.{name}").main()
        if figures is None:
            continue
        path = benchmarks.record(name, figures)
        print(json.dumps(figures, indent=1, ensure_ascii=False))
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
