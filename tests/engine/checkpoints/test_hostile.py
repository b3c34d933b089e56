"""Hostile files end to end, in a process of their own that watches everything Python can report.

An audit hook sees every file opened for writing, process, socket, compiled or executed code and
every lookup by Python's own unpickler, also those made from C. Peak memory and time are measured.
"""

from __future__ import annotations

import io
import json
import pickle
import resource
import struct
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.engine.checkpoints import assembler as asm
from tests.engine.checkpoints import envelopes
from tests.engine.checkpoints.assembler import Call, Name, pickle_of
from tests.models import tiny_stylegan2

WATCH = """
import json, resource, sys, time
from pathlib import Path
import ganpaint, numpy, safetensors.torch, torch
torch.set_num_threads(1)
from ganpaint.engine.checkpoints import describe, open_model
from ganpaint.errors import GanpaintError
describe("cats-64")
seen, armed = [], False
BAD = ("os.system", "os.exec", "os.fork", "os.posix_spawn", "subprocess.Popen", "socket.",
       "pickle.find_class", "exec", "compile", "ctypes.", "os.remove", "os.rename",
       "shutil.", "webbrowser.open", "pty.spawn", "code.__new__", "marshal.")
def hook(event, args):
    if not armed:
        return
    if event.startswith(BAD) or (event == "open" and args[1] and set(str(args[1])) & set("wax+")):
        seen.append([event, repr(args)[:200]])
sys.addaudithook(hook)
def memory():
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
def peak():
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) * 1024
for path in sorted(Path(sys.argv[1]).iterdir()):
    Path("/proc/self/clear_refs").write_text("5")
    before, start, armed = memory(), time.process_time(), True
    try:
        open_model(path)
        result = "opened"
    except GanpaintError as error:
        result = str(error)
    except BaseException as error:
        result = f"LEAKED {type(error).__name__}: {error}"
    armed = False
    print(json.dumps([path.name, result, time.process_time() - start, peak() - before, seen]))
    seen.clear()
"""


