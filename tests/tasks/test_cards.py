"""Cards: facts and a sheet of samples, made once, without measuring or holding the model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from ganpaint.catalogue import Catalogue
from ganpaint.engine.checkpoints.bundle import parts_of, write_bundle
from ganpaint.errors import BadModel
from ganpaint.progress import Stopped
from ganpaint.tasks.cards import read_card, sample_codes
from ganpaint.tasks.requests import Card, CardRequest, finish, perform
from ganpaint.tasks.studio import Studio
from tests.models import (
    tiny_biggan,
    tiny_biggan_deep,
    tiny_dcgan,
    tiny_stylegan2,
    tiny_stylegan3,
)

MAKERS = (tiny_stylegan2, tiny_stylegan3, tiny_biggan, tiny_biggan_deep, tiny_dcgan)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A tiny model as a bundle."""
    tensors, manifest = parts_of(tiny_stylegan2())
    return write_bundle(tmp_path / "tiny", tensors, manifest, half=False)


def test_a_card_is_made_once_and_needs_no_file_the_second_time(studio: Studio, file: Path) -> None:
    card = finish(CardRequest(str(file)), studio)
    assert isinstance(card, Card)
    assert card.sheet.shape == (64, 64, 3) and not card.sheet.flags.writeable
    assert (card.info.family, card.info.c_dim, card.info.w_dim) == ("stylegan2", 3, 10)
    cells = card.sheet.reshape(4, 16, 4, 16, 3).swapaxes(1, 2).reshape(16, -1)
    assert len(np.unique(cells, axis=0)) == 16  # all samples differ
    file.unlink()
    again = finish(CardRequest("no such name", card.info.hash), studio)
    assert np.array_equal(again.sheet, card.sheet)
    assert again.info.capabilities == card.info.capabilities
    assert again.info.parameters == card.info.parameters > 0


def test_the_model_is_neither_measured_nor_held(studio: Studio, file: Path) -> None:
    finish(CardRequest(str(file)), studio)
    assert not (studio.cache / "calibration").exists()
    assert not studio._shelf.models
    assert [entry.family for entry in Catalogue.scan().entries if entry.source == "recent"] == [
        "stylegan2"
    ]  # but what was learnt of a foreign file is remembered


def test_an_open_model_is_not_loaded_again(studio: Studio, model: str) -> None:
    card = finish(CardRequest(model), studio)  # there is no file of it
    assert card.info.hash == model


def test_a_damaged_card_is_made_anew(studio: Studio, file: Path) -> None:
    card = finish(CardRequest(str(file)), studio)
    kept = studio.cache / "cards" / f"{card.info.hash}.npz"
    kept.write_bytes(kept.read_bytes()[:-200])
    assert read_card(studio.cache, card.info.hash) is None
    again = finish(CardRequest(str(file), card.info.hash), studio)
    assert np.array_equal(again.sheet, card.sheet)


def test_a_card_of_another_model_is_not_believed(studio: Studio, file: Path) -> None:
    card = finish(CardRequest(str(file)), studio)
    folder = studio.cache / "cards"
    (folder / f"{card.info.hash}.npz").rename(folder / f"{'0' * 64}.npz")
    assert read_card(studio.cache, "0" * 64) is None


def test_it_stops_between_two_samples(studio: Studio, file: Path) -> None:
    task = perform(CardRequest(str(file)), studio)
    next(task), next(task)
    studio.stop.discard()
    with pytest.raises(Stopped):
        next(task)
    assert not (studio.cache / "cards").exists()


def test_a_file_that_is_no_model_is_refused_with_its_sentence(
    studio: Studio, tmp_path: Path
) -> None:
    path = tmp_path / "letter.pkl"
    path.write_text("<html>")
    with pytest.raises(BadModel, match=r'"letter.pkl".*web page'):
        finish(CardRequest(str(path)), studio)


@pytest.mark.parametrize("make", MAKERS)
def test_samples_of_every_family(make: object) -> None:
    generator = make()  # type: ignore[operator]
    codes = sample_codes(generator)
    with torch.no_grad():
        pictures = generator.paint(codes)
    assert pictures.shape[0] == 16 and bool(torch.isfinite(pictures).all())
    if generator.info.c_dim:
        classes = {int(code.c.argmax()) for code in codes if code.c is not None}
        assert classes == set(range(generator.info.c_dim))


def test_samples_of_many_classes_are_spread_over_all() -> None:
    codes = sample_codes(tiny_dcgan(c_dim=160))
    classes = [int(code.c.argmax()) for code in codes if code.c is not None]
    assert classes == list(range(0, 160, 10))


def test_large_pictures_are_reduced(
    monkeypatch: pytest.MonkeyPatch, studio: Studio, tmp_path: Path
) -> None:
    from ganpaint.tasks import cards

    monkeypatch.setattr(cards, "LARGEST", 8)
    path = write_bundle(tmp_path / "large", *parts_of(tiny_stylegan2(32)), half=False)
    assert finish(CardRequest(str(path)), studio).sheet.shape == (32, 32, 3)
