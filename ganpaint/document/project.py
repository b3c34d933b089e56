"""Project files: `.ganpaint`, everything a person has made, with its history.

One ZIP archive: `project.json` with all values, and one part for each array, the photo included,
so that a project needs no other file. Parts lie in the order of their worth (the present edits,
the photo, older states), because a file that is cut off is read from the front.

Version rule: a file of a newer format is refused untouched, one of an older format is migrated in
memory and changes on disk only when the person saves it.
"""

from __future__ import annotations

import binascii
import errno
import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from numpy.typing import NDArray

from ganpaint import __version__
from ganpaint.atomic import atomic_write
from ganpaint.document.container import (
    MIMETYPE,
    ContainerWriter,
    Damaged,
    Part,
    describe,
    find_parts,
    pack,
    packed_size,
    read_part,
    read_raw,
    shape_of,
    unpack,
    unpack_rows,
)
from ganpaint.document.encoding import Decoder, Encoder, Wrong, fitted
from ganpaint.document.history import History, State
from ganpaint.errors import BadProject, CutOff, NewerVersion, TooLarge
from ganpaint.paths import quoted, size_text

FORMAT_VERSION = 1
SUFFIX = ".ganpaint"
LONGEST_JSON = 256 << 20
LARGEST_ARRAY = 4 << 30
LARGEST_TOTAL = 8 << 30
MOST_PIXELS = 400_000_000

# format n → changes its JSON to format n + 1, in place
MIGRATIONS: dict[int, Callable[[dict[str, Any]], None]] = {}


@dataclass(frozen=True, slots=True, eq=False)
class Project:
    """An opened project.

    Attributes:
        history: all states, at the one that was shown when it was saved.
        view: zoom and centre, as the window stored them.
        model_name: name of the model that was open; "" for none. Edits name theirs by hash.
        notes: what opening it changed or found missing, as sentences.
    """

    history: History
    view: dict[str, Any] = field(default_factory=dict)
    model_name: str = ""
    notes: tuple[str, ...] = ()


# ------------------------------------------------------------------------------ writing
def save_project(path: Path, history: History, view: dict[str, Any], model_name: str = "") -> None:
    """Write a project, whole or not at all. Raises CannotWrite with a sentence."""
    for _ in saving(path, history, view, model_name):
        pass


def saving(
    path: Path, history: History, view: dict[str, Any], model_name: str = ""
) -> Iterator[float]:
    """`save_project` in steps; yields the share that is written. Closing it leaves no file."""
    encoder = Encoder()
    present = history.states[history.at]
    now = encoder.encode(present)
    first = len(encoder.arrays)
    states = [now if state is present else encoder.encode(state) for state in history.states]
    arrays = encoder.arrays
    photo = present.document.photo.pixels
    order = sorted(range(len(arrays)), key=lambda n: (n >= first, arrays[n] is photo, n))
    described = [describe(array) for array in arrays]
    record = {
        "format": FORMAT_VERSION,
        "program": __version__,
        "model": model_name,
        "view": view,
        "at": history.at,
        "states": states,
        "values": encoder.values,
        "arrays": described,
    }
    text = json.dumps(record, separators=(",", ":")).encode()
    needed = len(text) + sum(map(packed_size, arrays)) + 200 * len(arrays)
    total = len(text) + sum(array.nbytes for array in arrays)
    with (
        atomic_write(Path(path), what="The project", needed=needed) as file,
        ContainerWriter(file) as writer,
    ):
        writer.add("mimetype", MIMETYPE)
        writer.add("project.json", text)
        done = len(text)
        for number in order:
            array = arrays[number]
            pieces = pack(array, described[number])
            writer.add_stream(f"arrays/{number}", pieces, array.nbytes)
            done += array.nbytes
            yield done / total


