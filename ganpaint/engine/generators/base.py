"""What every generator of every family offers to the rest of the engine.

Style families have `map` and `synthesize`; the others `embed` and `generate`. `paint` renders
stored codes of any space, so that callers need not know the family.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from ganpaint.errors import BadRequest, NotOffered
from ganpaint.latent import Code, Floats, Space
from ganpaint.model_info import ModelInfo

if TYPE_CHECKING:
    from ganpaint.engine.generators.discriminator import Discriminator


BATCH = 8  # pictures a call: larger batches are not faster on a processor


class Derived:
    """A layer that keeps what it derives from its weights, for as long as they stay the same.

    The weights are told apart by address and version, so a tensor that is changed in place, moved
    or exchanged is noticed without anyone saying so.
    """

    _kept: dict[object, tuple[object, Tensor]]

    def kept(self, key: object, sources: Sequence[Tensor], make: Callable[[], Tensor]) -> Tensor:
        """What `make` makes of the sources; made anew when they have changed."""
        stamp = tuple((t.device, t.data_ptr(), version(t)) for t in sources)
        found = self._kept.get(key)
        if found is None or found[0] != stamp:
            # what is made in inference mode can never carry a gradient, and searches need it too
            with torch.inference_mode(False), torch.no_grad():
                found = stamp, make()
            self._kept[key] = found
        return found[1]

    def forget(self) -> None:
        """Drop it; it is derived anew at the next use."""
        self._kept = {}


def last(stages: Iterator[tuple[str, Tensor]]) -> Tensor:
    """The outcome of the last stage; earlier ones are let go as they pass."""
    x: Tensor | None = None
    for _, x in stages:  # noqa: B007
        pass
    assert x is not None
    return x


def one_hot(c: Tensor, count: int) -> Tensor:
    """Class weights (N, count), from themselves or from indices (N,)."""
    if c.ndim == 2:
        return c.float() if not c.is_floating_point() else c
    return torch.nn.functional.one_hot(c.long(), count).float()


def version(tensor: Tensor) -> int:
    """How often the tensor was changed in place; those of inference mode do not count."""
    return -1 if tensor.is_inference() else tensor._version


class Generator(nn.Module):
    """A generator ready for editing: evaluation mode, weights frozen.

    Attributes:
        info: facts about the model.
        discriminator: the one of the same file, or None.
        questions: what the file does not say and was assumed (checkpoints.answer keeps answers).
    """

    info: ModelInfo
    discriminator: Discriminator | None = None
    questions: tuple[str, ...] = ()

    @property
    def device(self) -> torch.device:
        """Where the weights live."""
        return next(self.parameters()).device

    def map(
        self,
        z: Tensor,
        c: Tensor | None = None,
        truncation_psi: float = 1.0,
        truncation_cutoff: int | None = None,
    ) -> Tensor:
        """z (N, z_dim), class vectors (N, c_dim) → ws (N, num_ws, w_dim)."""
        raise NotOffered(f"Models of the family {self.info.family} have no w.", "Use z.")

    def synthesize(
        self, ws: Tensor, noise_mode: str = "const", transform: Tensor | None = None
    ) -> Tensor:
        """ws (N, num_ws, w_dim) → (N, C, R, R), unclamped, differentiable."""
        raise NotOffered(f"Models of the family {self.info.family} have no w.", "Use z.")

    def reduced(self, ws: Tensor, side: int) -> Tensor:
        """ws → a smaller picture (N, C, side, side), for previews of large models.

        Here the whole picture, averaged; a family that can stop early is quicker.
        """
        image = self.synthesize(ws)
        return (
            image
            if image.shape[-1] <= side
            else nn.functional.interpolate(image, side, mode="area")
        )

    def draft_sides(self) -> tuple[int, ...]:
        """Sides at which `reduced` stops early, ascending; () where it saves nothing worth it."""
        return ()

    def embed(self, c: Tensor) -> Tensor:
        """Class vectors (N, c_dim) → embeddings, for families without w."""
        raise NotOffered(f"Models of the family {self.info.family} have no class embedding.", "")

    def generate(
        self,
        z: Tensor,
        c: Tensor | None = None,
        truncation: float = 1.0,
        embed: Tensor | None = None,
    ) -> Tensor:
        """z (N, z_dim), already scaled → (N, C, R, R)."""
        return self.synthesize(self.map(z, c, truncation))

    def layers(self) -> tuple[str, ...]:
        """Names of the layers whose activations can be read, first to last."""
        raise AssertionError("a family names its layers")

    def stages(
        self,
        code: Tensor,
        c: Tensor | None = None,
        truncation: float = 1.0,
        embed: Tensor | None = None,
    ) -> Iterator[tuple[str, Tensor]]:
        """Each layer's name and activations in turn, computed as they are asked for.

        `code` is ws (N, num_ws, w_dim) where there is w; else z (N, z_dim), with its class.
        """
        raise AssertionError("a family computes its layers")

    def activations(
        self,
        layer: str,
        code: Tensor,
        c: Tensor | None = None,
        truncation: float = 1.0,
        embed: Tensor | None = None,
    ) -> Tensor:
        """(N, C, r, r) after a layer; nothing beyond it is computed.

        Raises:
            BadRequest: there is no such layer.
        """
        for name, x in self.stages(code, c, truncation, embed):
            if name == layer:
                return x
        raise BadRequest(
            f"“{self.info.name}” has no layer called “{layer}”.",
            f"Use one of {', '.join(self.layers())}.",
        )

    def weights_changed(self) -> None:
        """Forget what was derived from the weights; call it after changing them in place."""
        for module in self.modules():
            if isinstance(module, Derived):
                module.forget()

    def class_tensor(self, c: Sequence[float] | None, count: int = 1) -> Tensor | None:
        """(count, c_dim) from one row of class weights; None for models without classes."""
        if not self.info.c_dim:
            return None
        if c is None:
            row = torch.full((self.info.c_dim,), 1.0 / self.info.c_dim)
        else:
            row = torch.as_tensor(list(c), dtype=torch.float32)
        return row.to(self.device).expand(count, -1)

    def paint(self, codes: Sequence[Code], noise_mode: str = "const") -> Tensor:
        """Pictures of stored codes, (N, C, R, R) unclamped, at most BATCH at a time.

        Raises:
            BadRequest: a code belongs to another model, or has another shape.
        """
        for code in codes:
            self._require_own(code)
        paint = self._paint_ws if self.info.num_ws else self._paint_z
        parts = []
        # codes that differ in more than their numbers cannot share a batch
        for _, alike in groupby(codes, _settings):
            run = list(alike)
            parts += [paint(run[k : k + BATCH], noise_mode) for k in range(0, len(run), BATCH)]
        return torch.cat(parts)

    def _require_own(self, code: Code) -> None:
        info = self.info
        if code.model != info.hash:
            raise BadRequest(
                f"This code was made with another model than “{info.name}”.",
                "Open the model it was made with.",
            )
        shapes: dict[Space, tuple[int, ...]] = {Space.Z: (info.z_dim,)}
        if info.num_ws:
            shapes |= {Space.W: (info.w_dim,), Space.W_PLUS: (info.num_ws, info.w_dim)}
        if code.values.shape != shapes.get(code.space):
            raise BadRequest(
                f"This code does not fit “{info.name}”: it holds {code.values.shape} numbers "
                f"in {code.space}.",
                "Use a code that was made with this model.",
            )

    def _stacked(self, rows: Sequence[Floats | None]) -> Tensor | None:
        """(N, …) on the model's device; None where the codes have none."""
        found = [torch.from_numpy(row.copy()) for row in rows if row is not None]
        return torch.stack(found).to(self.device) if found else None

    def _classes(self, codes: Sequence[Code]) -> Tensor | None:
        rows = [self.class_tensor(None if code.c is None else code.c.tolist()) for code in codes]
        found = [row for row in rows if row is not None]
        return torch.cat(found) if found else None

    def _paint_z(self, codes: Sequence[Code], noise_mode: str) -> Tensor:
        z = self._stacked([code.values for code in codes])
        assert z is not None
        embed = self._stacked([code.embed for code in codes])
        return self.generate(z, self._classes(codes), codes[0].truncation_psi, embed)

    def _paint_ws(self, codes: Sequence[Code], noise_mode: str) -> Tensor:
        values = self._stacked([code.values for code in codes])
        assert values is not None
        first = codes[0]
        if first.space is Space.Z:
            ws = self.map(values, self._classes(codes))
        else:
            ws = values[:, None] if first.space is Space.W else values
            ws = ws.expand(-1, self.info.num_ws, -1)
        ws = self.truncated(ws, first.truncation_psi, first.truncation_cutoff)
        transform = self._stacked([first.transform])
        return self.synthesize(ws, noise_mode, None if transform is None else transform[0])

    def truncated(self, ws: Tensor, psi: float, cutoff: int | None = None) -> Tensor:
        """ws pulled towards the model's mean; exactly ws for psi 1."""
        raise NotOffered(f"Models of the family {self.info.family} have no w.", "")


def _settings(code: Code) -> Hashable:
    """What codes must share to be painted together."""
    transform = None if code.transform is None else code.transform.tobytes()
    return code.space, code.truncation_psi, code.truncation_cutoff, transform, code.embed is None
