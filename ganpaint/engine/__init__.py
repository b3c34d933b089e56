"""The engine: generators, losses, the search. Torch lives here and nowhere above.

On import, torch's shared libraries are loaded with ctypes, which lets other threads run
meanwhile; `import torch` itself would hold the interpreter's lock for all of it. With a window
open that halves the longest stall of start-up (measured: from 211…342 ms to 102…118 ms).
"""

from __future__ import annotations

import ctypes
import importlib.util
import sys
from pathlib import Path

# in the order in which they need each other
LIBRARIES = (
    "libtorch_global_deps.so",
    "libc10.so",
    "libtorch_cpu.so",
    "libtorch.so",
    "libtorch_python.so",
)


def library_folder() -> Path | None:
    """Where torch's shared libraries lie; None without them (another system, another layout)."""
    spec = importlib.util.find_spec("torch")
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(next(iter(spec.submodule_search_locations))) / "lib"
    return folder if folder.is_dir() else None


def load_libraries() -> tuple[str, ...]:
    """Load torch's libraries quietly → those that were loaded; nothing where torch already is.

    Only a help: a library that cannot be loaded this way is left to `import torch`, which then
    says what is wrong in its own words.
    """
    folder = None if "torch" in sys.modules else library_folder()
    loaded: list[str] = []
    for name in LIBRARIES:
        path = None if folder is None else folder / name
        if path is None or not path.is_file():
            continue
        try:
            # torch itself makes its dependencies global; the rest stays private
            mode = ctypes.RTLD_GLOBAL if "global_deps" in name else ctypes.RTLD_LOCAL
            ctypes.CDLL(str(path), mode=mode)
        except OSError:
            break
        loaded.append(name)
    return tuple(loaded)


if sys.platform == "linux":
    load_libraries()
