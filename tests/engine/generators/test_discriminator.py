"""The discriminator: every layer by its formula, minibatch deviation, classes, gradients."""

from __future__ import annotations

import math

import pytest
import torch
import torch.nn.functional as F

from ganpaint.engine.generators.discriminator import Conv, Discriminator, DiscriminatorConfig
from ganpaint.engine.generators.resample import make_filter
from tests.models import stirred, tiny_judge

SHAPE = DiscriminatorConfig(16, c_dim=3, widths=(12, 8, 6))


def conv(shape: tuple[int, int, int], down: bool = False, linear: bool = False) -> Conv:
    torch.manual_seed(0)
    return stirred(Conv(shape, SHAPE, down=down, linear=linear)).requires_grad_(False)


@pytest.mark.parametrize(("kernel", "down"), [(3, False), (1, False), (3, True), (1, True)])
@pytest.mark.parametrize("linear", [False, True])
def test_a_layer_equals_the_plain_formula(kernel: int, down: bool, linear: bool) -> None:
    layer = conv((5, 4, kernel), down, linear)
    x = torch.randn(2, 5, 8, 8)
    weight = layer.weight / math.sqrt(5 * kernel * kernel)
    if not down:
        y = F.conv2d(x, weight, padding=kernel // 2)
    else:
        pad = 2 if kernel == 3 else 1
        taps = make_filter([1, 3, 3, 1])[None, None].expand(5, 1, -1, -1)
        y = F.conv2d(F.conv2d(x, taps, padding=pad, groups=5), weight, stride=2)
    if not linear:
        y = F.leaky_relu(y + layer.bias[:, None, None], 0.2) * math.sqrt(2)
    assert torch.allclose(layer(x), y, atol=1e-5)
    assert torch.allclose(layer(x, 0.5), y * 0.5, atol=1e-5)


def test_changed_weights_are_noticed() -> None:
    layer = conv((5, 4, 3))
    x = torch.randn(1, 5, 8, 8)
    before = layer(x)
    layer.weight.mul_(2)
    layer.bias.mul_(2)
    assert torch.allclose(layer(x), before * 2, atol=1e-5)


def test_samples_belong_to_group_i_modulo_their_number() -> None:
    judge = tiny_judge(mbstd_group=2)
    x = torch.randn(6, 12, 4, 4)
    got = judge.b4.deviation(x)
    assert got.shape == (6, 13, 4, 4)
    for i in range(3):
        pair = torch.stack([x[i], x[i + 3]])
        spread = (pair.var(0, correction=0) + 1e-8).sqrt().mean()
        assert torch.allclose(got[[i, i + 3], 12], spread.expand(2, 4, 4), atol=1e-6)


@pytest.mark.parametrize("changes", [{"mbstd_group": 0}, {"mbstd_features": 2}])
def test_deviation_over_the_whole_batch_and_by_parts(changes: dict[str, int]) -> None:
    judge = tiny_judge(**changes)
    x = torch.randn(4, 12, 4, 4)
    got = judge.b4.deviation(x)
    parts = changes.get("mbstd_features", 1)
    assert got.shape[1] == 12 + parts
    for k in range(parts):
        part = x[:, k * 12 // parts : (k + 1) * 12 // parts]
        spread = (part.var(0, correction=0) + 1e-8).sqrt().mean()
        assert torch.allclose(got[:, 12 + k], spread.expand(4, 4, 4), atol=1e-6)


def test_no_deviation_makes_logits_independent_of_the_batch() -> None:
    images, c = torch.randn(4, 3, 16, 16), torch.eye(3)[[0, 1, 2, 0]]
    alone = tiny_judge(mbstd_features=0)
    both = torch.cat([alone.logits(images[:1], c[:1]), alone.logits(images[1:], c[1:])])
    assert torch.allclose(alone.logits(images, c), both, atol=1e-5)
    mixed = tiny_judge()
    parts = torch.cat([mixed.logits(images[:1], c[:1]), mixed.logits(images[1:], c[1:])])
    assert not torch.allclose(mixed.logits(images, c), parts, atol=1e-5)


def test_features_judge_every_picture_alone_largest_first() -> None:
    judge = tiny_judge(32)
    images = torch.randn(3, 3, 32, 32)
    together = judge.features(images)
    assert [tuple(f.shape) for f in together] == [(3, 6, 16, 16), (3, 8, 8, 8), (3, 12, 4, 4)]
    for k in range(3):
        for whole, alone in zip(together, judge.features(images[k : k + 1]), strict=True):
            assert torch.allclose(whole[k : k + 1], alone, atol=1e-5)


@pytest.mark.parametrize("architecture", ["resnet", "skip", "orig"])
@pytest.mark.parametrize(("resolution", "channels"), [(8, 1), (32, 4)])
def test_architectures_and_sizes(architecture: str, resolution: int, channels: int) -> None:
    judge = tiny_judge(resolution, architecture=architecture, channels=channels, conv_clamp=2.0)
    images, c = torch.randn(2, channels, resolution, resolution), torch.eye(3)[:2]
    assert judge.logits(images, c).shape == (2, 1)
    moved = judge.logits(images, c.flip(0))
    assert not torch.allclose(moved, judge.logits(images, c))


def test_own_widths_of_the_class_mapping() -> None:
    judge = tiny_judge(cmap_dim=5, embed_features=7, layer_features=9, mapping_layers=3)
    assert judge.mapping is not None
    assert judge.mapping.embed.weight.shape == (7, 3)
    assert judge.mapping.fc1.weight.shape == (9, 9)
    assert judge.b4.out.weight.shape == (5, 12)


@pytest.mark.parametrize("architecture", ["resnet", "skip"])
def test_gradients_by_finite_differences(architecture: str) -> None:
    judge = tiny_judge(8, architecture=architecture, conv_clamp=3.0).double()
    images = torch.randn(2, 3, 8, 8, dtype=torch.double, requires_grad=True)
    c = torch.softmax(torch.randn(2, 3, dtype=torch.double), 1).requires_grad_()
    assert torch.autograd.gradcheck(judge.logits, (images, c), atol=1e-5)


def test_the_gradient_penalty_reaches_the_weights() -> None:
    judge = Discriminator.fresh(SHAPE, 1)
    images = torch.randn(4, 3, 16, 16, requires_grad=True)
    logits = judge.logits(images, torch.eye(3)[[0, 1, 2, 0]])
    slope = torch.autograd.grad(logits.sum(), images, create_graph=True)[0]
    slope.square().sum().backward()
    assert judge.b16.conv0.weight.grad is not None
    assert bool(judge.b16.conv0.weight.grad.any())
    assert torch.equal(
        Discriminator.fresh(SHAPE, 1).b4.fc.weight, Discriminator.fresh(SHAPE, 1).b4.fc.weight
    )
