"""Fills the README's tables from results/*.json and the models' cards, between its markers.

python -m tests.benchmarks readme
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks import RESULTS

ROOT = Path(__file__).resolve().parents[2]
CARDS = ROOT / "resources" / "models"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def result(name: str) -> dict[str, Any] | None:
    """A benchmark's file, None where it was not run."""
    path = RESULTS / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def said(found: dict[str, Any]) -> str:
    """Where figures come from."""
    c = found["circumstances"]
    return (
        f"{c['machine']}, torch threads {c['threads']}, {c['system']}, "
        f"torch {c['versions']['torch']}, Python {c['python']}, load {c['load']}, {c['date']}"
    )


# ------------------------------------------------------------------------------ parts
def models() -> str:
    """One row a bundled model: what it is, and what further training has brought."""
    held_out = (result("held_out") or {"figures": {}})["figures"]
    rows = []
    for path in sorted(CARDS.glob("*.toml")):
        card = tomllib.loads(path.read_text(encoding="utf-8"))
        names = card.get("classes", {}).get("names", [])
        size = f"{card['generator']['resolution']} px"
        former = card["training"].get("distance_before", {})
        found = card["quality"].get("distance", {})
        photos = held_out.get(card["name"], {})
        lpips = [photos[when]["lpips"][0] for when in ("before", "now") if when in photos]
        rows.append(
            (f"`{card['name']}`", card["title"], len(names), size,
             arrow([former.get("kimg"), card["training"]["kimg"]], "g"),
             arrow([former.get("value"), found.get("value")], ".2f"),
             arrow(lpips, ".3f"),
             f"{card['data']['name']}; {card['data']['licence']}")
        )  # fmt: skip
    head = ("name", "paints", "classes", "size", "thousand images seen",
            "distance to the real pictures", "held-out photos, LPIPS",
            "pictures and terms")  # fmt: skip
    return table(head, rows)


def arrow(values: Sequence[float | None], form: str) -> str:
    """ "before → now"; one of them where there is only one, or no change; a dash without any."""
    shown = dict.fromkeys(f"{value:{form}}" for value in values if value is not None)
    return " → ".join(shown) or "–"


def window(found: dict[str, Any]) -> str:
    """The window's budgets."""
    f = found["figures"]
    brush, busy = f["brush, 100 px, 12 megapixels"], f["brush, 100 px, while projecting"]
    preview, projecting = f["first preview"], f["while projecting"]
    rows = [
        ("start of the process → first paint, first run / later",
         f"{f['start to first paint']['first run']} / "
         f"{f['start to first paint']['later, median']} ms", "1500 ms"),
        ("brush event → painted, 12 Mpx at fit, median / p95",
         f"{brush['fit']['median']} / {brush['fit']['p95']} ms", "8 ms"),
        ("the same while a projection runs",
         f"{busy.get('median', '–')} / {busy.get('p95', '–')} ms", "8 ms"),
        ("zoom, a frame at 12 Mpx, median / p95",
         f"{f['view, 12 megapixels']['zoom']['median']} / "
         f"{f['view, 12 megapixels']['zoom']['p95']} ms", "16 ms"),
        ("Start → first preview, first / later",
         f"{preview['the first search']} / {preview['later ones']} ms", "300 ms"),
        ("previews a second while projecting", projecting["pictures a second"], "10"),
        ("steps a second while projecting", projecting["steps a second"], ""),
        ("longest stall / p99 interval while projecting",
         f"{projecting['longest stall']} / {projecting['interval p99']} ms", "50 ms"),
        ("longest stall while torch is imported",
         f"{f['while torch is imported']['longest stall']} ms", "apart"),
        ("slider → picture, median / p95",
         f"{f['slider to picture']['median']} / {f['slider to picture']['p95']} ms", "50 ms"),
    ]  # fmt: skip
    return table(("the window", "measured", "aim"), rows)


def projection(found: dict[str, Any]) -> str:
    """Held-out photos in every space: median, and quartiles in brackets."""

    def spread(values: Sequence[float], digits: int) -> str:
        middle, low, high = (f"{v:.{digits}f}" for v in values)
        return f"{middle} ({low}–{high})"

    rows = []
    for model, f in found["figures"].items():
        presets = {f"preset {name}": row for name, row in f["presets"].items()}
        for space, row in {**f["spaces"], **presets}.items():
            rows.append(
                (model, space, row["settings"], spread(row["lpips"], 3), spread(row["psnr"], 1),
                 f"{row['ssim'][0]:.2f}", f"{row['cpu_seconds'][0]:.1f}",
                 f"{row['steps_per_second'][0]:.1f}")
            )  # fmt: skip
    head = ("model", "space", "settings", "LPIPS", "PSNR, dB", "SSIM", "CPU s", "steps/s")
    return table(head, rows)


