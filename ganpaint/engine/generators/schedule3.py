"""StyleGAN3's plan of layers: sizes, rates, channels and anti-aliasing filters (FORMATS 3.1, 3.4).

Published files carry the outcome (names, paddings, filters), and that is what is used; the
rules here are for new networks and for files that hold only weights.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

TAPS = 6  # filter taps for each unit of the sampling factor


@dataclass(frozen=True)
class Plan:
    """One layer.

    Attributes:
        name: as in the file, "L3_52_512".
        inputs, outputs, kernel: of the convolution.
        up, down: sampling factors around the activation.
        padding: before and after on both axes; negative crops.
        up_taps, down_taps: length of the filters; 1 = the identity, of which files store nothing.
        radial: whether the down filter is two-dimensional.
        rgb: the last layer, without demodulation and activation.
        clamp: 0 = none.
    """

    name: str
    inputs: int
    outputs: int
    kernel: int = 3
    up: int = 2
    down: int = 2
    padding: tuple[int, int] = (0, 0)
    up_taps: int = 12
    down_taps: int = 12
    radial: bool = False
    rgb: bool = False
    clamp: float = 256.0


@dataclass(frozen=True)
class Source:
    """The Fourier input: channels, side in samples, samples a unit, highest frequency."""

    channels: int
    size: int
    rate: float
    bandwidth: float


@dataclass(frozen=True)
class Schedule:
    """The constructor's numbers; `radial` with kernel 1 makes an r network, else a t one."""

    resolution: int
    channels: int = 3
    base: int = 32768
    most: int = 512
    layers: int = 14
    critical: int = 2
    first_cutoff: float = 2.0
    first_stopband: float = 2.0**2.1
    last_stopband_rel: float = 2.0**0.3
    margin: int = 10
    kernel: int = 3
    radial: bool = False
    clamp: float = 256.0

    def table(self) -> tuple[NDArray[np.float64], ...]:
        """Cutoffs, rates, half-widths, sizes and channels of the layers 0…N."""
        steps = np.minimum(np.arange(self.layers + 1) / (self.layers - self.critical), 1)
        last_cutoff = self.resolution / 2
        cutoffs = self.first_cutoff * (last_cutoff / self.first_cutoff) ** steps
        last_stopband = last_cutoff * self.last_stopband_rel
        stopbands = self.first_stopband * (last_stopband / self.first_stopband) ** steps
        rates = np.exp2(np.ceil(np.log2(np.minimum(stopbands * 2, self.resolution))))
        halves = np.maximum(stopbands, rates / 2) - cutoffs
        sizes = rates + self.margin * 2
        sizes[-2:] = self.resolution
        channels = np.rint(np.minimum(self.base / 2 / cutoffs, self.most))
        channels[-1] = self.channels
        return cutoffs, rates, halves, sizes, channels

    def source(self) -> Source:
        """The Fourier input."""
        cutoffs, rates, _, sizes, channels = self.table()
        return Source(int(channels[0]), int(sizes[0]), float(rates[0]), float(cutoffs[0]))

    def plans(self) -> tuple[Plan, ...]:
        """The layers, the last one to picture channels."""
        _, _, _, sizes, channels = self.table()
        found = []
        for i in range(self.layers + 1):
            before = max(i - 1, 0)
            rgb = i == self.layers
            up, down = self._factors(i)
            up_taps = TAPS * up if up > 1 and not rgb else 1
            down_taps = TAPS * down if down > 1 and not rgb else 1
            kernel = 1 if rgb else self.kernel
            total = (sizes[i] - 1) * down + 1 - (sizes[before] + kernel - 1) * up
            total += up_taps + down_taps - 2
            low = int(total + up) // 2
            high = int(total) - low
            found.append(
                Plan(
                    name=f"L{i}_{int(sizes[i])}_{int(channels[i])}",
                    inputs=int(channels[before]),
                    outputs=int(channels[i]),
                    kernel=kernel,
                    up=up,
                    down=down,
                    padding=(low, high),
                    up_taps=up_taps,
                    down_taps=down_taps,
                    radial=self.radial and down_taps > 1 and i < self.layers - self.critical,
                    rgb=rgb,
                    clamp=self.clamp,
                )
            )
        return tuple(found)

    def _factors(self, i: int) -> tuple[int, int]:
        _, rates, _, _, _ = self.table()
        before = max(i - 1, 0)
        temporary = max(rates[before], rates[i]) * (1 if i == self.layers else 2)
        return round(temporary / rates[before]), round(temporary / rates[i])

    def filters(self, i: int) -> tuple[Tensor, Tensor]:
        """Up and down filter of layer i; a single one where the layer has none."""
        cutoffs, rates, halves, _, _ = self.table()
        plan, before = self.plans()[i], max(i - 1, 0)
        rate = rates[before] * plan.up
        up = down = torch.ones(1)
        if plan.up_taps > 1:
            up = kaiser(plan.up_taps, cutoffs[before], halves[before] * 2, rate)
        if plan.down_taps > 1:
            design = radial if plan.radial else kaiser
            down = design(plan.down_taps, cutoffs[i], halves[i] * 2, rate)
        return up, down


def kaiser_beta(taps: int, width: float, rate: float) -> float:
    """Shape of the Kaiser window for a transition of this width (Kaiser 1974)."""
    attenuation = 2.285 * (taps - 1) * math.pi * width / (rate / 2) + 7.95
    if attenuation > 50:
        return 0.1102 * (attenuation - 8.7)
    if attenuation > 21:
        return float(0.5842 * (attenuation - 21) ** 0.4 + 0.07886 * (attenuation - 21))
    return 0.0


def kaiser(taps: int, cutoff: float, width: float, rate: float) -> Tensor:
    """A windowed low-pass filter (taps,), sum 1; equals scipy.signal.firwin."""
    share = cutoff / (rate / 2)
    x = np.arange(taps) - (taps - 1) / 2
    values = share * np.sinc(share * x) * np.kaiser(taps, kaiser_beta(taps, width, rate))
    return torch.from_numpy(values / values.sum()).float()


def radial(taps: int, cutoff: float, width: float, rate: float) -> Tensor:
    """A rotationally symmetric low-pass filter (taps, taps), sum 1: a jinc, windowed."""
    x = (np.arange(taps) - (taps - 1) / 2) / rate
    r = np.hypot(*np.meshgrid(x, x))
    bessel = torch.special.bessel_j1(torch.from_numpy(2 * math.pi * cutoff * r)).numpy()
    window = np.kaiser(taps, kaiser_beta(taps, width, rate))
    values = bessel / (math.pi * r) * np.outer(window, window)
    return torch.from_numpy(values / values.sum()).float()
