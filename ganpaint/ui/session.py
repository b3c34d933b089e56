"""One open document: its history, its preview, and the signals that tell of changes.

The history is the one mutable cell; everything else is derived. Signals carry immutable values:
compare by identity (`if old.edits is not new.edits`). A gesture shows itself with `preview` and
ends in one `commit`; what belongs to the last commit (a search's end) goes in with `amend`.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from ganpaint.document.document import Document, Edit
from ganpaint.document.history import History, start_history
from ganpaint.ui.miniature import miniature

PASTED = "Pasted picture"  # its name, until it is saved


class Session(QObject):
    """A document, how it came to be, and where it is kept.

    Args:
        document: the first state, or
        history: all states of a project.
        name: shown in the title; a file's name.
        path: the project file, None while there is none.
    """

    documentChanged = Signal(object, object)  # old, new
    previewChanged = Signal(object)  # Edit or None
    historyChanged = Signal()

    def __init__(
        self,
        document: Document | None = None,
        *,
        history: History | None = None,
        name: str = "",
        path: Path | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        assert (document is None) != (history is None)
        self.name = name
        self.path = path
        if history is None:
            assert document is not None
            history = start_history(document, _first_step(document, name))
            history = history.amend(document, miniature(document))
        self.history = history
        self.preview_edit: Edit | None = None
        self._saved: Document | None = history.document
        self.view: dict[str, object] = {}

    @property
    def document(self) -> Document:
        """The current state."""
        return self.history.document

    @property
    def shown_edit(self) -> Edit | None:
        """What the person sees of the active layer: the preview, else the edit itself."""
        return self.preview_edit or self.document.edit

    @property
    def is_modified(self) -> bool:
        """Whether the current state differs from the one on disk."""
        return self.document is not self._saved

    def commit(self, name: str, document: Document) -> None:
        """A new state on top of the current one; later states are dropped."""
        beside = _lies_beside(self.document, document)
        self._move(self.history.commit(name, document, miniature(document)), beside=beside)

    def amend(self, document: Document) -> None:
        """The current state, completed: no new entry in the history."""
        self._move(self.history.amend(document, miniature(document)))

    def settle(self, document: Document) -> None:
        """Like `amend`, for what the program itself completes: a saved state counts as saved."""
        was_saved = not self.is_modified
        if was_saved:
            self._saved = document
        self.amend(document)

    def revise(self, history: History) -> None:
        """The same steps with some states completed: what a search ends that began in them."""
        self._move(history)

    def preview(self, edit: Edit | None) -> None:
        """Show an edit that is not committed; None shows the document again."""
        if edit is not self.preview_edit:
            self.preview_edit = edit
            self.previewChanged.emit(edit)

    def undo(self) -> None:
        """One state back, where there is one."""
        if self.history.can_undo:
            self._move(self.history.undo())

    def redo(self) -> None:
        """One state forward, where there is one."""
        if self.history.can_redo:
            self._move(self.history.redo())

    def jump(self, index: int) -> None:
        """Go to a state by its place in the history."""
        self._move(self.history.jump(index))

    def mark_saved(self, path: Path, document: Document | None = None) -> None:
        """The state (the current one unless given) is on disk, in the project file `path`."""
        self._saved = self.document if document is None else document
        self.path = path
        self.name = path.name
        self.historyChanged.emit()

    def mark_unsaved(self) -> None:
        """No state of this document is on disk."""
        self._saved = None
        self.historyChanged.emit()

    def _move(self, history: History, *, beside: bool = False) -> None:
        old = self.document
        self.history = history
        if not beside:
            self.preview(None)
        if history.document is not old:
            self.documentChanged.emit(old, history.document)
        self.historyChanged.emit()


def _first_step(document: Document, name: str) -> str:
    """What the history begins with: a file that was opened, or what never was one."""
    if document.blank or not name:
        return "New picture"
    return name if name == PASTED else f"Open {name}"


def _lies_beside(old: Document, new: Document) -> bool:
    """Whether a step leaves what a preview stands for: a stroke while the search goes on, say.

    Taking the preview away would show the former picture for a moment.
    """
    kept = new.strokes[: len(old.strokes)]
    return (
        new.edits is old.edits
        and new.frame == old.frame
        and len(kept) == len(old.strokes)
        and all(a is b for a, b in zip(kept, old.strokes, strict=True))
    )
