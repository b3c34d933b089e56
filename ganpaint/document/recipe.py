"""Recipes: requests as JSON, and as a line for a shell.

A recipe says all that decides the result of a request: settings, seed, codes, strokes, mask. The
photo is named by its path and the digest of its pixels, never copied. A recipe that a few flags
can express becomes a plain command; any other one travels inside the command, packed.
"""

from __future__ import annotations

import base64
import hashlib
import json
import shlex
import zlib
from dataclasses import MISSING, fields
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganpaint import __version__
from ganpaint.document.container import Damaged, describe, pack, shape_of, unpack
from ganpaint.document.document import Edit, Look
from ganpaint.document.encoding import Wrong, alternatives, field_types, fitted
from ganpaint.document.stroke import Stroke
from ganpaint.errors import BadRequest
from ganpaint.latent import Code
from ganpaint.paths import quoted
from ganpaint.picture.brush import Brush
from ganpaint.picture.composite import Patch
from ganpaint.picture.frame import Frame
from ganpaint.picture.mask import Mask
from ganpaint.picture.photo import Photo
from ganpaint.picture.tiles import Plane
from ganpaint.tasks import requests

RECIPE_VERSION = 1
TEXT_PREFIX = "ganpaint-recipe:"
LONGEST_TEXT = 100_000  # characters; a shell's argument ends at 128 kB
LONGEST_JSON = 64 << 20
MOST_PIXELS = 400_000_000
VALUES: tuple[Any, ...] = (Brush, Frame, Look, Stroke, requests.Blend)
REQUESTS: dict[str, Any] = {kind.__name__: kind for kind in requests.TASKS}


# ------------------------------------------------------------------------------ writing
def to_recipe(request: requests.Request) -> dict[str, Any]:
    """A request as JSON-ready values. The photo stays outside: path and digest."""
    record: dict[str, Any] = {
        "request": type(request).__name__,
        "recipe": RECIPE_VERSION,
        "ganpaint": __version__,
    }
    for field in fields(request):
        record[field.name] = _plain(getattr(request, field.name))
    return record


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | str):
        return value.value if isinstance(value, Enum) else value
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return _packed(value)
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return value
    if isinstance(value, Code):
        return value.to_text()
    if isinstance(value, Photo):
        return _plain_photo(value)
    if isinstance(value, Mask):
        return _plain_mask(value)
    if isinstance(value, Edit):
        return _plain_edit(value)
    if isinstance(value, VALUES):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    raise BadRequest(
        "This step has no recipe, because it works on the whole document.",
        "Save the project instead.",
    )


def _packed(array: NDArray[Any]) -> dict[str, Any]:
    description = describe(array)
    data = b"".join(pack(array, description))
    return description | {"data": base64.b64encode(data).decode()}


def _plain_photo(photo: Photo) -> dict[str, Any]:
    record = {
        "path": None if photo.source is None else str(photo.source.absolute()),
        "digest": photo.digest,
        "size": [photo.width, photo.height],
    }
    if photo.source is None:
        first = photo.pixels[0, 0]
        if photo.mode == "RGB" and photo.depth == 8 and bool((photo.pixels == first).all()):
            record["colour"] = [int(v) for v in first]
    return record


def _plain_mask(mask: Mask) -> dict[str, Any]:
    box = mask.plane.bounds()
    record: dict[str, Any] = {"width": mask.width, "height": mask.height}
    if box is not None:
        record |= {"left": box[0], "top": box[1], "part": _packed(mask.plane.region(*box))}
    return record


def _plain_edit(edit: Edit) -> dict[str, Any]:
    """All of an edit that later steps need; its picture is that of its code."""
    patch = edit.patch
    return {
        "id": edit.id,
        "name": edit.name,
        "model": edit.model,
        "base": edit.base.to_text(),
        "code": edit.code.to_text(),
        "look": _plain(edit.look),
        "frame": _plain(patch.frame),
        "mask": None if patch.mask is None else _plain_mask(patch.mask),
        "blend": {
            "mode": patch.mode,
            "feather": patch.feather,
            "strength": patch.strength,
            "opacity": patch.opacity,
        },
        "resolution": patch.resolution,
        "rec": None if patch.rec is None else _packed(patch.rec),
        "photo": edit.recipe.get("photo"),
    }


