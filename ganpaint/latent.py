"""Latent codes as values: what a generator is asked to paint.

A `Code` names its space and the model it belongs to, so that it can be stored, mixed, compared
and copied as text without torch. Spaces: `z` (the generator's input), `w` (the mapped code) and
`w+` (`ws`, one w for every layer).
"""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from ganpaint.errors import BadRequest

Floats = NDArray[np.float32]
TEXT_PREFIX = "ganpaint-code:"


class Space(StrEnum):
    """The space a code lives in."""

    Z = "z"
    W = "w"
    W_PLUS = "w+"


def frozen(values: np.ndarray | list[float] | tuple[float, ...]) -> Floats:
    """A read-only, C-contiguous float32 copy."""
    array = np.array(values, dtype=np.float32, order="C")
    array.flags.writeable = False
    return array


@dataclass(frozen=True, slots=True, eq=False)
class Code:
    """One latent code.

    Attributes:
        space: z, w or w+.
        values: float32, (z_dim,), (w_dim,) or (num_ws, w_dim).
        model: content hash of the model it belongs to.
        c: class weights (c_dim,), summing to 1, or None for a model without classes.
        embed: class vector (embed_dim,) where that vector itself was searched (BigGAN), else None.
        truncation_psi: applied when the code is rendered; 1 leaves it as it is.
        truncation_cutoff: number of layers truncated, None = all.
        transform: 3x3 inverse user transform of StyleGAN3, or None.
    """

    space: Space
    values: Floats
    model: str
    c: Floats | None = None
    embed: Floats | None = None
    truncation_psi: float = 1.0
    truncation_cutoff: int | None = None
    transform: Floats | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "space", Space(self.space))
        for name in ("values", "c", "embed", "transform"):
            array = getattr(self, name)
            if array is not None:
                object.__setattr__(self, name, frozen(array))

    @property
    def digest(self) -> str:
        """SHA-256 over everything that decides the picture."""
        h = hashlib.sha256(f"{self.space}|{self.model}|{self.truncation_psi!r}|".encode())
        h.update(repr(self.truncation_cutoff).encode())
        for array in (self.values, self.c, self.embed, self.transform):
            h.update(b"|" if array is None else repr(array.shape).encode() + array.tobytes())
        return h.hexdigest()

    def same_as(self, other: Code) -> bool:
        """Whether both codes are equal bit for bit."""
        return self.digest == other.digest

    def distance(self, other: Code) -> float:
        """Root mean square difference of the values of two codes of one model and space."""
        self._require_kin(other)
        return float(np.sqrt(np.mean((self.values - other.values) ** 2)))

    def mixed(self, other: Code, share: float) -> Code:
        """Linear mix: `share` 0 is this code, 1 the other one. Spherical for z (METHODS 2.6)."""
        self._require_kin(other)
        a, b = self.values, other.values
        values = slerp(a, b, share) if self.space is Space.Z else (1 - share) * a + share * b
        c = self.c
        if self.c is not None and other.c is not None:
            c = (1 - share) * self.c + share * other.c
        embed = self.embed
        if self.embed is not None and other.embed is not None:
            embed = frozen((1 - share) * self.embed + share * other.embed)
        return replace(self, values=values, c=c, embed=embed)

    def _require_kin(self, other: Code) -> None:
        if self.model != other.model:
            raise BadRequest(
                "The two codes belong to different models.", "Use two codes of one model."
            )
        if self.space is not other.space or self.values.shape != other.values.shape:
            raise BadRequest(
                f"One code lives in {self.space}, the other in {other.space}.",
                "Use two codes of one space.",
            )

    def to_text(self) -> str:
        """The code as one line of text that survives a chat or a mail; see `from_text`."""
        record = {
            "space": str(self.space),
            "model": self.model,
            "psi": self.truncation_psi,
            "cutoff": self.truncation_cutoff,
            "arrays": {
                name: [list(array.shape), base64.b64encode(array.tobytes()).decode()]
                for name in ("values", "c", "embed", "transform")
                if (array := getattr(self, name)) is not None
            },
        }
        packed = zlib.compress(json.dumps(record, separators=(",", ":")).encode(), 9)
        check = hashlib.sha256(packed).hexdigest()[:8]
        return f"{TEXT_PREFIX}{check}:{base64.urlsafe_b64encode(packed).decode()}"

    @staticmethod
    def from_text(text: str) -> Code:
        """Read back `to_text`. Raises BadRequest when a character is missing or changed."""
        broken = BadRequest(
            "This text is not a complete ganpaint code: characters are missing or changed. "
            "Nothing was changed.",
            "Copy it again from its beginning to its end.",
        )
        body = "".join(text.split())
        if not body.startswith(TEXT_PREFIX) or len(body) > 4_000_000:
            raise broken
        check, _, data = body.removeprefix(TEXT_PREFIX).partition(":")
        try:
            packed = base64.urlsafe_b64decode(data.encode("ascii"))
            if hashlib.sha256(packed).hexdigest()[:8] != check:
                raise broken
            record = json.loads(zlib.decompressobj().decompress(packed, 64 << 20))
            arrays = {
                name: np.frombuffer(base64.b64decode(raw), np.float32).reshape(shape)
                for name, (shape, raw) in record["arrays"].items()
            }
            return Code(
                space=Space(record["space"]),
                model=str(record["model"]),
                truncation_psi=float(record["psi"]),
                truncation_cutoff=record["cutoff"],
                **arrays,
            )
        except (ValueError, KeyError, TypeError, AttributeError, zlib.error) as error:
            raise broken from error


def slerp(a: Floats, b: Floats, share: float) -> Floats:
    """Spherical interpolation of two vectors (Shoemake 1985); linear when they are parallel."""
    norm_a, norm_b = float(np.linalg.norm(a)), float(np.linalg.norm(b))
    if norm_a == 0 or norm_b == 0:
        return frozen((1 - share) * a + share * b)
    cosine = float(np.clip(np.sum(a * b) / (norm_a * norm_b), -1.0, 1.0))
    omega = float(np.arccos(cosine))
    if np.sin(omega) < 1e-4:
        return frozen((1 - share) * a + share * b)
    weights = np.sin((1 - share) * omega), np.sin(share * omega)
    return frozen((weights[0] * a + weights[1] * b) / np.sin(omega))
