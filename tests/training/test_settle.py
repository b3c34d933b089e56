"""Few pictures: where the model would paint them, before it learns."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from ganpaint.engine.generators.stylegan2 import StyleGAN2Generator
from ganpaint.training import settle as module
from ganpaint.training.settle import Goal, embed, move, painted, samples_of, settle
from tests.training.conftest import networks


@pytest.fixture
def generator() -> StyleGAN2Generator:
    raw, _, _ = networks(16, 1)
    return raw.requires_grad_(False)


C = torch.ones(1, 1)


def raw_pixels(images: Tensor) -> list[Tensor]:
    return [images]


def test_a_goal_is_at_no_distance_from_itself() -> None:
    pictures = torch.rand(3, 3, 16, 16) * 2 - 1
    goal = Goal(pictures, raw_pixels)
    which = torch.tensor([2, 0])
    assert torch.allclose(goal.distance(pictures[which], which), torch.zeros(2), atol=1e-5)
    assert (goal.distance(pictures[[0, 2]], which) > 0.1).all()


def test_codes_find_pictures_that_the_model_can_paint(generator: StyleGAN2Generator) -> None:
    gaussian = samples_of(generator, C)
    wanted = torch.randn(2, 8, generator=torch.Generator().manual_seed(5))
    with torch.no_grad():
        goal = Goal(painted(generator, gaussian.coloured(wanted)), raw_pixels)
        before = goal.distance(painted(generator, gaussian.coloured(0 * wanted)), torch.arange(2))
    codes = torch.zeros(2, 8)
    assert list(embed(generator, gaussian, goal, codes))[-1] == module.EMBED_STEPS
    with torch.no_grad():
        after = goal.distance(painted(generator, gaussian.coloured(codes)), torch.arange(2))
    assert (after < 0.6 * before).all()
    assert after.min() < 1e-3  # a random network has hollows where the other may stay


def test_the_mapping_draws_codes_like_the_given_ones(generator: StyleGAN2Generator) -> None:
    gaussian = samples_of(generator, C)
    rng = torch.Generator().manual_seed(2)
    codes = torch.randn(5, 8, generator=rng) * 0.3 + torch.randn(8, generator=rng)
    move(generator, gaussian, codes)
    z = torch.randn(20000, 8, generator=rng)
    drawn = gaussian.whitened(generator.map(z, C.expand(len(z), -1))[:, 0])
    assert torch.allclose(drawn.mean(0), codes.mean(0), atol=0.05)
    wanted = torch.cov(codes.T, correction=0)
    assert torch.allclose(torch.cov(drawn.T), wanted, atol=0.05)
    assert torch.linalg.matrix_rank(torch.cov(drawn.double().T), rtol=1e-6) == 4


def test_samples_come_nearer_to_the_pictures(
    generator: StyleGAN2Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TUNE_STEPS", 30)
    red = torch.tensor([0.8, -0.6, -0.6])[:, None, None] + 0.1 * torch.randn(4, 3, 16, 16)
    before = _colour(generator)
    shares = list(settle(generator, C, red, raw_pixels))
    assert shares == sorted(shares)
    assert shares[-1] == 1
    after = _colour(generator)
    goal = torch.tensor([0.8, -0.6, -0.6])
    assert (after - goal).abs().max() < 0.25
    assert (after - goal).norm() < (before - goal).norm() / 3
    assert not any(parameter.requires_grad for parameter in generator.parameters())


def _colour(generator: StyleGAN2Generator) -> Tensor:
    z = torch.randn(64, 8, generator=torch.Generator().manual_seed(9))
    with torch.no_grad():
        images = generator.synthesize(generator.map(z, C.expand(64, -1)), noise_mode="none")
    return images.mean((0, 2, 3))
