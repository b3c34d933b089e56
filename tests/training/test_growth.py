"""Growing keeps the picture and the discriminator's judgement."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from ganpaint.engine.generators.resample import upsample2
from ganpaint.training.folder import TrainingSet
from ganpaint.training.growth import first_features, grow, grown_generator
from ganpaint.training.loop import moments
from tests.training.conftest import trainer


def test_a_grown_generator_paints_the_same_picture_enlarged(data: TrainingSet) -> None:
    small = trainer(data, resolution=8).G
    grown = grown_generator(small, 16, seed=1)
    z, c = torch.randn(3, 8), torch.eye(2)[[0, 1, 0]]
    with torch.no_grad():
        former = small.synthesize(small.map(z, c))
        now = grown.synthesize(grown.map(z, c))
        wanted = upsample2(former, grown.synthesis.b16.resample_filter)
    assert torch.allclose(now, wanted, atol=1e-5)


def test_warm_up_teaches_the_new_block_and_training_goes_on(data: TrainingSet) -> None:
    run = trainer(data, resolution=8, fade_images=64)
    for _ in range(3):
        run.step()
    errors = list(grow(run, warm_up_steps=120))
    assert errors[-1] < 0.5 * errors[0]
    assert run.resolution == 16
    assert run.fade == 0
    figures = run.step()
    assert figures.bad_gradients == 0
    for _ in range(8):
        run.step()
    assert run.fade == 1


def test_a_new_block_learns_though_those_below_it_are_frozen(data: TrainingSet) -> None:
    """Few pictures from a model, at twice its size: FreezeD holds what the model brought only."""
    run = trainer(data, resolution=8, freeze_above=8, going_on=True)
    errors = list(grow(run, warm_up_steps=60))
    assert errors[-1] < errors[0]
    run.step()
    learns = {name: p.requires_grad for name, p in run.D.named_parameters()}
    assert not any(learns[name] for name in learns if name.startswith("b8."))
    assert all(learns[name] for name in learns if name.startswith("b16."))


def test_moments_of_the_tensors_that_live_on_are_kept(data: TrainingSet) -> None:
    run = trainer(data, resolution=8)
    for _ in range(3):
        run.step()
    former_g, former_d = moments(run.G, run.opt_g), moments(run.D, run.opt_d)
    list(grow(run, warm_up_steps=1))
    for former, network, optimiser in (
        (former_g, run.G, run.opt_g),
        (former_d, run.D, run.opt_d),
    ):
        now = moments(network, optimiser)
        names = {name for name, _ in network.named_parameters()}
        assert set(now) == {name for name in former if name in names}
        assert any("b4." in name for name in now)
        assert not any("b16." in name for name in now)  # the new block begins afresh
        for name, entry in now.items():
            assert float(entry["step"]) == 3
            assert torch.equal(entry["exp_avg_sq"], former[name]["exp_avg_sq"])


def test_first_features_are_the_from_rgb_layer(data: TrainingSet) -> None:
    judge = trainer(data, resolution=8).D
    images = torch.randn(2, 3, 8, 8)
    layer = judge.b8.fromrgb
    assert torch.allclose(first_features(judge, images), layer(images), atol=1e-6)
    assert F.avg_pool2d(images, 2).shape[-1] == 4
