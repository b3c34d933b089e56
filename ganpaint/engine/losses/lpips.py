"""LPIPS: the perceptual distance of "The Unreasonable Effectiveness of Deep Features as a
Perceptual Metric" (Zhang et al. 2018, arXiv:1801.03924), version 0.1.

    d(x, t) = Σ_l mean_hw Σ_c w_lc (f̂_l(x) − f̂_l(t))²,   f̂ = f / (‖f‖_channels + 1e-10)

The heads w come from the `lpips` package, read as data: importing the package would need
torchvision, which a processor-only torch cannot load. The SqueezeNet 1.1 trunk is bundled;
AlexNet and VGG16 are taken from torch's own cache or the user's model folder where they are.
The target's features are computed once a run.
"""

from __future__ import annotations

import importlib.util
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ganpaint.engine.checkpoints.archive import read_state_dict
from ganpaint.errors import BrokenModel, MissingTrunk
from ganpaint.paths import models_dir, resource

SHIFT = (-0.030, -0.088, -0.188)
SCALE = (0.458, 0.448, 0.450)
SMALLEST = 32  # AlexNet needs it; smaller pictures are enlarged first
TRUNK_FILES = {
    "squeeze": ("squeezenet1_1-b8a52dc0.pth", "squeezenet1_1-f364aa15.pth"),
    "alex": ("alexnet-owt-7be5be79.pth", "alexnet-owt-4df8aa71.pth"),
    "vgg": ("vgg16-397923af.pth",),
}


class Fire(nn.Module):
    """SqueezeNet's fire module: relu(squeeze) → [relu(1×1), relu(3×3)]."""

    def __init__(self, inputs: int, squeezed: int, expanded: int) -> None:
        super().__init__()
        self.squeeze = nn.Conv2d(inputs, squeezed, 1)
        self.expand1x1 = nn.Conv2d(squeezed, expanded, 1)
        self.expand3x3 = nn.Conv2d(squeezed, expanded, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.squeeze(x))
        return torch.cat([F.relu(self.expand1x1(x)), F.relu(self.expand3x3(x))], 1)


def _squeeze() -> tuple[nn.ModuleDict, tuple[int, ...]]:
    def pool() -> nn.Module:
        return nn.MaxPool2d(3, 2, ceil_mode=True)

    layers: list[nn.Module] = [nn.Conv2d(3, 64, 3, stride=2), nn.ReLU(), pool()]
    layers += [Fire(64, 16, 64), Fire(128, 16, 64), pool()]
    layers += [Fire(128, 32, 128), Fire(256, 32, 128), pool()]
    layers += [Fire(256, 48, 192), Fire(384, 48, 192), Fire(384, 64, 256), Fire(512, 64, 256)]
    return _numbered(layers), (1, 4, 7, 9, 10, 11, 12)


def _alex() -> tuple[nn.ModuleDict, tuple[int, ...]]:
    layers: list[nn.Module] = [nn.Conv2d(3, 64, 11, 4, 2), nn.ReLU(), nn.MaxPool2d(3, 2)]
    layers += [nn.Conv2d(64, 192, 5, padding=2), nn.ReLU(), nn.MaxPool2d(3, 2)]
    layers += [nn.Conv2d(192, 384, 3, padding=1), nn.ReLU()]
    layers += [nn.Conv2d(384, 256, 3, padding=1), nn.ReLU()]
    layers += [nn.Conv2d(256, 256, 3, padding=1), nn.ReLU()]
    return _numbered(layers), (1, 4, 7, 9, 11)


def _vgg() -> tuple[nn.ModuleDict, tuple[int, ...]]:
    layers: list[nn.Module] = []
    inputs = 3
    for width, count in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
        if layers:
            layers.append(nn.MaxPool2d(2, 2))
        for _ in range(count):
            layers += [nn.Conv2d(inputs, width, 3, padding=1), nn.ReLU()]
            inputs = width
    return _numbered(layers), (3, 8, 15, 22, 29)


def _numbered(layers: list[nn.Module]) -> nn.ModuleDict:
    return nn.ModuleDict({str(index): layer for index, layer in enumerate(layers)})


BUILDERS = {"squeeze": _squeeze, "alex": _alex, "vgg": _vgg}


