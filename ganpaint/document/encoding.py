"""Documents as JSON and arrays, and back, every value bit for bit.

Values that are shared (a photo, a stroke, an untouched edit) are written once and are shared again
after reading: the structural sharing of the history survives. Reading checks every field against
its annotation, so that a file can be wrong in any way and still only be refused.
"""

from __future__ import annotations

import base64
import hashlib
import types
import typing
from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields, is_dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, Union, cast

import numpy as np
from numpy.typing import NDArray

from ganpaint.document.document import Document, Edit, Look
from ganpaint.document.history import State
from ganpaint.document.stroke import Stroke
from ganpaint.latent import Code
from ganpaint.picture.brush import Brush
from ganpaint.picture.composite import Patch
from ganpaint.picture.frame import Frame
from ganpaint.picture.mask import Mask
from ganpaint.picture.photo import Photo, digest_of
from ganpaint.picture.tiles import EMPTY, Plane

VALUES: dict[str, Any] = {
    kind.__name__: kind
    for kind in (Brush, Code, Document, Edit, Frame, Look, Mask, Patch, Photo, State, Stroke)
}
INLINE = 1024  # bytes up to which an array stands in the JSON itself


class Wrong(Exception):
    """A description that no ganpaint wrote."""


# ------------------------------------------------------------------------------ writing
class Encoder:
    """Collects the values and arrays that one or more roots consist of.

    Attributes:
        values: JSON-ready descriptions; each refers only to earlier ones.
        arrays: the arrays that are too large for the JSON, each once.
    """

    def __init__(self) -> None:
        self.values: list[Any] = []
        self.arrays: list[NDArray[Any]] = []
        self._known: dict[int, dict[str, int]] = {}
        self._by_content: dict[str, dict[str, int]] = {}
        self._alive: list[Any] = []  # an id is only good while its object lives

    def encode(self, value: Any) -> Any:
        """JSON for a value; what is shared becomes a reference."""
        if isinstance(value, Enum):
            return value.value
        if value is None or isinstance(value, bool | int | float | str):
            return value
        if isinstance(value, np.generic):
            return value.item()
        if isinstance(value, bytes):
            return {"bytes": base64.b64encode(value).decode()}
        if isinstance(value, Path):
            return {"path": str(value)}
        if isinstance(value, dict):
            return {"json": value}
        if isinstance(value, list):
            value = tuple(value)
        if isinstance(value, tuple) and not any(map(_is_shared, value)):
            return [self.encode(item) for item in value]
        return self._reference(value)

    def _reference(self, value: Any) -> dict[str, int]:
        known = self._known.get(id(value))
        if known is None:
            self._alive.append(value)
            known = self._array(value) if isinstance(value, np.ndarray) else self._value(value)
            self._known[id(value)] = known
        return known

    def _value(self, value: Any) -> dict[str, int]:
        if isinstance(value, tuple):
            record: Any = ["tuple", [self.encode(item) for item in value]]
        elif isinstance(value, Plane):
            tiles = [None if t is EMPTY else self._reference(t) for t in value.tiles]
            record = ["Plane", {"height": value.height, "width": value.width, "tiles": tiles}]
        else:
            name = type(value).__name__
            assert VALUES.get(name) is type(value), f"{name} has no place in a project"
            names = [field.name for field in fields(VALUES[name])]
            record = [name, {n: self.encode(getattr(value, n)) for n in names}]
        self.values.append(record)
        return {"value": len(self.values) - 1}

    def _array(self, array: NDArray[Any]) -> dict[str, Any]:
        if array.nbytes <= INLINE:
            data = base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()
            return {"type": array.dtype.name, "shape": list(array.shape), "data": data}
        h = hashlib.sha256(f"{array.dtype.name}{array.shape}".encode())
        h.update(np.ascontiguousarray(array).data)
        known = self._by_content.get(h.hexdigest())
        if known is None:
            known = {"array": len(self.arrays)}
            self.arrays.append(array)
            self._by_content[h.hexdigest()] = known
        return known


def _is_shared(value: Any) -> bool:
    if isinstance(value, tuple):
        return any(map(_is_shared, value))
    return isinstance(value, np.ndarray | Plane) or is_dataclass(value)


