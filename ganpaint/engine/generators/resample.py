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
