"""Numbers as they are typed and shown: ui/widgets/numbers.py."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganpaint.ui.widgets.numbers import (
    Scale,
    editable_number,
    read_number,
    show_number,
    spoken_number,
)

SIGMA = Scale(-6, 6, 0, step=0.1, decimals=2, unit="σ", soft=(-3, 3), signed=True)
PERCENT = Scale(0, 100, 50, unit="%")
PIXELS = Scale(1, 2000, 18, unit="px", logarithmic=True, soft=(1, 500))


@pytest.mark.behaviour("L4")
@pytest.mark.parametrize(
    ("text", "old", "value"),
    [
        ("1.2", 0, 1.2),
        ("+0.3", 1, 1.3),
        ("-50%", 2, 1.0),
        ("2*1.5", 0, 3.0),
        ("-0.6", 1, -0.6),  # offsets have negative values: it sets
        ("−0,6 σ", 1, -0.6),
        ("-=0.5", 1, 0.5),
        ("50%", 2, 1.0),
        ("*2", 1.5, 3.0),
        ("/2", 1.5, 0.75),
        ("(1+2)/2", 0, 1.5),
        ("9", 0, 6.0),
        ("1/0", 1, None),
        ("abc", 1, None),
        ("", 1, None),
        ("1.2.3", 1, None),
        ("2*", 1, None),
        ("(" * 60, 1, None),
        ("__import__", 1, None),
        ("1e9", 1, None),
    ],
)
def test_typed_into_a_direction(text: str, old: float, value: float | None) -> None:
    read = read_number(text, SIGMA, old)
    assert read == (None if value is None else pytest.approx(value))


@pytest.mark.behaviour("L4")
@pytest.mark.parametrize(
    ("text", "value"),
    [("60", 60), ("60%", 60), ("60 %", 60), ("-20", 30), ("-20%", 30), ("+5", 55)],
)
def test_typed_into_a_percentage(text: str, value: float) -> None:
    assert read_number(text, PERCENT, 50) == value


def test_typed_into_pixels() -> None:
    assert read_number("24 px", PIXELS, 18) == 24
    assert read_number("-3", PIXELS, 18) == 15
    assert read_number("9999", PIXELS, 18) == 2000


@given(st.text(max_size=80), st.floats(-6, 6))
def test_any_text_is_a_value_of_the_scale_or_none(text: str, old: float) -> None:
    value = read_number(text, SIGMA, old)
    assert value is None or (-6 <= value <= 6 and math.isfinite(value))


@given(st.floats(-6, 6))
def test_what_the_field_begins_with_is_the_value(value: float) -> None:
    shown = editable_number(value, SIGMA)
    assert read_number(shown, SIGMA, 3.21) == pytest.approx(round(value, 2))


@pytest.mark.parametrize(
    ("value", "shown", "spoken"),
    [
        (1.2, "+1.20 σ", "plus 1.2 sigma"),
        (-0.6, "−0.60 σ", "minus 0.6 sigma"),
        (0.001, "0", "0 sigma"),
    ],
)
def test_offsets_have_their_sign(value: float, shown: str, spoken: str) -> None:
    assert show_number(value, SIGMA) == shown
    assert spoken_number(value, SIGMA) == spoken


def test_plain_values() -> None:
    assert show_number(18, PIXELS) == "18 px"
    assert show_number(0.3, Scale(0, 1, decimals=2)) == "0.30"
    assert spoken_number(70, PERCENT) == "70 percent"


@pytest.mark.parametrize("scale", [SIGMA, PERCENT, PIXELS], ids=["σ", "%", "px"])
def test_position_and_value_are_inverse(scale: Scale) -> None:
    for share in (0, 0.1, 0.5, 0.9, 1):
        assert scale.position(scale.at(share)) == pytest.approx(share)
    assert scale.position(scale.minimum - 1) == 0
