"""Products in pieces are the same products."""

from __future__ import annotations

import numpy as np
import pytest

from ganpaint.picture.products import ALONE, product


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ((3, 4), (4, 5)),
        ((700, 90), (90, 300)),
        ((5, 300, 100), (100, 70)),
        ((300, 100), (5, 100, 70)),
        ((4, 300, 100), (4, 100, 70)),
        ((2, 1000), (1000, 900)),
    ],
)
def test_pieces_give_the_whole(a: tuple[int, ...], b: tuple[int, ...]) -> None:
    rng = np.random.default_rng(0)
    left, right = rng.normal(size=a).astype(np.float32), rng.normal(size=b).astype(np.float32)
    result = product(left, right)
    assert result.dtype == np.float32
    assert np.allclose(result, left.astype(float) @ right, atol=1e-3)


def test_no_piece_is_large_enough_for_the_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = []
    real = np.matmul

    def watched(left: np.ndarray, right: np.ndarray) -> np.ndarray:
        sizes.append(left.shape[-2] * left.shape[-1] * right.shape[-1])
        return real(left, right)

    monkeypatch.setattr(np, "matmul", watched)
    product(np.ones((3, 500, 80), np.float32), np.ones((80, 400), np.float32))
    assert len(sizes) > 1
    assert max(sizes) <= ALONE
