"""StyleGAN3, t and r: "Alias-Free Generative Adversarial Networks" (Karras et al. 2021,
arXiv:2106.12423), from the constants of FORMATS 3. What people get wrong, and where it stands:

* a layer's bias comes before up-sampling, its clamp between the two filters;
* the input gain rsqrt(magnitude_ema) multiplies after demodulation and does not enter it;
* convolutions are padded in full (k − 1); there is no noise;
* rotation is applied before translation, and the whole of (r_c, r_s, t_x, t_y) is divided by
  ‖(r_c, r_s)‖; the user's matrix is the inverse one, in units of the picture's width.

Up-filter, √2 and leaky ReLU are homogeneous, so all gains are folded into the demodulation. The
style is normalised by sample, where the original does so over the batch: it cancels but for 1e-8,
and a picture then cannot depend on its neighbours.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ganpaint.engine.generators.base import Derived, Generator, last
from ganpaint.engine.generators.filtered import SLOPE, Filtering, filtered_activation
from ganpaint.engine.generators.mapping import ROOT2, Linear, Mapping, MappingShape
from ganpaint.engine.generators.resample import layout
from ganpaint.engine.generators.schedule3 import Plan, Schedule, Source
from ganpaint.model_info import Capability, ModelInfo


@dataclass(frozen=True)
class StyleGAN3Config:
    """Everything that the weights alone do not say; `plans` and `source` as in schedule3."""

    resolution: int
    z_dim: int
    w_dim: int
    source: Source
    plans: tuple[Plan, ...]
    c_dim: int = 0
    channels: int = 3
    mapping_layers: int = 2
    mapping_lr: float = 0.01
    output_scale: float = 0.25

    @property
    def num_ws(self) -> int:
        """One for the input, one for each layer."""
        return len(self.plans) + 1

    @staticmethod
    def planned(
        schedule: Schedule, z_dim: int, w_dim: int, c_dim: int = 0, **settings: float
    ) -> StyleGAN3Config:
        """The configuration that the published rules give."""
        return StyleGAN3Config(
            schedule.resolution,
            z_dim,
            w_dim,
            schedule.source(),
            schedule.plans(),
            c_dim,
            schedule.channels,
            **settings,  # type: ignore[arg-type]
        )


class FourierInput(nn.Module):
    """Sine waves, moved and turned by w and by the user, mixed to the first features."""

    weight: Tensor
    transform: Tensor
    freqs: Tensor
    phases: Tensor

    def __init__(self, source: Source, w_dim: int) -> None:
        super().__init__()
        self.source = source
        count = source.channels
        self.weight = nn.Parameter(torch.randn(count, count))
        self.affine = Linear(w_dim, 4)
        self.register_buffer("transform", torch.eye(3))
        self.register_buffer("freqs", torch.zeros(count, 2))
        self.register_buffer("phases", torch.zeros(count))

    @torch.no_grad()
    def draw(self) -> None:
        """Random waves inside the band; no turn, no move."""
        self.affine.weight.zero_()
        self.affine.bias.copy_(torch.tensor([1.0, 0.0, 0.0, 0.0]))
        freqs = torch.randn_like(self.freqs)
        radii = freqs.norm(dim=1, keepdim=True)
        freqs = freqs / (radii * radii.square().exp().pow(0.25))
        self.freqs.copy_(freqs * self.source.bandwidth)
        self.phases.copy_(torch.rand_like(self.phases) - 0.5)

    def placement(self, w: Tensor, transform: Tensor | None) -> Tensor:
        """(N, 3, 3): rotation · translation · the user's inverse matrix."""
        t = self.affine(w)
        t = t / t[:, :2].norm(dim=1, keepdim=True)
        cos, sin, x, y = t.unbind(1)
        none, one = torch.zeros_like(cos), torch.ones_like(cos)
        turn = torch.stack([cos, -sin, none, sin, cos, none, none, none, one], 1).view(-1, 3, 3)
        move = torch.stack([one, none, -x, none, one, -y, none, none, one], 1).view(-1, 3, 3)
        user = self.transform if transform is None else transform.to(w)
        matrix: Tensor = turn @ move @ user
        return matrix

    def forward(self, w: Tensor, transform: Tensor | None) -> Tensor:
        source = self.source
        matrix = self.placement(w, transform)
        phases = self.phases + (self.freqs @ matrix[:, :2, 2:])[..., 0]
        freqs = self.freqs @ matrix[:, :2, :2]
        room = source.rate / 2 - source.bandwidth
        amplitudes = (1 - (freqs.norm(dim=2) - source.bandwidth) / room).clamp(0, 1)
        # pixel centres, in units of the picture
        at = (torch.arange(source.size, device=w.device, dtype=w.dtype) + 0.5) / source.size * 2 - 1
        at = at * (0.5 * source.size / source.rate)
        waves = at[:, None] * freqs[:, None, :, 0], at[:, None] * freqs[:, None, :, 1]
        x = waves[1][:, :, None] + waves[0][:, None] + phases[:, None, None]
        x = (x * (2 * math.pi)).sin() * amplitudes[:, None, None]
        x = x @ (self.weight / math.sqrt(source.channels)).t()
        features: Tensor = x.permute(0, 3, 1, 2).contiguous(memory_format=layout(x))
        return features


