"""16-bit PNG and TIFF: exact, with profile and EXIF."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import numpy as np
import pytest
import tifffile
from PIL import Image, TiffImagePlugin

from ganpaint.picture import deep
from ganpaint.picture.exif import PREFIX
from tests.picture.samples import noise, wide_profile


def camera_exif() -> bytes:
    exif = Image.Exif()
    exif[271], exif[272], exif[0x0112] = "Nik", "D 3 ü", 1
    exif[deep.EXIF_IFD] = {
        33434: TiffImagePlugin.IFDRational(1, 60),
        36867: "2020:02:03 04:05:06",
        37500: b"maker" * 9,
    }
    exif[deep.GPS_IFD] = {1: "N", 2: (10.0, 20.0, 30.5)}
    return exif.tobytes()


@pytest.mark.behaviour("I4")
@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_png_round_trip(channels: int, depth: int) -> None:
    pixels = noise((23, 31, channels), depth)
    data = deep.write_png(pixels, None, None)
    assert data[24] == depth
    assert np.array_equal(deep.read_png(data), pixels)


@pytest.mark.behaviour("I3", "I2")
def test_png_carries_profile_and_exif_byte_for_byte() -> None:
    data = deep.write_png(noise((5, 6, 3), 16), wide_profile(), camera_exif())
    chunks = deep.png_chunks(data)
    assert zlib.decompress(chunks[b"iCCP"].partition(b"\0")[2][1:]) == wide_profile()
    assert chunks[b"eXIf"] == camera_exif().removeprefix(PREFIX)
    with Image.open(io.BytesIO(data)) as image:  # another reader agrees, check sums included
        image.load()
        assert image.info["icc_profile"] == wide_profile()
        assert image.getexif()[271] == "Nik"


@pytest.mark.behaviour("I4")
@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_tiff_round_trip(channels: int, depth: int) -> None:
    pixels = noise((23, 31, channels), depth)
    data = deep.write_tiff(pixels, wide_profile(), camera_exif())
    page = tifffile.TiffFile(io.BytesIO(data)).pages[0]
    assert np.array_equal(page.asarray().reshape(pixels.shape), pixels)
    assert page.tags.valueof(274) == 1
    found = deep.read_tiff(io.BytesIO(data))
    assert np.array_equal(found.pixels, pixels)
    assert found.icc == wide_profile()
    assert (found.orientation, found.pages, found.cmyk) == (1, 1, False)
    header = deep.tiff_header(io.BytesIO(data))
    assert (header.width, header.height, header.bits) == (31, 23, depth)
    assert header.channels == channels


@pytest.mark.parametrize("depth", [8, 16])
def test_tiff_carries_camera_data(depth: int) -> None:
    data = deep.write_tiff(noise((8, 9, 1), depth), None, camera_exif())
    with Image.open(io.BytesIO(data)) as image:
        exif = image.getexif()
        assert (exif[271], exif[272], exif[274]) == ("Nik", "D 3 ?", 1)  # TIFF texts are ASCII
        inner = exif.get_ifd(deep.EXIF_IFD)
        assert inner[36867] == "2020:02:03 04:05:06"
        assert inner[37500] == b"maker" * 9
        assert float(inner[33434]) == pytest.approx(1 / 60)
        assert exif.get_ifd(deep.GPS_IFD)[2] == (10.0, 20.0, 30.5)


def written(pixels: np.ndarray, **settings: Any) -> io.BytesIO:
    out = io.BytesIO()
    tifffile.imwrite(out, pixels, metadata=None, **settings)
    out.seek(0)
    return out


@pytest.mark.parametrize(
    "settings",
    [
        {"compression": "lzw", "predictor": True},
        {"compression": "zlib", "tile": (16, 16)},
        {"byteorder": ">"},
        {"bigtiff": True},
        {"rowsperstrip": 3},
    ],
)
def test_tiffs_of_other_programs(settings: dict[str, Any]) -> None:
    pixels = noise((40, 50, 3), 16)
    found = deep.read_tiff(written(pixels, photometric="rgb", **settings))
    assert np.array_equal(found.pixels, pixels)
    assert found.pixels.dtype == np.uint16


def test_planes_and_white_as_zero() -> None:
    planes = noise((3, 20, 30), 16)
    file = written(planes, photometric="rgb", planarconfig="separate")
    assert np.array_equal(deep.read_tiff(file).pixels, np.moveaxis(planes, 0, -1))
    grey = noise((20, 30), 16)
    file = written(grey, photometric="miniswhite")
    assert np.array_equal(deep.read_tiff(file).pixels[..., 0], 65535 - grey)


def test_multiplied_alpha_is_divided_out_and_other_channels_are_left_away() -> None:
    pixels = np.array([[[10000, 20000, 30000, 32768], [0, 0, 0, 0]]], np.uint16)
    file = written(pixels, photometric="rgb", extrasamples=["assocalpha"])
    straight = deep.read_tiff(file).pixels
    assert straight[0, 0].tolist() == [20000, 39999, 59999, 32768]
    assert straight[0, 1].tolist() == [0, 0, 0, 0]
    file = written(
        noise((4, 5, 5), 16), photometric="rgb", planarconfig="contig", extrasamples=[0, 0]
    )
    assert deep.read_tiff(file).pixels.shape == (4, 5, 3)


def test_several_pages_and_orientation_are_reported() -> None:
    out = io.BytesIO()
    with tifffile.TiffWriter(out) as writer:
        for _ in range(3):
            writer.write(noise((4, 5), 16), extratags=[(274, "H", 1, 6, True)], metadata=None)
    found = deep.read_tiff(out)
    assert (found.pages, found.orientation) == (3, 6)


@pytest.mark.parametrize("kind", [np.float32, np.uint32, np.int16])
def test_other_numbers_count_as_32_bits(kind: type) -> None:
    file = written(np.zeros((4, 5), kind))
    assert deep.tiff_header(file).bits >= 32


def test_camera_raw_inside_a_tiff_is_told() -> None:
    dng = written(np.zeros((4, 5), np.uint16), extratags=[(50706, "B", 4, b"\1\4\0\0", True)])
    assert deep.tiff_header(dng).foreign == "camera RAW picture"
    filtered = written(np.zeros((4, 5), np.uint16), photometric="cfa")
    assert deep.tiff_header(filtered).foreign == "camera RAW picture"


def test_chunks_of_a_cut_png_end_where_it_does() -> None:
    data = deep.write_png(noise((5, 6, 3), 16), wide_profile(), None)
    whole = deep.png_chunks(data)
    assert set(whole) == {b"IHDR", b"iCCP", b"IEND"}
    for at in (0, 8, 20, 60, len(data) - 3):
        assert set(deep.png_chunks(data[:at])) <= set(whole)
    lying = data[:33] + struct.pack(">I", 1 << 31) + b"eXIf"
    assert b"eXIf" not in deep.png_chunks(lying)


@pytest.mark.behaviour("X2")
@pytest.mark.parametrize("compression", [None, "lzw", "zlib"])
@pytest.mark.parametrize("depth", [8, 16])
def test_upper_rows_of_a_cut_tiff(depth: int, compression: str | None) -> None:
    pixels = noise((60, 50, 3), depth)
    data = written(pixels, photometric="rgb", rowsperstrip=4, compression=compression).getvalue()
    found = deep.read_tiff_rows(io.BytesIO(data[: len(data) // 2]))
    assert found is not None
    rows = len(found.pixels)
    assert 20 <= rows <= 32
    assert np.array_equal(found.pixels, pixels[:rows])
