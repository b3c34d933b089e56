"""What a person gives in words and files, as the values of a request.

For everyone who has no canvas to point at: frames as numbers, masks and strokes as pictures,
classes by name; and pictures of codes as files.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ganpaint.document.document import Edit, new_id
from ganpaint.errors import BadRequest, NotOffered
from ganpaint.latent import Code
from ganpaint.model_info import ModelInfo
from ganpaint.paths import quoted
from ganpaint.picture.composite import Patch, default_blend_mode
from ganpaint.picture.frame import Frame, default_frame
from ganpaint.picture.mask import Mask
from ganpaint.picture.photo import Photo, blank_photo
from ganpaint.tasks.requests import Blend

LOSSLESS = {".png": ".png", ".tif": ".tif", ".tiff": ".tif", ".webp": ".webp"}


def read_frame(text: str, photo: Photo, info: ModelInfo) -> Frame:
    """`X,Y,SIZE[,ANGLE]` in photo pixels and degrees ("0.1rad": radians); "" = the default one."""
    if not text:
        return default_frame(photo, info.frame_center, info.frame_size)
    wrong = BadRequest(
        f"{quoted(text)} is not a frame.",
        "Give its centre and side in pixels, for example 320,240,256, and perhaps an angle.",
    )
    words = text.split(",")
    try:
        in_radians = len(words) == 4 and words[3].endswith("rad")
        numbers = [float(word.removesuffix("rad")) for word in words]
    except ValueError as error:
        raise wrong from error
    if len(numbers) not in (3, 4) or not all(map(math.isfinite, numbers)) or numbers[2] < 1:
        raise wrong
    x, y, side, angle = [*numbers, 0.0][:4]
    frame = Frame(x, y, side, angle if in_radians else math.radians(angle))
    if not frame.overlaps(photo.width, photo.height):
        raise BadRequest(
            f"The frame {text} lies outside the photo of {photo.width} × {photo.height} pixels. "
            "Nothing was started.",
            "Give a centre inside the photo.",
        )
    return frame


def mask_of(picture: Photo, photo: Photo, name: str) -> Mask:
    """A mask from a picture of the photo's size: its alpha if it has one, else its brightness."""
    require_size(picture, photo, name)
    values = picture.pixels[..., -1] if picture.has_alpha else picture.pixels.max(axis=2)
    if picture.depth == 16:
        values = values >> 8
    mask = Mask.from_array(np.ascontiguousarray(values, np.uint8))
    if mask.is_empty:
        raise BadRequest(
            f"The mask {quoted(Path(name))} is empty, so nothing could change.",
            "Paint white where the picture may change.",
        )
    return mask


def require_size(picture: Photo, photo: Photo, name: str) -> None:
    """Refuse a picture that does not lie on the photo pixel by pixel."""
    if (picture.width, picture.height) != (photo.width, photo.height):
        raise BadRequest(
            f"{quoted(Path(name))} has {picture.width} × {picture.height} pixels, the photo "
            f"{photo.width} × {photo.height}. Nothing was started.",
            "Give both the same size.",
        )


def canvas_for(picture: Photo) -> Photo:
    """A blank canvas on which strokes of that picture's size lie."""
    side = min(picture.width, picture.height)
    if picture.width == picture.height:
        return blank_photo(side)
    grey = np.full((picture.height, picture.width, 3), 128, np.uint8)
    return Photo.make(grey, "RGB")


def canvas_of(side: int) -> Photo:
    """A blank square canvas."""
    return blank_photo(side)


def class_weights(
    info: ModelInfo, name: str | None, shares: Sequence[tuple[str, float]]
) -> tuple[float, ...] | None:
    """A class mix: `name` has what the shares leave of 1. None where nothing was chosen.

    Raises:
        NotOffered: the model has no classes.
        BadRequest: there is no such class (the nearest three are named), or more than 1 given.
    """
    if name is None and not shares:
        return None
    if not info.c_dim:
        raise NotOffered(
            f"The model {quoted(info.name)} has no classes.",
            "Leave the class out, or choose a model with classes: ganpaint models.",
        )
    weights = [0.0] * info.c_dim
    given = 0.0
    for other, share in shares:
        weights[find_class(info, other)] += share
        given += share
    if name is not None:
        if given > 1 + 1e-9:
            raise BadRequest(
                f"The shares of the mix are {given:.2f} together, more than 1.",
                "Give less, so that the class keeps the rest.",
            )
        weights[find_class(info, name)] += max(0.0, 1 - given)
    total = sum(weights)
    if total <= 0:
        raise BadRequest("The shares of the mix are all 0.", "Give at least one above 0.")
    return tuple(weight / total for weight in weights)


def find_class(info: ModelInfo, name: str) -> int:
    """Number of a class by its name (upper and lower case alike) or its number."""
    names = [known.casefold() for known in info.class_names]
    wanted = name.strip().casefold()
    if wanted in names:
        return names.index(wanted)
    if wanted.isdecimal() and int(wanted) < info.c_dim:
        return int(wanted)
    near = difflib.get_close_matches(wanted, names, 3, 0.3)
    found = [quoted(info.class_names[names.index(n)]) for n in near]
    if found:
        remedy = f"Did you mean {', '.join(found[:-1])}{' or ' * (len(found) > 1)}{found[-1]}?"
    elif info.c_dim == 1 and names:
        remedy = f"Its only class is {quoted(info.class_names[0])}, number 0."
    else:
        remedy = f"Give a name, or a number from 0 to {info.c_dim - 1}."
    raise BadRequest(f"There is no class {quoted(name)} in {quoted(info.name)}.", remedy)


def blend_for(frame: Frame, info: ModelInfo, mode: str | None, blend: Blend) -> Blend:
    """The blend with the mode that was asked for, or the one that fits the enlargement."""
    if mode is None:
        mode = default_blend_mode(frame, info.resolution)
    return Blend(mode, blend.feather, blend.strength, blend.opacity)


def edit_of(code: Code, info: ModelInfo, frame: Frame, blend: Blend) -> Edit:
    """An edit of a code whose picture is still missing (black)."""
    side = info.resolution
    patch = Patch(
        np.zeros((side, side, 3), np.uint16),
        None,
        frame,
        None,
        blend.mode,
        blend.feather,
        blend.strength,
        blend.opacity,
    )
    return Edit(new_id(), "Code", info.hash, patch, code, code)


def picture_photo(picture: NDArray[np.uint16], depth: int = 8) -> Photo:
    """A generated picture, (R, R, 3) of 0…65535, as a photo to be written."""
    if depth == 16:
        return Photo.make(picture.copy(), "RGB")
    return Photo.make(np.rint(picture / 257).astype(np.uint8), "RGB")


def composite_suffix(photo: Photo) -> str:
    """The photo's own file type where that keeps every pixel, else PNG."""
    source = photo.source or Path("photo.png")
    return LOSSLESS.get(source.suffix.lower(), ".png")
