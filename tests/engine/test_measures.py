"""Names of directions: only where one simple thing dominates, and signs that lighten."""

from __future__ import annotations

import torch

from ganpaint.engine.measures import describe, numbered


def grey(level: float, count: int = 8) -> torch.Tensor:
    rng = torch.Generator().manual_seed(0)
    return torch.rand(count, 3, 8, 8, generator=rng) * 0.2 + level


def test_light_is_seen_and_the_sign_points_to_it() -> None:
    low, high = grey(-0.5), grey(0.3)
    seen, turned = describe(low, high), describe(high, low)
    assert (seen.sign, seen.name) == (1.0, "Darker – lighter")
    assert (turned.sign, turned.name) == (-1.0, "Darker – lighter")
    assert seen.change == turned.change > 0.5


def test_warmth_is_seen() -> None:
    low = grey(0.0)
    tint = torch.tensor([0.3, -0.05, -0.5])[None, :, None, None]
    seen = describe(low, low + tint)
    assert seen.name == ("Cooler – warmer" if seen.sign > 0 else "Warmer – cooler")


def test_richness_is_seen() -> None:
    rng = torch.Generator().manual_seed(1)
    low = torch.rand(8, 3, 8, 8, generator=rng) - 0.5
    paler = low.mean(1, keepdim=True) + 0.2 * (low - low.mean(1, keepdim=True))
    assert describe(paler, low).name in ("Paler – richer", "Richer – paler")


def test_a_mixed_change_keeps_its_number() -> None:
    rng = torch.Generator().manual_seed(2)
    low, high = torch.rand(2, 8, 3, 8, 8, generator=rng)
    assert describe(low, high).name == ""


def test_names_are_all_different() -> None:
    names = numbered(["", "Darker – lighter", "Darker – lighter", ""])
    assert names == ["Direction 1", "Darker – lighter", "Darker – lighter 3", "Direction 4"]
