"""ajbrock's BigGAN: references, both block types, classes, gradients, sizes."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

from ganpaint.engine.generators.biggan import (
    Attention,
    BigGANGenerator,
    ClassNorm,
    Convolution,
    LastNorm,
)
from ganpaint.errors import BadRequest
from ganpaint.model_info import Capability
from tests.engine.generators.conftest import Reference, close
from tests.models import tiny_biggan

DEEP = {"deep": True, "z_dim": 6, "widths": (16, 16, 16, 16, 8), "attention": (1,)}
FLAT = {"hierarchical": False, "z_dim": 7}
TABLES = {"hierarchical": False, "z_dim": 7, "shared_dim": 0}
KINDS = [{}, DEEP, FLAT, TABLES]
FILES = ["hier-32", "mybn-standing-32", "unshared-mybn-32", "deep-32", "no-sn-hier-64"]


@pytest.mark.parametrize("file", FILES)
def test_published_networks(reference: Reference, file: str) -> None:
    model, data = reference(f"biggan_ajbrock/{file}.pth")
    close(model.generate(data["z"], data["c"]), data["img_0"])
    close(model.generate(data["z"], data["c_index"]), data["img_0"])
    if "embed" in data:
        close(model.embed(data["c"]), data["embed"], 1e-5)
        close(model.generate(data["z"], data["c_soft"]), data["img_soft"])
        close(model.generate(data["z"], embed=data["embed_in"]), data["img_embed"])


@pytest.mark.parametrize("kind", KINDS)
def test_kinds_of_conditioning(kind: dict[str, object]) -> None:
    model = tiny_biggan(**kind)  # type: ignore[arg-type]
    z = torch.randn(3, model.info.z_dim)
    c = torch.eye(5)[[0, 3, 1]]
    images = model.generate(z, c)
    assert images.shape == (3, 3, 16, 16) and float(images.abs().max()) <= 1
    assert torch.equal(model.generate(z, torch.tensor([0, 3, 1])), images)
    assert torch.equal(model.generate(z, torch.zeros(3, 5), embed=model.embed(c)), images)
    assert not torch.allclose(model.generate(z, c.flip(1)), images, atol=1e-3)
    assert not torch.allclose(model.generate(-z, c), images, atol=1e-3)
    alone = torch.cat([model.generate(z[k : k + 1], c[k : k + 1]) for k in range(3)])
    assert torch.allclose(alone, images, atol=1e-5)
    assert model.info.can(Capability.CLASS_EMBEDDING) == bool(model.config.shared_dim)
    assert not model.info.can(Capability.TRUNCATION)
    assert torch.equal(model.generate(z, c, truncation=0.5), images)


@pytest.mark.parametrize("kind", [{}, DEEP])
def test_two_sizes(kind: dict[str, object]) -> None:
    small = {"widths": (16, 16, 8), "z_dim": 6} if kind else {}
    model = tiny_biggan(8, **(kind | small))  # type: ignore[arg-type]
    assert model.generate(torch.randn(1, model.info.z_dim), torch.eye(5)[:1]).shape[-1] == 8
    if not kind:
        large = tiny_biggan(32, channels=1)
        picture = large.generate(torch.randn(1, large.info.z_dim), torch.eye(5)[:1])
        assert picture.shape == (1, 1, 32, 32)


def test_chunks_of_z_reach_their_blocks() -> None:
    """The last chunk only conditions the last block."""
    model = tiny_biggan()
    z, c = torch.randn(1, 12), torch.eye(5)[:1]
    moved = z.clone()
    moved[:, -4:] += 1
    assert torch.equal(model.activations("blocks.0", z, c), model.activations("blocks.0", moved, c))
    assert not torch.allclose(model.generate(z, c), model.generate(moved, c), atol=1e-4)


def test_a_norm_word_by_word() -> None:
    model = tiny_biggan()
    norm = model.blocks[0][0].bn1  # type: ignore[index, union-attr]
    assert isinstance(norm, ClassNorm)
    x, y = torch.randn(2, 16, 4, 4), torch.randn(2, 10)
    plain = F.batch_norm(x, norm.stored_mean, norm.stored_var, eps=model.config.bn_eps)
    gain, bias = 1 + norm.gain(y), norm.bias(y)
    wanted = F.relu(plain * gain[..., None, None] + bias[..., None, None])
    assert torch.allclose(norm(x, y), wanted, atol=1e-5)
    last = model.output_layer[0]
    assert isinstance(last, LastNorm)
    x = torch.randn(2, 8, 4, 4)
    plain = F.batch_norm(x, last.stored_mean, last.stored_var, last.gain, last.bias, eps=1e-5)
    assert torch.allclose(last(x), F.relu(plain), atol=1e-5)


def test_attention_word_by_word() -> None:
    torch.manual_seed(0)
    layer = Attention(16).requires_grad_(False)
    layer.gamma.fill_(0.7)
    x = torch.randn(2, 16, 4, 4)
    theta = layer.theta(x).flatten(2)  # type: ignore[operator]
    phi = F.max_pool2d(layer.phi(x), 2).flatten(2)  # type: ignore[operator]
    g = F.max_pool2d(layer.g(x), 2).flatten(2)  # type: ignore[operator]
    share = torch.einsum("ncq,nck->nqk", theta, phi).softmax(-1)
    mixed = torch.einsum("nqk,nck->ncq", share, g).view(2, 8, 4, 4)
    wanted = x + 0.7 * layer.o(mixed)  # type: ignore[operator]
    assert torch.allclose(layer(x), wanted, atol=1e-5)


@pytest.mark.parametrize("trained", [False, True])
def test_doubling_is_one_transposed_convolution(trained: bool) -> None:
    torch.manual_seed(0)
    layer = Convolution(5, 4, 3, doubling=True).requires_grad_(trained)
    x = torch.randn(2, 5, 6, 7)
    wide = F.interpolate(x, scale_factor=2.0, mode="nearest")
    wanted = F.conv2d(wide, layer.weight, layer.bias, padding=1)
    assert torch.allclose(layer(x), wanted, atol=1e-5)
    with torch.no_grad():
        layer.weight.mul_(2)
    doubled = F.conv2d(wide, layer.weight, layer.bias, padding=1)
    assert torch.allclose(layer(x), doubled, atol=1e-5)
    if trained:
        layer(x).square().sum().backward()
        assert layer.weight.grad is not None and bool(layer.weight.grad.any())


@pytest.mark.parametrize("kind", KINDS)
def test_gradients_by_finite_differences(kind: dict[str, object]) -> None:
    small = {"widths": (16, 8, 8), "z_dim": 6} if kind is DEEP else {}
    model = tiny_biggan(8, **(kind | small)).double()  # type: ignore[arg-type]
    z = torch.randn(1, model.info.z_dim, dtype=torch.double, requires_grad=True)
    width = model.config.shared_dim or 5
    e = torch.randn(1, width, dtype=torch.double, requires_grad=True)
    assert torch.autograd.gradcheck(lambda z, e: model.generate(z, embed=e), (z, e), atol=1e-5)


def test_layers_and_a_missing_class() -> None:
    model = tiny_biggan()
    z, c = torch.randn(2, 12), torch.eye(5)[:2]
    assert model.layers() == ("first", "blocks.0", "blocks.1")
    assert [model.activations(name, z, c).shape[-1] for name in model.layers()] == [4, 8, 16]
    with pytest.raises(BadRequest, match="needs a class"):
        model.generate(z)
    with pytest.raises(BadRequest, match=r"no layer called “blocks\.9”"):
        model.activations("blocks.9", z, c)


def test_the_first_layer_is_viewed_channels_first() -> None:
    model: BigGANGenerator = tiny_biggan()
    z, c = torch.randn(1, 12), torch.eye(5)[:1]
    wanted = model.linear(z[:, :4]).view(1, 16, 4, 4)
    assert torch.allclose(model.activations("first", z, c), wanted)
