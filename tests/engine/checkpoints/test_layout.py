"""Networks laid out without memory have the shapes of real ones."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch

from ganpaint.engine.checkpoints.layout import Layout
from ganpaint.engine.generators.stylegan2 import StyleGAN2Generator
from tests.models import stylegan2_config, tiny_stylegan2


@pytest.mark.parametrize("architecture", ["skip", "resnet", "orig"])
def test_shapes_are_those_of_the_network(architecture: str) -> None:
    config = stylegan2_config(architecture=architecture)
    with Layout():
        laid = StyleGAN2Generator(config)
    real = tiny_stylegan2(architecture=architecture)
    assert all(value.is_meta for value in laid.state_dict().values())
    assert {k: v.shape for k, v in laid.state_dict().items()} == {
        k: v.shape for k, v in real.state_dict().items()
    }


def test_arithmetic_of_constructors() -> None:
    with Layout():
        a = torch.randn(3, 1) / 0.1 + 2 * torch.ones(4)
        b = torch.outer(torch.tensor([1.0, 2.0]), torch.zeros(3))
        c = torch.eye(3)
    assert (a.shape, b.shape, c.shape) == ((3, 4), (2, 3), (3, 3))
    assert a.is_meta and b.is_meta and c.is_meta


def test_giants_cost_nothing() -> None:
    with Layout():
        torch.nn.Parameter(torch.randn(1 << 20, 1 << 20) * 2)
    assert torch.ones(2).sum() == 2


def test_opening_a_model_loads_no_compiler() -> None:
    code = (
        "import sys, ganpaint; ganpaint.open_model('cats-64');"
        "sys.exit(any(m in sys.modules for m in ('torch._dynamo', 'sympy')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
