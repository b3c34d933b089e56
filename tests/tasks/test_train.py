"""Training as a task: fresh, resumed, and from a model; the result is an ordinary bundle."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

import ganpaint
from ganpaint.engine.checkpoints.bundle import write_bundle
from ganpaint.engine.checkpoints.tables import judge_table, stylegan2_table
from ganpaint.errors import BadRequest, NotOffered
from ganpaint.paths import models_dir
from ganpaint.progress import Stopped
from ganpaint.tasks.requests import Trained, TrainRequest, finish, perform
from ganpaint.tasks.studio import Studio
from ganpaint.tasks.train import run_folder
from ganpaint.training.resume import load_state
from ganpaint.training.together import Together
from tests.training.conftest import networks, pictures

__all__ = ["pictures"]  # the fixture of tests/training


@pytest.fixture(autouse=True)
def small_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ganpaint.training.networks.WIDTHS", (8, 8, 8, 8, 8))
    monkeypatch.setattr("ganpaint.training.networks.CMAP_DIM", 8)


def train(pictures: Path, **settings: Any) -> Trained:
    usual = {"out": "mine", "resolution": 16, "kimg": 0.064, "precision": "fp32"}
    request = TrainRequest(pictures, **(usual | settings))
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


def make_base(c_dim: int = 3, **shape: Any) -> None:
    """A model called base; `shape` changes its generator."""
    raw, _, judge = networks(16, c_dim)
    raw = type(raw).fresh(replace(raw.config, **shape), 0)
    with torch.no_grad():
        for name, parameter in raw.named_parameters():
            if name.endswith("noise_strength"):
                parameter.fill_(0.5)
    tensors = {f"G_ema.{k}": v for k, v in raw.state_dict().items()}
    tensors |= {f"D.{k}": v for k, v in judge.state_dict().items()}
    tensors = {k: v for k, v in tensors.items() if not k.endswith("resample_filter")}
    card = {
        "family": "stylegan2",
        "generator": stylegan2_table(raw.config),
        "discriminator": judge_table(judge.config),
    }
    names = {"classes": {"names": ["a", "b", "c"]}} if c_dim else {}
    write_bundle(models_dir() / "base", tensors, card | names)


def card_of(result: Trained) -> dict[str, Any]:
    return tomllib.loads(result.path.with_suffix(".toml").read_text(encoding="utf-8"))


def test_ten_pictures_of_ones_own_from_a_model(pictures: Path) -> None:
    make_base()
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
    strengths = [v for k, v in model.state_dict().items() if k.endswith("noise_strength")]
    assert strengths and not any(map(float, strengths))  # it was learnt without noise


def test_a_model_without_classes_learns_class_folders_as_one(pictures: Path) -> None:
    make_base(0)
    train(pictures, base="base", resolution=0)
    result = train(pictures, kimg=0.08, resolution=0, resume=True)
    assert ganpaint.open_model(str(result.path)).info.c_dim == 0


def test_a_model_of_another_make_is_gone_on_with(pictures: Path) -> None:
    """Widths as usual, all else not: a checkpoint tells the whole shape."""
    shape = {"w_dim": 12, "layer_features": 10, "use_noise": False, "conv_clamp": 256.0}
    make_base(**shape, widths=(8, 8, 8, 8, 8))
    train(pictures, base="base", resolution=0)
    result = train(pictures, kimg=0.08, resolution=0, resume=True)
    config = ganpaint.open_model(str(result.path)).config
    assert {name: getattr(config, name) for name in shape} == shape


def test_a_model_that_cannot_grow_is_told_so(pictures: Path) -> None:
    make_base(architecture="resnet")
    with pytest.raises(NotOffered, match="cannot grow"):
        train(pictures, base="base", resolution=32)


def test_the_card_of_a_run_in_parts_says_how_it_was_begun(pictures: Path) -> None:
    make_base()
    begun = {"base": "base", "resolution": 0, "batch": 4, "dedupe": True}
    train(pictures, **begun, title="Mine", licence="CC0")
    (models_dir() / "base.safetensors").unlink()
    result = train(pictures, kimg=0.08, resolution=0, resume=True, licence="CC BY")
    card = card_of(result)
    assert card["training"]["recipe"] == (
        "ganpaint train pictures --out mine --from base --batch 4 --dedupe --kimg 0.08"
    )
    assert (card["title"], card["data"]["licence"]) == ("Mine", "CC BY")


def test_settings_that_cannot_change_on_the_way_are_told(pictures: Path) -> None:
    train(pictures)
    request = TrainRequest(pictures, "mine", 32, kimg=0.08, resume=True, batch=16)
    sentences = [p.sentence for p in perform(request, Studio(device="cpu"))]
    assert any("--resolution 32 is not heeded" in sentence for sentence in sentences)
    assert any("--batch 16 is not heeded" in sentence for sentence in sentences)


def test_the_precision_is_kept_when_it_is_gone_on_with(
    pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Measured again beside another busy program it might come out otherwise."""
    train(pictures, precision="bf16")
    monkeypatch.setattr("ganpaint.tasks.train_setup.faster_precision", lambda device: "fp32")
    train(pictures, precision="auto", kimg=0.08, resume=True)
    assert load_state(run_folder("mine")).facts["recipe"]["precision"] == "bf16"


