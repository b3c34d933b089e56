"""Errors are sentences: what happened, what to do, and an exit code."""

from __future__ import annotations

import ast
import inspect
import pickle
from pathlib import Path

import pytest

from ganpaint import errors
from ganpaint.errors import BadPicture, DiskFull, GanpaintError, TooLarge

ROOT = Path(__file__).resolve().parents[1] / "ganpaint"
KINDS = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, GanpaintError)
]
BANNED = ("please", "oops", "invalid", "exception", "tensor ", "nonetype", "!")


def test_sentence_and_remedy_read_as_one_text() -> None:
    error = TooLarge("It has 500 megapixels.", "Reduce it first.", cause="details")
    assert str(error) == "It has 500 megapixels. Reduce it first."
    assert isinstance(error, BadPicture)
    assert error.cause == "details"


def test_bad_input_and_failure_have_different_codes() -> None:
    assert TooLarge("x").exit_code == 2
    assert DiskFull("x").exit_code == 1


@pytest.mark.parametrize("kind", KINDS)
def test_errors_survive_a_process_border(kind: type[GanpaintError]) -> None:
    again = pickle.loads(pickle.dumps(kind("A.", "B.")))  # noqa: S301 - our own bytes
    assert type(again) is kind
    assert (again.sentence, again.remedy) == ("A.", "B.")


def sentences() -> list[tuple[str, str]]:
    """Every literal sentence and remedy of the package, with its place."""
    names = {kind.__name__ for kind in KINDS}
    found = []
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or ast.unparse(node.func).split(".")[-1] not in names:
                continue
            texts = []
            for argument in node.args[:2]:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    texts.append(argument.value)
                elif isinstance(argument, ast.JoinedStr):
                    texts.append(
                        "".join(
                            str(v.value) if isinstance(v, ast.Constant) else "0123456789"
                            for v in argument.values
                        )
                    )
            if texts:
                found.append((f"{path.relative_to(ROOT)}:{node.lineno}", " ".join(texts).strip()))
    return found


@pytest.mark.behaviour("F8")
def test_every_sentence_keeps_the_style() -> None:
    """≤ 220 characters, ends with a stop, none of the banned words."""
    faults = []
    for place, text in sentences():
        if len(text) > 220:
            faults.append(f"{place}: {len(text)} characters: {text}")
        if not text.endswith((".", "?", "…", "0123456789")):
            faults.append(f"{place}: no stop at the end: {text}")
        faults += [f"{place}: “{word}”: {text}" for word in BANNED if word in text.lower()]
    assert len(sentences()) > 100
    assert not faults, "\n".join(faults)