# ------------------------------------------------------------------------------ reading
def load_project(path: Path, partial: bool = False) -> Project:
    """Open a project file.

    Args:
        path: the file; it is never written to.
        partial: open what is there of a file that is cut off or damaged.

    Raises:
        CutOff: parts are missing; how many edits could be read is said.
        NewerVersion: made by a newer ganpaint.
        BadProject: not a project, or nothing in it can be read.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            size = path.stat().st_size
            return _Reader(file, size, quoted(path)).project(partial)
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError | ValueError) -> BadProject:
    name = quoted(path)
    number = getattr(error, "errno", None)
    if number == errno.ENOENT:
        return BadProject(
            f"{name} is no longer there. Nothing was changed.",
            "Choose another file.",
            cause=error,
        )
    if number in (errno.EACCES, errno.EPERM):
        return BadProject(
            f"{name} could not be read: no permission. Nothing was changed.",
            "Change its permissions or copy it to your own folder.",
            cause=error,
        )
    if number == errno.EISDIR:
        return BadProject(
            f"{name} is a folder, not a project. Nothing was changed.",
            f"Choose a file that ends in {SUFFIX}.",
            cause=error,
        )
    return BadProject(
        f"{name} could not be read. Nothing was changed.",
        "Copy the file again, or choose another one.",
        cause=error,
    )


class _Reader:
    """One project file while it is read."""

    def __init__(self, file: BinaryIO, size: int, name: str) -> None:
        self.file, self.size, self.name = file, size, name
        self.parts: dict[str, Part] = {}
        self.complete = False
        self.descriptions: list[Any] = []
        self.arrays: dict[int, NDArray[Any]] = {}
        self.lost: set[int] = set()
        self.total = 0

    def project(self, partial: bool) -> Project:
        """The file's project."""
        try:
            record = self._record()
            self._check_version(record)
            return self._restore(record, partial)
        except (
            Wrong,
            AssertionError,
            TypeError,
            AttributeError,
            LookupError,
            binascii.Error,
            ValueError,
            OverflowError,
            RecursionError,
        ) as error:
            raise BadProject(
                f"{self.name} is damaged: its contents contradict each other. It was not opened "
                "and not changed.",
                "Copy the file again, or open an older copy.",
                cause=error,
            ) from error

    def _record(self) -> dict[str, Any]:
        """The JSON part, parsed."""
        if self.size == 0:
            raise BadProject(
                f"{self.name} is empty (0 bytes). Nothing was changed.",
                "The copy or download has probably failed: fetch it again.",
            )
        if self.file.read(2) != b"PK":
            raise BadProject(
                f"{self.name} is not a ganpaint project. Nothing was changed.",
                f"Choose a file that ends in {SUFFIX}.",
            )
        self.parts, self.complete = find_parts(self.file, self.size)
        part = self.parts.get("project.json")
        if part is None and self.complete:
            raise BadProject(
                f"{self.name} is a ZIP file, but not a ganpaint project. Nothing was changed.",
                f"Choose a file that ends in {SUFFIX}.",
            )
        try:
            if part is None:
                raise Damaged("cut off")
            record = json.loads(read_part(self.file, part, LONGEST_JSON))
        except (Damaged, ValueError, RecursionError) as error:
            raise CutOff(
                f"{self.name} is {'damaged' if self.complete else 'cut off'}, and nothing in it "
                "can be read. It was not changed.",
                "Copy the file again, or open an older copy.",
                cause=error,
            ) from error
        if not isinstance(record, dict):
            raise Wrong("no record")
        return record

    def _check_version(self, record: dict[str, Any]) -> None:
        made = fitted(record["format"], int)
        if made > FORMAT_VERSION:
            program = "".join(c for c in str(record.get("program", "?"))[:20] if c.isprintable())
            raise NewerVersion(
                f"{self.name} was made by ganpaint {program}; this is {__version__}. It was not "
                "opened and not changed.",
                "Update ganpaint to open it.",
            )
        for version in range(made, FORMAT_VERSION):
            MIGRATIONS[version](record)

    def _restore(self, record: dict[str, Any], partial: bool) -> Project:
        self.descriptions = fitted(record["arrays"], Any)
        decoder = Decoder(record["values"], self._array, self._rows)
        decoded = [decoder.decode(state) for state in fitted(record["states"], Any)]
        at = fitted(record["at"], int)
        if not 0 <= at < len(decoded):
            raise Wrong("a history without its present state")
        now = decoded[at]
        whole = not self.lost and self.complete
        if not isinstance(now, State):
            raise Wrong("a present state that holds nothing")
        readable, edits = len(now.document.edits), self._edits_of(record, at)
        counted = f"{readable} of {edits} edits could be read."
        if not whole and not partial:
            raise self._cut_off(counted)
        states = [
            state
            for state in decoded
            if state is now
            or (isinstance(state, State) and id(state.document) not in decoder.maimed)
        ]
        history = History(tuple(states), states.index(now))
        if any(s.document.photo.pixels.size == 0 for s in states):
            raise Wrong("a photo without pixels")
        notes = list(decoder.notes)
        if not whole:
            lost = len(decoded) - len(states)
            notes.insert(0, f"{counted} {lost} earlier states are missing.")
        return Project(
            history,
            fitted(record.get("view", {}), dict[str, Any]),
            fitted(record.get("model", ""), str),
            tuple(notes),
        )

    def _edits_of(self, record: dict[str, Any], at: int) -> int:
        """How many edits the present state had when it was written."""
        values = record["values"]
        state = values[record["states"][at]["value"]][1]
        document = values[state["document"]["value"]][1]
        edits = document.get("edits", [])
        return len(values[edits["value"]][1] if isinstance(edits, dict) else edits)

    def _cut_off(self, what: str) -> CutOff:
        how = "is damaged" if self.complete else "is cut off: its last part is missing"
        return CutOff(
            f"{self.name} {how}. {what}",
            "Choose Open anyway to use what is there; the file stays as it is.",
        )

    def _described(self, number: int) -> tuple[dict[str, Any], int]:
        """Description and size in bytes of an array."""
        if not 0 <= number < len(self.descriptions):
            raise Wrong("an array without a description")
        description = self.descriptions[number]
        try:
            shape, kind = shape_of(description)
        except Damaged as error:
            raise Wrong(str(error)) from error
        pixels = math.prod(shape[:2])
        count = math.prod(shape) * kind.itemsize
        if pixels > MOST_PIXELS or count > LARGEST_ARRAY:
            raise TooLarge(
                f"{self.name} holds a picture of {pixels / 1e6:.0f} megapixels; the limit here is "
                f"{MOST_PIXELS // 10**6}. Nothing was opened.",
                "Open it where it was made and reduce the photo first.",
            )
        return description, count

    def _array(self, number: int) -> NDArray[Any]:
        """Array `number`, read once. Raises KeyError when it is not there or damaged."""
        if number in self.arrays:
            return self.arrays[number]
        description, count = self._described(number)
        part = self.parts.get(f"arrays/{number}")
        if part is None:
            self.lost.add(number)
            raise KeyError(number)
        self.total += count
        if self.total > LARGEST_TOTAL:
            raise TooLarge(
                f"{self.name} would take more than {size_text(LARGEST_TOTAL)} of memory. "
                "Nothing was opened.",
                "Open an older copy with a shorter history.",
            )
        try:
            array = unpack(read_part(self.file, part, count + (1 << 16)), description)
        except (Damaged, MemoryError) as error:
            self.lost.add(number)
            raise KeyError(number) from error
        self.arrays[number] = array
        return array

    def _rows(self, number: int) -> tuple[NDArray[Any], int]:
        """The first rows of an array that is cut off, and how many are there."""
        description, _ = self._described(number)
        part = self.parts.get(f"arrays/{number}")
        try:
            return unpack_rows(b"" if part is None else read_raw(self.file, part), description)
        except Damaged:
            return unpack_rows(b"", description)
