"""FIR-filtered up- and down-sampling, as StyleGAN2 defines it (FORMATS 1.5).

Filters are the stored buffers: two-dimensional (n, n), summing to 1, applied as a *true*
convolution (flipped kernel). Paddings decide sub-pixel position; negative ones crop.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

import torch
import torch.nn.functional as F
from torch import Tensor


def make_filter(taps: tuple[float, ...] | list[float]) -> Tensor:
    """The two-dimensional filter of a list of taps: outer product, sum 1, float32."""
    one = torch.tensor(taps, dtype=torch.float32)
    two = torch.outer(one, one)
    return two / two.sum()


def layout(like: Tensor) -> torch.memory_format:
    """How activations lie in memory: channels last on a processor, where it is faster."""
    return torch.channels_last if like.device.type == "cpu" else torch.contiguous_format


def full_precision(like: Tensor) -> AbstractContextManager[None]:
    """Out of autocast for a while."""
    if like.device.type == "meta" or not torch.is_autocast_enabled(like.device.type):
        return nullcontext()
    return torch.autocast(like.device.type, enabled=False)


def fir(
    x: Tensor, taps: Tensor, padding: tuple[int, int], gain: float = 1.0, down: int = 1
) -> Tensor:
    """Filter (N, C, H, W) with padding (before, after) on both axes; every `down`-th is kept."""
    before, after = padding
    if before < 0 or after < 0 or before != after:
        x = F.pad(x, (before, after, before, after))
        before = 0
    channels = x.shape[1]
    # Depthwise: 14 times faster than folding channels into the batch at (16, 32, 65, 65).
    kernel = (taps * gain).flip((0, 1)).expand(channels, 1, -1, -1)
    # Always in float32: the backward of a strided depthwise convolution takes three times as
    # long in bfloat16 as in float32 at (16, 32, 64, 64), and 30 times at (16, 128, 16, 16).
    with full_precision(x):
        return F.conv2d(x.to(taps.dtype), kernel, stride=down, padding=before, groups=channels)


def upsample2(x: Tensor, taps: Tensor, gain: float = 4.0) -> Tensor:
    """Twice the size: zero insertion (value first), then the filter with gain 4.

    Zero insertion and a true convolution are one transposed convolution: 1.7 times faster.
    """
    n = taps.shape[0]
    height, width = 2 * x.shape[2], 2 * x.shape[3]
    crop = n - 1 - (n + 1) // 2
    channels = x.shape[1]
    kernel = (taps * gain).expand(channels, 1, -1, -1)
    with full_precision(x):
        y = F.conv_transpose2d(
            x.to(taps.dtype), kernel, stride=2, padding=max(crop, 0), groups=channels
        )
    if crop < 0:  # a single tap: the value first, then zero
        y = F.pad(y, (-crop, 0, -crop, 0))
    return F.pad(y, (0, width - y.shape[3], 0, height - y.shape[2]))


def downsample2(x: Tensor, taps: Tensor) -> Tensor:
    """Half the size: the filter, then every second from index 0."""
    n = taps.shape[0]
    return fir(x, taps, ((n - 1) // 2, (n - 2) // 2), down=2)


def separable_up(x: Tensor, taps: Tensor, up: int, padding: tuple[int, int]) -> Tensor:
    """`up` times the size: zero insertion, padding (before, after), the filter, on each axis.

    `taps` (n,) sums to 1 and there is no gain. A transposed convolution an axis: four times faster
    than inserting zeros, and with channels last another three times.
    """
    if len(taps) == 1 and up == 1:
        return F.pad(x, padding * 2)
    return _up_axis(_up_axis(x, taps, up, padding, 2), taps, up, padding, 3)


def _up_axis(x: Tensor, taps: Tensor, up: int, padding: tuple[int, int], axis: int) -> Tensor:
    channels, n = x.shape[1], len(taps)
    shape, stride = ((n, 1), (up, 1)) if axis == 2 else ((1, n), (1, up))
    length = x.shape[axis] * up + sum(padding) - n + 1
    kernel = taps.view(1, 1, *shape).expand(channels, 1, *shape)
    x = F.conv_transpose2d(x, kernel, stride=stride, groups=channels)
    start = n - 1 - padding[0]
    missing = max(-start, 0), max(start + length - x.shape[axis], 0)
    if any(missing):
        x = F.pad(x, (0, 0, *missing) if axis == 2 else missing)
    return x.narrow(axis, max(start, 0), length)


def separable_down(x: Tensor, taps: Tensor, down: int) -> Tensor:
    """Filter, then every `down`-th from index 0; `taps` (n,) for each axis, or (n, n)."""
    n, channels = len(taps), x.shape[1]
    if n == 1:
        return x[:, :, ::down, ::down] if down > 1 else x
    kernel = taps.flip(tuple(range(taps.ndim)))
    if taps.ndim == 2:
        return F.conv2d(x, kernel.expand(channels, 1, n, n), stride=down, groups=channels)
    tall = kernel.view(1, 1, n, 1).expand(channels, 1, n, 1)
    x = F.conv2d(x, tall, stride=(down, 1), groups=channels)
    return F.conv2d(x, tall.transpose(2, 3), stride=(1, down), groups=channels)
