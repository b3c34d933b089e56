"""The folder of a result: `result.png`, `composite.*`, `code.npz`, `report.json`.

Each file appears whole or not at all; a folder that nothing was written into disappears again.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ganpaint import __version__
from ganpaint.atomic import atomic_write, explained
from ganpaint.document.code_file import write_code
from ganpaint.document.document import Edit
from ganpaint.document.inputs import composite_suffix, picture_photo
from ganpaint.errors import BadRequest, CannotWrite, ReadOnly
from ganpaint.latent import Code
from ganpaint.paths import is_there, quoted
from ganpaint.tasks.requests import ExportRequest, Painted, finish

if TYPE_CHECKING:
    from ganpaint.picture.photo import Photo


class Folder:
    """Where one command writes; knows what it has written."""

    def __init__(self, path: Path, studio: Any) -> None:
        self.path, self._studio = path, studio
        self.files: dict[str, str] = {}  # what it is → path; %04d stands for a number
        self.counts: dict[str, int] = {}  # kind of numbered pictures → how many

    def _target(self, name: str, source: Path | None = None) -> Path:
        path = self.path / name
        if source is not None and path.exists() and source.exists() and path.samefile(source):
            raise BadRequest(
                f"{quoted(path)} is the photo itself and was not written over.",
                "Choose another folder for --out.",
            )
        return path

    def write_photo(self, name: str, photo: Photo, edits: Sequence[Edit] = ()) -> None:
        """A picture file: the photo with the patches of some edits."""
        path = self._target(name, photo.source)
        patches = tuple(edit.patch for edit in edits)
        finish(ExportRequest(photo, patches, path), self._studio)
        self.files[name.rpartition(".")[0]] = str(path)

    def write_code(self, code: Code, model_name: str) -> None:
        """The code as `code.npz`."""
        path = self._target("code.npz")
        write_code(path, code, model_name)
        self.files["code"] = str(path)

    def write_report(self, report: dict[str, Any]) -> dict[str, Any]:
        """The report as `report.json`; returns what was written."""
        path = self._target("report.json")
        self.files["report"] = str(path)
        written = {"files": self.files, "counts": self.counts}
        record: dict[str, Any] = plain({"ganpaint": __version__} | report | written)
        text = json.dumps(record, ensure_ascii=True, indent=1, allow_nan=False)
        with atomic_write(path) as file:
            file.write(text.encode() + b"\n")
        return record

    def write_painted(
        self, painted: Painted, model_name: str, photo: Photo | None = None
    ) -> dict[str, Any]:
        """All files of a painted edit; the report's record."""
        depth = 16 if photo is not None and photo.depth == 16 else 8
        self.write_photo("result.png", picture_photo(painted.edit.patch.picture, depth))
        if photo is not None:
            self.write_photo(f"composite{composite_suffix(photo)}", photo, [painted.edit])
        self.write_code(painted.edit.code, model_name)
        return self.write_report(painted.report)

    def write_picture(self, name: str, picture: np.ndarray) -> None:
        """One (H, W, 3) uint8 picture as PNG."""
        self.write_photo(name, picture_photo(picture.astype(np.uint16) * 257))

    def write_numbered(self, kind: str, pictures: Sequence[np.ndarray]) -> None:
        """Pictures as KIND-0000.png and on; one entry in the list of files."""
        for number, picture in enumerate(pictures):
            name = f"{kind}-{number:04d}"
            self.write_picture(f"{name}.png", picture)
            del self.files[name]
        self.files[f"{kind}s"] = str(self.path / f"{kind}-%04d.png")
        self.counts[f"{kind}s"] = len(pictures)

    @property
    def summary(self) -> str:
        """What was written, as a sentence."""
        names = [Path(text).name for key, text in self.files.items() if key not in self.counts]
        names += [f"{count} {key}" for key, count in self.counts.items()]
        return f"Written to {self.path}: {', '.join(names)}."

    def write_film(self, name: str, frames: Sequence[np.ndarray], rate: float) -> None:
        """(R, R, 3) uint8 frames as a GIF that repeats for ever."""
        from PIL import Image

        path = self._target(name)
        pictures = [Image.fromarray(frame) for frame in frames]
        with atomic_write(path) as file:
            pictures[0].save(
                file,
                "GIF",
                save_all=True,
                append_images=pictures[1:],
                duration=max(20, round(1000 / rate)),
                loop=0,
            )
        self.files["film"] = str(path)


@contextmanager
def output_folder(text: str, studio: Any) -> Iterator[Folder]:
    """The folder of `--out`, made and found writable before the work begins.

    Raises:
        CannotWrite: there can be no such folder, or nothing can be written into it.
    """
    path = Path(text)
    made = [folder for folder in (path, *path.parents) if not is_there(folder)]
    try:
        path.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise CannotWrite(
            f"{quoted(path)} is a file, so no results can go there.",
            "Choose another folder for --out.",
            cause=error,
        ) from error
    except (OSError, ValueError) as error:
        raise explained(error, path, what="The result") from error
    if not os.access(path, os.W_OK):
        raise ReadOnly(
            f"{quoted(path)} is read-only, so no results can go there. Nothing was started.",
            "Choose another folder for --out.",
        )
    try:
        yield Folder(path, studio)
    finally:
        with suppress(OSError):  # what holds anything stays
            for folder in made:
                folder.rmdir()


def plain(value: Any) -> Any:
    """JSON has no infinity: numbers that are none become null."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value


def near_square(count: int) -> int:
    """How many pictures stand side by side where there is no reason for a column: 4 of 16 or 8."""
    least = math.isqrt(max(count, 1) - 1) + 1
    return next((n for n in range(least, 2 * least) if count % n == 0), least)


def sheet_of(pictures: Sequence[np.ndarray], columns: int) -> np.ndarray:
    """Pictures of one size side by side, (rows · R, columns · R, 3)."""
    columns = max(1, min(columns or len(pictures), len(pictures)))
    rows = -(-len(pictures) // columns)
    height, width = pictures[0].shape[:2]
    sheet = np.full((rows * height, columns * width, 3), 255, np.uint8)
    for number, picture in enumerate(pictures):
        row, column = divmod(number, columns)
        sheet[row * height : (row + 1) * height, column * width : (column + 1) * width] = picture
    return sheet
