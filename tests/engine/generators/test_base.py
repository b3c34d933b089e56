"""Painting stored codes, and keeping what is derived from weights."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from ganpaint.engine.generators import base
from ganpaint.engine.generators.base import Derived, Generator
from ganpaint.errors import BadRequest, NotOffered
from ganpaint.latent import Code, Space
from tests.models import tiny_stylegan2

MODEL = tiny_stylegan2()


def code(space: str, seed: int = 0, **settings: object) -> Code:
    shape = {"z": (8,), "w": (10,), "w+": (6, 10)}[space]
    values = np.random.default_rng(seed).normal(size=shape).astype(np.float32)
    made = Code(Space(space), values, MODEL.info.hash, c=np.eye(3, dtype=np.float32)[seed % 3])
    return replace(made, **settings)  # type: ignore[arg-type]


def test_codes_of_every_space_are_painted_in_their_order() -> None:
    codes = [
        code("w", 1), code("z", 2), code("w+", 3), code("w+", 4),
        code("w", 5, truncation_psi=0.5), code("z", 6, truncation_psi=0.3, truncation_cutoff=2),
    ]  # fmt: skip
    pictures = MODEL.paint(codes)
    assert pictures.shape == (6, 3, 16, 16)
    for picture, each in zip(pictures, codes, strict=True):
        assert torch.allclose(picture, MODEL.paint([each])[0], atol=1e-5)
    w = torch.from_numpy(codes[0].values.copy())
    assert torch.allclose(pictures[0], MODEL.synthesize(w.expand(1, 6, -1))[0], atol=1e-5)
    z, c = torch.from_numpy(codes[5].values.copy())[None], torch.from_numpy(codes[5].c.copy())[None]
    assert torch.allclose(pictures[5], MODEL.synthesize(MODEL.map(z, c, 0.3, 2))[0], atol=1e-5)


def test_many_codes_go_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    real = MODEL.synthesize
    monkeypatch.setattr(MODEL, "synthesize", lambda ws, *a: sizes.append(len(ws)) or real(ws, *a))
    MODEL.paint([code("w", k) for k in range(19)])
    assert sizes == [8, 8, 3]


def test_a_missing_class_is_the_even_mix() -> None:
    even = np.full(3, 1 / 3, np.float32)
    first, second = MODEL.paint([code("z", c=None), code("z", c=even)])
    assert torch.allclose(first, second, atol=1e-6)
    assert MODEL.class_tensor([0, 1, 0], 2).tolist() == [[0, 1, 0]] * 2
    assert tiny_stylegan2(c_dim=0).class_tensor(None) is None


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"model": "another"}, "another model"),
        ({"values": np.zeros(9, np.float32)}, "does not fit"),
        ({"space": Space.W_PLUS}, "does not fit"),
    ],
)
def test_foreign_codes_are_refused(wrong: dict[str, object], words: str) -> None:
    with pytest.raises(BadRequest, match=words):
        MODEL.paint([replace(code("w"), **wrong)])  # type: ignore[arg-type]


class Plain(Generator):
    """A generator that offers nothing."""

    info = replace(MODEL.info, family="plain", num_ws=0)


def test_what_a_family_lacks_is_said() -> None:
    plain = Plain()
    for call in (
        lambda: plain.map(torch.zeros(1, 2)),
        lambda: plain.synthesize(torch.zeros(1, 2)),
        lambda: plain.embed(torch.zeros(1, 2)),
        lambda: plain.truncated(torch.zeros(1, 2), 0.5),
    ):
        with pytest.raises(NotOffered, match="plain"):
            call()


class Twice(Derived):
    def __init__(self) -> None:
        self._kept = {}
        self.made = 0

    def of(self, x: torch.Tensor) -> torch.Tensor:
        def make() -> torch.Tensor:
            self.made += 1
            return x * 2

        return self.kept("twice", [x], make)


def test_what_is_derived_is_kept_until_the_weights_change() -> None:
    twice, x = Twice(), torch.ones(3)
    with torch.inference_mode():
        first = twice.of(x)
    assert not first.is_inference()
    assert twice.of(x) is first and twice.made == 1
    x.add_(1)
    assert twice.of(x).tolist() == [4, 4, 4] and twice.made == 2
    x.data = torch.full((3,), 5.0)
    assert twice.of(x).tolist() == [10, 10, 10]
    twice.forget()
    twice.of(x)
    assert twice.made == 4


def test_version_of_tensors() -> None:
    x = torch.ones(1)
    before = base.version(x)
    x.mul_(2)
    assert base.version(x) > before
    with torch.inference_mode():
        assert base.version(torch.ones(1)) == -1
