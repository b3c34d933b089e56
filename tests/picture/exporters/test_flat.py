"""Exports: exact where they say so, honest where not, whole or not at all."""

from __future__ import annotations

import io
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from ganpaint.errors import BadRequest, CannotWrite, DiskFull, GanpaintError, ReadOnly
from ganpaint.picture import deep
from ganpaint.picture.composite import BLEND_MODES, composite
from ganpaint.picture.exif import orientation
from ganpaint.picture.exporters import (
    EXPORTERS,
    encode_picture,
    encode_preview,
    exporter_for,
    flat,
    write_picture,
)
from ganpaint.picture.frame import Frame
from ganpaint.picture.mask import Mask
from ganpaint.picture.photo import MODES, Photo
from ganpaint.picture.read import read_photo
from tests.picture.files import cat, encoded
from tests.picture.samples import grey_profile, noise, patch_of, photo_of, wide_profile
from tests.picture.test_deep import camera_exif
from tests.picture.test_read import check_sentence


def test_the_table_names_every_ending_once() -> None:
    endings = [suffix for exporter in EXPORTERS for suffix in exporter.suffixes]
    assert len(set(endings)) == len(endings)
    for exporter in EXPORTERS:
        for suffix in exporter.suffixes:
            assert exporter_for(f"a{suffix}") is exporter
            assert exporter_for(Path(f"A{suffix.upper()}")) is exporter
    assert [e.name for e in EXPORTERS] == ["PNG", "TIFF", "WebP", "JPEG"]


@pytest.mark.parametrize("name", ["cat.gif", "cat.xyz", "cat", "cat.", ".png.d/cat"])
def test_other_endings_are_refused_with_the_choices(name: str) -> None:
    with pytest.raises(CannotWrite) as caught:
        exporter_for(name)
    check_sentence(caught.value.sentence)
    assert caught.value.remedy == "Choose .png, .tif, .webp or .jpg."


# ------------------------------------------------------------------------------ exact
def same_as_opened(mode: str, depth: int, suffix: str) -> bool:
    return suffix != ".webp" or (mode.startswith("RGB") and depth == 8)


@pytest.mark.behaviour("I6", "K3", "I4", "I5")
@pytest.mark.parametrize("suffix", [".png", ".tif", ".webp"])
@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("mode", MODES)
@given(
    angle=st.sampled_from([0.0, 0.0, 0.7, -2.1]), x=st.floats(0, 50), y=st.floats(0, 40),
    size=st.floats(4, 60), blend=st.sampled_from(BLEND_MODES), masked=st.booleans(),
    feather=st.sampled_from([0.0, 3.0]), seed=st.integers(0, 9),
)  # fmt: skip
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_outside_the_edit_a_reopened_file_equals_the_opened_one(
    tmp_path: Path, mode: str, depth: int, suffix: str, angle: float, x: float, y: float,
    size: float, blend: str, masked: bool, feather: float, seed: int,
) -> None:  # fmt: skip
    """Open, edit, export, open again: integers compared, in every mode, depth and format."""
    stored = photo_of(mode, depth, (40, 50), seed)
    first = tmp_path / "first.png"
    first.write_bytes(deep.write_png(stored.pixels, None, None))
    photo = read_photo(first)
    assert np.array_equal(photo.pixels, stored.pixels)
    frame = Frame(x, y, size, angle)
    mask = Mask.from_array(noise((40, 50), seed=seed) > 100) if masked else None
    patch = patch_of(frame, blend, mask, feather=feather)
    result = composite(photo, [patch])
    written = write_picture(photo, result, tmp_path / f"second{suffix}", {})
    again = read_photo(written.path)
    assert written.bytes == written.path.stat().st_size
    assert written.lossless == (suffix != ".webp" or depth == 8)
    rows, columns = np.mgrid[:40, :50] + 0.5
    dx, dy = columns - x, rows - y
    across = dx * math.cos(angle) + dy * math.sin(angle)
    along = dy * math.cos(angle) - dx * math.sin(angle)
    outside = np.maximum(np.abs(across), np.abs(along)) >= size / 2
    if mask is not None:
        outside |= mask.array() == 0
    if same_as_opened(mode, depth, suffix):
        assert (again.mode, again.depth) == (photo.mode, photo.depth)
        assert np.array_equal(again.pixels, result)
        assert np.array_equal(again.pixels[outside], photo.pixels[outside])
    elif depth == 8:  # grey in WebP: the same values in three channels
        assert np.array_equal(again.pixels[outside][:, :1], photo.pixels[outside][:, :1])
        assert np.array_equal(again.pixels[..., -1], result[..., -1])


