"""Networks of a run: the model's own classes, and new ones from the nearest."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from ganpaint.engine.checkpoints import open_model
from ganpaint.errors import BadRequest, NotOffered
from ganpaint.training.folder import TrainingSet
from ganpaint.training.networks import (
    check_fits,
    fresh_networks,
    nearest_class,
    networks_from,
    pictures_of,
)
from ganpaint.training.recipe import Recipe
from tests.training.conftest import networks


def model_of(names: tuple[str, ...]) -> object:
    raw, _, judge = networks(16, len(names))
    raw.requires_grad_(False)
    object.__setattr__(raw, "discriminator", judge)  # beside, not inside, the module
    raw.info = replace(raw.info, class_names=names, name="tiny")
    return raw


def test_fresh_networks_have_the_asked_shape() -> None:
    raw, averaged, judge = fresh_networks(Recipe(resolution=32, z_dim=16), 3, 16)
    assert raw.info.resolution == averaged.info.resolution == judge.config.resolution == 16
    assert raw.info.c_dim == judge.config.c_dim == 3


def test_known_classes_keep_their_picture_in_any_order(data: TrainingSet) -> None:
    model = model_of(("red ones", "other", "green"))
    (raw, averaged, judge), names, notes = networks_from(model, data, "mine")
    assert names == ("green", "red ones")
    assert not notes
    z = torch.randn(2, 8)
    for mine, theirs in ((0, 2), (1, 0)):
        c_new, c_old = torch.eye(2)[[mine, mine]], torch.eye(3)[[theirs, theirs]]
        assert torch.allclose(raw.map(z, c_new), model.map(z, c_old), atol=1e-5)
        assert torch.allclose(averaged.map(z, c_new), model.map(z, c_old), atol=1e-5)
        images = torch.randn(1, 3, 16, 16)
        mine_logit = judge.logits(images, c_new[:1])
        assert torch.allclose(mine_logit, model.discriminator.logits(images, c_old[:1]), atol=1e-4)


def test_a_new_class_starts_as_the_nearest(data: TrainingSet) -> None:
    model = model_of(("a", "b", "c"))
    bare = replace(data, class_names=(), labels=data.labels * 0)
    _, names, notes = networks_from(model, bare, "mycat")
    assert names == ("mycat",)
    assert "starts as" in notes[0]


@pytest.mark.parametrize("coat", ["ginger", "grey", "tuxedo", "cream"])
def test_photos_find_the_class_they_look_like(shared: Path, coat: str) -> None:
    from PIL import Image

    paths = sorted((shared / "photos" / "cats").glob(f"{coat}*"))[:12]
    if not paths:
        pytest.skip("no photos of that coat")
    pixels = np.stack([np.asarray(Image.open(path).convert("RGB")) for path in paths])
    images = torch.from_numpy(pixels).permute(0, 3, 1, 2).float() / 127.5 - 1
    model = open_model("cats-64")
    found = nearest_class(model, model.discriminator, images)
    assert model.info.class_names[found] == coat


def test_models_without_discriminator_are_refused(data: TrainingSet) -> None:
    model = model_of(("a", "b"))
    object.__setattr__(model, "discriminator", None)
    with pytest.raises(NotOffered, match="cannot be trained further"):
        networks_from(model, data, "mine")


def test_smaller_resolution_is_refused() -> None:
    with pytest.raises(BadRequest, match="16 px"):
        check_fits(Recipe(resolution=8), model_of(("a",)))


def test_reordering_follows_names(data: TrainingSet) -> None:
    turned = data.reordered(("Red_Ones", "blue", "green"))
    assert np.array_equal(turned.labels == 2, data.labels == 0)
    with pytest.raises(BadRequest, match="no class “green”"):
        data.reordered(("red ones",))


def test_a_look_at_a_class_reads_a_few_pictures_only() -> None:
    """All of one class of 15,000 pictures would be copied into memory."""
    read = []

    class Counted:
        def __getitem__(self, rows: np.ndarray) -> np.ndarray:
            read.append(int(rows.sum()) if rows.dtype == bool else len(rows))
            return np.zeros((read[-1], 8, 8, 3), np.uint8)

    data = TrainingSet(Counted(), np.arange(5000) % 2, ("a", "b"), "digest")
    assert pictures_of(data, 1).shape == (64, 3, 8, 8)
    assert read == [64]


def test_models_in_shades_of_grey_are_refused(data: TrainingSet) -> None:
    model = model_of(("a",))
    model.info = replace(model.info, channels=1)
    with pytest.raises(NotOffered, match="shades of grey"):
        networks_from(model, data, "x")
