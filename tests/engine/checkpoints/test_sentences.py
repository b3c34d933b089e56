"""Sentences for people: short, complete, with a remedy, whatever the file is called."""

from __future__ import annotations

import pytest

from ganpaint.engine.checkpoints import sentences
from ganpaint.errors import BadModel

LONG = "x\n\x07" * 300
BANNED = ("exception", "tensor ", "please", "oops", "invalid", "!", "NoneType")

ALL = [
    sentences.asks_to_run(LONG, LONG),
    sentences.refused(LONG, LONG),
    sentences.too_much(LONG, "it remembers too many parts", 10**7, 10**6),
    sentences.cut_off(LONG, LONG, 2_400_000, 900_000),
    sentences.damaged(LONG, LONG),
    sentences.not_a_model(LONG, LONG),
]


@pytest.mark.behaviour("X18", "X19", "X20")
@pytest.mark.parametrize("error", ALL)
def test_style(error: BadModel) -> None:
    text = str(error)
    assert len(text) <= 220, len(text)
    assert error.sentence.endswith(".")
    assert error.remedy.endswith(".")
    assert text.isprintable()
    assert not [word for word in BANNED if word in text.lower()]


def test_the_words_of_the_catalogue() -> None:
    refused = sentences.asks_to_run("net.pkl", "os.system")
    assert str(refused).startswith(
        '"net.pkl" was refused: it asks to run "os.system". Nothing in it was executed.'
    )
    cut = sentences.cut_off("net.pkl", '"synthesis.b32.conv0.weight"', 2_400_000, 900_000)
    assert str(cut).startswith(
        '"net.pkl" is cut off: "synthesis.b32.conv0.weight" needs 2.4 MB, 900 kB are there.'
    )


def test_shown_shortens_in_the_middle() -> None:
    assert sentences.shown("abc") == "abc"
    assert sentences.shown("a" * 30 + "b" * 30, 11) == "aaaaa…bbbbb"
    assert sentences.shown("a\x1bb") == "a�b"
