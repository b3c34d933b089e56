"""StyleGAN3: references, a layer word by word, the user's transform, gradients, sizes."""

from __future__ import annotations

import math

import pytest
import torch
import torch.nn.functional as F

from ganpaint.engine.generators.stylegan3 import FilteredLayer, StyleGAN3Generator
from ganpaint.model_info import Capability
from tests.engine.generators.conftest import Reference, close
from tests.models import tiny_stylegan3

R_NET = {"kernel": 1, "radial": True}


def codes(model: StyleGAN3Generator, count: int = 2, seed: int = 0) -> torch.Tensor:
    rng = torch.Generator().manual_seed(seed)
    return torch.randn(count, model.info.num_ws, model.info.w_dim, generator=rng)


def shift(x: float, y: float, degrees: float = 0.0) -> torch.Tensor:
    """The inverse of turning, then moving the picture, in units of its width."""
    turn = math.radians(degrees)
    matrix = [
        [math.cos(turn), -math.sin(turn), x],
        [math.sin(turn), math.cos(turn), y],
        [0.0, 0.0, 1.0],
    ]
    return torch.linalg.inv(torch.tensor(matrix))


@pytest.mark.parametrize("file", ["t-32.pkl", "r-32-cond.pkl", "t-16-odd.pkl"])
def test_published_networks(reference: Reference, file: str) -> None:
    model, data = reference(f"stylegan3/{file}")
    close(model.map(data["z"], data.get("c")), data["map"], 2e-5)
    close(model.map(data["z"], data.get("c"), 0.4, int(data["psi_cutoff"])), data["map_cut"], 2e-5)
    close(model.synthesize(data["ws"]), data["img_const"])
    close(model.synthesize(data["ws"], transform=data["transform"]), data["img_transform"])
    close(model.synthesize(data["ws"]), data["img_const"])


@pytest.mark.parametrize("kind", [{}, R_NET])
@pytest.mark.parametrize("which", [0, 2, -2, -1])
def test_a_layer_word_by_word(kind: dict[str, object], which: int) -> None:
    """FORMATS 3.3 with weights of each sample, inserted zeros and two-dimensional filters."""
    model = tiny_stylegan3(**kind)  # type: ignore[arg-type]
    layer: FilteredLayer = getattr(model.synthesis, model.synthesis.names[which])
    plan, n = layer.plan, 3
    x, w = torch.randn(n, plan.inputs, 16, 16), torch.randn(n, 7)
    s = w @ layer.affine.weight.t() / math.sqrt(7) + layer.affine.bias
    weight = layer.weight
    if plan.rgb:
        s = s / math.sqrt(plan.inputs * plan.kernel**2)
        own = weight[None] * s[:, None, :, None, None]
    else:
        weight = weight * weight.square().mean((1, 2, 3), keepdim=True).rsqrt()
        own = weight[None] * (s * s.square().mean().rsqrt())[:, None, :, None, None]
        own = own * (own.square().sum((2, 3, 4), keepdim=True) + 1e-8).rsqrt()
    own = (own * layer.magnitude_ema.rsqrt()).flatten(0, 1)
    y = F.conv2d(x.view(1, -1, 16, 16), own, padding=plan.kernel - 1, groups=n)
    y = y.view(n, plan.outputs, *y.shape[2:]) + layer.bias[:, None, None]
    spread = y.new_zeros(n, plan.outputs, y.shape[2] * plan.up, y.shape[3] * plan.up)
    spread[:, :, :: plan.up, :: plan.up] = y
    y = filtered(F.pad(spread, plan.padding * 2), layer.up_filter) * plan.up**2
    if not plan.rgb:
        y = F.leaky_relu(y, 0.2) * math.sqrt(2)
    y = filtered(y.clamp(-plan.clamp, plan.clamp), layer.down_filter)
    assert torch.allclose(layer(x, w), y[:, :, :: plan.down, :: plan.down], atol=1e-5)


def filtered(x: torch.Tensor, taps: torch.Tensor) -> torch.Tensor:
    two = torch.outer(taps, taps) if taps.ndim == 1 else taps
    channels = x.shape[1]
    kernel = two.flip((0, 1))[None, None].expand(channels, 1, -1, -1)
    return F.conv2d(x, kernel, groups=channels)


