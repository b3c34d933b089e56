"""What is said to the person: a sentence on what happened, one on what to do, and links."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ganpaint.errors import GanpaintError

KINDS = ("info", "warn", "error")
FILES, MODELS = "file: ", "model: "  # the keys of what is said of one begin so


@dataclass(frozen=True, slots=True)
class Message:
    """One message for the bar over the canvas.

    Attributes:
        kind: "info" hides by itself, "warn" and "error" stay.
        title: what happened, a sentence.
        text: the state of the work and what to do, sentences.
        actions: (label, what it does) pairs, shown as links.
        key: messages of one key replace each other; "" = the title.
    """

    kind: str
    title: str
    text: str = ""
    actions: tuple[tuple[str, Callable[[], object]], ...] = ()
    key: str = ""

    def __post_init__(self) -> None:
        assert self.kind in KINDS


def error_message(
    error: GanpaintError,
    actions: tuple[tuple[str, Callable[[], object]], ...] = (),
    copy: Callable[[str], object] | None = None,
) -> Message:
    """The message of an error; its technical cause can be copied where there is one."""
    title, rest = first_sentence(error.sentence)
    text = " ".join(part for part in (rest, error.remedy) if part)
    if error.cause is not None and copy is not None:
        cause = error.cause
        words = cause if isinstance(cause, str) else f"{type(cause).__name__}: {cause}"
        details = f"{error}\n{words}"
        actions = (*actions, ("Copy details", lambda: copy(details)))
    return Message("error", title, text, actions)


def first_sentence(text: str) -> tuple[str, str]:
    """A text divided after its first full stop that is followed by a space and a capital."""
    at = 0
    while (at := text.find(". ", at)) >= 0:
        following = text[at + 2 : at + 3]
        if following.isupper() or following in "“\"'":
            return text[: at + 1], text[at + 2 :]
        at += 2
    return text, ""
