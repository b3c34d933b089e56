"""Preferences survive restarts, damage and other versions."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganpaint.preferences import (
    Preferences,
    load_preferences,
    preferences_file,
    save_preferences,
)

FULL = Preferences(
    theme="dark",
    surround="grey",
    device="cpu",
    threads=3,
    wheel_zooms=False,
    smooth_above=True,
    model="cats-64",
    recent_colours=("#ff8800", "#000000"),
    recent_files=(
        '/pictures/a "quoted" \\ 😺 name.png',
        "/pictures/\udcff\n.png",
        "/pictures/ trailing ",
    ),
    private=True,
    export={"png": {"compression": 6}, "jpg": {"quality": 92}},
    tools={"brush": {"size": 18.0, "hardness": 0.7}, "mask brush": {"size": 40.0}},
    window={"geometry": b"\x00\x01\xff", "state": b""},
)


def same(a: Preferences, b: Preferences) -> bool:
    return all(getattr(a, f.name) == getattr(b, f.name) for f in fields(Preferences))


@pytest.mark.behaviour("X37", "N4")
def test_everything_returns() -> None:
    assert not any(
        getattr(FULL, f.name) == getattr(Preferences(), f.name)
        for f in fields(FULL)
        if f.name not in ("edge_scroll", "limit_megapixels")
    )
    save_preferences(FULL)
    assert same(load_preferences(), FULL)


def test_without_a_file_the_defaults_hold() -> None:
    assert same(load_preferences(), Preferences())


def test_a_damaged_file_is_set_aside() -> None:
    preferences_file().write_bytes(b"theme = [[[")
    assert same(load_preferences(), Preferences())
    kept = preferences_file().with_name("preferences.damaged.toml")
    assert kept.read_bytes() == b"theme = [[["


def test_keys_that_do_not_fit_keep_their_defaults() -> None:
    preferences_file().write_text(
        'theme = "pink"\nthreads = "many"\nprivate = 1\nrecent_files = [1]\nnew_key = 7\n'
        'device = "cpu"\nlimit_megapixels = 0\n[window]\ngeometry = "not base64!"\n[tools]\nx = 3\n'
    )
    assert same(load_preferences(), Preferences(device="cpu"))


@given(st.binary(max_size=200))
def test_any_bytes_load(raw: bytes) -> None:
    preferences_file().write_bytes(raw)
    assert isinstance(load_preferences(), Preferences)


@given(st.text(max_size=30), st.floats(allow_nan=False, allow_infinity=False))
def test_any_text_and_number_returns(text: str, number: float) -> None:
    text = text.encode("utf-8", "replace").decode()
    written = Preferences(model=text, tools={text: {text: number}})
    save_preferences(written)
    assert same(load_preferences(), written)


@pytest.mark.behaviour("I26")
def test_recent_files() -> None:
    preferences = Preferences()
    for number in range(20):
        preferences = preferences.with_recent_file(Path(f"/pictures/{number}.png"))
    preferences = preferences.with_recent_file(Path("/pictures/15.png"))
    assert len(preferences.recent_files) == 12
    assert preferences.recent_files[:2] == ("/pictures/15.png", "/pictures/19.png")
    assert len(set(preferences.recent_files)) == 12
    assert (
        "/pictures/19.png" not in preferences.without_recent_file("/pictures/19.png").recent_files
    )
    hidden = Preferences(private=True)
    assert hidden.with_recent_file(Path("/pictures/a.png")).recent_files == ()