@pytest.mark.behaviour("I5")
def test_colours_of_clear_pixels_survive_every_lossless_type(tmp_path: Path) -> None:
    pixels = noise((30, 40, 4))
    pixels[:20, :, 3] = 0
    photo = Photo.make(pixels, "RGBA")
    for suffix in (".png", ".tif", ".webp"):
        write_picture(photo, photo.pixels, tmp_path / f"a{suffix}", {})
        assert np.array_equal(read_photo(tmp_path / f"a{suffix}").pixels, pixels)


@pytest.mark.behaviour("I2", "I3", "X36")
@pytest.mark.parametrize("suffix", [".png", ".tif", ".webp", ".jpg"])
@pytest.mark.parametrize("value", [1, 6, 8])
def test_profile_and_camera_data_go_along_and_orientation_is_one(
    tmp_path: Path, suffix: str, value: int
) -> None:
    exif = Image.Exif()
    exif.load(camera_exif())
    exif[0x0112] = value
    path = tmp_path / "photo.jpg"
    path.write_bytes(encoded("JPEG", exif=exif.tobytes(), icc_profile=wide_profile(), quality=95))
    photo = read_photo(path)
    assert photo.exif is not None
    written = write_picture(photo, photo.pixels, tmp_path / f"out{suffix}", {})
    again = read_photo(written.path)
    assert again.icc == wide_profile()
    assert again.pixels.shape == photo.pixels.shape
    with Image.open(written.path) as image:  # as another program sees it
        kept = image.getexif()
        assert kept.get(0x0112, 1) == 1
        assert kept[271] == "Nik"
        assert kept.get_ifd(deep.EXIF_IFD)[36867] == "2020:02:03 04:05:06"
    assert orientation(again.exif) == 1
    assert "The colour profile is kept, byte for byte." in written.kept
    assert "Camera data (EXIF) are kept." in written.kept


@pytest.mark.behaviour("I4")
@pytest.mark.parametrize("mode", ["L", "LA"])
def test_grey_profiles_stay_with_grey(tmp_path: Path, mode: str) -> None:
    photo = replace(photo_of(mode, 16), icc=grey_profile())
    for suffix in (".png", ".tif"):
        write_picture(photo, photo.pixels, tmp_path / f"a{suffix}", {})
        again = read_photo(tmp_path / f"a{suffix}")
        assert again.icc == grey_profile()
        assert np.array_equal(again.pixels, photo.pixels)
    told = write_picture(photo, photo.pixels, tmp_path / "a.webp", {})
    assert read_photo(tmp_path / "a.webp").icc is None
    assert "WebP has no grey, so the grey profile is left out." in told.lost


# ------------------------------------------------------------------------------ said before
@pytest.mark.behaviour("X36")
def test_what_a_type_cannot_keep_is_said_in_sentences() -> None:
    deep_clear = photo_of("RGBA", 16)
    jpeg = exporter_for("a.jpg").keeps(deep_clear, {})
    assert jpeg.lost == (
        "JPEG encodes every pixel anew; PNG or TIFF would keep them.",
        "JPEG keeps neither transparency nor 16 bits. Exported over white, 8 bits; "
        "PNG or TIFF would keep both.",
    )
    assert not jpeg.lossless
    png = exporter_for("a.png").keeps(deep_clear, {})
    assert png.lost == ()
    assert png.lossless
    assert "16 bits a channel are kept." in png.kept
    assert "Transparency is kept." in png.kept
    webp = exporter_for("a.webp").keeps(deep_clear, {})
    assert webp.lost == ("WebP keeps 8 bits, not 16. PNG or TIFF would keep all 16.",)
    assert not webp.lossless
    assert not exporter_for("a.webp").keeps(photo_of("RGB"), {"lossless": False}).lossless
    assert exporter_for("a.webp").keeps(photo_of("RGB"), {}).lossless


