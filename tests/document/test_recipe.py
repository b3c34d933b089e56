"""Recipes repeat a request exactly, as JSON and as a command."""

from __future__ import annotations

import json
import shlex
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganpaint.document.document import Document, Look
from ganpaint.document.history import start_history
from ganpaint.document.recipe import (
    as_command,
    from_recipe,
    recipe_from_text,
    recipe_photo,
    recipe_to_text,
    to_recipe,
)
from ganpaint.errors import BadRequest, GanpaintError
from ganpaint.picture.frame import Frame
from ganpaint.picture.photo import Photo, blank_photo
from ganpaint.tasks.requests import (
    Blend,
    CodesRequest,
    InspectModel,
    InterpolateRequest,
    OpenPhoto,
    ProjectRequest,
    RenderRequest,
    SampleRequest,
    SaveProject,
    ScribbleRequest,
    SheetRequest,
    SwapRequest,
    ThumbnailsRequest,
)

from .conftest import make_document
from .test_encoding import same


def some_requests(document: Document) -> list[Any]:
    photo, frame, mask = document.photo, document.frame, document.mask
    edit = document.edits[1]
    blend = Blend("keep-detail", 3.25, 0.1 + 0.2, 0.5)
    return [
        ProjectRequest("cats-64", photo, frame),
        ProjectRequest("cats-64", photo, frame, mask, "z", (("lpips", 0.3),), (), 7, 2, 9, 2**40,
                       (0.25, 0.75), edit.code, edit, blend),
        ScribbleRequest("cats-64", photo, frame, document.strokes, None, mask, edit, blend=blend),
        ScribbleRequest("cats-64", photo, frame, (), photo),
        RenderRequest("cats-64", edit, Look((0.5, 0.5), 1.2, 0.5, (("pca-1", -0.3),), 0.6)),
        SampleRequest("cats-64", frame, 3, mask, None, 0.6, edit),
        CodesRequest("cats-64", (edit.code, edit.base)),
        SwapRequest("cats-64", edit.code, edit.look),
        SheetRequest("cats-64", 3, 4, 0.5, (1, 2)),
        InterpolateRequest("cats-64", edit.base, edit.code, 5),
        ThumbnailsRequest("cats-64"),
        InspectModel("cats-64"),
        OpenPhoto(Path("/pictures/\udcff.png"), True),
    ]  # fmt: skip


def without_pictures(request: Any) -> Any:
    """A request whose edit has no picture, as a recipe gives it."""
    edit = getattr(request, "edit", None)
    if edit is None:
        return request
    black = np.zeros((edit.patch.resolution,) * 2 + (3,), np.uint16)
    patch = replace(edit.patch, picture=black)
    edit = replace(edit, patch=patch, recipe={"photo": edit.recipe.get("photo")}, visible=True)
    return replace(request, edit=edit)


@pytest.mark.behaviour("B1")
@pytest.mark.parametrize("number", range(13))
def test_every_request_returns_from_its_recipe(document: Document, number: int) -> None:
    request = some_requests(document)[number]
    record = json.loads(json.dumps(to_recipe(request)))
    assert same(from_recipe(record, document.photo), without_pictures(request))
    line = recipe_to_text(record)
    assert recipe_from_text(line) == record
    assert recipe_from_text(json.dumps({"settings": record, "steps": 3})) == record
    assert shlex.split(line) == [line]


def test_the_kinds_of_requests_are_all_there(document: Document) -> None:
    from ganpaint.tasks.requests import TASKS

    tried = {type(request).__name__ for request in some_requests(document)}
    missing = {kind.__name__ for kind in TASKS} - tried
    assert missing <= {
        "AddModel", "AnswerModel", "CardRequest", "CheckPictures", "CompositeRequest",
        "ConvertModel", "ExportRequest", "OpenModel", "OpenProject", "SaveProject",
        "SlidersRequest", "TrainRequest", "WarmUp",
    }  # fmt: skip


def test_a_recipe_has_no_pixels_of_the_photo(document: Document) -> None:
    request = ProjectRequest("cats-64", document.photo, document.frame)
    assert len(json.dumps(to_recipe(request))) < 1500


