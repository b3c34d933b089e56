"""A foreign model into the user's folder: opened first, then copied, whole or not at all.

What cannot be opened is never copied. The opened file itself stays where it was.
"""

from __future__ import annotations

from collections.abc import Generator as Generating
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from ganpaint.atomic import atomic_write, check_space, explained
from ganpaint.catalogue import Catalogue, Entry, remember
from ganpaint.engine.checkpoints import located, open_model
from ganpaint.engine.checkpoints.huggingface import CONFIG, WEIGHTS
from ganpaint.errors import BadRequest
from ganpaint.manifest import companions
from ganpaint.model_info import ModelInfo
from ganpaint.paths import is_there, models_dir, quoted
from ganpaint.progress import Progress
from ganpaint.tasks.requests import Added, AddModel
from ganpaint.tasks.studio import Studio

PIECE = 8 << 20  # bytes copied between two looks at the stop signal
OURS = ("bundled", "extra", "user")


def run(request: AddModel, studio: Studio) -> Generating[Progress, None, Added]:
    """Returns where the model is now.

    Raises:
        BadModel: it cannot be opened. BadRequest: another model has its name. CannotWrite.
    """
    path = located(request.path)
    if path.name in WEIGHTS and is_there(path.with_name(CONFIG)):
        path = path.parent  # such weights are of no use without what lies beside them
    yield Progress(sentence=f"Opening {quoted(path)}")
    info = open_model(path).info
    studio.stop.check()
    there = _already_there(path, info)
    if there is not None:
        if there.source != "bundled" and not there.hash:
            remember(replace(info, path=there.path))
        known = replace(info, name=there.name, title=there.title or info.title, path=there.path)
        return Added(known, there.path, is_new=False)
    target = yield from _copied(path, studio)
    info = replace(info, path=target)
    remember(info)
    return Added(info, target)


def _already_there(path: Path, info: ModelInfo) -> Entry | None:
    """The model of the same weights, or of the same file, that is here for good."""
    for entry in Catalogue.scan().entries:
        if entry.source in OURS and (
            entry.hash == info.hash or entry.path.absolute() == path.absolute()
        ):
            return entry
    return None


def _copied(path: Path, studio: Studio) -> Generating[Progress, None, Path]:
    """Copy a model to the user's folder → its new place."""
    files = pieces(path)
    home = models_dir() / path.name if path.is_dir() else models_dir()
    targets = [home / file.name for file in files]
    taken = next((each for each in targets if is_there(each)), None)
    if taken is not None or (path.is_dir() and is_there(home)):
        raise BadRequest(
            f"The model folder has another {quoted(taken or home)} already. Nothing was copied.",
            "Rename one of the two, then add it again.",
        )
    total = sum(file.stat().st_size for file in files)
    check_space(targets[-1], total, what="The model")
    done = 0
    try:
        home.mkdir(parents=True, exist_ok=True)
        for file, target in zip(files, targets, strict=True):
            with file.open("rb") as source, atomic_write(target, what="The model") as copy:
                while count := _piece(source, copy):
                    done += count
                    studio.stop.check()
                    yield Progress(float(done), float(total), f"Copying {quoted(file)}")
    except OSError as error:
        raise explained(error, home, what="The model", needed=total) from error
    finally:
        if done < total:
            _take_back(targets, home if path.is_dir() else None)
    return home if path.is_dir() else targets[-1]


def _piece(source: BinaryIO, copy: BinaryIO) -> int:
    data = source.read(PIECE)
    copy.write(data)
    return len(data)


def _take_back(targets: list[Path], folder: Path | None) -> None:
    """Leave nothing of a copy that was not finished."""
    with suppress(OSError):
        for target in targets:
            target.unlink(missing_ok=True)
        if folder is not None:
            folder.rmdir()


def pieces(path: Path) -> list[Path]:
    """The files that make up a model, the weights last."""
    if path.is_dir():
        weights = next(path / name for name in WEIGHTS if is_there(path / name))
        return [path / CONFIG, weights]
    return [*companions(path), path] if path.suffix == ".safetensors" else [path]