def scribbles(found: dict[str, Any]) -> str:
    """Root mean square error inside a stroke, 0…255, before and after."""
    rows = []
    for model, f in found["figures"].items():
        for space, row in f["scribbles"].items():
            rows.append((model, space, row["before"], row["after"], row["after_second"]))
    head = ("scribble error", "space", "before", "after", "second stroke, after")
    return table(head, rows)


def swaps(found: dict[str, Any]) -> str:
    """Class swaps of fresh samples, against the same z in the other class."""
    rows = []
    for model, f in found["figures"].items():
        for name in ("nothing", "mean shift", "transport", "unrelated"):
            row = f["classes"][name]
            rows.append((model, name, row["picture"], row["pose"], row["class"]))
    head = ("class swap by", "", "squared picture error", "pose kept", "class read right")
    return table(head, rows)


def forward(found: dict[str, Any]) -> str:
    """Milliseconds a call."""
    rows = []
    for name, batches in found["figures"]["networks"].items():
        for batch, f in batches.items():
            if "forward" in f:
                rows.append(
                    (name, f["parameters, millions"], batch, f["forward"]["processor ms"],
                     f["with gradients"]["processor ms"], f["with gradients"]["memory MB"])
                )  # fmt: skip
    head = ("network", "parameters, M", "batch", "forward, CPU ms", "with gradients, CPU ms", "MB")
    return table(head, rows)


def choices(found: dict[str, Any]) -> str:
    """What each rearrangement is worth."""
    by_batch = found["figures"]["choices, StyleGAN2 64"]
    names = next(iter(by_batch.values()))
    rows = [
        (name, *(by_batch[batch][name]["with gradients, of plain"] for batch in by_batch))
        for name in names
    ]
    return table(("StyleGAN2 64, time with gradients, of plain", *by_batch), rows)


def training(found: dict[str, Any]) -> str:
    """Images a second of the trainer."""
    f = found["figures"]
    rows = [
        (name, value, f["speed, of plain"][name]) for name, value in f["images a second"].items()
    ]
    return table(("training, 64 px, one thread", "images/s", "speed, of plain"), rows)


def recipes(found: dict[str, Any]) -> str:
    """One thing changed at a time, at equal images."""
    f = found["figures"]
    rows = [
        (name, row["distance"], row.get("images/s at 32 px", "–"), row["loss_d at the end"])
        for name, row in f["recipes"].items()
    ]
    head = ("recipe", "distance", "images/s at 32 px", "discriminator's loss")
    grown = [
        (name, row["distance an eighth later"], row["distance"], row["largest mean loss_d"])
        for name, row in f["growth"].items()
    ]
    later = f["images"] // 8
    heads = ("growth from 16 to 32 px", f"distance {later:,} images later", "at the end",
             "discriminator's largest loss")  # fmt: skip
    return table(head, rows) + "\n\n" + table(heads, grown)


SECTIONS: tuple[tuple[str, tuple[Callable[[dict[str, Any]], str], ...], str], ...] = (
    ("gui", (window,), "`python -m tests.benchmarks gui`"),
    (
        "projection",
        (projection, scribbles, swaps),
        "held-out photos, `python -m tests.benchmarks projection`",
    ),
    ("forward", (forward, choices), "`python -m tests.benchmarks forward`"),
    ("training", (training,), "`python -m tests.benchmarks training`"),
    (
        "recipes",
        (recipes,),
        "16,000 of the cats' pictures, half the usual width: "
        "`GANPAINT_TRAINING_SET=cats64.zip python -m tests.benchmarks recipes`",
    ),
)


def figures() -> str:
    """All tables of measurements, each with where it comes from."""
    parts = []
    for name, makers, command in SECTIONS:
        found = result(name)
        if found is not None:
            tables = "\n\n".join(make(found) for make in makers)
            parts.append(f"{tables}\n\n{command} on {said(found)}.")
    return "\n\n".join(parts)


def filled(text: str) -> str:
    """The README with fresh tables."""
    for name, content in (("models", models()), ("figures", figures())):
        text = re.sub(
            rf"<!-- {name} -->.*?<!-- /{name} -->",
            lambda _, n=name, c=content: f"<!-- {n} -->\n{c}\n<!-- /{n} -->",  # type: ignore[misc]
            text,
            flags=re.DOTALL,
        )
    return text


def main() -> None:
    """Write the README anew."""
    path = ROOT / "README.md"
    path.write_text(filled(path.read_text(encoding="utf-8")), encoding="utf-8")
