"""Looks laid over the present picture live: class mixes, sliders, truncation, new samples.

    looks.preview(look)          while something moves: the newest value is rendered
    looks.commit(name, look)     the gesture's end: one undo step, when its picture has arrived
    looks.sample(seed)           a new sample, with the truncation of the former one

An edit always carries the picture of its own code, so nothing is committed before its picture is
there; what was undone or changed meanwhile is never overwritten. While a projection runs, looks
act on the best code so far and are laid over its result when it ends (BEHAVIOURS L19).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from ganpaint.document.document import Edit, Look
from ganpaint.errors import GanpaintError
from ganpaint.tasks.requests import Painted, RenderRequest
from ganpaint.ui.asking import SAMPLE_PSI, current_edit, sample_request

if TYPE_CHECKING:
    from ganpaint.ui.editor import Editor

KEY = "look"
SAMPLE = "sample-"


@dataclass(slots=True, eq=False)
class Gesture:
    """A look on its way.

    Attributes:
        edit: what it is laid over.
        look: the newest wish.
        name: of the undo step; "" while it is not committed.
        before: the edit that the document must still have when it is committed.
        rendered: the newest picture that arrived.
        seed: of the sample it belongs to, or None.
    """

    edit: Edit
    look: Look
    before: Edit | None
    name: str = ""
    rendered: Edit | None = None
    seed: int | None = None


class Looks(QObject):
    """See the module's docstring. `best` gives the best edit of a running projection, or None."""

    changed = Signal()

    def __init__(self, editor: Editor, best: Callable[[], Edit | None], parent: QObject) -> None:
        super().__init__(parent)
        self._editor = editor
        self._best = best
        self._gesture: Gesture | None = None
        self._next: tuple[Look, str] | None = None
        self.is_draft = False  # what is previewed is rough, because the model is slow
        self.kept: tuple[str, Look] | None = None  # to lay over a projection when it ends
        editor.jobs.live_result.connect(self._arrived)
        editor.jobs.live_failed.connect(self._failed)
        editor.documentChanged.connect(self._document_changed)

    # ------------------------------------------------------------------------------ asking
    def base(self) -> Edit | None:
        """What a look is laid over now."""
        return self._best() or current_edit(self._editor)

    def current(self) -> Look:
        """The look that sliders show: the one on its way, else the edit's own."""
        if self._next is not None:
            return self._next[0]
        if self._gesture is not None:
            return self._gesture.look
        if self._best() is not None:
            return self.kept[1] if self.kept else Look()
        edit = current_edit(self._editor)
        return edit.look if edit else Look()

    @property
    def is_busy(self) -> bool:
        """Whether a gesture has ended whose picture is still on its way."""
        gesture = self._gesture
        return self._next is not None or (gesture is not None and bool(gesture.name))

    def preview(self, look: Look) -> bool:
        """Show a look; False where there is no picture to lay it over."""
        return self._wish(look, "")

    def commit(self, name: str, look: Look) -> bool:
        """End a gesture: one undo step with that name, once its picture is there."""
        return self._wish(look, name)

    def cancel(self) -> None:
        """Forget the gesture; what is committed is shown again."""
        self._gesture = self._next = None
        if self._editor.session is not None and self._best() is None:
            self._editor.session.preview(None)
        self.changed.emit()

    def sample(self, seed: int) -> bool:
        """Ask for a new sample; it is committed when its picture is there."""
        document = self._editor.document
        if document is None:
            return False
        self._editor.jobs.live(f"{SAMPLE}{seed}", sample_request(self._editor, document, seed))
        return True

    def _wish(self, look: Look, name: str) -> bool:
        edit = self.base()
        if edit is None:
            return False
        gesture = self._gesture
        if gesture is not None and gesture.name and self._best() is None:
            self._next = look, name  # the former gesture ends first, in its own undo step
            return True
        if gesture is None:
            gesture = self._gesture = Gesture(edit, look, current_edit(self._editor))
        gesture.edit, gesture.look, gesture.name = edit, look, name
        if self._best() is not None:
            self.kept = (name or "Sliders", look)
        elif look == edit.look:
            self.cancel()  # back where it began
            return True
        if not self._finish():
            rough = not name  # the end of a gesture wants the full picture
            self._editor.jobs.live(KEY, RenderRequest(edit.model, edit, look, rough))
        self.changed.emit()
        return True

    def over_best(self) -> bool:
        """During a projection: render its newest best code under the kept look, if there is one."""
        edit = self._best()
        if edit is None or self.kept is None:
            return False
        self._gesture = Gesture(edit, self.kept[1], current_edit(self._editor))
        self._editor.jobs.live(KEY, RenderRequest(edit.model, edit, self.kept[1]))
        return True

    def after_projection(self) -> None:
        """The projection ended: lay the kept look over what the document has now."""
        kept, self.kept, self._gesture = self.kept, None, None
        if kept is not None and current_edit(self._editor) is not None:
            self.commit(*kept)

    # ------------------------------------------------------------------------------ answers
    @Slot(str, object)
    def _arrived(self, key: str, result: object) -> None:
        if not isinstance(result, Painted):
            return
        if key.startswith(SAMPLE):
            self._sampled(int(key.removeprefix(SAMPLE)), result.edit)
        elif key == KEY:
            self.is_draft = bool(result.report.get("draft"))
            self._rendered(result.edit)

    def _rendered(self, edit: Edit) -> None:
        gesture, session = self._gesture, self._editor.session
        of_gesture = gesture is not None and edit.base is gesture.edit.base
        # the best code of a running projection is soon another one: its picture is worth showing
        on_the_way = gesture is not None and edit.look == gesture.look and self._best() is not None
        if gesture is None or session is None or not (of_gesture or on_the_way):
            self._editor.jobs.acknowledge()  # nothing of it will be painted
            return
        if of_gesture and not self.is_draft:
            gesture.rendered = edit
        if not self._finish():
            session.preview(edit)

    def _finish(self) -> bool:
        """Commit the gesture if it has ended and its picture is there."""
        gesture, session = self._gesture, self._editor.session
        if gesture is None or session is None or not gesture.name or self._best() is not None:
            return False
        made = gesture.rendered
        if made is None or made.look != gesture.look or made.base is not gesture.edit.base:
            return False
        self._gesture = None
        document = session.document
        if document.edit is not gesture.before and current_edit(self._editor) is not gesture.before:
            session.preview(None)  # undone or replaced meanwhile: newer work stays
        else:
            done = document.with_edit(made)
            if gesture.seed is not None:
                done = replace(done, seed=gesture.seed)
            session.commit(gesture.name, done)
        following, self._next = self._next, None
        if following is not None:
            self._wish(*following)
        self.changed.emit()
        return True

    def _sampled(self, seed: int, edit: Edit) -> None:
        """An untruncated sample is there; its truncation follows, then both are committed."""
        document = self._editor.document
        if document is None or edit.patch.frame != document.frame:
            return
        before = current_edit(self._editor)
        is_sample = before is not None and before.patch.rec is None
        psi = before.look.truncation_psi if before is not None and is_sample else SAMPLE_PSI
        self._next = None
        name = f"New sample (seed {seed})"
        look = Look(truncation_psi=psi)
        self._gesture = Gesture(edit, look, before, name, seed=seed)
        if look == edit.look:
            self._gesture.rendered = edit
        if not self._finish():
            self._editor.jobs.live(KEY, RenderRequest(edit.model, edit, look))

    @Slot(str, object)
    def _failed(self, key: str, error: object) -> None:
        if (key == KEY or key.startswith(SAMPLE)) and isinstance(error, GanpaintError):
            self.kept = None
            self.cancel()
            self._editor.problem(error)

    @Slot(object, object)
    def _document_changed(self, old: object, new: object) -> None:
        """Undo, a jump or another document ends a gesture that is still on its way."""
        gesture = self._gesture
        if gesture is not None and self._best() is None:
            edit = current_edit(self._editor)
            if edit is not gesture.before:
                self._gesture = self._next = None
        self.changed.emit()