class FilteredLayer(nn.Module, Derived):
    """Modulated convolution, then a leaky ReLU between an up- and a down-sampling filter."""

    weight: Tensor
    bias: Tensor
    magnitude_ema: Tensor
    up_filter: Tensor
    down_filter: Tensor

    def __init__(self, plan: Plan, w_dim: int, filters: tuple[Tensor, Tensor]) -> None:
        super().__init__()
        self.plan = plan
        self.affine = Linear(w_dim, plan.inputs, bias=1.0)
        self.weight = nn.Parameter(torch.randn(plan.outputs, plan.inputs, plan.kernel, plan.kernel))
        self.bias = nn.Parameter(torch.zeros(plan.outputs))
        self.register_buffer("magnitude_ema", torch.ones(()))
        self.register_buffer("up_filter", filters[0])
        self.register_buffer("down_filter", filters[1])
        self._kept = {}

    def normalised_weight(self) -> Tensor:
        """W over its root mean square by output channel; the picture layer keeps its own."""
        if self.plan.rgb:
            return self.weight
        if self.weight.requires_grad:
            return self._normalised()
        return self.kept("weight", [self.weight], self._normalised)

    def _normalised(self) -> Tensor:
        mean = self.weight.square().mean((1, 2, 3), keepdim=True)
        weight = self.weight * mean.rsqrt()
        return weight.contiguous(memory_format=layout(weight))

    def squares(self, weight: Tensor) -> Tensor:
        """ΣW² over the kernel, (in, out)."""
        if weight.requires_grad:
            return weight.square().sum((2, 3)).t()
        make = lambda: weight.square().sum((2, 3)).t().contiguous()  # noqa: E731
        return self.kept("squares", [weight], make)

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        plan = self.plan
        weight, s = self.normalised_weight(), self.affine(w)
        gain = self.magnitude_ema.rsqrt()
        if plan.rgb:
            d = (gain / math.sqrt(plan.inputs * plan.kernel**2)).expand(len(s), plan.outputs)
        else:
            s = s * s.square().mean(1, keepdim=True).rsqrt()
            d = (s.square() @ self.squares(weight) + 1e-8).rsqrt() * gain
        after = (1.0 if plan.rgb else ROOT2) * plan.up**2
        x = F.conv2d(x * s[:, :, None, None], weight, padding=plan.kernel - 1)
        x = torch.addcmul(
            (self.bias * after)[None, :, None, None], x, (d * after)[:, :, None, None]
        )
        slope = 1.0 if plan.rgb else SLOPE
        how = Filtering(plan.up, plan.down, plan.padding, plan.clamp, slope)
        return filtered_activation(x, self.up_filter, self.down_filter, how)


