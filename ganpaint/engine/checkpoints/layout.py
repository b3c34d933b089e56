"""Laying a network out without memory: every tensor a shape only.

torch's own meta device does that, but its arithmetic (a start value divided by a learning rate)
loads torch._dynamo, 1.4 s when the first model is opened. Here tensors are made on the meta device
and the few operations of constructors yield shapes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

SIZED: frozenset[Any] = frozenset(
    {torch.empty, torch.zeros, torch.ones, torch.full, torch.rand, torch.randn}
)
FILLING: frozenset[Any] = frozenset(
    {
        Tensor.uniform_, Tensor.normal_, Tensor.zero_, Tensor.fill_, Tensor.copy_,
        torch.nn.init.kaiming_uniform_, torch.nn.init.uniform_, torch.nn.init.normal_,
        torch.nn.init.zeros_, torch.nn.init.ones_, torch.nn.init.constant_,
    }
)  # fmt: skip
VALUED: frozenset[Any] = frozenset({torch.tensor, torch.as_tensor})
ELEMENTWISE: frozenset[Any] = frozenset(
    {
        Tensor.__truediv__, Tensor.__rtruediv__, Tensor.__mul__, Tensor.__rmul__, Tensor.__add__,
        Tensor.__radd__, Tensor.__sub__, Tensor.__rsub__, Tensor.__neg__, Tensor.__pow__,
        Tensor.div, Tensor.mul, Tensor.add, Tensor.sub, Tensor.div_, Tensor.mul_, Tensor.add_,
        Tensor.sub_, Tensor.square, Tensor.sqrt, Tensor.exp, torch.sqrt, torch.exp,
    }
)  # fmt: skip


class Layout(TorchFunctionMode):
    """While it is on, tensors are shapes."""

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        settings = dict(kwargs or {})
        if func in SIZED:
            first = args[0] if args else settings["size"]
            size = args if isinstance(first, int) else first
            return _shape(size[:] if func is not torch.full else first, settings.get("dtype"))
        if func in FILLING and args and args[0].is_meta:
            return args[0]
        if func in VALUED:
            return _shape(np.shape(args[0]), settings.get("dtype"))
        if func is torch.eye:
            side = args[1] if len(args) > 1 else args[0]
            return _shape((args[0], side))
        if func is torch.outer:
            return _shape((*args[0].shape, *args[1].shape))
        tensors = [arg for arg in args if isinstance(arg, Tensor)]
        if func in ELEMENTWISE and tensors and all(t.is_meta for t in tensors):
            shape = np.broadcast_shapes(*(tuple(t.shape) for t in tensors))
            return _shape(shape, tensors[0].dtype)
        return func(*args, **settings)


def _shape(size: Sequence[int], dtype: torch.dtype | None = None) -> Tensor:
    """A tensor that is a shape only. Of torch's factories `empty` alone loads nothing for it."""
    return torch.empty(tuple(size), dtype=dtype, device="meta")
