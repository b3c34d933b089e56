"""The command line that makes the picture of a state again: "Copy as command"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ganpaint.document.document import Document
from ganpaint.errors import GanpaintError

if TYPE_CHECKING:
    from ganpaint.ui.editor import Editor


def command_of(editor: Editor, document: Document) -> str:
    """The `ganpaint` command of the active edit's recipe; "" where there is none."""
    from ganpaint.document.recipe import as_command, from_recipe

    edit = document.edit
    if edit is None or not edit.recipe:
        return ""
    name = next((e.name for e in editor.catalogue.entries if e.hash == edit.model), edit.model)
    try:
        return as_command(from_recipe(edit.recipe), name)
    except GanpaintError:
        return ""