# ------------------------------------------------------------------------------ reading
@dataclass(frozen=True, slots=True)
class Lost:
    """The place of a value that could not be read."""

    kind: str = ""


class Decoder:
    """Makes values of descriptions.

    Args:
        values: what `Encoder.values` held.
        array: gives an array by number; raises KeyError for one that cannot be read.
        rows: gives a photo's array of which only the first rows (perhaps none) are there, and
            their number.

    Attributes:
        maimed: ids of documents that lost an edit or a mask's part.
    """

    def __init__(
        self,
        values: Any,
        array: Callable[[int], NDArray[Any]],
        rows: Callable[[int], tuple[NDArray[Any], int]] | None = None,
    ) -> None:
        self._array = array
        self._rows = rows
        self.maimed: set[int] = set()
        self.notes: list[str] = []
        self.made: list[Any] = []
        self._whole: list[bool] = []  # whether value n lost nothing inside
        self._lossless = True
        if not isinstance(values, list):
            raise Wrong("no list of values")
        for record in values:
            self._lossless = True
            made = self._value(record)
            self.made.append(made)
            self._whole.append(self._lossless and not isinstance(made, Lost))
            if isinstance(made, Document) and not self._lossless:
                self.maimed.add(id(made))

    def decode(self, value: Any) -> Any:
        """The value that a piece of JSON stands for."""
        if isinstance(value, list):
            return tuple(self.decode(item) for item in value)
        if not isinstance(value, dict):
            return value
        match value:
            case {"value": int(index)} if 0 <= index < len(self.made):
                self._lossless = self._lossless and self._whole[index]
                return self.made[index]
            case {"array": int(index)}:
                try:
                    return self._array(index)
                except KeyError:
                    self._lossless = False
                    return Lost("array")
            case {"type": str(kind), "shape": list(shape), "data": str(data)}:
                return _inline(kind, shape, data)
            case {"bytes": str(text)}:
                return base64.b64decode(text, validate=True)
            case {"path": str(text)}:
                return Path(text)
            case {"json": dict(content)}:
                return content
        raise Wrong("an unknown kind of value")

    def _value(self, record: Any) -> Any:
        match record:
            case ["tuple", list(items)]:
                decoded = (self.decode(item) for item in items)
                return tuple(item for item in decoded if not isinstance(item, Lost))
            case ["Plane", {"height": int(height), "width": int(width), "tiles": list(tiles)}]:
                found = [None if tile is None else self.decode(tile) for tile in tiles]
                kept = tuple(EMPTY if t is None or isinstance(t, Lost) else t for t in found)
                if not all(isinstance(t, np.ndarray) for t in kept):
                    raise Wrong("a plane of something else")
                return Plane.from_tiles(height, width, kept)
            case [str(name), dict(values)] if name in VALUES:
                return self._dataclass(VALUES[name], values)
        raise Wrong("an unknown kind of value")

    def _dataclass(self, kind: type, values: dict[str, Any]) -> Any:
        expected = field_types(kind)
        given: dict[str, Any] = {}
        for field in fields(kind):
            if field.name not in values:
                if field.default is MISSING and field.default_factory is MISSING:
                    raise Wrong(f"{kind.__name__} without {field.name}")
                continue
            value = self.decode(values[field.name])
            if kind is Photo and field.name == "pixels" and isinstance(value, Lost):
                value = self._upper_part(values["pixels"])
            if isinstance(value, Lost):
                if not _may_be_none(expected[field.name]):
                    return Lost(kind.__name__)
                value = None
            given[field.name] = fitted(value, expected[field.name])
        if kind is Photo:
            given["digest"] = digest_of(given["pixels"], given["mode"])
        if kind is Document and given.get("active") is not None:
            known = [edit.id for edit in given.get("edits", ())]
            if given["active"] not in known:
                given["active"] = known[-1] if known else None
        made = kind(**given)
        _require_sense(made)
        return made

    def _upper_part(self, reference: Any) -> Any:
        """The rows of a cut-off photo that are there, on grey."""
        if self._rows is None:
            return Lost("Photo")
        pixels, rows = self._rows(fitted(reference["array"], int))
        whole = pixels.copy()
        whole[rows:] = np.iinfo(whole.dtype).max // 2
        whole.flags.writeable = False
        share = 100 - int(100 * rows / max(1, len(whole)))
        part = f"The lower {share} % of the photo are" if rows else "The photo itself is"
        self.notes.append(f"{part} missing and left grey.")
        return whole


