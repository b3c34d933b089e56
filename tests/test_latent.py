"""Codes as values: equality, mixing, and text that survives a chat."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganpaint.errors import BadRequest
from ganpaint.latent import Code, Space, slerp


def code(seed: int = 0, space: str = "w+", model: str = "m") -> Code:
    rng = np.random.default_rng(seed)
    shape = (4, 6) if space == "w+" else (6,)
    return Code(Space(space), rng.normal(size=shape), model, c=np.array([0.25, 0.75]))


def test_arrays_are_read_only_float32() -> None:
    made = code()
    assert made.values.dtype == np.float32
    with pytest.raises(ValueError, match="read-only"):
        made.values[0, 0] = 1


def test_digest_sees_everything_that_decides_the_picture() -> None:
    base = code()
    assert base.same_as(code())
    different = [
        code(1),
        code(model="n"),
        Code(base.space, base.values, base.model),
        Code(base.space, base.values, base.model, c=base.c, truncation_psi=0.5),
        Code(base.space, base.values, base.model, c=base.c, truncation_cutoff=2),
        Code(base.space, base.values, base.model, c=base.c, transform=np.eye(3)),
    ]
    assert len({base.digest, *(other.digest for other in different)}) == 7


def test_mixing_goes_from_one_to_the_other() -> None:
    a, b = code(0), code(1)
    assert np.array_equal(a.mixed(b, 0).values, a.values)
    assert np.allclose(a.mixed(b, 1).values, b.values)
    assert a.distance(b) == pytest.approx(2 * a.mixed(b, 0.5).distance(a), rel=1e-5)


def test_z_is_mixed_on_the_sphere() -> None:
    a, b = code(0, "z"), code(1, "z")
    unit = np.linalg.norm(slerp(a.values / 9, a.values / 3, 0.5))
    assert unit > 0
    length = np.linalg.norm(a.mixed(b, 0.5).values)
    assert length > np.linalg.norm((a.values + b.values) / 2)


@pytest.mark.parametrize("other", [code(1, model="n"), code(1, "w")])
def test_strangers_are_not_mixed(other: Code) -> None:
    with pytest.raises(BadRequest):
        code().mixed(other, 0.5)


@given(st.integers(0, 2**31), st.sampled_from(["z", "w", "w+"]))
def test_text_round_trip_is_exact(seed: int, space: str) -> None:
    made = code(seed, space)
    assert Code.from_text(made.to_text()).same_as(made)


@given(st.data())
def test_damaged_text_is_found_out(data: st.DataObject) -> None:
    text = code().to_text()
    at = data.draw(st.integers(15, len(text) - 1))
    kind = data.draw(st.sampled_from(["cut", "change"]))
    damaged = text[:at] if kind == "cut" else text[:at] + chr(ord(text[at]) ^ 1) + text[at + 1 :]
    try:
        again = Code.from_text(damaged)
    except BadRequest as error:
        assert "not a complete ganpaint code" in str(error)
    else:  # only padding at the very end may change without meaning
        assert again.same_as(code())


def test_line_breaks_of_a_mail_do_no_harm() -> None:
    text = code().to_text()
    assert Code.from_text(f"  {text[:40]}\n {text[40:]}\r\n").same_as(code())
