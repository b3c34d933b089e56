"""Recognising by content, and sizes from headers."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from ganpaint.picture.recognise import (
    HEAD,
    SUFFIXES,
    foreign_picture,
    other_file,
    read_header,
    recognise,
)
from tests.picture.samples import noise

PILLOW = {"PNG": "PNG", "JPEG": "JPEG", "TIFF": "TIFF", "WebP": "WEBP", "BMP": "BMP", "GIF": "GIF"}


def encoded(kind: str, size: tuple[int, int] = (37, 23), **settings: object) -> bytes:
    out = io.BytesIO()
    Image.fromarray(noise((size[1], size[0], 3))).save(out, PILLOW[kind], **settings)
    return out.getvalue()


@pytest.mark.behaviour("X6")
@pytest.mark.parametrize("kind", PILLOW)
def test_formats_are_recognised_by_content(kind: str) -> None:
    head = encoded(kind)[:HEAD]
    assert recognise(head) == kind
    assert foreign_picture(head) is None
    assert kind in SUFFIXES


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("PNG", {}),
        ("GIF", {}),
        ("BMP", {}),
        ("JPEG", {}),
        ("JPEG", {"progressive": True, "exif": b"Exif\0\0" + bytes(60000)}),
        ("JPEG", {"icc_profile": bytes(200_000)}),
        ("WebP", {"lossless": True}),
        ("WebP", {"lossless": False}),
        ("WebP", {"lossless": False, "exif": b"Exif\0\0II*\0"}),
    ],
)
def test_headers_tell_the_size(kind: str, settings: dict[str, object]) -> None:
    header = read_header(kind, io.BytesIO(encoded(kind, **settings)))
    assert header is not None
    assert (header.width, header.height) == (37, 23)


def test_png_headers_tell_bits_channels_and_interlacing() -> None:
    for mode, channels, bits in (("1", 1, 1), ("L", 1, 8), ("LA", 2, 8), ("RGBA", 4, 8)):
        out = io.BytesIO()
        Image.new(mode, (5, 6)).save(out, "PNG")
        header = read_header("PNG", out)
        assert header is not None
        assert (header.channels, header.bits, header.interlaced) == (channels, bits, False)


def test_bottom_up_and_old_bmps() -> None:
    data = bytearray(encoded("BMP"))
    data[22:26] = (-23).to_bytes(4, "little", signed=True)
    header = read_header("BMP", io.BytesIO(data))
    assert header is not None
    assert (header.width, header.height) == (37, 23)
    old = b"BM" + bytes(12) + (12).to_bytes(4, "little") + b"\x25\0\x17\0" + bytes(30)
    assert recognise(old) == "BMP"
    header = read_header("BMP", io.BytesIO(old))
    assert header is not None
    assert (header.width, header.height) == (37, 23)


def test_a_text_that_begins_with_bm_is_no_bmp() -> None:
    assert recognise(b"BMW is a maker of cars and motor cycles") is None
    assert other_file(b"BMW is a maker of cars and motor cycles") == "a text"


@pytest.mark.behaviour("X9")
@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC picture"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "HEIC picture"),
        (b"\0\0\0\x18ftypcrx \0\0\0\1crx isom", "camera RAW picture"),
        (b"II*\0\x10\0\0\0CR\2\0", "camera RAW picture"),
        (b"FUJIFILMCCD-RAW 0201", "camera RAW picture"),
        (b"8BPS\0\1\0\0", "Photoshop (PSD) picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG picture"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- made by hand -->\n<svg/>", "SVG picture"),
        (b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG 2000 picture"),
        (b"%PDF-1.7", "PDF document"),
    ],
)
def test_other_pictures_have_their_names(head: bytes, name: str) -> None:
    assert recognise(head) is None
    assert foreign_picture(head) == name


@pytest.mark.behaviour("X1")
@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"PK\3\4rest", "a ZIP file"),
        (b"<!DOCTYPE html><html>", "a web page"),
        (b"\n<HTML>", "a web page"),
        (b"version https://git-lfs.github.com/spec/v1", "a Git LFS pointer, not the file itself"),
        (b"\0\0\0\x18ftypisom", "a film"),
        (b"RIFF\0\0\0\0WAVE", "a sound or film"),
        (b"<?xml version='1.0'?><note/>", "a text"),
        ("Liebe Grüße".encode(), "a text"),
        (b"\x00\x01\x02\x03\x04", None),
        (b"   ", None),
        (b"\xe0\xb8" * 9, None),
    ],
)
def test_other_files_are_named_where_known(head: bytes, name: str | None) -> None:
    assert recognise(head) is None
    assert foreign_picture(head) is None
    assert other_file(head) == name


def test_a_long_text_may_be_cut_inside_a_letter() -> None:
    text = ("ä" * HEAD).encode()
    assert other_file(text[: HEAD - 1] + b"\xc3") == "a text"


@given(st.binary(max_size=64))
def test_any_bytes_are_survived(data: bytes) -> None:
    starts = (b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"RIFF\0\0\0\0WEBPVP8X",
              b"RIFF\0\0\0\0WEBPVP8 ", b"\0\0\0\x40ftyp", b"BM" + bytes(12) + b"\x28")  # fmt: skip
    for start in starts:
        head = start + data
        kind = recognise(head)
        foreign_picture(head)
        other_file(head)
        if kind is not None:
            read_header(kind, io.BytesIO(head))


def test_headers_that_are_cut_off_say_nothing() -> None:
    for kind in ("PNG", "JPEG", "GIF", "WebP", "BMP"):
        data = encoded(kind)
        for at in range(2, 30):
            header = read_header(kind, io.BytesIO(data[:at]))
            if header is not None:
                assert (header.width, header.height) == (37, 23)


def test_a_jpeg_of_stray_bytes_ends() -> None:
    assert read_header("JPEG", io.BytesIO(b"\xff\xd8" + b"\0" * 100_000)) is None
    assert read_header("JPEG", io.BytesIO(b"\xff\xd8" + b"\xff\x01" * 50_000)) is None
    assert read_header("JPEG", io.BytesIO(b"\xff\xd8\xff\xe0\0\0" * 9)) is None
