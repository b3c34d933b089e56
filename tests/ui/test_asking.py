"""Requests made of the open document: ui/asking.py."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ganpaint.picture.frame import Frame
from ganpaint.ui import asking
from tests.ui.stand_ins import HASH, document_of, edit_of, editor_of, model_of, stroke_of


@pytest.fixture(autouse=True)
def app(qapp: object) -> None:
    """Qt is there."""


def test_an_edit_counts_for_its_own_model_and_frame() -> None:
    editor = editor_of(document_of(edit=True), model_of())
    edit = editor.document.edit  # type: ignore[union-attr]
    assert asking.current_edit(editor) is edit
    moved = replace(editor.document, frame=Frame(30, 30, 40))  # type: ignore[type-var]
    assert asking.current_edit(editor, moved) is None
    editor.set_model(replace(model_of(), hash="cd" * 32))
    assert asking.current_edit(editor) is None
    assert asking.model_key(editor) == "cd" * 32


def test_before_a_model_is_loaded_its_name_is_asked_for() -> None:
    editor = editor_of(document_of())
    assert asking.model_key(editor) == "" and asking.resolution(editor) == 64


def test_class_weights_of_another_model_are_left_out() -> None:
    editor = editor_of(document_of(), model_of())
    document = replace(editor.document, class_weights=(1.0, 0.0))  # type: ignore[type-var]
    assert asking.class_weights(editor, document) is None
    fitting = replace(document, class_weights=tuple(np.eye(10)[2]))
    assert asking.class_weights(editor, fitting) == fitting.class_weights


def test_strokes_keep_the_edits_blending() -> None:
    editor = editor_of(document_of(), model_of())
    document = editor.document
    assert document is not None
    edit = edit_of(2, document.frame, mode="keep-detail", feather=7.0, strength=1.2, opacity=0.5)
    hidden = stroke_of(1, visible=False)
    document = replace(document.with_edit(edit), strokes=(stroke_of(), hidden), seed=5)
    editor.set_option("stay_close", 0.75)
    request = asking.scribble_request(editor, document, edit)
    assert request.blend.mode == "keep-detail" and request.blend.opacity == 0.5
    assert (request.stay_close, request.seed, len(request.strokes)) == (0.75, 5, 1)
    fresh = asking.scribble_request(editor, document, None)
    assert fresh.edit is None and fresh.blend.mode == "replace"


def test_previews_of_a_projection_begin_without_the_photos_detail() -> None:
    editor = editor_of(document_of(edit=True), model_of())
    document = editor.document
    assert document is not None and document.edit is not None
    request = asking.project_request(editor, document)
    shown = asking.begun(request, 16)
    assert request.blend.mode == "keep-detail" and shown.patch.mode == "replace"
    assert shown.id == document.edit.id and shown.model == HASH
    new = asking.begun(replace(request, edit=None), 16)
    assert new.id != document.edit.id and new.patch.picture.shape == (16, 16, 3)


def test_what_the_model_lacks_is_not_asked_for() -> None:
    editor = editor_of(document_of(), model_of())
    document = editor.document
    assert document is not None
    editor.set_projection(editor.projection.with_weight("discriminator", 0.3))
    request = asking.project_request(editor, document)
    assert request.space == "w+" and "discriminator" not in dict(request.terms)
    info = model_of()
    offers = tuple(
        replace(offer, available=offer.name == "z") if offer.kind == "space" else offer
        for offer in info.offers
    )
    editor.set_model(replace(info, offers=offers))
    assert asking.project_request(editor, document).space == "z"
    assert editor.projection.space == "w+"  # the wish holds for the next model
    editor.set_model(None)
    assert dict(asking.project_request(editor, document).terms)["discriminator"] == 0.3
