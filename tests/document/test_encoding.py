"""Values ↔ JSON: exact, shared parts once, wrong fields refused."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np
import pytest

from ganpaint.document.document import Document
from ganpaint.document.encoding import Decoder, Encoder, Wrong, fitted
from ganpaint.picture.mask import Mask
from ganpaint.picture.photo import Photo
from ganpaint.picture.tiles import EMPTY, Plane

from .conftest import make_document, make_photo


def same(a: Any, b: Any) -> bool:
    """Whether two values are equal bit for bit, types included."""
    if type(a) is not type(b):
        return False
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if isinstance(a, Plane):
        return len(a.tiles) == len(b.tiles) and all(map(same, a.tiles, b.tiles))
    if is_dataclass(a):
        return all(same(getattr(a, f.name), getattr(b, f.name)) for f in fields(a))
    if isinstance(a, tuple | list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, float):
        return repr(a) == repr(b)
    return bool(a == b)


def through(value: Any) -> Any:
    encoder = Encoder()
    root = json.loads(json.dumps(encoder.encode(value)))
    values = json.loads(json.dumps(encoder.values))
    return Decoder(values, encoder.arrays.__getitem__).decode(root)


@pytest.mark.behaviour("I12")
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("depth", [8, 16])
def test_everything_in_a_document_returns(channels: int, depth: int) -> None:
    photo = make_photo(np.random.default_rng(1), (40, 50, channels), depth)
    document = make_document(2, photo)
    back = through(document)
    assert same(back, document)
    assert back.edits[0].code.digest == document.edits[0].code.digest


def test_the_comparison_above_sees_small_differences(document: Document) -> None:
    assert not same(document, replace(document, seed=document.seed + 1))
    other = replace(document.strokes[0], samples=document.strokes[0].samples + 1e-7)
    assert not same(document, replace(document, strokes=(other, document.strokes[1])))


def test_shared_values_stay_shared_and_equal_arrays_are_kept_once(document: Document) -> None:
    later = replace(document, seed=3)
    encoder = Encoder()
    roots = [encoder.encode(d) for d in (document, later)]
    count = len(encoder.arrays)
    decoder = Decoder(encoder.values, encoder.arrays.__getitem__)
    first, second = (decoder.decode(root) for root in roots)
    assert first.photo is second.photo
    assert first.edits is second.edits
    assert first.strokes is second.strokes
    assert first.mask is first.edits[0].patch.mask
    copied = Photo.make(document.photo.pixels.copy(), "RGB")
    encoder.encode(replace(document, photo=copied))
    assert len(encoder.arrays) == count


def test_untouched_tiles_stay_the_one_empty_tile() -> None:
    values = np.zeros((600, 700), np.uint8)
    values[300, 300] = 7
    plane = through(Mask.from_array(values)).plane
    assert [tile is EMPTY for tile in plane.tiles].count(False) == 1
    assert (plane.array() == values).all()


def test_unknown_fields_are_ignored_and_missing_ones_take_their_defaults() -> None:
    record = [["Brush", {"size": 3, "shape": "star"}]]
    brush = Decoder(record, dict[int, np.ndarray]().__getitem__).made[0]
    assert (brush.size, brush.hardness) == (3.0, 0.7)
    assert isinstance(brush.size, float)


@pytest.mark.parametrize(
    "record",
    [
        ["Frame", {"cx": 1.0}],
        ["Frame", {"cx": "1", "cy": 1.0, "size": 3.0}],
        ["Frame", {"cx": 1e300, "cy": 1.0, "size": 3.0}],
        ["Brush", {"size": -3.0}],
        ["Brush", {"size": True}],
        ["Look", {"sliders": [["pca-1", "two"]]}],
        ["Look", {"sliders": [["pca-1", 1.0, 2.0]]}],
        ["Code", {"space": "v", "values": {"type": "float32", "shape": [1], "data": "AAAAAA=="},
                  "model": ""}],
        ["Stroke", {"id": "s", "samples": {"type": "float32", "shape": [1], "data": "AAAAAA=="},
                    "colour": {"type": "float32", "shape": [1], "data": "AAAAAA=="},
                    "brush": {"value": 0}}],
        ["Plane", {"height": 3, "width": 3, "tiles": ["x"]}],
        ["Mask", {"plane": {"value": 99}}],
        ["Mask", {"plane": {"value": -1}}],
        ["os.system", {"command": "true"}],
        "text",
    ],
)  # fmt: skip
def test_values_without_sense_are_refused(record: Any) -> None:
    with pytest.raises(Wrong):
        Decoder([["Brush", {}], record], dict[int, np.ndarray]().__getitem__)


def test_fitted_looks_at_the_annotation() -> None:
    assert fitted(3, float) == 3.0
    assert fitted(None, int | None) is None
    for value, kind in ((True, int), (None, int), (1.5, int), ("a", tuple[str, ...])):
        with pytest.raises(Wrong):
            fitted(value, kind)
