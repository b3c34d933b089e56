"""StyleGAN2's discriminator: logits for training, features for comparing pictures (FORMATS 2).

A batch's logits depend on its order and size through the minibatch deviation; features are read
before that layer, so that every picture is judged alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ganpaint.engine.generators.base import Derived
from ganpaint.engine.generators.mapping import ROOT2, SLOPE, Linear, Mapping, MappingShape
from ganpaint.engine.generators.modulated import ROOT_HALF
from ganpaint.engine.generators.resample import downsample2, fir, layout, make_filter


@dataclass(frozen=True)
class DiscriminatorConfig:
    """Attributes as in StyleGAN2Config; `widths` are the channels *inside* block r, from 4 up.

    `cmap_dim` is the width of the class mapping; `mbstd_group` 0 = the whole batch,
    `mbstd_features` 0 = no minibatch deviation.
    """

    resolution: int
    c_dim: int = 0
    channels: int = 3
    widths: tuple[int, ...] = ()
    architecture: str = "resnet"
    cmap_dim: int = 0
    mapping_layers: int = 8
    mapping_lr: float = 0.01
    embed_features: int = 0
    layer_features: int = 0
    mbstd_group: int = 4
    mbstd_features: int = 1
    resample_filter: tuple[float, ...] = (1.0, 3.0, 3.0, 1.0)
    conv_clamp: float = 0.0

    def width(self, resolution: int) -> int:
        """Channels a block works in; a resolution beyond the list takes half the last one."""
        index = int(math.log2(resolution)) - 2
        if index < len(self.widths):
            return self.widths[index]
        return max(16, self.widths[-1] >> (index - len(self.widths) + 1))

    @property
    def resolutions(self) -> tuple[int, ...]:
        """R, … 8."""
        return tuple(2**k for k in range(int(math.log2(self.resolution)), 2, -1))


class Conv(nn.Module, Derived):
    """W/√fan-in convolution, optionally down by 2, bias, leaky ReLU·√2·g, clamp·g.

    leaky ReLU(a·x) = a·leaky ReLU(x) for a > 0, so all gains are folded into weight and bias.
    """

    weight: Tensor
    bias: Tensor | None
    resample_filter: Tensor

    def __init__(
        self,
        shape: tuple[int, int, int],
        config: DiscriminatorConfig,
        *,
        down: bool = False,
        linear: bool = False,
        clamped: bool = True,
    ) -> None:
        super().__init__()
        inputs, outputs, kernel = shape
        self.kernel, self.down, self.linear = kernel, down, linear
        self.clamp = config.conv_clamp if clamped and not linear else 0.0
        self.weight = nn.Parameter(torch.randn(outputs, inputs, kernel, kernel))
        self.bias = None if linear else nn.Parameter(torch.zeros(outputs))
        self.gain = 1 / math.sqrt(inputs * kernel * kernel)
        if down:
            self.register_buffer("resample_filter", make_filter(config.resample_filter))
        self._kept = {}

    def scaled(self, gain: float) -> tuple[Tensor, Tensor | None]:
        """Weight and bias times the gains; the weight is kept while it is frozen."""
        gain = gain if self.linear else gain * ROOT2
        bias = None if self.bias is None else self.bias * gain
        if self.weight.requires_grad:
            return self.weight * (self.gain * gain), bias
        return self.kept(gain, [self.weight], lambda: self._product(gain)), bias

    def _product(self, gain: float) -> Tensor:
        weight = self.weight * (self.gain * gain)
        return weight.contiguous(memory_format=layout(weight))

    def forward(self, x: Tensor, gain: float = 1.0) -> Tensor:
        weight, bias = self.scaled(gain)
        if self.down and self.kernel == 1:
            x = F.conv2d(downsample2(x, self.resample_filter), weight, bias)
        elif self.down:
            n = self.resample_filter.shape[0]
            x = fir(x, self.resample_filter, ((n - 1) // 2 + 1, (n - 2) // 2 + 1))
            x = F.conv2d(x, weight, bias, stride=2)
        else:
            x = F.conv2d(x, weight, bias, padding=self.kernel // 2)
        if self.linear:
            return x
        x = F.leaky_relu_(x, SLOPE)
        return x.clamp(-self.clamp * gain, self.clamp * gain) if self.clamp else x


class JudgeBlock(nn.Module):
    """One resolution of the discriminator."""

    resample_filter: Tensor

    def __init__(self, config: DiscriminatorConfig, resolution: int) -> None:
        super().__init__()
        self.architecture = config.architecture
        inside, outputs = config.width(resolution), config.width(resolution // 2)
        first = resolution == config.resolution
        self.register_buffer("resample_filter", make_filter(config.resample_filter))
        if first or config.architecture == "skip":
            self.fromrgb: Conv | None = Conv((config.channels, inside, 1), config)
        else:
            self.fromrgb = None
        self.conv0 = Conv((inside, inside, 3), config)
        self.conv1 = Conv((inside, outputs, 3), config, down=True)
        self.skip: Conv | None = None
        if config.architecture == "resnet":
            self.skip = Conv((inside, outputs, 1), config, down=True, linear=True)

    def forward(self, x: Tensor | None, image: Tensor | None) -> tuple[Tensor, Tensor | None]:
        if self.fromrgb is not None:
            assert image is not None
            y = self.fromrgb(image)
            x = y if x is None else x + y
            image = (
                downsample2(image, self.resample_filter) if self.architecture == "skip" else None
            )
        assert x is not None
        if self.skip is None:
            return self.conv1(self.conv0(x)), image
        y = self.skip(x, ROOT_HALF)
        return y + self.conv1(self.conv0(x), ROOT_HALF), image


class Epilogue(nn.Module):
    """The 4×4 block: minibatch deviation, convolution, two fully connected layers."""

    def __init__(self, config: DiscriminatorConfig) -> None:
        super().__init__()
        width = config.width(4)
        self.group, self.features = config.mbstd_group, config.mbstd_features
        self.fromrgb: Conv | None = None
        if config.architecture == "skip":
            self.fromrgb = Conv((config.channels, width, 1), config, clamped=False)
        self.conv = Conv((width + self.features, width, 3), config)
        self.fc = Linear(width * 16, width, act=True)
        self.cmap_dim = (config.cmap_dim or width) if config.c_dim else 0
        self.out = Linear(width, self.cmap_dim or 1)

    def deviation(self, x: Tensor) -> Tensor:
        """x with the deviation of its group appended: sample i belongs to group i mod (N/G)."""
        n, channels, height, width = x.shape
        group = min(self.group, n) if self.group else n
        y = x.reshape(group, n // group, self.features, channels // self.features, height, width)
        y = (y - y.mean(0)).square().mean(0)
        y = (y + 1e-8).sqrt().mean((2, 3, 4))
        y = y[:, :, None, None].repeat(group, 1, height, width)
        return torch.cat([x, y], 1)

    def forward(self, x: Tensor, image: Tensor | None, cmap: Tensor | None) -> Tensor:
        if self.fromrgb is not None:
            assert image is not None
            x = x + self.fromrgb(image)
        if self.features:
            x = self.deviation(x)
        x = self.out(self.fc(self.conv(x).flatten(1)))
        if cmap is not None:
            x = (x * cmap).sum(1, keepdim=True) / math.sqrt(self.cmap_dim)
        return x


class Discriminator(nn.Module):
    """pictures (N, C, R, R) in [-1, 1], class vectors → logits (N, 1).

    In training the minibatch deviation sees groups of `mbstd_group`; N must divide by it.
    """

    def __init__(self, config: DiscriminatorConfig) -> None:
        super().__init__()
        self.config = config
        for resolution in config.resolutions:
            setattr(self, f"b{resolution}", JudgeBlock(config, resolution))
        self.b4 = Epilogue(config)
        self.mapping: Mapping | None = None
        if config.c_dim:
            width = config.cmap_dim or config.width(4)
            shape = MappingShape(
                0,
                config.c_dim,
                width,
                config.mapping_layers,
                config.mapping_lr,
                config.embed_features,
                config.layer_features,
            )
            self.mapping = Mapping(shape, average=False)

    @staticmethod
    def fresh(config: DiscriminatorConfig, seed: int) -> Discriminator:
        """A randomly initialised network; the global random state is left as it was."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            return Discriminator(config)

    def logits(self, images: Tensor, c: Tensor | None = None) -> Tensor:
        """How real the pictures look, (N, 1); depends on the batch through the deviation."""
        x: Tensor | None = None
        image: Tensor | None = images.contiguous(memory_format=layout(images))
        for resolution in self.config.resolutions:
            x, image = getattr(self, f"b{resolution}")(x, image)
        assert x is not None
        cmap = None if self.mapping is None else self.mapping(None, c)
        logits: Tensor = self.b4(x, image, cmap)
        return logits

    def features(self, images: Tensor, c: Tensor | None = None) -> list[Tensor]:
        """Outputs of the blocks, largest first, each picture judged alone."""
        x: Tensor | None = None
        image: Tensor | None = images.contiguous(memory_format=layout(images))
        found = []
        for resolution in self.config.resolutions:
            x, image = getattr(self, f"b{resolution}")(x, image)
            assert x is not None
            found.append(x)
        return found

    def weights_changed(self) -> None:
        """Forget what was derived from the weights; call it after changing them in place."""
        for module in self.modules():
            if isinstance(module, Derived):
                module.forget()
