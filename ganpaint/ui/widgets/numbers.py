"""Numbers as a person types and reads them: scales, units, small sums.

Scale(0, 100, default=70, unit="%")   a range with its step, decimals and unit
read_number("+0.3", scale, old=1.0)   1.3; None where the text is no number
show_number(-0.6, SIGMA)              "−0.6 σ"
"""

from __future__ import annotations

import math
from dataclasses import dataclass

MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True, slots=True)
class Scale:
    """The values a bar can take.

    Attributes:
        minimum, maximum: what may be typed.
        default: where a double click goes.
        step: of arrow keys and the wheel; ten of them for Page Up and Page Down.
        decimals: figures shown after the point.
        unit: shown after the value, "" for none.
        logarithmic: equal ratios are equal distances on the bar; the minimum is above 0.
        soft: lower and upper end for dragging, where typing may go further; None = the same.
        signed: values are offsets, shown with their sign.
    """

    minimum: float
    maximum: float
    default: float = 0.0
    step: float = 1.0
    decimals: int = 0
    unit: str = ""
    logarithmic: bool = False
    soft: tuple[float, float] | None = None
    signed: bool = False

    @property
    def low(self) -> float:
        """Lower end of the bar."""
        return self.soft[0] if self.soft else self.minimum

    @property
    def high(self) -> float:
        """Upper end of the bar."""
        return self.soft[1] if self.soft else self.maximum

    def clamp(self, value: float) -> float:
        """The nearest value that may be set."""
        return min(max(value, self.minimum), self.maximum)

    def position(self, value: float) -> float:
        """Where a value lies on the bar, 0…1."""
        low, high = self.low, self.high
        value = min(max(value, low), high)
        if self.logarithmic:
            return math.log(value / low) / math.log(high / low)
        return (value - low) / (high - low)

    def at(self, position: float) -> float:
        """The value at a position of the bar, 0…1."""
        position = min(max(position, 0.0), 1.0)
        low, high = self.low, self.high
        if self.logarithmic:
            return float(low * (high / low) ** position)
        return low + position * (high - low)


def show_number(value: float, scale: Scale, *, unit: bool = True) -> str:
    """A value as a label shows it: true minus sign, plus for offsets, unit after a space."""
    rounded = round(value, scale.decimals)
    if scale.signed and rounded == 0:
        return "0"
    text = f"{abs(rounded):.{scale.decimals}f}"
    sign = MINUS if rounded < 0 else "+" if scale.signed else ""
    return f"{sign}{text} {scale.unit}" if unit and scale.unit else f"{sign}{text}"


def spoken_number(value: float, scale: Scale) -> str:
    """A value as a screen reader says it: "plus 1.2 sigma"."""
    names = {"σ": "sigma", "%": "percent", "px": "pixels"}
    rounded = round(value, scale.decimals)
    sign = "minus " if rounded < 0 else "plus " if scale.signed and rounded > 0 else ""
    return f"{sign}{abs(rounded):g} {names.get(scale.unit, scale.unit)}".strip()


def editable_number(value: float, scale: Scale) -> str:
    """A value as a text field begins with it: no unit, no plus sign."""
    return f"{round(value, scale.decimals):.{scale.decimals}f}"


def read_number(text: str, scale: Scale, old: float) -> float | None:
    """The value that a typed text means, clamped to the scale; None where it means none.

    `12` sets, `+3` adds, `-3` takes away (sets where the scale has negative values), `*2` and
    `/2` multiply and divide; `50%` is half the present value, `-50%` takes half away, except
    where the unit itself is per cent. Sums as `2*1.5` are worked out.
    """
    clean = text.strip().replace(MINUS, "-").replace(",", ".").replace("×", "*").lower()
    unit = scale.unit.lower()
    if unit and unit != "%" and clean.endswith(unit):
        clean = clean.removesuffix(unit).strip()
    if not clean:
        return None
    percent = clean.endswith("%")
    clean = clean.removesuffix("%").strip()
    relative = ""
    for mark in ("+=", "-=", "*=", "/=", "+", "*", "/"):
        if clean.startswith(mark):
            relative, clean = mark[0], clean.removeprefix(mark)
            break
    if not relative and clean.startswith("-") and (percent or scale.minimum >= 0):
        relative, clean = "-", clean.removeprefix("-")
    number = _sum(clean)
    if number is None:
        return None
    if percent and unit != "%":
        number = old * number / 100
    value = _related(old, relative, number)
    return None if value is None or not math.isfinite(value) else scale.clamp(value)


def _related(old: float, relative: str, number: float) -> float | None:
    if relative == "+":
        return old + number
    if relative == "-":
        return old - number
    if relative == "*":
        return old * number
    if relative == "/":
        return old / number if number else None
    return number


def _sum(text: str) -> float | None:
    """The value of a sum of numbers with + - * / and brackets, or None."""
    reader = _Reader(text.replace(" ", ""))
    try:
        value = reader.terms()
    except (ValueError, ZeroDivisionError, RecursionError, OverflowError):
        return None
    return value if reader.at == len(reader.text) else None


class _Reader:
    """Recursive descent: terms of factors of numbers."""

    def __init__(self, text: str) -> None:
        self.text = text[:64]
        self.at = 0

    def _takes(self, marks: str) -> str:
        if self.at < len(self.text) and self.text[self.at] in marks:
            self.at += 1
            return self.text[self.at - 1]
        return ""

    def terms(self) -> float:
        value = self.factors()
        while mark := self._takes("+-"):
            other = self.factors()
            value = value + other if mark == "+" else value - other
        return value

    def factors(self) -> float:
        value = self.number()
        while mark := self._takes("*/"):
            other = self.number()
            value = value * other if mark == "*" else value / other
        return value

    def number(self) -> float:
        if self._takes("-"):
            return -self.number()
        if self._takes("("):
            value = self.terms()
            if not self._takes(")"):
                raise ValueError("an open bracket")
            return value
        start = self.at
        while self._takes("0123456789."):
            continue
        return float(self.text[start : self.at])
