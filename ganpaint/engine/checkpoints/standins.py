"""Inert stand-ins for the few names that genuine model files use (FORMATS section 12).

A pickle names functions and classes by module and name. Here each allowed pair maps to a function
of ours that makes a plain record; nothing of torch, numpy or the file's own code is ever looked
up. Whatever is not in `ALLOWED` is refused by its full name before anything is made.

Records hold untrusted values: readers check types before using them, and never compare, hash or
print what may contain itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ganpaint.engine.checkpoints import sentences

if TYPE_CHECKING:
    from ganpaint.engine.checkpoints.unpickle import Context


class Record:
    """An object of a class we know by name only: what it was made from and its state."""

    __slots__ = ("args", "kind", "state")

    def __init__(self, kind: str, args: tuple[Any, ...] = ()) -> None:
        self.kind, self.args = kind, args
        self.state: Any = None


class Text:
    """A string too long to be a name (source code, numpy bytes of protocol 2): not decoded."""

    __slots__ = ("raw",)

    def __init__(self, raw: memoryview) -> None:
        self.raw = raw


class Marker:
    """A value that is only a name, like a device."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


class Storage:
    """A run of numbers in the file; `data` is filled in when its place is known."""

    __slots__ = ("cached", "count", "data", "dtype", "start")

    def __init__(self, dtype: str, count: int, start: int = 0) -> None:
        self.dtype, self.count, self.start = dtype, count, start
        self.data: memoryview | None = None
        self.cached: Any = None


@dataclass(slots=True, eq=False)
class TensorRef:
    """A strided view of a storage, bounds checked, not yet made."""

    storage: Storage
    offset: int
    shape: tuple[int, ...]
    stride: tuple[int, ...]


class Array:
    """A numpy array; empty until its state arrives."""

    __slots__ = ("value",)

    def __init__(self) -> None:
        self.value: np.ndarray | None = None


class DType:
    """A numpy element type: kinds f, i, u and b only."""

    __slots__ = ("code", "order")

    def __init__(self, code: str) -> None:
        self.code, self.order = code, "<"

    def numpy(self) -> np.dtype[Any]:
        return np.dtype(self.order + self.code)


@dataclass(frozen=True, slots=True, eq=False)
class Allowed:
    """What a name in the file stands for; `call` is None for names that are only values."""

    name: str
    call: Callable[[Context, tuple[Any, ...]], Any] | None = None
    storage: str = ""


# storage class → (numpy code, bytes an element); bfloat16 has no numpy type and is widened by hand
STORAGES = {
    "FloatStorage": ("f4", 4),
    "DoubleStorage": ("f8", 8),
    "HalfStorage": ("f2", 2),
    "BFloat16Storage": ("bf", 2),
    "LongStorage": ("i8", 8),
    "IntStorage": ("i4", 4),
    "ShortStorage": ("i2", 2),
    "CharStorage": ("i1", 1),
    "ByteStorage": ("u1", 1),
    "BoolStorage": ("b1", 1),
}
DTYPES = (
    "float16", "float32", "float64", "half", "float", "double", "bfloat16",
    "int8", "int16", "int32", "int64", "uint8", "bool", "long", "int", "short",
)  # fmt: skip


def whole(value: Any) -> bool:
    """Whether it is a non-negative whole number of sane size (bool excluded)."""
    return type(value) is int and 0 <= value < 2**62


def _dict(context: Context, args: tuple[Any, ...]) -> dict[Any, Any]:
    """OrderedDict and EasyDict: from nothing, or from pairs."""
    found: dict[Any, Any] = {}
    if not args:
        return found
    pairs = args[0]
    if len(args) > 1 or type(pairs) not in (list, tuple, dict):
        raise sentences.damaged(context.name, "a table is made from something else than pairs")
    for pair in pairs.items() if isinstance(pairs, dict) else pairs:
        if type(pair) not in (list, tuple) or len(pair) != 2:
            raise sentences.damaged(context.name, "a table is made from something else than pairs")
        context.put(found, pair[0], pair[1])
    return found


