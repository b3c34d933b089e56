"""What menus, docks and tools do to the picture: project, paint, choose, sample, place.

Functions of the editor. One undo step a gesture, with a name; what takes time comes back through
ui/results.py, of which there is one (`results(editor)`).
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

from ganpaint.document.document import Document, Edit, Look
from ganpaint.document.recipe import to_recipe
from ganpaint.document.stroke import Stroke
from ganpaint.picture.mask import Mask
from ganpaint.ui.asking import current_edit, model_key, project_request, scribble_request
from ganpaint.ui.messages import Message
from ganpaint.ui.results import PROJECT, Results

if TYPE_CHECKING:
    from ganpaint.ui.editor import Editor

SEEDS = 1_000_000


def results(editor: Editor) -> Results:
    """The one that listens to what searches bring back; made when first asked for."""
    found = editor.findChild(Results)
    return found if isinstance(found, Results) else Results(editor)


# ------------------------------------------------------------------------------ projection
def why_not_project(editor: Editor) -> Message | None:
    """What keeps a projection from starting, or None."""
    document = editor.document
    if document is None:
        return Message("info", "There is no picture yet.", "Open a photo first.")
    if document.blank:
        return Message(
            "info",
            "There is no photo to project: this picture began empty.",
            "Paint strokes or take a sample, or open a photo.",
        )
    if not model_key(editor):
        return Message("warn", "No model is chosen.", "Choose a model to project with.")
    if not document.frame.overlaps(document.photo.width, document.photo.height):
        return Message(
            "warn",
            "The work frame lies outside the photo. Nothing was started.",
            "Fit the frame to the photo, or drag it back.",
        )
    if document.mask is not None and document.mask.is_empty:
        return Message(
            "warn",
            "The mask is empty, so nothing could change.",
            "Paint a mask, or clear it to use the whole frame.",
            (("Clear the mask", lambda: clear_mask(editor)),),
        )
    return None


def start_projection(editor: Editor) -> bool:
    """Project the photo inside the frame; resumes the projection that rests, if there is one."""
    back = results(editor)
    if back.projection is not None:
        resume(editor)
        return True
    trouble = why_not_project(editor)
    document = editor.document
    if trouble is not None or document is None:
        if trouble is not None:
            editor.say(trouble)
        return False
    if back.run is not None:
        back.stop(keep=True)  # strokes on their way: their best so far is kept
    request = project_request(editor, document)
    title = f"Project ({request.space}, {request.steps} steps)"
    back.looks.kept = None
    back.begin(editor.jobs.submit(title, request, base=document, tag=PROJECT), document)
    return True


def pause(editor: Editor) -> None:
    """Let the search rest before its next step."""
    run = results(editor).run
    if run is not None:
        editor.jobs.pause(run.job.id)


def resume(editor: Editor) -> None:
    """Go on after a pause."""
    run = results(editor).run
    if run is not None:
        editor.jobs.resume(run.job.id)


def is_paused(editor: Editor) -> bool:
    """Whether the search of the open document rests."""
    run = results(editor).run
    return run is not None and run.job.state == "paused"


def toggle_projection(editor: Editor) -> None:
    """Start, pause or resume: the key P."""
    if results(editor).projection is None:
        start_projection(editor)
    elif is_paused(editor):
        resume(editor)
    else:
        pause(editor)


def stop(editor: Editor, *, keep: bool = True) -> None:
    """End the search: `keep` takes its best result, else the picture is what it was before."""
    results(editor).stop(keep=keep)


def is_projecting(editor: Editor) -> bool:
    """Whether a projection of the open document runs, waits or rests."""
    return results(editor).projection is not None


# ------------------------------------------------------------------------------ strokes
def add_stroke(editor: Editor, stroke: Stroke) -> None:
    """A finished stroke: one undo step, then the generator follows it."""
    session = editor.session
    if session is None:
        return
    document = session.document
    if not stroke.erase:
        editor.remember_colour(tuple(float(v) for v in stroke.colour))  # type: ignore[arg-type]
    name = "Erase strokes" if stroke.erase else "Scribble"
    session.commit(name, replace(document, strokes=(*document.strokes, stroke)))
    follow_strokes(editor)


def follow_strokes(editor: Editor) -> None:
    """Make the strokes real, or say what they wait for."""
    back, document = results(editor), editor.document
    if document is None:
        return
    if back.projection is not None:
        if is_paused(editor):
            editor.say(_strokes_wait_for_rest(editor))
        return
    if not document.blank and current_edit(editor) is None and back.run is None:
        editor.say(_strokes_wait_for_photo(editor))
        return
    back.follow()


def _strokes_wait_for_rest(editor: Editor) -> Message:
    return Message(
        "info",
        "The projection is paused.",
        "Strokes join when it ends.",
        (
            ("Resume", lambda: resume(editor)),
            ("Stop, keep its best, and use the strokes now", lambda: stop(editor)),
        ),
        key="strokes wait",
    )


def _strokes_wait_for_photo(editor: Editor) -> Message:
    return Message(
        "info",
        "The model has not seen this photo yet, so the stroke waits.",
        "Project the photo: strokes join when that ends. Or let the model paint them from nothing.",
        (
            ("Start projection", lambda: start_projection(editor)),
            ("Paint from nothing", lambda: results(editor).follow(fresh=True)),
        ),
        key="strokes wait",
    )


def clear_strokes(editor: Editor) -> None:
    """Take all strokes off the canvas; the picture stays. One undo step."""
    session = editor.session
    if session is not None and session.document.strokes:
        session.commit("Clear strokes", replace(session.document, strokes=()))


def commit_edit(editor: Editor) -> bool:
    """Keep what the strokes made: they leave the canvas and stay in the edit's recipe."""
    session, document = editor.session, editor.document
    if session is None or document is None or document.edit is None or not document.strokes:
        return False
    edit = document.edit
    if "strokes" not in edit.recipe:
        held = to_recipe(scribble_request(editor, document, edit))["strokes"]
        edit = replace(edit, recipe=edit.recipe | {"strokes": held})
    session.commit("Keep strokes", replace(document.with_edit(edit), strokes=()))
    return True


