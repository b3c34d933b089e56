"""Quick pictures of a large model while something is dragged."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from ganpaint.document.document import Edit, Look
from ganpaint.engine.classes import Transports
from ganpaint.engine.generators.stylegan2 import StyleGAN2Generator
from ganpaint.latent import Code, Space
from ganpaint.picture.composite import Patch
from ganpaint.picture.frame import Frame
from ganpaint.tasks import drafts
from ganpaint.tasks.painting import paint
from ganpaint.tasks.requests import RenderRequest, SlidersRequest, finish
from ganpaint.tasks.studio import Opened, Studio
from tests.engine.searching import calibration
from tests.models import ready, stirred, stylegan2_config


@pytest.fixture
def large(studio: Studio) -> Opened:
    """A thin network of 256 px that takes long, with the measurements of the tiny one."""
    shape = replace(stylegan2_config(256), z_dim=8, w_dim=10, widths=(12, 8, 8, 6, 6, 4, 4))
    generator = ready(stirred(StyleGAN2Generator.fresh(shape, 0)), "large-256")
    measured = calibration(3)
    made = Opened(generator, measured, Transports(generator, measured, studio.cache))
    studio._shelf.models[generator.info.hash] = made
    made.drafts.seconds = 2.0
    return made


@pytest.fixture
def edit(large: Opened) -> Edit:
    """A painted sample."""
    generator = large.generator
    with torch.no_grad():
        ws = generator.map(torch.randn(1, 8, generator=torch.Generator().manual_seed(3)),
                           torch.tensor([[1.0, 0, 0]]))  # fmt: skip
    code = Code(Space.W_PLUS, ws[0].numpy(), generator.info.hash, c=np.eye(3)[0])
    picture = paint(large, code)
    patch = Patch(picture, picture, Frame(64, 64, 100))
    return Edit("e", "Sample", generator.info.hash, patch, base=code, code=code)


def look_of(large: Opened, value: float) -> Look:
    return Look().with_slider(large.calibration.directions[0].id, value)


@pytest.mark.behaviour("L16")
def test_a_slow_model_gives_a_draft_and_then_the_picture(
    studio: Studio, large: Opened, edit: Edit
) -> None:
    look = look_of(large, 2.0)
    rough = finish(RenderRequest(edit.model, edit, look, draft=True), studio)
    full = finish(RenderRequest(edit.model, edit, look), studio)
    assert rough.report["draft"] == 64 and "draft" not in full.report
    assert rough.edit.patch.picture.shape == rough.edit.patch.rec.shape == (128, 128, 3)
    assert full.edit.patch.picture.shape == (256, 256, 3)
    assert rough.edit.code.same_as(full.edit.code) and rough.edit.look == look

    # the picture there was, and what an early block says of the change
    generator = large.generator
    with torch.no_grad():
        after, before = (
            generator.reduced(torch.tensor(code.values)[None], 64)
            for code in (full.edit.code, edit.code)
        )
    change = torch.nn.functional.interpolate(after - before, 128, mode="bilinear")
    small = edit.patch.picture.reshape(128, 2, 128, 2, 3).mean((1, 3)).round()
    expected = (small + 32767.5 * change[0].permute(1, 2, 0).numpy()).clip(0, 65535)
    assert np.abs(rough.edit.patch.picture - expected).max() <= 1
    assert not np.array_equal(rough.edit.patch.picture, small)


def test_nothing_changed_is_the_same_picture(large: Opened, edit: Edit) -> None:
    rough = drafts.draft(large, edit, edit.code)
    reduced = edit.patch.picture.reshape(128, 2, 128, 2, 3).mean((1, 3))
    assert np.abs(rough.edit.patch.picture - reduced).max() <= 1


def test_a_quick_model_needs_no_draft(studio: Studio, large: Opened, edit: Edit) -> None:
    large.drafts.seconds = 0.01
    painted = finish(RenderRequest(edit.model, edit, look_of(large, 1.0), draft=True), studio)
    assert painted.edit.patch.resolution == 256 and "draft" not in painted.report
    assert large.drafts.seconds > 0  # measured anew by every full picture


def test_models_that_cannot_stop_early_paint_it_all(studio: Studio, model: str) -> None:
    opened = studio._shelf.models[model]
    opened.drafts.seconds = 9.0
    assert not drafts.is_slow(opened)


def test_the_block_is_chosen_by_its_time(
    large: Opened, edit: Edit, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter(np.arange(0, 100, 0.001))
    monkeypatch.setattr(drafts, "monotonic", lambda: next(clock))
    for _ in range(5):  # a millisecond each: later blocks can be afforded
        drafts.draft(large, edit, edit.code)
    assert drafts.draft(large, edit, edit.code).report["draft"] == 128
    slow = iter(np.arange(0, 1000, 1.0))
    monkeypatch.setattr(drafts, "monotonic", lambda: next(slow))
    for _ in range(5):
        drafts.draft(large, edit, edit.code)
    assert drafts.draft(large, edit, edit.code).report["draft"] == 64


def test_the_ends_of_sliders_are_rough_too(studio: Studio, large: Opened, edit: Edit) -> None:
    made = finish(SlidersRequest(edit.model, 2, edit), studio)
    assert made.sliders[0].low is not None and made.sliders[0].low.shape == (128, 128, 3)
    assert not np.array_equal(made.sliders[0].low, made.sliders[0].high)