class Trunk(nn.Module):
    """A pretrained stack of convolutions with its taps; weights frozen."""

    shift: Tensor
    scale: Tensor

    def __init__(self, net: str) -> None:
        super().__init__()
        self.features, self.taps = BUILDERS[net]()
        self.register_buffer("shift", torch.tensor(SHIFT)[:, None, None], persistent=False)
        self.register_buffer("scale", torch.tensor(SCALE)[:, None, None], persistent=False)

    def forward(self, images: Tensor) -> list[Tensor]:
        """(N, 3, H, W) in [-1, 1] → activations of every tap."""
        if min(images.shape[-2:]) < SMALLEST:
            factor = SMALLEST / min(images.shape[-2:])
            size = [round(side * factor) for side in images.shape[-2:]]
            images = F.interpolate(images, size, mode="bilinear", align_corners=False)
        x = (images - self.shift) / self.scale
        found = []
        for name, layer in self.features.items():
            x = layer(x)
            if int(name) in self.taps:
                found.append(x)
        return found

    @staticmethod
    def load(net: str, path: Path | None = None) -> Trunk:
        """The trunk from a file, or from where this computer has it.

        Raises:
            MissingTrunk: it is nowhere. BrokenModel: the file holds other tensors.
        """
        path = path or trunk_file(net)
        if path is None:
            names = " or ".join(TRUNK_FILES[net])
            raise MissingTrunk(
                f"LPIPS on {net} needs the file “{names}”, which is not on this computer.",
                f"Copy it to {models_dir()}, or use the bundled measure “lpips”.",
            )
        trunk = Trunk(net)
        found = {k: v.float() for k, v in read_state_dict(path).items() if "classifier" not in k}
        wanted = trunk.state_dict()
        fits = found.keys() == wanted.keys() and all(
            found[k].shape == wanted[k].shape for k in wanted
        )
        if not fits:
            raise BrokenModel(
                f"“{path.name}” is not the {net} trunk: it holds other tensors.",
                "Fetch the file again.",
            )
        trunk.load_state_dict(found)
        return trunk.eval().requires_grad_(False)


def trunk_file(net: str) -> Path | None:
    """Where this computer has the trunk's weights; None when it has not."""
    if net == "squeeze":
        return resource("weights", "squeezenet1_1_features.safetensors")
    home = os.environ.get("TORCH_HOME") or Path.home() / ".cache" / "torch"
    folders = (models_dir(), Path(home) / "hub" / "checkpoints")
    candidates = (folder / name for folder in folders for name in TRUNK_FILES[net])
    return next((path for path in candidates if path.is_file()), None)


def heads(net: str) -> list[Tensor]:
    """The published weights of each tap, (1, C, 1, 1), from the `lpips` package's files."""
    spec = importlib.util.find_spec("lpips")
    if spec is None or not spec.submodule_search_locations:
        raise MissingTrunk("The package “lpips” is not installed.", "Install it with pip.")
    path = Path(next(iter(spec.submodule_search_locations))) / "weights" / "v0.1" / f"{net}.pth"
    table = read_state_dict(path)
    return [table[f"lin{k}.model.1.weight"].float() for k in range(len(table))]


@cache
def shared_trunk(net: str, device: str) -> Trunk:
    """One trunk a process and device; it is only ever read."""
    return Trunk.load(net).to(device)


@dataclass(frozen=True, slots=True, eq=False)
class LpipsState:
    """Normalised target features and the composing parts; `mask` None = everything."""

    features: list[Tensor]
    mask: Tensor | None
    outside: Tensor | None


class Lpips:
    """The distance on one trunk, as a loss."""

    def __init__(self, trunk: Trunk, weights: list[Tensor]) -> None:
        self.trunk, self.weights = trunk, weights

    @staticmethod
    def load(net: str, device: torch.device | str = "cpu", path: Path | None = None) -> Lpips:
        """The measure of a trunk ("squeeze", "alex", "vgg") with the published heads."""
        trunk = Trunk.load(net, path).to(device) if path else shared_trunk(net, str(device))
        return Lpips(trunk, [head.to(device) for head in heads(net)])

    def _normalised(self, images: Tensor) -> list[Tensor]:
        return [f / (_norm(f) + 1e-10) for f in self.trunk(images)]

    @torch.no_grad()
    def prepare(self, target: Tensor, mask: Tensor | None = None) -> LpipsState:
        """Features of the target; a mask of ones is left out of the arithmetic."""
        features = self._normalised(target)
        if mask is None or bool((mask == 1).all()):
            return LpipsState(features, None, None)
        return LpipsState(features, mask, target * (1 - mask))

    def __call__(self, images: Tensor, state: LpipsState) -> Tensor:
        """(N, 3, R, R) in [-1, 1] → (N,)."""
        if state.mask is not None and state.outside is not None:
            images = images * state.mask + state.outside
        total = images.new_zeros(images.shape[0])
        found = self._normalised(images)
        for f, wanted, head in zip(found, state.features, self.weights, strict=True):
            each = ((f - wanted).square() * head).sum(1, keepdim=True)
            if state.mask is None:
                total = total + each.mean((1, 2, 3))
            else:
                size = state.mask.shape[-2:]
                wide = F.interpolate(each, size, mode="bilinear", align_corners=False)
                area = state.mask.sum().clamp_min(1.0)
                total = total + (wide * state.mask).sum((1, 2, 3)) / area
        return total


def _norm(f: Tensor) -> Tensor:
    """‖f‖ over the channels; √0 has an infinite slope, so dead pixels are kept out of it."""
    squares = f.square().sum(1, keepdim=True)
    dead = squares == 0
    return torch.where(dead, squares, torch.where(dead, 1.0, squares).sqrt())
