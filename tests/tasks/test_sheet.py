"""Sheets, class thumbnails and ways between codes."""

from __future__ import annotations

import numpy as np
import pytest

from ganpaint.errors import BadRequest
from ganpaint.picture.frame import Frame
from ganpaint.tasks import sheet
from ganpaint.tasks.requests import (
    InterpolateRequest,
    SampleRequest,
    SheetRequest,
    ThumbnailsRequest,
    finish,
    perform,
)
from ganpaint.tasks.studio import Studio
from tests.engine.searching import steps_of
from tests.tasks.conftest import opened_in


def test_a_class_a_column_and_a_seed_a_row(studio: Studio, model: str) -> None:
    made = finish(SheetRequest(model, rows=2, seed=5), studio)
    assert made.columns == 3
    assert len(made.pictures) == 6
    classes = [int(code.c.argmax()) for code in made.codes]
    assert classes == [0, 1, 2, 0, 1, 2]
    assert np.array_equal(made.codes[0].values, made.codes[2].values)
    assert not np.array_equal(made.codes[0].values, made.codes[3].values)
    one = finish(SheetRequest(model, rows=3, classes=(1,)), studio)
    assert (one.columns, len(one.pictures)) == (1, 3)
    with pytest.raises(BadRequest, match="no class number 9"):
        finish(SheetRequest(model, classes=(9,)), studio)


@pytest.mark.parametrize(("count", "words"), [(1, "one class, number 0"), (0, "it has none")])
def test_a_class_that_is_not_there_is_refused_in_words(
    studio: Studio, count: int, words: str
) -> None:
    with pytest.raises(BadRequest, match=words):
        finish(ThumbnailsRequest(opened_in(studio, count), (5,)), studio)


def test_a_model_without_classes_has_one_column(studio: Studio) -> None:
    made = finish(SheetRequest(opened_in(studio, 0), rows=2), studio)
    assert (made.columns, len(made.pictures)) == (1, 2)
    assert made.codes[0].c is None
    assert finish(ThumbnailsRequest(opened_in(studio, 0)), studio).pictures == ()


@pytest.mark.behaviour("C4")
def test_thumbnails_are_cached_and_a_damaged_one_is_made_anew(
    studio: Studio, model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, first = steps_of(perform(ThumbnailsRequest(model), studio))
    assert len(first.pictures) == 3
    assert len(seen) == 6
    made = []
    real = sheet.small_picture
    monkeypatch.setattr(sheet, "small_picture", lambda *a: made.append(1) or real(*a))
    again = finish(ThumbnailsRequest(model, (2, 0)), studio)
    assert not made
    assert np.array_equal(again.pictures[0], first.pictures[2])
    file = next((studio.cache / "thumbnails").rglob("0.npz"))
    file.write_bytes(b"damaged")
    third = finish(ThumbnailsRequest(model), studio)
    assert made == [1]
    assert np.array_equal(third.pictures[0], first.pictures[0])


def test_ways_between_codes(studio: Studio, model: str, frame: Frame) -> None:
    a, b = (finish(SampleRequest(model, frame, seed=s), studio).edit.code for s in (1, 2))
    seen, made = steps_of(perform(InterpolateRequest(model, a, b, frames=5), studio))
    assert len(made.codes) == len(made.pictures) == 5
    done = [p.done for p in seen]
    assert done == sorted(done)
    assert done[-1] == pytest.approx(1)
    with pytest.raises(BadRequest, match="1 frames"):
        finish(InterpolateRequest(model, a, b, frames=1), studio)
