"""The training loop of a StyleGAN2, one step at a time.

After "Analyzing and Improving the Image Quality of StyleGAN" (Karras et al. 2020,
arXiv:1912.04958) and StyleGAN2-ADA (arXiv:2006.06676), with the choices of METHODS 7:

    L_G = softplus(−D(G(z, c), c))        L_D = softplus(D(fake)) + softplus(−D(real))
    R1  = γ/2 · Σ (∂D(x)/∂x)² on reals, every 16th step, times 16; D's Adam is corrected for it

No path length (a third of the generator's time at 64 px), no style mixing, no noise inputs (a
young generator paints its texture from them), mirrored pictures, class-balanced batches, an
exponential average of the generator (`G_ema`), and adaptive augmentation. Every random number
comes from generators owned by the trainer, so that a resumed run takes the very same next step.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from ganpaint.engine.generators.discriminator import Discriminator
from ganpaint.engine.generators.stylegan2 import StyleGAN2Generator
from ganpaint.training.augment import Augment
from ganpaint.training.folder import TrainingSet
from ganpaint.training.recipe import Recipe
from ganpaint.training.resume import State

W_AVG_DECAY = 0.998
GRADIENT_LIMIT = 1e5


@dataclass(frozen=True, slots=True)
class StepFigures:
    """What one step measured: mean losses, E[sign D(real)], augmentation p, bad gradients."""

    loss_g: float
    loss_d: float
    sign_real: float
    p: float
    bad_gradients: int


class _Paint(nn.Module):
    """z, c → pictures, as one forward (what DistributedDataParallel wraps)."""

    def __init__(self, generator: StyleGAN2Generator, precision: str) -> None:
        super().__init__()
        self.generator, self.precision = generator, precision

    def forward(self, z: Tensor, c: Tensor | None) -> tuple[Tensor, Tensor]:
        ws = self.generator.map(z, c)
        with reduced(self.precision, z.device):
            images = self.generator.synthesize(ws, noise_mode="none")
        return images.float(), ws


class _Judge(nn.Module):
    """pictures, c → logits, as one forward."""

    def __init__(self, discriminator: Discriminator, precision: str) -> None:
        super().__init__()
        self.discriminator, self.precision = discriminator, precision

    def forward(self, images: Tensor, c: Tensor | None) -> Tensor:
        with reduced(self.precision, images.device):
            logits = self.discriminator.logits(images, c)
        return logits.float()


def reduced(precision: str, device: torch.device) -> torch.autocast:
    """Convolutions in bfloat16 where the recipe says so; weights and sums stay float32."""
    return torch.autocast(device.type, torch.bfloat16, enabled=precision == "bf16")


def wrapped(module: nn.Module) -> nn.Module:
    """The module under DistributedDataParallel where several processes train together."""
    if not (torch.distributed.is_available() and torch.distributed.is_initialized()):
        return module
    from torch.nn.parallel import DistributedDataParallel

    return DistributedDataParallel(module, forward_sync_buffers=False)


class Trainer:
    """Networks, optimisers and data of one run; `step` takes one batch through both networks.

    Args:
        generator, discriminator: raw networks at the current resolution, trainable.
        averaged: G_ema, the same shape.
        data: the training set at the final resolution.
        recipe: settings.
        rank, world: of this process; each sees batch / world pictures a step.
        device: where the networks live.
    """

    def __init__(
        self,
        networks: tuple[StyleGAN2Generator, StyleGAN2Generator, Discriminator],
        data: TrainingSet,
        recipe: Recipe,
        place: tuple[int, int] = (0, 1),
        device: torch.device | None = None,
    ) -> None:
        self.data, self.recipe = data, recipe
        self.rank, self.world = place
        self.device = device or torch.device("cpu")
        self.images = 0
        self.steps = 0
        self.grown_at = -(10**12)
        self._seed(recipe.seed * self.world + self.rank)
        self.augment = Augment(recipe.start_p, 100_000 if recipe.going_on else 500_000)
        self.shape: dict[str, Any] = {}  # for whoever has to build the networks again
        self._signs: list[float] = []
        self._take(*networks)

    def _seed(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.torch_rng = torch.Generator().manual_seed(seed)

    def adopt(
        self, generator: StyleGAN2Generator, averaged: StyleGAN2Generator, judge: Discriminator
    ) -> None:
        """Go on with these networks; Adam keeps its moments of the tensors that live on."""
        known_g, known_d = moments(self.G, self.opt_g), moments(self.D, self.opt_d)
        self._take(generator, averaged, judge)
        _carry(known_g, self.G, self.opt_g)
        _carry(known_d, self.D, self.opt_d)

    def _take(
        self, generator: StyleGAN2Generator, averaged: StyleGAN2Generator, judge: Discriminator
    ) -> None:
        self.G, self.G_ema, self.D = generator, averaged, judge
        for network in (self.G, self.D):
            network.train().requires_grad_(True)
        for name, parameter in self.G.named_parameters():
            if name.endswith("noise_strength"):
                parameter.requires_grad_(False)
        self._freeze()
        self.G_ema.eval().requires_grad_(False)
        precision = self.recipe.precision
        self.paint = wrapped(_Paint(self.G, precision))
        self.judge = wrapped(_Judge(self.D, precision))
        self._judge_frozen = _Judge(self.D, precision)
        lr, ratio = self.recipe.learning_rate, self.recipe.r1_every / (self.recipe.r1_every + 1)
        learnt_g = [p for p in self.G.parameters() if p.requires_grad]
        learnt_d = [p for p in self.D.parameters() if p.requires_grad]
        self.opt_g = torch.optim.Adam(learnt_g, lr=lr, betas=(0.0, 0.99), eps=1e-8)
        self.opt_d = torch.optim.Adam(learnt_d, lr=lr * ratio, betas=(0.0, 0.99**ratio), eps=1e-8)

    @property
    def resolution(self) -> int:
        """The resolution being trained now."""
        return self.G.info.resolution

    @property
    def fade(self) -> float:
        """0…1, how far the newest resolution is faded in."""
        return min(1.0, max(0.0, (self.images - self.grown_at) / max(1, self.recipe.fade_images)))

    def step(self) -> StepFigures:
        """One discriminator step and one generator step."""
        share = self.recipe.batch // self.world
        loss_d, sign, bad_d = self._judge_step(share)
        loss_g, bad_g = self._paint_step(share)
        self._average(share * self.world)
        self.images += share * self.world
        self.steps += 1
        self._signs.append(sign)
        if len(self._signs) == 4:
            if self.recipe.augment == "auto":
                self.augment.adjust(self._mean(float(np.mean(self._signs))), 4 * share * self.world)
            self._signs.clear()
        return StepFigures(loss_g, loss_d, sign, self.augment.p, bad_d + bad_g)

    def _judge_step(self, share: int) -> tuple[float, float, int]:
        real, c = self.real_batch(share)
        z, fake_c = self.draw(share)
        with torch.no_grad():
            fake, _ = self.paint(z, fake_c)
        self.opt_d.zero_grad(set_to_none=True)
        fake_logits = self.judge(self._seen(fake), fake_c)
        torch.autograd.backward(F.softplus(fake_logits).mean())
        regularise = self.steps % self.recipe.r1_every == 0
        real = self._seen(real).detach().requires_grad_(regularise)
        logits = self.judge(real, c)
        loss = F.softplus(-logits).mean()
        if regularise:
            (gradient,) = torch.autograd.grad(logits.sum(), real, create_graph=True)
            penalty = gradient.square().sum((1, 2, 3)).mean()
            weight = self.recipe.r1_weight(self.resolution) / 2 * self.recipe.r1_every
            torch.autograd.backward(loss + weight * penalty)
        else:
            torch.autograd.backward(loss)
        bad = _mend_gradients(self.D)
        self.opt_d.step()
        total = loss.item() + F.softplus(fake_logits.detach()).mean().item()
        return total, logits.detach().sign().mean().item(), bad

    def _freeze(self) -> None:
        """FreezeD: what the start brought along; blocks that were grown here have all to learn."""
        recipe = self.recipe
        if recipe.freeze_above:
            for name, parameter in self.D.named_parameters():
                if recipe.freeze_above <= _block_of(name) <= recipe.start_resolution:
                    parameter.requires_grad_(False)

    def _paint_step(self, share: int) -> tuple[float, int]:
        z, c = self.draw(share)
        self.opt_g.zero_grad(set_to_none=True)
        self.D.requires_grad_(False)
        fake, ws = self.paint(z, c)
        loss = F.softplus(-self._judge_frozen(self._seen(fake), c)).mean()
        torch.autograd.backward(loss)
        self.D.requires_grad_(True)
        self._freeze()
        bad = _mend_gradients(self.G)
        self.opt_g.step()
        with torch.no_grad():
            mean = self._mean_tensor(ws.detach()[:, 0].mean(0))
            self.G.mapping.w_avg.lerp_(mean, 1 - W_AVG_DECAY)
        return loss.item(), bad

    def _seen(self, images: Tensor) -> Tensor:
        """What the discriminator sees: faded to the former resolution, augmented."""
        if self.fade < 1:
            small = F.avg_pool2d(images, 2)
            blurred = F.interpolate(small, scale_factor=2.0, mode="bilinear", align_corners=False)
            images = torch.lerp(blurred, images, self.fade)
        return self.augment(images, self.torch_rng)

    def real_batch(self, count: int) -> tuple[Tensor, Tensor | None]:
        """Real pictures (count, 3, R, R) in [-1, 1] at the current resolution, half mirrored."""
        chosen = self.data.draw(self.rng, count)
        pixels = torch.from_numpy(np.stack([self.data.pictures[i] for i in chosen]))
        images = pixels.permute(0, 3, 1, 2).float() / 127.5 - 1
        factor = images.shape[-1] // self.resolution
        if factor > 1:
            images = F.avg_pool2d(images, factor)
        mirrored = torch.rand(count, generator=self.torch_rng) < 0.5
        images[mirrored] = images[mirrored].flip(3)
        return images.to(self.device), self._one_hot(self.data.labels[chosen])

    def draw(self, count: int) -> tuple[Tensor, Tensor | None]:
        """z and class vectors of fakes, classes as in the real batches."""
        z = torch.randn(count, self.G.info.z_dim, generator=self.torch_rng)
        labels = self.rng.choice(max(1, self.data.c_dim), size=count, p=self.data.class_weights())
        return z.to(self.device), self._one_hot(labels)

    def _one_hot(self, labels: NDArray[np.int64]) -> Tensor | None:
        if not self.G.info.c_dim:
            return None
        return F.one_hot(torch.from_numpy(labels), self.G.info.c_dim).float().to(self.device)

    @torch.no_grad()
    def _average(self, images: int) -> None:
        half_life = self.recipe.ema_images
        if not self.recipe.going_on:
            half_life = min(half_life, 0.05 * self.images)
        beta = 0.5 ** (images / max(half_life, 1e-8))
        for kept, raw in zip(self.G_ema.parameters(), self.G.parameters(), strict=True):
            kept.lerp_(raw.detach(), 1 - beta)
        for buffer, newest in zip(self.G_ema.buffers(), self.G.buffers(), strict=True):
            buffer.copy_(newest)
        self.G_ema.weights_changed()

    def _mean_tensor(self, value: Tensor) -> Tensor:
        if self.world > 1:
            torch.distributed.all_reduce(value)
            value = value / self.world
        return value

    def _mean(self, value: float) -> float:
        return float(self._mean_tensor(torch.tensor(value, dtype=torch.float64)))

    def state(self) -> State:
        """Everything needed to go on with the very same next step."""
        tensors: dict[str, Tensor] = {"rng": self.torch_rng.get_state()}
        for prefix, network in (("G", self.G), ("G_ema", self.G_ema), ("D", self.D)):
            for name, tensor in network.state_dict().items():
                tensors[f"{prefix}.{name}"] = tensor
        for prefix, optimiser in (("opt_g", self.opt_g), ("opt_d", self.opt_d)):
            for index, entry in optimiser.state_dict()["state"].items():
                for name, tensor in entry.items():
                    tensors[f"{prefix}.{index}.{name}"] = tensor
        facts = {
            "images": self.images,
            "steps": self.steps,
            "grown_at": self.grown_at,
            "p": self.augment.p,
            "signs": self._signs,
            "resolution": self.resolution,
            "recipe": asdict(self.recipe),
            "data": self.data.digest,
            "shape": self.shape,
            "numpy": _plain(self.rng.bit_generator.state),
        }
        return State(tensors, facts)

    def restore(self, state: State) -> None:
        """Take up a state of the same networks, data and recipe.

        The state is the first process's; the others draw from streams of their own from here on.
        """
        for prefix, network in (("G", self.G), ("G_ema", self.G_ema), ("D", self.D)):
            network.load_state_dict(dict(_under(state.tensors, prefix)))
        for prefix, optimiser in (("opt_g", self.opt_g), ("opt_d", self.opt_d)):
            entries: dict[int, dict[str, Tensor]] = {}
            for name, tensor in _under(state.tensors, prefix):
                index, _, what = name.partition(".")
                entries.setdefault(int(index), {})[what] = tensor
            record = optimiser.state_dict()
            record["state"] = entries
            optimiser.load_state_dict(record)
        facts = state.facts
        self.images, self.steps = facts["images"], facts["steps"]
        self.grown_at, self.augment.p = facts["grown_at"], facts["p"]
        self._signs = list(facts["signs"])
        self.torch_rng.set_state(state.tensors["rng"])
        self.rng.bit_generator.state = facts["numpy"]
        if self.rank:
            entropy = (self.recipe.seed, self.steps, self.rank)
            self._seed(int(np.random.SeedSequence(entropy).generate_state(1)[0]))
        for network in (self.G, self.G_ema, self.D):
            network.weights_changed()


def moments(network: nn.Module, optimiser: torch.optim.Optimizer) -> dict[str, dict[str, Tensor]]:
    """What an optimiser knows of each of a network's parameters, by name."""
    known = optimiser.state
    return {name: known[p] for name, p in network.named_parameters() if p in known}


