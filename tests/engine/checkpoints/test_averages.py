"""The mean of w: right, seeded, and kept by the mapping's hash."""

from __future__ import annotations

import logging

import pytest
import torch

from ganpaint.engine.checkpoints import averages
from tests.models import tiny_stylegan2


def test_it_is_the_mean_of_the_map() -> None:
    network = tiny_stylegan2(c_dim=0)
    rng = torch.Generator().manual_seed(averages.SEED)
    z = torch.cat([torch.randn(averages.BATCH, 8, generator=rng) for _ in range(4)])
    mean = network.map(z)[:, 0].mean(0)
    assert torch.allclose(averages.mean_w(network), mean, atol=1e-5)


def test_classes_are_spread_evenly() -> None:
    network = tiny_stylegan2(c_dim=4)
    z, c = torch.randn(8000, 8), torch.eye(4).repeat(2000, 1)
    assert torch.allclose(averages.mean_w(network), network.map(z, c)[:, 0].mean(0), atol=0.1)


def test_the_second_time_it_is_read(caplog: pytest.LogCaptureFixture) -> None:
    network = tiny_stylegan2()
    with caplog.at_level(logging.INFO):
        first = averages.mean_w(network)
        assert "computed" in caplog.text
        caplog.clear()
        assert torch.equal(averages.mean_w(network), first)
        assert not caplog.text


def test_other_mappings_have_other_hashes() -> None:
    one, two = tiny_stylegan2(seed=1), tiny_stylegan2(seed=2)
    assert averages.mapping_hash(one) == averages.mapping_hash(tiny_stylegan2(seed=1))
    assert averages.mapping_hash(one) != averages.mapping_hash(two)
    assert averages.mapping_hash(one) != averages.mapping_hash(tiny_stylegan2(seed=1, mapping_lr=1))