# ------------------------------------------------------------------------------ reading
def from_recipe(record: dict[str, Any], photo: Photo | None = None) -> requests.Request:
    """The request of a recipe.

    Args:
        record: what `to_recipe` gave, perhaps through JSON.
        photo: the photo to use; opened from the recipe's path when None.

    Raises:
        BadRequest: not a recipe, or its photo is another one now.
        BadPicture: its photo cannot be opened.
    """
    try:
        kind = REQUESTS[record["request"]]
        if fitted(record["recipe"], int) > RECIPE_VERSION:
            raise BadRequest(
                f"The recipe was made by ganpaint {str(record.get('ganpaint'))[:20]}; this is "
                f"{__version__}.",
                "Update ganpaint to run it.",
            )
        return kind(**_fields(kind, record, photo))  # type: ignore[no-any-return]
    except (Wrong, Damaged, LookupError, TypeError, ValueError, AssertionError) as error:
        raise BadRequest(
            "This is not a recipe of ganpaint, or it was changed. Nothing was started.",
            "Use a recipe as it was written, or a report.json.",
            cause=error,
        ) from error


def recipe_photo(record: dict[str, Any]) -> Photo | None:
    """The photo that a recipe, or the edit in it, belongs to; None when it names none."""
    edit = record.get("edit")
    photo = record.get("photo") or (edit.get("photo") if isinstance(edit, dict) else None)
    try:
        return None if photo is None else _photo(photo)
    except (Wrong, LookupError, TypeError, ValueError, AttributeError) as error:
        raise BadRequest(
            "The recipe does not say which photo it belongs to.", "Use it as it was written."
        ) from error


def _fields(kind: Any, record: dict[str, Any], photo: Photo | None) -> dict[str, Any]:
    expected = field_types(kind)
    given = {}
    for field in fields(kind):
        if field.name in record:
            value = record[field.name]
            given[field.name] = _restored(value, expected[field.name], photo)
        elif field.default is MISSING and field.default_factory is MISSING:
            raise Wrong(f"no {field.name}")
    return given


def _restored(value: Any, expected: Any, photo: Photo | None) -> Any:
    """A value for an annotation."""
    for kind in alternatives(expected):
        if value is None:
            break
        if kind is Code:
            return Code.from_text(fitted(value, str))
        if kind is Photo:
            return photo if photo is not None else _photo(value)
        if kind is Mask:
            return _mask(value)
        if kind is Edit:
            return _edit(value)
        if kind is Path:
            return Path(fitted(value, str))
        if any(kind is known for known in VALUES):
            make: Any = kind
            return make(**_fields(kind, fitted(value, dict[str, Any]), photo))
        if getattr(kind, "__origin__", None) is tuple and isinstance(value, list):
            item = kind.__args__
            kinds = item[:1] * len(value) if item[-1] is Ellipsis else item
            pairs = zip(value, kinds, strict=True)
            return tuple(_restored(part, part_kind, photo) for part, part_kind in pairs)
        if getattr(kind, "__origin__", None) is np.ndarray:
            return _array(value)
    return fitted(value, expected)


def _array(record: dict[str, Any]) -> NDArray[Any]:
    shape, _ = shape_of(record)
    if int(np.prod(shape[:2])) > MOST_PIXELS:
        raise Wrong("an array without sense")
    return unpack(base64.b64decode(record["data"], validate=True), record)


def _photo(record: dict[str, Any]) -> Photo:
    from ganpaint.picture.read import read_photo

    if record["path"] is not None:
        photo = read_photo(Path(fitted(record["path"], str)))
    elif "colour" in record:
        width, height = (fitted(side, int) for side in record["size"])
        if not 0 < width * height <= MOST_PIXELS:
            raise Wrong("a photo without sense")
        colour = np.array(record["colour"], np.uint8)
        photo = Photo.make(np.broadcast_to(colour, (height, width, 3)).copy(), "RGB")
    else:
        raise BadRequest(
            "The photo of this recipe came from the clipboard and is in no file.",
            "Save the photo as a file and open that.",
        )
    if photo.digest != record["digest"]:
        raise BadRequest(
            f"{quoted(str(record['path']))} is not the picture that this recipe was made with: "
            "it was changed since. Nothing was started.",
            "Put the former picture in its place, or start anew from the present one.",
        )
    return photo


def _mask(record: dict[str, Any]) -> Mask:
    width, height = fitted(record["width"], int), fitted(record["height"], int)
    if not (width > 0 and height > 0 and width * height <= MOST_PIXELS):
        raise Wrong("a mask without sense")
    plane = Plane(height, width)
    if "part" in record:
        left, top = fitted(record["left"], int), fitted(record["top"], int)
        plane = plane.with_region(left, top, _array(record["part"]))
    return Mask(plane)


