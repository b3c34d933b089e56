"""Class transport with its checks (METHODS 3.3), sliders and truncation laid over a code."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch

from ganpaint.engine.classes import Transports, look_over
from ganpaint.errors import BadRequest, NotOffered
from ganpaint.latent import Code, Space
from tests.engine.searching import calibration, one_hot, tiny, transports


@dataclass(frozen=True)
class Laid:
    class_weights: tuple[float, ...] | None = None
    strength: float = 1.0
    pose_lock: float = 0.0
    sliders: tuple[tuple[str, float], ...] = ()
    truncation_psi: float = 1.0
    placement: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 1.0)


def over(base: Code, look: Laid, tmp_path: Path, c_dim: int = 3) -> Code:
    made = transports(tmp_path, c_dim)
    return look_over(tiny(c_dim), calibration(c_dim), made, base, look)


def paired(count: int, a: int, b: int) -> tuple[torch.Tensor, torch.Tensor]:
    """w of the same fresh z under two classes."""
    z = torch.randn(count, 8, generator=torch.Generator().manual_seed(99))
    rows = [one_hot(k)[None].expand(count, -1) for k in (a, b)]
    return tiny().map(z, rows[0])[:, 0], tiny().map(z, rows[1])[:, 0]


def code(space: Space = Space.W_PLUS, k: int | None = 0, seed: int = 0) -> Code:
    ws, _ = paired(3, 0, 1)
    rng = torch.Generator().manual_seed(seed)
    values = ws[seed % 3].expand(tiny().info.num_ws, -1)
    values = values + 0.3 * torch.randn(values.shape, generator=rng)
    c = None if k is None else one_hot(k).numpy()
    if space is Space.W:
        values = values[0]
    return Code(space, values.numpy(), tiny().info.hash, c=c)


def test_transport_beats_the_mean_shift_and_that_beats_doing_nothing(tmp_path: Path) -> None:
    made = transports(tmp_path)
    for a, b in ((0, 1), (1, 2), (2, 0)):
        w_a, w_b = paired(200, a, b)
        fitted = (made.pair(a, b)(w_a) - w_b).square().mean()
        shifted = (made.mean_shift(a, b)(w_a) - w_b).square().mean()
        nothing = (w_a - w_b).square().mean()
        assert fitted < shifted < nothing


def test_pictures_after_transport_are_nearer_to_the_true_ones(tmp_path: Path) -> None:
    w_a, w_b = paired(100, 0, 1)
    wide = tiny().info.num_ws
    with torch.no_grad():
        truth, moved, shifted, other = (
            tiny().synthesize(w[:, None].expand(-1, wide, -1))
            for w in (
                w_b,
                transports(tmp_path).pair(0, 1)(w_a),
                transports(tmp_path).mean_shift(0, 1)(w_a),
                w_b.roll(1, 0),
            )
        )
    errors = [float((x - truth).square().mean()) for x in (moved, shifted, other)]
    assert errors[0] < errors[1] < errors[2]


def test_own_class_is_the_identity_bit_for_bit(tmp_path: Path) -> None:
    for base in (code(), code(Space.W), code(k=2)):
        assert base.c is not None
        same = over(base, Laid(class_weights=tuple(base.c.tolist())), tmp_path)
        assert same is base
    mixed = Code(Space.W_PLUS, code().values, tiny().info.hash, c=np.array([0.5, 0.5, 0]))
    assert over(mixed, Laid(class_weights=(0.5, 0.5, 0.0)), tmp_path) is mixed
    assert over(code(), Laid(), tmp_path).same_as(code())


def test_a_likely_class_is_found_for_codes_without_one(tmp_path: Path) -> None:
    made = transports(tmp_path)
    for k in range(3):
        w, _ = paired(60, k, k)
        found = [made.likeliest(row.expand(tiny().info.num_ws, -1)) for row in w]
        assert np.mean([f == k for f in found]) > 0.6
    nameless = code(k=None)
    own = made.likeliest(torch.tensor(nameless.values))
    same = over(nameless, Laid(class_weights=tuple(one_hot(own).tolist())), tmp_path)
    assert np.array_equal(same.values, nameless.values)


def test_strength_is_continuous_and_mixes_are_linear(tmp_path: Path) -> None:
    base = code()
    white = (0.0, 1.0, 0.0)
    none = over(base, Laid(white, strength=0.0), tmp_path)
    little = over(base, Laid(white, strength=0.01), tmp_path)
    assert np.array_equal(none.values, base.values)
    with torch.no_grad():
        a, b = tiny().paint([none]), tiny().paint([little])
    assert float((a - b).abs().mean()) * 127.5 < 2
    full = over(base, Laid(white), tmp_path).values - base.values
    other = over(base, Laid((0.0, 0.0, 1.0)), tmp_path).values - base.values
    mix = over(base, Laid((0.0, 0.4, 0.6)), tmp_path).values - base.values
    assert np.allclose(mix, 0.4 * full + 0.6 * other, atol=1e-4)


@pytest.mark.behaviour("C2")
def test_a_swap_names_the_class_and_the_pose_lock_keeps_the_coarse_layers(
    tmp_path: Path,
) -> None:
    base = code()
    swapped = over(base, Laid((0.0, 1.0, 0.0)), tmp_path)
    assert swapped.c is not None
    assert swapped.c.tolist() == [0, 1, 0]
    locked = over(base, Laid((0.0, 1.0, 0.0), pose_lock=1.0), tmp_path)
    assert np.array_equal(locked.values[:3], base.values[:3])
    assert not np.array_equal(locked.values[3:], base.values[3:])
    assert np.array_equal(locked.values[3:], swapped.values[3:])


def test_a_code_in_z_is_mapped_with_the_other_class(tmp_path: Path) -> None:
    z = torch.randn(8, generator=torch.Generator().manual_seed(1))
    base = Code(Space.Z, z.numpy(), tiny().info.hash, c=one_hot(0).numpy())
    swapped = over(base, Laid((0.0, 1.0, 0.0)), tmp_path)
    assert swapped.space is Space.Z
    assert np.array_equal(swapped.values, base.values)
    half = over(base, Laid((0.0, 1.0, 0.0), strength=0.5), tmp_path)
    truth = [tiny().map(z[None], one_hot(k)[None])[0].numpy() for k in (0, 1)]
    assert half.space is Space.W_PLUS
    assert np.allclose(half.values, (truth[0] + truth[1]) / 2, atol=1e-5)


@pytest.mark.behaviour("L6")
@pytest.mark.parametrize("space", [Space.W, Space.W_PLUS])
def test_sliders_add_sigma_times_direction(tmp_path: Path, space: Space) -> None:
    base = code(space)
    laid = over(base, Laid(sliders=(("pca1", 1.5), ("pca3", -2.0))), tmp_path)
    cal = calibration()
    expected = 1.5 * cal.directions[0].vector - 2.0 * cal.directions[2].vector
    assert laid.space is space
    assert np.allclose(laid.values - base.values, expected.numpy(), atol=1e-6)
    assert laid.c is not None
    assert laid.c.tolist() == [1, 0, 0]


@pytest.mark.behaviour("L7")
def test_truncation_goes_from_the_mean_to_the_code(tmp_path: Path) -> None:
    base = code()
    with torch.no_grad():
        zero, one, mean, plain = (
            tiny().paint([c])
            for c in (
                over(base, Laid(truncation_psi=0.0), tmp_path),
                over(base, Laid(truncation_psi=1.0), tmp_path),
                Code(Space.W, tiny().mapping.w_avg.numpy(), tiny().info.hash),
                base,
            )
        )
    assert torch.allclose(zero, mean, atol=1e-5)
    assert torch.equal(one, plain)
    twice = over(over(base, Laid(truncation_psi=0.5), tmp_path), Laid(truncation_psi=0.5), tmp_path)
    assert twice.truncation_psi == 0.25


def test_transports_are_kept_and_read_again(tmp_path: Path) -> None:
    first = transports(tmp_path).pair(0, 2)
    files = list((tmp_path / "calibration").rglob("0-2.npz"))
    assert len(files) == 1
    again = transports(tmp_path).pair(0, 2)
    assert torch.equal(first.matrix, again.matrix)
    files[0].write_bytes(files[0].read_bytes()[:100])
    anew = transports(tmp_path).pair(0, 2)
    assert torch.equal(first.matrix, anew.matrix)


def test_many_classes_use_their_means(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ganpaint.engine.classes.MANY", 2)
    made = Transports(tiny(), calibration(), tmp_path)
    ws = torch.tensor(code().values)
    moved = made.moved(ws, one_hot(0), one_hot(1))
    assert torch.allclose(moved, made.mean_shift(0, 1)(ws) - ws)
    assert not (tmp_path / "calibration").exists()


def test_what_does_not_fit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="2 shares; the model has 3"):
        over(code(), Laid((1.0, 0.0)), tmp_path)
    with pytest.raises(BadRequest, match='no slider "smile"'):
        over(code(), Laid(sliders=(("smile", 1.0),)), tmp_path)
    classless = Code(Space.W_PLUS, code().values, tiny(0).info.hash)
    with pytest.raises(NotOffered, match="no classes"):
        over(classless, Laid((1.0,)), tmp_path, c_dim=0)
