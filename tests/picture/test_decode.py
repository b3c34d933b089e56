"""Decoding: which integers, which mode, and what is said about conversions."""

from __future__ import annotations

import io
import zlib

import numpy as np
import pytest
import tifffile
from PIL import Image, ImageCms

from ganpaint.picture import deep
from ganpaint.picture.decode import DAMAGE, Decoded, decode, library_header
from ganpaint.picture.exif import orientation, turned
from ganpaint.picture.recognise import read_header, recognise
from tests.picture.files import LOSSLESS, animation, cat, encoded
from tests.picture.samples import noise, wide_profile
from tests.picture.test_deep import camera_exif


def decoded(data: bytes) -> Decoded:
    file = io.BytesIO(data)
    kind = recognise(data)
    assert kind is not None
    header = read_header(kind, file) or library_header(kind, file)
    assert header is not None
    return decode(kind, file, header)


@pytest.mark.parametrize("kind", LOSSLESS)
def test_lossless_files_are_exact(kind: str) -> None:
    found = decoded(encoded(kind))
    assert found.mode == "RGB"
    assert np.array_equal(found.pixels, cat())
    assert (found.remarks, found.frames) == ((), 1)


@pytest.mark.behaviour("I4")
@pytest.mark.parametrize(
    ("kind", "mode"),
    [(k, m) for k in ("PNG", "TIFF") for m in ("L", "LA", "RGBA")] + [("WEBP", "RGBA")],
)
def test_grey_and_alpha_keep_their_mode(kind: str, mode: str) -> None:
    pixels = noise((20, 30, len(mode)))
    image = Image.fromarray(pixels[..., 0] if mode == "L" else pixels, mode=None)
    found = decoded(encoded(kind, image, **({"exact": True} if kind == "WEBP" else {})))
    assert found.mode == mode
    assert np.array_equal(found.pixels, pixels)


@pytest.mark.behaviour("X7", "I4")
def test_palettes_are_converted_and_it_is_said() -> None:
    image = Image.fromarray(cat()).quantize(64)
    for kind in ("PNG", "GIF", "BMP", "TIFF"):
        found = decoded(encoded(kind, image))
        assert found.mode == "RGB"
        assert np.array_equal(found.pixels, np.asarray(image.convert("RGB")))
        assert found.remarks[0].startswith("uses a palette. It was converted to RGB, because")
    clear = decoded(encoded("PNG", image, transparency=3))
    assert clear.mode == "RGBA"
    assert (clear.pixels[..., 3] == 0).sum() == (np.asarray(image) == 3).sum()
    assert "exports will be RGBA" in clear.remarks[0]


@pytest.mark.behaviour("X7", "I4")
@pytest.mark.parametrize("kind", ["PNG", "TIFF", "BMP"])
def test_one_bit_becomes_grey(kind: str) -> None:
    image = Image.fromarray(cat()).convert("1")
    found = decoded(encoded(kind, image))
    # a BMP of one bit has a palette of black and white
    grey = found.pixels[..., 0]
    assert np.array_equal(grey > 0, np.asarray(image))
    assert set(np.unique(grey)) == {0, 255}
    if found.mode == "L":
        assert found.remarks[0].startswith("uses 1 bit of grey. It was converted to 8 bits")


def test_few_bits_of_grey_are_spread_over_eight() -> None:
    rows = b"".join(b"\0" + bytes([0x0F, 0x7C]) for _ in range(3))
    data = b"\x89PNG\r\n\x1a\n" + b"".join(
        deep.png_chunk(*chunk)
        for chunk in (
            (b"IHDR", (4).to_bytes(4, "big") + (3).to_bytes(4, "big") + bytes([4, 0, 0, 0, 0])),
            (b"IDAT", zlib.compress(rows)),
            (b"IEND", b""),
        )
    )
    found = decoded(data)
    assert found.pixels[0, :, 0].tolist() == [0, 255, 119, 204]
    assert found.remarks[0].startswith("uses 4 bits of grey")


@pytest.mark.behaviour("X7", "I4")
@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_cmyk_becomes_srgb_without_its_profile(kind: str) -> None:
    image = Image.fromarray(cat()).convert("CMYK")
    found = decoded(encoded(kind, image, icc_profile=wide_profile()))
    assert found.mode == "RGB"
    assert found.icc is None
    assert np.abs(found.pixels.astype(int) - cat()).mean() < 5
    assert found.remarks[0] == (
        "uses CMYK. It was converted to sRGB, because the models work in RGB; exports will be RGB."
    )


