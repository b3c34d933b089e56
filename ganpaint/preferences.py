"""Preferences: one frozen value, one TOML file, read with forgiveness.

A file that is missing, damaged or from another version never stops the program: every key that
cannot be used keeps its default, and a file that cannot be read at all is set aside under the
name `preferences.damaged.toml` before a new one is written.
"""

from __future__ import annotations

import base64
import json
import math
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from ganpaint.atomic import atomic_write
from ganpaint.paths import config_dir

RECENT_FILES = 12
RECENT_COLOURS = 12
THEMES = ("system", "dark", "light")
DEVICES = ("auto", "cpu", "cuda")
LARGEST = 4 << 20  # bytes of a file that is still believed to hold preferences


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a person chose, and what is remembered for them.

    Attributes:
        theme: "system", "dark" or "light".
        surround: what lies around the picture (ui/theme.SURROUNDS); "" = the theme's own.
        device: "auto", "cpu" or "cuda".
        threads: for torch; 0 = chosen by the program.
        wheel_zooms: whether a mouse wheel zooms (else it pans).
        smooth_above: whether the view stays smooth above 200 %.
        edge_scroll: whether painting at the view's edge scrolls.
        limit_megapixels: largest picture that is opened.
        model: name of the model that was open last.
        recent_colours: "#rrggbb", newest first, at most 12.
        recent_files: newest first, at most 12.
        private: whether recent files are not kept.
        export: settings of the last export by suffix.
        tools: settings of each tool by name ("size", "hardness", "opacity", …).
        window: state of the window's parts by name, bytes.
    """

    theme: str = "system"
    surround: str = ""
    device: str = "auto"
    threads: int = 0
    wheel_zooms: bool = True
    smooth_above: bool = False
    edge_scroll: bool = False
    limit_megapixels: int = 400
    model: str = ""
    recent_colours: tuple[str, ...] = ()
    recent_files: tuple[str, ...] = ()
    private: bool = False
    export: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    tools: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    window: Mapping[str, bytes] = field(default_factory=dict)

    def with_recent_file(self, path: Path) -> Preferences:
        """With a file first in the list of recent ones; unchanged in private mode."""
        if self.private:
            return self
        name = str(Path(path).absolute())
        rest = (p for p in self.recent_files if p != name)
        return replace(self, recent_files=(name, *rest)[:RECENT_FILES])

    def without_recent_file(self, path: Path | str) -> Preferences:
        """With one file less in the list."""
        return replace(self, recent_files=tuple(p for p in self.recent_files if p != str(path)))


def preferences_file() -> Path:
    """Where the preferences lie."""
    return config_dir() / "preferences.toml"


def load_preferences() -> Preferences:
    """The stored preferences; the defaults for whatever cannot be read. Never raises."""
    path = preferences_file()
    try:
        raw = path.read_bytes()
    except OSError:
        return Preferences()
    try:
        if len(raw) > LARGEST:
            raise ValueError("not preferences")
        # names of files may hold bytes that are no text: they survive as surrogates
        record = tomllib.loads(raw.decode("utf-8", "surrogateescape"))
    except (ValueError, RecursionError):
        with suppress(OSError):
            path.replace(path.with_name("preferences.damaged.toml"))
        return Preferences()
    return _from_record(record)


def save_preferences(preferences: Preferences) -> None:
    """Store the preferences. Raises CannotWrite with a sentence."""
    lines: list[str] = []
    tables: list[str] = []
    for item in fields(Preferences):
        value = getattr(preferences, item.name)
        if isinstance(value, Mapping):
            tables += _table(item.name, value)
        else:
            lines.append(f"{item.name} = {_value(value)}")
    text = "\n".join([*lines, *tables, ""])
    with atomic_write(preferences_file(), what="The preferences file") as file:
        file.write(text.encode("utf-8", "surrogateescape"))


def _table(name: str, values: Mapping[str, Any]) -> list[str]:
    plain = [f"{_key(k)} = {_value(v)}" for k, v in values.items() if not isinstance(v, Mapping)]
    lines = ["", f"[{name}]", *plain] if plain else []
    for key, value in values.items():
        if isinstance(value, Mapping):
            lines += ["", f"[{name}.{_key(key)}]"]
            lines += [f"{_key(k)} = {_value(v)}" for k, v in value.items()]
    return lines


def _key(key: str) -> str:
    return json.dumps(str(key), ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: Any) -> str:
    """A TOML value. JSON's strings are TOML strings but for the delete character."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, bytes):
        return _key(base64.b64encode(value).decode())
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else "0.0"
    if isinstance(value, tuple | list):
        return "[" + ", ".join(_value(v) for v in value) + "]"
    return _key(str(value))


def _from_record(record: dict[str, Any]) -> Preferences:
    """Preferences from a parsed file, key by key; what does not fit keeps its default."""
    default = Preferences()
    found: dict[str, Any] = {}
    for item in fields(Preferences):
        value = record.get(item.name)
        usual = getattr(default, item.name)
        if isinstance(usual, bool):
            good = isinstance(value, bool)
        elif isinstance(usual, int):
            good = isinstance(value, int) and not isinstance(value, bool) and value >= 0
        elif isinstance(usual, tuple):
            good = isinstance(value, list) and all(isinstance(v, str) for v in value)
            value = tuple(value) if good and value is not None else ()
        elif isinstance(usual, Mapping):
            good = isinstance(value, dict)
            value = _mapping(item.name, value) if isinstance(value, dict) else {}
        else:
            good = isinstance(value, str)
        if good:
            found[item.name] = value
    loaded = Preferences(**found)
    return replace(
        loaded,
        theme=loaded.theme if loaded.theme in THEMES else default.theme,
        device=loaded.device if loaded.device in DEVICES else default.device,
        threads=min(loaded.threads, 256),
        limit_megapixels=loaded.limit_megapixels or default.limit_megapixels,
        recent_files=loaded.recent_files[:RECENT_FILES],
        recent_colours=loaded.recent_colours[:RECENT_COLOURS],
    )


def _mapping(name: str, values: dict[str, Any]) -> dict[str, Any]:
    """A table, reduced to the entries of the kind that its field holds."""
    if name == "window":
        blobs = {}
        for key, text in values.items():
            if isinstance(text, str):
                with suppress(ValueError):
                    blobs[key] = base64.b64decode(text, validate=True)
        return blobs
    return {key: dict(value) for key, value in values.items() if isinstance(value, dict)}