@pytest.mark.behaviour("B1")
def test_the_photo_is_opened_by_its_path_and_must_be_the_same(tmp_path: Path) -> None:
    from PIL import Image

    path = tmp_path / "cat.png"
    pixels = np.random.default_rng(0).integers(0, 256, (20, 30, 3), np.uint8)
    Image.fromarray(pixels).save(path)
    photo = Photo.make(pixels, "RGB", source=path)
    record = to_recipe(ProjectRequest("cats-64", photo, Frame(10, 10, 9)))
    assert (from_recipe(record).photo.pixels == pixels).all()
    assert recipe_photo(record).digest == photo.digest
    Image.fromarray(pixels + 1).save(path)
    with pytest.raises(BadRequest, match="is not the picture that this recipe was made with"):
        from_recipe(record)
    path.unlink()
    with pytest.raises(GanpaintError, match="no longer there"):
        from_recipe(record)


def test_a_blank_canvas_needs_no_file_and_a_pasted_photo_says_so(document: Document) -> None:
    blank = ProjectRequest("cats-64", blank_photo(64, 0.25), Frame(32, 32, 64))
    assert same(from_recipe(to_recipe(blank)).photo.pixels, blank.photo.pixels)
    pasted = replace(blank, photo=Photo.make(document.photo.pixels.copy(), "RGB"))
    for call in (lambda: from_recipe(to_recipe(pasted)), lambda: as_command(pasted)):
        with pytest.raises(BadRequest, match="clipboard"):
            call()


def test_work_on_the_whole_document_has_no_recipe(document: Document) -> None:
    with pytest.raises(BadRequest, match="no recipe"):
        to_recipe(SaveProject(start_history(document), Path("a.ganpaint"), {}))


@pytest.mark.behaviour("B2")
def test_a_plain_projection_becomes_a_plain_command() -> None:
    photo = Photo.make(np.zeros((9, 9, 3), np.uint8), "RGB", source=Path("/my photos/cat's.png"))
    request = ProjectRequest("a1b2", photo, Frame(4.25, 3, 5.5, 0.1), seed=7)
    words = shlex.split(as_command(request, "cats-64"))
    assert words[:5] == ["ganpaint", "project", "/my photos/cat's.png", "--model", "cats-64"]
    assert "--frame=4.25,3,5.5,0.1rad" in words
    assert words[words.index("--seed") + 1] == "7"
    assert words[-2:] == ["--out", "result"]
    assert as_command(to_recipe(request), "cats-64") == as_command(request, "cats-64")


@pytest.mark.behaviour("B2")
def test_what_flags_cannot_say_travels_in_the_command(document: Document) -> None:
    request = ProjectRequest("a1b2", document.photo, document.frame, document.mask)
    words = shlex.split(as_command(request))
    assert words[:2] == ["ganpaint", "run"]
    assert same(
        from_recipe(recipe_from_text(words[2]), document.photo).mask.array(),
        document.mask.array(),
    )


def test_a_command_that_no_shell_takes_is_refused(document: Document) -> None:
    strokes = document.strokes * 3000
    with pytest.raises(BadRequest, match="too large"):
        many = tuple(
            replace(s, samples=np.random.default_rng(n).random((9, 4)))
            for n, s in enumerate(strokes)
        )
        as_command(ScribbleRequest("a1b2", document.photo, document.frame, many))


@given(st.integers(0, 10**6), st.characters())
def test_damaged_text_is_refused(at: int, character: str) -> None:
    line = recipe_to_text(to_recipe(InspectModel("cats-64")))
    at %= len(line)
    changed = line[:at] + character + line[at + 1 :]
    if character.isspace() or changed == line:
        return
    with pytest.raises(BadRequest):
        recipe_from_text(changed)


@given(st.randoms(use_true_random=False))
def test_changed_recipes_are_requests_or_refused(chance: Any) -> None:
    document = make_document()
    record = to_recipe(some_requests(document)[chance.randrange(13)])

    def spoil(node: Any) -> Any:
        if chance.random() < 0.05:
            return chance.choice([None, -1, 1e308, "x", [], {}, True, 2**70, [[None]]])
        if isinstance(node, dict):
            return {key: spoil(value) for key, value in node.items()}
        return [spoil(value) for value in node] if isinstance(node, list) else node

    try:
        request = from_recipe({key: spoil(value) for key, value in record.items()}, document.photo)
    except GanpaintError:
        return
    assert fields(request)
