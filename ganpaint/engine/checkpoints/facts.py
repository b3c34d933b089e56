"""What is in a model file, as data for `ganpaint inspect` and the model manager.

`describe` never fails for a file that cannot be opened: it says why, and lists every name that the
file asks to run, found by reading it with a machine that runs none of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from torch import Tensor

from ganpaint import provenance
from ganpaint.engine.checkpoints import files, zipped
from ganpaint.engine.checkpoints.archive import embedded_reader
from ganpaint.engine.checkpoints.limits import Budget
from ganpaint.engine.checkpoints.loaded import Loaded
from ganpaint.engine.checkpoints.standins import ALLOWED, Allowed, Record, Storage
from ganpaint.engine.checkpoints.unpickle import Context, Machine
from ganpaint.engine.generators.base import Generator
from ganpaint.errors import BadModel
from ganpaint.manifest import nearest_of

FACTS = (
    "family", "resolution", "channels", "z_dim", "c_dim", "w_dim", "num_ws", "parameters",
    "hash", "name", "title", "licence",
)  # fmt: skip


def refusal(path: Path, error: BadModel) -> dict[str, Any]:
    """What is known of a file that was not opened."""
    found: dict[str, Any] = {
        "path": str(path),
        "opened": False,
        "kind": type(error).__name__,
        "sentence": error.sentence,
        "remedy": error.remedy,
        "asks_to_run": asks_to_run(path),
    }
    if path.is_file():
        found["bytes"] = path.stat().st_size
    return found


def facts(path: Path, loaded: Loaded, generator: Generator) -> dict[str, Any]:
    """What is known of an open model, JSON-ready."""
    info = generator.info
    found: dict[str, Any] = {"path": str(path), "opened": True, "form": loaded.format}
    if path.is_file():
        found["bytes"] = path.stat().st_size
    found |= {key: getattr(info, key) for key in FACTS}
    found["class_names"] = list(info.class_names)
    found["capabilities"] = sorted(str(capability) for capability in info.capabilities)
    found["notes"] = list(info.notes)
    found["questions"] = list(loaded.questions)
    found["generator"] = loaded.table
    found["discriminator"] = loaded.judge
    found |= provenance.tables(loaded.facts)
    if nearest := nearest_of(loaded.facts, path):
        found["nearest"] = str(nearest)
    found["statistics"] = statistics(loaded.tensors)
    found["shapes"] = {name: list(tensor.shape) for name, tensor in loaded.tensors.items()}
    return found


def statistics(tensors: Mapping[str, Tensor]) -> list[dict[str, Any]]:
    """Count, mean, deviation and range of the numbers of each group of layers."""
    groups: dict[str, list[Tensor]] = {}
    for name, tensor in tensors.items():
        groups.setdefault(group_of(name), []).append(tensor)
    return [{"group": group, **_figures(members)} for group, members in groups.items()]


def group_of(name: str) -> str:
    """The part of the network a weight belongs to: at most three names deep."""
    parts = name.split(".")[:-1]
    return ".".join(parts[:3]) or name


def _figures(members: list[Tensor]) -> dict[str, Any]:
    count, total, squares, odd = 0, 0.0, 0.0, 0
    low, high = float("inf"), float("-inf")
    for tensor in members:
        numbers = tensor.detach().double().reshape(-1)
        good = numbers[numbers.isfinite()]
        odd += numbers.numel() - good.numel()
        count += numbers.numel()
        if good.numel():
            total += float(good.sum())
            squares += float(good.square().sum())
            low, high = min(low, float(good.min())), max(high, float(good.max()))
    usable = count - odd
    if not usable:
        return {"tensors": len(members), "numbers": count, "not_finite": odd}
    mean = total / usable
    return {
        "tensors": len(members),
        "numbers": count,
        "mean": mean,
        "deviation": max(0.0, squares / usable - mean * mean) ** 0.5,
        "least": low,
        "most": high,
        "not_finite": odd,
    }


# ------------------------------------------------------------------ what would be refused
class _Lister(Machine):
    """Reads on past forbidden names, which become inert records, and notes them."""

    def __init__(self, data: memoryview, context: Context, start: int = 0) -> None:
        super().__init__(data, context, start)
        self.asked: dict[str, None] = {}

    def find(self, module: Any, name: Any) -> None:
        if type(module) is str and type(name) is str and (module, name) not in ALLOWED:
            full = f"{module}.{name}"[:200]
            self.asked[full] = None
            self.push(Allowed(full, call=_inert))
        else:
            super().find(module, name)

    def build(self, target: Any, state: Any) -> None:
        if not isinstance(target, Allowed):
            super().build(target, state)


def _inert(context: Context, args: tuple[Any, ...]) -> Record:
    return Record("refused", args)


def asks_to_run(path: Path) -> list[str]:
    """Every name outside the allow-list in the order of the file, as far as it can be read."""
    try:
        head = files.look(path)
        if head.kind not in ("zip", "legacy", "pickle"):
            return []
        data = memoryview(files.read(path))
        budget = Budget(path.name, head.size)
        pieces = [data]
        if head.kind == "zip":
            members = zipped.members(data, budget)
            pieces = [view for name, view in members.items() if name.endswith(".pkl")]
    except BadModel:
        return []
    found: dict[str, None] = {}
    for piece in pieces:
        found |= _listed(piece, budget)
    return list(found)


def _listed(data: memoryview, budget: Budget) -> dict[str, None]:
    """Names in all pickles that stand one after the other in a piece of the file."""

    def anything(reference: Any) -> Storage:
        return Storage("ByteStorage", 0)

    found: dict[str, None] = {}
    at = 0
    while at + 1 < len(data) and data[at] == 0x80:
        machine = _Lister(data, Context(budget, anything, embedded_reader(budget)), at)
        try:
            machine.run()
        except BadModel:
            found |= machine.asked
            break
        found |= machine.asked
        at = machine.position
    return found
