"""Files that are not all there: exact rows, and how many."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from ganpaint.picture import deep
from ganpaint.picture.decode import DAMAGE, decode, library_header
from ganpaint.picture.recognise import read_header, recognise
from ganpaint.picture.rescue import Part, ends_early, rows_there
from tests.picture.files import cat, encoded
from tests.picture.samples import noise


def rescued(data: bytes) -> Part | None:
    file, kind = io.BytesIO(data), recognise(data)
    assert kind is not None
    header = read_header(kind, file) or library_header(kind, file)
    assert header is not None
    with pytest.raises(DAMAGE):
        decode(kind, file, header)
    return rows_there(kind, file, header)


@pytest.mark.behaviour("X2")
@pytest.mark.parametrize("share", [0.2, 0.61, 0.95])
@pytest.mark.parametrize("mode", ["RGB", "L", "P", "1", "RGBA", "deep"])
def test_png_rows_are_exact(mode: str, share: float) -> None:
    if mode == "deep":
        pixels = noise((96, 40, 3), 16)
        data = deep.write_png(pixels, None, None)
    else:
        image = Image.fromarray(cat()).convert(mode)
        data = encoded("PNG", image)
        target = {"P": "RGB", "1": "L"}.get(mode, mode)
        pixels = np.asarray(image.convert(target)).reshape(96, 120, -1)
    part = rescued(data[: int(len(data) * share)])
    assert part is not None
    rows = len(part.decoded.pixels)
    assert part.share == rows / 96
    assert np.array_equal(part.decoded.pixels, pixels[:rows])
    assert abs(part.share - share) < 0.25


@pytest.mark.behaviour("X2")
@pytest.mark.parametrize("share", [0.4, 0.8, 0.95])
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_jpeg_rows_are_those_of_the_whole_file(mode: str, share: float) -> None:
    image = Image.fromarray(cat()).convert(mode)
    data = encoded("JPEG", image, quality=90)
    whole = decode("JPEG", io.BytesIO(data), read_header("JPEG", io.BytesIO(data)))
    part = rescued(data[: int(len(data) * share)])
    assert part is not None
    rows = len(part.decoded.pixels)
    assert 0.15 < part.share == rows / 96 < 0.95
    # the last row of blocks is smoothed into what should follow
    assert np.array_equal(part.decoded.pixels[: rows - 1], whole.pixels[: rows - 1])


def test_a_cut_progressive_jpeg_is_there_coarsely() -> None:
    data = encoded("JPEG", quality=90, progressive=True)
    part = rescued(data[: int(len(data) * 0.7)])
    assert part is not None
    assert part.share == 1
    assert np.abs(part.decoded.pixels.astype(int) - cat()).mean() < 12


def test_bmp_keeps_the_lower_rows() -> None:
    data = encoded("BMP")
    part = rescued(data[: len(data) // 2])
    assert part is not None
    rows = len(part.decoded.pixels)
    assert part.where == "lower"
    assert rows == pytest.approx(48, abs=1)
    assert np.array_equal(part.decoded.pixels, cat()[-rows:])
    upside = bytearray(data)
    upside[22:26] = (-96).to_bytes(4, "little", signed=True)
    part = rescued(bytes(upside[: len(data) // 2]))
    assert part is not None
    assert part.where == "upper"
    assert np.array_equal(part.decoded.pixels, cat()[::-1][:rows])


@pytest.mark.parametrize("compression", [None, "tiff_lzw"])
def test_tiff_strips(compression: str | None) -> None:
    data = encoded("TIFF", compression=compression)
    if compression is not None:  # its directory lies at the end: nothing tells what is there
        with pytest.raises(DAMAGE):
            library_header("TIFF", io.BytesIO(data[: len(data) // 2]))
        return
    part = rescued(data[: len(data) // 2])
    assert part is not None
    rows = len(part.decoded.pixels)
    assert 40 < rows < 50
    assert np.array_equal(part.decoded.pixels, cat()[:rows])


def test_gif_rows() -> None:
    image = Image.fromarray(cat()).quantize(64)
    data = encoded("GIF", image, interlace=False)
    part = rescued(data[: len(data) // 2])
    assert part is not None
    rows = len(part.decoded.pixels)
    assert 0.2 < part.share < 0.8
    whole = np.asarray(image.convert("RGB"))
    assert np.array_equal(part.decoded.pixels[: rows - 1], whole[: rows - 1])
    interlaced = encoded("GIF", image, interlace=True)
    assert rescued(interlaced[: len(interlaced) // 2]) is None


@pytest.mark.parametrize("kind", ["WEBP", "AVIF"])
def test_formats_that_come_whole_or_not_at_all(kind: str) -> None:
    data = encoded(kind)
    cut = io.BytesIO(data[: len(data) // 2])
    header = read_header("WebP", cut) if kind == "WEBP" else None
    if header is None:
        with pytest.raises(DAMAGE):
            library_header("AVIF", cut)
        return
    assert rows_there("WebP", cut, header) is None


def test_a_damaged_png_gives_the_rows_before_the_damage() -> None:
    data = bytearray(encoded("PNG"))
    middle = len(data) // 2
    data[middle : middle + 40] = bytes(40)
    part = rescued(bytes(data))
    assert part is not None
    rows = int(len(part.decoded.pixels) * 0.8)
    assert 10 < rows < 90
    assert not ends_early("PNG", io.BytesIO(data))
    assert np.array_equal(part.decoded.pixels[:rows], cat()[:rows])


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_ends_are_known(kind: str) -> None:
    data = encoded(kind)
    name = "WebP" if kind == "WEBP" else kind
    assert not ends_early(name, io.BytesIO(data))
    assert not ends_early(name, io.BytesIO(data + bytes(300)))  # padded by a disk or a mail
    for share in (0.3, 0.99):
        assert ends_early(name, io.BytesIO(data[: int(len(data) * share)]))


def test_the_tolerant_mode_of_the_decoder_is_switched_off_again() -> None:
    from PIL import ImageFile

    data = encoded("JPEG")
    rescued(data[: len(data) // 2])
    assert not ImageFile.LOAD_TRUNCATED_IMAGES
