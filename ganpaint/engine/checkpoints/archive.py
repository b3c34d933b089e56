"""Containers: zip and legacy torch files, plain pickles and safetensors → objects and tensors.

`load` opens any of them by content (FORMATS section 11). What it returns is plain data with
`TensorRef`s, from which `weight` makes float32 tensors one by one. `read_state_dict` is the short
way to a flat table of weights, used for perceptual trunks and heads.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ganpaint.engine.checkpoints import files, sentences, zipped
from ganpaint.engine.checkpoints.limits import LIMITS, Budget, Limits
from ganpaint.engine.checkpoints.standins import (
    STORAGES,
    Allowed,
    Array,
    Storage,
    TensorRef,
    whole,
)
from ganpaint.engine.checkpoints.unpickle import Context, Machine
from ganpaint.errors import BadModel
from ganpaint.paths import quoted, size_text

MAGIC, PROTOCOL = 0x1950A86A20F9469CFC6C, 1001
KEY = re.compile(r"[\w.-]{1,100}", re.ASCII)


@dataclass(slots=True, eq=False)
class Contents:
    """What is in a file.

    Attributes:
        kind: "zip", "legacy", "pickle" or "safetensors".
        value: the object; for safetensors a dict of tensors.
        metadata: safetensors' own strings.
        folder: the folder that was opened, if it was one.
    """

    path: Path
    kind: str
    value: Any
    budget: Budget
    metadata: dict[str, str] = field(default_factory=dict)
    folder: Path | None = None

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name


def load(path: Path, limits: Limits = LIMITS) -> Contents:
    """Read a model file as data.

    Raises:
        BadModel: in one of its forms, with a sentence; see `files.look`, `unpickle`, `zipped`.
    """
    head = files.look(path, limits)
    if not head.kind:
        raise files.no_model(head)
    budget = Budget(path.name, head.size, limits)
    if head.kind == "safetensors":
        tensors, metadata = _safetensors(path, budget)
        return Contents(path, head.kind, tensors, budget, metadata)
    data = memoryview(files.read(path, limits))
    if head.kind == "zip":
        value = _zip(data, budget)
    elif head.kind == "legacy":
        value, end = _legacy(data, Context(budget, load_bytes=embedded_reader(budget)))
        _nothing_behind(data, end, budget)
    else:
        context = Context(budget, load_bytes=embedded_reader(budget))
        machine = Machine(data, context)
        value = machine.run()
        _nothing_behind(data, machine.position, budget)
    return Contents(path, head.kind, value, budget)


def read_state_dict(path: Path | str) -> dict[str, Tensor]:
    """A flat table of weights from a .pth, .pt, .bin or .safetensors file, as float32.

    Entries that are not tensors are left out; a table within a table ("state_dict") is not
    looked for.

    Raises:
        BadModel: the file is not readable as such a table.
    """
    contents = load(Path(path))
    found = tensors_of(contents.value, contents)
    if not found:
        raise sentences.not_a_model(contents.name, "no table of weights")
    return found


def tensors_of(table: Any, contents: Contents) -> dict[str, Tensor]:
    """The tensors of a flat table, by name; () of anything else."""
    if not isinstance(table, Mapping):
        return {}
    found = {}
    for name, value in table.items():
        if isinstance(name, str) and isinstance(value, TensorRef | Tensor):
            found[name] = weight(value, contents.budget, name)
    return found


def weight(ref: TensorRef | Tensor, budget: Budget, name: str) -> Tensor:
    """The numbers of a view as a contiguous tensor of its own shape.

    Floats become float32, whole numbers int64, truth values bool. Each storage is converted once;
    views of one storage share it until they are copied into a network.
    """
    if isinstance(ref, Tensor):
        return ref
    storage = ref.storage
    code, width = STORAGES[storage.dtype]
    needed = storage.count * width
    if storage.data is None or len(storage.data) < needed:
        there = 0 if storage.data is None else len(storage.data)
        raise sentences.cut_off(budget.name, quoted(name), needed, there)
    numel = int(np.prod(ref.shape, dtype=np.int64)) if ref.shape else 1
    budget.spend_tensor(numel * width)
    if storage.cached is None:
        storage.cached = _numbers(storage.data[:needed], code)
    flat: Tensor = storage.cached
    return flat.as_strided(ref.shape, ref.stride, ref.offset).contiguous()


def _numbers(data: memoryview, code: str) -> Tensor:
    """Raw little-endian numbers as one flat tensor."""
    if not len(data):
        return torch.empty(0)
    if code == "bf":
        wide = np.frombuffer(data, "<u2").astype(np.uint32) << np.uint32(16)
        return torch.from_numpy(wide.view(np.float32))
    if code == "b1":
        return torch.from_numpy(np.frombuffer(data, np.uint8) != 0)
    kind = np.float32 if code[0] == "f" else np.int64
    with np.errstate(over="ignore", invalid="ignore"):
        return torch.from_numpy(np.frombuffer(data, "<" + code).astype(kind))


def array(value: Any) -> np.ndarray | None:
    """A numpy array of the file, or None if it is none (or was left without contents)."""
    return value.value if isinstance(value, Array) else None


# ------------------------------------------------------------------ containers
def _nothing_behind(data: memoryview, end: int, budget: Budget) -> None:
    """Refuse what follows the end of an object; a second pickle is read to name what it asks."""
    left = len(data) - end
    if not left:
        return
    if left > 1 and data[end] == 0x80 and 2 <= data[end + 1] <= 5:
        Machine(data, Context(budget), end).run()
    raise sentences.refused(budget.name, f"it goes on for {size_text(left)} behind its end")


class _References:
    """Storage references ("storage", class, key, place, count[, view]) of one container."""

    def __init__(self, budget: Budget, room: int) -> None:
        self.budget, self.room = budget, room
        self.known: dict[tuple[str, str], Storage] = {}

    def __call__(self, reference: Any) -> Storage:
        ok = (
            type(reference) is tuple
            and len(reference) in (5, 6)
            and reference[0] in ("storage", b"storage")
            and isinstance(reference[1], Allowed)
            and reference[1].storage in STORAGES
            and isinstance(reference[2], str)
            and KEY.fullmatch(reference[2]) is not None
            and whole(reference[4])
        )
        if not ok:
            raise sentences.damaged(self.budget.name, "it refers to an unknown kind of storage")
        kind, key, count = reference[1].storage, reference[2], reference[4]
        needed = count * STORAGES[kind][1]
        if needed > self.room:
            raise sentences.cut_off(self.budget.name, f"its storage {key}", needed, self.room)
        found = self.known.get((key, kind))
        if found is None:
            self.budget.spend_object()
            found = self.known[key, kind] = Storage(kind, count)
        elif found.count != count:
            raise sentences.damaged(self.budget.name, f"its storage {key} has two sizes")
        return self._viewed(found, reference[5] if len(reference) == 6 else None)

    def _viewed(self, base: Storage, view: Any) -> Storage:
        """torch before 0.4 could refer to a part of a storage."""
        if view is None:
            return base
        if type(view) is not tuple or len(view) != 3 or not (whole(view[1]) and whole(view[2])):
            raise sentences.damaged(self.budget.name, "it refers to an unknown part of a storage")
        if view[1] or view[2] != base.count:
            raise sentences.refused(self.budget.name, "it refers to a part of a storage")
        return base


def _zip(data: memoryview, budget: Budget) -> Any:
    members = zipped.members(data, budget)
    described = [name for name in members if name.rpartition("/")[2] == "data.pkl"]
    if any("/code/" in f"/{name}" or name.endswith("constants.pkl") for name in members):
        raise sentences.refused(budget.name, "it is a TorchScript program, which would be run")
    if not described:
        raise sentences.not_a_model(budget.name, f"an archive of {len(members)} other files")
    if len(described) > 1:
        raise sentences.refused(budget.name, f"it has {len(described)} descriptions (data.pkl)")
    folder = described[0].removesuffix("data.pkl")
    if bytes(members.get(f"{folder}byteorder", b"little")[:10]) != b"little":
        raise sentences.refused(budget.name, "its numbers are in big-endian order")
    references = _References(budget, len(data))
    context = Context(budget, persistent=references, load_bytes=embedded_reader(budget))
    machine = Machine(members[described[0]], context)
    value = machine.run()
    _nothing_behind(machine.data, machine.position, budget)
    for (key, kind), storage in references.known.items():
        member = members.get(f"{folder}data/{key}")
        needed = storage.count * STORAGES[kind][1]
        there = 0 if member is None else len(member)
        if member is None or there < needed:
            raise sentences.cut_off(budget.name, f"its member data/{key}", needed, there)
        storage.data = member
    return value


def _legacy(data: memoryview, context: Context) -> tuple[Any, int]:
    """A legacy torch file → (object, position behind it)."""
    budget = context.budget
    plain = Context(budget)
    at = 0
    for expected in (MAGIC, PROTOCOL):
        machine = Machine(data, plain, at)
        if machine.run() != expected:
            raise sentences.damaged(budget.name, "it is of an unknown version of torch")
        at = machine.position
    machine = Machine(data, plain, at)
    facts = machine.run()
    if isinstance(facts, dict) and facts.get("little_endian", True) is not True:
        raise sentences.refused(budget.name, "its numbers are in big-endian order")
    references = _References(budget, len(data) - machine.position)
    inner = Context(budget, references, context.load_bytes)
    machine = Machine(data, inner, machine.position)
    value = machine.run()
    machine = Machine(data, plain, machine.position)
    keys = machine.run()
    at = machine.position
    if type(keys) is not list or len(keys) > budget.limits.tensors:
        raise sentences.damaged(budget.name, "its list of storages")
    by_key = {key: storage for (key, _), storage in references.known.items()}
    if len(by_key) != len(references.known):
        raise sentences.damaged(budget.name, "one storage has two types")
    for key in keys:
        if type(key) is not str or key not in by_key:
            raise sentences.damaged(budget.name, "its list of storages")
        at = _fill(data, at, by_key.pop(key), budget)
    if by_key:
        raise sentences.damaged(budget.name, f"{len(by_key)} storages are missing")
    return value, at


def _fill(data: memoryview, at: int, storage: Storage, budget: Budget) -> int:
    """Give a storage its bytes: a count of eight bytes, then the numbers."""
    count = int.from_bytes(data[at : at + 8], "little", signed=True)
    if len(data) < at + 8 or count != storage.count:
        raise sentences.damaged(budget.name, "a storage has another size than announced")
    start, stop = at + 8, at + 8 + count * STORAGES[storage.dtype][1]
    if stop > len(data):
        raise sentences.cut_off(budget.name, "a storage", stop - start, len(data) - start)
    storage.data = data[start:stop]
    return stop


def embedded_reader(budget: Budget) -> Callable[[memoryview], Any]:
    """What reads a legacy file inside a pickle: same limits, same budget, no deeper."""

    def read(data: memoryview) -> Any:
        if files.kind_of(bytes(data[: files.HEAD]), len(data)) != "legacy":
            raise sentences.refused(budget.name, "it embeds a file that is no torch storage")
        value, end = _legacy(data, Context(budget))
        _nothing_behind(data, end, budget)
        return value

    return read


def _safetensors(path: Path, budget: Budget) -> tuple[dict[str, Tensor], dict[str, str]]:
    from safetensors import SafetensorError, safe_open

    found: dict[str, Tensor] = {}
    try:
        with safe_open(path, "pt") as file:
            metadata = dict(file.metadata() or {})
            names = list(file.keys())
            if len(names) > budget.limits.tensors:
                raise sentences.too_much(
                    budget.name, "it has too many tensors", len(names), budget.limits.tensors
                )
            for name in names:
                found[name] = _plain(file.get_tensor(name))
    except (SafetensorError, OSError, ValueError, OverflowError, MemoryError) as error:
        if isinstance(error, BadModel):
            raise
        raise sentences.damaged(budget.name, f"its header ({error})", error) from error
    return found, metadata


def _plain(tensor: Tensor) -> Tensor:
    """A copy of its own: the library's tensors are views of the file, which may change.

    numpy converts on one thread; torch's pool is slow to wake beside busy processors.
    """
    if tensor.dtype == torch.bool:
        return tensor.clone()
    if not tensor.dtype.is_floating_point:
        return tensor.to(torch.int64, copy=True)
    if tensor.dtype in (torch.float16, torch.float32, torch.float64):
        with np.errstate(over="ignore", invalid="ignore"):
            return torch.from_numpy(tensor.numpy().astype(np.float32))
    return tensor.to(torch.float32, copy=True)
