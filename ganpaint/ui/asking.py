"""What is asked of the engine: requests made of the open document, the model and the settings.

Pure functions of the editor's state, so that commands, docks and late results ask alike.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ganpaint.document.document import Document, Edit, new_id
from ganpaint.latent import Code
from ganpaint.picture.composite import Patch
from ganpaint.tasks.requests import ProjectRequest, SampleRequest, ScribbleRequest

if TYPE_CHECKING:
    from ganpaint.model_info import ModelInfo
    from ganpaint.ui.editor import Editor
    from ganpaint.ui.projection_settings import Weights

SAMPLE_PSI = 0.7  # of samples, METHODS 2.1


def model_key(editor: Editor) -> str:
    """The model in use, or the one that is being loaded; "" where there is none."""
    if editor.model is not None:
        return editor.model.hash
    return editor.entry.name if editor.entry is not None else ""


def resolution(editor: Editor) -> int:
    """Side of the model's picture; 64 before any is known."""
    if editor.model is not None:
        return editor.model.resolution
    return editor.entry.resolution if editor.entry is not None else 64


def current_edit(editor: Editor, document: Document | None = None) -> Edit | None:
    """The active edit, if it is of the model in use and of the frame where it stands now."""
    document = editor.document if document is None else document
    edit = document.edit if document else None
    if document is None or edit is None or edit.patch.frame != document.frame:
        return None
    known = editor.model.hash if editor.model else getattr(editor.entry, "hash", "")
    return edit if not known or edit.model == known else None


def class_weights(editor: Editor, document: Document) -> tuple[float, ...] | None:
    """The class mix chosen for the next search, if it fits the model."""
    weights = document.class_weights
    count = editor.model.c_dim if editor.model else len(getattr(editor.entry, "class_names", ()))
    return weights if weights is not None and len(weights) == count else None


def offered_space(info: ModelInfo | None, wished: str) -> str:
    """The space to search in: the one wished for, or the richest that the model has.

    The wish stays as it is, so that it holds again for the next model.
    """
    offers = info.offered("space") if info is not None else ()
    there = [offer.name for offer in offers if offer.available]
    return wished if wished in there or not there else there[-1]


def offered_terms(info: ModelInfo | None, terms: Weights) -> Weights:
    """The terms without those that the model cannot do; all of them where none is left."""
    offers = info.offered("loss") if info is not None else ()
    missing = {offer.name for offer in offers if not offer.available}
    return tuple(term for term in terms if term[0] not in missing) or terms


def project_request(editor: Editor, document: Document) -> ProjectRequest:
    """The projection of the photo inside the frame with the settings chosen."""
    settings = editor.projection
    return ProjectRequest(
        model=model_key(editor),
        photo=document.photo,
        frame=document.frame,
        mask=document.mask,
        space=offered_space(editor.model, settings.space),
        terms=offered_terms(editor.model, settings.terms),
        regularisers=settings.regularisers,
        steps=settings.steps,
        starts=settings.starts,
        samples=settings.samples,
        seed=settings.seed,
        class_weights=class_weights(editor, document),
        edit=current_edit(editor, document),
        blend=settings.blend(document.frame, resolution(editor)),
    )


def scribble_request(editor: Editor, document: Document, edit: Edit | None) -> ScribbleRequest:
    """The document's strokes, from an edit or from nothing."""
    if edit is not None:
        patch = edit.patch
        blend = editor.projection.blend(patch.frame, resolution(editor))
        blend = replace(
            blend,
            mode=patch.mode,
            feather=patch.feather,
            strength=patch.strength,
            opacity=patch.opacity,
        )
    else:
        blend = editor.projection.blend(document.frame, resolution(editor), generated=True)
    return ScribbleRequest(
        model=model_key(editor),
        photo=document.photo,
        frame=document.frame,
        strokes=tuple(stroke for stroke in document.strokes if stroke.visible),
        mask=document.mask,
        edit=edit,
        stay_close=editor.options.stay_close,
        seed=document.seed,
        class_weights=class_weights(editor, document),
        blend=blend,
    )


def sample_request(editor: Editor, document: Document, seed: int) -> SampleRequest:
    """An untruncated sample; its truncation is laid over it as a look."""
    return SampleRequest(
        model=model_key(editor),
        frame=document.frame,
        seed=seed,
        mask=document.mask,
        class_weights=class_weights(editor, document),
        truncation_psi=1.0,
        edit=current_edit(editor, document),
        blend=editor.projection.blend(document.frame, resolution(editor), generated=True),
    )


def begun(request: ProjectRequest | ScribbleRequest, side: int) -> Edit:
    """The edit that previews of a running search are shown in.

    A projection is previewed as it is, without the photo's detail; its own result decides.
    """
    edit = request.edit
    if isinstance(request, ScribbleRequest) and edit is not None:
        return edit
    nothing = np.zeros((side, side, 3), np.uint16)
    patch = Patch(nothing, None, request.frame, request.mask, "replace", request.blend.feather)
    code = edit.code if edit else Code("z", np.zeros(1), request.model)  # type: ignore[arg-type]
    if edit is not None:
        return replace(edit, patch=patch, base=code, look=type(edit.look)())
    return Edit(new_id(), "Projection", request.model, patch, base=code, code=code)
