"""Where a model comes from: what its manifest says of data, training and quality, in words.

The same facts stand on its card in the window, in `ganpaint inspect` and in `ganpaint models`.
What a manifest does not say, or says in another form than a number or a text, is left out.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

TABLES = ("data", "training", "quality")
COPIES = 0.75  # a memorising ratio below this means copies (training/memory.py)
LONGEST = 600
DEEPEST = 6  # tables inside tables
PROJECTION, BEFORE = "projection", "_before"
MEASURES = (("lpips", "LPIPS", ""), ("psnr", "PSNR", " dB"), ("ssim", "SSIM", ""))


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a card.

    Attributes:
        group: "data" or "training". label, words: as they are shown.
        is_warning: whether it should make a person look twice.
    """

    group: str
    label: str
    words: str
    is_warning: bool = False


def tables(record: Mapping[str, Any]) -> dict[str, Any]:
    """The tables of a manifest that tell where the model comes from, JSON-ready."""
    return {key: _plain(record[key], 0) for key in TABLES if isinstance(record.get(key), Mapping)}


def facts(card: Mapping[str, Any]) -> tuple[Fact, ...]:
    """All that `tables` says, in the order of a card; the recipe apart."""
    data, training, quality = (card.get(key, {}) for key in TABLES)
    return (*_data(data), *_training(training, quality), *_projections(quality))


def recipe(card: Mapping[str, Any]) -> str:
    """The command, or the words, with which the model can be made again; "" if unknown."""
    return _text(card.get("training", {}).get("recipe"))


def shown_of(card: Mapping[str, Any]) -> int:
    """Among how many samples those with the nearest training pictures were found; 0 = unknown."""
    number = _number(_table(card.get("quality", {}), "memorising").get("samples"))
    return int(number or 0)


def count_text(number: int) -> str:
    """A large number in words: "2.3 million", "840 thousand"."""
    for least, word in ((10**9, "billion"), (10**6, "million"), (10**3, "thousand")):
        if number >= least:
            value = number / least
            return f"{value:.1f} {word}" if value < 10 else f"{value:.0f} {word}"
    return str(number)


def images_text(kimg: float) -> str:
    """How long a model was trained: "93.1 thousand images"."""
    if kimg < 1:
        return f"{kimg * 1000:.0f} images"
    return f"{kimg:g} thousand images" if kimg < 1000 else f"{kimg / 1000:.4g} million images"


# ------------------------------------------------------------------ groups
def _data(data: Mapping[str, Any]) -> Iterator[Fact]:
    if name := _text(data.get("name")):
        yield Fact("data", "Name", name)
    if (images := _number(data.get("images"))) and images > 0:
        yield Fact("data", "Pictures", f"{images:,.0f}")
    for key, label in (("source", "Source"), ("remarks", "Remarks"), ("licence", "Licence")):
        if words := _text(data.get(key)):
            yield Fact("data", label, words)


def _training(training: Mapping[str, Any], quality: Mapping[str, Any]) -> Iterator[Fact]:
    if (kimg := _number(training.get("kimg"))) and kimg > 0:
        yield Fact("training", "Trained for", images_text(kimg))
    distance, before = _table(quality, "distance"), _table(training, "distance_before")
    if (value := _number(distance.get("value"))) is not None:
        count = _number(distance.get("samples"))
        of = [_text(distance.get("kind")), f"{count:,.0f} samples" if count else ""]
        named = ", ".join(part for part in of if part)
        yield Fact("training", "Distance", f"{value:.4g}" + (f" ({named})" if named else ""))
    if (value := _number(before.get("value"))) is not None:
        kimg = _number(before.get("kimg"))
        kind = _text(before.get("kind"))
        other = f" ({kind})" if kind and kind != _text(distance.get("kind")) else ""
        at = f" at {images_text(kimg)}" if kimg else ""
        yield Fact("training", "Before", f"{value:.4g}{other}{at}")
    if (floor := _number(quality.get("floor"))) is not None:
        words = f"{floor:.4g} between two halves of the real pictures".replace("-", "−", 1)
        yield Fact("training", "Floor", words)
    if (ratio := _number(_table(quality, "memorising").get("ratio"))) is not None:
        yield _newness(ratio)


def _newness(ratio: float) -> Fact:
    """Whether it paints new pictures, or those it was trained on."""
    times = f"{ratio:.2g}"
    far = "As far" if times == "1" else f"{times} times as far"
    apart = f"{far} from its training pictures as those are from each other."
    copies = ratio < COPIES
    words = f"Copies: only {apart}" if copies else apart
    return Fact("training", "New pictures", words, copies)


def _projections(quality: Mapping[str, Any]) -> Iterator[Fact]:
    """Held-out photos found by the model: each space with what it was before."""
    found = False
    for key in quality:
        if not key.startswith(PROJECTION) or key.endswith(BEFORE):
            continue
        table = _table(quality, key)
        now = _measures(_table(table, "after") or table)
        if not now:
            continue
        found = True
        former = _measures(_table(table, "before") or _table(quality, key + BEFORE))
        space = key.removeprefix(PROJECTION).strip("_").replace("_plus", "+")
        words = now + (f"; before: {former}" if former else "")
        yield Fact("training", f"Projected, {space}" if space else "Projected", words)
    if found and (kind := _text(quality.get("kind"))):
        yield Fact("training", "Measured on", kind)


def _measures(table: Mapping[str, Any]) -> str:
    """As words: "LPIPS 0.093, PSNR 23.5 dB"; of a median with its quartiles the median."""
    parts = []
    for key, name, unit in MEASURES:
        value = table.get(key)
        middle = value[0] if isinstance(value, list) and value else value
        if (number := _number(middle)) is not None:
            parts.append(f"{name} {number:.3g}{unit}")
    return ", ".join(parts)


# ------------------------------------------------------------------ values
def _plain(value: Any, depth: int) -> Any:
    if isinstance(value, Mapping) and depth < DEEPEST:
        return {str(key): _plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple) and depth < DEEPEST:
        return [_plain(item, depth + 1) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if isinstance(value, str | int | float | None) else str(value)[:LONGEST]


def _number(value: Any) -> float | None:
    good = type(value) in (int, float) and math.isfinite(value) and abs(value) < 1e15
    return float(value) if good else None


def _text(value: Any) -> str:
    """One line without what cannot be printed."""
    if not isinstance(value, str):
        return ""
    plain = "".join(c if c.isprintable() else " " for c in value[: 2 * LONGEST])
    words = " ".join(plain.split())
    return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"


def _table(record: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = record.get(key)
    return value if isinstance(value, Mapping) else {}
