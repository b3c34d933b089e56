"""The document as a value: looks, edits, sharing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ganpaint.document.document import Document, Edit, Look, new_id, previewed
from ganpaint.document.stroke import Stroke
from ganpaint.latent import Code, Space
from ganpaint.picture.brush import Brush
from ganpaint.picture.composite import Patch
from ganpaint.picture.frame import Frame
from ganpaint.picture.photo import blank_photo


def edit(name: str = "one") -> Edit:
    picture = np.zeros((8, 8, 3), np.uint16)
    frame = Frame(16, 16, 20)
    code = Code(Space.W, np.zeros(4), "model")
    return Edit(name, name, "model", Patch(picture, None, frame), code, code)


def document() -> Document:
    return Document(photo=blank_photo(32), frame=Frame(16, 16, 20))


def test_sliders_at_zero_are_left_out() -> None:
    look = Look().with_slider("b", 1).with_slider("a", 2).with_slider("b", 0)
    assert look.sliders == (("a", 2.0),)
    assert look.slider("a") == 2
    assert look.slider("b") == 0


def test_strokes_are_followed_by_the_edit_that_was_made_of_them() -> None:
    made = replace(edit(), recipe={"strokes": [{"id": "a"}, {"id": "b"}, "odd"]})
    state = document().with_edit(made)
    assert state.followed == {"a", "b"}
    assert replace(state, frame=Frame(10, 10, 8)).followed == set(), "it is not of this frame"
    assert state.with_edit(replace(made, visible=False)).followed == set()
    assert state.with_edit(replace(made, recipe={"strokes": "odd"})).followed == set()
    assert state.with_edit(edit()).followed == document().followed == set()


def test_an_edit_takes_its_own_place_or_the_top() -> None:
    state = document().with_edit(edit("one")).with_edit(edit("two"))
    changed = replace(edit("one"), name="changed")
    after = state.with_edit(changed)
    assert [e.name for e in after.edits] == ["changed", "two"]
    assert after.active == "one"
    assert after.edit is changed
    assert state.edits[0].name == "one"


def test_hidden_edits_have_no_patch() -> None:
    state = document().with_edit(replace(edit(), visible=False))
    assert state.patches == ()
    assert state.edit is not None


def test_untouched_parts_are_shared() -> None:
    state = document()
    assert state.with_edit(edit()).photo is state.photo


def test_a_preview_shows_the_picture_of_its_code() -> None:
    made = edit()
    code = Code(Space.W, np.ones(4), "model")
    picture = np.full((8, 8, 3), 255, np.uint8)
    shown = previewed(made, code, picture)
    assert shown.code is code
    assert shown.patch.picture.max() == 65535
    assert not shown.patch.picture.flags.writeable
    assert made.patch.picture.max() == 0


def test_ids_are_unique() -> None:
    assert len({new_id() for _ in range(200)}) == 200


def test_stroke_arrays_are_frozen_copies() -> None:
    samples = np.zeros((2, 4))
    stroke = Stroke("s", samples, np.zeros(3), Brush())
    samples[0, 0] = 5
    assert stroke.samples[0, 0] == 0
    with pytest.raises(ValueError, match="read-only"):
        stroke.samples[0, 0] = 1