def _edit(record: dict[str, Any]) -> Edit:
    """An edit whose picture is missing (black): whoever renders its code fills it in."""
    blend = fitted(record["blend"], dict[str, Any])
    side = fitted(record["resolution"], int)
    if not 0 < side <= 8192:
        raise Wrong("an edit without sense")
    patch = Patch(
        picture=np.zeros((side, side, 3), np.uint16),
        rec=None if record["rec"] is None else _array(record["rec"]),
        frame=_restored(record["frame"], Frame, None),
        mask=None if record["mask"] is None else _mask(record["mask"]),
        **{name: blend[name] for name in ("mode", "feather", "strength", "opacity")},
    )
    return Edit(
        id=fitted(record["id"], str),
        name=fitted(record["name"], str),
        model=fitted(record["model"], str),
        patch=patch,
        base=Code.from_text(record["base"]),
        code=Code.from_text(record["code"]),
        look=_restored(record["look"], Look, None),
        recipe={"photo": record.get("photo")},
    )


# ------------------------------------------------------------------------------ as text
def recipe_to_text(record: dict[str, Any]) -> str:
    """A recipe as one word that a shell takes as it is."""
    packed = zlib.compress(json.dumps(record, separators=(",", ":")).encode(), 9)
    check = hashlib.sha256(packed).hexdigest()[:8]
    return f"{TEXT_PREFIX}{check}:{base64.urlsafe_b64encode(packed).decode()}"


def recipe_from_text(text: str) -> dict[str, Any]:
    """Read a recipe: `recipe_to_text`'s word, or JSON (also a report.json that holds one)."""
    broken = BadRequest(
        "This text is not a complete recipe: characters are missing or changed. "
        "Nothing was started.",
        "Copy it again from its beginning to its end.",
    )
    body = "".join(text.split()) if text.lstrip().startswith(TEXT_PREFIX) else text
    try:
        if body.startswith(TEXT_PREFIX):
            check, _, data = body.removeprefix(TEXT_PREFIX).partition(":")
            packed = base64.urlsafe_b64decode(data.encode("ascii"))
            if hashlib.sha256(packed).hexdigest()[:8] != check:
                raise broken
            body = zlib.decompressobj().decompress(packed, LONGEST_JSON).decode()
        record = json.loads(body)
        if "settings" in record and "request" not in record:
            record = record["settings"]
        if not isinstance(record["request"], str):
            raise broken
    except (ValueError, KeyError, TypeError, zlib.error, RecursionError) as error:
        raise broken from error
    return fitted(record, dict[str, Any])  # type: ignore[no-any-return]


def as_command(request: requests.Request | dict[str, Any], model_name: str = "") -> str:
    """The line that repeats a request in a shell ("Copy as command").

    Args:
        request: a request, or the recipe of one (`Edit.recipe`).
        model_name: shown instead of the hash.

    Raises:
        BadRequest: a pasted photo lies in no file; or the recipe is too long for a shell.
    """
    record = request if isinstance(request, dict) else to_recipe(request)
    photo = record.get("photo")
    if isinstance(photo, dict) and photo["path"] is None and "colour" not in photo:
        raise BadRequest(
            "The photo came from the clipboard and is in no file, so no command can open it.",
            "Export the photo first and open the file.",
        )
    words = _flags(record, model_name) or ["run", recipe_to_text(record)]
    line = shlex.join(["ganpaint", *words, "--out", "result"])
    if len(line) > LONGEST_TEXT:
        raise BadRequest(
            "The strokes or the mask are too large for one command.",
            "Export instead: the report holds the same recipe, for ganpaint run.",
        )
    return line


def _flags(record: dict[str, Any], model_name: str) -> list[str]:
    """The words of a plain command, or [] where flags do not say everything."""
    name = record["request"]
    model = ["--model", model_name or record["model"]]
    if name == "ProjectRequest":
        return _project_flags(record, model)
    if name == "SheetRequest" and record["classes"] is None:
        words = ["--rows", record["rows"], "--seed", record["seed"], "--psi"]
        return ["sheet", *model, *map(str, words), str(record["truncation_psi"])]
    return []


def _project_flags(record: dict[str, Any], model: list[str]) -> list[str]:
    plain = all(record[key] is None for key in ("mask", "start", "edit", "class_weights"))
    path, frame = record["photo"]["path"], record["frame"]
    if not plain or path is None or path.startswith("-") or frame["mirror"]:
        return []
    place = [repr(frame[key]) for key in ("cx", "cy", "size")]
    if frame["angle"]:
        place.append(f"{frame['angle']!r}rad")
    words = ["project", path, *model, f"--frame={','.join(place)}"]
    for key in ("space", "steps", "starts", "samples", "seed"):
        words += [f"--{key}", str(record[key])]
    for option, pairs in (("--loss", record["terms"]), ("--regulariser", record["regularisers"])):
        words += [f"{option}={term}={weight!r}" for term, weight in pairs]
    blend = record["blend"]
    words += ["--blend", blend["mode"], f"--feather={blend['feather']!r}"]
    return [*words, f"--strength={blend['strength']!r}", f"--opacity={blend['opacity']!r}"]