def _carry(
    known: dict[str, dict[str, Tensor]], network: nn.Module, optimiser: torch.optim.Optimizer
) -> None:
    """Give a fresh optimiser the moments of those parameters that it is to change."""
    for name, parameter in network.named_parameters():
        entry = known.get(name)
        if entry and parameter.requires_grad and entry["exp_avg"].shape == parameter.shape:
            optimiser.state[parameter] = entry


def _under(tensors: dict[str, Tensor], prefix: str) -> Iterator[tuple[str, Tensor]]:
    for name, tensor in tensors.items():
        if name.startswith(prefix + "."):
            yield name.removeprefix(prefix + "."), tensor


def _block_of(name: str) -> int:
    """Resolution of the block a parameter of D belongs to; 0 outside the blocks."""
    for piece in name.split("."):
        if piece.startswith("b") and piece[1:].isdigit():
            return int(piece[1:])
    return 0


def _mend_gradients(network: nn.Module) -> int:
    """NaN → 0, ±inf → ±1e5, as the published code does; returns how many numbers were bad."""
    gradients = [p.grad for p in network.parameters() if p.grad is not None]
    if not gradients or math.isfinite(float(torch.stack([g.sum() for g in gradients]).sum())):
        return 0  # one look for all of them: each would make a graphics card wait
    bad = 0
    for gradient in gradients:
        bad += int((~torch.isfinite(gradient)).sum())
        torch.nan_to_num(
            gradient, nan=0.0, posinf=GRADIENT_LIMIT, neginf=-GRADIENT_LIMIT, out=gradient
        )
    return bad


def _plain(value: Any) -> Any:
    """NumPy's generator state as JSON-ready values."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return int(value) if isinstance(value, np.integer) else value
