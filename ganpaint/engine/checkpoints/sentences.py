"""What the readers say when a file cannot be opened: one function a case (BEHAVIOURS X18–X20).

Names from a file are untrusted text: they are stripped of control characters and shortened in the
middle before they enter a sentence.
"""

from __future__ import annotations

from ganpaint.errors import BrokenModel, Refused, UnknownModel
from ganpaint.paths import quoted, size_text

COPY_AGAIN = "Copy or download the file again."
ASK_FOR_DATA = "Ask its author for a safetensors or state-dict file."


def shown(text: object, limit: int = 40) -> str:
    """Untrusted text fit for a sentence: printable, at most `limit` characters."""
    plain = "".join(ch if ch.isprintable() else "�" for ch in str(text)[:4000])
    if len(plain) > limit:
        half = (limit - 1) // 2
        plain = f"{plain[:half]}…{plain[-half:]}"
    return plain


def asks_to_run(name: str, culprit: str) -> Refused:
    """The file names a function or class outside the allow-list (X18)."""
    return Refused(
        f"{quoted(name)} was refused: it asks to run {quoted(culprit, 60)}. "
        "Nothing in it was executed.",
        ASK_FOR_DATA,
    )


def refused(name: str, why: str) -> Refused:
    """The file asks for something else that is never done, or is built to exhaust the machine."""
    return Refused(
        f"{quoted(name)} was refused: {shown(why, 90)}. Nothing was changed.", ASK_FOR_DATA
    )


def too_much(name: str, what: str, count: float, limit: float) -> Refused:
    """More of something than any genuine file has."""
    return Refused(
        f"{quoted(name)} was refused: {what} ({count:,.0f}; the limit is {limit:,.0f}). "
        "Nothing was changed.",
        ASK_FOR_DATA,
    )


def cut_off(name: str, what: str, needed: int, there: int) -> BrokenModel:
    """Less data than the file itself says it has (X20)."""
    return BrokenModel(
        f"{quoted(name)} is cut off: {shown(what, 60)} needs {size_text(needed)}, "
        f"{size_text(max(there, 0))} are there. Nothing was changed.",
        COPY_AGAIN,
    )


def damaged(name: str, why: str, cause: BaseException | str | None = None) -> BrokenModel:
    """The file contradicts itself."""
    return BrokenModel(
        f"{quoted(name)} is damaged: {shown(why, 90)}. Nothing was changed.",
        COPY_AGAIN,
        cause=cause,
    )


def not_a_model(name: str, holds: str, cause: str | None = None) -> UnknownModel:
    """A readable file without a generator of a family that is known (X19)."""
    return UnknownModel(
        f"{quoted(name)} is not a generator ganpaint knows: it holds {shown(holds, 60)}. "
        "Nothing was changed.",
        "Choose a model of a family listed in Help.",
        cause=cause,
    )
