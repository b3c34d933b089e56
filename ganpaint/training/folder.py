"""A folder or zip of pictures becomes a training set: squares of one size with their classes.

Class folders become classes; a folder without sub-folders has none. Pictures are decoded once,
centre-cropped, reduced by an area filter and kept in one memory-mapped file in the cache, named
after the data's own hash, so that the next run starts at once. What does not fit is refused in a
sentence: too few pictures, too small, unreadable or duplicate ones.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import IO

import numpy as np
from numpy.typing import NDArray

from ganpaint.errors import BadRequest
from ganpaint.paths import cache_dir

SUFFIXES = {".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff", ".gif"}
FEWEST = 10
LARGEST_FILE = 64 << 20


@dataclass(frozen=True, slots=True, eq=False)
class TrainingSet:
    """Pictures ready for training.

    Attributes:
        pictures: (N, R, R, 3) uint8, memory-mapped.
        labels: (N,) int64, index into `class_names`; all 0 without classes.
        class_names: () when the folder has no sub-folders.
        digest: SHA-256 over names and contents; caches and checkpoints are tied to it.
        notes: what was left out, as sentences.
    """

    pictures: NDArray[np.uint8]
    labels: NDArray[np.int64]
    class_names: tuple[str, ...]
    digest: str
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.pictures)

    @property
    def c_dim(self) -> int:
        """Number of classes, 0 without."""
        return len(self.class_names)

    def reordered(self, names: tuple[str, ...]) -> TrainingSet:
        """The same pictures with the classes in the order of a model that is trained on.

        Names are compared without case, spaces and underscores.

        Raises:
            BadRequest: a class of the pictures is not among `names`.
        """
        place = {_plain_name(name): k for k, name in enumerate(names)}
        strange = [name for name in self.class_names if _plain_name(name) not in place]
        if strange:
            raise BadRequest(
                f"The model has no class “{strange[0]}”; it has {', '.join(names)}.",
                "Name the folders after the model's classes.",
            )
        order = np.array([place[_plain_name(name)] for name in self.class_names])
        return replace(self, labels=order[self.labels], class_names=names)

    def class_weights(self) -> NDArray[np.float64]:
        """Chance of each class: the square root of its size, so that rare ones are not lost."""
        sizes = np.bincount(self.labels, minlength=max(1, self.c_dim)).astype(np.float64)
        weights = np.sqrt(sizes)
        return np.asarray(weights / weights.sum())

    def draw(self, rng: np.random.Generator, count: int) -> NDArray[np.int64]:
        """`count` indices, classes drawn by `class_weights`, pictures evenly within a class."""
        classes = rng.choice(max(1, self.c_dim), size=count, p=self.class_weights())
        order = np.argsort(self.labels, kind="stable")
        ends = np.cumsum(np.bincount(self.labels, minlength=max(1, self.c_dim)))
        starts = np.concatenate([[0], ends[:-1]])
        return np.asarray(order[rng.integers(starts[classes], ends[classes])], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class _Entry:
    """One picture file before decoding."""

    name: str
    label: str
    open: Callable[[], IO[bytes]]
    size: int


def _plain_name(name: str) -> str:
    return "".join(name.casefold().split()).replace("_", "")


def _entries(source: Path) -> list[_Entry]:
    if source.is_dir():
        found = []
        for path in sorted(source.rglob("*")):
            if path.suffix.lower() in SUFFIXES and path.is_file():
                relative = path.relative_to(source)
                label = relative.parts[0] if len(relative.parts) > 1 else ""
                found.append(_Entry(relative.as_posix(), label, _opener(path), path.stat().st_size))
        return found
    if not zipfile.is_zipfile(source):
        raise BadRequest(
            f"“{source.name}” is neither a folder nor a zip file.",
            "Give a folder of pictures, or a zip of one.",
        )
    archive = zipfile.ZipFile(source)
    found = []
    for info in sorted(archive.infolist(), key=lambda item: item.filename):
        name = PurePosixPath(info.filename)
        if name.suffix.lower() in SUFFIXES and not info.is_dir():
            label = name.parts[0] if len(name.parts) > 1 else ""
            found.append(_Entry(info.filename, label, _member(archive, info), info.file_size))
    return found


def _opener(path: Path) -> Callable[[], IO[bytes]]:
    return lambda: path.open("rb")


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
    return lambda: archive.open(info)


def square(data: IO[bytes], resolution: int) -> NDArray[np.uint8] | None:
    """The largest centred square of a picture, area-reduced to R; None when it is too small."""
    from PIL import Image, ImageOps

    with Image.open(data) as opened:
        opened.draft("RGB", (resolution * 2, resolution * 2))
        picture = ImageOps.exif_transpose(opened).convert("RGB")
    side = min(picture.size)
    if side * 2 < resolution:
        return None
    left, top = (picture.width - side) // 2, (picture.height - side) // 2
    how = Image.Resampling.BOX if side >= resolution else Image.Resampling.BICUBIC
    box = (left, top, left + side, top + side)
    return np.asarray(picture.resize((resolution, resolution), how, box=box), dtype=np.uint8)


def load_folder(
    source: Path, resolution: int, *, dedupe: bool = False, fewest: int = FEWEST
) -> TrainingSet:
    """What `reading` finds, at once."""
    steps = reading(source, resolution, dedupe=dedupe, fewest=fewest)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            found: TrainingSet = end.value
            return found


def reading(
    source: Path, resolution: int, *, dedupe: bool = False, fewest: int = FEWEST
) -> Generator[tuple[int, int], None, TrainingSet]:
    """Read a folder or zip of pictures as a training set of R×R squares.

    Yields (done, total) before every picture.

    Args:
        source: a folder or a zip file; its first level of folders are the classes.
        resolution: R.
        dedupe: leave exact duplicates out instead of only reporting them.
        fewest: refuse sets with fewer usable pictures.

    Raises:
        BadRequest: nothing readable, too few or too small pictures.
    """
    if not source.exists():
        raise BadRequest(f"“{source}” does not exist.", "Give a folder of pictures, or a zip.")
    entries = _entries(source)
    if not entries:
        raise BadRequest(
            f"“{source.name}” has no pictures ganpaint can read. Nothing was done.",
            "Use PNG, JPEG, TIFF, WebP, BMP or GIF.",
        )
    labels = sorted({entry.label for entry in entries})
    if len(labels) == 2 and "" in labels:  # a stray file beside one folder: no classes
        labels = [""]
    names = () if len(labels) == 1 else tuple(labels)
    digest = _digest(entries, resolution, dedupe)
    folder = cache_dir() / "training" / digest[:32]
    facts = folder / "facts.json"
    if not facts.exists():
        yield from _decode(entries, resolution, dedupe, folder)
    record = json.loads(facts.read_text(encoding="utf-8"))
    if record["count"] < fewest:
        raise BadRequest(
            f"“{source.name}” has {record['count']} usable pictures; {fewest} are needed.",
            " ".join([*record["notes"], "Add more pictures."]),
        )
    pictures = np.memmap(
        folder / "pictures.bin",
        dtype=np.uint8,
        mode="r",
        shape=(record["count"], resolution, resolution, 3),
    )
    index = {name: k for k, name in enumerate(names)}
    chosen = np.array([index.get(label, 0) for label in record["labels"]], dtype=np.int64)
    shown = tuple(name.replace("_", " ") for name in names)
    return TrainingSet(pictures, chosen, shown, digest, tuple(record["notes"]))


def _digest(entries: list[_Entry], resolution: int, dedupe: bool) -> str:
    """Over names and contents, so that a changed picture is noticed."""
    whole = hashlib.sha256(f"{resolution} {dedupe} 1".encode())
    for entry in entries:
        whole.update(f"{entry.name}\0{entry.size}\0".encode("utf-8", "surrogateescape"))
        with entry.open() as file:
            whole.update(file.read(1 << 16))
    return whole.hexdigest()


def _decode(
    entries: list[_Entry], resolution: int, dedupe: bool, folder: Path
) -> Iterator[tuple[int, int]]:
    """Decode everything into `folder`; `facts.json` is written last and makes it valid."""
    folder.mkdir(parents=True, exist_ok=True)
    seen: dict[str, str] = {}
    labels: list[str] = []
    small: list[str] = []
    broken: list[str] = []
    double: list[str] = []
    with (folder / "pictures.bin").open("wb") as out:
        for done, entry in enumerate(entries):
            yield done, len(entries)
            pixels = _read(entry, resolution, broken)
            if pixels is None:
                if not broken or broken[-1] != entry.name:
                    small.append(entry.name)
                continue
            key = hashlib.sha256(pixels.tobytes()).hexdigest()
            if key in seen:
                double.append(entry.name)
                if dedupe:
                    continue
            seen.setdefault(key, entry.name)
            out.write(pixels.tobytes())
            labels.append(entry.label)
    notes = [
        *_note(small, f"smaller than half of {resolution} px", "left out"),
        *_note(broken, "unreadable", "left out"),
        *_note(double, "exact duplicates", "left out" if dedupe else "kept"),
    ]
    record = {"count": len(labels), "labels": labels, "notes": notes}
    part = folder / "facts.part"
    part.write_text(json.dumps(record), encoding="utf-8")
    part.replace(folder / "facts.json")


def _read(entry: _Entry, resolution: int, broken: list[str]) -> NDArray[np.uint8] | None:
    from PIL import Image

    if entry.size > LARGEST_FILE:
        broken.append(entry.name)
        return None
    try:
        with entry.open() as file:
            return square(file, resolution)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        broken.append(entry.name)
        return None


def _note(names: list[str], what: str, fate: str) -> list[str]:
    if not names:
        return []
    shown = ", ".join(names[:3]) + (" and others" if len(names) > 3 else "")
    return [f"{len(names)} of the pictures are {what} and were {fate}: {shown}."]
