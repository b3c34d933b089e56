"""The restricted reader of pickles: an own small machine that only makes plain data.

Python's `pickle` is not used at all. A pickle is a program for a stack machine; this one knows
the opcodes that genuine model files contain, makes lists, dicts, tuples, numbers, strings and the
stand-ins of `standins.ALLOWED`, and refuses everything else by name. It has no recursion, calls no
method of an object it made, and counts what it makes before making it (`limits.Budget`), so that
time and memory stay proportional to the file.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ganpaint.engine.checkpoints import sentences
from ganpaint.engine.checkpoints.limits import Budget
from ganpaint.engine.checkpoints.opcodes import ACTIONS, FORBIDDEN
from ganpaint.engine.checkpoints.standins import (
    ALLOWED,
    Allowed,
    Array,
    DType,
    Record,
    Storage,
    Text,
    from_bytes,
)

SHORT_TEXT = 16_384  # longer strings are never names, and stay where they are in the file
KEYS = (str, int, bytes, bool, type(None))
STOP = ord(".")


@dataclass(slots=True, eq=False)
class Context:
    """What the machine needs from its container.

    Attributes:
        budget: shared by everything in one file.
        persistent: what a torch container's storage references mean; None outside of one.
        load_bytes: reads a legacy file embedded in a pickle; None inside such a file.
    """

    budget: Budget
    persistent: Callable[[Any], Any] | None = None
    load_bytes: Callable[[memoryview], Any] | None = None

    @property
    def name(self) -> str:
        """The file's name."""
        return self.budget.name

    def put(self, table: dict[Any, Any], key: Any, value: Any) -> None:
        """Set an entry, if its key is a plain one.

        Keys that are containers could make hashing explode; whole numbers beyond 2**60 could be
        chosen so that they all share one hash.
        """
        if type(key) not in KEYS or (type(key) is int and not -(2**60) < key < 2**60):
            raise sentences.refused(self.name, f"a table has a key of type {type(key).__name__}")
        table[key] = value

    def embedded(self, data: memoryview) -> Storage:
        """A storage that is a file of its own inside the pickle."""
        if self.load_bytes is None:
            raise sentences.refused(self.name, "it embeds a file in an embedded file")
        self.budget.spend_embedded()
        storage = self.load_bytes(data)
        if not isinstance(storage, Storage):
            raise sentences.damaged(self.name, "an embedded file is not a storage")
        return storage


