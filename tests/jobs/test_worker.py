"""What the worker makes of errors."""

from __future__ import annotations

import gc
import weakref

import pytest

from ganpaint.errors import BadPicture, GanpaintError, OutOfMemory
from ganpaint.jobs.worker import as_sentence


class Big:
    """Something a failed task held."""


def failing(kind: type[Exception], witness: list[weakref.ref[Big]]) -> Exception:
    big = Big()
    witness.append(weakref.ref(big))
    try:
        try:
            raise KeyError("layer.0")
        except KeyError as cause:
            if kind is BadPicture:
                raise BadPicture("It broke.", "Try again.", cause=cause) from cause
            raise kind("it broke") from cause
    except Exception as error:
        return error


@pytest.mark.parametrize("kind", [ValueError, BadPicture, MemoryError])
def test_an_error_keeps_its_cause_but_no_memory(kind: type[Exception]) -> None:
    witness: list[weakref.ref[Big]] = []
    error = as_sentence(failing(kind, witness), "Projection")
    gc.collect()
    assert isinstance(error, GanpaintError)
    assert "KeyError" in str(error.cause)
    assert witness[0]() is None, "the failed task's frames are still alive"


def test_sentences_name_the_job() -> None:
    unexpected = as_sentence(ZeroDivisionError("division by zero"), "Projection")
    assert "Projection" in unexpected.sentence
    assert "division" not in str(unexpected)
    assert isinstance(as_sentence(MemoryError(), "Projection"), OutOfMemory)
