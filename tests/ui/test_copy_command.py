"""Copy as command: ui/copy_command.py."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ganpaint.document.document import Document, Look
from ganpaint.document.recipe import to_recipe
from ganpaint.picture.photo import Photo
from ganpaint.ui.asking import project_request
from ganpaint.ui.copy_command import command_of, has_command
from ganpaint.ui.editor import Editor
from tests.ui.stand_ins import document_of, editor_of, model_of


@pytest.fixture
def editor(qapp: object) -> Editor:
    return editor_of(document_of(edit=True), model_of())


def with_recipe(editor: Editor) -> Document:
    document = editor.document
    assert document is not None and document.edit is not None
    photo: Photo = replace(document.photo, source=Path("/photos/cat.png"))
    request = replace(project_request(editor, replace(document, photo=photo)), edit=None)
    edit = replace(document.edit, recipe=to_recipe(request))
    return document.with_edit(edit)


@pytest.mark.behaviour("B2")
def test_a_projection_is_a_plain_command(editor: Editor) -> None:
    document = with_recipe(editor)
    assert has_command(document)
    command = command_of(editor, document)
    assert command.startswith("ganpaint project /photos/cat.png ")
    assert f"--steps {editor.projection.steps} " in command and command.endswith("--out result")


@pytest.mark.behaviour("B2")
def test_sliders_travel_inside_the_command(editor: Editor) -> None:
    document = with_recipe(editor)
    assert document.edit is not None
    edit = replace(document.edit, look=Look().with_slider("pca:0", 1.0))
    assert command_of(editor, document.with_edit(edit)).startswith("ganpaint run ")


def test_without_a_picture_there_is_none(editor: Editor) -> None:
    document = replace(document_of(), edits=(), active=None)
    assert not has_command(document) and command_of(editor, document) == ""