@pytest.mark.behaviour("X36", "F8")
@pytest.mark.parametrize("exporter", EXPORTERS, ids=lambda e: e.name)
def test_every_sentence_has_the_house_form(exporter: flat.Exporter) -> None:
    for mode in MODES:
        for depth in (8, 16):
            for icc in (None, wide_profile(), grey_profile()):
                photo = replace(
                    photo_of(mode, depth, (4, 4)), icc=icc, exif=bytes(70_000), source=Path("x.png")
                )
                for options in ({}, {"lossless": False}):
                    told = exporter.keeps(photo, options)
                    for sentence in (*told.kept, *told.lost):
                        check_sentence(sentence)
                    assert not set(told.kept) & set(told.lost)


def test_camera_data_too_long_for_jpeg_are_left_out_and_said(tmp_path: Path) -> None:
    photo = replace(photo_of(), exif=b"Exif\0\0" + bytes(80_000))
    told = write_picture(photo, photo.pixels, tmp_path / "a.jpg", {})
    assert any("80 kB" in sentence and "left out" in sentence for sentence in told.lost)
    assert not any("EXIF" in sentence for sentence in told.kept)
    read_photo(tmp_path / "a.jpg")


# ------------------------------------------------------------------------------ lossy
@pytest.mark.behaviour("I7")
def test_jpeg_is_close_and_transparency_goes_over_white(tmp_path: Path) -> None:
    pixels = np.dstack([cat(), np.full(cat().shape[:2], 255, np.uint8)])
    pixels[:16, :16, 3] = 0
    photo = Photo.make(pixels, "RGBA")
    write_picture(photo, photo.pixels, tmp_path / "a.jpg", {"quality": 95})
    again = read_photo(tmp_path / "a.jpg")
    assert again.mode == "RGB"
    assert (again.pixels[:12, :12] > 250).all()
    assert np.abs(again.pixels[24:].astype(int) - cat()[24:]).mean() < 3


@pytest.mark.behaviour("I4")
def test_sixteen_bits_are_rounded_not_cut() -> None:
    pixels = np.array([[[255 * 257 - 100] * 3, [128 * 257 + 129] * 3]], np.uint16)
    photo = Photo.make(pixels.repeat(8, 0).repeat(8, 1), "RGB")
    shown, _ = encode_preview(photo, photo.pixels, ".webp", {})
    assert shown[0, 0, 0] == 255
    assert shown[0, -1, 0] == 129


@pytest.mark.behaviour("I7")
@pytest.mark.parametrize("suffix", [".jpg", ".webp"])
@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
def test_the_preview_shows_what_the_file_will_hold(suffix: str, mode: str, tmp_path: Path) -> None:
    pixels = np.dstack([cat(), cat()[..., :1]])[..., : MODES[mode]]
    photo = Photo.make(pixels.copy(), mode)
    options = {"quality": 40} | ({"lossless": False} if suffix == ".webp" else {})
    crop, size = encode_preview(photo, photo.pixels[16:80, 32:96], suffix, options)
    whole = read_photo(write_picture(photo, photo.pixels, tmp_path / f"a{suffix}", options).path)
    assert crop.dtype == np.uint8
    assert crop.shape == (64, 64, whole.pixels.shape[2])
    assert 0 < size < 64 * 64 * 4
    piece = whole.pixels[16:80, 32:96].astype(int)
    if suffix == ".jpg":  # blocks at the piece's own border know nothing of their neighbours
        assert np.abs(crop - piece)[8:-8, 8:-8].mean() < 0.2
    else:  # WebP spreads its bits over the whole picture: the piece is as good, not the same
        before = photo.pixels[16:80, 32:96, : whole.pixels.shape[2]].astype(int)
        ratio = np.abs(crop - before).mean() / np.abs(piece - before).mean()
        assert 0.6 < ratio < 1.6


def test_quality_buys_size_and_closeness() -> None:
    photo = Photo.make(cat().copy(), "RGB")
    for suffix, more in ((".jpg", {}), (".webp", {"lossless": False})):
        sizes, errors = [], []
        for quality in (10, 50, 90, 100):
            shown, size = encode_preview(photo, photo.pixels, suffix, {"quality": quality} | more)
            sizes.append(size)
            errors.append(np.abs(shown.astype(int) - cat()).mean())
        assert sizes == sorted(sizes)
        assert errors == sorted(errors, reverse=True)


