"""Strokes become real: from an edit, from nothing, from painted pixels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ganpaint.document.document import Edit, Look
from ganpaint.errors import BadRequest
from ganpaint.picture.brush import Brush
from ganpaint.picture.frame import Frame
from ganpaint.picture.photo import Photo
from ganpaint.progress import Step
from ganpaint.tasks.painting import paint
from ganpaint.tasks.render import render
from ganpaint.tasks.requests import SampleRequest, ScribbleRequest, finish, perform
from ganpaint.tasks.scribble import painted_layers, stroke_layers_of
from ganpaint.tasks.studio import Studio
from tests.engine.searching import steps_of
from tests.tasks.conftest import stroke


@pytest.fixture
def edit(studio: Studio, model: str, frame: Frame) -> Edit:
    made: Edit = finish(SampleRequest(model, frame, seed=1), studio).edit
    return made


def asked(model: str, photo: Photo, frame: Frame, **changes: object) -> ScribbleRequest:
    request = ScribbleRequest(model, photo, frame, (stroke(),), steps=25, samples=20)
    return replace(request, **changes)  # type: ignore[arg-type]


@pytest.mark.behaviour("S3")
def test_the_picture_follows_the_stroke(
    studio: Studio, model: str, photo: Photo, frame: Frame, edit: Edit
) -> None:
    painted = finish(asked(model, photo, frame, edit=edit), studio)
    report = painted.report
    assert report["scribble_error"] < report["scribble_error_before"]
    assert painted.edit.id == edit.id
    assert painted.edit.base is painted.edit.code
    opened = studio._shelf.models[model]
    assert np.array_equal(painted.edit.patch.picture, paint(opened, painted.edit.code))
    assert not painted.candidates


@pytest.mark.behaviour("S9")
def test_the_code_at_pen_down_stays_the_same(
    studio: Studio, model: str, photo: Photo, frame: Frame, edit: Edit
) -> None:
    before, picture = edit.code.digest, edit.patch.picture.copy()
    task = perform(asked(model, photo, frame, edit=edit), studio)
    for _ in range(5):
        next(task)
    task.close()
    assert edit.code.digest == before
    assert np.array_equal(edit.patch.picture, picture)
    finish(asked(model, photo, frame, edit=edit), studio)
    assert edit.code.digest == before


def test_it_begins_at_what_is_seen_with_the_look_laid_over(
    studio: Studio, model: str, photo: Photo, frame: Frame, edit: Edit
) -> None:
    opened = studio._shelf.models[model]
    looked = render(opened, edit, Look(sliders=(("pca1", 2.0),), truncation_psi=0.8)).edit
    seen, painted = steps_of(perform(asked(model, photo, frame, edit=looked), studio))
    first = next(s for s in seen if isinstance(s, Step))
    assert first.preview is not None
    shown = (looked.patch.picture // 257).astype(int)
    assert abs(first.preview.astype(int) - shown).max() <= 2
    assert painted.edit.look == Look()


@pytest.mark.behaviour("S6")
def test_from_nothing_the_best_of_many_is_refined_and_sixteen_are_shown(
    studio: Studio, model: str, photo: Photo, frame: Frame
) -> None:
    seen, painted = steps_of(perform(asked(model, photo, frame), studio))
    trying = [s for s in seen if isinstance(s, Step) and s.step == 0]
    assert len(trying[-1].start_previews) == 16
    assert len(painted.candidates) == 16
    assert painted.candidates[0] is painted.edit
    assert len({c.id for c in painted.candidates}) == 16
    assert painted.report["scribble_error"] <= painted.report["scribble_error_before"]
    assert painted.edit.patch.rec is None


def test_a_chosen_class_is_kept(studio: Studio, model: str, photo: Photo, frame: Frame) -> None:
    painted = finish(asked(model, photo, frame, class_weights=(0.0, 0.0, 1.0)), studio)
    for candidate in painted.candidates:
        assert candidate.code.c is not None
        assert candidate.code.c.tolist() == [0, 0, 1]


def test_the_same_seed_gives_the_same_picture(
    studio: Studio, model: str, photo: Photo, frame: Frame
) -> None:
    first, again = (finish(asked(model, photo, frame), studio) for _ in range(2))
    assert first.edit.code.same_as(again.edit.code)


@pytest.mark.behaviour("S4")
def test_strokes_outside_the_frame_do_not_count(
    studio: Studio, model: str, photo: Photo, frame: Frame
) -> None:
    outside = stroke(at=(3.0, 3.0))
    assert stroke_layers_of((outside, stroke(visible=False)), frame, 16) == []
    with pytest.raises(BadRequest, match="No stroke lies inside"):
        finish(asked(model, photo, frame, strokes=(outside,)), studio)
    erased = (stroke(), replace(stroke(erase=True), brush=Brush(16.0, 1.0)))
    with pytest.raises(BadRequest, match="No stroke lies inside"):
        finish(asked(model, photo, frame, strokes=erased), studio)


def test_painted_pixels_constrain_like_strokes(
    studio: Studio, model: str, photo: Photo, frame: Frame
) -> None:
    pixels = np.zeros((32, 40, 4), np.uint8)
    pixels[9:13, 13:17] = (255, 0, 0, 255)
    pixels[18:22, 13:17] = (255, 0, 0, 255)
    pixels[10:14, 22:26] = (0, 0, 255, 128)
    painted = Photo.make(pixels, "RGBA")
    layers = painted_layers(painted, frame, 16)
    assert len(layers) == 3
    assert sorted(round(float(layer.cover.sum())) for layer in layers) == [8, 16, 16]
    assert painted_layers(None, frame, 16) == []
    result = finish(asked(model, photo, frame, strokes=(), painted=painted), studio)
    assert result.report["scribble_error"] < result.report["scribble_error_before"]


def test_a_painting_of_many_colours_is_still_a_constraint(frame: Frame) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (32, 40, 4), dtype=np.uint8)
    pixels[..., 3] = 255
    layers = painted_layers(Photo.make(pixels, "RGBA"), frame, 16)
    assert sum(layer.cover.sum() for layer in layers) == pytest.approx(256, abs=1)
