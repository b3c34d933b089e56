"""What a model's classes are called: the user's names, the file's, ImageNet's, or numbers.

Names that the user edits or imports are kept in the data folder by the model's content hash, so
that they follow the weights and never change the model's file.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from pathlib import Path

from ganpaint.atomic import atomic_write
from ganpaint.errors import BadRequest
from ganpaint.paths import data_dir, quoted, resource

FOLDER = "class-names"
LARGEST = 1 << 20
LONGEST = 120
IMAGENET = 1000
HASH = re.compile(r"[0-9a-f]{8,64}")

log = logging.getLogger(__name__)


def names_of(content: str, count: int, own: Sequence[str] = ()) -> tuple[str, ...]:
    """The names to show for a model, always `count` of them.

    Args:
        content: the model's content hash.
        own: the names in the model's file, () if it has none.
    """
    kept = _kept(content)
    if len(kept) == count and count:
        return kept
    if len(own) == count:
        return tuple(own)
    if count == IMAGENET:
        known = imagenet()
        if len(known) == count:
            return known
    return tuple(f"class {index}" for index in range(count))


def named_by_user(content: str) -> bool:
    """Whether names of these weights were typed or imported."""
    return bool(_kept(content))


def keep_names(content: str, names: Sequence[str], count: int) -> tuple[str, ...]:
    """Keep the user's names for a model → the names as kept.

    Raises:
        BadRequest: there are more or fewer than classes. CannotWrite: nothing was changed.
    """
    cleaned = tuple(_clean(name) or f"class {index}" for index, name in enumerate(names))
    _check(len(cleaned), count, "The list")
    path = _file(content)
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(path) as file:
        file.write(("\n".join(cleaned) + "\n").encode())
    return cleaned


def rename_class(content: str, names: Sequence[str], index: int, name: str) -> tuple[str, ...]:
    """Change one of the names shown and keep them all → the names as kept.

    Raises:
        BadRequest: the name is empty, or there is no such class.
    """
    if not 0 <= index < len(names):
        raise BadRequest(f"There is no class {index}.", f"Choose 0 to {len(names) - 1}.")
    if not _clean(name):
        raise BadRequest("A class needs a name.", "Type one.")
    changed = [*names]
    changed[index] = name
    return keep_names(content, changed, len(names))


def forget_names(content: str) -> None:
    """Go back to the names of the model's file."""
    _file(content).unlink(missing_ok=True)


def read_names(path: Path, count: int) -> tuple[str, ...]:
    """Names from a text file, one a line.

    Raises:
        BadRequest: the file is no text, or has another number of lines than there are classes;
            the sentence has both numbers.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise BadRequest(
                f"{quoted(path)} is too long for a list of names.",
                "Choose a file with a name a line.",
            )
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise BadRequest(
            f"{quoted(path)} could not be read.", "Check its name and permissions.", cause=error
        ) from error
    except UnicodeDecodeError as error:
        raise BadRequest(
            f"{quoted(path)} is not a text file in UTF-8.", "Save it as UTF-8 text.", cause=error
        ) from error
    lines = [_clean(line) for line in text.splitlines()]
    while lines and not lines[-1]:
        lines.pop()
    _check(len(lines), count, quoted(path))
    return tuple(line or f"class {index}" for index, line in enumerate(lines))


def imagenet() -> tuple[str, ...]:
    """The thousand names of ImageNet's classes in their usual order; () where they are missing."""
    try:
        return tuple(resource("models", "imagenet.txt").read_text("utf-8").splitlines())
    except (OSError, ValueError) as error:
        log.warning("the names of ImageNet's classes are missing: %s", error)
        return ()


def _check(found: int, count: int, what: str) -> None:
    if found != count:
        raise BadRequest(
            f"{what} has {found} names; this model has {count} classes. Nothing was changed.",
            "Use one name a line, in the order of the classes.",
        )


def _clean(name: str) -> str:
    plain = "".join(ch if ch.isprintable() else " " for ch in name)
    return " ".join(plain.split())[:LONGEST]


def _file(content: str) -> Path:
    if not HASH.fullmatch(content):
        raise BadRequest("These names belong to no model.", "Open the model first.")
    return data_dir() / FOLDER / f"{content}.txt"


def _kept(content: str) -> tuple[str, ...]:
    if not HASH.fullmatch(content):
        return ()
    try:
        return tuple(_file(content).read_text("utf-8").splitlines())
    except FileNotFoundError:
        return ()
    except (OSError, ValueError) as error:
        log.warning("the kept class names are damaged and are not used: %s", error)
        return ()
