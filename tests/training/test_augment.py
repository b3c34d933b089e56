"""Adaptive augmentation: exact at p = 0, differentiable, and p follows the discriminator."""

from __future__ import annotations

import torch

from ganpaint.training.augment import LARGEST_P, Augment, _hue_matrix, _saturation_matrix


def test_nothing_happens_at_zero() -> None:
    images = torch.randn(4, 3, 16, 16)
    assert Augment(0.0)(images, torch.Generator()) is images


def test_pictures_change_and_gradients_flow() -> None:
    images = torch.randn(8, 3, 16, 16, requires_grad=True)
    out = Augment(0.8)(images, torch.Generator().manual_seed(1))
    assert out.shape == images.shape
    assert not torch.allclose(out, images)
    out.sum().backward()
    assert images.grad is not None
    assert torch.isfinite(images.grad).all()
    assert images.grad.abs().sum() > 0


def test_same_seed_same_pictures() -> None:
    images = torch.randn(4, 3, 16, 16)
    a = Augment(0.5)(images, torch.Generator().manual_seed(3))
    b = Augment(0.5)(images, torch.Generator().manual_seed(3))
    assert torch.equal(a, b)


def test_one_channel_pictures_skip_the_colours() -> None:
    assert Augment(0.8)(torch.zeros(4, 1, 16, 16), torch.Generator()).shape == (4, 1, 16, 16)


def test_p_rises_and_falls_with_the_sign() -> None:
    pipe = Augment(0.0)
    pipe.adjust(0.9, 5000)
    assert pipe.p == 0.01
    pipe.adjust(0.1, 5000)
    assert pipe.p == 0.0
    pipe.adjust(0.9, 10**9)
    assert pipe.p == LARGEST_P


def test_colour_matrices_keep_grey() -> None:
    grey = torch.full((3,), 0.5)
    for matrix in (_hue_matrix(torch.tensor([0.3])), _saturation_matrix(torch.tensor([1.7]))):
        assert torch.allclose(matrix[0] @ grey, grey, atol=1e-6)
    assert torch.allclose(_hue_matrix(torch.zeros(1))[0], torch.eye(3), atol=1e-6)
