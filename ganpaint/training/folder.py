"""A folder or zip of pictures becomes a training set: squares of one size with their classes.

Class folders become classes; a folder without sub-folders has none. A folder that holds nothing
but one folder is taken for that one, as zips are often made. Pictures are decoded once,
centre-cropped, reduced by an area filter and kept in one memory-mapped file in the cache, named
after the data's own hash, so that the next run starts at once. What does not fit is refused in a
sentence: too few pictures, too small, unreadable or duplicate ones.
"""

from __future__ import annotations

import hashlib
import json
import struct
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ganpaint.atomic import atomic_write
from ganpaint.errors import BadRequest
from ganpaint.paths import cache_dir

if TYPE_CHECKING:
    from PIL import Image

SUFFIXES = {".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff", ".gif"}
FEWEST = 10
FEW_OF_A_CLASS = 50  # METHODS 7.3
LARGEST_FILE = 64 << 20
BESIDE = ("beside the class folders",) * 2
# what damaged files of every kind, locked zips and forbidden folders raise
UNREADABLE = (
    *(OSError, ValueError, SyntaxError, RuntimeError, EOFError, TypeError, LookupError),
    *(struct.error, zlib.error, zipfile.BadZipFile),
)


@dataclass(frozen=True, slots=True, eq=False)
class TrainingSet:
    """Pictures ready for training.

    Attributes:
        pictures: (N, R, R, 3) uint8, memory-mapped.
        labels: (N,) int64, index into `class_names`; all 0 without classes.
        class_names: () when the folder has no sub-folders.
        digest: SHA-256 over names, sizes and beginnings of the files; caches and checkpoints are
            tied to it.
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
        place = {plain_name(name): k for k, name in enumerate(names)}
        strange = [name for name in self.class_names if plain_name(name) not in place]
        if strange:
            raise BadRequest(
                f"The model has no class “{strange[0]}”; it has {', '.join(names)}.",
                "Name the folders after the model's classes.",
            )
        order = np.array([place[plain_name(name)] for name in self.class_names])
        return replace(self, labels=order[self.labels], class_names=names)

    def classed(self, names: tuple[str, ...]) -> TrainingSet:
        """The same pictures with their classes called so; () makes all of them one."""
        labels = self.labels if names else np.zeros_like(self.labels)
        return replace(self, labels=labels, class_names=names)

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
    """One picture file before decoding; `label` is its folder's name, "" outside of folders."""

    name: str
    open: Callable[[], IO[bytes]]
    size: int
    label: str = ""


def plain_name(name: str) -> str:
    """A class name without case, spaces and underscores, for comparing."""
    return "".join(name.casefold().split()).replace("_", "")


def _entries(source: Path) -> list[_Entry]:
    found = []
    if source.is_dir():
        for path in sorted(source.rglob("*")):
            relative = path.relative_to(source)
            if _is_picture(relative.parts) and path.is_file():
                found.append(_Entry(relative.as_posix(), _opener(path), path.stat().st_size))
        return found
    try:
        archive = zipfile.ZipFile(source)
    except (OSError, zipfile.BadZipFile) as error:
        raise BadRequest(
            f"“{source.name}” is neither a folder nor a zip file.",
            "Give a folder of pictures, or a zip of one.",
        ) from error
    for info in sorted(archive.infolist(), key=lambda item: item.filename):
        if _is_picture(PurePosixPath(info.filename).parts) and not info.is_dir():
            found.append(_Entry(info.filename, _member(archive, info), info.file_size))
    return found


def _is_picture(parts: tuple[str, ...]) -> bool:
    """By its ending; what systems hide beside pictures (`._a.jpg`, `__MACOSX`) is none."""
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in parts)
    return bool(parts) and not hidden and PurePosixPath(parts[-1]).suffix.lower() in SUFFIXES


def _labelled(entries: list[_Entry]) -> tuple[list[_Entry], list[str]]:
    """The entries with their classes, and the names of those beside the class folders."""
    paths = [PurePosixPath(entry.name).parts for entry in entries]
    while len({parts[0] for parts in paths}) == 1 and all(len(parts) > 1 for parts in paths):
        paths = [parts[1:] for parts in paths]
    labels = [parts[0] if len(parts) > 1 else "" for parts in paths]
    if len(set(labels) - {""}) < 2:  # one folder, perhaps with pictures beside it: no classes
        return [replace(entry, label="") for entry in entries], []
    pairs = list(zip(entries, labels, strict=True))
    inside = [replace(entry, label=label) for entry, label in pairs if label]
    return inside, [entry.name for entry, label in pairs if not label]


def _opener(path: Path) -> Callable[[], IO[bytes]]:
    return lambda: path.open("rb")


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
    return lambda: archive.open(info)


def square(data: IO[bytes], resolution: int) -> NDArray[np.uint8] | None:
    """The largest centred square of a picture, area-reduced to R; None when it is too small."""
    from PIL import Image, ImageOps

    with Image.open(data) as opened:
        opened.draft("RGB", (resolution * 2, resolution * 2))
        picture = _flat(ImageOps.exif_transpose(opened))
    side = min(picture.size)
    if side * 2 < resolution:
        return None
    left, top = (picture.width - side) // 2, (picture.height - side) // 2
    how = Image.Resampling.BOX if side >= resolution else Image.Resampling.BICUBIC
    box = (left, top, left + side, top + side)
    return np.asarray(picture.resize((resolution, resolution), how, box=box), dtype=np.uint8)


