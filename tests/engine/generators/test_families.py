"""What holds for every family."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields

import numpy as np
import pytest
import torch
from torch import Tensor

from ganpaint.engine.generators import FAMILIES
from ganpaint.engine.generators.base import Generator
from ganpaint.latent import Code, Space
from ganpaint.model_info import Capability
from tests import models

MAKERS: dict[str, Callable[[], Generator]] = {
    "stylegan2": models.tiny_stylegan2,
    "stylegan3": models.tiny_stylegan3,
    "biggan_deep": models.tiny_biggan_deep,
    "biggan": models.tiny_biggan,
    "dcgan": models.tiny_dcgan,
}


@pytest.fixture(params=MAKERS)
def model(request: pytest.FixtureRequest) -> Generator:
    return MAKERS[request.param]()


def draw(model: Generator, count: int = 2) -> tuple[Tensor, Tensor | None]:
    rng = torch.Generator().manual_seed(3)
    info = model.info
    c = torch.eye(info.c_dim)[torch.arange(count) % info.c_dim] if info.c_dim else None
    return torch.randn(count, info.z_dim, generator=rng), c


def painted(model: Generator, z: Tensor, c: Tensor | None) -> Tensor:
    if model.info.num_ws:
        return model.synthesize(model.map(z, c))
    return model.generate(z, c)


def test_the_table_names_every_family(model: Generator) -> None:
    assert set(FAMILIES) == set(MAKERS)
    assert isinstance(model, FAMILIES[model.info.family])
    assert model.info.parameters == sum(p.numel() for p in model.parameters())
    assert len(fields(model.info)) > 10 and model.info.resolution == 16


def test_gradients_after_a_render_without_them(model: Generator) -> None:
    z, c = draw(model)
    with torch.inference_mode():
        shown = painted(model, z, c)
    leaf = z.clone().requires_grad_()
    picture = painted(model, leaf, c)
    assert torch.equal(picture.detach(), shown)
    picture.square().sum().backward()
    assert leaf.grad is not None and bool(leaf.grad.any())
    assert all(p.grad is None for p in model.parameters())


def test_copies_and_states_are_whole(model: Generator) -> None:
    z, c = draw(model)
    shown = painted(model, z, c)
    other = MAKERS[model.info.family]()
    with torch.no_grad():
        for value in other.state_dict().values():
            value.mul_(0.5)
    painted(other, z, c)
    other.load_state_dict(model.state_dict())
    assert torch.allclose(painted(other, z, c), shown, atol=1e-5)


def test_codes_are_painted(model: Generator) -> None:
    z, c = draw(model, 3)
    codes = [
        Code(Space.Z, z[k].numpy(), model.info.hash, c=None if c is None else c[k].numpy())
        for k in range(3)
    ]
    assert torch.allclose(model.paint(codes), painted(model, z, c), atol=1e-5)
    if model.info.can(Capability.CLASS_EMBEDDING):
        assert c is not None
        vector = model.embed(c[:1])[0].numpy()
        own = Code(Space.Z, z[0].numpy(), model.info.hash, embed=vector)
        both = model.paint([own, codes[0]])
        assert torch.allclose(both, painted(model, z[[0, 0]], c[[0, 0]]), atol=1e-5)


def test_truncation_belongs_to_those_that_have_it(model: Generator) -> None:
    z, c = draw(model)
    hash_ = model.info.hash
    cs = np.zeros(model.info.c_dim, np.float32) if c is None else c[0].numpy()
    whole, half = (
        model.paint([Code(Space.Z, z[0].numpy(), hash_, c=cs, truncation_psi=psi)])
        for psi in (1.0, 0.5)
    )
    assert torch.equal(whole, half) != model.info.can(Capability.TRUNCATION)


def test_activations_stop_where_they_are_asked_for(model: Generator) -> None:
    z, c = draw(model)
    code = model.map(z, c) if model.info.num_ws else z
    names = [name for name, _ in model.stages(code, c)]
    assert names[: len(model.layers())] == list(model.layers())
    for layer in model.layers():
        found = model.activations(layer, code, c)
        assert len(found) == 2 and found.ndim == 4 and bool(torch.isfinite(found).all())
