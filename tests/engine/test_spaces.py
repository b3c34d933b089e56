"""Whitened variables of w and w+, the sphere of z, codes of any space as layers."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ganpaint.engine.spaces import Gaussian, Sphere, Whitened, from_p, layers_of, to_p
from ganpaint.latent import Code, Space
from tests.engine.searching import calibration, one_hot, tiny


def samples(count: int, seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    g = tiny()
    z = torch.randn(count, g.info.z_dim, generator=torch.Generator().manual_seed(seed))
    c = torch.eye(3)[torch.arange(count) % 3]
    return g.map(z, c), c


def test_p_undoes_the_leaky_relu() -> None:
    w = torch.linspace(-3, 3, 31)
    assert torch.allclose(from_p(to_p(w)), w)
    assert to_p(torch.tensor([-1.0, 2.0])).tolist() == [-5.0, 2.0]


@pytest.mark.parametrize("space", [Space.W, Space.W_PLUS])
def test_variables_and_codes_are_inverse(space: Space) -> None:
    ws, c = samples(6)
    variables = Whitened(tiny(), calibration().gaussian(c, 6), c, space)
    u = variables.variables(ws)
    assert u.shape[1] == (1 if space is Space.W else tiny().info.num_ws)
    assert torch.allclose(variables.ws(u), ws, atol=1e-4)
    code = variables.code(u, 2)
    assert code.space is space
    assert np.allclose(layers_of(tiny(), code), ws[2], atol=1e-4)
    assert code.c is not None
    assert code.c.tolist() == c[2].tolist()


def test_samples_are_standard_normal_within_their_classes() -> None:
    ws, c = samples(2000, seed=9)
    u = Whitened(tiny(), calibration().gaussian(c, 2000), c).variables(ws)[:, 0]
    assert u.mean(0).abs().max() < 0.15
    # a little below 1: the tiny model's w has fewer dimensions than its size says
    assert 0.85 < float(u.square().mean()) < 1.05


def test_axes_have_deterministic_signs_and_a_floor() -> None:
    a = torch.randn(6, 6, generator=torch.Generator().manual_seed(0)).double()
    covariance = a @ a.T
    covariance[5] = covariance[:, 5] = 0  # a null direction
    one = Gaussian.of(torch.zeros(6), covariance)
    biggest = one.basis.abs().argmax(0)
    assert (one.basis[biggest, torch.arange(6)] > 0).all()
    assert float(one.scale.min()) == pytest.approx(0.01 * float(one.scale.max()), rel=1e-4)
    assert torch.allclose(one.basis @ one.basis.T, torch.eye(6), atol=1e-5)


def test_z_is_kept_at_its_typical_norm() -> None:
    sphere = Sphere(tiny(), one_hot(1)[None].expand(2, -1))
    z = sphere.settled(torch.randn(2, 8) * 9)
    assert torch.allclose(z.norm(dim=1), torch.tensor(8**0.5))
    assert torch.allclose(sphere.prior(z), torch.zeros(2), atol=1e-6)
    code = sphere.code(z, 1)
    assert code.space is Space.Z
    images, _ = sphere.pictures(z)
    assert torch.allclose(tiny().paint([code])[0], images[1], atol=1e-5)


def test_layers_of_every_space() -> None:
    g = tiny()
    ws, c = samples(1)
    w = Code(Space.W, ws[0, 0].numpy(), g.info.hash)
    assert torch.equal(layers_of(g, w), ws[0])
    plus = Code(Space.W_PLUS, ws[0].numpy(), g.info.hash)
    assert torch.equal(layers_of(g, plus), ws[0])
    z = torch.randn(1, 8, generator=torch.Generator().manual_seed(0))
    code = Code(Space.Z, z[0].numpy(), g.info.hash, c=c[0].numpy())
    assert torch.allclose(layers_of(g, code), g.map(z, c)[0])
