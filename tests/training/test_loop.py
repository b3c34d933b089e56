"""One training step at a time: both networks learn, and a resumed run takes the same step."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from ganpaint.training.folder import TrainingSet
from ganpaint.training.growth import grow
from ganpaint.training.loop import Trainer, _mend_gradients
from ganpaint.training.recipe import Recipe
from ganpaint.training.resume import load_state, save_state
from tests.training.conftest import networks, trainer


def flat(network: torch.nn.Module) -> torch.Tensor:
    return torch.cat([p.detach().flatten() for p in network.parameters()])


def test_a_step_moves_both_networks_and_the_average(data: TrainingSet) -> None:
    run = trainer(data)
    before = flat(run.G), flat(run.G_ema), flat(run.D)
    figures = run.step()
    after = flat(run.G), flat(run.G_ema), flat(run.D)
    assert all(not torch.equal(a, b) for a, b in zip(before, after, strict=True))
    assert run.images == 8
    assert figures.loss_d > 0
    assert figures.bad_gradients == 0


def test_noise_is_never_learnt(data: TrainingSet) -> None:
    run = trainer(data)
    for _ in range(3):
        run.step()
    strengths = [p for name, p in run.G.named_parameters() if name.endswith("noise_strength")]
    assert strengths
    assert all(float(p) == 0 for p in strengths)


def test_the_discriminator_learns_to_tell_them_apart(data: TrainingSet) -> None:
    run = trainer(data, learning_rate=0.005)
    first = [run.step().loss_d for _ in range(5)]
    later = [run.step().loss_d for _ in range(30)][-5:]
    assert sum(later) < sum(first)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"start_p": 0.5},
        {"precision": "bf16"},
        {"freeze_above": 16},
        {"resolution": 8, "fade_images": 64},
    ],
    ids=str,
)
def test_resuming_takes_the_very_same_next_step(
    data: TrainingSet, tmp_path: Path, settings: dict[str, Any]
) -> None:
    run = trainer(data, **settings)
    for _ in range(3):
        run.step()
    if "resolution" in settings:
        list(grow(run, warm_up_steps=2))
    save_state(tmp_path, run.state())
    wanted = run.step()
    again = trainer(data, **(settings | {"resolution": 16}))
    again.restore(load_state(tmp_path))
    got = again.step()
    assert got == wanted
    assert torch.equal(flat(run.G), flat(again.G))
    assert torch.equal(flat(run.D), flat(again.D))


def test_every_process_draws_its_own_pictures_after_resuming(data: TrainingSet) -> None:
    state = trainer(data).state()
    batches = []
    for rank in (0, 1):
        run = Trainer(networks(16), data, Recipe(16, 16, 8), (rank, 2))
        run.restore(state)
        batches.append(run.draw(4)[0])
    assert not torch.equal(*batches)


def test_bf16_takes_nearly_the_same_step(data: TrainingSet) -> None:
    exact, reduced = trainer(data).step(), trainer(data, precision="bf16").step()
    assert reduced.loss_g == pytest.approx(exact.loss_g, rel=0.05)
    assert reduced.loss_d == pytest.approx(exact.loss_d, rel=0.05)


def test_frozen_blocks_stay(data: TrainingSet) -> None:
    run = trainer(data, freeze_above=16)
    before = {name: p.detach().clone() for name, p in run.D.named_parameters()}
    run.step()
    run.step()
    for name, parameter in run.D.named_parameters():
        assert torch.equal(before[name], parameter) == name.startswith("b16.")


def test_bad_gradients_are_counted_and_mended() -> None:
    layer = torch.nn.Linear(2, 1)
    layer.weight.grad = torch.tensor([[float("nan"), float("inf")]])
    layer.bias.grad = torch.zeros(1)
    assert _mend_gradients(layer) == 2
    assert layer.weight.grad.tolist() == [[0.0, 1e5]]


def test_real_batches_show_every_picture_mirrored_or_not(data: TrainingSet) -> None:
    run = trainer(data, resolution=8)
    images, c = run.real_batch(6)
    assert images.shape == (6, 3, 8, 8)
    assert c is not None
    assert c.sum(1).tolist() == [1.0] * 6
    assert images.abs().max() <= 1
