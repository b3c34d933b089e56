"""The table of losses."""

from __future__ import annotations

import pytest
import torch

from ganpaint.engine.losses import LOSSES, make_loss
from ganpaint.errors import BadRequest, MissingTrunk, NotOffered
from tests.models import tiny_stylegan2

CPU = torch.device("cpu")


def test_every_entry_makes_its_loss_or_gives_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TORCH_HOME", "/nowhere")
    model = tiny_stylegan2()
    for entry in LOSSES:
        assert entry.title and entry.sentence.endswith(".")
        if entry.reason(model):
            with pytest.raises(MissingTrunk):
                make_loss(entry.name, model, CPU)
            continue
        loss = make_loss(entry.name, model, CPU)
        target = torch.zeros(1, 3, 16, 16)
        state = loss.prepare(target, torch.ones(1, 1, 16, 16))
        assert loss(target + 0.5, state).shape == (1,)
    greyed = {entry.name for entry in LOSSES if entry.reason(model)}
    assert greyed == {"lpips-alex", "lpips-vgg"}


def test_without_a_discriminator() -> None:
    model = tiny_stylegan2()
    model.discriminator = None
    entry = next(entry for entry in LOSSES if entry.name == "discriminator")
    assert "without its discriminator" in entry.reason(model)
    with pytest.raises(NotOffered, match="without its discriminator"):
        make_loss("discriminator", model, CPU)


def test_an_unknown_loss() -> None:
    with pytest.raises(BadRequest, match="no loss called “ssim”"):
        make_loss("ssim", tiny_stylegan2(), CPU)
