"""The archive: exact arrays, and reading without its end."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganpaint.document import container
from ganpaint.document.container import (
    MIMETYPE,
    ContainerWriter,
    Damaged,
    describe,
    find_parts,
    pack,
    packed_size,
    read_part,
    shape_of,
    unpack,
    unpack_rows,
)


def written(*parts: tuple[str, bytes]) -> bytes:
    file = io.BytesIO()
    with ContainerWriter(file) as writer:
        for name, data in parts:
            writer.add(name, data)
    return file.getvalue()


def packed(array: np.ndarray) -> bytes:
    return b"".join(pack(array, describe(array)))


@given(
    st.sampled_from(["uint8", "uint16", "float32"]),
    st.lists(st.integers(0, 6), max_size=4),
    st.integers(0, 2**32 - 1),
)
def test_arrays_return_bit_for_bit(kind: str, shape: list[int], seed: int) -> None:
    raw = np.random.default_rng(seed).bytes(int(np.prod(shape)) * np.dtype(kind).itemsize)
    array = np.frombuffer(raw, kind).reshape(shape)
    back = unpack(packed(array), describe(array))
    assert back.dtype == array.dtype
    assert back.shape == array.shape
    assert back.tobytes() == array.tobytes(), "also the bits of NaN and -0"
    assert not back.flags.writeable


def test_large_arrays_are_packed_in_bands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(container, "BAND", 1000)
    array = np.random.default_rng(0).integers(0, 65536, (37, 11, 4), np.uint16)
    assert (unpack(packed(array), describe(array)) == array).all()
    transposed = array.transpose(1, 0, 2)
    assert (unpack(packed(transposed), describe(transposed)) == transposed).all()
    assert 0.8 < packed_size(array) / len(packed(array)) < 1.3


def test_an_array_that_is_cut_off_gives_its_upper_rows() -> None:
    array = np.random.default_rng(0).integers(0, 256, (50, 40, 3), np.uint8)
    data = packed(array)
    with pytest.raises(Damaged):
        unpack(data[: len(data) // 2], describe(array))
    upper, rows = unpack_rows(data[: len(data) // 2], describe(array))
    assert 15 < rows < 35
    assert (upper[:rows] == array[:rows]).all()
    assert upper.shape == array.shape


@pytest.mark.parametrize(
    "description",
    [
        {},
        {"type": "object", "shape": [1], "filter": "none"},
        {"type": "uint8", "shape": [-1], "filter": "none"},
        {"type": "uint8", "shape": [1.5], "filter": "none"},
        {"type": "uint8", "shape": [1] * 9, "filter": "none"},
        {"type": "uint8", "shape": [2], "filter": "left"},
        {"type": ["uint8"], "shape": [2], "filter": "none"},
        {"type": "uint8", "shape": None, "filter": "none"},
        None,
    ],
)
def test_descriptions_without_sense_are_refused(description: object) -> None:
    with pytest.raises(Damaged):
        shape_of(description)


def test_a_bomb_never_unpacks_to_more_than_it_says() -> None:
    bomb = packed(np.zeros(10**7, np.uint8))
    small = {"type": "uint8", "shape": [100], "filter": "none"}
    assert len(unpack(bomb, small)) == 100


def test_any_unpacker_opens_it_and_equal_contents_give_equal_files() -> None:
    parts = ("mimetype", MIMETYPE), ("project.json", b"{}"), ("arrays/0", b"123")
    data = written(*parts)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.namelist() == ["mimetype", "project.json", "arrays/0"]
        assert archive.testzip() is None
    assert data[30:68] == b"mimetypeapplication/x-ganpaint" + data[60:68]
    assert data == written(*parts)


def test_parts_are_found_with_and_without_the_table_of_contents() -> None:
    data = written(("a", b"x" * 100), ("b", b"y" * 100))
    table = data.index(b"PK\x01\x02")
    for length, complete in ((len(data), True), (table, False), (table - 50, False)):
        file = io.BytesIO(data[:length])
        parts, found = find_parts(file, length)
        assert found is complete
        assert set(parts) == {"a", "b"}
        assert read_part(file, parts["a"], 100) == b"x" * 100
        if length < table:
            with pytest.raises(Damaged):
                read_part(file, parts["b"], 100)


def test_a_changed_byte_is_noticed() -> None:
    data = written(("a", b"x" * 100))
    data = data.replace(b"xxxxx", b"xxzxx", 1)
    parts, _ = find_parts(io.BytesIO(data), len(data))
    with pytest.raises(Damaged, match="changed"):
        read_part(io.BytesIO(data), parts["a"], 100)


def test_parts_beyond_4_gb_are_marked_as_such() -> None:
    file = io.BytesIO()
    with ContainerWriter(file) as writer:
        writer.add_stream("large", iter([b"abc"]), 5 << 30)
    for data in (file.getvalue(), file.getvalue()[:-30]):
        parts, _ = find_parts(io.BytesIO(data), len(data))
        assert read_part(io.BytesIO(data), parts["large"], 10) == b"abc"
