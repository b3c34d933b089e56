"""The EXIF block: read, turned by, and made true again."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from ganpaint.picture.exif import PREFIX, orientation, tidied, turned
from tests.picture.samples import noise


def block(value: int | None, order: str = "<", thumbnail: bytes = b"") -> bytes:
    """An EXIF block by hand: maker, orientation, and a thumbnail in a second directory."""
    entries = [(0x010F, 2, 4, b"Nik\0")]
    if value is not None:
        entries.append((0x0112, 3, 1, struct.pack(order + "HH", value, 0)))
    start = b"II*\0" if order == "<" else b"MM\0*"
    data = start + struct.pack(order + "IH", 8, len(entries))
    for tag, kind, count, content in entries:
        data += struct.pack(order + "HHI", tag, kind, count) + content
    following = len(data) + 4
    data += struct.pack(order + "I", following if thumbnail else 0)
    if thumbnail:
        at = following + 2 + 24 + 4
        data += struct.pack(order + "H", 2)
        data += struct.pack(order + "HHII", 0x0201, 4, 1, at)
        data += struct.pack(order + "HHII", 0x0202, 4, 1, len(thumbnail))
        data += struct.pack(order + "I", 0) + thumbnail
    return PREFIX + data


@pytest.mark.behaviour("I2")
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("value", range(1, 9))
def test_orientation_is_read_and_set_to_one(value: int, order: str) -> None:
    exif = block(value, order)
    assert orientation(exif) == value
    after = tidied(exif)
    assert after is not None
    assert orientation(after) == 1
    assert sum(a != b for a, b in zip(exif, after, strict=True)) == (value != 1)
    read = Image.Exif()
    read.load(after)
    assert read[0x010F] == "Nik"


@pytest.mark.parametrize("order", ["<", ">"])
def test_the_old_thumbnail_is_gone_and_nothing_else(order: str) -> None:
    exif = block(6, order, b"\xff\xd8 a face \xff\xd9")
    after = tidied(exif)
    assert after is not None
    assert b"a face" not in after
    assert len(after) == len(exif)
    assert b"Nik" in after
    read = Image.Exif()
    read.load(after)
    assert not read.get_ifd(1)


def test_nothing_said_means_upright() -> None:
    assert orientation(None) == 1
    assert orientation(b"") == 1
    assert orientation(block(None)) == 1
    assert orientation(block(0)) == 1
    assert orientation(block(77)) == 1
    assert tidied(None) is None
    assert tidied(b"Exif\0\0rubbish") is None


@given(st.binary(max_size=200))
def test_rubbish_is_survived(data: bytes) -> None:
    for exif in (data, PREFIX + b"II*\0" + data, PREFIX + b"MM\0*\0\0\0\x08" + data):
        assert 1 <= orientation(exif) <= 8
        tidied(exif)


@given(st.integers(0, 90), st.integers(0, 255))
def test_damaged_blocks_are_survived(at: int, value: int) -> None:
    exif = bytearray(block(6, "<", b"thumbnail bytes"))
    exif[at % len(exif)] = value
    assert 1 <= orientation(bytes(exif)) <= 8
    tidied(bytes(exif))


@pytest.mark.behaviour("I2")
@pytest.mark.parametrize("value", range(1, 9))
def test_turning_agrees_with_pillow(value: int) -> None:
    pixels = noise((5, 7, 3))
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", exif=block(value))
    with Image.open(file) as image:
        image.load()
        upright = np.asarray(ImageOps.exif_transpose(image))
    assert np.array_equal(turned(pixels, value), upright)