class Synthesis(nn.Module):
    """ws → picture."""

    def __init__(self, config: StyleGAN3Config, schedule: Schedule | None) -> None:
        super().__init__()
        self.names = tuple(plan.name for plan in config.plans)
        self.scale = config.output_scale
        self.input = FourierInput(config.source, config.w_dim)
        for i, plan in enumerate(config.plans):
            filters = schedule.filters(i) if schedule else _room(plan)
            setattr(self, plan.name, FilteredLayer(plan, config.w_dim, filters))

    def stages(self, ws: Tensor, transform: Tensor | None) -> Iterator[tuple[str, Tensor]]:
        """Name and activations of the input and of each layer; the last is the picture."""
        rows = ws.unbind(1)
        x = self.input(rows[0], transform)
        yield "input", x
        for name, w in zip(self.names, rows[1:], strict=True):
            x = getattr(self, name)(x, w)
            yield name, x

    def forward(self, ws: Tensor, transform: Tensor | None) -> Tensor:
        x = last(self.stages(ws, transform))
        return x * self.scale


def _room(plan: Plan) -> tuple[Tensor, Tensor]:
    """Filters to be filled from a file."""
    shape = (plan.down_taps,) * (2 if plan.radial else 1)
    return torch.ones(plan.up_taps), torch.ones(shape)


class StyleGAN3Generator(Generator):
    """Mapping and synthesis together, with the published parameter names.

    Built from a file's tensors, or by `fresh` from a schedule.
    """

    def __init__(self, config: StyleGAN3Config, schedule: Schedule | None = None) -> None:
        super().__init__()
        self.config = config
        shape = MappingShape(
            config.z_dim, config.c_dim, config.w_dim, config.mapping_layers, config.mapping_lr
        )
        self.mapping = Mapping(shape)
        self.synthesis = Synthesis(config, schedule)
        found = {
            Capability.W_SPACE,
            Capability.TRUNCATION,
            Capability.STYLE_MIXING,
            Capability.USER_TRANSFORM,
            Capability.ACTIVATIONS,
        }
        self.info = ModelInfo(
            family="stylegan3",
            z_dim=config.z_dim,
            c_dim=config.c_dim,
            w_dim=config.w_dim,
            num_ws=config.num_ws,
            resolution=config.resolution,
            channels=config.channels,
            capabilities=frozenset(found | ({Capability.CLASSES} if config.c_dim else set())),
            parameters=sum(p.numel() for p in self.parameters()),
        )

    @staticmethod
    def fresh(schedule: Schedule, config: StyleGAN3Config, seed: int) -> StyleGAN3Generator:
        """A randomly initialised network; the global random state is left as it was."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            made = StyleGAN3Generator(config, schedule)
            made.synthesis.input.draw()
        return made

    def map(
        self,
        z: Tensor,
        c: Tensor | None = None,
        truncation_psi: float = 1.0,
        truncation_cutoff: int | None = None,
    ) -> Tensor:
        """z (N, z_dim), soft or one-hot class vectors (N, c_dim) → ws (N, num_ws, w_dim)."""
        ws = self.mapping(z, c)[:, None].expand(-1, self.config.num_ws, -1)
        return self.truncated(ws, truncation_psi, truncation_cutoff)

    def truncated(self, ws: Tensor, psi: float, cutoff: int | None = None) -> Tensor:
        """w_avg + psi·(w − w_avg) for the layers below the cut-off; bit-identical for psi 1."""
        return self.mapping.truncated(ws, psi, cutoff)

    def synthesize(
        self, ws: Tensor, noise_mode: str = "const", transform: Tensor | None = None
    ) -> Tensor:
        """ws (N, num_ws, w_dim) → (N, C, R, R) unclamped; there is no noise.

        `transform`: the user's inverse 3×3 matrix for this call; None = the file's own.
        """
        image: Tensor = self.synthesis(ws, transform)
        return image

    def layers(self) -> tuple[str, ...]:
        """The Fourier input and the layers before the picture."""
        return ("input", *self.synthesis.names[:-1])

    def stages(
        self,
        code: Tensor,
        c: Tensor | None = None,
        truncation: float = 1.0,
        embed: Tensor | None = None,
    ) -> Iterator[tuple[str, Tensor]]:
        """Each layer's name and activations; `code` is ws, the rest is not looked at."""
        return self.synthesis.stages(code, None)
