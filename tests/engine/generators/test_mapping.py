"""The mapping: normalisation, multipliers, widths, truncation."""

from __future__ import annotations

import math

import pytest
import torch
import torch.nn.functional as F

from ganpaint.engine.generators.mapping import Linear, Mapping, MappingShape, normalised
from ganpaint.errors import BadRequest
from tests.models import stirred

SHAPE = MappingShape(z_dim=6, c_dim=3, w_dim=5, layers=3, lr=0.02, embed=7, hidden=4)


@pytest.fixture
def mapping() -> Mapping:
    torch.manual_seed(0)
    return stirred(Mapping(SHAPE)).requires_grad_(False)


def test_root_mean_square_not_the_norm() -> None:
    assert torch.allclose(normalised(torch.full((1, 5), 3.0)), torch.ones(1, 5))


def test_widths(mapping: Mapping) -> None:
    shapes = {name: tuple(p.shape) for name, p in mapping.named_parameters() if "weight" in name}
    assert shapes == {
        "embed.weight": (7, 3), "fc0.weight": (4, 13), "fc1.weight": (4, 4), "fc2.weight": (5, 4)
    }  # fmt: skip


def test_the_formula_word_by_word(mapping: Mapping) -> None:
    z, c = torch.randn(4, 6), torch.softmax(torch.randn(4, 3), 1)

    def rms(x: torch.Tensor) -> torch.Tensor:
        return x / (x.square().mean(1, keepdim=True) + 1e-8).sqrt()

    y = c @ mapping.embed.weight.t() / math.sqrt(3) + mapping.embed.bias
    x = torch.cat([rms(z), rms(y)], 1)
    for layer in (mapping.fc0, mapping.fc1, mapping.fc2):
        x = x @ layer.weight.t() * 0.02 / math.sqrt(x.shape[1]) + layer.bias * 0.02
        x = F.leaky_relu(x, 0.2) * math.sqrt(2)
    assert torch.allclose(mapping(z, c), x, atol=1e-6)
    assert torch.allclose(mapping(z * 9, c), x, atol=1e-5)


def test_without_z_or_classes() -> None:
    only_class = Mapping(MappingShape(0, 3, 5, 2), average=False)
    assert only_class(None, torch.eye(3)).shape == (3, 5)
    assert not list(only_class.buffers())
    no_class = Mapping(MappingShape(6, 0, 5, 2))
    assert no_class(torch.randn(2, 6), None).shape == (2, 5)
    assert Mapping(MappingShape(0, 3, 5, 0))(None, torch.eye(3)).shape == (3, 5)


def test_a_missing_class_is_said(mapping: Mapping) -> None:
    with pytest.raises(BadRequest, match="needs a class"):
        mapping(torch.randn(1, 6), None)


def test_truncation(mapping: Mapping) -> None:
    ws = torch.randn(2, 4, 5)
    assert mapping.truncated(ws, 1.0, 2) is ws
    got = mapping.truncated(ws, -0.5, 1)
    assert torch.allclose(got[:, :1], mapping.w_avg - 0.5 * (ws[:, :1] - mapping.w_avg), atol=1e-6)
    assert torch.equal(got[:, 1:], ws[:, 1:])


def test_fresh_layers_start_as_published() -> None:
    torch.manual_seed(1)
    layer = Linear(200, 300, act=True, lr=0.01, bias=1.0).requires_grad_(False)
    assert float(layer.weight.std()) == pytest.approx(100, rel=0.02)
    assert torch.equal(layer.bias, torch.ones(300))
