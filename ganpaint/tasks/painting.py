"""What the painting tasks share: the photo as a target, the result as an edit, the report."""

from __future__ import annotations

import platform
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from ganpaint.document.document import Edit, Look, new_id
from ganpaint.document.recipe import to_recipe
from ganpaint.engine.objective import Term, picture_term
from ganpaint.engine.regularisers import prior, spread
from ganpaint.engine.tensors import to_tensor, to_uint8, to_uint16
from ganpaint.errors import BadRequest
from ganpaint.latent import Code, Space
from ganpaint.model_info import Capability, classes_text
from ganpaint.picture.composite import Patch
from ganpaint.picture.frame import Frame
from ganpaint.picture.mask import Mask
from ganpaint.picture.photo import Photo
from ganpaint.tasks.requests import Blend, ProjectRequest, Request, SampleRequest, ScribbleRequest
from ganpaint.tasks.studio import Opened, Studio

if TYPE_CHECKING:
    from ganpaint.engine.projection import Found

Places = ProjectRequest | ScribbleRequest | SampleRequest


def check_frame(photo: Photo, frame: Frame) -> None:
    """Refuse a frame that sees nothing of the photo (BEHAVIOURS X28)."""
    if not frame.overlaps(photo.width, photo.height):
        raise BadRequest(
            "The work frame lies outside the photo. Nothing was started.",
            "Fit the frame to the photo, or drag it back.",
        )


def target_of(
    photo: Photo, frame: Frame, mask: Mask | None, opened: Opened
) -> tuple[Tensor, Tensor]:
    """The photo in the frame (1, 3, R, R) in [-1, 1] and its weights (1, 1, R, R).

    Weights are the share of a pixel inside photo and mask. Raises BadRequest where none is left.
    """
    check_frame(photo, frame)
    size, device = opened.info.resolution, opened.generator.device
    seen = frame.extract(photo, size)
    weights = seen[..., 3]
    if mask is not None and not mask.is_empty:
        weights = weights * frame.extract_plane(mask.array(), size)
    if float(weights.sum()) < 1:
        raise BadRequest(
            "Nothing of the mask lies inside the work frame. Nothing was started.",
            "Paint the mask inside the frame, or clear it to use the whole frame.",
        )
    target = to_tensor(seen[..., :3]).to(device)
    return target, torch.from_numpy(np.ascontiguousarray(weights))[None, None].to(device)


def likeness_terms(
    opened: Opened, terms: tuple[tuple[str, float], ...], target: Tensor, weights: Tensor
) -> list[Term]:
    """Terms that compare pictures with the target, by name and weight; zeros are left out."""
    made = []
    for name, weight in terms:
        if weight > 0:
            loss = opened.loss(name)
            made.append(picture_term(name, weight, loss, loss.prepare(target, weights)))
    if not made:
        raise BadRequest(
            "Every loss has the weight 0, so there is nothing to search for.",
            "Give at least one loss a weight above 0.",
        )
    return made


def regularising_terms(opened: Opened, terms: tuple[tuple[str, float], ...]) -> list[Term]:
    """ "prior" and "spread" with their weights."""
    made = []
    for name, weight in terms:
        if name not in ("prior", "spread"):
            raise BadRequest(
                f'There is no regulariser "{name}".', 'The regularisers are "prior" and "spread".'
            )
        if weight > 0:
            made.append(
                prior(weight) if name == "prior" else spread(weight, opened.calibration.w_var)
            )
    return made


def space_of(opened: Opened, asked: str) -> Space:
    """The space to search in. w+ is the default of requests; models without w are searched in z.

    Raises BadRequest for an unknown name.
    """
    if asked not in {str(space) for space in Space}:
        raise BadRequest(f'There is no space "{asked}".', "The spaces are z, w and w+.")
    space = Space(asked)
    there = opened.info.can(Capability.W_SPACE)
    return Space.Z if space is Space.W_PLUS and not there else space


def class_row(opened: Opened, weights: tuple[float, ...] | None) -> Tensor | None:
    """Class weights (K,) summing to 1, or None where none were given or the model has none."""
    count = opened.info.c_dim
    if weights is None or not count:
        return None
    row = torch.tensor(weights, dtype=torch.float32)
    if len(row) != count or bool((row < 0).any()) or float(row.sum()) <= 0:
        raise BadRequest(
            f"The class mix has {len(row)} shares; the model has {classes_text(count)}.",
            "Give one share, 0 or more, for each class.",
        )
    return (row / row.sum()).to(opened.generator.device)