def zipped(*entries: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name, data in entries:
            file.writestr(name, data)
    return buffer.getvalue()


class Evil:
    """Pickled the classic way."""

    def __init__(self, function: Any, *args: Any) -> None:
        self.made = function, args

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return self.made


def calls(bait: Path) -> dict[str, bytes]:
    """What each file asks to run, pickled by Python itself."""
    import importlib
    import operator
    import os
    import runpy

    line = f"touch {bait}"
    return {
        "posix.system": pickle.dumps(Evil(os.system, line)),
        "subprocess.Popen": pickle.dumps(Evil(subprocess.Popen, ["touch", str(bait)])),
        "builtins.exec": pickle.dumps(Evil(exec, f"open({str(bait)!r}, 'w')")),
        "builtins.getattr": pickle_of(Call(Name("builtins", "getattr"), ("x", "system"))),
        "builtins.__import__": pickle_of(Call(Name("builtins", "__import__"), ("os",))),
        "importlib.import_module": pickle.dumps(Evil(importlib.import_module, "os")),
        "operator.attrgetter": pickle.dumps(Evil(operator.attrgetter, "system")),
        "runpy.run_path": pickle.dumps(Evil(runpy.run_path, str(bait))),
        "_pickle.loads": pickle.dumps(Evil(pickle.loads, pickle.dumps(Evil(os.system, line)))),
        "torch.serialization.load": pickle.dumps(Evil(torch.load, str(bait))),
        "torch.nn.modules.linear.Linear": pickle.dumps(torch.nn.Linear(2, 2)),
    }  # fmt: skip


def sizes() -> dict[str, bytes]:
    """Files built to exhaust memory or time."""
    laughs = b"]q\x00" + b"".join(
        b"(" + b"h" + bytes([i]) * 1 + (b"h" + bytes([i])) * 9 + b"lq" + bytes([i + 1])
        for i in range(60)
    )
    numbers = b"".join(b"r" + struct.pack("<I", i) for i in range(180_000))
    giant = asm.reference("0", "FloatStorage", 2**40)
    view = Call(
        Name("torch._utils", "_rebuild_tensor_v2"),
        (asm.embedded(torch.zeros(1)), 0, (2**31, 2**31), (0, 0), False, None),
    )
    storage = asm.body(asm.embedded(torch.zeros(64)))
    shared = storage + b"q\x00" + b"h\x00" * 400_000
    return {
        "laughs": b"\x80\x02" + laughs + b"\x85" * 1 + b".",
        "memo": b"\x80\x02N" + numbers + b".",
        "dicts": b"\x80\x02" + b"}" * 990_000 + b".",
        "tuples": b"\x80\x02N" + b"2\x86" * 330_000 + b".",
        "strings": b"\x80\x04" + b"\x8c\x02ab" * 240_000 + b".",
        "long": b"\x80\x02\x8b" + struct.pack("<i", 900_000) + b"\x7f" * 900_000 + b".",
        "marks": b"\x80\x02" + b"(" * 900_000 + b".",
        "lists": b"\x80\x02" + b"]" * 300_000 + b"a" * 299_999 + b".",
        "frames": b"\x80\x04\x95" + b"\xff" * 8 + b"N.",
        "declared": asm.legacy({"a": giant}),
        "stride": pickle_of({"G_ema": view}),
        "storages": b"\x80\x02" + shared + b".",
        "quadratic": b"\x80\x02]q\x00(" + b"h\x00" * 450_000 + b"e.",
    }


def network_files(bait: Path) -> dict[str, bytes]:
    """A genuine network with something hostile inside."""
    hostile = Call(Name("posix", "system"), (f"touch {bait}",))
    network = envelopes.generator(tiny_stylegan2())
    source = f"import os; os.system('touch {bait}')\n"
    genuine = envelopes.generator(tiny_stylegan2())
    genuine.args[0]["module_src"] = source
    swapped = envelopes.generator(tiny_stylegan2())
    swapped.args[0]["state"]["_modules"]["mapping"].args[0]["state"]["num_layers"] = hostile
    return {
        "code in module_src": pickle_of({"G_ema": genuine}),
        "in the kwargs": pickle_of({"G_ema": network, "training_set_kwargs": {"a": hostile}}),
        "in an attribute": pickle_of({"G_ema": swapped}),
        "in a second pickle": pickle_of({"G_ema": network}) + pickle_of(hostile),
        "in a storage": pickle_of(
            {"G": Call(Name("torch.storage", "_load_from_bytes"), (asm.legacy(hostile),))}
        ),
        "in a zip": zipped(("n/data.pkl", pickle_of(hostile)), ("n/version", b"3")),
        "outside a zip": zipped(("n/data.pkl", pickle_of({})), ("../../../tmp/x", b"")),
    }


def write(folder: Path, made: dict[str, bytes]) -> None:
    for name, data in made.items():
        (folder / f"{name}.pkl").write_bytes(data)


@pytest.mark.behaviour("X18")
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_nothing_runs_and_memory_and_time_stay_bounded(tmp_path: Path) -> None:
    folder, bait = tmp_path / "files", tmp_path / "executed"
    folder.mkdir()
    asked, networks = calls(bait), network_files(bait)
    for made in (asked, sizes(), networks):
        write(folder, made)
    done = subprocess.run(
        [sys.executable, "-c", WATCH, str(folder)],
        capture_output=True, text=True, timeout=100, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (0, 0)),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(rows) == len(list(folder.iterdir()))
    assert not bait.exists()
    for name, result, seconds, memory, seen in rows:
        size = (folder / name).stat().st_size
        assert not seen, (name, seen)
        assert not result.startswith("LEAKED"), (name, result)
        assert memory <= 3 * size + (64 << 20), (name, memory)
        assert seconds < 2.0, (name, seconds)
        stem = name.removesuffix(".pkl")
        if stem in asked:
            assert f'asks to run "{stem}"' in result, result
        if stem == "code in module_src":
            assert result == "opened"
        elif stem in networks:
            assert result != "opened", name


def test_python_itself_would_have_run_them(tmp_path: Path) -> None:
    """The bait works: the standard reader falls for it."""
    bait = tmp_path / "executed"
    pickle.loads(calls(bait)["posix.system"])  # noqa: S301
    assert bait.exists()