def _list(context: Context, args: tuple[Any, ...]) -> list[Any]:
    """Sets are kept as lists: their members may be anything, and are never asked for."""
    if not args:
        return []
    if len(args) > 1 or type(args[0]) not in (list, tuple):
        raise sentences.damaged(context.name, "a set is made from something else than a list")
    return list(args[0])


def _record(kind: str) -> Callable[[Context, tuple[Any, ...]], Record]:
    def make(context: Context, args: tuple[Any, ...]) -> Record:
        return Record(kind, args)

    return make


def _marker(name: str) -> Callable[[Context, tuple[Any, ...]], Marker]:
    def make(context: Context, args: tuple[Any, ...]) -> Marker:
        return Marker(name)

    return make


def _size(context: Context, args: tuple[Any, ...]) -> tuple[Any, ...]:
    if not args:
        return ()
    if len(args) > 1 or type(args[0]) not in (list, tuple):
        raise sentences.damaged(context.name, "a size is made from something else than a list")
    return tuple(args[0])


def _tensor(context: Context, args: tuple[Any, ...]) -> TensorRef:
    """torch._utils._rebuild_tensor and _v2: (storage, offset, size, stride, …)."""
    if len(args) < 4:
        raise sentences.damaged(context.name, "a tensor lacks its size or stride")
    storage, offset, shape, stride = args[:4]
    if not isinstance(storage, Storage):
        raise sentences.damaged(context.name, "a tensor has no storage")
    numbers = [offset]
    for group in (shape, stride):
        if type(group) not in (tuple, list) or len(group) > context.budget.limits.dimensions:
            raise sentences.damaged(context.name, "a tensor's size is not a short list of numbers")
        numbers += group
    if not all(whole(n) for n in numbers):
        raise sentences.refused(context.name, "a tensor has a negative or absurd size or stride")
    if len(shape) != len(stride):
        raise sentences.damaged(context.name, "a tensor's size and stride differ in length")
    if math.prod(shape) > storage.count:
        raise sentences.refused(
            context.name, f"a tensor of {math.prod(shape):,} numbers claims a smaller storage"
        )
    if math.prod(shape):
        last = offset + sum((n - 1) * s for n, s in zip(shape, stride, strict=True))
        if last >= storage.count:
            raise sentences.refused(context.name, "a tensor reaches beyond its storage")
        if any(s == 0 and n > 1 for n, s in zip(shape, stride, strict=True)):
            raise sentences.refused(context.name, "a tensor repeats the same numbers by stride 0")
    return TensorRef(storage, offset + storage.start, tuple(shape), tuple(stride))


def _parameter(context: Context, args: tuple[Any, ...]) -> TensorRef:
    if not args or not isinstance(args[0], TensorRef):
        raise sentences.damaged(context.name, "a parameter is not a tensor")
    return args[0]


def _load_from_bytes(context: Context, args: tuple[Any, ...]) -> Storage:
    """torch.storage._load_from_bytes: a whole legacy file inside the pickle; read by ours."""
    if len(args) != 1 or not isinstance(args[0], memoryview | bytes):
        raise sentences.damaged(context.name, "an embedded storage is not a run of bytes")
    return context.embedded(memoryview(args[0]))


def _dtype(context: Context, args: tuple[Any, ...]) -> DType:
    """numpy.dtype(code, align, copy)."""
    code = args[0] if args else None
    if isinstance(code, str) and code[:1] in "<>|=" and len(code) > 1:
        code = code[1:]
    if not isinstance(code, str) or code not in NUMPY_CODES:
        raise sentences.refused(
            context.name, f"it holds a numpy array of type {sentences.shown(code, 20)}"
        )
    return DType(NUMPY_CODES[code])


NUMPY_CODES = {
    **{code: code for code in ("f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8")},
    "b1": "b1",
    "?": "b1",
}


def _new_array(context: Context, args: tuple[Any, ...]) -> Array:
    return Array()


