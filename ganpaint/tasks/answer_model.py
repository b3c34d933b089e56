"""What a model's file does not say, answered by a person: how many inputs are classes, an epsilon.

The answer is kept by the weights' hash. Pictures and measurements made under the former
assumption are dropped, and the model is read anew.
"""

from __future__ import annotations

import shutil
from collections.abc import Generator as Generating
from contextlib import suppress
from pathlib import Path

from ganpaint.catalogue import remember
from ganpaint.engine.checkpoints import answer, open_model
from ganpaint.model_info import ModelInfo
from ganpaint.paths import quoted
from ganpaint.progress import Progress
from ganpaint.tasks.requests import AnswerModel
from ganpaint.tasks.studio import Studio

MEASURED = ("cards", "thumbnails", "calibration")  # folders of the cache with files by hash


def run(request: AnswerModel, studio: Studio) -> Generating[Progress, None, ModelInfo]:
    """Returns the facts as they are now.

    Raises:
        BadModel: the file cannot be read. BadRequest: it leaves nothing to be asked, or the
            answer is impossible. CannotWrite.
    """
    path = Path(request.model)
    yield Progress(sentence=f"Reading {quoted(path)}")
    whole = {key: int(value) if key == "c_dim" else value for key, value in request.answers}
    answer(request.model, whole)
    yield Progress(sentence=f"Reading {quoted(path)}")
    info = open_model(request.model).info
    studio.forget(info.hash)
    drop_measurements(studio.cache, info.hash)
    remember(info)
    return info


def drop_measurements(cache: Path, content: str) -> None:
    """Delete what is kept of a model; it is made anew when it is needed."""
    for folder in MEASURED:
        for found in (cache / folder).glob(f"{content}*"):
            with suppress(OSError):  # what cannot be deleted does not fit and is made anew as well
                shutil.rmtree(found) if found.is_dir() else found.unlink()
