"""Reading: a photo or a sentence, for anything a path can be."""

from __future__ import annotations

import os
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from ganpaint.errors import BadPicture, CutOffPicture, GanpaintError, TooLarge, UnknownFormat
from ganpaint.picture import deep
from ganpaint.picture.photo import Photo
from ganpaint.picture.read import LIMITS, Limits, photo_from_array, read_photo
from tests.picture.files import animation, bomb, cat, encoded
from tests.picture.samples import noise, wide_profile

ROOT = Path(__file__).resolve().parents[2]


def stored(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def refused(path: Path | str, kind: type[GanpaintError] = BadPicture, **more: Any) -> GanpaintError:
    """Reading fails with a sentence in the house's form."""
    with pytest.raises(kind) as caught:
        read_photo(path, **more)
    error = caught.value
    check_sentence(error.sentence)
    assert error.remedy.endswith(".")
    assert len(str(error)) <= 220
    assert error.exit_code == 2
    return error


def check_sentence(text: str) -> None:
    assert text.endswith(".")
    assert len(text) <= 220
    assert not any(word in text.lower() for word in ("please", "oops", "invalid", "exception", "!"))


def read(path: Path, **more: Any) -> Photo:
    photo = read_photo(path, **more)
    for note in photo.notes:
        check_sentence(note)
    assert not photo.pixels.flags.writeable
    return photo


def test_a_photo_comes_with_all_that_belongs_to_it(tmp_path: Path) -> None:
    path = stored(tmp_path, "cat.png", encoded("PNG", icc_profile=wide_profile()))
    photo = read(path)
    assert np.array_equal(photo.pixels, cat())
    assert (photo.mode, photo.depth, photo.icc) == ("RGB", 8, wide_profile())
    assert photo.source == path
    assert photo.notes == ()
    assert photo.digest == read_photo(str(path)).digest


# ------------------------------------------------------------------------------ what is no picture
@pytest.mark.behaviour("X1")
def test_a_zip_is_not_a_picture(tmp_path: Path) -> None:
    error = refused(stored(tmp_path, "holiday.jpg", b"PK\3\4" + bytes(50)), UnknownFormat)
    assert error.sentence == (
        '"holiday.jpg" is not a picture: it begins like a ZIP file. Nothing was changed.'
    )
    assert error.remedy == "Choose a PNG, JPEG, TIFF, WebP, BMP or GIF."
    error = refused(stored(tmp_path, "x.png", bytes(range(200, 256)) * 3), UnknownFormat)
    assert "no picture begins as it does" in error.sentence


@pytest.mark.behaviour("X3")
def test_an_empty_file(tmp_path: Path) -> None:
    error = refused(stored(tmp_path, "cat.png", b""))
    assert error.sentence == '"cat.png" is empty (0 bytes). Nothing was changed.'
    assert "fetch it again" in error.remedy


@pytest.mark.behaviour("X9")
@pytest.mark.parametrize(
    ("name", "head", "what"),
    [
        ("IMG_1.HEIC", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "a HEIC picture"),
        ("a.jpg", b"8BPS\0\1" + bytes(40), "a Photoshop (PSD) picture"),
        ("a.png", b"<svg></svg>", "an SVG picture"),
        ("a.raf", b"FUJIFILMCCD-RAW 0201", "a camera RAW picture"),
        ("a.nef", b"II*\0\x08\0\0\0" + bytes(60), "a camera RAW picture"),
    ],
)
def test_formats_of_others_are_named_by_content(
    tmp_path: Path, name: str, head: bytes, what: str
) -> None:
    error = refused(stored(tmp_path, name, head), UnknownFormat)
    assert error.sentence == f'"{name}" is {what}, which ganpaint cannot read. Nothing was changed.'
    assert error.remedy == "Save it as JPEG or PNG in your photo program and open that."


def test_floating_point_is_refused_by_name(tmp_path: Path) -> None:
    import tifffile

    path = tmp_path / "deep.tif"
    tifffile.imwrite(path, np.zeros((40, 40), np.float32))
    assert "holds 32-bit numbers" in refused(path, UnknownFormat).sentence


# ------------------------------------------------------------------------------ the path
@pytest.mark.behaviour("X11")
def test_a_file_that_vanished(tmp_path: Path) -> None:
    assert '"cat.png" is no longer there.' in refused(tmp_path / "cat.png").sentence
    assert "no longer there" in refused(tmp_path / "no" / "cat.png").sentence
    inside = stored(tmp_path, "file", b"x") / "cat.png"
    assert "no longer there" in refused(inside).sentence


@pytest.mark.behaviour("X10")
def test_what_cannot_be_read_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests may run as root, whom permissions do not stop: a folder, which root cannot read
    either, is the real case, and the system's own refusal is played."""
    assert '"photos" is a folder.' in refused(_made(tmp_path / "photos")).sentence
    path = stored(tmp_path, "cat.png", encoded("PNG"))
    if os.geteuid() != 0:
        path.chmod(0)
        assert "no permission" in refused(path).sentence
        path.chmod(0o600)

    def forbidden(*_: object, **__: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", forbidden)
    error = refused(path)
    assert error.sentence == ('"cat.png" could not be read: no permission. Nothing was changed.')
    assert error.remedy == "Change its permissions or copy it to your own folder."


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


@pytest.mark.behaviour("X10")
def test_a_disk_that_fails_in_the_middle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ganpaint.picture import decode

    def failing(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(decode, "decode", failing)
    error = refused(stored(tmp_path, "cat.png", encoded("PNG")))
    assert "the disk reports an error" in error.sentence
    assert not isinstance(error, CutOffPicture)


@pytest.mark.behaviour("X10")
def test_pipes_devices_sockets_and_circles_do_not_hang(tmp_path: Path) -> None:
    pipe, circle, plug = tmp_path / "pipe.png", tmp_path / "circle.png", tmp_path / "s"
    os.mkfifo(pipe)
    circle.symlink_to(circle)
    began = time.monotonic()
    assert "a pipe or a device" in refused(pipe).sentence
    assert "a pipe or a device" in refused("/dev/zero").sentence
    assert "a pipe or a device" in refused("/dev/tty").sentence
    assert "links go round" in refused(circle).sentence
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(plug))
        assert "a pipe or a device" in refused(plug).sentence
    assert "could not be read" in refused(tmp_path / "nul\0l.png").sentence
    assert "name is too long" in refused(tmp_path / ("a" * 300 + ".png")).sentence
    assert "is a folder" in refused("/").sentence
    refused("")
    assert time.monotonic() - began < 5


def test_a_link_is_followed(tmp_path: Path) -> None:
    link = tmp_path / "link.png"
    link.symlink_to(stored(tmp_path, "cat.png", encoded("PNG")))
    assert read(link).source == link


@pytest.mark.behaviour("X37")
@pytest.mark.parametrize(
    "name",
    [
        "Grüße 猫 🐈.png", " spaces  .png", "trailing.png ", "100%#?&.png", "קטע.png",
        "new\nline.png", "quote\"'.png", "-rf.png", "a" * 251 + ".png", "🐈" * 62 + ".png",
        "\u202egnp.cat.png", ".png",
    ],
)  # fmt: skip
def test_odd_names_open_and_can_be_shown(tmp_path: Path, name: str) -> None:
    path = stored(tmp_path, name, encoded("PNG"))
    assert np.array_equal(read(path).pixels, cat())
    path.write_bytes(b"")
    shown = refused(path).sentence
    assert shown.isprintable()


@pytest.mark.behaviour("X37")
def test_names_that_are_no_text_open_too(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/\xff\xfe caf\xe9.png"
    Path(os.fsdecode(path)).write_bytes(encoded("PNG"))
    assert np.array_equal(read(Path(os.fsdecode(path))).pixels, cat())
    Path(os.fsdecode(path)).write_bytes(b"")
    assert refused(os.fsdecode(path)).sentence.isprintable()


# ------------------------------------------------------------------------------ too large
@pytest.mark.behaviour("X4", "I24")
def test_too_many_pixels_are_refused_by_the_header(tmp_path: Path) -> None:
    huge = bytearray(encoded("BMP"))
    huge[18:26] = struct.pack("<ii", 60_000, 40_000)
    path = stored(tmp_path, "map.bmp", bytes(huge) + bytes(8_000_000))
    error = refused(path, TooLarge)
    assert error.sentence == (
        '"map.bmp" has 60 000 × 40 000 pixels (2 400 megapixels); the limit here is 400. '
        "Nothing was opened."
    )
    small = stored(tmp_path, "cat.png", encoded("PNG"))
    assert "(0 megapixels)" in refused(small, TooLarge, limits=Limits(pixels=100)).sentence
    assert "limit for a side is 100" in refused(small, TooLarge, limits=Limits(side=100)).sentence
    assert "of memory" in refused(small, TooLarge, limits=Limits(memory=90_000)).sentence
    assert read(small, limits=Limits(memory=110_000)).width == 120


@pytest.mark.behaviour("X5")
@pytest.mark.parametrize(("side", "bits"), [(20_000, 16), (65_000, 8), (2**31 - 1, 8)])
def test_bombs_are_told_by_their_header(tmp_path: Path, side: int, bits: int) -> None:
    path = stored(tmp_path, "x.png", bomb(side, side, bits) if side < 10**6 else _lying(side))
    began = time.process_time()
    error = refused(path, TooLarge)
    assert "would unpack from" in error.sentence
    assert error.sentence.endswith("It was not opened.")
    assert time.process_time() - began < 1


def _lying(side: int) -> bytes:
    data = bytearray(bomb(8, 8))
    data[16:24] = side.to_bytes(4, "big") * 2
    return bytes(data)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "BMP", "TIFF", "JPEG"])
@pytest.mark.behaviour("X5")
def test_bombs_of_other_formats(tmp_path: Path, kind: str) -> None:
    """Sizes are raised in the headers of small files."""
    data = bytearray(encoded(kind, Image.fromarray(cat()[:8, :8])))
    if kind == "GIF":
        data[6:10] = struct.pack("<HH", 65535, 65535)
    elif kind == "WEBP":
        data[21:25] = struct.pack("<I", 16383 | 16383 << 14)
    elif kind == "BMP":
        data[18:26] = struct.pack("<ii", 50_000, 50_000)
    elif kind == "TIFF":
        for tag in (256, 257):
            at = data.index(struct.pack("<HHI", tag, 4, 1))
            data[at : at + 12] = struct.pack("<HHII", tag, 4, 1, 90_000)
    else:
        at = data.index(b"\xff\xc0")
        data[at + 5 : at + 9] = struct.pack(">HH", 65500, 65500)
    error = refused(stored(tmp_path, "x", bytes(data)), TooLarge)
    assert "would unpack" in error.sentence


@pytest.mark.behaviour("X5")
def test_a_jpeg_of_thousands_of_passes_is_refused(tmp_path: Path) -> None:
    data = bytearray(encoded("JPEG", progressive=True))
    at = data.index(b"\xff\xc2")
    data[at + 5 : at + 9] = struct.pack(">HH", 8000, 8000)
    crowded = bytes(data[:-2]) + b"\xff\xda\0\2" * 3000 + bytes(data[-2:])
    error = refused(stored(tmp_path, "slow.jpg", crowded), TooLarge)
    assert "passes over all its pixels" in error.sentence
    assert read(stored(tmp_path, "cat.jpg", encoded("JPEG", progressive=True))).notes == ()


@pytest.mark.behaviour("I24")
def test_a_large_flat_picture_is_no_bomb(tmp_path: Path) -> None:
    path = tmp_path / "flat.png"
    Image.new("L", (4000, 3000), 77).save(path)
    assert read(path).megapixels == 12


@pytest.mark.behaviour("I24", "X4")
def test_little_memory_is_a_sentence_not_a_crash(tmp_path: Path) -> None:
    """In a process that may have 700 MB; the picture needs 1.2 GB (the file is full of holes)."""
    path = tmp_path / "large.bmp"
    header = bytearray(encoded("BMP")[:54])
    header[18:26] = struct.pack("<ii", 20_000, 20_000)
    with path.open("wb") as file:
        file.write(header)
        file.truncate(54 + 3 * 20_000**2)
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (700 << 20, 700 << 20))\n"
        "from ganpaint.picture.read import Limits, read_photo\n"
        "from ganpaint.errors import TooLarge\n"
        "try:\n    read_photo(sys.argv[1], limits=Limits(memory=1 << 40))\n"
        "except TooLarge as error:\n    print(error.sentence)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
    )  # fmt: skip
    assert "not enough free memory" in done.stdout, done.stderr[-500:]


