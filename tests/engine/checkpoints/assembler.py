"""Writes pickles opcode by opcode: genuine-looking model files and hostile ones; runs none."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

MAGIC = 0x1950A86A20F9469CFC6C
KINDS = {
    torch.float32: "FloatStorage",
    torch.float16: "HalfStorage",
    torch.float64: "DoubleStorage",
    torch.bfloat16: "BFloat16Storage",
    torch.int64: "LongStorage",
    torch.int32: "IntStorage",
    torch.uint8: "ByteStorage",
    torch.bool: "BoolStorage",
}


@dataclass(frozen=True, eq=False)
class Name:
    """A function or class, by name only."""

    module: str
    name: str


@dataclass(frozen=True, eq=False)
class Call:
    """function(*args), with a state given afterwards if there is one."""

    function: Any
    args: tuple[Any, ...] = ()
    state: Any = None
    new: bool = False


@dataclass(frozen=True, eq=False)
class Reference:
    """A persistent id."""

    value: Any


@dataclass(frozen=True, eq=False)
class Raw:
    """Opcodes as they are."""

    code: bytes


def whole(value: int) -> bytes:
    """LONG1 of any whole number."""
    data = value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True)
    return b"\x8a" + bytes([len(data)]) + data


def text(value: str) -> bytes:
    data = value.encode("utf-8", "surrogatepass")
    return b"X" + struct.pack("<I", len(data)) + data


def body(value: Any) -> bytes:
    """The opcodes that make a value, without header and STOP."""
    if isinstance(value, Raw):
        return value.code
    if value is None or isinstance(value, bool):
        return {None: b"N", True: b"\x88", False: b"\x89"}[value]
    if isinstance(value, int):
        return whole(value)
    if isinstance(value, float):
        return b"G" + struct.pack(">d", value)
    if isinstance(value, str):
        return text(value)
    if isinstance(value, bytes):
        return b"B" + struct.pack("<I", len(value)) + value
    if isinstance(value, tuple):
        return b"(" + b"".join(map(body, value)) + b"t"
    if isinstance(value, list):
        return b"](" + b"".join(map(body, value)) + b"e"
    if isinstance(value, dict):
        return b"}(" + b"".join(body(k) + body(v) for k, v in value.items()) + b"u"
    if isinstance(value, Name):
        return b"c" + f"{value.module}\n{value.name}\n".encode()
    if isinstance(value, Call):
        made = body(value.function) + body(value.args) + (b"\x81" if value.new else b"R")
        return made if value.state is None else made + body(value.state) + b"b"
    if isinstance(value, Reference):
        return body(value.value) + b"Q"
    if isinstance(value, np.ndarray):
        return body(array(value))
    if isinstance(value, Tensor):
        return body(tensor(value))
    raise TypeError(type(value))


def pickle_of(value: Any, protocol: int = 2) -> bytes:
    """A whole pickle."""
    return b"\x80" + bytes([protocol]) + body(value) + b"."


def legacy(value: Any, storages: dict[str, Tensor] | None = None) -> bytes:
    """A legacy torch file; `value` refers to the storages with `Reference`s."""
    facts = {"protocol_version": 1001, "little_endian": True, "type_sizes": {"int": 4}}
    storages = storages or {}
    data = b"\x80\x02\x8a\x0a" + MAGIC.to_bytes(10, "little") + b"."
    data += b"\x80\x02M\xe9\x03." + pickle_of(facts)
    data += pickle_of(value) + pickle_of(list(storages))
    for tensor_ in storages.values():
        flat = tensor_.contiguous().reshape(-1)
        data += struct.pack("<q", flat.numel()) + flat.view(torch.uint8).numpy().tobytes()
    return data


def reference(
    key: str, kind: str, count: int, place: str = "cpu", *, view: bool = True
) -> Reference:
    """What a torch container stores in place of a storage."""
    known = ("storage", Name("torch", kind), key, place, count)
    return Reference((*known, None) if view else known)


def embedded(flat: Tensor) -> Call:
    """A storage as NVIDIA's pickles hold it: a legacy file inside the pickle."""
    kind = KINDS[flat.dtype]
    inner = legacy(reference("0", kind, flat.numel()), {"0": flat})
    return Call(Name("torch.storage", "_load_from_bytes"), (inner,))


def tensor(value: Tensor, storage: Any = None) -> Call:
    """A tensor over an embedded storage, strides kept."""
    empty = Call(Name("collections", "OrderedDict"))
    if storage is None:
        count = value.untyped_storage().nbytes() // value.element_size()
        storage = embedded(torch.as_strided(value, (count,), (1,), 0))
    args = (storage, value.storage_offset(), tuple(value.shape), value.stride(), False, empty)
    return Call(Name("torch._utils", "_rebuild_tensor_v2"), args)


def parameter(value: Tensor) -> Call:
    empty = Call(Name("collections", "OrderedDict"))
    return Call(Name("torch._utils", "_rebuild_parameter"), (tensor(value), True, empty))


def array(value: np.ndarray, base: str = "numpy.core") -> Call:
    """A numpy array as protocol 3 writes it."""
    state = (3, "<", None, None, None, -1, -1, 0)
    kind = Call(Name("numpy", "dtype"), (value.dtype.str[1:], False, True), state)
    made = Name(f"{base}.multiarray", "_reconstruct")
    state = (1, tuple(value.shape), kind, False, value.tobytes())
    return Call(made, (Name("numpy", "ndarray"), (0,), b"b"), state)


def envelope(kind: str, attributes: dict[str, Any], source: str = "# no code\n") -> Call:
    """One persistent object of NVIDIA's."""
    meta = {
        "type": "class",
        "version": 6,
        "module_src": source,
        "class_name": kind,
        "state": attributes,
    }
    return Call(Name("torch_utils.persistence", "_reconstruct_persistent_obj"), (meta,))


def layer(
    kind: str,
    parameters: dict[str, Tensor] | None = None,
    buffers: dict[str, Tensor] | None = None,
    modules: dict[str, Any] | None = None,
    **attributes: Any,
) -> Call:
    """A layer with its tensors and inner layers."""
    return envelope(
        kind,
        {
            "training": False,
            "_parameters": {k: parameter(v) for k, v in (parameters or {}).items()},
            "_buffers": {k: tensor(v) for k, v in (buffers or {}).items()},
            "_modules": modules or {},
            **attributes,
        },
    )


def linear(module: nn.Module, activation: str = "linear", rate: float = 1.0) -> Call:
    weight, bias = module.weight.detach(), module.bias.detach()
    return layer(
        "FullyConnectedLayer",
        {"weight": weight, "bias": bias},
        activation=activation,
        weight_gain=rate / weight.shape[1] ** 0.5,
        bias_gain=rate,
    )
