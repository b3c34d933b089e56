"""What each pickle opcode does to the machine of `unpickle.py` (PEP 307, 3154, 574).

A code that is not in ACTIONS ends the reading. FORBIDDEN names those that exist but have no place
in a model file: they build arbitrary classes, look names up in registries, or belong to the text
form of protocol 0, which no writer of model files has used.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ganpaint.engine.checkpoints import sentences

if TYPE_CHECKING:
    from ganpaint.engine.checkpoints.unpickle import Machine

Action = Callable[["Machine"], None]

U1, U2, U4, U8 = (struct.Struct(form) for form in ("<B", "<H", "<I", "<Q"))
I4, F8 = struct.Struct("<i"), struct.Struct(">d")
SHORT_BYTES = 1024  # longer ones stay where they are in the file


def constant(value: Any) -> Action:
    return lambda m: m.push(value)


def number(form: struct.Struct) -> Action:
    return lambda m: m.push(m.number(form))


def real(m: Machine) -> None:
    m.push(F8.unpack(m.take(8))[0])


def long(form: struct.Struct) -> Action:
    def act(m: Machine) -> None:
        count = m.number(form)
        limit = m.context.budget.limits.int_bytes
        if not 0 <= count <= limit:
            raise sentences.too_much(m.context.name, "a number in it is too long", count, limit)
        m.push(int.from_bytes(m.take(count), "little", signed=True))

    return act


def text(form: struct.Struct) -> Action:
    return lambda m: m.text(m.number(form))


def raw(form: struct.Struct) -> Action:
    def act(m: Machine) -> None:
        piece = m.take(m.number(form))
        if len(piece) <= SHORT_BYTES:
            m.push(bytes(piece))
        else:
            m.made(piece)

    return act


def old_string(form: struct.Struct) -> Action:
    """Python 2's str: read as Latin-1, which loses nothing."""

    def act(m: Machine) -> None:
        count = m.number(form)
        if count < 0:
            raise m.damaged("a string in it has a negative length")
        piece = m.take(count)
        if count <= SHORT_BYTES:
            m.push(str(piece, "latin-1"))
        else:
            m.made(piece)

    return act


def protocol(m: Machine) -> None:
    version = m.number(U1)
    if version > 5:
        raise m.damaged(f"it has pickle protocol {version}, which does not exist")


def frame(m: Machine) -> None:
    length, left = m.number(U8), len(m.data) - m.position
    if length > left:
        raise sentences.cut_off(m.context.name, "its description", length, left)


def mark(m: Machine) -> None:
    if len(m.marks) >= m.context.budget.limits.marks:
        raise sentences.too_much(
            m.context.name,
            "it is nested too deep",
            len(m.marks) + 1,
            m.context.budget.limits.marks,
        )
    m.marks.append(len(m.stack))


def pop(m: Machine) -> None:
    if m.marks and m.marks[-1] >= len(m.stack):
        m.marks.pop()
    else:
        m.pop()


def pop_mark(m: Machine) -> None:
    m.pop_mark()


def duplicate(m: Machine) -> None:
    m.push(m.top())


def empty(kind: type) -> Action:
    return lambda m: m.made(kind())


def gather_list(m: Machine) -> None:
    m.made(m.pop_mark())


def gather_tuple(m: Machine) -> None:
    m.made(tuple(m.pop_mark()))


def small_tuple(count: int) -> Action:
    def act(m: Machine) -> None:
        items = [m.pop() for _ in range(count)]
        m.made(tuple(reversed(items)))

    return act


def gather_dict(m: Machine) -> None:
    items = m.pop_mark()
    table: dict[Any, Any] = {}
    m.set_items(table, items)
    m.made(table)


def append(m: Machine) -> None:
    item = m.pop()
    m.extend(m.top(), [item])


def appends(m: Machine) -> None:
    items = m.pop_mark()
    m.extend(m.top(), items)


def set_item(m: Machine) -> None:
    value, key = m.pop(), m.pop()
    m.set_items(m.top(), [key, value])


def set_items(m: Machine) -> None:
    items = m.pop_mark()
    m.set_items(m.top(), items)


def named(m: Machine) -> None:
    module, name = m.line(), m.line()
    m.find(module, name)


def stack_named(m: Machine) -> None:
    name, module = m.pop(), m.pop()
    m.find(module, name)


def reduce(m: Machine) -> None:
    args, function = m.pop(), m.pop()
    m.call(function, args)


def build(m: Machine) -> None:
    state = m.pop()
    m.build(m.top(), state)


def persistent(m: Machine) -> None:
    reference = m.pop()
    if m.context.persistent is None:
        raise sentences.refused(m.context.name, "it refers to objects outside the file")
    m.push(m.context.persistent(reference))


def put(form: struct.Struct) -> Action:
    return lambda m: m.remember(m.number(form))


def get(form: struct.Struct) -> Action:
    return lambda m: m.recall(m.number(form))


def memoize(m: Machine) -> None:
    m.remember(len(m.memo))


def nothing(m: Machine) -> None:
    """READONLY_BUFFER: what it marks is read-only here anyway."""


ACTIONS: dict[int, Action] = {
    0x80: protocol, 0x95: frame,
    ord("("): mark, ord("0"): pop, ord("1"): pop_mark, ord("2"): duplicate,
    ord("N"): constant(None), 0x88: constant(True), 0x89: constant(False),
    ord("J"): number(I4), ord("K"): number(U1), ord("M"): number(U2), ord("G"): real,
    0x8A: long(U1), 0x8B: long(I4),
    ord("X"): text(U4), 0x8C: text(U1), 0x8D: text(U8),
    ord("B"): raw(U4), ord("C"): raw(U1), 0x8E: raw(U8), 0x96: raw(U8), 0x98: nothing,
    ord("T"): old_string(I4), ord("U"): old_string(U1),
    ord("]"): empty(list), ord("l"): gather_list, ord("a"): append, ord("e"): appends,
    ord(")"): empty(tuple), ord("t"): gather_tuple,
    0x85: small_tuple(1), 0x86: small_tuple(2), 0x87: small_tuple(3),
    ord("}"): empty(dict), ord("d"): gather_dict, ord("s"): set_item, ord("u"): set_items,
    0x8F: empty(list), 0x90: appends, 0x91: gather_list,  # sets, kept as lists
    ord("c"): named, 0x93: stack_named, ord("R"): reduce, 0x81: reduce, ord("b"): build,
    ord("Q"): persistent,
    ord("q"): put(U1), ord("r"): put(U4), ord("h"): get(U1), ord("j"): get(U4), 0x94: memoize,
}  # fmt: skip

FORBIDDEN: dict[int, str] = {
    0x82: "EXT1", 0x83: "EXT2", 0x84: "EXT4", ord("i"): "INST", ord("o"): "OBJ",
    ord("P"): "PERSID", 0x92: "NEWOBJ_EX", 0x97: "NEXT_BUFFER",
    ord("I"): "INT", ord("L"): "LONG", ord("F"): "FLOAT", ord("S"): "STRING",
    ord("V"): "UNICODE", ord("p"): "PUT", ord("g"): "GET",
}  # fmt: skip
