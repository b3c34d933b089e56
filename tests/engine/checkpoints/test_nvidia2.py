"""Filters of the layers that resample decide; others may store another one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from ganpaint.engine.checkpoints import read_model
from ganpaint.engine.generators.resample import make_filter
from ganpaint.errors import BadModel
from tests.engine.checkpoints import assembler as asm
from tests.engine.checkpoints import envelopes
from tests.models import tiny_stylegan2

Put = Callable[..., Path]


def with_filter(layer: str, plane: torch.Tensor) -> asm.Call:
    """The generator with another filter stored in one layer of block 8."""
    call = envelopes.generator(tiny_stylegan2(resample_filter=(1.0, 2.0, 1.0)))
    state = call.args[0]["state"]["_modules"]["synthesis"].args[0]["state"]["_modules"]["b8"]
    inner = state.args[0]["state"]
    if layer:
        inner = inner["_modules"][layer].args[0]["state"]
    inner["_buffers"]["resample_filter"] = asm.tensor(plane)
    return call


def test_filters_of_unused_layers_are_passed_over(put: Put) -> None:
    call = with_filter("conv1", make_filter([1, 3, 3, 1]))
    assert read_model(put({"G_ema": call})).table["resample_filter"] == [1.0, 2.0, 1.0]


def test_filters_that_differ_or_are_no_product_are_refused(put: Put) -> None:
    for layer in ("", "conv0"):
        with pytest.raises(BadModel, match="another one"):
            read_model(put({"G_ema": with_filter(layer, make_filter([1, 3, 3, 1]))}))
    odd = torch.rand(3, 3)
    call = envelopes.generator(tiny_stylegan2(resolution=4))
    state = call.args[0]["state"]["_modules"]["synthesis"].args[0]["state"]["_modules"]["b4"]
    state.args[0]["state"]["_buffers"]["resample_filter"] = asm.tensor(odd)
    with pytest.raises(BadModel, match="not the product"):
        read_model(put({"G_ema": call}))


def test_long_filters_are_stored_as_one_row(put: Put) -> None:
    row = torch.tensor([1.0, 2, 3, 4, 4, 3, 2, 1])
    row = row / row.sum()
    call = envelopes.generator(tiny_stylegan2(resample_filter=(1, 2, 3, 4, 4, 3, 2, 1)))
    blocks = call.args[0]["state"]["_modules"]["synthesis"].args[0]["state"]["_modules"]
    for block in blocks.values():
        state = block.args[0]["state"]
        state["_buffers"]["resample_filter"] = asm.tensor(row)
        for inner in state["_modules"].values():
            if "resample_filter" in inner.args[0]["state"]["_buffers"]:
                inner.args[0]["state"]["_buffers"]["resample_filter"] = asm.tensor(row)
    loaded = read_model(put({"G_ema": call}))
    assert loaded.table["resample_filter"] == [1, 2, 3, 4, 4, 3, 2, 1]
    plane = loaded.tensors["G_ema.synthesis.b8.resample_filter"]
    assert torch.allclose(plane, torch.outer(row, row))
