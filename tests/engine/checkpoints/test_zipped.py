"""The directory of a torch zip file: only what torch.save writes passes."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ganpaint.engine.checkpoints import zipped
from ganpaint.engine.checkpoints.archive import load, read_state_dict
from ganpaint.engine.checkpoints.limits import Budget, Limits
from ganpaint.errors import BadModel, Refused, UnknownModel
from tests.engine.checkpoints.assembler import Call, Name, pickle_of, reference

Put = Callable[..., Path]


def archive(*entries: tuple[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as file:
        for name, data in entries:
            file.writestr(name, data)
    return buffer.getvalue()


def table(count: int = 2) -> bytes:
    """data.pkl with one tensor on storage 0."""
    storage = reference("0", "FloatStorage", count, view=False)
    empty = Call(Name("collections", "OrderedDict"))
    args = (storage, 0, (count,), (1,), False, empty)
    return pickle_of({"w": Call(Name("torch._utils", "_rebuild_tensor_v2"), args)})


def read(data: bytes, limits: Limits | None = None) -> dict[str, memoryview]:
    return zipped.members(memoryview(data), Budget("net.pt", len(data), limits or Limits()))


def test_torch_writes_and_this_reads(tmp_path: Path) -> None:
    state = {"a.weight": torch.randn(3, 4), "half": torch.randn(5).half(), "n": torch.tensor(7)}
    torch.save(state, tmp_path / "net.pth")
    found = read_state_dict(tmp_path / "net.pth")
    assert found.keys() == state.keys()
    for key, value in state.items():
        assert torch.equal(found[key], value.to(found[key].dtype))


def test_members_are_views_and_equal_what_zipfile_reads() -> None:
    data = archive(("net/data.pkl", b"abc"), ("net/data/0", b"\0" * 8), ("net/dir/", b""))
    found = read(data)
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        for name, view in found.items():
            assert bytes(view) == file.read(name)
    assert "net/dir/" not in found


def test_packed_members_are_refused_without_unpacking(put: Put) -> None:
    bomb = archive(("net/data.pkl", table()), ("net/data/0", b"\0" * 10_000_000), method=8)
    with pytest.raises(Refused, match="packed"):
        load(put(bomb, "net.pt"))


@pytest.mark.parametrize(
    "name", ["../../x", "/etc/x", "net/../../x", "C:\\x", "\\\\host\\x", "net/a\\..\\..\\x"]
)
def test_names_that_point_outside_are_refused(name: str, put: Put) -> None:
    with pytest.raises(Refused, match="points outside"):
        load(put(archive(("net/data.pkl", table()), (name, b"")), "net.pt"))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_member_listed_twice_is_refused(put: Put) -> None:
    with pytest.raises(Refused, match="twice"):
        load(put(archive(("n/data.pkl", table()), ("n/data/0", b"1"), ("n/data/0", b"2")), "n.pt"))


def test_encrypted_and_linked_members_are_refused() -> None:
    data = bytearray(archive(("net/data.pkl", table())))
    at = data.rfind(b"PK\x01\x02")
    data[at + 8] |= 1
    with pytest.raises(Refused, match="encrypted"):
        read(bytes(data))
    data[at + 8] &= 0xFE
    struct.pack_into("<I", data, at + 38, 0o120777 << 16)
    with pytest.raises(Refused, match="link"):
        read(bytes(data))


def test_local_headers_must_agree_with_the_list() -> None:
    good = archive(("net/data.pkl", table()), ("net/data/0", b"\0" * 8))
    for offset, value in ((30, ord("x")), (8, 8), (6, 1), (18, 99), (22, 99)):
        data = bytearray(good)
        data[offset] = value
        with pytest.raises(Refused, match="differs"):
            read(bytes(data))
    data = bytearray(good)
    at = data.find(b"PK\x01\x02")
    struct.pack_into("<2I", data, at + 20, 1 << 20, 1 << 20)
    with pytest.raises(BadModel):
        read(bytes(data))


def test_too_many_members_are_refused_before_they_are_listed() -> None:
    data = bytearray(archive(("a", b"")))
    at = data.rfind(b"PK\x05\x06")
    struct.pack_into("<2H", data, at + 8, 60_000, 60_000)
    with pytest.raises(Refused, match="too many members"):
        read(bytes(data), Limits(members=50_000))
    with pytest.raises(BadModel):
        read(bytes(data))


def test_large_archives_have_their_numbers_elsewhere() -> None:
    name, body = b"net/data.pkl", b"abc"
    local = struct.pack("<4s5H3I2H", b"PK\3\4", 45, 0, 0, 0, 0, 0, 3, 3, len(name), 0) + name + body
    extra = struct.pack("<2H3Q", 1, 24, 3, 3, 0)
    full = 0xFFFFFFFF
    entry = struct.pack(
        "<4s6H3I5H2I", b"PK\1\2", 45, 45, 0, 0, 0, 0, 0, full, full,
        len(name), len(extra), 0, 0, 0, 0, full,
    ) + name + extra  # fmt: skip
    end64 = struct.pack("<4sQ2H2I4Q", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, len(entry), len(local))
    locator = struct.pack("<4sIQI", b"PK\6\7", 0, len(local) + len(entry), 1)
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, full, full, 0)
    data = local + entry + end64 + locator + end
    assert bytes(read(data)["net/data.pkl"]) == body
    for cut in (len(local) + len(entry), len(data) - len(end) - 4):
        with pytest.raises(BadModel):
            read(data[:cut] + end)


def test_descriptions_must_be_there_once(put: Put) -> None:
    with pytest.raises(UnknownModel, match="archive of 1 other"):
        load(put(archive(("cat.png", b"x")), "net.pt"))
    with pytest.raises(Refused, match="2 descriptions"):
        load(put(archive(("a/data.pkl", table()), ("b/data.pkl", table())), "net.pt"))


def test_torchscript_is_refused(put: Put) -> None:
    entries = (("n/data.pkl", table()), ("n/code/__torch__.py", b""), ("n/data/0", b"\0" * 8))
    with pytest.raises(Refused, match="TorchScript"):
        load(put(archive(*entries), "net.pt"))


def test_big_endian_files_are_refused(put: Put) -> None:
    entries = (("n/data.pkl", table()), ("n/byteorder", b"big"), ("n/data/0", b"\0" * 8))
    with pytest.raises(Refused, match="big-endian"):
        load(put(archive(*entries), "net.pt"))


def test_storages_that_are_missing_or_short_are_named(put: Put) -> None:
    for entries in ((), (("n/data/0", b"\0" * 4),)):
        with pytest.raises(BadModel, match="data/0"):
            load(put(archive(("n/data.pkl", table()), *entries), "net.pt"))
    with pytest.raises(BadModel, match="cut off"):
        load(put(archive(("n/data.pkl", table(2**40)), ("n/data/0", b"\0" * 8)), "net.pt"))


def test_cut_archives(tmp_path: Path, put: Put) -> None:
    torch.save({"a": torch.ones(40)}, tmp_path / "net.pth")
    data = (tmp_path / "net.pth").read_bytes()
    for cut in range(4, len(data), 13):
        with pytest.raises(BadModel):
            load(put(data[:cut], "cut.pth"))


@given(st.data())
def test_flipped_bits(data: st.DataObject) -> None:
    code = bytearray(archive(("net/data.pkl", table()), ("net/data/0", b"\0" * 8)))
    for _ in range(data.draw(st.integers(1, 4))):
        code[data.draw(st.integers(0, len(code) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    try:
        read(bytes(code))
    except BadModel as error:
        assert len(str(error)) <= 220
