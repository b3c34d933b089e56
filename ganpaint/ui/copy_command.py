"""The command line that makes the picture of a state again: "Copy as command"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ganpaint.document.document import Document, Look
from ganpaint.document.recipe import as_command
from ganpaint.tasks.requests import RenderRequest

if TYPE_CHECKING:
    from ganpaint.ui.editor import Editor


def has_command(document: Document) -> bool:
    """Whether the document shows a picture that a command could make."""
    return document.edit is not None and bool(document.edit.recipe)


def command_of(editor: Editor, document: Document) -> str:
    """The `ganpaint` command of the active edit's picture; "" where there is none.

    Sliders and classes laid over it are part of the picture, so they go into the command.
    Raises BadRequest where no command can say it.
    """
    edit = document.edit
    if edit is None or not edit.recipe:
        return ""
    name = next((e.name for e in editor.catalogue.entries if e.hash == edit.model), edit.model)
    if edit.look != Look():
        return as_command(RenderRequest(edit.model, edit, edit.look), name)
    return as_command(edit.recipe, name)