# ------------------------------------------------------------------------------ looks
def preview_look(editor: Editor, look: Look) -> bool:
    """Show a look while something moves; False where there is no picture to lay it over."""
    return results(editor).looks.preview(look)


def commit_look(editor: Editor, name: str, look: Look) -> bool:
    """End of a gesture: one undo step when the picture of the look is there."""
    return results(editor).looks.commit(name, look)


def current_look(editor: Editor) -> Look:
    """What sliders show."""
    return results(editor).looks.current()


def choose_classes(editor: Editor, weights: tuple[float, ...] | None, name: str) -> None:
    """Carry the picture to a class mix, or choose the classes of the next search."""
    session = editor.session
    if session is None:
        return
    back = results(editor)
    if back.looks.base() is not None:
        back.looks.commit(name, replace(back.looks.current(), class_weights=weights))
    elif session.document.class_weights != weights:
        session.commit(name, replace(session.document, class_weights=weights))


def choose_candidate(editor: Editor, index: int) -> None:
    """Put one of the candidates or starts on the canvas."""
    results(editor).choose(index)


def new_sample(editor: Editor, seed: int | None = None) -> bool:
    """A new sample of the chosen classes; the same seed gives the same picture."""
    if editor.document is None or not model_key(editor):
        return False
    if is_projecting(editor):
        editor.say(
            Message(
                "info",
                "A projection is running.",
                "A new sample would take its place: stop it first.",
                (("Stop and keep its best", lambda: stop(editor)),),
                key="sample waits",
            )
        )
        return False
    return results(editor).looks.sample(secrets.randbelow(SEEDS) if seed is None else seed)


# ------------------------------------------------------------------------------ place
def set_mask(editor: Editor, mask: Mask | None, name: str) -> None:
    """What may change: the document's mask and that of the edit inside the frame. One step."""
    session = editor.session
    if session is not None and mask is not session.document.mask:
        session.commit(name, with_mask(editor, session.document, mask))


def with_mask(editor: Editor, document: Document, mask: Mask | None) -> Document:
    """The document with another mask; the present edit shows through it at once."""
    edit = current_edit(editor, document)
    changed = replace(document, mask=mask)
    if edit is None:
        return changed
    return changed.with_edit(replace(edit, patch=replace(edit.patch, mask=mask)))


def clear_mask(editor: Editor) -> None:
    """No mask: the whole frame may change."""
    set_mask(editor, None, "Clear mask")


def invert_mask(editor: Editor) -> None:
    """What was kept may change, and the other way round."""
    document = editor.document
    if document is None:
        return
    if document.mask is None:
        set_mask(editor, Mask.empty(document.photo.width, document.photo.height), "Invert mask")
        return
    set_mask(editor, Mask.from_array(255 - document.mask.array()), "Invert mask")


def blended(edit: Edit, **changes: object) -> Edit:
    """The edit with other fields of its patch: mode, feather, strength, opacity."""
    return replace(edit, patch=replace(edit.patch, **changes))  # type: ignore[arg-type]


def set_blend(editor: Editor, name: str, **changes: object) -> None:
    """How the result sits in the photo, now and for what comes: one undo step."""
    editor.set_projection(
        editor.projection.changed(**{k: v for k, v in changes.items() if k != "opacity"})
    )
    session, edit = editor.session, current_edit(editor)
    if session is None or edit is None:
        return
    made = blended(edit, **changes)
    if any(getattr(edit.patch, k) != v for k, v in changes.items()):
        session.commit(name, session.document.with_edit(made))