# ------------------------------------------------------------------------------ cut off
@pytest.mark.behaviour("X2")
def test_a_cut_png_says_how_much_is_there_and_opens_on_request(tmp_path: Path) -> None:
    data = encoded("PNG")
    path = stored(tmp_path, "cat.png", data[: int(len(data) * 0.6)])
    error = refused(path, CutOffPicture)
    assert isinstance(error, CutOffPicture)
    percent = int(100 * error.share)
    assert 45 < percent < 75
    assert error.sentence == (
        f'"cat.png" is cut off after {percent} % of its rows. '
        "The rows that are there were not opened."
    )
    assert "Open anyway" in error.remedy
    photo = read(path, partial=True)
    assert photo.height == round(error.share * 96)
    assert np.array_equal(photo.pixels, cat()[: photo.height])
    assert f"The upper {percent} % of its rows were opened." in photo.notes[0]


@pytest.mark.behaviour("X2")
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP", "BMP", "GIF", "AVIF"])
def test_no_cut_opens_silently_or_crashes(tmp_path: Path, kind: str) -> None:
    data = encoded(kind, Image.fromarray(cat()[:40, :50]))
    path = tmp_path / "cut"
    for at in {1, 2, 5, 12, 30, *range(0, len(data) - 64, max(len(data) // 25, 1))}:
        path.write_bytes(data[:at])
        error = refused(path)
        if isinstance(error, CutOffPicture) and error.share > 0:
            photo = read(path, partial=True)
            assert photo.height <= 40
            assert photo.notes
        else:
            refused(path, partial=True)


@pytest.mark.parametrize("offset", [2**63 - 1, 2**64 - 1, 2**40, 0, 4])
def test_wild_offsets_are_damage_not_trouble_of_the_system(tmp_path: Path, offset: int) -> None:
    data = b"II+\0\x08\0\0\0" + struct.pack("<Q", offset) + bytes(40)
    refused(stored(tmp_path, "x.tif", data), CutOffPicture)


def test_a_sound_file_opens_the_same_with_partial(tmp_path: Path) -> None:
    path = stored(tmp_path, "cat.png", encoded("PNG"))
    assert read(path, partial=True).notes == ()


# ------------------------------------------------------------------------------ notes
@pytest.mark.behaviour("X6")
def test_a_wrong_ending_is_a_notice(tmp_path: Path) -> None:
    photo = read(stored(tmp_path, "cat.jpg", encoded("PNG")))
    assert np.array_equal(photo.pixels, cat())
    assert photo.notes[0].startswith(
        '"cat.jpg" is a PNG file with the wrong ending. It was opened as PNG;'
    )
    assert read(stored(tmp_path, "CAT.JPEG", encoded("JPEG"))).notes == ()
    assert read(stored(tmp_path, "cat", encoded("JPEG"))).notes == ()


@pytest.mark.behaviour("X7")
def test_conversions_are_notices(tmp_path: Path) -> None:
    photo = read(
        stored(tmp_path, "ad.jpg", encoded("JPEG", Image.fromarray(cat()).convert("CMYK")))
    )
    assert photo.notes == (
        '"ad.jpg" uses CMYK. It was converted to sRGB, because the models work in RGB; '
        "exports will be RGB.",
    )


@pytest.mark.behaviour("X8", "I25")
def test_animations_are_notices(tmp_path: Path) -> None:
    photo = read(stored(tmp_path, "cat.gif", animation("GIF", 24)))
    assert '"cat.gif" has 24 frames. The first was opened.' in photo.notes
    photo = read(stored(tmp_path, "cat.tif", animation("TIFF", 3)))
    assert '"cat.tif" has 3 pages. The first was opened.' in photo.notes


@pytest.mark.behaviour("X29")
def test_tiny_pictures_are_notices(tmp_path: Path) -> None:
    photo = read(stored(tmp_path, "icon.png", encoded("PNG", Image.fromarray(cat()[:12, :12]))))
    assert photo.notes == (
        '"icon.png" has 12 × 12 pixels. It was opened; a projection will only be a guess.',
    )
    photo = read(stored(tmp_path, "dot.png", encoded("PNG", Image.new("L", (1, 1)))))
    assert photo.pixels.shape == (1, 1, 1)


@pytest.mark.behaviour("X36", "X37")
def test_long_names_leave_room_in_every_sentence(tmp_path: Path) -> None:
    """Names are shortened, so that no sentence grows beyond its 220 characters."""
    data = encoded("PNG")
    refused(stored(tmp_path, "n" * 200 + ".png", data[: len(data) // 2]), CutOffPicture)
    refused(stored(tmp_path, "n" * 200 + ".bmp", encoded("BMP")[:5000]), CutOffPicture)
    refused(stored(tmp_path, "m" * 200 + ".png", data), TooLarge, limits=Limits(memory=1))
    read(stored(tmp_path, "g" * 200 + ".jpg", animation("GIF", 3)))


@pytest.mark.behaviour("I4")
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_sixteen_bits_stay_sixteen(tmp_path: Path, channels: int) -> None:
    pixels = noise((40, 50, channels), 16)
    for name, data in (
        ("a.png", deep.write_png(pixels, None, None)),
        ("a.tif", deep.write_tiff(pixels, None, None)),
    ):
        photo = read(stored(tmp_path, name, data))
        assert photo.depth == 16
        assert np.array_equal(photo.pixels, pixels)
        assert photo.notes == ()


def test_a_picture_from_the_clipboard() -> None:
    pixels = noise((9, 8, 4))
    photo = photo_from_array(pixels, "It was pasted.")
    pixels[:] = 0
    assert np.array_equal(photo.pixels, noise((9, 8, 4)))
    assert (photo.mode, photo.notes, photo.source) == ("RGBA", ("It was pasted.",), None)
    assert photo_from_array(noise((9, 8, 3))).mode == "RGB"


# ------------------------------------------------------------------------------ fuzz
SEEDS = {
    kind: encoded(kind, Image.fromarray(cat()[:24, :30]))
    for kind in ("PNG", "JPEG", "TIFF", "WEBP", "BMP", "GIF")
} | {
    "deep PNG": deep.write_png(noise((12, 10, 3), 16), wide_profile(), None),
    "deep TIFF": deep.write_tiff(noise((12, 10, 4), 16), wide_profile(), None),
    "palette": encoded("PNG", Image.fromarray(cat()[:24, :30]).quantize(16)),
    "animation": animation("WEBP", 2),
}  # fmt: skip
SMALL = Limits(pixels=4_000_000, memory=200 << 20)


@pytest.mark.behaviour("X1", "X2", "X5")
@pytest.mark.parametrize("seed", SEEDS)
@given(
    edits=st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=4)), max_size=6),
    cut=st.floats(0.05, 1), partial=st.booleans(),
)  # fmt: skip
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_fuzzed_files_give_a_photo_or_a_sentence(
    tmp_path: Path, seed: str, edits: list[tuple[float, bytes]], cut: float, partial: bool
) -> None:
    data = bytearray(SEEDS[seed])
    for place, new in edits:
        at = int(place * (len(data) - 1))
        data[at : at + len(new)] = new
    path = stored(tmp_path, "fuzzed", bytes(data[: int(len(data) * cut)]))
    began = time.process_time()
    try:
        photo = read_photo(path, partial=partial, limits=SMALL)
        assert photo.megapixels <= 4
    except GanpaintError as error:
        check_sentence(error.sentence)
    assert time.process_time() - began < 5


@given(st.binary(max_size=300))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_give_a_sentence(tmp_path: Path, data: bytes) -> None:
    path = stored(tmp_path, "anything", data)
    with pytest.raises(GanpaintError):
        read_photo(path, limits=SMALL)


def test_the_default_limits_are_the_documented_ones() -> None:
    assert LIMITS.pixels == 400_000_000
