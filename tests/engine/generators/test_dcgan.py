"""DCGAN: references, the example's layout, folding, classes, gradients, sizes."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

from ganpaint.engine.generators.dcgan import DCGANGenerator
from ganpaint.errors import BadRequest
from ganpaint.model_info import Capability
from tests.engine.generators.conftest import Reference, close
from tests.models import tiny_dcgan

Z, C = torch.randn(3, 7), torch.eye(3)


@pytest.mark.parametrize("file", ["plain-64", "dataparallel-16-gray", "onehot-32"])
def test_published_networks(reference: Reference, file: str) -> None:
    model, data = reference(f"dcgan/{file}.pth")
    close(model.generate(data["z"], data.get("c")), data["img_0"])


def example(model: DCGANGenerator, x: torch.Tensor) -> torch.Tensor:
    """The example's own column of layers."""
    x = x[:, :, None, None]
    for i in range(model.count):
        conv, norm = model._parts(i)
        settings = {"stride": 2, "padding": 1} if i else {}
        x = F.conv_transpose2d(x, conv.weight, conv.bias, **settings)  # type: ignore[arg-type]
        if norm is not None:
            statistics = norm.running_mean, norm.running_var
            x = F.relu(F.batch_norm(x, *statistics, norm.weight, norm.bias, eps=1e-5))
    return torch.tanh(x)


@pytest.mark.parametrize("biased", [(), (0, 1, 2)])
def test_the_examples_layout(biased: tuple[int, ...]) -> None:
    model = tiny_dcgan(biased=biased)
    images = model.generate(Z, C)
    assert images.shape == (3, 3, 16, 16)
    assert torch.allclose(images, example(model, torch.cat([Z, C], 1)), atol=1e-5)


def test_changed_weights_are_noticed() -> None:
    model = tiny_dcgan()
    model.generate(Z, C)
    model.main["3"].weight.mul_(2)
    model.main["1"].running_var.mul_(3)
    assert torch.allclose(model.generate(Z, C), example(model, torch.cat([Z, C], 1)), atol=1e-5)


def test_classes_come_after_z() -> None:
    model = tiny_dcgan()
    images = model.generate(Z, C)
    assert torch.equal(model.generate(Z, torch.tensor([0, 1, 2])), images)
    assert torch.equal(model.generate(Z, embed=model.embed(C)), images)
    assert not torch.allclose(model.generate(Z, C.flip(0)), images, atol=1e-3)
    assert model.info.can(Capability.CLASSES) and not model.info.can(Capability.CLASS_EMBEDDING)
    with pytest.raises(BadRequest, match="needs a class"):
        model.generate(Z)
    plain = tiny_dcgan(c_dim=0)
    assert plain.generate(Z).shape == (3, 3, 16, 16)
    assert not plain.info.can(Capability.CLASSES)


@pytest.mark.parametrize(("resolution", "channels"), [(4, 3), (8, 1), (64, 4)])
def test_sizes(resolution: int, channels: int) -> None:
    made = tiny_dcgan(resolution, channels=channels)
    assert made.generate(Z, C).shape == (3, channels, resolution, resolution)


def test_layers() -> None:
    model = tiny_dcgan()
    assert model.layers() == ("first", "main.3")
    assert [model.activations(n, Z, C).shape[1:] for n in model.layers()] == [(12, 4, 4), (8, 8, 8)]


def test_gradients_by_finite_differences() -> None:
    model = tiny_dcgan(8).double()
    z = torch.randn(1, 7, dtype=torch.double, requires_grad=True)
    c = torch.softmax(torch.randn(1, 3, dtype=torch.double), 1).requires_grad_()
    assert torch.autograd.gradcheck(model.generate, (z, c), atol=1e-5)


def test_frozen_and_training_networks_agree() -> None:
    model = tiny_dcgan()
    frozen = model.generate(Z, C)
    model.requires_grad_(True)
    trained = model.generate(Z, C)
    assert torch.allclose(trained, frozen, atol=1e-6)
    trained.sum().backward()
    assert all(p.grad is not None for p in model.parameters())
