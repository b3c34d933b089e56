"""What the tools paint with, as one value; each tool keeps its own size and hardness.

`ToolOptions` is what a tool reads (`editor.options`); `OptionsMemory` keeps the settings that
belong to one tool apart from those that all tools share, and turns both into preferences.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

Colour = tuple[float, float, float]

# settings that every tool has for itself: name → (default, lowest, highest)
OWN: dict[str, tuple[float, float, float]] = {
    "size": (18.0, 1.0, 2000.0),  # photo pixels
    "hardness": (0.7, 0.0, 1.0),
    "opacity": (1.0, 0.01, 1.0),
}
OWN_DEFAULTS: dict[str, dict[str, float]] = {"mask": {"size": 48.0, "hardness": 0.8}}
SHARED_RANGES: dict[str, tuple[float, float]] = {"stay_close": (0.0, 1.0)}
STARTING_COLOURS: tuple[Colour, ...] = (
    (0.369, 0.204, 0.094),
    (0.949, 0.922, 0.902),
    (0.792, 0.553, 0.353),
    (0.118, 0.118, 0.125),
    (0.561, 0.686, 0.788),
    (0.886, 0.659, 0.278),
    (0.659, 0.259, 0.173),
)
MOST_COLOURS = 12
SAME_COLOUR = 2.0  # ΔE (CIE 1976) up to which two colours count as one


@dataclass(frozen=True, slots=True)
class ToolOptions:
    """Settings of the current tool.

    Attributes:
        size: diameter in photo pixels, 1…2000.
        hardness, opacity: 0…1.
        colour: sRGB 0…1.
        recent: colours used last, newest first, at most 12.
        stay_close: 0…1, how much the rest of the picture is held while strokes are followed.
        erase: whether brush or mask brush take away.
    """

    size: float = 18.0
    hardness: float = 0.7
    opacity: float = 1.0
    colour: Colour = STARTING_COLOURS[0]
    recent: tuple[Colour, ...] = STARTING_COLOURS
    stay_close: float = 0.3
    erase: bool = False


class OptionsMemory:
    """The settings of all tools, read from and written to the preferences' form.

    Args:
        tools: `Preferences.tools`: settings by tool; "" holds the shared ones.
        recent: `Preferences.recent_colours`.
    """

    def __init__(self, tools: Mapping[str, Mapping[str, Any]], recent: tuple[str, ...]) -> None:
        self._own: dict[str, dict[str, float]] = {}
        for tool, values in tools.items():
            known = {name: values[name] for name in OWN if _is_number(values.get(name))}
            self._own[tool] = {name: _clip(name, value) for name, value in known.items()}
        self._erase: dict[str, bool] = {}
        colours = tuple(c for c in map(from_hex, recent) if c is not None)
        colours = (*colours, *(c for c in STARTING_COLOURS if c not in colours))[:MOST_COLOURS]
        shared = tools.get("", {})
        stay = shared.get("stay_close")
        self.shared = ToolOptions(
            colour=from_hex(str(shared.get("colour", ""))) or colours[0],
            recent=colours,
            stay_close=_clip("stay_close", stay) if _is_number(stay) else 0.3,
        )

    def of(self, tool: str) -> ToolOptions:
        """The options of one tool."""
        values: dict[str, Any] = {name: default for name, (default, _, _) in OWN.items()}
        values |= OWN_DEFAULTS.get(tool, {}) | self._own.get(tool, {})
        return replace(self.shared, **values, erase=self._erase.get(tool, False))

    def set(self, tool: str, name: str, value: Any) -> None:
        """Change one setting of a tool, or of all where it is shared."""
        if name in OWN:
            self._own.setdefault(tool, {})[name] = _clip(name, value)
        elif name == "erase":
            self._erase[tool] = bool(value)
        elif name in SHARED_RANGES:
            self.shared = replace(self.shared, stay_close=_clip(name, value))
        else:
            assert name in ("colour", "recent"), name
            self.shared = replace(self.shared, **{name: value})

    def remember_colour(self, colour: Colour) -> None:
        """Put a colour that was used first in the list; one that looks the same goes."""
        rest = (c for c in self.shared.recent if difference(c, colour) > SAME_COLOUR)
        self.shared = replace(self.shared, recent=(colour, *rest)[:MOST_COLOURS])

    def as_preferences(self) -> dict[str, dict[str, Any]]:
        """The form for `Preferences.tools`."""
        shared = {"stay_close": self.shared.stay_close, "colour": to_hex(self.shared.colour)}
        return {"": shared} | {tool: dict(values) for tool, values in self._own.items() if tool}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _clip(name: str, value: Any) -> float:
    low, high = OWN[name][1:] if name in OWN else SHARED_RANGES[name]
    return float(min(max(value, low), high))


def to_hex(colour: Colour) -> str:
    """A colour as `#rrggbb`."""
    return "#" + "".join(f"{round(255 * min(max(v, 0.0), 1.0)):02x}" for v in colour)


def from_hex(text: str) -> Colour | None:
    """`#rrggbb` as a colour; None where it is none."""
    digits = text.removeprefix("#")
    if len(digits) != 6 or any(d not in "0123456789abcdefABCDEF" for d in digits):
        return None
    red, green, blue = (int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4))
    return red, green, blue


def difference(a: Colour, b: Colour) -> float:
    """How different two sRGB colours look: the Euclidean distance in CIE Lab (1976), D65."""
    return math.dist(_lab(a), _lab(b))


def _lab(colour: Colour) -> tuple[float, float, float]:
    r, g, b = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in colour)
    x = (0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047
    y = 0.2126729 * r + 0.7151522 * g + 0.0721750 * b
    z = (0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / 1.08883
    fx, fy, fz = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)
