"""Training as a task: fresh, resumed, and from a model; the result is an ordinary bundle."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

import ganpaint
from ganpaint.engine.checkpoints.bundle import write_bundle
from ganpaint.engine.checkpoints.tables import judge_table, stylegan2_table
from ganpaint.errors import BadRequest
from ganpaint.paths import models_dir
from ganpaint.tasks.requests import Trained, TrainRequest, finish, perform
from ganpaint.tasks.studio import Studio
from ganpaint.tasks.train import run_folder
from ganpaint.training.resume import load_state
from tests.training.conftest import networks, pictures

__all__ = ["pictures"]  # the fixture of tests/training


@pytest.fixture(autouse=True)
def small_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ganpaint.training.networks.WIDTHS", (8, 8, 8, 8, 8))
    monkeypatch.setattr("ganpaint.training.networks.CMAP_DIM", 8)


def train(pictures: Path, **settings: Any) -> Trained:
    request = TrainRequest(
        pictures, "mine", **({"resolution": 16, "kimg": 0.064, "precision": "fp32"} | settings)
    )
    result: Trained = finish(request, Studio(device="cpu"))
    return result


def test_a_fresh_model_is_an_ordinary_bundle(pictures: Path) -> None:
    result = train(pictures)
    assert result.path == models_dir() / "mine.safetensors"
    model = ganpaint.open_model("mine")
    assert model.info.class_names == ("green", "red ones")
    images = model.synthesize(model.map(torch.randn(2, 256), torch.eye(2)))
    assert images.shape == (2, 3, 16, 16)
    card = tomllib.loads(result.path.with_suffix(".toml").read_text(encoding="utf-8"))
    assert card["data"]["images"] == 15
    assert card["training"]["recipe"].startswith("ganpaint train pictures --out mine")
    assert card["quality"]["distance"]["kind"] == "KD-squeeze"
    assert card["quality"]["memorising"]["ratio"] > 0


def test_resuming_goes_on_from_the_last_checkpoint(pictures: Path) -> None:
    train(pictures)
    assert load_state(run_folder("mine")).facts["images"] == 64
    train(pictures, kimg=0.096, resume=True)
    assert load_state(run_folder("mine")).facts["images"] == 96


def test_resuming_with_other_pictures_is_refused(pictures: Path) -> None:
    train(pictures)
    (pictures / "green" / "000.png").unlink()
    with pytest.raises(BadRequest, match="not those"):
        train(pictures, kimg=0.096, resume=True)


def test_ten_pictures_of_ones_own_from_a_model(pictures: Path) -> None:
    raw, _, judge = networks(16, 3)
    tensors = {f"G_ema.{k}": v for k, v in raw.state_dict().items()}
    tensors |= {f"D.{k}": v for k, v in judge.state_dict().items()}
    tensors = {k: v for k, v in tensors.items() if not k.endswith("resample_filter")}
    write_bundle(
        models_dir() / "base",
        tensors,
        {
            "family": "stylegan2",
            "generator": stylegan2_table(raw.config),
            "discriminator": judge_table(judge.config),
            "classes": {"names": ["a", "b", "c"]},
        },
    )
    request = TrainRequest(pictures / "red_ones", "own", base="base", kimg=0.032, precision="fp32")
    task = perform(request, Studio(device="cpu"))
    sentences = []
    try:
        while True:
            sentences.append(next(task).sentence)
    except StopIteration as end:
        result = end.value
    assert any("starts as" in sentence for sentence in sentences)
    model = ganpaint.open_model(str(result.path))
    assert model.info.c_dim == 1
    assert model.info.z_dim == 8


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"kimg": 0.0}, "length of the training"),
        ({"minutes": 1.0}, "length of the training"),
        ({"resolution": 48}, "not a resolution"),
        ({"batch": 6}, "multiple of 4"),
    ],
)
def test_unclear_settings_are_refused(pictures: Path, settings: dict[str, Any], words: str) -> None:
    with pytest.raises(BadRequest, match=words):
        train(pictures, **settings)


def test_stopping_leaves_a_checkpoint_to_go_on_with(pictures: Path) -> None:
    studio = Studio(device="cpu")
    request = replace(TrainRequest(pictures, "mine", 16, kimg=50), precision="fp32")
    for progress in perform(request, studio):
        if getattr(progress, "images", 0) >= 16:
            studio.stop.keep_best()
    assert 16 <= load_state(run_folder("mine")).facts["images"] < 5000
