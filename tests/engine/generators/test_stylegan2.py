"""StyleGAN2: the references, each published rule on its own, gradients, sizes, batches."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from ganpaint.engine.checkpoints import open_model
from ganpaint.engine.generators.stylegan2 import StyleGAN2Generator
from ganpaint.model_info import Capability
from tests.models import stirred, stylegan2_config, tiny_stylegan2


@pytest.fixture(scope="module")
def model() -> StyleGAN2Generator:
    return tiny_stylegan2()


def codes(model: StyleGAN2Generator, count: int = 2, seed: int = 0) -> torch.Tensor:
    """w+ codes whose layers all differ."""
    rng = torch.Generator().manual_seed(seed)
    return torch.randn(count, model.info.num_ws, model.info.w_dim, generator=rng)


# ------------------------------------------------------------------ references
@pytest.mark.parametrize("name", ["fruits-64", "cats-64"])
def test_references_of_the_young_models(shared: Path, name: str) -> None:
    """w, pictures and logits of the published arithmetic (shared/models)."""
    ref = np.load(shared / "models" / f"{name}-ref.npz")
    model = open_model(_manifested(shared, name))
    z, c = torch.from_numpy(ref["z"]), torch.from_numpy(ref["c"])
    with torch.inference_mode():
        ws = model.map(z, c)
        images = model.synthesize(ws)
        assert model.discriminator is not None
        logits = model.discriminator.logits(images, c)
    np.testing.assert_allclose(ws[:, 0], ref["w"], atol=2e-5)
    np.testing.assert_allclose(images, ref["images"], atol=5e-5)
    np.testing.assert_allclose(logits, ref["logits"], atol=5e-4)


def _manifested(shared: Path, name: str) -> Path:
    """The bundled model, while it still is the young one."""
    bundled = Path(__file__).parents[3] / "resources" / "models" / f"{name}.safetensors"
    ours, young = load_file(bundled), load_file(shared / "models" / f"{name}.safetensors")
    key = "G_ema.mapping.w_avg"
    if not torch.equal(ours[key].float(), young[key].float()):
        pytest.skip("the bundled model was trained further than its reference file")
    return bundled


# ------------------------------------------------------------------ truncation, noise, clamp
def test_truncation_pulls_only_below_the_cutoff(model: StyleGAN2Generator) -> None:
    z, c = torch.randn(2, 8), torch.eye(3)[:2]
    whole = model.map(z, c)
    assert torch.equal(model.map(z, c, truncation_psi=1.0), whole)
    half = model.map(z, c, truncation_psi=0.4, truncation_cutoff=2)
    mean = model.mapping.w_avg
    assert torch.allclose(half[:, :2], mean + 0.4 * (whole[:, :2] - mean), atol=1e-6)
    assert torch.equal(half[:, 2:], whole[:, 2:])
    assert torch.allclose(model.map(z, c, 0.0), mean.expand_as(whole), atol=1e-6)


def test_noise_modes(model: StyleGAN2Generator) -> None:
    ws = codes(model)
    const, none = model.synthesize(ws), model.synthesize(ws, noise_mode="none")
    assert torch.equal(const, model.synthesize(ws))
    assert not torch.allclose(const, none)
    first, second = (model.synthesize(ws, noise_mode="random") for _ in range(2))
    assert not torch.equal(first, second)
    silent = tiny_stylegan2(use_noise=False)
    assert torch.equal(
        silent.synthesize(ws, noise_mode="random"), silent.synthesize(ws, noise_mode="none")
    )
    assert not silent.info.can(Capability.NOISE)


def test_the_clamp_scales_with_the_gain() -> None:
    free = tiny_stylegan2(architecture="resnet")
    tight = tiny_stylegan2(architecture="resnet", conv_clamp=0.5)
    seen: dict[str, float] = {}

    def watch(name: str) -> object:
        return lambda module, args, out: seen.__setitem__(name, float(out.abs().max()))

    for name in ("conv0", "conv1", "torgb"):
        getattr(tight.synthesis.b16, name).register_forward_hook(watch(name))
    ws = codes(tight)
    assert not torch.allclose(tight.synthesize(ws), free.synthesize(ws))
    assert seen["conv0"] == pytest.approx(0.5)
    assert seen["conv1"] == pytest.approx(0.5 * math.sqrt(0.5))
    assert seen["torgb"] <= 0.5


def test_rgb_shares_its_w_with_the_next_block(model: StyleGAN2Generator) -> None:
    """Changing w 1 alters conv0 of 8×8 and the 4×4 colours; w 5 only the last colours."""
    ws = codes(model, 1)
    features: list[torch.Tensor] = []
    hook = model.synthesis.b16.conv1.register_forward_hook(lambda m, a, out: features.append(out))
    moved = ws.clone()
    moved[:, 5] += 1
    before, after = model.synthesize(ws), model.synthesize(moved)
    hook.remove()
    assert not torch.allclose(before, after)
    assert torch.equal(features[0], features[1])


# ------------------------------------------------------------------ shapes and families
@pytest.mark.parametrize("architecture", ["skip", "resnet", "orig"])
@pytest.mark.parametrize(("resolution", "channels"), [(8, 1), (32, 4)])
def test_architectures_and_sizes(architecture: str, resolution: int, channels: int) -> None:
    made = tiny_stylegan2(resolution, architecture=architecture, channels=channels)
    ws = codes(made, 3)
    together = made.synthesize(ws)
    assert together.shape == (3, channels, resolution, resolution)
    assert made.info.num_ws == 2 * int(math.log2(resolution)) - 2
    alone = torch.cat([made.synthesize(row[None]) for row in ws])
    assert torch.allclose(together, alone, atol=1e-5)
    blocks = [r for r in made.synthesis.resolutions if getattr(made.synthesis, f"b{r}").torgb]
    assert blocks == (list(made.synthesis.resolutions) if architecture == "skip" else [resolution])


def test_1024_px_by_shape_only() -> None:
    with torch.device("meta"):
        made = StyleGAN2Generator(
            stylegan2_config(1024, z_dim=512, w_dim=512, c_dim=0, widths=(512,) * 5 + (256,))
        )
        picture = made.synthesize(torch.empty(1, 18, 512))
    assert picture.shape == (1, 3, 1024, 1024)
    assert made.info.num_ws == 18


def test_classes_without_z() -> None:
    made = tiny_stylegan2(z_dim=0)
    assert made.map(torch.zeros(2, 0), torch.eye(3)[:2]).shape == (2, 6, 10)


# ------------------------------------------------------------------ gradients
@pytest.mark.parametrize("architecture", ["skip", "resnet"])
def test_gradients_by_finite_differences(architecture: str) -> None:
    made = tiny_stylegan2(8, architecture=architecture, conv_clamp=3.0).double()
    ws = codes(made, 1).double().requires_grad_()
    assert torch.autograd.gradcheck(made.synthesize, (ws,), atol=1e-6)
    z = torch.randn(1, 8, dtype=torch.double, requires_grad=True)
    c = torch.tensor([[0.2, 0.3, 0.5]], dtype=torch.double, requires_grad=True)
    assert torch.autograd.gradcheck(lambda z, c: made.map(z, c, 0.7), (z, c), atol=1e-6)


def test_changed_weights_are_seen() -> None:
    made = tiny_stylegan2()
    ws = codes(made)
    made.synthesize(ws)
    made.synthesis.b8.conv0.weight.mul_(torch.linspace(0.5, 2, 12)[:, None, None])
    made.synthesis.b8.conv1.bias.add_(1)
    other = tiny_stylegan2()
    other.load_state_dict(made.state_dict())
    assert torch.allclose(made.synthesize(ws), other.synthesize(ws), atol=1e-5)


# ------------------------------------------------------------------ training
def test_fresh_networks_follow_the_seed_and_leave_the_global_state() -> None:
    torch.manual_seed(3)
    expected = torch.rand(1)
    torch.manual_seed(3)
    one, two = (StyleGAN2Generator.fresh(stylegan2_config(), 7) for _ in range(2))
    assert torch.equal(torch.rand(1), expected)
    assert torch.equal(one.synthesis.b8.conv0.weight, two.synthesis.b8.conv0.weight)
    other = StyleGAN2Generator.fresh(stylegan2_config(), 8)
    assert not torch.equal(one.synthesis.b8.conv0.weight, other.synthesis.b8.conv0.weight)
    assert all(p.requires_grad for p in one.parameters())


def test_fresh_networks_start_as_published() -> None:
    made = StyleGAN2Generator.fresh(stylegan2_config(w_dim=64, z_dim=64, c_dim=0), 0)
    conv = made.synthesis.b8.conv0
    assert torch.equal(conv.affine.bias, torch.ones(12))
    assert not conv.noise_strength.any() and not conv.bias.any()
    assert float(made.mapping.fc0.weight.detach().std()) == pytest.approx(100, rel=0.1)
    assert float(conv.weight.detach().std()) == pytest.approx(1, rel=0.1)
    assert not made.mapping.w_avg.any()


def test_training_and_frozen_networks_agree() -> None:
    trained = stirred(StyleGAN2Generator.fresh(stylegan2_config(), 0))
    frozen = tiny_stylegan2()
    frozen.load_state_dict(trained.state_dict())
    frozen.weights_changed()
    ws = codes(frozen)
    picture = trained.synthesize(ws)
    assert torch.allclose(picture, frozen.synthesize(ws), atol=1e-6)
    picture.sum().backward()
    without = [n for n, p in trained.synthesis.named_parameters() if p.grad is None]
    assert not without


def test_smaller_pictures_stop_early_where_they_can() -> None:
    made = tiny_stylegan2(32)
    ws = codes(made)
    small = made.reduced(ws, 16)
    seen: list[object] = []
    hook = made.synthesis.b32.register_forward_hook(lambda *a: seen.append(a))
    assert torch.equal(made.reduced(ws, 16), small) and not seen
    hook.remove()
    assert torch.equal(made.reduced(ws, 32), made.synthesize(ws))
    other = tiny_stylegan2(32, architecture="resnet")
    whole = other.synthesize(ws)
    mean = whole.view(2, 3, 16, 2, 16, 2).mean((3, 5))
    assert torch.allclose(other.reduced(ws, 16), mean, atol=1e-5)
    assert torch.equal(other.reduced(ws, 64), whole)


def test_a_small_picture_resembles_the_large_one(shared: Path) -> None:
    model = open_model(_manifested(shared, "fruits-64"))
    assert isinstance(model, StyleGAN2Generator)
    ws = model.map(torch.randn(8, 256), torch.eye(16)[:8], 0.7)
    large = torch.nn.functional.interpolate(model.synthesize(ws), 32, mode="area")
    small = model.reduced(ws, 32)
    correlation = torch.corrcoef(torch.stack([large.flatten(), small.flatten()]))[0, 1]
    assert float(correlation) > 0.8
