"""Cards: facts and a sheet of samples, made once, without measuring or holding the model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from ganpaint.catalogue import Catalogue
from ganpaint.engine.checkpoints.bundle import parts_of, write_bundle
from ganpaint.errors import BadModel, BadRequest
from ganpaint.progress import Stopped
from ganpaint.tasks.answer_model import drop_measurements
from ganpaint.tasks.cards import class_codes, read_card, read_strip, sample_codes
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


# ------------------------------------------------------------------------------ one class
def test_a_sheet_of_one_class_is_kept_beside_the_card(studio: Studio, file: Path) -> None:
    card = finish(CardRequest(str(file)), studio)
    first = finish(CardRequest(str(file), card.info.hash, 1), studio)
    second = finish(CardRequest(str(file), card.info.hash, 2), studio)
    assert first.sheet.shape == card.sheet.shape
    assert not np.array_equal(first.sheet, second.sheet)
    assert not np.array_equal(first.sheet, card.sheet)
    cells = first.sheet.reshape(4, 16, 4, 16, 3).swapaxes(1, 2).reshape(16, -1)
    assert len(np.unique(cells, axis=0)) == 16
    file.unlink()
    again = finish(CardRequest("gone", card.info.hash, 1), studio)
    assert np.array_equal(again.sheet, first.sheet)
    drop_measurements(studio.cache, card.info.hash)
    assert not list((studio.cache / "cards").iterdir())  # an answer changes these pictures too


@pytest.mark.parametrize("make", MAKERS)
def test_samples_of_one_class_of_every_family(make: object) -> None:
    generator = make()  # type: ignore[operator]
    if not generator.info.c_dim:
        with pytest.raises(BadRequest, match="no class 1"):
            class_codes(generator, 1)
        return
    codes = class_codes(generator, 1)
    assert len(codes) == 16 and {int(code.c.argmax()) for code in codes} == {1}
    with torch.no_grad():
        pictures = generator.paint(codes)
    assert bool(torch.isfinite(pictures).all())


def test_a_class_is_truncated_towards_its_own_mean() -> None:
    generator = tiny_stylegan2()
    one_hot = torch.eye(3)[1].expand(4096, -1)
    with torch.no_grad():
        ws = generator.map(torch.randn(4096, generator.info.z_dim), one_hot)
    codes = torch.stack([torch.tensor(code.values) for code in class_codes(generator, 1)])
    spread = ws.std(0).mean()
    assert float((codes.mean(0) - ws.mean(0)).abs().mean()) < 0.5 * float(spread)
    assert float(codes.std(0).mean()) < 0.9 * float(spread)


def test_a_class_that_is_not_there(studio: Studio, file: Path) -> None:
    for k in (-1, 3):
        with pytest.raises(BadRequest, match=r"no class .* It has 3 classes"):
            finish(CardRequest(str(file), of_class=k), studio)


# ------------------------------------------------------------------------------ the strip
def test_the_nearest_training_pictures_come_with_the_card(studio: Studio, file: Path) -> None:
    beside = file.with_name("tiny.nearest.webp")
    strip = np.zeros((32, 128, 3), np.uint8)
    strip[16:] = 200
    Image.fromarray(strip).save(beside, lossless=True)
    card = finish(CardRequest(str(file), nearest=beside), studio)
    assert np.array_equal(card.nearest, strip) and not card.nearest.flags.writeable
    kept = finish(CardRequest(str(file), card.info.hash, nearest=beside), studio)
    assert np.array_equal(kept.nearest, strip)
    beside.unlink()
    gone = finish(CardRequest(str(file), card.info.hash, nearest=beside), studio)
    assert gone.nearest is None and np.array_equal(gone.sheet, card.sheet)


@pytest.mark.parametrize("size", [(128, 31), (100, 32), (9000, 2), (3000, 3000)])
def test_a_strip_of_another_form_is_not_shown(tmp_path: Path, size: tuple[int, int]) -> None:
    path = tmp_path / "x.nearest.webp"
    Image.new("RGB", size).save(path, "PNG")
    assert read_strip(path) is None


def test_a_damaged_strip_is_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "x.nearest.webp"
    path.write_bytes(b"RIFF\x10\0\0\0WEBPVP8 ")
    assert read_strip(path) is None
    path.unlink()
    path.mkdir()
    assert read_strip(path) is None


def test_large_pictures_are_reduced(
    monkeypatch: pytest.MonkeyPatch, studio: Studio, tmp_path: Path
) -> None:
    from ganpaint.tasks import cards

    monkeypatch.setattr(cards, "LARGEST", 8)
    path = write_bundle(tmp_path / "large", *parts_of(tiny_stylegan2(32)), half=False)
    assert finish(CardRequest(str(path)), studio).sheet.shape == (32, 32, 3)
