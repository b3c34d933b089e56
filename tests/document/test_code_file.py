"""Codes as files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganpaint.document.code_file import read_code, write_code
from ganpaint.errors import BadRequest
from ganpaint.latent import Space

from .conftest import make_code

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("space", Space)
def test_a_code_returns_bit_for_bit(tmp_path: Path, space: Space) -> None:
    code = make_code(RNG, space)
    lean = replace(code, c=None, embed=None, transform=None, truncation_cutoff=None)
    for number, one in enumerate((code, lean)):
        path = tmp_path / f"{number}.npz"
        write_code(path, one, "cats-64")
        assert read_code(path).same_as(one)


def test_any_reader_opens_it_without_pickle(tmp_path: Path) -> None:
    write_code(tmp_path / "code.npz", make_code(RNG), "cats-64")
    with np.load(tmp_path / "code.npz", allow_pickle=False) as parts:
        assert set(parts) >= {"space", "values", "model", "model_name", "c"}
        assert str(parts["space"]) == "w+"


def test_text_files_are_codes_too(tmp_path: Path) -> None:
    code = make_code(RNG)
    (tmp_path / "code.txt").write_text(code.to_text() + "\n")
    assert read_code(tmp_path / "code.txt").same_as(code)


def test_equal_codes_give_equal_files(tmp_path: Path) -> None:
    code = make_code(RNG)
    for name in "ab":
        write_code(tmp_path / name, code)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize("contents", [b"", b"PK\x03\x04", b"\x93NUMPY", b"ganpaint-code:zz", None])
def test_what_is_no_code_is_refused(tmp_path: Path, contents: bytes | None) -> None:
    path = tmp_path / "code.npz"
    if contents is not None:
        path.write_bytes(contents)
    with pytest.raises(BadRequest):
        read_code(path)


def test_pickles_inside_are_never_run(tmp_path: Path) -> None:
    path = tmp_path / "evil.npz"
    np.savez(path, space=np.array("w"), values=np.array([{}], dtype=object))
    with pytest.raises(BadRequest):
        read_code(path)


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=4),
       st.integers(0, 10**6))  # fmt: skip
def test_damaged_files_are_codes_or_refused(
    tmp_path_factory: pytest.TempPathFactory, flips: list[tuple[int, int]], cut: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "code.npz"
    write_code(path, make_code(np.random.default_rng(1)))
    data = bytearray(path.read_bytes())
    for at, value in flips:
        data[at % len(data)] = value
    path.write_bytes(data[: cut % (2 * len(data))])
    try:
        read_code(path)
    except BadRequest as error:
        assert len(str(error)) < 220