def paint(opened: Opened, code: Code) -> np.ndarray:
    """The picture of a code, (R, R, 3) uint16, read-only."""
    with torch.no_grad():
        picture: np.ndarray = to_uint16(opened.generator.paint([code]))[0]
    picture.flags.writeable = False
    return picture


def new_edit(
    opened: Opened, request: Places, code: Code, name: str, rec: np.ndarray | None
) -> Edit:
    """An edit of a code found, in the place of `request.edit` if there is one.

    Args:
        rec: the reconstruction of the photo before the edit; None: the picture itself is it.
    """
    picture = paint(opened, code)
    old = request.edit
    patch = Patch(
        picture=picture,
        rec=rec,
        frame=request.frame,
        mask=request.mask,
        **blending(request.blend),
    )
    return Edit(
        id=old.id if old else new_id(),
        name=old.name if old else name,
        model=opened.info.hash,
        patch=patch,
        base=code,
        code=code,
        look=Look(),
        visible=old.visible if old else True,
        recipe=to_recipe(request),
    )


def other_edit(opened: Opened, edit: Edit, code: Code, name: str) -> Edit:
    """The same place with another code, as an edit of its own."""
    picture = paint(opened, code)
    rec = picture if edit.patch.rec is edit.patch.picture else edit.patch.rec
    patch = replace(edit.patch, picture=picture, rec=rec)
    return replace(edit, id=new_id(), name=name, patch=patch, base=code, code=code)


def blending(blend: Blend) -> dict[str, Any]:
    """The fields of Patch that a blend sets."""
    return {
        "mode": blend.mode,
        "feather": blend.feather,
        "strength": blend.strength,
        "opacity": blend.opacity,
    }


def report_of(opened: Opened, studio: Studio, request: Request, found: Found) -> dict[str, Any]:
    """What a search did, JSON-ready (BEHAVIOURS B7: seed, settings, machine, threads)."""
    best = found.candidates[0]
    return {
        "model": {
            "name": opened.info.name,
            "hash": opened.info.hash,
            "resolution": opened.info.resolution,
        },
        "settings": to_recipe(request),
        "space": str(best.code.space),
        "class": class_shares(opened, best.code),
        "steps": found.steps,
        "best_step": best.step,
        "best_loss": best.loss,
        "seconds": round(found.seconds, 3),
        "losses": found.losses,
        "starts": [{"loss": c.loss, "best_step": c.step} for c in found.candidates],
        "dropped": found.dropped,
        "log": list(found.notes),
        "machine": machine(studio),
    }


def class_shares(opened: Opened, code: Code) -> dict[str, float]:
    """Class weights by name, without zeros; {} for models without classes."""
    if code.c is None:
        return {}
    names = opened.info.class_names
    return {
        names[i] if i < len(names) else str(i): round(float(share), 6)
        for i, share in enumerate(code.c)
        if share > 0
    }


def machine(studio: Studio) -> dict[str, Any]:
    """Where a result was computed: equal ones give equal pictures."""
    return {
        "system": platform.system(),
        "processor": platform.machine(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "device": str(studio.device),
        "threads": studio.threads,
    }


def figures(opened: Opened, picture: Tensor, target: Tensor, weights: Tensor) -> dict[str, float]:
    """LPIPS and PSNR of a picture (1, C, R, R) against the target, over 8-bit rounded pictures."""
    rounded = to_tensor(to_uint8(picture)[0].astype(np.float32) / 255).to(target.device)
    goal = to_tensor(to_uint8(target)[0].astype(np.float32) / 255).to(target.device)
    error = ((rounded - goal) * 127.5).square().mean(1, keepdim=True)
    mse = float((error * weights).sum() / weights.sum())
    found = {"psnr": round(10 * float(np.log10(255**2 / max(mse, 1e-6))), 3)}
    loss = opened.loss("lpips")
    with torch.no_grad():
        found["lpips"] = round(float(loss(rounded, loss.prepare(goal, weights))[0]), 5)
    return found