def test_pictures_in_other_classes_are_other_pictures(pictures: Path) -> None:
    train(pictures)
    shutil.copytree(pictures / "green", pictures / "blue")
    with pytest.raises(BadRequest, match="not those"):
        train(pictures, kimg=0.096, resume=True)


@pytest.mark.parametrize("phase", ["Reading the pictures", "settling"])
def test_stopping_before_anything_was_learnt_makes_no_model(pictures: Path, phase: str) -> None:
    make_base()
    studio = Studio(device="cpu")
    request = TrainRequest(pictures / "red_ones", "mine", base="base", kimg=1, precision="fp32")
    with pytest.raises(Stopped):
        for progress in perform(request, studio):
            if phase in (progress.sentence, getattr(progress, "phase", "")):
                studio.stop.keep_best()
    assert not (models_dir() / "mine.safetensors").exists()


def test_a_fresh_run_that_is_stopped_at_once_makes_no_model(pictures: Path) -> None:
    studio = Studio(device="cpu")
    with pytest.raises(Stopped):
        for _ in perform(TrainRequest(pictures, "mine", 16, kimg=1, precision="fp32"), studio):
            studio.stop.keep_best()
    assert not (models_dir() / "mine.safetensors").exists()


def test_a_path_says_where_the_model_goes(pictures: Path, tmp_path: Path) -> None:
    out = tmp_path / "Mödelle" / "mein kätzchen.safetensors"
    with pytest.raises(BadRequest, match=r"Mödelle.* does not exist"):
        train(pictures, out=str(out))
    out.parent.mkdir()
    result = train(pictures, out=str(out))
    assert result.path == out and result.name == "mein kätzchen"
    assert card_of(result)["title"] == "mein kätzchen"
    assert ganpaint.open_model(str(out)).info.c_dim == 2


def test_a_model_of_that_name_is_not_overwritten(pictures: Path) -> None:
    make_base()
    with pytest.raises(BadRequest, match="There is a model “base” already"):
        train(pictures, out="base")


@pytest.mark.parametrize("out", ["..", ".", "a/..", ".hidden", "what?"])
def test_names_that_are_none_are_refused(pictures: Path, out: str) -> None:
    with pytest.raises(BadRequest, match="no name for a model"):
        train(pictures, out=out)


def test_a_batch_that_processes_cannot_share_is_refused(
    pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def three() -> Iterator[Together]:
        yield Together(0, 3)

    monkeypatch.setattr("ganpaint.tasks.train.joined", three)
    with pytest.raises(BadRequest, match="shared out among 3 processes"):
        train(pictures, batch=16)


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
