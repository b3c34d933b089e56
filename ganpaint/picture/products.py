"""Matrix products that stay on the calling thread.

NumPy hands large products to a pool of threads that wait for each other; beside a busy engine
thread on two cores that makes a product ten times slower and stalls the window (measured: 25
against 300 ms for one 512-pixel square). OpenBLAS keeps products of at most 262 144
multiplications on the calling thread, so larger ones are cut into such pieces.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
ALONE = 262_144  # multiplications: SMP_THRESHOLD_MIN x GEMM_MULTITHREAD_THRESHOLD of OpenBLAS


def product(a: Floats, b: Floats) -> Floats:
    """a @ b of float32 stacks (…, m, k) @ (…, k, n), in pieces of rows of `a`."""
    m, k = a.shape[-2:]
    rows = max(1, ALONE // max(k * b.shape[-1], 1))
    if rows >= m:
        whole: Floats = np.matmul(a, b)
        return whole
    stack = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    out = np.empty((*stack, m, b.shape[-1]), np.float32)
    for start in range(0, m, rows):
        out[..., start : start + rows, :] = np.matmul(a[..., start : start + rows, :], b)
    return out
