"""What must hold on a bundled model, whatever its weights have become by training."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from ganpaint.engine.calibration import Calibration, calibrate
from ganpaint.engine.checkpoints import open_model
from ganpaint.engine.classes import Transports
from ganpaint.engine.generators.base import Generator
from ganpaint.engine.spaces import Whitened
from ganpaint.progress import Stop
from tests.engine.searching import drained

Measured = tuple[Generator, Calibration, Path]


@pytest.fixture(scope="module")
def cats(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Measured]:
    folder = tmp_path_factory.mktemp("cache")
    generator = open_model("cats-64")
    yield generator, drained(calibrate(generator, folder, Stop())), folder


def samples(generator: Generator, count: int) -> tuple[torch.Tensor, torch.Tensor]:
    z = torch.randn(count, generator.info.z_dim, generator=torch.Generator().manual_seed(99))
    c = torch.eye(generator.info.c_dim)[torch.arange(count) % generator.info.c_dim]
    return generator.map(z, c), c


def test_fresh_samples_have_the_prior_of_samples(cats: Measured) -> None:
    generator, measured, _ = cats
    ws, c = samples(generator, 2000)
    within = Whitened(generator, measured.gaussian(c, 2000), c)
    # a little below 1: directions that a small model does not use are floored, not followed
    assert 0.9 < float(within.prior(within.variables(ws)).mean()) < 1.05


@pytest.mark.behaviour("L3")
@torch.no_grad()
def test_one_sigma_of_each_slider_moves_the_picture_by_a_comparable_amount(cats: Measured) -> None:
    generator, measured, _ = cats
    ws, _ = samples(generator, 12)
    plain = generator.synthesize(ws)
    moved = [
        float((generator.synthesize(ws + d.vector) - plain).abs().mean())
        for d in measured.directions
    ]
    assert len(moved) == 12
    assert max(moved) < 4 * min(moved), moved


@torch.no_grad()
def test_transport_beats_the_mean_shift_in_pictures(cats: Measured) -> None:
    generator, measured, folder = cats
    maps = Transports(generator, measured, folder)
    z = torch.randn(12, generator.info.z_dim, generator=torch.Generator().manual_seed(5))
    eye = torch.eye(generator.info.c_dim)
    errors = []
    for a, b in ((0, 1), (3, 7)):
        w_a, w_b = (generator.map(z, eye[k].expand(12, -1)) for k in (a, b))
        truth = generator.synthesize(w_b)
        for transport in (maps.pair(a, b), maps.mean_shift(a, b)):
            errors.append(float((generator.synthesize(transport(w_a)) - truth).square().mean()))
    assert errors[0] < errors[1]
    assert errors[2] < errors[3]
