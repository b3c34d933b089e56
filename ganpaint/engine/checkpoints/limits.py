"""What one file may cost, counted before anything is allocated (FORMATS section 12).

Genuine files stay a hundred times below these numbers; a file built to exhaust memory or time
meets them within the first megabytes.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ganpaint.engine.checkpoints import sentences
from ganpaint.paths import size_text


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds for one file.

    The largest genuine files known (StyleGAN-XL, training states with two optimisers) have below
    60 000 opcodes and 6 000 tensors.
    """

    file_bytes: int = 8 << 30
    opcodes: int = 1_000_000
    objects: int = 300_000
    memo: int = 300_000
    marks: int = 200
    text_bytes: int = 64 << 20
    int_bytes: int = 256
    tensors: int = 100_000
    embedded: int = 20_000
    members: int = 100_000
    dimensions: int = 8


LIMITS = Limits()


@dataclass(slots=True)
class Budget:
    """What one file has spent so far. `name` is the file's name, for the sentences."""

    name: str
    file_bytes: int
    limits: Limits = LIMITS
    opcodes: int = 0
    objects: int = 0
    memo: int = 0
    tensors: int = 0
    embedded: int = 0
    view_bytes: int = 0
    notes: list[str] = field(default_factory=list)

    def spend_object(self) -> None:
        """One more container or record made."""
        self.objects += 1
        if self.objects > self.limits.objects:
            raise sentences.too_much(
                self.name, "it has too many parts", self.objects, self.limits.objects
            )

    def spend_memo(self) -> None:
        """One more remembered object."""
        self.memo += 1
        if self.memo > self.limits.memo:
            raise sentences.too_much(
                self.name, "it remembers too many parts", self.memo, self.limits.memo
            )

    def spend_embedded(self) -> None:
        """One more storage embedded as a file of its own."""
        self.embedded += 1
        if self.embedded > self.limits.embedded:
            raise sentences.too_much(
                self.name, "it embeds too many files", self.embedded, self.limits.embedded
            )

    def spend_tensor(self, count: int) -> None:
        """One more tensor of `count` bytes is about to be made.

        Views may share storages, but together they must not unfold a small file into a large
        one: four times its size is more than any genuine file shares.
        """
        self.tensors += 1
        self.view_bytes += count
        if self.tensors > self.limits.tensors:
            raise sentences.too_much(
                self.name, "it has too many tensors", self.tensors, self.limits.tensors
            )
        allowed = 4 * self.file_bytes + (1 << 20)
        if self.view_bytes > allowed:
            raise sentences.refused(
                self.name,
                f"it would unfold from {size_text(self.file_bytes)} "
                f"to over {size_text(self.view_bytes)}",
            )
