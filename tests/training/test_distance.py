"""The distance figure against closed forms and its own laws."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ganpaint.training.distance import (
    FEWEST_FOR_FRECHET,
    UNIT,
    distance,
    floor,
    frechet,
    kernel,
    pooled_features,
    real_batches,
    statistics,
)


def gaussian(count: int, shift: float, scale: float, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(shift, scale, (count, 5))


def test_frechet_of_known_gaussians() -> None:
    """For independent coordinates d² = D·((μ₁−μ₂)² + (σ₁−σ₂)²)."""
    a, b = statistics(gaussian(200_000, 0, 1)), statistics(gaussian(200_000, 0.5, 2, 1))
    assert frechet(a, b) == pytest.approx(5 * (0.25 + 1.0), rel=0.02)
    assert frechet(a, a) == pytest.approx(0, abs=1e-6)


def test_kernel_distance_is_unbiased_and_grows() -> None:
    real = gaussian(1500, 0, 1)
    same, far = kernel(real, gaussian(1500, 0, 1, 5)), kernel(real, gaussian(1500, 1, 1, 5))
    assert abs(same) < 0.05
    assert far > 10 * abs(same)


def test_the_figure_is_named_for_what_it_is() -> None:
    few, many = gaussian(100, 0, 1), gaussian(FEWEST_FOR_FRECHET, 0, 1)
    assert distance(few, few).kind == "KD-squeeze"
    assert distance(many, many).kind == "FD-squeeze"
    assert distance(many, few).samples == 100


def test_features_are_spatial_means_of_the_trunk() -> None:
    pictures = np.zeros((3, 4, 4, 3), np.uint8)
    pictures[1] = 255
    order = np.array([1, 0, 2])
    features = pooled_features(real_batches(pictures, order), lambda x: x)
    assert features * UNIT == pytest.approx(np.array([[1, 1, 1], [-1, -1, -1], [-1, -1, -1]]))
    assert features.dtype == np.float64
    assert torch.is_grad_enabled()


def test_the_floor_is_the_figure_that_it_is_the_floor_of() -> None:
    """Halves of 3,000 are too few for Fréchet, but the figure beside them is one."""
    rng = np.random.default_rng(0)
    real, fake = rng.normal(size=(3000, 24)), rng.normal(size=(3000, 24))
    assert distance(real, fake).kind == "FD-squeeze"
    halves = frechet(statistics(real[:1500]), statistics(real[1500:]))
    assert floor(real) == pytest.approx(halves)
    assert floor(real[:100]) == pytest.approx(kernel(real[:50], real[50:100]))