def test_previews_of_lossless_types_are_exact() -> None:
    photo = photo_of("RGBA", 16)
    for suffix in (".png", ".tif"):
        shown, size = encode_preview(photo, photo.pixels[:9, :8], suffix, {})
        assert np.array_equal(shown, photo.pixels[:9, :8])
        assert size > 0


# ------------------------------------------------------------------------------ refusals
@pytest.mark.parametrize(
    ("suffix", "options"),
    [
        (".jpg", {"quality": 0}),
        (".jpg", {"quality": 101}),
        (".jpg", {"quality": "high"}),
        (".jpg", {"quality": True}),
        (".jpg", {"lossless": True}),
        (".png", {"colour": 3}),
    ],
)
def test_senseless_options_are_refused(
    tmp_path: Path, suffix: str, options: dict[str, Any]
) -> None:
    photo, path = photo_of(), tmp_path / f"a{suffix}"
    with pytest.raises(BadRequest) as caught:
        write_picture(photo, photo.pixels, path, options)
    check_sentence(caught.value.sentence)
    assert not path.exists()


def test_too_long_sides_are_refused(tmp_path: Path) -> None:
    photo = Photo.make(np.zeros((1, 20_000, 3), np.uint8), "RGB")
    with pytest.raises(CannotWrite) as caught:
        write_picture(photo, photo.pixels, tmp_path / "a.webp", {})
    assert "at most 16383 a side" in caught.value.sentence
    assert list(tmp_path.iterdir()) == []
    write_picture(photo, photo.pixels, tmp_path / "a.png", {})


@pytest.mark.behaviour("I14", "X12", "X13")
@pytest.mark.parametrize("name", ["new.png", "old.png"])
def test_a_failing_disk_leaves_the_former_file_whole(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "old.png").write_bytes(b"former")
    photo = photo_of()

    def no_space(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", no_space)
    with pytest.raises(DiskFull):
        write_picture(photo, photo.pixels, tmp_path / name, {})
    assert [p.name for p in tmp_path.iterdir()] == ["old.png"]
    assert (tmp_path / "old.png").read_bytes() == b"former"


@pytest.mark.behaviour("X13")
def test_places_that_cannot_be_written(tmp_path: Path) -> None:
    photo = photo_of()
    (tmp_path / "folder.png").mkdir()
    for path in (tmp_path / "folder.png", tmp_path / "no" / "a.png", Path("/proc/a.png")):
        with pytest.raises((CannotWrite, ReadOnly)) as caught:
            write_picture(photo, photo.pixels, path, {})
        check_sentence(caught.value.sentence)


def test_an_encoder_that_fails_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = photo_of()
    for error in (MemoryError(), ValueError("no"), OSError("encoder error -2")):

        def failing(*_: object, error: Exception = error) -> bytes:
            raise error

        monkeypatch.setattr(flat, "write_png", failing)
        with pytest.raises(GanpaintError) as caught:
            write_picture(photo, photo.pixels, tmp_path / "a.png", {})
        check_sentence(caught.value.sentence)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.behaviour("X37")
@pytest.mark.parametrize("stem", ["Grüße 猫 🐈", "trailing ", "a" * 251, "new\nline", "100%#"])
def test_odd_names_save_and_open_again(tmp_path: Path, stem: str) -> None:
    photo = photo_of()
    written = write_picture(photo, photo.pixels, tmp_path / f"{stem}.png", {})
    assert np.array_equal(read_photo(written.path).pixels, photo.pixels)
    assert [p.name for p in tmp_path.iterdir()] == [f"{stem}.png"]


def test_the_file_in_memory_is_the_file_on_disk(tmp_path: Path) -> None:
    photo = replace(photo_of("RGB", 16), icc=wide_profile(), exif=camera_exif())
    for suffix in (".png", ".tif", ".webp", ".jpg"):
        path = write_picture(photo, photo.pixels, tmp_path / f"a{suffix}", {}).path
        assert encode_picture(photo, photo.pixels, suffix, {}) == path.read_bytes()
        with Image.open(io.BytesIO(path.read_bytes())) as image:
            image.load()
