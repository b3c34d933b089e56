"""Tools keep their own settings; colours that look the same are one."""

from __future__ import annotations

import pytest

from ganpaint.ui.options import OptionsMemory, difference, from_hex, to_hex


@pytest.mark.behaviour("T14")
def test_each_tool_has_its_own_size() -> None:
    memory = OptionsMemory({}, ())
    memory.set("brush", "size", 40)
    memory.set("mask", "size", 90)
    memory.set("mask", "erase", True)
    assert memory.of("brush").size == 40 and memory.of("mask").size == 90
    assert memory.of("mask").erase and not memory.of("brush").erase


@pytest.mark.behaviour("T14", "S13")
def test_settings_come_back_from_preferences() -> None:
    memory = OptionsMemory({}, ())
    memory.set("brush", "hardness", 0.25)
    memory.set("brush", "stay_close", 0.6)
    memory.set("brush", "colour", (1.0, 0.0, 0.0))
    memory.remember_colour((1.0, 0.0, 0.0))
    colours = tuple(to_hex(c) for c in memory.of("brush").recent)
    again = OptionsMemory(memory.as_preferences(), colours).of("brush")
    assert again.hardness == 0.25 and again.stay_close == 0.6
    assert again.colour == (1.0, 0.0, 0.0) == again.recent[0]


@pytest.mark.behaviour("S21")
@pytest.mark.parametrize(
    ("name", "low", "high"),
    [("size", 1, 2000), ("hardness", 0, 1), ("opacity", 0.01, 1), ("stay_close", 0, 1)],
)
def test_ranges(name: str, low: float, high: float) -> None:
    memory = OptionsMemory({}, ())
    memory.set("brush", name, -1e9)
    assert getattr(memory.of("brush"), name) == low
    memory.set("brush", name, 1e9)
    assert getattr(memory.of("brush"), name) == high


@pytest.mark.behaviour("S13")
def test_recent_colours_are_twelve_and_distinct() -> None:
    memory = OptionsMemory({}, ())
    for n in range(30):
        memory.remember_colour((n / 30, 0.2, 1 - n / 30))
    recent = memory.of("brush").recent
    assert len(recent) == 12 and recent[0] == (29 / 30, 0.2, 1 - 29 / 30)
    memory.remember_colour((29 / 30 + 0.002, 0.2, 1 - 29 / 30))
    assert len(memory.of("brush").recent) == 12
    kept = memory.of("brush").recent
    assert all(difference(a, b) > 2 for i, a in enumerate(kept) for b in kept[i + 1 :])


def test_damaged_preferences_keep_the_defaults() -> None:
    memory = OptionsMemory({"brush": {"size": "large", "opacity": True}}, ("no colour",))
    assert memory.of("brush").size == 18 and memory.of("brush").opacity == 1


def test_difference_is_that_of_lab() -> None:
    assert difference((0, 0, 0), (1, 1, 1)) == pytest.approx(100, abs=0.1)
    assert difference((1, 0, 0), (1, 0, 0)) == 0


@pytest.mark.parametrize("text", ["#12345", "#12345g", "", "red"])
def test_what_is_no_colour(text: str) -> None:
    assert from_hex(text) is None
