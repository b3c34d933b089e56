"""Presets, blending and times of ui/projection_settings.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from ganpaint.picture.frame import Frame
from ganpaint.ui.projection_settings import (
    PRESETS,
    ProjectionSettings,
    estimated_seconds,
)


def test_the_settings_begin_as_the_preset_they_name() -> None:
    settings = ProjectionSettings()
    assert settings == settings.with_preset(settings.preset)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda p: p.key)
def test_presets_are_recognised_when_their_values_return(preset: object) -> None:
    settings = ProjectionSettings(seed=7).with_preset(preset.key)  # type: ignore[attr-defined]
    assert settings.preset == preset.key  # type: ignore[attr-defined]
    other = settings.changed(steps=settings.steps + 1)
    assert other.preset == ""
    back = other.changed(steps=settings.steps)
    assert back == settings


def test_weights() -> None:
    settings = ProjectionSettings()
    without = settings.with_weight("lpips", 0)
    assert "lpips" not in dict(without.terms) and without.preset == ""
    assert without.with_weight("lpips", 1.0) == settings
    assert settings.with_weight("l2", 2).terms[-1] == ("l2", 2)
    assert settings.weight("l2") == 0


@pytest.mark.behaviour("I8")
def test_blend_follows_the_enlargement() -> None:
    settings = ProjectionSettings()
    small, large = Frame(100, 100, 80), Frame(100, 100, 400)
    assert settings.blend(small, 64).mode == "replace"
    assert settings.blend(large, 64).mode == "keep-detail"
    assert settings.blend(large, 64, generated=True).mode == "replace"
    assert settings.blend(large, 64).feather == pytest.approx(24.0)
    assert settings.blend(small, 64).feather == 2.0
    assert settings.changed(mode="replace", feather=0.0).blend(large, 64).feather == 0


@pytest.mark.behaviour("F13")
def test_the_estimate_follows_what_was_measured(home: Path) -> None:
    cache = home / "cache"
    settings = ProjectionSettings()
    before = estimated_seconds(settings, "a" * 64, threads=1)
    cache.mkdir(parents=True, exist_ok=True)
    (cache / "times.json").write_text('{"%s|cpu|1": {"step1": 0.05, "sample": 0.01}}' % ("a" * 16))
    after = estimated_seconds(settings, "a" * 64, threads=1)
    assert after == pytest.approx(500 * 0.05 + 64 * 0.01)
    assert before != after
