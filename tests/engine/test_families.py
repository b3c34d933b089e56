"""Models without w: searches of z and class vector, sliders through the first layer, swaps."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
import torch

from ganpaint.engine.calibration import Calibration, calibrate
from ganpaint.engine.classes import Transports, look_over
from ganpaint.engine.generators.base import Generator
from ganpaint.engine.objective import Objective
from ganpaint.engine.projection import Settings, search
from ganpaint.engine.regularisers import prior, spread
from ganpaint.engine.spaces import Input
from ganpaint.engine.starts import Wanted, candidates
from ganpaint.engine.walks import interpolate
from ganpaint.errors import NotOffered
from ganpaint.latent import Code, Space
from ganpaint.progress import Stop
from tests.engine.searching import drained, pixels
from tests.models import tiny_biggan, tiny_biggan_deep, tiny_dcgan

FAMILIES = ("dcgan", "biggan", "biggan_deep")


@dataclass(frozen=True)
class Laid:
    class_weights: tuple[float, ...] | None = None
    strength: float = 1.0
    pose_lock: float = 0.0
    sliders: tuple[tuple[str, float], ...] = ()
    truncation_psi: float = 1.0
    placement: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 1.0)


@cache
def model(family: str) -> Generator:
    made = {"dcgan": tiny_dcgan, "biggan": tiny_biggan, "biggan_deep": tiny_biggan_deep}
    return made[family]()  # type: ignore[operator,no-any-return]


@cache
def measured(family: str) -> Calibration:
    with TemporaryDirectory() as folder:
        return drained(calibrate(model(family), Path(folder), Stop()))


def code(family: str, k: int = 0, seed: int = 0) -> Code:
    g = model(family)
    z = torch.randn(g.info.z_dim, generator=torch.Generator().manual_seed(seed)).fmod(2)
    return Code(Space.Z, z.numpy(), g.info.hash, c=np.eye(g.info.c_dim)[k])


def over(family: str, base: Code, look: Laid, folder: Path) -> Code:
    g = model(family)
    return look_over(g, measured(family), Transports(g, measured(family), folder), base, look)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_search_comes_nearer_to_a_picture_of_the_model(family: str) -> None:
    g = model(family)
    with torch.no_grad():
        goal = g.paint([code(family, seed=4)])
    terms = (pixels(goal), prior(0.01), spread(0.001, measured(family).w_var))
    settings = Settings(Space.Z, 60, Wanted(starts=2, samples=6, seed=1))
    found = drained(search(g, measured(family), Objective(terms), settings, Stop()))
    best = found.candidates[0].code
    assert best.space is Space.Z
    assert (best.embed is not None) == (family != "dcgan")
    with torch.no_grad():
        error = float((g.paint([best]) - goal).square().mean())
    assert error < 0.8 * found.losses["l2"][0]
    assert error == pytest.approx(min(found.losses["l2"]), rel=0.1)


@pytest.mark.parametrize("family", FAMILIES)
def test_variables_paint_what_their_codes_paint(family: str) -> None:
    g = model(family)
    variables, u = candidates(g, measured(family), Space.Z, Wanted(samples=3))
    assert isinstance(variables, Input)
    u = variables.settled(u + 0.3)
    images, ws = variables.pictures(u)
    assert ws is None
    with torch.no_grad():
        painted = g.paint([variables.code(u, 2)])
    assert torch.allclose(images[2:3], painted, atol=1e-5)
    again, v = candidates(g, measured(family), Space.Z, Wanted(given=variables.code(u, 2)))
    assert torch.allclose(v, u[2:3], atol=1e-4)
    assert torch.allclose(again.pictures(v)[0], painted, atol=1e-4)
    assert float(variables.prior(u).mean()) < 2


@pytest.mark.parametrize("family", FAMILIES)
def test_sliders_move_z_and_come_strongest_first(family: str, tmp_path: Path) -> None:
    cal, g = measured(family), model(family)
    vectors = torch.stack([d.vector for d in cal.directions])
    assert torch.allclose(vectors @ vectors.T, torch.eye(len(vectors)), atol=1e-4)
    base = code(family)
    laid = over(family, base, Laid(sliders=(("pca1", 1.5),)), tmp_path)
    assert np.allclose(laid.values - base.values, 1.5 * vectors[0].numpy(), atol=1e-6)
    with torch.no_grad():
        z = torch.tensor(base.values)[None]
        c = torch.tensor(base.c)[None] if base.c is not None else None
        first = g.layers()[0]
        y = [g.activations(first, z + v, c).flatten() for v in (0 * z, vectors[:1], vectors[-1:])]
    if family == "dcgan":  # whose whole z enters the first layer
        assert (y[1] - y[0]).norm() > (y[2] - y[0]).norm() * 0.5


@pytest.mark.parametrize("family", FAMILIES)
def test_swaps_keep_z_and_what_the_search_found(family: str, tmp_path: Path) -> None:
    g, base = model(family), code(family)
    goal = tuple(np.eye(g.info.c_dim)[1].tolist())
    assert over(family, base, Laid(tuple(np.eye(g.info.c_dim)[0].tolist())), tmp_path) is base
    swapped = over(family, base, Laid(goal), tmp_path)
    assert np.array_equal(swapped.values, base.values)
    assert swapped.c is not None
    assert swapped.c.tolist() == list(goal)
    half = over(family, base, Laid(goal, strength=0.5), tmp_path)
    assert half.c is not None
    assert half.c[:2].tolist() == [0.5, 0.5]
    if family == "dcgan":
        return
    assert base.c is not None
    with torch.no_grad():
        e = g.embed(torch.tensor(np.eye(g.info.c_dim)[:2], dtype=torch.float32)).numpy()
    extra = np.full_like(e[0], 0.1)
    searched = Code(Space.Z, base.values, base.model, c=base.c, embed=e[0] + extra)
    moved = over(family, searched, Laid(goal), tmp_path)
    assert moved.embed is not None
    assert np.allclose(moved.embed, e[1] + extra, atol=1e-5)


def test_truncation_draws_z_in_and_takes_its_statistics(tmp_path: Path) -> None:
    base = code("biggan_deep")
    half = over("biggan_deep", base, Laid(truncation_psi=0.5), tmp_path)
    assert half.truncation_psi == 0.5
    assert np.allclose(half.values, base.values / 2)
    none = over("biggan_deep", base, Laid(truncation_psi=0.0), tmp_path)
    assert not none.values.any()
    with torch.no_grad():
        assert model("biggan_deep").paint([none]).isfinite().all()
    plain = over("dcgan", code("dcgan"), Laid(truncation_psi=0.5), tmp_path)
    assert plain.truncation_psi == 1.0


@pytest.mark.parametrize("family", FAMILIES)
def test_ways_between_codes(family: str) -> None:
    g = model(family)

    def distance(a: torch.Tensor, b: torch.Tensor) -> float:
        return float((a - b).square().mean())

    a, b = code(family, 0, 1), code(family, 1, 2)
    codes = drained(interpolate(g, a, b, 5, distance, Stop()))
    assert len(codes) == 5
    assert np.allclose(codes[-1].values, b.values, atol=1e-5)
    assert codes[2].c is not None
    assert codes[2].c.sum() == pytest.approx(1)


def test_w_is_refused_with_a_sentence() -> None:
    with pytest.raises(NotOffered, match="has no w space"):
        candidates(model("dcgan"), measured("dcgan"), Space.W, Wanted())
