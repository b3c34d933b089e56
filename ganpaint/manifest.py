"""The manifest of a bundle, `NAME.toml`: read and checked without its weights (FORMATS section 14).

Unknown keys are kept and ignored; a format that is not known is a newer ganpaint's. What a reader
relies on is checked here once, so that nobody behind has to.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ganpaint.errors import BadModel, BrokenModel, MissingModel
from ganpaint.paths import quoted

FORMAT = 1
LARGEST = 1 << 20
FAMILIES = ("stylegan2", "stylegan3", "biggan_deep", "biggan", "dcgan", "glo")
NEAREST = ".nearest.webp"  # NAME.nearest.webp: samples over their nearest training pictures
TABLES = ("generator", "discriminator", "classes", "data", "training", "quality", "frame", "files")


def read_manifest(path: Path) -> dict[str, Any]:
    """A bundle's manifest, checked as far as it can be without its weights.

    Raises:
        MissingModel, BadModel: not there or not readable. BrokenModel: not a manifest.
    """
    name = quoted(path)
    try:
        if path.stat().st_size > LARGEST:
            raise BrokenModel(f"{name} is too large for a model's description.", "Copy it again.")
        record = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise MissingModel(f"There is no {name}.", "Choose another model.", cause=error) from error
    except OSError as error:
        raise BadModel(
            f"{name} could not be read.", "Change its permissions or copy it.", cause=error
        ) from error
    except (ValueError, RecursionError) as error:
        raise BrokenModel(
            f"{name} is not a model's description: {_plain(error)}.",
            "Copy the model again, or mend the file in a text editor.",
            cause=error,
        ) from error
    number = record.get("format")
    if type(number) is int and number > FORMAT:
        raise BadModel(
            f"{name} was made by a newer ganpaint (format {_plain(number, 20)}; this one knows "
            f"{FORMAT}). It was not opened.",
            "Update ganpaint to open it.",
        )
    fault = fault_of(record)
    if not fault and record["name"] != path.stem:
        fault = "its name is not the file's name"
    if fault:
        raise BrokenModel(
            f"{name} does not describe a model: {fault}.",
            "Copy the model again, or mend the file in a text editor.",
        )
    return record


def licence_of(record: Mapping[str, Any]) -> str:
    """The licence of the weights if it is stated, else that of the pictures."""
    return str(record.get("licence") or record.get("data", {}).get("licence", ""))


def companions(weights: Path) -> list[Path]:
    """The files beside a bundle's weights that belong to it and are there."""
    beside = (weights.with_suffix(".toml"), weights.with_name(weights.stem + NEAREST))
    return [path for path in beside if path.is_file()]


def nearest_of(record: Mapping[str, Any], weights: Path) -> Path | None:
    """The strip of nearest training pictures that a manifest names, if it is the model's own."""
    path = weights.with_name(weights.stem + NEAREST)
    named = record.get("quality", {}).get("nearest") == path.name
    return path if named and path.is_file() else None


def fault_of(record: Mapping[str, Any]) -> str:
    """What is wrong with a manifest, or ""."""
    if record.get("format") != FORMAT:
        return "its format is missing"
    for key in ("name", "title", "licence"):
        if not isinstance(record.get(key, ""), str):
            return f"its {key} is no text"
    if record.get("family") not in FAMILIES:
        return f"its family is {_plain(record.get('family'), 20)}"
    for key in TABLES:
        if not isinstance(record.get(key, {}), Mapping):
            return f"its {key} is no table"
    return (
        _generator(record)
        or _files(record.get("files", {}))
        or _quality(record.get("quality", {}))
        or _frame(record.get("frame", {}))
    )


def _generator(record: Mapping[str, Any]) -> str:
    generator = record.get("generator", {})
    names = record.get("classes", {}).get("names", [])
    side, classes = generator.get("resolution"), generator.get("c_dim", 0)
    if not generator:
        return "the table generator is missing"
    if type(side) is not int or not 0 < side <= 8192:
        return f"its resolution is {_plain(side, 20)}"
    if type(classes) is not int or not 0 <= classes <= 1 << 16:
        return f"its c_dim is {_plain(classes, 20)}"
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
        return "its class names are not texts"
    if names and len(names) != classes:
        return f"it has {len(names)} class names for {classes} classes"
    return ""


def _files(files: Mapping[str, Any]) -> str:
    tensors, size = files.get("tensors", ""), files.get("bytes", 0)
    if not isinstance(tensors, str) or not tensors or Path(tensors).name != tensors:
        return "it names no file beside it"
    if "\\" in tensors or not tensors.endswith(".safetensors"):
        return "it names no safetensors file beside it"
    if type(size) is not int or size < 0:
        return f"its number of bytes is {_plain(size, 20)}"
    if not all(isinstance(files.get(key, ""), str) for key in ("sha256", "content")):
        return "its check sums are no texts"
    return ""


def _quality(quality: Mapping[str, Any]) -> str:
    nearest = quality.get("nearest", NEAREST)
    if not isinstance(nearest, str) or Path(nearest).name != nearest or "\\" in nearest:
        return "its nearest training pictures are no file beside it"
    return "" if nearest.endswith(NEAREST) else f"its nearest training pictures are no {NEAREST}"


def _frame(frame: Mapping[str, Any]) -> str:
    for key in ("center", "size"):
        pair = frame.get(key, (0.5, 0.5))
        if (
            not isinstance(pair, list | tuple)
            or len(pair) != 2
            or not all(type(n) in (int, float) and math.isfinite(n) and 0 <= n <= 1 for n in pair)
        ):
            return f"the {key} of its frame is no pair of fractions"
    return ""


def _plain(value: object, longest: int = 80) -> str:
    text = "".join(c if c.isprintable() else " " for c in str(value)[:200])
    return text[:longest].rstrip(".")
