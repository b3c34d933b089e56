"""LPIPS: reference values, other trunks, masks, gradients, where trunks are looked for."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
import torch.nn.functional as F

from ganpaint.engine.losses import lpips
from ganpaint.engine.losses.lpips import Lpips, Trunk, heads, trunk_file
from ganpaint.errors import BrokenModel, MissingTrunk
from tests.engine.losses.conftest import pattern


@pytest.fixture(scope="module")
def measure() -> Lpips:
    return Lpips.load("squeeze")


def ones(side: int) -> torch.Tensor:
    return torch.ones(1, 1, side, side)


F0 = pattern(0, 64)
PAIRS = {
    "A": (F0, pattern(1, 64), 0.258606),
    "B": (F0, 0.5 * F0, 0.052661),
    "C": (pattern(2, 128), pattern(2, 128).roll(1, 3), 0.025174),
    "D": (pattern(3, 65), torch.zeros(1, 3, 65, 65), 0.800229),
    "E": (pattern(0, 32), pattern(1, 32), 0.168234),
}


@pytest.mark.parametrize("name", PAIRS)
def test_reference_values(measure: Lpips, name: str) -> None:
    x, y, wanted = PAIRS[name]
    assert float(measure(x, measure.prepare(y))) == pytest.approx(wanted, abs=2e-5)


def test_values_that_torchmetrics_prints(measure: Lpips) -> None:
    rng = torch.Generator().manual_seed(42)
    a, b = (torch.rand(2, 3, 100, 100, generator=rng) * 2 - 1 for _ in range(2))
    got = torch.cat([measure(a[k : k + 1], measure.prepare(b[k : k + 1])) for k in range(2)])
    assert got.tolist() == pytest.approx([0.102403, 0.093777], abs=2e-5)


def test_reference_gradient(measure: Lpips) -> None:
    x = F0.clone().requires_grad_()
    measure(x, measure.prepare(pattern(1, 64))).sum().backward()
    assert x.grad is not None
    assert float(x.grad.norm()) == pytest.approx(0.048747, rel=1e-3)


def test_a_picture_equals_itself_and_samples_stand_alone(measure: Lpips) -> None:
    state = measure.prepare(F0)
    batch = torch.cat([F0, pattern(1, 64), pattern(2, 64)])
    got = measure(batch, state)
    assert got.shape == (3,) and abs(float(got[0])) < 1e-7
    assert float(got[2]) == pytest.approx(float(measure(batch[2:], state)), abs=1e-6)


def test_dead_pixels_have_no_slope_and_no_nan(measure: Lpips) -> None:
    """All channels of a tap can be negative before the ReLU: √0 there has an infinite slope."""
    dead = Trunk("squeeze").eval().requires_grad_(False)
    dead.load_state_dict(measure.trunk.state_dict())
    first = dead.features["0"]
    assert isinstance(first, torch.nn.Conv2d)
    first.bias.sub_(100)  # type: ignore[union-attr]
    x = F0.clone().requires_grad_()
    broken = Lpips(dead, measure.weights)
    broken(x, broken.prepare(pattern(1, 64))).sum().backward()
    assert x.grad is not None and bool(torch.isfinite(x.grad).all())


# ------------------------------------------------------------------ masks
def test_a_mask_of_ones_changes_nothing_but_sizes(measure: Lpips) -> None:
    target = pattern(1, 64)
    assert float(measure(F0, measure.prepare(target, ones(64)))) == pytest.approx(
        0.258606, abs=2e-5
    )


def test_outside_the_mask_nothing_counts(measure: Lpips) -> None:
    mask = torch.zeros(1, 1, 64, 64)
    mask[..., :32] = 1
    state = measure.prepare(F0, mask)
    moved = F0.clone()
    moved[..., 32:] = 0.3
    assert float(measure(moved, state)) == pytest.approx(0, abs=1e-7)
    inside = F0.clone()
    inside[..., 8:16] = 0.3
    assert float(measure(inside, state)) > 0.01
    leaf = moved.clone().requires_grad_()
    (measure(leaf, state).sum() + 0 * leaf.sum()).backward()
    assert leaf.grad is not None and not leaf.grad[..., 32:].any()


# ------------------------------------------------------------------ other trunks
def test_heads_are_the_published_ones() -> None:
    widths = {
        "squeeze": [64, 128, 256, 384, 384, 512, 512],
        "alex": [64, 192, 384, 256, 256],
        "vgg": [64, 128, 256, 512, 512],
    }
    for net, wanted in widths.items():
        found = heads(net)
        assert [head.shape[1] for head in found] == wanted
        assert all(bool((head >= 0).all()) for head in found)


@pytest.mark.parametrize(("net", "sizes"), [
    ("alex", [15, 7, 3, 3, 3]), ("vgg", [64, 32, 16, 8, 4]), ("squeeze", [31, 15, 7, 3, 3, 3, 3])
])  # fmt: skip
def test_taps_of_every_trunk(net: str, sizes: list[int], trunk_paths: dict[str, Path]) -> None:
    made = Lpips.load(net, path=trunk_paths[net])
    features = made.trunk(F0)
    assert [f.shape[-1] for f in features] == sizes
    assert all(float(f.min()) >= 0 for f in features)
    value = made(F0, made.prepare(pattern(1, 64)))
    plain = sum(
        ((F.normalize(a, dim=1) - F.normalize(b, dim=1)).square() * head).sum(1).mean()
        for a, b, head in zip(features, made.trunk(pattern(1, 64)), heads(net), strict=True)
    )
    assert float(value) == pytest.approx(float(plain), rel=1e-4)


def test_the_smallest_pictures_are_enlarged(trunk_paths: dict[str, Path]) -> None:
    for net, path in trunk_paths.items():
        made = Lpips.load(net, path=path)
        assert float(made(pattern(0, 16), made.prepare(pattern(1, 16)))) > 0


def test_another_file_is_refused(trunk_paths: dict[str, Path]) -> None:
    with pytest.raises(BrokenModel, match="not the squeeze trunk"):
        Trunk.load("squeeze", trunk_paths["alex"])


def test_where_trunks_are_looked_for(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    assert trunk_file("squeeze") is not None
    assert trunk_file("vgg") is None
    with pytest.raises(MissingTrunk, match=r"vgg16-397923af\.pth"):
        Trunk.load("vgg")
    cached = tmp_path / "hub" / "checkpoints" / "vgg16-397923af.pth"
    cached.parent.mkdir(parents=True)
    cached.write_bytes(b"")
    assert trunk_file("vgg") == cached
    own = lpips.models_dir() / "vgg16-397923af.pth"
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_bytes(b"")
    assert trunk_file("vgg") == own


def test_a_missing_package_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lpips.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingTrunk, match="not installed"):
        heads("squeeze")


def test_neither_torchvision_nor_the_package_is_imported() -> None:
    import subprocess
    import sys

    code = (
        "import sys; from ganpaint.engine.losses.lpips import Lpips; Lpips.load('squeeze');"
        "sys.exit('lpips' in sys.modules or 'torchvision' in sys.modules)"
    )
    root = Path(__file__).resolve().parents[3]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0
