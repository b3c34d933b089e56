"""Photo, frame, mask → an edit whose picture is the picture of its code."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from ganpaint.document.document import Look
from ganpaint.engine.calibration import calibrate
from ganpaint.engine.classes import Transports
from ganpaint.errors import BadRequest, MissingTrunk, NotOffered
from ganpaint.latent import Space
from ganpaint.picture.composite import composite
from ganpaint.picture.frame import Frame
from ganpaint.picture.mask import Mask
from ganpaint.picture.photo import Photo
from ganpaint.progress import Step, Stop
from ganpaint.tasks.painting import paint
from ganpaint.tasks.requests import (
    Blend,
    OpenModel,
    Painted,
    ProjectRequest,
    RenderRequest,
    SampleRequest,
    ScribbleRequest,
    SlidersRequest,
    ThumbnailsRequest,
    finish,
    perform,
)
from ganpaint.tasks.studio import Opened, Studio
from tests.engine.searching import drained, steps_of
from tests.tasks.conftest import opened_in, stroke

TERMS = (("logcosh", 3.0), ("lpips", 1.0))


def asked(model: str, photo: Photo, frame: Frame, **changes: object) -> ProjectRequest:
    request = ProjectRequest(model, photo, frame, terms=TERMS, steps=15, starts=2, samples=8)
    return replace(request, **changes)  # type: ignore[arg-type]


def test_the_edit_carries_the_picture_of_its_code(
    studio: Studio, model: str, photo: Photo, frame: Frame
) -> None:
    seen, painted = steps_of(perform(asked(model, photo, frame), studio))
    assert isinstance(painted, Painted)
    edit = painted.edit
    opened = studio._shelf.models[model]
    assert np.array_equal(edit.patch.picture, paint(opened, edit.code))
    assert edit.patch.rec is edit.patch.picture
    assert edit.base is edit.code
    assert edit.code.space is Space.W_PLUS
    assert edit.model == model
    assert edit.patch.frame == frame
    assert len(painted.candidates) == 1
    assert painted.candidates[0].id != edit.id
    steps = [s for s in seen if isinstance(s, Step) and s.step]
    assert set(steps[-1].losses) == {"logcosh", "lpips", "prior", "spread"}


def test_keep_detail_leaves_the_photo_as_it_is(
    studio: Studio, model: str, photo: Photo, frame: Frame
) -> None:
    request = asked(model, photo, frame, blend=Blend(mode="keep-detail"))
    edit = finish(request, studio).edit
    assert np.array_equal(composite(photo, [edit.patch]), photo.pixels)


@pytest.mark.behaviour("B7")
def test_the_report_names_all_that_decides_the_picture(
    studio: Studio, model: str, photo: Photo, frame: Frame
) -> None:
    first = finish(asked(model, photo, frame, seed=3), studio)
    again = finish(asked(model, photo, frame, seed=3), studio)
    assert first.edit.code.same_as(again.edit.code)
    assert np.array_equal(first.edit.patch.picture, again.edit.patch.picture)
    report = json.loads(json.dumps(first.report))
    assert report["machine"]["threads"] == 1
    assert report["machine"]["device"] == "cpu"
    assert report["settings"]
    assert report["steps"] == 15
    assert len(report["losses"]["total"]) == 15
    assert report["best_step"] <= 15
    assert report["seconds"] > 0
    assert 0 < report["lpips"] < 2
    assert 5 < report["psnr"] < 60
    other = finish(asked(model, photo, frame, seed=4), studio)
    assert not first.edit.code.same_as(other.edit.code)


@pytest.mark.behaviour("C7")
def test_the_winners_class_is_shown(studio: Studio, model: str, photo: Photo, frame: Frame) -> None:
    painted = finish(asked(model, photo, frame, starts=3), studio)
    assert painted.edit.code.c is not None
    assert sum(painted.edit.code.c) == pytest.approx(1)
    assert list(painted.report["class"].values()) == [1.0]
    chosen = finish(asked(model, photo, frame, class_weights=(0.0, 0.5, 0.5)), studio)
    assert chosen.edit.code.c is not None
    assert chosen.edit.code.c.tolist() == [0, 0.5, 0.5]
    assert chosen.report["class"] == {"class 1": 0.5, "class 2": 0.5}


def test_only_the_mask_counts(studio: Studio, model: str, photo: Photo, frame: Frame) -> None:
    mask = np.zeros((32, 40), np.uint8)
    mask[8:16, 12:28] = 255
    changed = photo.pixels.copy()
    changed[16:24] = 0
    other = Photo.make(changed, "RGB")
    first, second = (
        finish(asked(model, p, frame, mask=Mask.from_array(mask), terms=(("l2", 1.0),)), studio)
        for p in (photo, other)
    )
    assert first.edit.code.distance(second.edit.code) < 1e-3
    assert first.edit.patch.mask is not None


def test_an_edit_keeps_its_place_and_a_start_is_gone_on_from(
    studio: Studio, model: str, photo: Photo, frame: Frame
) -> None:
    first = finish(asked(model, photo, frame), studio)
    named = replace(first.edit, name="My cat", visible=False)
    request = asked(model, photo, frame, edit=named, start=named.code)
    second = finish(request, studio)
    assert (second.edit.id, second.edit.name) == (named.id, "My cat")
    assert not second.edit.visible
    assert second.report["best_loss"] <= first.report["best_loss"] * 1.01


@pytest.mark.behaviour("F4")
def test_stop_returns_the_best_so_far(
    studio: Studio, model: str, photo: Photo, frame: Frame
) -> None:
    stop = Stop()
    task = perform(asked(model, photo, frame, steps=500), studio.for_job(stop))
    for _ in range(10):
        next(task)
    stop.keep_best()
    seen, painted = steps_of(task)
    assert painted.report["steps"] < 12
    assert len(seen) < 3


@pytest.mark.behaviour("F13")
def test_the_time_of_a_step_is_remembered(
    studio: Studio, model: str, photo: Photo, frame: Frame
) -> None:
    painted = finish(asked(model, photo, frame, steps=25), studio)
    estimate = studio.estimate(model, 25, 2, 8)
    assert painted.report["seconds"] / 3 < estimate < painted.report["seconds"] * 3


def test_a_model_without_classes_or_discriminator_loss(
    studio: Studio, photo: Photo, frame: Frame
) -> None:
    model = opened_in(studio, 0)
    painted = finish(
        asked(model, photo, frame, terms=(("discriminator", 1.0), ("laplacian", 1.0))), studio
    )
    assert painted.edit.code.c is None
    assert painted.report["class"] == {}


@pytest.mark.behaviour("X28")
def test_what_cannot_be_searched_is_a_sentence(
    studio: Studio, model: str, photo: Photo, frame: Frame
) -> None:
    def refused(**changes: object) -> str:
        with pytest.raises(BadRequest) as caught:
            finish(replace(asked(model, photo, frame), **changes), studio)  # type: ignore[arg-type]
        return str(caught.value)

    assert "lies outside the photo" in refused(frame=Frame(200.0, 200.0, 16.0))
    assert "no space" in refused(space="x")
    assert "0 steps are too few" in refused(steps=0)
    assert "0 starts" in refused(starts=0)
    assert "weight 0" in refused(terms=(("l2", 0.0),))
    assert "regulariser" in refused(regularisers=(("magic", 1.0),))
    assert "2 shares; the model has 3" in refused(class_weights=(0.5, 0.5))
    mask = np.zeros((32, 40), np.uint8)
    mask[:3, :3] = 255
    assert "mask" in refused(mask=Mask.from_array(mask))
    with pytest.raises(MissingTrunk):
        finish(asked(model, photo, frame, terms=(("lpips-vgg", 1.0),)), studio)


def test_a_family_without_w_is_searched_in_z(studio: Studio, photo: Photo, frame: Frame) -> None:
    from tests.models import tiny_dcgan

    g = tiny_dcgan()
    calibration_ = drained(calibrate(g, studio.cache, Stop()))
    studio._shelf.models[g.info.hash] = Opened(
        g, calibration_, Transports(g, calibration_, studio.cache)
    )
    painted = finish(asked(g.info.hash, photo, frame), studio)
    assert painted.edit.code.space is Space.Z
    assert painted.report["space"] == "z"
    dab = ScribbleRequest(g.info.hash, photo, frame, (stroke(),), edit=painted.edit, steps=10)
    assert finish(dab, studio).edit.code.space is Space.Z
    look = Look(sliders=(("pca1", 1.0),), class_weights=(0.0, 1.0, 0.0))
    assert finish(RenderRequest(g.info.hash, painted.edit, look), studio).edit.code.c is not None
    sliders = finish(SlidersRequest(g.info.hash, 3, painted.edit), studio)
    assert sliders.sliders[0].low is not None
    sample = finish(SampleRequest(g.info.hash, frame, seed=1), studio)
    assert sample.edit.code.space is Space.Z
    assert len(finish(ThumbnailsRequest(g.info.hash), studio).pictures) == 3
    info = finish(OpenModel(g.info.hash), studio)
    assert [o.available for o in info.offered("space")] == [True, False, False]
    with pytest.raises(NotOffered):
        finish(asked(g.info.hash, photo, frame, space="w"), studio)
