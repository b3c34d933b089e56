"""Models on this computer: bundled ones, the user's folder, extras and recently opened files.

Only manifests (`NAME.toml`) are read, never weights, and nothing is imported from a package that
brings a model along. What was once learnt by opening a file without a manifest is remembered by
path, size and time.
"""

from __future__ import annotations

import difflib
import importlib.metadata
import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from ganpaint import provenance
from ganpaint.atomic import atomic_write
from ganpaint.class_names import named_by_user, names_of
from ganpaint.errors import BadModel, CannotWrite, MissingModel
from ganpaint.manifest import licence_of, nearest_of, read_manifest
from ganpaint.model_info import ModelInfo
from ganpaint.paths import is_there, models_dir, quoted, resource, state_dir

RECENT = 24
WEIGHTS = (".safetensors", ".pkl", ".pt", ".pth", ".bin", ".ckpt")

# models inside other packages: distribution, file, and what is known of them
EYES_SHA256 = "dd486abbd738bfe3d28ddd46987bec11e3842ddcc8c28ccc5251b52c6ecf4da0"
EYES_CLASSES = ("amber", "blue", "brown", "gray", "grayscale", "green", "hazel", "red")
EXTRAS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    (
        "omniart-eye-generator",
        "omniart_eye_generator/generator_model_state.pth",
        {
            "name": "eyes-128",
            "title": "Painted eyes, eight colours",
            "family": "dcgan",
            "resolution": 128,
            "class_names": EYES_CLASSES,
            "hash": "bfd4692778724f03dc32cd236f6efbe71759b73702fbd86258b45a99b809266f",
            "licence": "MIT",
        },
    ),
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """One model that can be opened.

    Attributes:
        name: unique in the catalogue; title: for people.
        path: the file (for a bundle its .safetensors) or the folder with config.json.
        family, resolution, class_names, hash, licence: "" or 0 while nothing is known.
        source: "bundled", "user", "extra" or "recent".
        card: what its manifest says of data, training and quality (ganpaint/provenance.py).
        nearest: a picture of samples over their nearest training pictures, where there is one.
    """

    name: str
    title: str
    path: Path
    family: str = ""
    resolution: int = 0
    class_names: tuple[str, ...] = ()
    hash: str = ""
    licence: str = ""
    source: str = "user"
    card: Mapping[str, Any] = field(default_factory=dict, compare=False)
    nearest: Path | None = None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The models that were found, bundled ones first."""

    entries: tuple[Entry, ...] = ()

    @staticmethod
    def scan(extra: Iterable[Path] = ()) -> Catalogue:
        """Look for models. Damaged manifests are logged and left out; never raises.

        Args:
            extra: further files or folders, for example from a command line.
        """
        remembered = _remembered()
        found: list[Entry] = []
        for folder, source in _folders():
            found += _in_folder(folder, source, remembered)
        found += _extras(remembered)
        for path in extra:
            at = Path(path)
            if at.is_dir() and not (at / "config.json").exists():
                found += _in_folder(at, "user", remembered)
            elif at.exists():
                found += _of_path(at, "user", remembered)
        for text in remembered:
            path = Path(text)
            if path.exists():
                found += _of_path(path, "recent", remembered)
        return Catalogue(tuple(_distinct(found)))

    def find(self, key: str | Path) -> Entry:
        """The entry with this name, content hash (or its first eight digits or more) or path.

        Raises:
            MissingModel: there is none; the sentence names the nearest.
        """
        text = str(key)
        for entry in self.entries:
            if text in (entry.name, entry.hash) and text:
                return entry
        if len(text) >= 8:
            started = [e for e in self.entries if e.hash.startswith(text.lower()) and e.hash]
            if len({e.hash for e in started}) == 1:
                return started[0]
        path = Path(text)
        for entry in self.entries:
            if path in (entry.path, entry.path.with_suffix(".toml")):
                return entry
        if is_there(path) and (path.suffix or path.is_dir()):
            return next(iter(_of_path(path, "user", {})))
        raise self.missing(text)

    def missing(self, key: str) -> MissingModel:
        """The sentence for a model that is not here, with the nearest names."""
        names = [entry.name for entry in self.entries]
        near = difflib.get_close_matches(key, names, 3, 0.5)
        if near:
            remedy = f"Did you mean {' or '.join(quoted(name) for name in near)}?"
        elif names:
            remedy = f"Choose one of: {', '.join(names[:6])}; or give a file's path."
        else:
            remedy = "Give the path of a model file."
        return MissingModel(f"There is no model {quoted(key)} on this computer.", remedy)


def remember(info: ModelInfo) -> None:
    """Keep what opening a file has shown, so that the next scan knows it without reading weights.

    The newest comes first. A store that cannot be written is no reason to fail: it is logged.
    """
    if info.path is None:
        return
    path = info.path.absolute()
    try:
        facts = {
            "stamp": _stamp(path),
            "name": info.name,
            "title": info.title,
            "family": info.family,
            "resolution": info.resolution,
            "classes": info.c_dim,
            "class_names": [] if named_by_user(info.hash) else list(info.class_names),
            "hash": info.hash,
            "licence": info.licence,
        }
        kept = {str(path): facts} | {k: v for k, v in _remembered().items() if k != str(path)}
        text = json.dumps(dict(list(kept.items())[:RECENT]), ensure_ascii=False, indent=1)
        with atomic_write(_memory()) as file:
            file.write(text.encode())
    except (OSError, CannotWrite) as error:
        log.warning("the list of models could not be kept: %s", error)


def forget(path: Path) -> None:
    """Take a file off the list of recent models; the file itself stays."""
    kept = {k: v for k, v in _remembered().items() if k != str(path.absolute())}
    with atomic_write(_memory()) as file:
        file.write(json.dumps(kept, ensure_ascii=False, indent=1).encode())


def entry_of_manifest(path: Path, source: str) -> Entry:
    """What a manifest says, as an entry. Raises BadModel."""
    record = read_manifest(path)
    content = str(record["files"].get("content", ""))
    own = tuple(record.get("classes", {}).get("names", ()))
    weights = path.with_name(record["files"]["tensors"])
    return Entry(
        name=path.stem,
        title=str(record.get("title") or path.stem),
        path=weights,
        family=record["family"],
        resolution=record["generator"].get("resolution", 0),
        class_names=names_of(content, len(own), own),
        hash=content,
        licence=licence_of(record),
        source=source,
        card=provenance.tables(record),
        nearest=nearest_of(record, weights),
    )


# ------------------------------------------------------------------ looking
def _folders() -> Iterator[tuple[Path, str]]:
    try:
        yield resource("models").resolve(), "bundled"
    except FileNotFoundError as error:
        log.warning("the bundled models are missing: %s", error)
    yield models_dir(), "user"


def _in_folder(folder: Path, source: str, remembered: Mapping[str, Any]) -> list[Entry]:
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        log.warning("the folder %s could not be read: %s", folder, error)
        return []
    found: list[Entry] = []
    for path in paths:
        found += _of_path(path, source, remembered)
    return found


def _of_path(path: Path, source: str, remembered: Mapping[str, Any]) -> list[Entry]:
    """The entry of one file or folder, or [] if it does not look like a model."""
    manifest = path if path.suffix == ".toml" else path.with_suffix(".toml")
    if path.suffix in (".toml", ".safetensors") and manifest.is_file():
        try:
            return [entry_of_manifest(manifest, source)]
        except BadModel as error:
            log.warning("a model was left out: %s", error)
            return []
    if path.is_dir():
        if not (path / "config.json").is_file():
            return []
    elif path.suffix not in WEIGHTS:
        return []
    return [_known(Entry(_name_of(path), _name_of(path), path, source=source), remembered)]


def _name_of(path: Path) -> str:
    return path.stem if path.is_file() else path.name


def _known(entry: Entry, remembered: Mapping[str, Any]) -> Entry:
    """The entry with what was learnt when the same file was opened before."""
    facts = remembered.get(str(entry.path.absolute()))
    if not isinstance(facts, dict) or facts.get("stamp") != _stamp(entry.path):
        return entry
    content = str(facts.get("hash", ""))
    own = tuple(str(name) for name in facts.get("class_names", ())) or entry.class_names
    count = int(facts.get("classes", len(own)))
    return replace(
        entry,
        family=str(facts.get("family", "")),
        resolution=int(facts.get("resolution", 0)),
        class_names=names_of(content, count, own),
        hash=content,
        licence=str(facts.get("licence", "")) or entry.licence,
    )


def _extras(remembered: Mapping[str, Any]) -> list[Entry]:
    """Models that other packages bring along: located, never imported."""
    found = []
    for distribution, file, facts in EXTRAS:
        try:
            path = Path(str(importlib.metadata.distribution(distribution).locate_file(file)))
        except importlib.metadata.PackageNotFoundError:
            continue
        if path.is_file():
            found.append(_known(Entry(path=path.resolve(), source="extra", **facts), remembered))
    return found


def _distinct(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Each file once; a name that is taken gets a number."""
    paths: set[Path] = set()
    names: set[str] = set()
    for entry in entries:
        path = entry.path.absolute()
        if path in paths:
            continue
        paths.add(path)
        name, number = entry.name, 2
        while name in names:
            name, number = f"{entry.name}-{number}", number + 1
        names.add(name)
        yield replace(entry, name=name)


# ------------------------------------------------------------------ memory
def _memory() -> Path:
    return state_dir() / "models.json"


def _stamp(path: Path) -> list[int]:
    status = path.stat()
    return [status.st_size, status.st_mtime_ns]


def _remembered() -> dict[str, dict[str, Any]]:
    """Facts by path, newest first; {} when there are none or the store is damaged."""
    try:
        store = json.loads(_memory().read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        log.warning("the list of models is damaged and begins anew: %s", error)
        return {}
    if not isinstance(store, dict):
        return {}
    return {str(k): v for k, v in store.items() if isinstance(v, dict)}


def as_record(entry: Entry) -> dict[str, Any]:
    """An entry as JSON-ready values."""
    nearest = None if entry.nearest is None else str(entry.nearest)
    changed = {"path": str(entry.path), "class_names": list(entry.class_names), "nearest": nearest}
    return asdict(entry) | changed
