"""The nearest training picture, and whether samples are copies."""

from __future__ import annotations

import numpy as np

from ganpaint.training.memory import nearest_training


def test_copies_are_found_out() -> None:
    rng = np.random.default_rng(0)
    training = rng.normal(size=(700, 6))
    copies = nearest_training(training[[5, 600, 31]] + 1e-3, training)
    assert copies.indices.tolist() == [5, 600, 31]
    assert copies.ratio < 0.05
    fresh = nearest_training(rng.normal(size=(300, 6)), training)
    assert 0.8 < fresh.ratio < 1.3
