"""Containers: what torch and safetensors write comes back; damaged ones end in a sentence."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import save_file

from ganpaint.engine.checkpoints import archive
from ganpaint.engine.checkpoints.archive import load, read_state_dict, tensors_of, weight
from ganpaint.errors import BadModel, BrokenModel, Refused, UnknownModel
from tests.engine.checkpoints import assembler as asm
from tests.engine.checkpoints.assembler import Call, Name, pickle_of

Put = Callable[..., Path]

STATE = {
    "conv.weight": torch.randn(4, 3, 2, 2, generator=torch.Generator().manual_seed(1)),
    "double": torch.arange(4, dtype=torch.float64) / 4,
    "half": torch.tensor([1.5, -2.0]).half(),
    "brain": torch.tensor([1.5, -2.0]).bfloat16(),
    "count": torch.tensor(3),
    "flag": torch.tensor([True, False]),
    "empty": torch.empty(0, 3),
}


@pytest.mark.parametrize("form", ["zip", "legacy", "safetensors"])
def test_state_dicts_of_every_container(form: str, tmp_path: Path) -> None:
    path = tmp_path / "weights.bin"  # the ending never decides
    if form == "safetensors":
        save_file(STATE, path)
    else:
        torch.save(STATE, path, _use_new_zipfile_serialization=form == "zip")
    assert load(path).kind == form
    found = read_state_dict(path)
    assert found.keys() == STATE.keys()
    for key, value in STATE.items():
        assert torch.equal(found[key].double(), value.double())
        assert found[key].dtype in (torch.float32, torch.int64, torch.bool)
        assert found[key].is_contiguous()


@pytest.mark.parametrize("zip_", [True, False])
def test_views_and_strides(zip_: bool, tmp_path: Path) -> None:
    base = torch.arange(60.0).reshape(3, 4, 5)
    state = {"whole": base, "part": base[1, 1:, ::2], "turned": base.permute(2, 0, 1)}
    torch.save(state, tmp_path / "n.pt", _use_new_zipfile_serialization=zip_)
    found = read_state_dict(tmp_path / "n.pt")
    for key, value in state.items():
        assert torch.equal(found[key], value)


def test_parameters_names_and_places(put: Put) -> None:
    storages = {"0": torch.arange(6.0)}
    ref = asm.reference("0", "FloatStorage", 6, "cuda:0")
    empty = Call(Name("collections", "OrderedDict"), state={"_metadata": {}})
    made = Call(Name("torch._utils", "_rebuild_tensor_v2"), (ref, 0, (2, 3), (3, 1), False, empty))
    old = Call(Name("torch._utils", "_rebuild_tensor"), (ref, 3, (3,), (1,)))
    wrapped = Call(Name("torch._utils", "_rebuild_parameter"), (made, True, empty))
    path = put(asm.legacy({"a": wrapped, "b": old}, storages), "n.pth")
    found = read_state_dict(path)
    assert torch.equal(found["a"], torch.arange(6.0).reshape(2, 3))
    assert torch.equal(found["b"], torch.tensor([3.0, 4.0, 5.0]))


@pytest.mark.behaviour("X20")
def test_cut_legacy_files_say_how_much_is_there(put: Put) -> None:
    ref = asm.reference("0", "FloatStorage", 1000)
    made = Call(Name("torch._utils", "_rebuild_tensor"), (ref, 0, (1000,), (1,)))
    whole = asm.legacy({"a": made}, {"0": torch.zeros(1000)})
    with pytest.raises(BrokenModel) as caught:
        load(put(whole[:-1000], "net.pth"))
    assert '"net.pth" is cut off: ' in str(caught.value)
    assert "needs 4.0 kB" in str(caught.value)
    for cut in range(0, len(whole) - 4000, 7):
        with pytest.raises(BadModel):
            load(put(whole[:cut], "net.pth"))


def test_declared_giants_are_refused_before_anything_is_allocated(put: Put) -> None:
    ref = asm.reference("0", "FloatStorage", 2**40)
    made = Call(Name("torch._utils", "_rebuild_tensor"), (ref, 0, (2**40,), (1,)))
    with pytest.raises(BrokenModel, match=r"needs .* GB"):
        load(put(asm.legacy({"a": made}), "net.pth"))
    for count in (-1, 1.5, "x", None, 2**70):
        bad = asm.Reference(("storage", Name("torch", "FloatStorage"), "0", "cpu", count, None))
        with pytest.raises(BadModel):
            load(put(asm.legacy({"a": bad}), "net.pth"))


@pytest.mark.parametrize(
    "value",
    [
        "storage",
        ("module", Name("torch", "FloatStorage"), "0", "cpu", 1, None),
        ("storage", Name("torch", "float32"), "0", "cpu", 1, None),
        ("storage", "FloatStorage", "0", "cpu", 1, None),
        ("storage", Name("torch", "FloatStorage"), "../0", "cpu", 1, None),
        ("storage", Name("torch", "FloatStorage"), 0, "cpu", 1, None),
        ("storage", Name("torch", "FloatStorage"), "0", "cpu", 1, ("v", 1, 1)),
        ("storage", Name("torch", "FloatStorage"), "0", "cpu", 1, "view"),
        (),
    ],
)
def test_odd_references_are_refused(value: object, put: Put) -> None:
    file = asm.legacy({"a": asm.Reference(value)}, {"0": torch.zeros(1)})
    with pytest.raises(BadModel):
        load(put(file, "net.pth"))


def test_the_list_of_storages_must_fit(put: Put) -> None:
    ref = asm.reference("0", "FloatStorage", 2)
    good = {"0": torch.zeros(2)}
    load(put(asm.legacy([ref], good)))
    for storages in ({}, {"1": torch.zeros(2)}, {"0": torch.zeros(3)}, good | {"1": good["0"]}):
        with pytest.raises(BadModel):
            load(put(asm.legacy([ref], storages)))
    half = asm.reference("0", "HalfStorage", 2)
    with pytest.raises(BadModel, match="two types"):
        load(put(asm.legacy([ref, half], good)))
    longer = asm.reference("0", "FloatStorage", 3)
    with pytest.raises(BadModel, match="two sizes"):
        load(put(asm.legacy([ref, longer], good)))


def test_nothing_may_follow_the_end(put: Put) -> None:
    for data in (pickle_of({"a": 1}), asm.legacy({"a": 1})):
        load(put(data))
        for tail in (b"\0", b"more", pickle_of(None)):
            with pytest.raises(Refused, match="behind its end"):
                load(put(data + tail))


def test_odd_versions_of_torch_files(put: Put) -> None:
    good = asm.legacy({"a": 1})
    other = good.replace(b"M\xe9\x03", b"M\xea\x03")
    with pytest.raises(BadModel, match="unknown version"):
        load(put(other))
    big = good.replace(b"little_endian\x88", b"little_endian\x89")
    with pytest.raises(Refused, match="big-endian"):
        load(put(big))


def test_tables_without_tensors(put: Put) -> None:
    for value in ({}, {"a": 1}, [1], None):
        path = put(value)
        with pytest.raises(UnknownModel, match="no table of weights"):
            read_state_dict(path)
    assert tensors_of(None, load(put({"a": 1}))) == {}


def test_a_storage_is_converted_once(put: Put) -> None:
    storage = asm.body(asm.embedded(torch.arange(8.0))) + b"q\x01"
    empty = asm.body(Call(Name("collections", "OrderedDict")))
    name = asm.body(Name("torch._utils", "_rebuild_tensor_v2"))
    rest = asm.body(0) + asm.body((8,)) + asm.body((1,)) + b"\x89" + empty + b"tR"
    views = asm.text("a") + name + b"(" + storage + rest + asm.text("b") + name + b"(h\x01" + rest
    contents = load(put(asm.Raw(b"}(" + views + b"u")))
    one, two = (weight(contents.value[key], contents.budget, key) for key in "ab")
    assert one.data_ptr() == two.data_ptr()


@pytest.mark.parametrize(
    "header",
    [
        {"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 80]}},
        {"a": {"dtype": "F32", "shape": [2**40], "data_offsets": [0, 8]}},
        {"a": {"dtype": "F32", "shape": [-1], "data_offsets": [0, 8]}},
        {"a": {"dtype": "Z9", "shape": [2], "data_offsets": [0, 8]}},
        {
            "a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]},
            "b": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]},
        },
        {"a": 1},
        {"__metadata__": {"a": 1}},
        [],
    ],
)
def test_damaged_safetensors(header: object, put: Put) -> None:
    text = json.dumps(header).encode()
    for length in (len(text), len(text) + 5, 2**40):
        data = struct.pack("<Q", length) + text + bytes(8)
        with pytest.raises(BadModel):
            load(put(data, "net.safetensors"))


@given(data=st.data())
def test_flipped_bits_in_safetensors(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("st") / "n.safetensors"
    save_file({"a": torch.ones(3), "b": torch.zeros(2, 2)}, path)
    code = bytearray(path.read_bytes())
    code[data.draw(st.integers(0, len(code) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(code[: data.draw(st.integers(1, len(code)))])
    try:
        load(path)
    except BadModel as error:
        assert str(error)


def test_memory_stays_near_the_file(put: Put) -> None:
    import tracemalloc

    state = {f"w{i}": asm.tensor(torch.ones(500_000)) for i in range(4)}
    path = put({"a": state})
    size = path.stat().st_size
    tracemalloc.start()
    contents = load(path)
    for key, ref in contents.value["a"].items():
        weight(ref, contents.budget, key)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3 * size
    assert archive.LIMITS.file_bytes > size
