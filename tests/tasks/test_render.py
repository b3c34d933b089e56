"""Looks, samples, swaps and plain renderings."""

from __future__ import annotations

import numpy as np
import pytest

from ganpaint.document.document import Edit, Look
from ganpaint.engine.spaces import from_p
from ganpaint.errors import BadRequest
from ganpaint.latent import Code, Space
from ganpaint.picture.frame import Frame
from ganpaint.tasks.requests import (
    CodesRequest,
    RenderRequest,
    SampleRequest,
    SwapRequest,
    finish,
)
from ganpaint.tasks.studio import Studio

WHITE = (0.0, 1.0, 0.0)


@pytest.fixture
def edit(studio: Studio, model: str, frame: Frame) -> Edit:
    weights = (1.0, 0.0, 0.0)
    made: Edit = finish(SampleRequest(model, frame, seed=1, class_weights=weights), studio).edit
    return made


@pytest.mark.behaviour("L8")
def test_a_seed_is_a_picture(studio: Studio, model: str, frame: Frame) -> None:
    first, again, other = (
        finish(SampleRequest(model, frame, seed=seed), studio).edit for seed in (7, 7, 8)
    )
    assert first.code.same_as(again.code)
    assert np.array_equal(first.patch.picture, again.patch.picture)
    assert not first.code.same_as(other.code)
    assert first.name == "Sample 7"
    assert first.code.space is Space.W_PLUS
    assert first.id != again.id


def test_a_sample_takes_class_truncation_and_place(
    studio: Studio, model: str, frame: Frame, edit: Edit
) -> None:
    request = SampleRequest(
        model, frame, seed=3, class_weights=WHITE, truncation_psi=0.0, edit=edit
    )
    made = finish(request, studio).edit
    assert made.id == edit.id
    assert made.code.c is not None
    assert made.code.c.tolist() == list(WHITE)
    mean = from_p(studio.calibration(model).class_means[1])
    assert np.allclose(made.code.values, mean, atol=1e-5)


@pytest.mark.behaviour("L6", "L5")
def test_sliders_are_offsets_and_zero_is_the_former_picture(
    studio: Studio, model: str, edit: Edit
) -> None:
    look = Look(sliders=(("pca1", 1.5),))
    moved = finish(RenderRequest(model, edit, look), studio).edit
    vector = studio.calibration(model).directions[0].vector.numpy()
    assert np.allclose(moved.code.values - moved.base.values, 1.5 * vector, atol=1e-6)
    assert moved.base is edit.base
    assert moved.look == look
    assert not np.array_equal(moved.patch.picture, edit.patch.picture)
    back = finish(RenderRequest(model, moved, Look()), studio).edit
    assert back.code is edit.base
    assert np.array_equal(back.patch.picture, edit.patch.picture)


@pytest.mark.behaviour("C2")
def test_a_class_is_laid_over_and_named(studio: Studio, model: str, edit: Edit) -> None:
    painted = finish(RenderRequest(model, edit, Look(class_weights=WHITE)), studio)
    assert painted.report["class"] == {"class 1": 1.0}
    assert painted.edit.code.c is not None
    assert painted.edit.code.c.tolist() == list(WHITE)
    assert painted.edit.base.c is not None
    assert painted.edit.base.c.tolist() == [1, 0, 0]


def test_swap_and_codes_return_pictures(studio: Studio, model: str, edit: Edit) -> None:
    swapped = finish(SwapRequest(model, edit.code, Look(class_weights=WHITE)), studio)
    assert len(swapped.codes) == len(swapped.pictures) == 1
    again = finish(CodesRequest(model, (*swapped.codes, edit.code)), studio)
    assert np.array_equal(again.pictures[0], swapped.pictures[0])
    assert again.pictures[1].shape == (16, 16, 3)
    assert not again.pictures[1].flags.writeable


def test_a_code_of_another_model_is_refused(studio: Studio, model: str) -> None:
    foreign = Code(Space.W, np.zeros(10, np.float32), "another model")
    with pytest.raises(BadRequest, match="another model"):
        finish(CodesRequest(model, (foreign,)), studio)
