"""StyleGAN3's plan of layers against the published ones, and its filters."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ganpaint.engine.generators.schedule3 import Schedule, kaiser, radial

T_1024 = (
    "L0_36_512 L1_36_512 L2_52_512 L3_52_512 L4_84_512 L5_148_512 L6_148_512 L7_276_323 "
    "L8_276_203 L9_532_128 L10_1044_81 L11_1044_51 L12_1044_32 L13_1024_32 L14_1024_3"
)
T_256 = (
    "L0_36_512 L1_36_512 L2_36_512 L3_52_512 L4_52_512 L5_84_512 L6_84_512 L7_148_362 "
    "L8_148_256 L9_148_181 L10_276_128 L11_276_91 L12_276_64 L13_256_64 L14_256_3"
)
R_CHANNELS = [1024] * 7 + [645, 406, 256, 161, 102, 64, 64, 3]


@pytest.mark.parametrize(
    ("schedule", "names"), [(Schedule(1024), T_1024), (Schedule(256, base=16384), T_256)]
)
def test_published_layers(schedule: Schedule, names: str) -> None:
    plans = schedule.plans()
    assert " ".join(plan.name for plan in plans) == names
    assert [plan.rgb for plan in plans] == [False] * 14 + [True]
    assert [plan.inputs for plan in plans[1:]] == [plan.outputs for plan in plans[:-1]]


def test_published_paddings() -> None:
    t = {plan.name: plan for plan in Schedule(1024).plans()}
    assert t["L1_36_512"].padding == (9, 8) and t["L1_36_512"].up == 2
    assert t["L2_52_512"].padding == (-6, -9) and t["L2_52_512"].up == 4
    assert t["L13_1024_32"].padding == (-11, -12)
    assert t["L14_1024_3"].padding == (0, 0) and t["L14_1024_3"].up_taps == 1
    r = Schedule(1024, base=65536, most=1024, kernel=1, radial=True).plans()
    assert [plan.outputs for plan in r] == R_CHANNELS
    assert r[1].padding == (11, 10) and r[2].padding == (-2, -5)
    assert [plan.radial for plan in r] == [True] * 12 + [False] * 3


def test_source() -> None:
    source = Schedule(1024).source()
    assert (source.channels, source.size, source.rate, source.bandwidth) == (512, 36, 16, 2)


def test_kaiser_filter_as_scipy_designs_it() -> None:
    scipy_signal = pytest.importorskip("scipy.signal")
    taps = kaiser(12, 2, 4.56, 32)
    known = [0.020893, 0.043173, 0.071363, 0.100670, 0.125029, 0.138871]
    assert taps[:6].tolist() == pytest.approx(known, abs=1e-6)
    for numbers in ((12, 2.0, 4.56, 32), (24, 10.0, 20.0, 256), (6, 3.0, 0.5, 64)):
        wanted = scipy_signal.firwin(numbers[0], cutoff=numbers[1], width=numbers[2], fs=numbers[3])
        np.testing.assert_allclose(kaiser(*numbers), wanted, atol=1e-7)


def test_radial_filter_is_round() -> None:
    two = radial(12, 2, 4.56, 32)
    assert two.shape == (12, 12) and float(two.sum()) == pytest.approx(1)
    assert torch.allclose(two, two.t()) and torch.allclose(two, two.flip(0))
    one = kaiser(12, 2, 4.56, 32)
    assert not torch.allclose(two, torch.outer(one, one), atol=1e-4)


@pytest.mark.parametrize("file", ["t-32.pkl", "t-16-odd.pkl"])
def test_published_filters_and_plans(reference: object, file: str) -> None:
    generator, _ = reference(f"stylegan3/{file}")  # type: ignore[operator]
    config = generator.config
    if file == "t-32.pkl":
        schedule = Schedule(32, base=160, most=14, layers=6)
        assert [p.name for p in schedule.plans()] == [p.name for p in config.plans]
        for i, (ours, theirs) in enumerate(zip(schedule.plans(), config.plans, strict=True)):
            assert (ours.padding, ours.up, ours.down) == (theirs.padding, theirs.up, theirs.down)
            layer = getattr(generator.synthesis, theirs.name)
            up, down = schedule.filters(i)
            assert torch.allclose(up, layer.up_filter, atol=1e-6)
            assert torch.allclose(down, layer.down_filter, atol=1e-6)
    for plan in config.plans:
        assert plan.up_taps == len(getattr(generator.synthesis, plan.name).up_filter)
