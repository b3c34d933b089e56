"""StyleGAN2, exactly, and fast on a processor for 1 to 16 pictures.

"Analyzing and Improving the Image Quality of StyleGAN" (Karras et al. 2020, arXiv:1912.04958),
with the class conditioning of StyleGAN2-ADA (arXiv:2006.06676). What people get wrong, and where
it stands here (FORMATS 1):

* the ToRGB of a block shares its w with conv0 of the next block;
* in "resnet" and "orig" only the last block has an RGB layer, the w indices unchanged;
* a residual block scales conv1 and the skip path by √½, conv0 not;
* the up-sampling convolution is a true one: transposed, unflipped, then FIR with gain 4;
* defaults differ between repositories: everything is read from the file, nothing assumed.

The layers are in modulated.py, the mapping in mapping.py.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn

from ganpaint.engine.generators.base import Generator
from ganpaint.engine.generators.mapping import Mapping, MappingShape
from ganpaint.engine.generators.modulated import ROOT_HALF, LayerShape, SkipConv, StyledConv, ToRGB
from ganpaint.engine.generators.resample import layout, make_filter, upsample2
from ganpaint.model_info import Capability, ModelInfo


@dataclass(frozen=True)
class StyleGAN2Config:
    """Everything that the weights alone do not say.

    Attributes:
        resolution: R, a power of two ≥ 4. channels: of the picture.
        z_dim, w_dim, c_dim: sizes; c_dim 0 without classes.
        widths: channels of block r, for r = 4, 8, … R.
        architecture: "skip", "resnet" or "orig".
        mapping_layers, mapping_lr: fully connected layers and their learning-rate multiplier.
        embed_features, layer_features: widths inside the mapping; 0 = w_dim.
        resample_filter: taps of the FIR filter.
        use_noise: whether layers have noise inputs. conv_clamp: 0 = none.
    """

    resolution: int
    z_dim: int
    w_dim: int
    c_dim: int = 0
    channels: int = 3
    widths: tuple[int, ...] = ()
    architecture: str = "skip"
    mapping_layers: int = 8
    mapping_lr: float = 0.01
    embed_features: int = 0
    layer_features: int = 0
    resample_filter: tuple[float, ...] = (1.0, 3.0, 3.0, 1.0)
    use_noise: bool = True
    conv_clamp: float = 0.0

    def layer(self, inputs: int, outputs: int, resolution: int) -> LayerShape:
        """The shape of a layer of the synthesis network."""
        return LayerShape(
            inputs,
            outputs,
            resolution,
            self.w_dim,
            self.resample_filter,
            self.use_noise,
            self.conv_clamp,
        )

    @property
    def mapping(self) -> MappingShape:
        """The shape of the mapping."""
        return MappingShape(
            self.z_dim,
            self.c_dim,
            self.w_dim,
            self.mapping_layers,
            self.mapping_lr,
            self.embed_features,
            self.layer_features,
        )

    @property
    def num_ws(self) -> int:
        """Number of w inputs, the same for all architectures."""
        return 2 * int(math.log2(self.resolution)) - 2

    @property
    def resolutions(self) -> tuple[int, ...]:
        """4, 8, … R."""
        return tuple(2**k for k in range(2, int(math.log2(self.resolution)) + 1))

    def width(self, resolution: int) -> int:
        """Output channels of a block; a resolution beyond the list takes half the last one."""
        index = int(math.log2(resolution)) - 2
        if index < len(self.widths):
            return self.widths[index]
        return max(16, self.widths[-1] >> (index - len(self.widths) + 1))


class Block(nn.Module):
    """One resolution of the synthesis network."""

    const: Tensor
    resample_filter: Tensor

    def __init__(self, config: StyleGAN2Config, resolution: int) -> None:
        super().__init__()
        self.resolution, self.architecture = resolution, config.architecture
        outputs = config.width(resolution)
        inputs = config.width(resolution // 2) if resolution > 4 else 0
        self.last = resolution == config.resolution
        self.register_buffer("resample_filter", make_filter(config.resample_filter))
        if resolution == 4:
            self.const = nn.Parameter(torch.randn(outputs, 4, 4))
        else:
            self.conv0 = StyledConv(config.layer(inputs, outputs, resolution), up=True)
        self.conv1 = StyledConv(config.layer(outputs, outputs, resolution))
        self.torgb: ToRGB | None = None
        if self.last or config.architecture == "skip":
            self.torgb = ToRGB(config.layer(outputs, config.channels, resolution))
        self.skip: SkipConv | None = None
        if resolution > 4 and config.architecture == "resnet":
            self.skip = SkipConv(inputs, outputs, config.resample_filter)

    def forward(
        self, x: Tensor | None, image: Tensor | None, ws: tuple[Tensor, ...], noise: str
    ) -> tuple[Tensor, Tensor | None]:
        if x is None:
            x = self.const[None].contiguous(memory_format=layout(ws[0]))
            x = self.conv1(x.expand(ws[0].shape[0], -1, -1, -1), ws[0], noise)
        elif self.skip is not None:
            y = self.skip(x)
            x = self.conv0(x, ws[0], noise)
            x = y + self.conv1(x, ws[1], noise, ROOT_HALF)
        else:
            x = self.conv1(self.conv0(x, ws[0], noise), ws[1], noise)
        if image is not None:
            image = upsample2(image, self.resample_filter)
        if self.torgb is not None:
            rgb = self.torgb(x, ws[-1])
            image = rgb if image is None else image + rgb
        return cast(Tensor, x), image


class Synthesis(nn.Module):
    """ws → picture."""

    def __init__(self, config: StyleGAN2Config) -> None:
        super().__init__()
        self.resolutions = config.resolutions
        for resolution in self.resolutions:
            setattr(self, f"b{resolution}", Block(config, resolution))

    def stages(self, ws: Tensor, noise: str) -> Iterator[tuple[str, Tensor, Tensor | None]]:
        """Name, activations and picture so far of each block."""
        rows = ws.unbind(1)
        x: Tensor | None = None
        image: Tensor | None = None
        for k, resolution in enumerate(self.resolutions):
            name, first = f"b{resolution}", 2 * k - 1
            used = (rows[0], rows[1]) if k == 0 else rows[first : first + 3]
            x, image = getattr(self, name)(x, image, used, noise)
            yield name, cast(Tensor, x), image

    def forward(self, ws: Tensor, noise: str) -> Tensor:
        image: Tensor | None = None
        for _, _, image in self.stages(ws, noise):  # noqa: B007
            pass
        assert image is not None
        return image


class StyleGAN2Generator(Generator):
    """Mapping and synthesis together, with the published parameter names.

    Built by `from_tensors` (frozen, for editing) or `fresh` (trainable).
    """

    def __init__(self, config: StyleGAN2Config) -> None:
        super().__init__()
        self.config = config
        self.mapping = Mapping(config.mapping)
        self.synthesis = Synthesis(config)
        self.info = ModelInfo(
            family="stylegan2",
            z_dim=config.z_dim,
            c_dim=config.c_dim,
            w_dim=config.w_dim,
            num_ws=config.num_ws,
            resolution=config.resolution,
            channels=config.channels,
            capabilities=self.capabilities(config),
            parameters=sum(p.numel() for p in self.parameters()),
        )

    @staticmethod
    def capabilities(config: StyleGAN2Config) -> frozenset[Capability]:
        """What a StyleGAN2 of this shape can do."""
        found = {
            Capability.W_SPACE,
            Capability.TRUNCATION,
            Capability.STYLE_MIXING,
            Capability.ACTIVATIONS,
        }
        if config.c_dim:
            found.add(Capability.CLASSES)
        if config.use_noise:
            found.add(Capability.NOISE)
        return frozenset(found)

    @staticmethod
    def fresh(config: StyleGAN2Config, seed: int) -> StyleGAN2Generator:
        """A randomly initialised network; the global random state is left as it was."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            return StyleGAN2Generator(config)

    def map(
        self,
        z: Tensor,
        c: Tensor | None = None,
        truncation_psi: float = 1.0,
        truncation_cutoff: int | None = None,
    ) -> Tensor:
        """z (N, z_dim), soft or one-hot class vectors (N, c_dim) → ws (N, num_ws, w_dim)."""
        w = self.mapping(z, c)
        ws = w[:, None].expand(-1, self.config.num_ws, -1)
        return self.truncated(ws, truncation_psi, truncation_cutoff)

    def truncated(self, ws: Tensor, psi: float, cutoff: int | None = None) -> Tensor:
        """w_avg + psi·(w − w_avg) for the layers below the cut-off; bit-identical for psi 1."""
        return self.mapping.truncated(ws, psi, cutoff)

    def synthesize(
        self, ws: Tensor, noise_mode: str = "const", transform: Tensor | None = None
    ) -> Tensor:
        """ws (N, num_ws, w_dim) → (N, C, R, R) unclamped; `transform` is StyleGAN3's, ignored."""
        image: Tensor = self.synthesis(ws, noise_mode)
        return image

    def reduced(self, ws: Tensor, side: int) -> Tensor:
        """ws → a picture of the block of that side; only "skip" has one before the last.

        The finer blocks' share of the colours is missing, so it is off in tone; what changes from
        one code to another is right (correlation 0.9 and more at half the side). A preview while
        dragging is best made as the full picture at the start of the drag plus the difference of
        two of these. At a quarter of the side a 1024-px network takes 0.4 of the time.
        """
        if self.config.architecture != "skip" or side not in self.config.resolutions:
            return super().reduced(ws, side)
        for name, _, image in self.synthesis.stages(ws, "const"):
            if name == f"b{side}":
                assert image is not None
                return image
        raise AssertionError("every side has its block")

    def draft_sides(self) -> tuple[int, ...]:
        """From 64 px on, below the picture's own; small networks are quick enough."""
        if self.config.architecture != "skip" or self.config.resolution < 256:
            return ()
        return tuple(s for s in self.config.resolutions if 64 <= s < self.config.resolution)

    def layers(self) -> tuple[str, ...]:
        """The blocks, from 4×4 up."""
        return tuple(f"b{resolution}" for resolution in self.config.resolutions)

    def stages(
        self,
        code: Tensor,
        c: Tensor | None = None,
        truncation: float = 1.0,
        embed: Tensor | None = None,
    ) -> Iterator[tuple[str, Tensor]]:
        """Each block's name and activations; `code` is ws, the rest is not looked at."""
        return ((name, x) for name, x, _ in self.synthesis.stages(code, "const"))