class Machine:
    """Runs one pickle over `data` from `start`; `position` is behind it afterwards."""

    def __init__(self, data: memoryview, context: Context, start: int = 0) -> None:
        self.data, self.context, self.position = data, context, start
        self.stack: list[Any] = []
        self.marks: list[int] = []
        self.memo: dict[int, Any] = {}

    def run(self) -> Any:
        """The object that the pickle makes.

        Raises:
            Refused: it asks for something outside the allow-list or beyond the budget.
            BrokenModel: it is cut off or contradicts itself.
        """
        data, end = self.data, len(self.data)
        budget, limit = self.context.budget, self.context.budget.limits.opcodes
        while True:
            if self.position >= end:
                raise sentences.cut_off(self.context.name, "its description", end + 1, end)
            code = data[self.position]
            self.position += 1
            budget.opcodes += 1
            if budget.opcodes > limit:
                raise sentences.too_much(
                    self.context.name, "it has too many parts", budget.opcodes, limit
                )
            if code == STOP:
                if len(self.stack) != 1 or self.marks:
                    raise self.damaged("its description ends early")
                return self.stack[0]
            action = ACTIONS.get(code)
            if action is None:
                raise self.forbidden(code)
            action(self)

    # ------------------------------------------------------------ what actions stand on
    def damaged(self, why: str) -> Exception:
        return sentences.damaged(self.context.name, why)

    def forbidden(self, code: int) -> Exception:
        name = FORBIDDEN.get(code)
        if name:
            return sentences.refused(self.context.name, f"it uses the pickle code {name}")
        return self.damaged(f"byte {code:#04x} at {self.position - 1} is no part of a description")

    def take(self, count: int) -> memoryview:
        """The next `count` bytes, without a copy."""
        start, stop = self.position, self.position + count
        if stop > len(self.data):
            raise sentences.cut_off(
                self.context.name, "a part of its description", count, len(self.data) - start
            )
        self.position = stop
        return self.data[start:stop]

    def number(self, form: struct.Struct) -> int:
        value: int = form.unpack(self.take(form.size))[0]
        return value

    def line(self) -> str:
        """Text up to a newline: the names of GLOBAL."""
        start = self.position
        piece = bytes(self.data[start : start + 1024])
        length = piece.find(b"\n")
        if length < 0:
            raise self.damaged("a name in its description has no end")
        self.position = start + length + 1
        return piece[:length].decode("utf-8", "replace")

    def push(self, value: Any) -> None:
        self.stack.append(value)

    def made(self, value: Any) -> None:
        """Push a new container or record."""
        self.context.budget.spend_object()
        self.stack.append(value)

    def pop(self) -> Any:
        if not self.stack or (self.marks and self.marks[-1] >= len(self.stack)):
            raise self.damaged("its description takes more than it gave")
        return self.stack.pop()

    def top(self) -> Any:
        if not self.stack or (self.marks and self.marks[-1] >= len(self.stack)):
            raise self.damaged("its description takes more than it gave")
        return self.stack[-1]

    def pop_mark(self) -> list[Any]:
        """Everything above the last mark."""
        if not self.marks:
            raise self.damaged("its description closes what it never opened")
        start = self.marks.pop()
        items = self.stack[start:]
        del self.stack[start:]
        return items

    def text(self, count: int) -> None:
        if count > self.context.budget.limits.text_bytes:
            raise sentences.too_much(
                self.context.name,
                "it has a string that is too long",
                count,
                self.context.budget.limits.text_bytes,
            )
        raw = self.take(count)
        if count > SHORT_TEXT:
            self.made(Text(raw))
            return
        try:
            self.push(str(raw, "utf-8", "surrogatepass"))
        except UnicodeError as error:
            raise sentences.damaged(self.context.name, "a string in it", error) from error

    def remember(self, index: int) -> None:
        if index not in self.memo:
            self.context.budget.spend_memo()
        self.memo[index] = self.top()

    def recall(self, index: int) -> None:
        if index not in self.memo:
            raise self.damaged("its description refers to a part that is not there")
        self.push(self.memo[index])

    def find(self, module: Any, name: Any) -> None:
        """A function or class by its exact names; attributes are never followed."""
        if type(module) is not str or type(name) is not str:
            raise self.damaged("a name in it is not a text")
        allowed = ALLOWED.get((module, name))
        if allowed is None:
            raise sentences.asks_to_run(self.context.name, f"{module}.{name}")
        self.push(allowed)

    def call(self, function: Any, args: Any) -> None:
        if not isinstance(function, Allowed) or function.call is None:
            shown = function.name if isinstance(function, Allowed) else type(function).__name__
            raise sentences.refused(self.context.name, f"it calls {shown}")
        if type(args) is not tuple:
            raise self.damaged(f"{function.name} is called without a list of values")
        self.made(function.call(self.context, args))

    def set_items(self, target: Any, items: list[Any]) -> None:
        if type(target) is not dict or len(items) % 2:
            raise sentences.refused(
                self.context.name, f"it sets entries of a {type(target).__name__}"
            )
        for at in range(0, len(items), 2):
            self.context.put(target, items[at], items[at + 1])

    def extend(self, target: Any, items: list[Any]) -> None:
        if type(target) is not list:
            raise sentences.refused(self.context.name, f"it appends to a {type(target).__name__}")
        target.extend(items)

    def build(self, target: Any, state: Any) -> None:
        """Give an object its state: data only, never an attribute of anything of ours."""
        if type(target) is Record and target.state is None:
            target.state = state
        elif type(target) is Array and target.value is None:
            self.fill(target, state)
        elif type(target) is DType:
            if type(state) is not tuple or len(state) < 5 or state[1] not in ("<", ">", "|", "="):
                raise self.damaged("a numpy type")
            target.order = ">" if state[1] == ">" else "<"
            if any(part is not None for part in state[2:5]):
                raise sentences.refused(self.context.name, "it holds a numpy array of records")
        elif type(target) is not dict:
            shown = target.name if isinstance(target, Allowed) else type(target).__name__
            raise sentences.refused(self.context.name, f"it changes the inside of {shown}")
        # a dict's state is `_metadata` or the like: bookkeeping that is not read

    def fill(self, target: Array, state: Any) -> None:
        if type(state) is not tuple or len(state) != 5:
            raise self.damaged("a numpy array lacks its type or size")
        _, shape, dtype, fortran, raw = state
        if type(raw) is list:
            raise sentences.refused(self.context.name, "it holds a numpy array of objects")
        flat = from_bytes(self.context, dtype, shape, raw)
        target.value = flat.reshape(-1).reshape(flat.shape, order="F" if fortran else "C")
