"""Moving, turning and scaling what a StyleGAN3 paints."""

from __future__ import annotations

import math
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from ganpaint.document.document import Look
from ganpaint.engine.placement import AS_IT_IS, inverse_matrix, placed
from ganpaint.engine.spaces import Gaussian
from ganpaint.engine.starts import Wanted, candidates
from ganpaint.errors import BadRequest, NotOffered
from ganpaint.latent import Code, Space
from tests.models import tiny_stylegan2, tiny_stylegan3


def code_of(generator: object, seed: int = 0) -> Code:
    info = generator.info  # type: ignore[attr-defined]
    values = np.random.default_rng(seed).normal(size=info.z_dim)
    return Code(Space.Z, values, info.hash)


def test_the_matrix_is_the_inverse_of_what_happens() -> None:
    inverse = inverse_matrix((0.25, -0.1, 90.0, 2.0))
    point = np.linalg.inv(inverse) @ [0.1, 0.0, 1.0]  # right of the middle
    assert point == pytest.approx([0.25, -0.1 + 0.2, 1.0])  # a quarter turn clockwise: below it
    assert inverse_matrix(AS_IT_IS) == pytest.approx(np.eye(3))


@pytest.mark.parametrize("wrong", [(0, 0, 0, 0.0), (0, 0, 0, 99), (math.nan, 0, 0, 1)])
def test_sizes_without_sense_are_refused(wrong: tuple[float, float, float, float]) -> None:
    with pytest.raises(BadRequest, match="scaled by"):
        inverse_matrix(wrong)


def inside(image: torch.Tensor, margin: int) -> torch.Tensor:
    return image[..., margin:-margin, margin:-margin]


def apart(a: torch.Tensor, b: torch.Tensor) -> float:
    return float((a - b).square().mean().sqrt())


def test_the_picture_goes_where_it_is_said() -> None:
    """Right is right, down is down, clockwise is clockwise; the other way does not fit."""
    generator = tiny_stylegan3(32, kernel=1, radial=True)  # the one that turns exactly
    code = code_of(generator)

    def painted(placement: tuple[float, float, float, float]) -> torch.Tensor:
        moved = replace(code, transform=placed(generator, code, placement))  # type: ignore[arg-type]
        with torch.no_grad():
            return generator.paint([moved])[0]

    still = painted(AS_IT_IS)
    for placement, expected in (
        ((4 / 32, 0, 0, 1), torch.roll(still, 4, 2)),
        ((0, 4 / 32, 0, 1), torch.roll(still, 4, 1)),
        ((0, 0, 90, 1), torch.rot90(still, -1, (1, 2))),
    ):
        right = apart(inside(painted(placement), 6), inside(expected, 6))
        back = tuple(-v for v in placement[:3])
        wrong = apart(inside(painted((*back, 1)), 6), inside(expected, 6))  # type: ignore[arg-type]
        assert right < 0.1 * wrong, (placement, right, wrong)


def test_it_comes_after_what_the_code_had() -> None:
    generator = tiny_stylegan3()
    code = code_of(generator)
    once = replace(code, transform=placed(generator, code, (0.1, 0, 30, 1)))
    twice = placed(generator, once, (0.1, 0.2, 0, 1))
    expected = inverse_matrix((0.1, 0, 30, 1)) @ inverse_matrix((0.1, 0.2, 0, 1))
    assert twice == pytest.approx(expected, abs=1e-6)
    assert twice == pytest.approx(inverse_matrix((0.2, 0.2, 30, 1)), abs=1e-6)


def test_the_files_own_matrix_stays_below() -> None:
    generator = tiny_stylegan3()
    stored = torch.tensor(inverse_matrix((0.0, 0.0, 45, 1)), dtype=torch.float32)
    generator.synthesis.input.transform.copy_(stored)
    found = placed(generator, code_of(generator), (0, 0, 45, 1))
    assert found == pytest.approx(inverse_matrix((0, 0, 90, 1)), abs=1e-6)


def test_other_families_say_no() -> None:
    generator = tiny_stylegan2()
    with pytest.raises(NotOffered, match="cannot move or turn"):
        placed(generator, code_of(generator), (0.1, 0, 0, 1))


def test_a_look_knows_no_placement_at_first() -> None:
    assert Look().placement == AS_IT_IS


@pytest.mark.parametrize("space", [Space.W_PLUS, Space.Z])
def test_a_search_from_a_placed_code_begins_with_its_picture(space: Space) -> None:
    generator = tiny_stylegan3()
    size = generator.info.w_dim
    gaussian = Gaussian.of(torch.zeros(size), torch.eye(size).double())
    measured = SimpleNamespace(gaussian=lambda c, count: gaussian.around(torch.zeros(1, 1, size)))
    code = code_of(generator)
    code = replace(
        code, values=code.values * np.sqrt(len(code.values)) / np.linalg.norm(code.values)
    )
    code = replace(code, transform=placed(generator, code, (0.2, 0.1, 20, 1)))
    variables, u = candidates(generator, measured, space, Wanted(given=code))  # type: ignore[arg-type]
    with torch.no_grad():
        images, _ = variables.pictures(u)
        assert torch.allclose(images, generator.paint([code]), atol=1e-4)
        again = variables.code(u, 0)
        assert torch.allclose(generator.paint([again]), images, atol=1e-4)
    assert again.transform is not None and code.transform is not None
    assert np.array_equal(again.transform, code.transform)
