"""The allow-list is exactly what FORMATS section 12 names, and holds nothing of torch or numpy."""

from __future__ import annotations

from ganpaint.engine.checkpoints.standins import ALLOWED, DTYPES, STORAGES, Allowed, whole

EXPECTED = {
    ("collections", "OrderedDict"),
    ("dnnlib.util", "EasyDict"),
    ("dnnlib", "EasyDict"),
    ("builtins", "set"),
    ("__builtin__", "set"),
    ("argparse", "Namespace"),
    ("torch._utils", "_rebuild_tensor"),
    ("torch._utils", "_rebuild_tensor_v2"),
    ("torch._utils", "_rebuild_parameter"),
    ("torch.storage", "_load_from_bytes"),
    ("torch", "Size"),
    ("torch", "device"),
    ("numpy", "dtype"),
    ("numpy", "ndarray"),
    ("numpy.core.multiarray", "_reconstruct"),
    ("numpy.core.multiarray", "scalar"),
    ("numpy._core.multiarray", "_reconstruct"),
    ("numpy._core.multiarray", "scalar"),
    ("numpy.core.numeric", "_frombuffer"),
    ("numpy._core.numeric", "_frombuffer"),
    ("torch_utils.persistence", "_reconstruct_persistent_obj"),
    ("dnnlib.tflib.network", "Network"),
    ("_codecs", "encode"),
}


def test_the_list_is_closed() -> None:
    others = {("torch", name) for name in (*STORAGES, *DTYPES)}
    assert set(ALLOWED) == EXPECTED | others


def test_every_function_is_one_of_ours() -> None:
    for entry in ALLOWED.values():
        assert type(entry) is Allowed
        if entry.call is not None:
            assert entry.call.__module__ == "ganpaint.engine.checkpoints.standins"


def test_whole_numbers() -> None:
    assert whole(0) and whole(2**61)
    assert not any(whole(value) for value in (-1, True, 1.0, "1", None, 2**62))
