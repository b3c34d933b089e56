"""Where a model comes from, in words."""

from __future__ import annotations

import datetime
import json
import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganpaint import provenance
from ganpaint.paths import resource
from ganpaint.provenance import facts, images_text, recipe, shown_of, tables

FULL: dict[str, Any] = {
    "data": {"name": "cats", "images": 1234, "source": "a shop", "remarks": "", "licence": "CC0"},
    "training": {
        "kimg": 93.1,
        "recipe": "ganpaint train cats --out cats",
        "distance_before": {"kimg": 53.1, "value": 11.27, "kind": "FD-squeeze"},
    },
    "quality": {
        "distance": {"value": 3.83, "kind": "FD-squeeze", "samples": 5000},
        "floor": 0.169,
        "memorising": {"ratio": 1.6, "samples": 256},
        "projection_w_plus": {"lpips": [0.03, 0.02, 0.04], "psnr": 22.51, "ssim": 0.6},
        "projection_w_plus_before": {"lpips": 0.05, "psnr": 20},
        "kind": "16 held-out photos",
    },
}


def test_every_fact_has_its_words() -> None:
    assert [(f.label, f.words) for f in facts(tables(FULL))] == [
        ("Name", "cats"),
        ("Pictures", "1,234"),
        ("Source", "a shop"),
        ("Licence", "CC0"),
        ("Trained for", "93.1 thousand images"),
        ("Distance", "3.83 (FD-squeeze, 5,000 samples)"),
        ("Before", "11.27 at 53.1 thousand images"),
        ("Floor", "0.169 between two halves of the real pictures"),
        (
            "New pictures",
            "1.6 times as far from its training pictures as those are from each other.",
        ),
        (
            "Projected, w+",
            "LPIPS 0.03, PSNR 22.5 dB, SSIM 0.6; before: LPIPS 0.05, PSNR 20 dB",
        ),
        ("Measured on", "16 held-out photos"),
    ]
    assert not any(f.is_warning for f in facts(FULL))
    assert recipe(FULL) == "ganpaint train cats --out cats" and shown_of(FULL) == 256


def test_before_and_after_may_stand_in_one_table() -> None:
    quality = {"projection": {"before": {"lpips": 0.2}, "after": {"lpips": 0.1}}}
    (fact,) = facts({"quality": quality})
    assert (fact.label, fact.words) == ("Projected", "LPIPS 0.1; before: LPIPS 0.2")


def test_a_distance_of_another_kind_says_so() -> None:
    changed = {"quality": {"distance": {"value": 0.01, "kind": "KD-squeeze"}}}
    found = {f.label: f.words for f in facts({"training": FULL["training"], **changed})}
    assert found["Distance"] == "0.01 (KD-squeeze)"
    assert found["Before"] == "11.27 (FD-squeeze) at 53.1 thousand images"


@pytest.mark.parametrize(
    ("ratio", "warns"), [(0.1, True), (0.7, True), (0.95, False), (1.0, False), (2, False)]
)
def test_copies_are_a_warning(ratio: float, warns: bool) -> None:
    (fact,) = facts({"quality": {"memorising": {"ratio": ratio}}})
    assert fact.is_warning is warns
    assert fact.words.startswith("Copies") is warns


def test_as_far_is_said_without_a_number() -> None:
    (fact,) = facts({"quality": {"memorising": {"ratio": 1.03}}})
    assert fact.words.startswith("As far from its training pictures as")


def test_the_border_of_copies_is_the_trainers() -> None:
    from ganpaint.training.memory import COPIES

    assert provenance.COPIES == COPIES


def test_what_is_not_known_is_left_out() -> None:
    assert facts({}) == () and recipe({}) == "" and shown_of({}) == 0
    odd = {
        "data": {"name": 3, "images": True, "source": ["x"]},
        "training": {"kimg": "93", "recipe": 3, "distance_before": 4},
        "quality": {"distance": {"value": "x"}, "floor": float("nan"), "memorising": []},
    }
    assert facts(odd) == () and recipe(odd) == ""


def test_long_and_unprintable_words_are_one_line() -> None:
    (fact,) = facts({"data": {"remarks": "a\nb\x1b[31m " * 500}})
    assert fact.words.isprintable() and len(fact.words) <= provenance.LONGEST
    assert fact.words.endswith("…")


def test_numbers_of_images() -> None:
    words = [images_text(n) for n in (0.064, 40.7, 999, 1250, 12345)]
    assert words == [
        "64 images", "40.7 thousand images", "999 thousand images",
        "1.25 million images", "12.35 million images",
    ]  # fmt: skip


def test_numbers_in_words() -> None:
    words = [provenance.count_text(n) for n in (12, 840_000, 2_300_000, 30_400_000, 10**10)]
    assert words == ["12", "840 thousand", "2.3 million", "30 million", "10 billion"]


def test_tables_are_ready_for_json() -> None:
    deep: dict[str, Any] = {}
    inner = deep
    for _ in range(50):
        inner["x"] = inner = {}
    record = {"data": {"day": datetime.date(2026, 1, 1), "n": float("inf"), **deep}, "x": 1}
    found = tables(record)
    assert json.loads(json.dumps(found))["data"]["day"] == "2026-01-01"
    assert found["data"]["n"] is None and "x" not in found


@pytest.mark.parametrize("name", ["cats-64", "fruits-64"])
def test_the_bundled_models_say_where_they_come_from(name: str) -> None:
    record = tomllib.loads(resource("models", f"{name}.toml").read_text("utf-8"))
    labels = {f.label for f in facts(tables(record))}
    assert {"Name", "Pictures", "Licence", "Trained for"} <= labels
    assert recipe(record)


@given(
    st.dictionaries(
        st.sampled_from(["data", "training", "quality"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(
                        ["name", "images", "kimg", "value", "distance", "memorising", "ratio",
                         "samples", "projection", "projection_w", "lpips", "before", "kind"]
                    ),
                    inner,
                )
            ),
            max_leaves=8,
        ),
    )
)  # fmt: skip
def test_any_record_gives_words_or_none(record: dict[str, Any]) -> None:
    found = tables(record)
    json.dumps(found, allow_nan=False)
    for fact in facts(found):
        assert fact.words and fact.words.isprintable()
    recipe(found), shown_of(found)
