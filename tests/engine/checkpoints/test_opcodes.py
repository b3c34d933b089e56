"""Every opcode of Python's pickle is either acted on, refused by name, or unknown."""

from __future__ import annotations

import pickletools

from ganpaint.engine.checkpoints.opcodes import ACTIONS, FORBIDDEN

ELSEWHERE = {"STOP"}


def test_all_opcodes_are_accounted_for() -> None:
    for opcode in pickletools.opcodes:
        code = opcode.code.encode("latin-1")[0]
        handled = (code in ACTIONS) + (code in FORBIDDEN) + (opcode.name in ELSEWHERE)
        known = {"STRING", "UNICODE", "INT", "LONG", "FLOAT", "GET", "PUT"}
        assert handled == 1, opcode.name
        if code in FORBIDDEN and opcode.name not in known:
            assert FORBIDDEN[code] == opcode.name


def test_nothing_else_is() -> None:
    codes = {opcode.code.encode("latin-1")[0] for opcode in pickletools.opcodes}
    assert set(ACTIONS) | set(FORBIDDEN) < codes
