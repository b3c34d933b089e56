"""The card of a finished training: figures and the strip of nearest training pictures."""

from __future__ import annotations

import io
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from ganpaint.errors import DiskFull
from ganpaint.manifest import companions, nearest_of, read_manifest
from ganpaint.paths import models_dir
from ganpaint.tasks import trained_card
from ganpaint.tasks.requests import TrainRequest
from ganpaint.tasks.trained_card import encoded, measured, nearest_first, write_trained
from ganpaint.training.folder import TrainingSet, load_folder
from tests.training.conftest import data, pictures, trainer

__all__ = ["data", "pictures"]  # the fixtures of tests/training


def request(pictures: Path, out: str = "mine") -> TrainRequest:
    return TrainRequest(pictures, out, 16, kimg=1, licence="CC0", title="My pictures")


def shades(folder: Path, count: int) -> TrainingSet:
    """Pictures of two shades side by side that nobody takes for one another."""
    rng = np.random.default_rng(5)
    folder.mkdir()
    for k in range(count):
        left, right = rng.integers(0, 255, (2, 3))
        picture = np.concatenate([np.tile(left, (24, 12, 1)), np.tile(right, (24, 12, 1))], 1)
        Image.fromarray(picture.astype(np.uint8)).save(folder / f"{k:02d}.png")
    return load_folder(folder, 16)


def test_the_bundle_has_its_strip_beside_it(data: TrainingSet, pictures: Path) -> None:
    result = write_trained(request(pictures), trainer(data), pictures.parent)
    assert [p.name for p in companions(result.path)] == ["mine.toml", "mine.nearest.webp"]
    record = read_manifest(result.path.with_suffix(".toml"))
    assert record["quality"]["nearest"] == "mine.nearest.webp"
    assert record["quality"]["memorising"]["samples"] == 256
    strip = nearest_of(record, result.path)
    assert strip is not None and strip.stat().st_size <= 100_000
    with Image.open(strip) as picture:
        assert picture.format == "WEBP" and picture.size == (8 * 16, 2 * 16)
    assert record["data"]["licence"] == "CC0" and record["title"] == "My pictures"


def test_a_licence_that_was_not_given_is_absent(data: TrainingSet, pictures: Path) -> None:
    asked = replace(request(pictures), licence="")
    result = write_trained(asked, trainer(data), pictures.parent)
    assert "licence" not in read_manifest(result.path.with_suffix(".toml"))["data"]


def test_a_path_with_a_dot_keeps_all_three_together(data: TrainingSet, pictures: Path) -> None:
    out = pictures.parent / "mine.v2"
    result = write_trained(request(pictures, str(out)), trainer(data), pictures.parent)
    names = sorted(p.name for p in pictures.parent.glob("mine.v2*"))
    assert names == ["mine.v2.nearest.webp", "mine.v2.safetensors", "mine.v2.toml"]
    card = tomllib.loads(result.path.with_suffix(".toml").read_text(encoding="utf-8"))
    assert nearest_of(card, result.path) == out.with_name("mine.v2.nearest.webp")


@pytest.mark.parametrize("mirrored", [False, True])
def test_copies_stand_over_their_originals(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mirrored: bool
) -> None:
    made = shades(tmp_path / "shades", 20)

    def copies(trainer: Any, count: int, seed: int) -> Any:
        pictures = torch.from_numpy(np.array(made.pictures[:20])).permute(0, 3, 1, 2) / 127.5 - 1
        for start in range(0, count, 20):
            batch = pictures[: min(20, count - start)]
            yield batch.flip(3) if mirrored else batch

    monkeypatch.setattr(trained_card, "fakes", copies)
    figures, strip = measured(trainer(made))
    assert figures["memorising"]["ratio"] < 0.1
    above, below = strip[:16].astype(int), strip[16:].astype(int)
    assert np.abs(above - below).max() <= 1  # turned round as the sample is
    columns = above.reshape(16, 8, 16, 3).swapaxes(0, 1).reshape(8, -1)
    assert len(np.unique(columns, axis=0)) == 8  # eight different ones


def test_each_training_picture_once_as_far_as_they_go() -> None:
    indices = np.array([4, 4, 4, 7, 7, 9])
    distances = np.array([0.1, 0.2, 0.3, 0.5, 0.4, 0.6], np.float32)
    assert nearest_first(indices, distances, 3) == [0, 4, 5]
    assert nearest_first(indices, distances, 5) == [0, 1, 2, 4, 5]
    assert nearest_first(indices, distances, 8) == [0, 1, 2, 4, 3, 5]


def test_the_hardest_strip_stays_small() -> None:
    noise = np.random.default_rng(0).integers(0, 255, (192, 768, 3)).astype(np.uint8)
    data = encoded(noise)
    assert len(data) <= trained_card.LARGEST
    with Image.open(io.BytesIO(data)) as picture:
        assert picture.size == (768, 192)


def test_large_pictures_are_reduced(monkeypatch: pytest.MonkeyPatch, data: TrainingSet) -> None:
    monkeypatch.setattr(trained_card, "CELL", 8)
    assert measured(trainer(data))[1].shape == (16, 64, 3)


def test_a_strip_that_cannot_be_kept_leaves_the_model(
    monkeypatch: pytest.MonkeyPatch, data: TrainingSet, pictures: Path
) -> None:
    models_dir().mkdir(parents=True, exist_ok=True)
    former = models_dir() / "mine.nearest.webp"
    former.write_bytes(b"of a former model")

    def full(path: Path) -> Any:
        raise DiskFull("The disk is full.", "Make room.")

    monkeypatch.setattr(trained_card, "atomic_write", full)
    result = write_trained(request(pictures), trainer(data), pictures.parent)
    assert companions(result.path) == [result.path.with_suffix(".toml")]
    assert nearest_of(read_manifest(result.path.with_suffix(".toml")), result.path) is None