def test_the_clamp_lies_between_the_filters() -> None:
    free, tight = tiny_stylegan3(clamp=0.0), tiny_stylegan3(clamp=0.3)
    ws = codes(free)
    assert torch.allclose(free.synthesize(ws), tiny_stylegan3().synthesize(ws), atol=1e-6)
    assert not torch.allclose(free.synthesize(ws), tight.synthesize(ws), atol=1e-3)


def test_moving_the_picture_by_whole_pixels() -> None:
    """A picture moved by 4 px through the matrix equals the picture, away from the border."""
    model = tiny_stylegan3(32, margin=10, first_stopband=2.0**2.1)
    ws = codes(model, 1)
    still = model.synthesize(ws)
    moved = model.synthesize(ws, transform=shift(4 / 32, -2 / 32))
    inside = moved[..., 6:-6, 8:-4]
    assert torch.allclose(inside, still[..., 8:-4, 4:-8], atol=0.1 * float(still.std()))
    assert not torch.allclose(inside, still[..., 6:-6, 8:-4], atol=0.3 * float(still.std()))
    assert torch.equal(model.synthesize(ws), still)


def test_turning_an_r_network_by_a_quarter() -> None:
    model = tiny_stylegan3(32, margin=10, first_stopband=2.0**2.1, **R_NET)  # type: ignore[arg-type]
    ws = codes(model, 1)
    still, turned = model.synthesize(ws), model.synthesize(ws, transform=shift(0, 0, 90))
    assert torch.allclose(turned, still.rot90(-1, (2, 3)), atol=0.15 * float(still.std()))


def test_a_stored_transform_is_replaced_for_one_call() -> None:
    model = tiny_stylegan3()
    ws = codes(model)
    plain = model.synthesize(ws)
    model.synthesis.input.transform.copy_(shift(0.2, 0.1))
    stored = model.synthesize(ws)
    assert not torch.allclose(stored, plain, atol=1e-3)
    assert torch.allclose(model.synthesize(ws, transform=torch.eye(3)), plain, atol=1e-6)
    assert torch.equal(model.synthesize(ws), stored)


def test_no_noise_and_no_neighbours() -> None:
    model = tiny_stylegan3(c_dim=3)
    ws = codes(model, 3)
    together = model.synthesize(ws)
    assert torch.equal(model.synthesize(ws, noise_mode="random"), together)
    alone = torch.cat([model.synthesize(row[None]) for row in ws])
    assert torch.allclose(together, alone, atol=1e-5)
    assert not model.info.can(Capability.NOISE) and model.info.can(Capability.USER_TRANSFORM)


@pytest.mark.parametrize(("resolution", "channels"), [(16, 1), (64, 3)])
@pytest.mark.parametrize("kind", [{}, R_NET])
def test_sizes(kind: dict[str, object], resolution: int, channels: int) -> None:
    model = tiny_stylegan3(resolution, 2, channels=channels, **kind)  # type: ignore[arg-type]
    z, c = torch.randn(2, 6), torch.eye(2)
    ws = model.map(z, c, 0.7)
    assert ws.shape == (2, 6, 7)
    assert model.synthesize(ws).shape == (2, channels, resolution, resolution)
    assert torch.equal(model.map(z, c, 0.5, 1)[:, 1:], model.map(z, c)[:, 1:])


@pytest.mark.parametrize("kind", [{}, R_NET])
def test_gradients_by_finite_differences(kind: dict[str, object]) -> None:
    model = tiny_stylegan3(8, 2, most=4, layers=3, **kind).double()  # type: ignore[arg-type]
    ws = codes(model, 1).double().requires_grad_()
    matrix = shift(0.1, 0.05, 20).double().requires_grad_()
    assert torch.autograd.gradcheck(
        lambda ws, m: model.synthesize(ws, transform=m), (ws, matrix), atol=1e-5
    )


def test_layers_and_their_activations() -> None:
    model = tiny_stylegan3()
    ws = codes(model)
    assert model.layers()[0] == "input" and len(model.layers()) == 5
    for name in model.layers():
        x = model.activations(name, ws)
        assert len(x) == 2 and x.ndim == 4
    assert model.activations("input", ws).shape[1] == model.config.source.channels


def test_frozen_and_training_networks_agree() -> None:
    model = tiny_stylegan3()
    ws = codes(model)
    frozen = model.synthesize(ws)
    model.requires_grad_(True)
    trained = model.synthesize(ws)
    assert torch.allclose(trained, frozen, atol=1e-6)
    trained.sum().backward()
    assert all(p.grad is not None for p in model.synthesis.parameters())
