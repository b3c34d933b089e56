"""The one place where ranges change."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ganpaint.engine.tensors import seeded, to_tensor, to_uint8, to_uint16


def test_arrays_become_tensors() -> None:
    array = np.random.default_rng(0).random((4, 5, 4), np.float32)
    tensor = to_tensor(array)
    assert tensor.shape == (1, 3, 4, 5) and tensor.dtype == torch.float32
    assert float(tensor[0, 2, 3, 1]) == pytest.approx(array[3, 1, 2] * 2 - 1)
    assert to_tensor(np.zeros((2, 2, 3), np.float32)).min() == -1
    assert tensor.is_contiguous()


def test_every_level_survives_the_round_trip() -> None:
    levels = np.arange(256, dtype=np.uint8).repeat(3).reshape(16, 16, 3)
    back = to_uint8(to_tensor(levels.astype(np.float32) / 255))
    assert np.array_equal(back[0], levels)
    deep = np.arange(65536, dtype=np.uint16).reshape(256, 256, 1).repeat(3, 2)
    assert np.array_equal(to_uint16(to_tensor(deep.astype(np.float32) / 65535))[0], deep)


def test_rounding_and_clamping() -> None:
    values = torch.tensor([-3.0, -1.0, 0.0, 1.0, 7.0]).view(1, 1, 1, 5)
    assert to_uint8(values)[0, 0, :, 0].tolist() == [0, 0, 128, 255, 255]
    assert to_uint16(values)[0, 0, :, 0].tolist() == [0, 0, 32768, 65535, 65535]


def test_grey_is_repeated_and_alpha_dropped() -> None:
    grey = to_uint8(torch.rand(2, 1, 4, 4))
    assert grey.shape == (2, 4, 4, 3) and np.array_equal(grey[..., 0], grey[..., 2])
    assert to_uint8(torch.rand(1, 4, 4, 4)).shape == (1, 4, 4, 3)
    assert to_uint16(torch.rand(1, 1, 4, 4)).shape == (1, 4, 4, 3)
    assert grey.flags.c_contiguous


def test_pictures_with_gradients_and_half_precision() -> None:
    leaf = torch.zeros(1, 3, 2, 2, requires_grad=True)
    assert to_uint8(leaf)[0, 0, 0, 0] == 128
    assert to_uint8(torch.ones(1, 3, 2, 2, dtype=torch.bfloat16))[0, 0, 0, 0] == 255


def test_seeds() -> None:
    draw = [torch.rand(3, generator=seeded(s)).tolist() for s in (5, 5, 6, -1, 1 << 70)]
    assert draw[0] == draw[1] != draw[2]
    assert len({tuple(d) for d in draw}) == 4
