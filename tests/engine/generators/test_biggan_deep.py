"""BigGAN-deep: references, the port's statistics, conditioning, gradients, sizes."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

from ganpaint.engine.generators.biggan_deep import TruncatedNorm
from ganpaint.errors import BadRequest
from ganpaint.model_info import Capability
from tests.engine.generators.conftest import Reference, close
from tests.models import tiny_biggan_deep

MODEL = tiny_biggan_deep()
Z, C = torch.randn(3, 6), torch.eye(5)[[0, 3, 1]]


@pytest.mark.parametrize("file", ["deep-32", "deep-16"])
def test_published_networks(reference: Reference, file: str) -> None:
    model, data = reference(f"biggan_deep/{file}")
    for k, truncation in enumerate(data["truncations"].tolist()):
        close(model.generate(data["z"], data["c"], truncation), data[f"img_{k}"])
    close(model.embed(data["c"]), data["embed"], 1e-5)
    first = float(data["truncations"][0])
    close(model.generate(data["z"], None, first, data["embed_in"]), data["img_embed"])


def norm() -> TruncatedNorm:
    found = MODEL.generator.layers[0].bn_0
    assert isinstance(found, TruncatedNorm)
    return found


@pytest.mark.parametrize(
    ("truncation", "row"),
    [(1.0, 50), (0.5, 25), (0.02, 1), (0.14, 8), (0.28, 15), (0.56, 29), (0.58, 28), (0.94, 46)],
)
def test_rows_of_statistics_with_the_ports_rounding(truncation: float, row: int) -> None:
    mean, variance = norm().statistics(truncation)
    assert torch.allclose(mean, norm().running_means[row], atol=1e-5)
    assert torch.allclose(variance, norm().running_vars[row], atol=1e-5)


def test_between_rows_the_weights_are_the_wrong_way_round() -> None:
    mean, _ = norm().statistics(0.43)  # row 21.5 would be even; 0.435 is 21.75
    assert torch.allclose(mean, norm().running_means[21:23].mean(0), atol=1e-5)
    mean, _ = norm().statistics(0.435)
    wanted = norm().running_means[21] * 0.75 + norm().running_means[22] * 0.25
    assert torch.allclose(mean, wanted, atol=1e-5)


def test_a_norm_word_by_word() -> None:
    x, condition = torch.randn(2, 32, 4, 4), torch.randn(2, 12)
    means, variances = norm().running_means[20], norm().running_vars[20]
    plain = F.batch_norm(x, means, variances, eps=1e-4)
    scale, offset = 1 + norm().scale(condition), norm().offset(condition)
    wanted = F.relu(plain * scale[..., None, None] + offset[..., None, None])
    assert torch.allclose(norm()(x, condition, 0.4), wanted, atol=1e-5)


def test_classes_and_embeddings() -> None:
    images = MODEL.generate(Z, C)
    assert images.shape == (3, 3, 16, 16) and float(images.abs().max()) <= 1
    assert torch.equal(MODEL.generate(Z, torch.tensor([0, 3, 1])), images)
    assert torch.equal(MODEL.generate(Z, C.flip(1), embed=MODEL.embed(C)), images)
    assert not torch.allclose(MODEL.generate(Z, C.flip(1)), images, atol=1e-3)
    mixed = MODEL.embed(torch.tensor([[0.25, 0.75, 0, 0, 0]]))
    rows = MODEL.embed(torch.eye(5))
    assert torch.allclose(mixed[0], 0.25 * rows[0] + 0.75 * rows[1], atol=1e-6)
    alone = torch.cat([MODEL.generate(Z[k : k + 1], C[k : k + 1]) for k in range(3)])
    assert torch.allclose(alone, images, atol=1e-5)


def test_truncation_chooses_statistics_and_has_a_range() -> None:
    assert not torch.allclose(MODEL.generate(Z, C, 0.4), MODEL.generate(Z, C), atol=1e-3)
    assert MODEL.info.can(Capability.TRUNCATION)
    for truncation in (0.0, -0.5, 1.2):
        with pytest.raises(BadRequest, match="outside this model's range"):
            MODEL.generate(Z, C, truncation)
    with pytest.raises(BadRequest, match="needs a class"):
        MODEL.generate(Z)


def test_the_first_layer_is_viewed_height_width_channels() -> None:
    condition = torch.cat([Z, MODEL.embed(C)], 1)
    wanted = MODEL.generator.gen_z(condition).view(3, 4, 4, 32).permute(0, 3, 1, 2)
    assert torch.allclose(MODEL.activations("first", Z, C), wanted)
    assert MODEL.layers() == ("first", "layers.0", "layers.1", "layers.2", "layers.3")
    sizes = [MODEL.activations(name, Z, C).shape[-1] for name in MODEL.layers()]
    assert sizes == [4, 4, 4, 8, 16]


@pytest.mark.parametrize("resolution", [8, 32])
def test_two_sizes(resolution: int) -> None:
    made = tiny_biggan_deep(resolution)
    assert made.generate(Z[:1], C[:1]).shape == (1, 3, resolution, resolution)


def test_gradients_by_finite_differences() -> None:
    made = tiny_biggan_deep(8).double()
    z = torch.randn(1, 6, dtype=torch.double, requires_grad=True)
    e = torch.randn(1, 6, dtype=torch.double, requires_grad=True)
    paint = lambda z, e: made.generate(z, None, 0.43, e)  # noqa: E731
    assert torch.autograd.gradcheck(paint, (z, e), atol=1e-5)
