"""Answers to what a file does not say."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from ganpaint.catalogue import Catalogue
from ganpaint.errors import BadModel, BadRequest
from ganpaint.tasks.requests import (
    AnswerModel,
    CardRequest,
    OpenModel,
    ThumbnailsRequest,
    finish,
)
from ganpaint.tasks.studio import Studio
from tests.models import tiny_dcgan


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A DCGAN with three classes whose file does not say so."""
    path = tmp_path / "faces.pth"
    torch.save(tiny_dcgan().state_dict(), path)
    return path


def test_the_card_names_the_question_and_the_answer_ends_it(studio: Studio, file: Path) -> None:
    card = finish(CardRequest(str(file)), studio)
    assert card.questions == ("c_dim",) and card.info.c_dim == 0
    assert finish(CardRequest(str(file), card.info.hash), studio).questions == ("c_dim",)
    info = finish(AnswerModel(str(file), (("c_dim", 3.0),)), studio)
    assert (info.c_dim, info.z_dim) == (3, card.info.z_dim - 3)
    assert info.hash == card.info.hash  # the weights are the same
    after = finish(CardRequest(str(file), info.hash), studio)
    assert after.questions == () and after.info.c_dim == 3
    entry = Catalogue.scan().find(info.hash)
    assert entry.class_names == ("class 0", "class 1", "class 2")


def test_what_was_measured_before_is_dropped(studio: Studio, file: Path) -> None:
    assert finish(OpenModel(str(file)), studio).c_dim == 0
    finish(AnswerModel(str(file), (("c_dim", 3.0),)), studio)
    info = finish(OpenModel(str(file)), studio)
    assert info.c_dim == 3
    assert len(finish(ThumbnailsRequest(info.hash), studio).pictures) == 3


def test_impossible_answers_are_refused(studio: Studio, file: Path, tmp_path: Path) -> None:
    with pytest.raises(BadModel, match="of them are classes"):
        finish(AnswerModel(str(file), (("c_dim", 99.0),)), studio)
    assert finish(CardRequest(str(file)), studio).questions == ("c_dim",)
    with pytest.raises(BadRequest, match="leaves nothing to be asked"):
        finish(AnswerModel(str(file), (("colour", 1.0),)), studio)