def _flat(picture: Image.Image) -> Image.Image:
    """Eight bits of red, green and blue; transparent pictures on white."""
    from PIL import Image

    if picture.mode.startswith("I"):  # 16 bits of grey, which `convert` would cut off at 255
        grey = np.clip(np.asarray(picture, dtype=np.float64) / 257, 0, 255).round()
        return Image.fromarray(grey.astype(np.uint8)).convert("RGB")
    if picture.has_transparency_data:
        paper = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(paper, picture.convert("RGBA"))
    return picture.convert("RGB")


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
    entries, beside = _labelled(entries)
    digest = _digest(entries, resolution, dedupe)
    folder = cache_dir() / "training" / digest[:32]
    facts = folder / "facts.json"
    if not facts.exists():
        yield from _decode(entries, resolution, dedupe, folder)
    record = json.loads(facts.read_text(encoding="utf-8"))
    notes = [*record["notes"], *_note(beside, BESIDE, "left out")]
    if record["count"] < fewest:
        raise BadRequest(
            f"“{source.name}” has {record['count']} usable pictures; {fewest} are needed.",
            " ".join([*notes, "Add more pictures."]),
        )
    pictures = np.memmap(
        folder / "pictures.bin",
        dtype=np.uint8,
        mode="r",
        shape=(record["count"], resolution, resolution, 3),
    )
    labels = sorted(set(record["labels"]))
    index = {label: k for k, label in enumerate(labels)}
    chosen = np.array([index[label] for label in record["labels"]], dtype=np.int64)
    names = tuple(label.replace("_", " ") for label in labels) if len(labels) > 1 else ()
    notes += _small_classes(names, np.bincount(chosen))
    return TrainingSet(pictures, chosen, names, digest, tuple(notes))


def _digest(entries: list[_Entry], resolution: int, dedupe: bool) -> str:
    """Over names, sizes and the first 64 KiB of each, so that a changed picture is noticed."""
    whole = hashlib.sha256(f"{resolution} {dedupe} 1".encode())
    for entry in entries:
        whole.update(f"{entry.name}\0{entry.size}\0".encode("utf-8", "surrogateescape"))
        try:
            with entry.open() as file:
                whole.update(file.read(1 << 16))
        except UNREADABLE:
            whole.update(b"unreadable")  # told when it is decoded
    return whole.hexdigest()


def _decode(
    entries: list[_Entry], resolution: int, dedupe: bool, folder: Path
) -> Iterator[tuple[int, int]]:
    """Decode everything into `folder`; `facts.json` is written last and makes it valid.

    Both are written whole or not at all: another process may be reading the same pictures.
    """
    folder.mkdir(parents=True, exist_ok=True)
    seen: set[str] = set()
    labels: list[str] = []
    small: list[str] = []
    broken: list[str] = []
    double: list[str] = []
    with atomic_write(folder / "pictures.bin") as out:
        for done, entry in enumerate(entries):
            yield done, len(entries)
            try:
                pixels = _read(entry, resolution)
            except (*UNREADABLE, _bomb()):
                broken.append(entry.name)
                continue
            if pixels is None:
                small.append(entry.name)
                continue
            key = hashlib.sha256(pixels.tobytes()).hexdigest()
            if key in seen:
                double.append(entry.name)
                if dedupe:
                    continue
            seen.add(key)
            out.write(pixels.tobytes())
            labels.append(entry.label)
    notes = [
        *_note(small, (f"smaller than half of {resolution} px",) * 2, "left out"),
        *_note(broken, ("unreadable",) * 2, "left out"),
        *_note(
            double, ("an exact duplicate", "exact duplicates"), "left out" if dedupe else "kept"
        ),
    ]
    record = {"count": len(labels), "labels": labels, "notes": notes}
    with atomic_write(folder / "facts.json") as out:
        out.write(json.dumps(record).encode())


def _read(entry: _Entry, resolution: int) -> NDArray[np.uint8] | None:
    """The square of one picture; None when it is too small.

    Raises:
        UNREADABLE, DecompressionBombError: it is damaged, or larger than any picture should be.
    """
    if entry.size > LARGEST_FILE:
        raise ValueError("too large a file")
    with entry.open() as file:
        return square(file, resolution)


def _bomb() -> type[Exception]:
    from PIL import Image

    return Image.DecompressionBombError


def _note(names: list[str], what: tuple[str, str], fate: str) -> list[str]:
    """A sentence about some pictures; `what` they are, of one and of several."""
    if not names:
        return []
    shown = ", ".join(names[:3]) + (" and others" if len(names) > 3 else "")
    if len(names) == 1:
        return [f"1 of the pictures is {what[0]} and was {fate}: {shown}."]
    return [f"{len(names)} of the pictures are {what[1]} and were {fate}: {shown}."]


def _small_classes(names: tuple[str, ...], sizes: NDArray[np.int64]) -> list[str]:
    few = [
        f"{name} ({size})"
        for name, size in zip(names, sizes, strict=False)
        if size < FEW_OF_A_CLASS
    ]
    if not few:
        return []
    shown = ", ".join(few[:3]) + (" and others" if len(few) > 3 else "")
    return [
        f"{len(few)} of the classes {'has' if len(few) == 1 else 'have'} fewer than "
        f"{FEW_OF_A_CLASS} pictures and may be learnt less well: {shown}."
    ]
