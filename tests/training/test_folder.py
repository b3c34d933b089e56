"""A folder becomes a training set, or is refused in a sentence."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganpaint.errors import BadRequest
from ganpaint.training.folder import load_folder, square
from tests.small_disk import run_on
from tests.training.conftest import paint


def test_class_folders_become_classes(pictures: Path) -> None:
    data = load_folder(pictures, 16)
    assert data.class_names == ("green", "red ones")
    assert data.pictures.shape == (15, 16, 16, 3)
    assert np.bincount(data.labels).tolist() == [3, 12]
    green = data.pictures[data.labels == 0].reshape(-1, 3).mean(0)
    assert green[1] > 150 > green[0]


def test_flat_folder_has_no_classes(tmp_path: Path) -> None:
    paint(tmp_path / "flat", 11, (10, 20, 30))
    assert load_folder(tmp_path / "flat", 16).c_dim == 0


def test_zip_gives_the_same_pictures(pictures: Path, tmp_path: Path) -> None:
    packed = tmp_path / "pictures.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in pictures.rglob("*.png"):
            archive.write(path, path.relative_to(pictures))
    assert np.array_equal(load_folder(packed, 16).pictures, load_folder(pictures, 16).pictures)


def test_classes_are_drawn_by_the_root_of_their_size(pictures: Path) -> None:
    data = load_folder(pictures, 16)
    assert data.class_weights() == pytest.approx([1 / 3, 2 / 3])
    drawn = data.draw(np.random.default_rng(0), 6000)
    assert np.mean(data.labels[drawn] == 0) == pytest.approx(1 / 3, abs=0.03)
    assert set(drawn) == set(range(15))


def test_second_reading_comes_from_the_cache(
    pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_folder(pictures, 16)
    monkeypatch.setattr("ganpaint.training.folder._decode", lambda *a: pytest.fail("decoded twice"))
    assert len(load_folder(pictures, 16)) == 15


def test_a_changed_picture_is_noticed(pictures: Path) -> None:
    before = load_folder(pictures, 16).digest
    paint(pictures / "green", 1, (1, 2, 3))
    assert load_folder(pictures, 16).digest != before


def test_duplicates_are_reported_and_left_out_on_request(pictures: Path) -> None:
    shutil.copy(pictures / "red_ones" / "000.png", pictures / "red_ones" / "again.png")
    kept = load_folder(pictures, 16)
    assert len(kept) == 16
    assert (
        kept.notes[0] == "1 of the pictures is an exact duplicate and was kept: red_ones/again.png."
    )
    assert len(load_folder(pictures, 16, dedupe=True)) == 15


def test_unreadable_and_small_pictures_are_named(pictures: Path) -> None:
    (pictures / "green" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    paint(pictures / "tiny", 1, (9, 9, 9), side=5)
    notes = " ".join(load_folder(pictures, 16).notes)
    assert "broken.png" in notes
    assert "tiny/000.png" in notes


@pytest.mark.parametrize("count", [0, 4])
def test_too_few_pictures_are_refused_with_both_numbers(tmp_path: Path, count: int) -> None:
    paint(tmp_path / "few", count, (10, 20, 30))
    with pytest.raises(BadRequest) as caught:
        load_folder(tmp_path / "few", 16)
    assert ("no pictures" if count == 0 else "4 usable pictures; 10") in str(caught.value)


def test_a_file_that_is_no_zip_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"hello")
    with pytest.raises(BadRequest, match="neither a folder nor a zip"):
        load_folder(tmp_path / "x.zip", 16)


def test_what_a_mac_packs_beside_the_pictures_is_no_picture(pictures: Path, tmp_path: Path) -> None:
    packed = tmp_path / "packed.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in pictures.rglob("*.png"):
            name = path.relative_to(pictures)
            archive.write(path, f"my pictures/{name}")  # the folder itself was packed
            archive.writestr(f"__MACOSX/my pictures/{name.parent}/._{name.name}", b"fork")
    found = load_folder(packed, 16)
    assert found.class_names == ("green", "red ones")
    assert not any("unreadable" in note for note in found.notes)


def test_pictures_beside_the_class_folders_are_left_out_and_named(pictures: Path) -> None:
    shutil.copy(pictures / "green" / "000.png", pictures / "stray.png")
    found = load_folder(pictures, 16)
    assert found.class_names == ("green", "red ones")
    assert len(found) == 15
    assert any("stray.png" in note for note in found.notes)


def test_a_class_without_a_usable_picture_is_none(pictures: Path) -> None:
    (pictures / "blue").mkdir()
    (pictures / "blue" / "a.png").write_bytes(b"nothing")
    found = load_folder(pictures, 16)
    assert found.class_names == ("green", "red ones")
    assert set(found.draw(np.random.default_rng(0), 500)) == set(range(15))


def test_small_classes_are_named(pictures: Path) -> None:
    (note,) = load_folder(pictures, 16).notes
    assert "2 of the classes have fewer than 50 pictures" in note
    assert "green (3)" in note


def test_a_damaged_zip_is_read_as_far_as_it_goes(pictures: Path, tmp_path: Path) -> None:
    packed = tmp_path / "pictures.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(pictures.rglob("*.png")):
            archive.write(path, path.relative_to(pictures))
        place = archive.getinfo("green/001.png").header_offset
    data = bytearray(packed.read_bytes())
    data[place + 100 : place + 110] = bytes(10)  # its checksum does not fit any more
    packed.write_bytes(data)
    found = load_folder(packed, 16)
    assert len(found) == 14
    assert any("green/001.png" in note for note in found.notes)


def test_a_zip_that_needs_a_password_is_refused_in_a_sentence(
    pictures: Path, tmp_path: Path
) -> None:
    packed = tmp_path / "secret.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(pictures.rglob("*.png")):
            archive.write(path, path.relative_to(pictures))
    data = packed.read_bytes()
    for start, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # mark all as encrypted
        head, *rest = data.split(start)
        data = head + b"".join(
            start + piece[: flags - 4] + bytes([piece[flags - 4] | 1]) + piece[flags - 3 :]
            for piece in rest
        )
    packed.write_bytes(data)
    with pytest.raises(BadRequest, match="0 usable pictures"):
        load_folder(packed, 16)


def colours(path: Path) -> np.ndarray:
    with path.open("rb") as file:
        pixels = square(file, 16)
    assert pixels is not None
    return pixels


def test_pictures_of_every_kind_are_seen_as_people_see_them(tmp_path: Path) -> None:
    clear = Image.new("RGBA", (32, 32), (255, 0, 0, 0))
    clear.putpixel((0, 0), (0, 0, 255, 255))
    clear.save(tmp_path / "clear.png")
    assert colours(tmp_path / "clear.png")[8, 8].tolist() == [255] * 3  # on white
    clear.quantize().save(tmp_path / "palette.png", transparency=0)
    assert colours(tmp_path / "palette.png").shape == (16, 16, 3)

    ramp = np.tile(np.linspace(0, 65535, 32).astype(np.uint16), (32, 1))
    Image.fromarray(ramp).save(tmp_path / "deep.png")
    deep = colours(tmp_path / "deep.png")
    assert deep[8, 0, 0] < 10 and deep[8, 15, 0] > 245
    assert abs(int(deep[8, 8, 0]) - 132) < 6
    Image.fromarray((ramp / 257).astype(np.uint8)).save(tmp_path / "grey.png")
    assert np.abs(colours(tmp_path / "grey.png").astype(int) - deep).max() <= 1

    Image.new("CMYK", (32, 32), (0, 255, 255, 0)).save(tmp_path / "print.jpg")
    red = colours(tmp_path / "print.jpg")[8, 8].astype(int)
    assert red[0] > 200 and red[1:].max() < 60

    turned = Image.new("RGB", (32, 32), (255, 255, 255))
    turned.paste((0, 0, 0), (0, 0, 16, 32))  # its left half is dark
    exif = Image.Exif()
    exif[0x0112] = 6  # shown turned clockwise: the left half is then on top
    turned.save(tmp_path / "turned.jpg", exif=exif)
    seen = colours(tmp_path / "turned.jpg")
    assert seen[2, 8, 0] < 40 and seen[13, 8, 0] > 215


def test_names_of_any_alphabet(tmp_path: Path) -> None:
    paint(tmp_path / "猫と犬" / "ねこ", 6, (200, 40, 40))
    paint(tmp_path / "猫と犬" / "Käfer", 6, (40, 200, 40))
    assert load_folder(tmp_path / "猫と犬", 16).class_names == ("Käfer", "ねこ")


def test_a_full_disk_is_told_in_a_sentence(tmp_path: Path) -> None:
    paint(tmp_path / "many", 12, (200, 40, 40), side=700)
    code = f"""
os.environ["GANPAINT_HOME"] = str(disk)
from ganpaint.errors import DiskFull
from ganpaint.training.folder import load_folder
try:
    load_folder(Path({str(tmp_path / "many")!r}), 512)
except DiskFull as error:
    print(error)
"""
    assert "free on" in run_on(tmp_path / "disk", "size=1m", code)
