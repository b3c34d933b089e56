"""FIR-filtered up- and down-sampling, as StyleGAN2 defines it (FORMATS 1.5).

Filters are the stored buffers: two-dimensional (n, n), summing to 1, applied as a *true*
convolution (flipped kernel). Paddings decide sub-pixel position; negative ones crop.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


def make_filter(taps: tuple[float, ...] | list[float]) -> Tensor:
    """The two-dimensional filter of a list of taps: outer product, sum 1, float32."""
    one = torch.tensor(taps, dtype=torch.float32)
    two = torch.outer(one, one)
    return two / two.sum()


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
    with torch.autocast(x.device.type, enabled=False):
        return F.conv2d(x.float(), kernel, stride=down, padding=before, groups=channels)


def upsample2(x: Tensor, taps: Tensor, gain: float = 4.0) -> Tensor:
    """Twice the size: zero insertion (value first), then the filter with gain 4."""
    n = taps.shape[0]
    batch, channels, height, width = x.shape
    spread = x.new_zeros(batch, channels, height, 2, width, 2)
    spread[:, :, :, 0, :, 0] = x
    spread = spread.reshape(batch, channels, height * 2, width * 2)
    return fir(spread, taps, ((n + 1) // 2, (n - 2) // 2), gain)


def downsample2(x: Tensor, taps: Tensor) -> Tensor:
    """Half the size: the filter, then every second from index 0."""
    n = taps.shape[0]
    return fir(x, taps, ((n - 1) // 2, (n - 2) // 2), down=2)
