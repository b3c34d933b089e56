"""The one error tree of ganpaint.

Every failure that a person can meet is a `GanpaintError`: a sentence in the user's words (what
happened, with names and numbers, and what state the work is in), a remedy (what to do now) and,
where there is one, the technical cause for the details pane and the log. Readers and writers
translate at the border: no `KeyError` or `OSError` of a library leaves them. Stopping is not an
error (see `ganpaint.progress`).
"""

from __future__ import annotations


class GanpaintError(Exception):
    """What happened, in a sentence; what to do, in another; why, for the details.

    Args:
        sentence: what happened, with names and numbers; ends with a full stop.
        remedy: what to do now, as an instruction; empty only for notices.
        cause: the exception or text behind it, shown under "Details" only.
    """

    exit_code = 1

    def __init__(
        self, sentence: str, remedy: str = "", *, cause: BaseException | str | None = None
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.remedy = remedy
        self.cause = cause

    def __str__(self) -> str:
        return f"{self.sentence} {self.remedy}".strip()

    def __reduce__(self) -> tuple[type, tuple[str, str]]:
        return type(self), (self.sentence, self.remedy)


class BadRequest(GanpaintError):
    """Settings that do not fit together, or a name that does not exist."""

    exit_code = 2


class BadPicture(GanpaintError):
    """A picture file that cannot be opened."""

    exit_code = 2


class TooLarge(BadPicture):
    """More pixels, frames or bytes than the limits allow."""


class CutOffPicture(BadPicture):
    """A picture file that ends early or is damaged.

    `share`: 0…1 of its rows that "Open anyway" would open; 0 where nothing can be opened.
    """

    share: float = 0.0


class UnknownFormat(BadPicture):
    """Not one of the picture formats that ganpaint reads."""


class BadProject(GanpaintError):
    """A project file that cannot be opened."""

    exit_code = 2


class NewerVersion(BadProject):
    """Made by a newer ganpaint."""


class CutOff(BadProject):
    """The file ends before its contents do."""


class BadModel(GanpaintError):
    """A model file that cannot be opened."""

    exit_code = 2


class Refused(BadModel):
    """The file asks for something that ganpaint never does; the sentence names the culprit."""


class UnknownModel(BadModel):
    """A file that holds no generator of a family ganpaint knows."""


class BrokenModel(BadModel):
    """A model file that is cut off, damaged or contradicts itself."""


class MissingModel(BadModel):
    """A model that is asked for by name or hash is not on this computer."""


class CannotWrite(GanpaintError):
    """A file could not be written; the former file, if any, is untouched."""


class DiskFull(CannotWrite):
    """Not enough space; the sentence says how much is needed and how much is free."""


class ReadOnly(CannotWrite):
    """The folder or file does not allow writing."""


class MissingTrunk(GanpaintError):
    """The weights of a perceptual loss are not on this computer."""

    exit_code = 2


class NotOffered(GanpaintError):
    """The open model's family cannot do this; the sentence says why."""

    exit_code = 2


class OutOfMemory(GanpaintError):
    """There was not enough memory even for the smallest form of the work."""


class Diverged(GanpaintError):
    """A search became unstable and could not be recovered."""
