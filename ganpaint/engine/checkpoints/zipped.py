"""The directory of a torch zip file, read without trusting it and without unpacking anything.

Only what `torch.save` writes is accepted: stored members, each listed once, with plain relative
names, whose local headers agree with the central directory. Members are views of the file's bytes.
"""

from __future__ import annotations

import stat
import struct
from dataclasses import dataclass

from ganpaint.engine.checkpoints import sentences
from ganpaint.engine.checkpoints.limits import Budget
from ganpaint.paths import quoted, size_text

END, END64, LOCATOR, ENTRY, LOCAL = (
    b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07", b"PK\x01\x02", b"PK\x03\x04"
)  # fmt: skip
END_FORM = struct.Struct("<4s4H2IH")
END64_FORM = struct.Struct("<4sQ2H2I4Q")
LOCATOR_FORM = struct.Struct("<4sIQI")
ENTRY_FORM = struct.Struct("<4s6H3I5H2I")
LOCAL_FORM = struct.Struct("<4s5H3I2H")
FULL16, FULL32 = 0xFFFF, 0xFFFFFFFF
ENCRYPTED, DESCRIPTOR = 0x1, 0x8


@dataclass(frozen=True, slots=True)
class Directory:
    """Where the central directory lies and how many members it lists."""

    count: int
    start: int
    stop: int


def members(data: memoryview, budget: Budget) -> dict[str, memoryview]:
    """Every member by name, as a view of the file.

    Raises:
        Refused: packed, encrypted, linked, doubled or outside-pointing members, or too many.
        BrokenModel: the archive is cut off or contradicts itself.
    """
    directory = _directory(data, budget)
    found: dict[str, memoryview] = {}
    at = directory.start
    for _ in range(directory.count):
        if at + ENTRY_FORM.size > directory.stop:
            raise sentences.damaged(budget.name, "its list of members is cut off")
        name, view, at = _member(data, at, directory, budget)
        if name in found:
            raise sentences.refused(budget.name, f"it lists {quoted(name)} twice")
        if not name.endswith("/"):
            found[name] = view
    return found


def _directory(data: memoryview, budget: Budget) -> Directory:
    tail_start = max(0, len(data) - END_FORM.size - 0xFFFF)
    tail = bytes(data[tail_start:])
    at = tail.rfind(END)
    if at < 0 or len(tail) - at < END_FORM.size:
        raise sentences.damaged(budget.name, "it is cut off: its list of members is missing")
    fields = END_FORM.unpack_from(tail, at)
    _, disk, first_disk, here, count, length, start, _ = fields
    end = tail_start + at
    if FULL16 in (here, count) or FULL32 in (length, start):
        count, length, start, end = _directory64(data, end, budget)
    elif disk or first_disk or here != count:
        raise sentences.damaged(budget.name, "it is one part of several")
    if count > budget.limits.members:
        raise sentences.too_much(
            budget.name, "it has too many members", count, budget.limits.members
        )
    if start + length > end:
        raise sentences.damaged(budget.name, "its list of members lies outside the file")
    return Directory(count, start, start + length)


def _directory64(data: memoryview, end: int, budget: Budget) -> tuple[int, int, int, int]:
    at = end - LOCATOR_FORM.size
    if at < 0 or bytes(data[at : at + 4]) != LOCATOR:
        raise sentences.damaged(budget.name, "its list of members is missing")
    place = LOCATOR_FORM.unpack_from(data, at)[2]
    if place + END64_FORM.size > at or bytes(data[place : place + 4]) != END64:
        raise sentences.damaged(budget.name, "its list of members is missing")
    _, _, _, _, disk, first, here, count, length, start = END64_FORM.unpack_from(data, place)
    if disk or first or here != count:
        raise sentences.damaged(budget.name, "it is one part of several")
    return count, length, start, place


def _member(
    data: memoryview, at: int, directory: Directory, budget: Budget
) -> tuple[str, memoryview, int]:
    fields = ENTRY_FORM.unpack_from(data, at)
    signature, _, _, flags, method, _, _, _, packed, full = fields[:10]
    name_length, extra_length, comment_length, _, _, attributes, offset = fields[10:]
    behind = at + ENTRY_FORM.size + name_length + extra_length + comment_length
    if signature != ENTRY or behind > directory.stop:
        raise sentences.damaged(budget.name, "its list of members is damaged")
    raw_name = bytes(data[at + ENTRY_FORM.size : at + ENTRY_FORM.size + name_length])
    name = raw_name.decode("utf-8", "replace")
    _check_name(name, budget)
    extra_start = at + ENTRY_FORM.size + name_length
    extra = data[extra_start : extra_start + extra_length]
    full, packed, offset = _sizes64(extra, full, packed, offset)
    if flags & ENCRYPTED:
        raise sentences.refused(budget.name, f"its member {quoted(name)} is encrypted")
    if stat.S_ISLNK(attributes >> 16):
        raise sentences.refused(budget.name, f"its member {quoted(name)} is a link")
    if method or packed != full:
        raise sentences.refused(
            budget.name,
            f"its member {quoted(name)} is packed ({size_text(packed)} to {size_text(full)})",
        )
    return name, _local(data, (raw_name, offset, full), directory, budget), behind


def _check_name(name: str, budget: Budget) -> None:
    parts = name.replace("\\", "/").split("/")
    if ".." in parts or name.startswith(("/", "\\")) or ":" in parts[0] or "\0" in name:
        raise sentences.refused(budget.name, f"its member {quoted(name)} points outside the file")


def _sizes64(extra: memoryview, full: int, packed: int, offset: int) -> tuple[int, int, int]:
    """Sizes beyond 32 bits stand in extra field 1, in this order, where the short one is full."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        body = extra[at + 4 : at + 4 + length]
        if kind == 1:
            values = [
                struct.unpack_from("<Q", body, i)[0] for i in range(0, len(body) - len(body) % 8, 8)
            ]
            full = values.pop(0) if full == FULL32 and values else full
            packed = values.pop(0) if packed == FULL32 and values else packed
            offset = values.pop(0) if offset == FULL32 and values else offset
        at += 4 + length
    return full, packed, offset


def _local(
    data: memoryview, listed: tuple[bytes, int, int], directory: Directory, budget: Budget
) -> memoryview:
    """The bytes of a member, after its local header was compared with the list."""
    raw_name, offset, full = listed
    name = raw_name.decode("utf-8", "replace")
    if offset + LOCAL_FORM.size > directory.start:
        raise sentences.damaged(budget.name, f"its member {quoted(name)} lies outside the file")
    fields = LOCAL_FORM.unpack_from(data, offset)
    signature, _, flags, method, _, _, _, packed, size, name_length, extra_length = fields
    start = offset + LOCAL_FORM.size + name_length + extra_length
    here = bytes(data[offset + LOCAL_FORM.size : offset + LOCAL_FORM.size + name_length])
    sized = not flags & DESCRIPTOR and FULL32 not in (packed, size)
    if (
        signature != LOCAL
        or here != raw_name
        or method
        or flags & ENCRYPTED
        or (sized and (size != full or packed != full))
    ):
        raise sentences.refused(
            budget.name, f"its member {quoted(name)} differs from the list of members"
        )
    if start + full > directory.start:
        raise sentences.cut_off(
            budget.name, f"its member {quoted(name)}", full, directory.start - start
        )
    return data[start : start + full]
