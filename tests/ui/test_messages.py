"""Errors become messages: what happened, what to do, the cause to be copied."""

from __future__ import annotations

import pytest

from ganpaint.errors import BadPicture
from ganpaint.ui.messages import Message, error_message, first_sentence


@pytest.mark.behaviour("F8")
def test_an_error_has_title_text_and_details() -> None:
    copied: list[str] = []
    error = BadPicture(
        '"cat.png" is empty (0 bytes). Nothing was changed.', "Fetch it again.", cause="read 0"
    )
    message = error_message(error, copy=copied.append)
    assert message.kind == "error"
    assert message.title == '"cat.png" is empty (0 bytes).'
    assert message.text == "Nothing was changed. Fetch it again."
    [(label, run)] = message.actions
    run()
    assert label == "Copy details" and "read 0" in copied[0]


def test_without_a_cause_there_is_nothing_to_copy() -> None:
    assert error_message(BadPicture("It broke."), copy=print).actions == ()


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("One. Two.", "One."),
        ('"a.b.png" has 1.5 MB. It is fine.', '"a.b.png" has 1.5 MB.'),
        ("Only one", "Only one"),
        ('Done. "x.png" is there.', "Done."),
    ],
)
def test_first_sentence(text: str, first: str) -> None:
    assert first_sentence(text)[0] == first


def test_unknown_kinds_are_refused() -> None:
    with pytest.raises(AssertionError):
        Message("shout", "Hello.")
