"""The restricted machine makes plain data, and nothing of what hostile pickles ask for."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ganpaint.engine.checkpoints.archive import array, load, weight
from ganpaint.engine.checkpoints.limits import Budget, Limits
from ganpaint.engine.checkpoints.unpickle import Context, Machine
from ganpaint.errors import BadModel, BrokenModel, GanpaintError, Refused
from tests.engine.checkpoints import assembler as asm
from tests.engine.checkpoints.assembler import Call, Name, Raw, pickle_of

Put = Callable[..., Path]

CALLS = [
    ("os", "system"),
    ("posix", "system"),
    ("nt", "system"),
    ("subprocess", "Popen"),
    ("builtins", "eval"),
    ("builtins", "exec"),
    ("builtins", "getattr"),
    ("builtins", "__import__"),
    ("__builtin__", "eval"),
    ("operator", "attrgetter"),
    ("functools", "partial"),
    ("webbrowser", "open"),
    ("pty", "spawn"),
    ("runpy", "_run_code"),
    ("importlib", "import_module"),
    ("torch", "load"),
    ("torch.hub", "load"),
    ("torch.jit", "load"),
    ("torch.serialization", "load"),
    ("numpy", "load"),
    ("numpy.f2py.crackfortran", "getlincoef"),
    ("types", "FunctionType"),
    ("types", "CodeType"),
    ("marshal", "loads"),
    ("copyreg", "_reconstructor"),
    ("codecs", "decode"),
    ("pickle", "loads"),
    ("_pickle", "loads"),
    ("io", "open"),
    ("socket", "create_connection"),
    ("pip", "main"),
    ("pydoc", "locate"),
    ("timeit", "timeit"),
    ("idlelib.run", "Executive"),
    ("torch.nn.modules.linear", "Linear"),
    ("torch._utils", "_rebuild_tensor_v3"),
    ("torch._utils", "_rebuild_sparse_tensor"),
    ("torch._utils", "_rebuild_qtensor"),
    ("torch._utils", "_rebuild_meta_tensor_no_storage"),
    ("collections", "OrderedDict.fromkeys"),
    ("collections", "OrderedDict.fromkeys.__globals__"),
    ("numpy", "dtype.__class__"),
    ("ganpaint.engine.checkpoints", "open_model"),
]


def run(code: bytes, limits: Limits | None = None) -> Any:
    budget = Budget("net.pkl", len(code), limits or Limits())
    return Machine(memoryview(code), Context(budget)).run()


def test_plain_values_come_back() -> None:
    value = {"a": [1, -(2**70), 2.5, None, True, "ü", b"raw"], 3: ("x", ()), "n": {"deep": [[]]}}
    assert run(pickle_of(value)) == value


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**80), 2**80) | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.text(max_size=4), inner, max_size=4)
            | st.tuples(inner, inner)
        ),
        max_leaves=12,
    )
)
def test_what_python_writes_is_read(value: Any) -> None:
    import pickle

    for protocol in (2, 3, 4, 5):
        assert run(pickle.dumps(value, protocol)) == value


def test_sets_are_kept_as_lists_and_never_hashed() -> None:
    import pickle

    for protocol in (2, 4):
        found = run(pickle.dumps({1, 2}, protocol))
        assert sorted(found) == [1, 2]


@pytest.mark.behaviour("X18")
@pytest.mark.parametrize(("module", "name"), CALLS)
def test_functions_outside_the_list_are_refused_by_name(
    module: str, name: str, put: Put, trap: Path
) -> None:
    hostile = Call(Name(module, name), (f"touch {trap}",))
    stacked = Raw(asm.text(module) + asm.text(name) + b"\x93" + asm.body(("x",)) + b"R")
    for value in (hostile, stacked, {"G_ema": [hostile]}, Call(Name(module, name), new=True)):
        with pytest.raises(Refused) as caught:
            load(put(value))
        assert f'asks to run "{module}.{name}"' in str(caught.value)
        assert "Nothing in it was executed." in str(caught.value)
        assert len(str(caught.value)) <= 220


def test_hostile_code_is_found_wherever_it_hides(put: Put, trap: Path) -> None:
    hostile = Call(Name("posix", "system"), (f"touch {trap}",))
    inside = asm.legacy(hostile)
    good = asm.layer("Generator", {"w": torch.ones(2)})
    places = {
        "in an embedded storage": Call(Name("torch.storage", "_load_from_bytes"), (inside,)),
        "in _init_kwargs": {"G_ema": asm.layer("Generator", _init_kwargs={"a": hostile})},
        "in training_set_kwargs": {"G_ema": good, "training_set_kwargs": [hostile]},
        "after a network": {"G_ema": good, "z": hostile},
        "as a state": Call(Name("argparse", "Namespace"), state={"a": hostile}),
        "as a key": Raw(b"}(" + asm.body(hostile) + b"Nu"),
        "in a numpy array": asm.Call(
            Name("numpy.core.multiarray", "scalar"),
            (Call(Name("numpy", "dtype"), ("f4", False, True)), hostile),
        ),
    }
    for place, value in places.items():
        with pytest.raises(Refused, match=r"posix\.system"):
            load(put(value))
            pytest.fail(place)
    with pytest.raises(Refused, match=r"posix\.system"):
        load(put(asm.legacy({"a": hostile}), "net.pt"))
    with pytest.raises(Refused, match=r"posix\.system"):
        load(put(pickle_of({"G_ema": good}) + pickle_of(hostile)))


def test_source_text_in_an_envelope_is_never_run(put: Put, trap: Path) -> None:
    source = f"import os\nos.system('touch {trap}')\nraise SystemExit\n" * 800
    path = put({"G_ema": asm.envelope("Generator", {"z_dim": 4}, source)})
    assert load(path).value["G_ema"].kind == "persistent"


@pytest.mark.parametrize(
    "value",
    [
        Raw(b"ccollections\nOrderedDict\n}b"),
        Raw(b"ccollections\nOrderedDict\n}(X\x09\x00\x00\x00__class__Nub"),
        Raw(b"ctorch._utils\n_rebuild_tensor_v2\n}b"),
        Raw(b"](Ne}b"),
        Raw(b"X\x01\x00\x00\x00a}b"),
        Raw(b"K\x01}b"),
        Raw(b"ccollections\nOrderedDict\n(NNu"),
        Raw(b"](NeNNs"),
        Raw(b"}Na"),
        Raw(b"K\x01)R"),
        Raw(b"})R"),
        Raw(b"ctorch\nFloatStorage\n)R"),
        Raw(b"cnumpy\nndarray\n)R"),
        Call(Name("_codecs", "encode"), ("x", "zlib")),
        Call(Name("_codecs", "encode"), ("x", "rot13")),
        Raw(asm.body(torch.ones(3)) + b"(K\x00K\x00u"),
        {"a": Raw(asm.body(torch.ones(3)) + b"}b")},
    ],
)
def test_the_insides_of_objects_cannot_be_changed(value: Any, put: Put) -> None:
    with pytest.raises(BadModel):
        load(put(value))


def test_states_of_known_records_are_only_data() -> None:
    namespace = Call(Name("argparse", "Namespace"), state={"__class__": 1, "__dict__": {"a": 2}})
    record = run(pickle_of(namespace))
    assert type(record).__name__ == "Record"
    assert record.state == {"__class__": 1, "__dict__": {"a": 2}}
    table = run(pickle_of(Call(Name("collections", "OrderedDict"), state={"_metadata": 3})))
    assert table == {}
    twice = Raw(asm.body(namespace) + b"}b")
    with pytest.raises(Refused):
        run(pickle_of(twice))


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (b"\x82\x01", "EXT1"),
        (b"\x83\x01\x00", "EXT2"),
        (b"\x84\x01\x00\x00\x00", "EXT4"),
        (b"(ios\nsystem\n", "INST"),
        (b"(cos\nsystem\no", "os.system"),
        (b"(o", "OBJ"),
        (b"P1\n", "PERSID"),
        (b"N)}\x92", "NEWOBJ_EX"),
        (b"\x97", "NEXT_BUFFER"),
        (b"I1\n", "INT"),
        (b"S'a'\n", "STRING"),
    ],
)
def test_codes_without_a_place_in_model_files_are_refused_by_name(code: bytes, name: str) -> None:
    with pytest.raises(Refused, match=name):
        run(b"\x80\x02" + code + b".")


def test_storage_references_mean_nothing_outside_a_torch_file() -> None:
    with pytest.raises(Refused, match="outside the file"):
        run(pickle_of(asm.reference("0", "FloatStorage", 1)))


def test_keys_that_could_make_hashing_explode_are_refused() -> None:
    for key in (b"(K\x01t", b"]", b"}", asm.whole(2**61 - 1), b"G" + struct.pack(">d", 1.0)):
        with pytest.raises(Refused, match="key"):
            run(b"\x80\x02}(" + key + b"Nu.")


def test_self_containing_values_are_harmless() -> None:
    found = run(b"\x80\x02]q\x00h\x00a.")
    assert found[0] is found
    table = run(b"\x80\x02}q\x00X\x01\x00\x00\x00ah\x00s.")
    assert table["a"] is table


@pytest.mark.parametrize(
    ("code", "says"),
    [
        (b"(" * 100_000, "nested too deep"),
        (b"}" * 400_000 + b".", "too many parts"),
        (b"N0" * 600_000 + b".", "too many parts"),
        (b"N" + b"".join(b"r" + struct.pack("<I", i) for i in range(310_000)), "remembers"),
        (b"\x8b" + struct.pack("<i", 4_000_000) + bytes(4_000_000), "too long"),
        (b"\x8b" + struct.pack("<i", -1), "too long"),
        (b"\x8d" + struct.pack("<Q", 2**40), "too long"),
        (b"\x8e" + struct.pack("<Q", 2**62), "cut off"),
        (b"\x95" + struct.pack("<Q", 2**62), "cut off"),
        (b"X\xff\xff\xff\x7f", "too long"),
        (b"h\x05.", "not there"),
        (b"e.", "never opened"),
        (b"NN.", "ends early"),
        (b"(N.", "ends early"),
        (b"\x00", "no part"),
        (b"\x80\x09", "protocol"),
        (b"U\xff", "cut off"),
        (b"T\xff\xff\xff\xff", "negative"),
        (b"X\x02\x00\x00\x00\xff\xfe.", "string"),
        (b"cos", "no end"),
        (b"", "cut off"),
    ],
)
def test_bombs_and_nonsense_end_in_a_sentence(code: bytes, says: str) -> None:
    with pytest.raises(BadModel) as caught:
        run(b"\x80\x02" + code)
    assert says in str(caught.value)
    assert len(str(caught.value)) <= 220


def test_a_name_with_control_characters_cannot_break_a_line() -> None:
    with pytest.raises(Refused) as caught:
        run(b"\x80\x02cos\nsys\x1b[2Jtem" + b"x" * 300 + b"\n.")
    assert "\x1b" not in str(caught.value)
    assert len(str(caught.value)) <= 220


def test_numpy_arrays_and_numbers(put: Put) -> None:
    values = [
        np.arange(6, dtype=np.float32).reshape(2, 3),
        np.array([1, 2], np.int64),
        np.array([True, False]),
    ]
    for base in ("numpy.core", "numpy._core"):
        for value in values:
            found = array(run(pickle_of(asm.array(value, base))))
            assert found is not None
            np.testing.assert_array_equal(found, value)
            assert found.dtype == value.dtype
    kind = Call(Name("numpy", "dtype"), ("f8", False, True), (3, "<", None, None, None, -1, -1, 0))
    raw = Call(Name("_codecs", "encode"), (struct.pack("<d", 2.5).decode("latin-1"), "latin1"))
    number = Call(Name("numpy.core.multiarray", "scalar"), (kind, raw))
    assert run(pickle_of(number)) == 2.5


def test_numpy_writes_and_this_reads() -> None:
    import pickle

    values = [np.float64(1.5), np.arange(12.0).reshape(3, 4), np.asfortranarray(np.ones((2, 3)))]
    for protocol in (2, 3, 4, 5):
        for value in values:
            found = run(pickle.dumps(value, protocol))
            plain = found if np.ndim(value) == 0 else array(found)
            np.testing.assert_array_equal(plain, value)


@pytest.mark.parametrize("code", ["O8", "S5", "U3", "V4", "M8[s]", "c8", "f16", 7, None])
def test_other_numpy_types_are_refused(code: Any) -> None:
    with pytest.raises(Refused, match="numpy array of type"):
        run(pickle_of(Call(Name("numpy", "dtype"), (code, False, True))))


def test_numpy_arrays_of_objects_or_wrong_size_are_refused() -> None:
    good = asm.array(np.ones(2, np.float32))
    made, state = Call(good.function, good.args), list(good.state)
    for change in ({4: [1, 2]}, {4: b"123"}, {1: (2**40,)}, {1: (-1,)}, {1: ("a",)}, {2: "f4"}):
        other = [change.get(i, part) for i, part in enumerate(state)]
        with pytest.raises(BadModel):
            run(pickle_of(Call(made.function, made.args, tuple(other))))


def test_tensors_of_every_type(put: Put) -> None:
    for kind in asm.KINDS:
        value = torch.arange(6).reshape(2, 3).to(kind)
        contents = load(put({"a": asm.tensor(value)}))
        found = weight(contents.value["a"], contents.budget, "a")
        assert torch.equal(found.double(), value.double())
        assert found.dtype in (torch.float32, torch.int64, torch.bool)


def test_strides_are_honoured(put: Put) -> None:
    value = torch.arange(24.0).reshape(2, 3, 2, 2).to(memory_format=torch.channels_last)
    contents = load(put({"a": asm.tensor(value), "b": asm.tensor(value[1:, ::2])}))
    assert torch.equal(weight(contents.value["a"], contents.budget, "a"), value)
    assert torch.equal(weight(contents.value["b"], contents.budget, "b"), value[1:, ::2])


def test_truth_values_that_are_neither_0_nor_1(put: Put) -> None:
    ref = asm.embedded(torch.zeros(3, dtype=torch.bool))
    hacked = Call(ref.function, (ref.args[0][:-3] + b"\x02\x00\xff",))
    empty = Call(Name("collections", "OrderedDict"))
    value = Call(Name("torch._utils", "_rebuild_tensor_v2"), (hacked, 0, (3,), (1,), False, empty))
    contents = load(put({"a": value}))
    found = weight(contents.value["a"], contents.budget, "a")
    assert found.tolist() == [True, False, True]


@pytest.mark.parametrize(
    ("offset", "shape", "stride"),
    [
        (0, (7,), (1,)),
        (1, (6,), (1,)),
        (0, (2, 2), (1, 5)),
        (-1, (2,), (1,)),
        (0, (-2,), (1,)),
        (0, (2,), (-1,)),
        (0, (2**31, 2**31), (0, 0)),
        (0, (6,), (0,)),
        (0, (2, 3), (1,)),
        (0, (1,) * 9, (1,) * 9),
        (0, (2**70,), (1,)),
        (0, "ab", (1,)),
        (0, (True,), (1,)),
        (0, (1.5,), (1,)),
    ],
)
def test_views_beyond_their_storage_are_refused(
    offset: Any, shape: Any, stride: Any, put: Put
) -> None:
    storage = asm.embedded(torch.zeros(6))
    empty = Call(Name("collections", "OrderedDict"))
    args = (storage, offset, shape, stride, False, empty)
    with pytest.raises(BadModel):
        load(put(Call(Name("torch._utils", "_rebuild_tensor_v2"), args)))


def test_views_of_one_storage_cannot_unfold_a_small_file_into_a_large_one(put: Put) -> None:
    storage = asm.body(asm.embedded(torch.zeros(20_000))) + b"q\x01"
    empty = asm.body(Call(Name("collections", "OrderedDict")))
    name = asm.body(Name("torch._utils", "_rebuild_tensor_v2"))
    rest = asm.body(0) + asm.body((20_000,)) + asm.body((1,)) + b"\x89" + empty + b"tR"
    views = b"".join(
        asm.text(str(i)) + name + b"(" + (storage if i == 0 else b"h\x01") + rest
        for i in range(100)
    )
    contents = load(put(Raw(b"}(" + views + b"u")))
    with pytest.raises(Refused, match="unfold"):
        for key, ref in contents.value.items():
            weight(ref, contents.budget, key)


def test_embedded_files_are_counted_and_not_nested(put: Put) -> None:
    inner = asm.embedded(torch.ones(1))
    nested = asm.legacy({"a": inner})
    with pytest.raises(GanpaintError):
        load(put(Call(Name("torch.storage", "_load_from_bytes"), (nested,))))
    for bad in (b"", b"abc", pickle_of(1), 5, "text"):
        with pytest.raises(BadModel):
            load(put(Call(Name("torch.storage", "_load_from_bytes"), (bad,))))
    data = asm.body(inner.args[0])
    many = b"](" + data + b"q\x00" + b"0" + b"".join(
        asm.body(inner.function) + b"(h\x00tR" for _ in range(50)
    ) + b"e"  # fmt: skip
    code = b"\x80\x02" + many + b"."
    budget = Budget("net.pkl", len(code), Limits(embedded=20))
    from ganpaint.engine.checkpoints.archive import embedded_reader

    context = Context(budget, load_bytes=embedded_reader(budget))
    with pytest.raises(Refused, match="embeds too many"):
        Machine(memoryview(code), context).run()


@given(st.binary(max_size=60))
def test_any_bytes_end_in_a_value_or_a_sentence(code: bytes) -> None:
    try:
        run(b"\x80\x02" + code)
    except BadModel as error:
        assert str(error)


@given(st.data())
def test_flipped_bits_end_in_a_value_or_a_sentence(data: st.DataObject) -> None:
    code = bytearray(pickle_of({"G_ema": asm.layer("G", {"w": torch.ones(3)}, size=[1, 2.5])}))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(code) - 1))
        code[at] ^= 1 << data.draw(st.integers(0, 7))
    cut = data.draw(st.integers(0, len(code)))
    for version in (bytes(code), bytes(code[:cut])):
        budget = Budget("net.pkl", len(version))
        from ganpaint.engine.checkpoints.archive import embedded_reader

        try:
            Machine(memoryview(version), Context(budget, None, embedded_reader(budget))).run()
        except GanpaintError as error:
            assert isinstance(error, BadModel)


def test_cut_at_every_byte() -> None:
    code = pickle_of({"a": [1, 2.5, "x", (None, True)], "b": {"c": b"raw"}})
    for cut in range(len(code)):
        with pytest.raises((BrokenModel, Refused)):
            run(code[:cut])