def test_deep_cmyk_and_lab() -> None:
    ink = np.zeros((8, 9, 4), np.uint16)
    ink[..., 0] = 65535
    out = io.BytesIO()
    tifffile.imwrite(out, ink, photometric="separated", metadata=None)
    found = decoded(out.getvalue())
    assert found.pixels[0, 0].tolist() == [0, 65535, 65535]
    assert found.remarks[0].startswith("uses CMYK")
    lab = ImageCms.profileToProfile(
        Image.fromarray(cat()), ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"),
        outputMode="LAB",
    )  # fmt: skip
    found = decoded(encoded("TIFF", lab))
    assert found.mode == "RGB"
    assert np.abs(found.pixels.astype(int) - cat()).mean() < 8
    assert found.remarks[0].startswith("uses Lab colours")


@pytest.mark.behaviour("I4")
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_sixteen_bits_are_exact(channels: int) -> None:
    pixels = noise((19, 27, channels), 16)
    for data in (deep.write_png(pixels, None, None), deep.write_tiff(pixels, None, None)):
        found = decoded(data)
        assert found.pixels.dtype == np.uint16
        assert np.array_equal(found.pixels, pixels)


def test_one_colour_declared_clear_becomes_alpha() -> None:
    grey = np.arange(200, dtype=np.uint8).reshape(10, 20)
    found = decoded(encoded("PNG", Image.fromarray(grey), transparency=7))
    assert found.mode == "LA"
    assert np.array_equal(found.pixels[..., 1] == 0, grey == 7)
    rgb = decoded(encoded("PNG", Image.fromarray(cat()), transparency=tuple(cat()[0, 0].tolist())))
    assert rgb.mode == "RGBA"
    assert rgb.pixels[0, 0, 3] == 0


# ------------------------------------------------------------------------------ what goes along
@pytest.mark.behaviour("I3")
@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP", "JPEG", "AVIF"])
def test_profiles_come_along_byte_for_byte(kind: str) -> None:
    assert decoded(encoded(kind, icc_profile=wide_profile())).icc == wide_profile()


def test_deep_files_bring_their_profile_too() -> None:
    pixels = noise((9, 8, 3), 16)
    for data in (
        deep.write_png(pixels, wide_profile(), camera_exif()),
        deep.write_tiff(pixels, wide_profile(), camera_exif()),
    ):
        found = decoded(data)
        assert found.icc == wide_profile()
        read = Image.Exif()
        read.load(found.exif)
        assert read[271] == "Nik"
        assert read.get_ifd(deep.EXIF_IFD)[36867] == "2020:02:03 04:05:06"


@pytest.mark.behaviour("I2")
@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP", "JPEG", "AVIF"])
@pytest.mark.parametrize("value", range(1, 9))
def test_orientation_is_applied_once(value: int, kind: str) -> None:
    upright = np.zeros((40, 64, 3), np.uint8)
    upright[:20, :32] = 250  # bright upper left corner, as it should be seen
    back = {1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 8, 7: 7, 8: 6}[value]
    stored = turned(upright, back)
    exif = Image.Exif()
    exif[0x0112], exif[271] = value, "Nik"
    found = decoded(encoded(kind, Image.fromarray(stored), exif=exif.tobytes(), quality=95))
    assert found.pixels.shape == upright.shape
    assert np.abs(found.pixels.astype(int) - upright).mean() < 3
    assert orientation(found.exif) == 1
    assert found.exif is not None
    assert b"Nik" in found.exif


@pytest.mark.behaviour("I2")
@pytest.mark.parametrize("value", range(1, 9))
def test_orientation_of_deep_files(value: int) -> None:
    pixels = noise((6, 9, 3), 16)
    exif = Image.Exif()
    exif[0x0112] = value
    png = deep.write_png(pixels, None, exif.tobytes())
    out = io.BytesIO()
    tifffile.imwrite(
        out, pixels, photometric="rgb", metadata=None, extratags=[(274, "H", 1, value, True)]
    )
    for data in (png, out.getvalue()):
        assert np.array_equal(decoded(data).pixels, turned(pixels, value))


@pytest.mark.behaviour("X8", "I25")
@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF"])
def test_animations_give_their_first_frame_and_their_number(kind: str) -> None:
    found = decoded(animation(kind, 3))
    assert found.frames == 3
    tolerance = 12 if kind == "GIF" else 0
    assert np.abs(found.pixels[..., :3].astype(int) - cat()).mean() <= tolerance


def test_a_jpeg_with_a_second_picture_inside_is_no_animation() -> None:
    found = decoded(animation("MPO", 2))
    assert found.frames == 1
    assert np.abs(found.pixels.astype(int) - cat()).mean() < 6


def test_only_the_recognised_format_may_be_tried() -> None:
    with pytest.raises(DAMAGE):
        decode("GIF", io.BytesIO(encoded("PNG")), read_header("PNG", io.BytesIO(encoded("PNG"))))
