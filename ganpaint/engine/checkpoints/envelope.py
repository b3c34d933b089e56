"""The inside of NVIDIA's persistent objects: a tree of layers with attributes and tensors."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from torch import Tensor

from ganpaint.engine.checkpoints import sentences
from ganpaint.engine.checkpoints.archive import Contents, weight
from ganpaint.engine.checkpoints.limits import Budget
from ganpaint.engine.checkpoints.standins import Array, Record, TensorRef
from ganpaint.paths import quoted

DEEPEST = 16
MOST = 20_000


@dataclass(slots=True, eq=False)
class Layer:
    """One enveloped object: the name of its class and its plain attributes."""

    path: str
    kind: str
    attributes: dict[Any, Any]
    name: str  # of the file, for the sentences

    def get(self, key: str, default: Any = None) -> Any:
        """An attribute as plain data: numpy arrays as nested lists."""
        value = self.attributes.get(key, default)
        if isinstance(value, Array):
            return default if value.value is None else value.value.tolist()
        return value

    def whole(self, key: str, default: int | None = None) -> int:
        """A whole number, 0 for an absent None."""
        value = self.get(key, default)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if type(value) is not int or not 0 <= value <= 1 << 20:
            raise self.odd(key, value)
        return value

    def real(self, key: str, default: float | None = None) -> float:
        """A finite number; None counts as `default`."""
        value: Any = self.get(key, default)
        value = default if value is None else value
        if type(value) not in (int, float) or not math.isfinite(value):
            raise self.odd(key, value)
        return float(value)

    def words(self, key: str, default: str) -> str:
        """A text."""
        value = self.get(key, default)
        if not isinstance(value, str):
            raise self.odd(key, value)
        return value

    def odd(self, key: str, value: Any) -> Exception:
        """The sentence for an attribute that is not what it should be."""
        shown = value if isinstance(value, str | int | float | None) else type(value).__name__
        return sentences.refused(
            self.name, f"its layer {quoted(self.path)} has {key} {sentences.shown(shown, 16)}"
        )


@dataclass(slots=True, eq=False)
class Network:
    """All layers of a network by path, and all its tensors by full name."""

    kind: str
    budget: Budget
    layers: dict[str, Layer] = field(default_factory=dict)
    tensors: dict[str, TensorRef] = field(default_factory=dict)

    @property
    def root(self) -> Layer:
        """The network itself."""
        return self.layers[""]

    @property
    def name(self) -> str:
        """The file's name."""
        return self.budget.name

    def weights(self, prefix: str) -> dict[str, Tensor]:
        """Every tensor, float32, under `prefix`."""
        return {
            f"{prefix}.{key}": weight(ref, self.budget, key) for key, ref in self.tensors.items()
        }

    def tensor(self, key: str) -> Tensor:
        """One tensor that must be there."""
        if key not in self.tensors:
            raise sentences.damaged(self.name, f"{quoted(key)} is missing")
        return weight(self.tensors[key], self.budget, key)

    def shape(self, key: str) -> tuple[int, ...]:
        """The shape of a tensor that must be there."""
        if key not in self.tensors:
            raise sentences.damaged(self.name, f"{quoted(key)} is missing")
        return self.tensors[key].shape

    def layer(self, path: str) -> Layer:
        """A layer that must be there."""
        if path not in self.layers:
            raise sentences.damaged(self.name, f"{quoted(path)} is missing")
        return self.layers[path]

    def below(self, start: str) -> Iterator[Layer]:
        """All layers whose path begins so."""
        return (layer for path, layer in self.layers.items() if path.startswith(start))


def network_of(record: Record, contents: Contents) -> Network:
    """Unfold an enveloped network.

    Raises:
        BrokenModel: it lacks its parts. Refused: it is nested or branched beyond reason.
    """
    network = Network(_kind(record, contents.name), contents.budget)
    _unfold(network, record, "", 0)
    return network


def _state(record: Any, name: str) -> dict[Any, Any]:
    envelope = record.args[0] if isinstance(record, Record) and len(record.args) == 1 else None
    state = envelope.get("state") if isinstance(envelope, dict) else None
    if not isinstance(state, dict):
        raise sentences.damaged(name, "a layer has no contents")
    return state


def _kind(record: Record, name: str) -> str:
    envelope = record.args[0] if len(record.args) == 1 else None
    kind = envelope.get("class_name") if isinstance(envelope, dict) else None
    if not isinstance(kind, str):
        raise sentences.damaged(name, "a layer has no class")
    return sentences.shown(kind)


def _unfold(network: Network, record: Record, path: str, depth: int) -> None:
    name = network.name
    if depth > DEEPEST or len(network.layers) >= MOST:
        raise sentences.refused(name, "its layers are nested or branched beyond reason")
    state = _state(record, name)
    network.layers[path] = Layer(path, _kind(record, name), state, name)
    dot = f"{path}." if path else ""
    for group in ("_parameters", "_buffers"):
        for key, value in _table(state, group, name).items():
            if value is None:
                continue
            if not isinstance(key, str) or not isinstance(value, TensorRef):
                raise sentences.damaged(name, f"{quoted(path)} holds something else than weights")
            network.tensors[dot + key] = value
    for key, value in _table(state, "_modules", name).items():
        if value is None:
            continue
        if not isinstance(key, str) or not isinstance(value, Record) or value.kind != "persistent":
            raise sentences.damaged(name, f"{quoted(path)} holds something else than layers")
        _unfold(network, value, dot + key, depth + 1)


def _table(state: dict[Any, Any], group: str, name: str) -> dict[Any, Any]:
    table = state.get(group)
    if table is None:
        return {}
    if not isinstance(table, dict):
        raise sentences.damaged(name, f"a layer's {group} are no table")
    return table


def taps_of(filter_: np.ndarray) -> tuple[list[float], np.ndarray]:
    """A stored filter, (n, n) or (n,), as one-dimensional taps and as a (n, n) array.

    The taps are scaled so that the smallest is 1 where that gives whole numbers, [1, 3, 3, 1].
    """
    plane = np.asarray(filter_, np.float64)
    if plane.ndim == 1:
        plane = np.outer(plane, plane)
    row = plane.sum(0)
    least = np.abs(row[row != 0]).min() if np.any(row) else 1.0
    scaled = row / least
    whole = np.rint(scaled)
    taps = whole if np.allclose(scaled, whole, atol=1e-5) else row
    return [float(tap) for tap in taps], plane.astype(np.float32)