def _require_sense(made: Any) -> None:
    """Raise Wrong where sizes do not belong together or numbers cannot be meant."""
    sound = True
    match made:
        case Stroke(samples=samples, colour=colour):
            sound = samples.ndim == 2 and samples.shape[1] == 4 and colour.shape == (3,)
        case Brush(size=diameter):
            sound = 0 < diameter < 1e6
        case Frame(cx=cx, cy=cy, size=size):
            sound = max(abs(cx), abs(cy), size) < 1e7
        case Code(values=values):
            sound = values.ndim in (1, 2)
        case State(thumbnail=thumbnail) if thumbnail is not None:
            sound = thumbnail.ndim == 3 and thumbnail.dtype == np.uint8
        case Document(photo=photo, mask=mask, edits=edits):
            masks = [mask, *(edit.patch.mask for edit in edits)]
            shape = (photo.height, photo.width)
            sound = all(m is None or (m.height, m.width) == shape for m in masks)
    if not sound:
        raise Wrong(f"a {type(made).__name__} without sense")


def _inline(kind: str, shape: list[Any], data: str) -> NDArray[Any]:
    if kind not in ("float32", "uint8", "uint16"):
        raise Wrong("an unknown kind of array")
    array = np.frombuffer(base64.b64decode(data, validate=True), np.dtype(kind)).reshape(shape)
    array = array.copy()
    array.flags.writeable = False
    return array


# ------------------------------------------------------------------------------ checking
@cache
def field_types(kind: type) -> dict[str, Any]:
    """The resolved annotations of a dataclass."""
    return typing.get_type_hints(kind)


def alternatives(expected: Any) -> tuple[Any, ...]:
    """The members of a union annotation, or the annotation alone."""
    if typing.get_origin(expected) in (Union, types.UnionType):
        return typing.get_args(expected)
    return (expected,)


def _may_be_none(expected: Any) -> bool:
    return type(None) in alternatives(expected)


def fitted(value: Any, expected: Any) -> Any:
    """The value, if it fits its annotation (an int fits a float). Raises Wrong."""
    for kind in alternatives(expected):
        fits, result = _fits(value, kind)
        if fits:
            return result
    raise Wrong(f"{type(value).__name__} in the place of {expected}")


def _fits(value: Any, kind: Any) -> tuple[bool, Any]:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if kind is Any:
        return True, value
    if kind is type(None):
        return value is None, None
    if origin is tuple:
        return _fits_tuple(value, arguments)
    if origin is dict:
        return isinstance(value, dict), value
    if origin is np.ndarray:
        return isinstance(value, np.ndarray), value
    if not isinstance(kind, type):
        return False, None
    if issubclass(kind, Enum) and isinstance(value, str):
        return (True, kind(value)) if value in [m.value for m in kind] else (False, None)
    if kind is float and type(value) is int and abs(value) < 1 << 53:
        return True, float(value)
    if kind is int and isinstance(value, bool):
        return False, None
    return isinstance(value, kind), value


def _fits_tuple(value: Any, arguments: tuple[Any, ...]) -> tuple[bool, Any]:
    if not isinstance(value, tuple):
        return False, None
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        kinds: tuple[Any, ...] = (arguments[0],) * len(value)
    else:
        kinds = arguments
    if len(kinds) != len(value):
        return False, None
    items = [_fits(item, kind) for item, kind in zip(value, kinds, strict=True)]
    if not all(fits for fits, _ in items):
        return False, None
    unchanged = all(new is old for (_, new), old in zip(items, value, strict=True))
    # the same tuple where possible: documents compare their parts by identity
    return True, value if unchanged else cast(Any, tuple(new for _, new in items))
