"""Checkpoints: model files of every known form, opened by content and never executed.

READERS is the table of contents, in the order of recognition. `open_model` is the public way in;
scripts reach it as `ganpaint.open_model`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from ganpaint.engine.checkpoints import (
    ajbrock,
    bare_stylegan,
    bundle,
    facts,
    files,
    huggingface,
    nvidia,
    nvidia_tf,
    plain,
    rosinality,
    sentences,
)
from ganpaint.engine.checkpoints import answers as answers_of
from ganpaint.engine.checkpoints.archive import Contents, load
from ganpaint.engine.checkpoints.build import build
from ganpaint.engine.checkpoints.loaded import Loaded, content_hash
from ganpaint.engine.generators.base import Generator
from ganpaint.errors import BadModel, BadRequest, MissingModel
from ganpaint.paths import quoted

__all__ = [
    "READERS",
    "WRITERS",
    "Reader",
    "answer",
    "content_hash",
    "describe",
    "open_model",
    "read_model",
    "write_model",
]


class Reader(Protocol):
    """A module that reads one form of file."""

    TITLE: str

    def recognise(self, contents: Contents) -> bool:
        """Whether the contents are of this form."""

    def read(self, contents: Contents, config: Mapping[str, Any]) -> Loaded:
        """The model in them."""


READERS: tuple[Reader, ...] = (bundle, nvidia, nvidia_tf, rosinality, huggingface, ajbrock, plain)

WRITERS: dict[str, Callable[[Generator, Path], list[str]]] = {
    "ganpaint": bundle.write,
    "ganpaint-float32": bundle.write_exactly,
    "rosinality": rosinality.write,
    "nvidia": bare_stylegan.write,
}
ENDINGS = {".safetensors": "ganpaint", ".pt": "rosinality", ".pth": "nvidia"}


def open_model(
    path: str | Path, config: Mapping[str, Any] | None = None, device: str = "cpu"
) -> Generator:
    """Open a generator from a file, a folder, or the name of a model in the catalogue.

    Args:
        path: a bundle (.safetensors or .toml), .pkl, .pt, .pth, .bin, a folder with config.json,
            or a name such as "cats-64".
        config: what a file does not say: `c_dim` (DCGAN), `BN_eps`, `SN_eps` (ajbrock's BigGAN).
        device: where to compute: "cpu", "cuda", …

    Returns:
        A generator with `info`, `map` and `synthesize` (style families) or `embed` and
        `generate` (the others), in evaluation mode.

    Raises:
        GanpaintError: the file is missing, hostile, damaged, or no known generator.
    """
    return _opened(located(path), config, device)[1]


def describe(path: str | Path, config: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What is in a model file, JSON-ready: facts, statistics, shapes; or why it is refused.

    Raises:
        MissingModel: there is no such file or name.
    """
    found = located(path)
    try:
        loaded, generator = _opened(found, config, "cpu")
    except MissingModel:
        raise
    except BadModel as error:
        return facts.refusal(found, error)
    return facts.facts(found, loaded, generator)


def answer(path: str | Path, answers: Mapping[str, Any]) -> None:
    """Keep what a person answered about a file's open questions (`describe(...)["questions"]`).

    Every later opening of the same weights uses the answers unless `config` says otherwise.

    Raises:
        BadModel: the file cannot be read. BadRequest: it has no such question. CannotWrite.
    """
    loaded = read_model(located(path))
    if not loaded.asked or not set(answers) <= set(answers_of.QUESTIONS):
        raise BadRequest(f"{quoted(Path(path))} leaves nothing to be asked.", "Open it as it is.")
    read_model(located(path), answers)  # impossible answers are refused before they are kept
    answers_of.keep(loaded.asked, answers)


def write_model(generator: Generator, path: str | Path, form: str = "") -> list[str]:
    """Write a model in another form → sentences about what that form cannot hold.

    Args:
        form: "ganpaint" (half precision), "ganpaint-float32", "rosinality" or "nvidia"; by the
            path's ending if empty: .safetensors, .pt, .pth.

    Raises:
        BadRequest: no such form, or it cannot hold this model. CannotWrite: nothing was changed.
    """
    target = Path(path)
    chosen = form or ENDINGS.get(target.suffix, "")
    if chosen not in WRITERS:
        raise BadRequest(
            f"{quoted(target)} does not say which form to write.",
            f"End it with {', '.join(ENDINGS)}, or name one of {', '.join(WRITERS)}.",
        )
    return WRITERS[chosen](generator, target)


def _opened(found: Path, config: Mapping[str, Any] | None, device: str) -> tuple[Loaded, Generator]:
    loaded = read_model(found, config)
    loaded.facts.setdefault("name", found.stem if found.suffix else found.name)
    loaded.facts.setdefault("path", found)
    return loaded, build(loaded, found.name, device)


def located(path: str | Path) -> Path:
    """The file that is meant: the path itself, a bundle's weights, or a model's by name."""
    found = Path(path)
    if found.name == str(path) and not os.path.lexists(found):  # never raises
        from ganpaint.catalogue import Catalogue

        found = Catalogue.scan().find(str(path)).path
    if found.suffix == ".toml":
        from ganpaint.manifest import read_manifest

        found = found.with_name(read_manifest(found)["files"]["tensors"])
    return found


def read_model(path: Path, config: Mapping[str, Any] | None = None) -> Loaded:
    """What a file holds, by the first reader that knows its contents. Raises BadModel."""
    contents = huggingface.load_folder(path) if files.is_folder(path) else load(path)
    for reader in READERS:
        if reader.recognise(contents):
            return reader.read(contents, config or {})
    raise sentences.not_a_model(path.name, _holding(contents.value))


def _holding(value: Any) -> str:
    """What a file holds that no reader knows, in a few words."""
    if not isinstance(value, dict):
        return f"a {type(value).__name__}"
    if "param_groups" in value:
        return "the state of an optimiser"
    named = [key for key in value if isinstance(key, str)]
    return f"{len(value)} things named like {named[0]}" if named else f"{len(value)} things"
