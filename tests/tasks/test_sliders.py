"""Sliders: ids, names, shares, pictures of either end of the present edit."""

from __future__ import annotations

import numpy as np

from ganpaint.document.document import Look
from ganpaint.picture.frame import Frame
from ganpaint.tasks.requests import (
    CodesRequest,
    RenderRequest,
    SampleRequest,
    SlidersRequest,
    finish,
)
from ganpaint.tasks.studio import Studio


def test_strongest_first_with_names(studio: Studio, model: str) -> None:
    made = finish(SlidersRequest(model, 5), studio)
    assert made.model == model
    assert [s.id for s in made.sliders] == [f"pca{i}" for i in range(1, 6)]
    shares = [s.share for s in made.sliders]
    assert shares == sorted(shares, reverse=True)
    assert len({s.name for s in made.sliders}) == 5
    assert all(s.low is None for s in made.sliders)


def test_the_ends_are_the_present_edit_with_that_slider_moved(
    studio: Studio, model: str, frame: Frame
) -> None:
    edit = finish(SampleRequest(model, frame, seed=1), studio).edit
    looked = finish(RenderRequest(model, edit, Look(sliders=(("pca2", 1.0),))), studio).edit
    made = finish(SlidersRequest(model, 3, looked), studio)
    look = looked.look.with_slider("pca1", 2.0)
    code = finish(RenderRequest(model, looked, look), studio).edit.code
    picture = finish(CodesRequest(model, (code,)), studio).pictures[0]
    assert np.array_equal(made.sliders[0].high, picture)
    assert not np.array_equal(made.sliders[0].low, picture)