def from_bytes(context: Context, dtype: Any, shape: Any, raw: Any) -> np.ndarray:
    """An array over bytes of the file, after its size was checked."""
    if (
        not isinstance(dtype, DType)
        or not isinstance(raw, memoryview | bytes)
        or type(shape) not in (tuple, list)
        or len(shape) > context.budget.limits.dimensions
        or not all(whole(n) for n in shape)
    ):
        raise sentences.damaged(context.name, "a numpy array has an impossible type or size")
    kind = dtype.numpy()
    needed = math.prod(shape) * kind.itemsize
    if needed != len(raw):
        raise sentences.cut_off(context.name, "a numpy array", needed, len(raw))
    context.budget.spend_tensor(needed)
    return np.frombuffer(raw, kind).reshape(tuple(shape))


def _scalar(context: Context, args: tuple[Any, ...]) -> Any:
    """numpy.core.multiarray.scalar(dtype, bytes) → a Python number."""
    if len(args) != 2:
        raise sentences.damaged(context.name, "a numpy number lacks its type or value")
    return from_bytes(context, args[0], (), args[1]).item()


def _from_buffer(context: Context, args: tuple[Any, ...]) -> Array:
    """numpy's form for protocol 5: (bytes, dtype, shape, order). Python 3.14 writes it."""
    if len(args) != 4 or args[3] not in ("C", "F"):
        raise sentences.damaged(context.name, "a numpy array lacks its type or size")
    made = Array()
    flat = from_bytes(context, args[1], args[2], args[0])
    made.value = flat.reshape(-1).reshape(flat.shape, order=args[3])
    return made


def _encode(context: Context, args: tuple[Any, ...]) -> bytes:
    """_codecs.encode(text, "latin1"): how protocol 2 stores bytes. No other codec."""
    if len(args) == 2 and args[1] in ("latin1", "latin-1") and isinstance(args[0], str | Text):
        text = args[0]
        try:
            plain = text if isinstance(text, str) else str(text.raw, "utf-8")
            return plain.encode("latin-1")
        except UnicodeError as error:
            raise sentences.damaged(context.name, "bytes stored as text", error) from error
    raise sentences.asks_to_run(context.name, "_codecs.encode")


def _table() -> dict[tuple[str, str], Allowed]:
    calls: dict[str, Callable[[Context, tuple[Any, ...]], Any]] = {
        "collections.OrderedDict": _dict,
        "dnnlib.util.EasyDict": _dict,
        "dnnlib.EasyDict": _dict,
        "builtins.set": _list,
        "__builtin__.set": _list,
        "argparse.Namespace": _record("namespace"),
        "torch._utils._rebuild_tensor": _tensor,
        "torch._utils._rebuild_tensor_v2": _tensor,
        "torch._utils._rebuild_parameter": _parameter,
        "torch.storage._load_from_bytes": _load_from_bytes,
        "torch.Size": _size,
        "torch.device": _marker("torch.device"),
        "numpy.dtype": _dtype,
        "torch_utils.persistence._reconstruct_persistent_obj": _record("persistent"),
        "dnnlib.tflib.network.Network": _record("network"),
        "_codecs.encode": _encode,
    }
    for base in ("numpy.core", "numpy._core"):  # numpy 2 renamed it
        calls[f"{base}.multiarray._reconstruct"] = _new_array
        calls[f"{base}.multiarray.scalar"] = _scalar
        calls[f"{base}.numeric._frombuffer"] = _from_buffer
    found = {tuple(full.rsplit(".", 1)): Allowed(full, call=call) for full, call in calls.items()}
    found[("numpy", "ndarray")] = Allowed("numpy.ndarray")
    for name in STORAGES:
        found[("torch", name)] = Allowed(f"torch.{name}", storage=name)
    for name in DTYPES:
        found[("torch", name)] = Allowed(f"torch.{name}")
    return found  # type: ignore[return-value]


ALLOWED = _table()
