"""Words and files as values of a request."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ganpaint.document import inputs
from ganpaint.errors import BadRequest, NotOffered
from ganpaint.model_info import ModelInfo
from ganpaint.picture.frame import Frame
from ganpaint.picture.photo import Photo, blank_photo
from ganpaint.tasks.requests import Blend

from .conftest import make_code

NAMES = ("Ginger", "grey", "tuxedo", "white")
INFO = ModelInfo("stylegan2", 8, 4, 8, 4, 64, 3, NAMES, name="cats-64", hash="a1b2")
PHOTO = Photo.make(np.zeros((40, 60, 3), np.uint8), "RGB")


def test_frames() -> None:
    assert inputs.read_frame("30,20.5,16", PHOTO, INFO) == Frame(30, 20.5, 16)
    turned = inputs.read_frame("30,20,16,-90", PHOTO, INFO)
    assert math.isclose(turned.angle, -math.pi / 2)
    assert inputs.read_frame("30,20,16,0.1rad", PHOTO, INFO).angle == 0.1
    default = inputs.read_frame("", PHOTO, INFO)
    assert default.size <= 40
    assert default.overlaps(60, 40)


@pytest.mark.parametrize("text", ["1,2", "1,2,3,4,5", "a,b,c", "1,2,0", "1,2,nan", "-99,2,3"])
def test_frames_that_are_none(text: str) -> None:
    with pytest.raises(BadRequest):
        inputs.read_frame(text, PHOTO, INFO)


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "LA"])
@pytest.mark.parametrize("depth", [8, 16])
def test_masks_from_pictures(mode: str, depth: int) -> None:
    channels = {"L": 1, "LA": 2, "RGB": 3, "RGBA": 4}[mode]
    pixels = np.zeros((40, 60, channels), np.uint8 if depth == 8 else np.uint16)
    pixels[10:20, 30:40, -1] = 128 if depth == 8 else 128 << 8
    mask = inputs.mask_of(Photo.make(pixels, mode), PHOTO, "mask.png")
    expected = np.zeros((40, 60), np.uint8)
    expected[10:20, 30:40] = 128
    assert (mask.array() == expected).all()


def test_masks_that_do_not_fit() -> None:
    for shape, words in (((40, 60), "is empty"), ((40, 61), "61 × 40 pixels, the photo 60 × 40")):
        picture = Photo.make(np.zeros(shape, np.uint8), "L")
        with pytest.raises(BadRequest, match=words):
            inputs.mask_of(picture, PHOTO, "mask.png")


@pytest.mark.behaviour("X30")
def test_classes_by_name_number_and_mix() -> None:
    assert inputs.class_weights(INFO, None, []) is None
    assert inputs.class_weights(INFO, "ginger", []) == (1, 0, 0, 0)
    assert inputs.class_weights(INFO, "3", []) == (0, 0, 0, 1)
    assert inputs.class_weights(INFO, "white", [("GREY", 0.25)]) == (0, 0.25, 0, 0.75)
    assert inputs.class_weights(INFO, None, [("grey", 2), ("white", 2)]) == (0, 0.5, 0, 0.5)


@pytest.mark.behaviour("X30")
def test_unknown_classes_name_the_nearest() -> None:
    with pytest.raises(BadRequest) as caught:
        inputs.find_class(INFO, "gingre")
    assert caught.value.sentence == 'There is no class "gingre" in "cats-64".'
    assert caught.value.remedy.startswith('Did you mean "Ginger"')
    with pytest.raises(BadRequest, match="a number from 0 to 3"):
        inputs.find_class(INFO, "zzz")
    with pytest.raises(BadRequest):
        inputs.find_class(INFO, "4")
    single = replace(INFO, class_names=("sphynx",), c_dim=1)
    with pytest.raises(BadRequest, match=r"Its only class is \"sphynx\", number 0\."):
        inputs.find_class(single, "7")


def test_mixes_without_sense() -> None:
    for name, shares in (("grey", [("white", 1.5)]), (None, [("white", 0.0)])):
        with pytest.raises(BadRequest):
            inputs.class_weights(INFO, name, shares)
    plain = ModelInfo("dcgan", 8, 0, 0, 0, 64, 3, name="plain")
    with pytest.raises(NotOffered):
        inputs.class_weights(plain, "white", [])


def test_blend_by_the_enlargement() -> None:
    blend = Blend(feather=5.0)
    assert inputs.blend_for(Frame(9, 9, 64), INFO, None, blend).mode == "replace"
    assert inputs.blend_for(Frame(9, 9, 640), INFO, None, blend).mode == "keep-detail"
    assert inputs.blend_for(Frame(9, 9, 640), INFO, "replace", blend) == blend


def test_edits_and_pictures() -> None:
    code = make_code(np.random.default_rng(0))
    edit = inputs.edit_of(code, INFO, Frame(9, 9, 9), Blend("keep-detail", 1.0, 0.5, 0.25))
    assert (edit.base, edit.patch.resolution, edit.patch.opacity) == (code, 64, 0.25)
    picture = np.full((4, 4, 3), 257 * 7 + 3, np.uint16)
    assert (inputs.picture_photo(picture).pixels == 7).all()
    assert (inputs.picture_photo(picture, 16).pixels == picture).all()


def test_composites_keep_the_type_where_it_is_lossless() -> None:
    wanted = {"a.PNG": ".png", "a.tiff": ".tif", "a.webp": ".webp", "a.jpg": ".png", "a": ".png"}
    for name, suffix in wanted.items():
        photo = Photo.make(np.zeros((2, 2, 3), np.uint8), "RGB", source=Path(name))
        assert inputs.composite_suffix(photo) == suffix
    assert inputs.composite_suffix(blank_photo(4)) == ".png"


def test_canvases() -> None:
    wide = inputs.canvas_for(Photo.make(np.zeros((3, 5, 4), np.uint8), "RGBA"))
    assert (wide.width, wide.height, wide.mode) == (5, 3, "RGB")
    assert inputs.canvas_of(7).width == 7
