"""Starts: best of samples, the mean, a given code, classes in turn."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ganpaint.engine.spaces import Whitened
from ganpaint.engine.starts import Wanted, best_of, candidates, classes
from ganpaint.errors import NotOffered
from ganpaint.latent import Code, Space
from ganpaint.progress import Stop
from tests.engine.searching import calibration, objective, one_hot, steps_of, tiny


def made(space: Space, wanted: Wanted) -> tuple[object, torch.Tensor]:
    return candidates(tiny(), calibration(), space, wanted)


def test_the_best_of_samples_has_the_lowest_loss() -> None:
    variables, u = made(Space.W, Wanted(samples=10))
    tried, losses = steps_of(best_of(variables, u, objective(), Stop(), chunk=4))
    assert [t.first for t in tried] == [0, 4, 8]
    assert tried[-1].total == 10
    assert losses.isfinite().all()
    images, _ = variables.pictures(u)
    again = objective().terms[0].measure  # the pixel term alone
    from ganpaint.engine.objective import Point

    assert torch.allclose(losses, again(Point.at(variables, u)), atol=1e-5)
    assert images.shape[0] == 10


def test_stopping_leaves_untried_samples_out() -> None:
    variables, u = made(Space.W, Wanted(samples=10))
    stop = Stop()
    trying = best_of(variables, u, objective(), stop, chunk=4)
    next(trying)
    stop.keep_best()
    _, losses = steps_of(trying)
    assert losses.isfinite().sum() == 4


def test_more_samples_begin_with_the_same_ones() -> None:
    few, many = made(Space.W, Wanted(samples=5))[1], made(Space.W, Wanted(samples=9))[1]
    assert torch.allclose(few, many[:5])
    assert not torch.allclose(few, made(Space.W, Wanted(samples=5, seed=1))[1])


@pytest.mark.behaviour("C7")
def test_without_a_class_the_samples_take_all_classes_in_turn() -> None:
    c = classes(tiny(), Wanted(seed=4), 9)
    assert c is not None
    assert c.sum(0).tolist() == [3, 3, 3]
    chosen = classes(tiny(), Wanted(class_weights=one_hot(2)), 4)
    assert chosen is not None
    assert chosen.tolist() == [[0, 0, 1]] * 4
    assert classes(tiny(0), Wanted(), 4) is None


def test_no_samples_means_the_mean() -> None:
    variables, u = made(Space.W_PLUS, Wanted(samples=0, class_weights=one_hot(1)))
    assert u.shape[0] == 1
    assert not u.any()
    assert isinstance(variables, Whitened)
    assert torch.allclose(variables.gaussian.mean[0, 0], calibration().class_means[1])


def test_a_given_code_is_where_it_begins() -> None:
    ws = np.random.default_rng(0).normal(size=(tiny().info.num_ws, 10)).astype(np.float32)
    code = Code(Space.W_PLUS, ws, tiny().info.hash, c=one_hot(0).numpy())
    variables, u = made(Space.W_PLUS, Wanted(given=code))
    assert np.allclose(variables.code(u, 0).values, ws, atol=1e-4)
    with pytest.raises(NotOffered, match="cannot begin"):
        made(Space.Z, Wanted(given=code))


def test_truncation_of_a_given_code_is_applied() -> None:
    ws = np.random.default_rng(0).normal(size=(tiny().info.num_ws, 10)).astype(np.float32)
    code = Code(Space.W_PLUS, ws, tiny().info.hash, truncation_psi=0.0)
    variables, u = made(Space.W_PLUS, Wanted(given=code))
    assert np.allclose(variables.code(u, 0).values, tiny().mapping.w_avg, atol=1e-4)
