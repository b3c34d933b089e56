"""The small picture shows photo, patches, masks and strokes where they are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ganpaint.document.document import Document
from ganpaint.picture.frame import Frame
from ganpaint.picture.mask import Mask
from ganpaint.picture.photo import Photo
from ganpaint.ui.miniature import miniature
from tests.ui.stand_ins import document_of, edit_of, stroke_of

pytestmark = pytest.mark.usefixtures("qapp")


def plain(level: int, width: int = 400, height: int = 200) -> Document:
    photo = Photo.make(np.full((height, width, 3), level, np.uint8), "RGB")
    return Document(photo, Frame(100, 100, 200))


def test_shape_and_colour() -> None:
    small = miniature(plain(90))
    assert small.shape == (48, 96, 3)
    assert np.abs(small.astype(int) - 90).max() <= 1
    assert not small.flags.writeable


def test_a_patch_lies_in_its_frame_and_mask() -> None:
    document = plain(0)
    edit = edit_of(0, document.frame)
    white = np.full((16, 16, 3), 65535, np.uint16)
    selected = np.zeros((200, 400), np.uint8)
    selected[:, :100] = 255
    masked = replace(edit.patch, picture=white, rec=None, mask=Mask.from_array(selected))
    small = miniature(document.with_edit(replace(edit, patch=masked)))
    assert small[24, 10].min() > 240
    assert small[24, 36].max() < 15
    assert small[24, 80].max() < 15


def test_strokes_are_drawn_until_there_is_a_picture() -> None:
    document = document_of()
    stroke = stroke_of()
    with_stroke = miniature(replace(document, strokes=(stroke,)))
    assert not np.array_equal(with_stroke, miniature(document))
    hidden = replace(stroke, visible=False)
    assert np.array_equal(miniature(replace(document, strokes=(hidden,))), miniature(document))


def test_transparency_is_laid_over_white() -> None:
    pixels = np.zeros((50, 50, 4), np.uint8)
    document = Document(Photo.make(pixels, "RGBA"), Frame(25, 25, 50))
    assert miniature(document).min() == 255
