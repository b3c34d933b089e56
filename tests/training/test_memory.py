"""The nearest training picture, and whether samples are copies."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ganpaint.training.memory import COPIES, looks, nearest_training


def test_copies_are_found_out_also_mirrored() -> None:
    rng = np.random.default_rng(0)
    training, mirrored = rng.normal(size=(2, 700, 6)).astype(np.float32)
    copies = np.stack([training[5], mirrored[600], training[31]]) + 1e-3
    found = nearest_training(copies, training, mirrored)
    assert found.indices.tolist() == [5, 600, 31]
    assert found.ratio < 0.05
    fresh = rng.normal(size=(300, 6)).astype(np.float32)
    assert COPIES < nearest_training(fresh, training, mirrored).ratio < 1.2


def test_looks_know_places_and_not_contrast() -> None:
    images = torch.rand(2, 3, 4, 4) + 0.1
    (first, second) = looks([images, 2 * images], lambda x: x).reshape(2, 2, -1)
    assert np.allclose(first, second, atol=1e-6)
    turned = looks([images.flip(3)], lambda x: x)
    assert not np.allclose(turned, first, atol=1e-2)
    assert np.allclose((first.reshape(2, 3, 16) ** 2).sum(1), 1, atol=1e-5)


def test_looks_of_large_pictures_stay_small() -> None:
    large = torch.rand(2, 4, 28, 28)
    (first, second) = looks([large], lambda images: images)
    assert first.shape == second.shape == (4 * 7 * 7,)
    assert np.square(first.reshape(4, -1)).sum(0) == pytest.approx(1)
