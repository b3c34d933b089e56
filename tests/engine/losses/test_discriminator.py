"""Likeness by the model's own discriminator."""

from __future__ import annotations

import pytest
import torch

from ganpaint.engine.losses import make_loss
from ganpaint.engine.losses.discriminator import DiscriminatorLoss
from tests.models import tiny_stylegan2

MODEL = tiny_stylegan2()
LOSS = DiscriminatorLoss(MODEL)
ONES = torch.ones(1, 1, 16, 16)


def samples(count: int, seed: int) -> torch.Tensor:
    rng = torch.Generator().manual_seed(seed)
    z = torch.randn(count, 8, generator=rng)
    return MODEL.synthesize(MODEL.map(z, torch.eye(3)[torch.arange(count) % 3]))


def test_an_unrelated_pair_gives_about_one() -> None:
    images, targets = samples(24, 1), samples(24, 2)
    values = [
        float(LOSS(images[k : k + 1], LOSS.prepare(targets[k : k + 1], ONES))) for k in range(24)
    ]
    assert 0.6 < sum(values) / 24 < 1.6


def test_one_number_a_picture_each_alone() -> None:
    images = samples(3, 1)
    state = LOSS.prepare(images[:1], ONES)
    got = LOSS(images, state)
    assert got.shape == (3,) and float(got[0]) == pytest.approx(0, abs=1e-6)
    assert float(got[2]) == pytest.approx(float(LOSS(images[2:], state)), rel=1e-4)


def test_only_the_inside_of_the_mask_counts() -> None:
    target, mask = samples(1, 1), ONES.clone()
    mask[..., 8:] = 0
    state = LOSS.prepare(target, mask)
    moved = target.clone()
    moved[..., 8:] = 0.9
    assert float(LOSS(moved, state)) == pytest.approx(0, abs=1e-6)
    leaf = samples(1, 3).detach().requires_grad_()
    LOSS(leaf, state).sum().backward()
    assert leaf.grad is not None and not leaf.grad[..., 8:].any() and bool(leaf.grad.any())


def test_scales_are_seeded() -> None:
    again = DiscriminatorLoss(MODEL)
    assert [float(s) for s in again.scales] == [float(s) for s in LOSS.scales]
    assert isinstance(make_loss("discriminator", MODEL, torch.device("cpu")), DiscriminatorLoss)


@pytest.mark.parametrize("channels", [1, 4])
def test_models_of_other_channels_judge_rgb(channels: int) -> None:
    loss = DiscriminatorLoss(tiny_stylegan2(channels=channels))
    rgb = torch.rand(2, 3, 16, 16)
    got = loss(rgb, loss.prepare(rgb[:1], ONES))
    assert got.shape == (2,) and float(got[1]) > 0.01
