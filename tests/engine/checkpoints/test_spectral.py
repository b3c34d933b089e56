"""Spectral norms folded into weights equal what torch and the definition give."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from ganpaint.engine.checkpoints import spectral
from ganpaint.errors import BrokenModel


@pytest.mark.filterwarnings("ignore:`torch.nn.utils.spectral_norm`")
def test_by_hook_equals_torchs_own_evaluation() -> None:
    layer = nn.utils.spectral_norm(nn.Conv2d(3, 5, 3), n_power_iterations=2)
    layer(torch.randn(1, 3, 8, 8))
    layer.eval()
    x = torch.randn(2, 3, 8, 8)
    wanted = layer(x)
    found = spectral.by_hook(dict(layer.state_dict()), "n")
    assert set(found) == {"weight", "bias"}
    assert torch.allclose(
        nn.functional.conv2d(x, found["weight"], found["bias"]), wanted, atol=1e-6
    )


def test_the_oldest_hook_holds_the_divided_weight() -> None:
    state = {
        "a.weight_orig": torch.ones(2, 2),
        "a.weight_u": torch.ones(2),
        "a.weight": torch.eye(2),
    }
    assert torch.equal(spectral.by_hook(state, "n")["a.weight"], torch.eye(2))


def test_one_power_step_from_u0() -> None:
    w, u0 = torch.randn(4, 6), torch.randn(1, 4)
    v = u0 @ w / (u0 @ w).norm()
    u = v @ w.t() / (v @ w.t()).norm()
    sigma = (v @ w.t() @ u.t()).item()
    state = {"a.weight": w, "a.u0": u0, "a.u1": u0, "a.sv0": torch.ones(1), "a.bias": torch.ones(4)}
    found = spectral.by_power_step(state | {"b.weight": w}, "n", 1e-12)
    assert torch.allclose(found["a.weight"], w / sigma, rtol=1e-5)
    assert torch.equal(found["b.weight"], w)
    assert set(found) == {"a.weight", "a.bias", "b.weight"}


def test_vectors_that_do_not_fit_are_named() -> None:
    bad = [
        {
            "a.weight_orig": torch.ones(2, 3),
            "a.weight_u": torch.ones(3),
            "a.weight_v": torch.ones(3),
        },
        {"a.weight_orig": torch.ones(2, 3), "a.weight_u": torch.ones(2)},
        {"a.weight_orig": torch.tensor(1.0), "a.weight_u": torch.ones(2)},
    ]
    for state in bad:
        with pytest.raises(BrokenModel, match=r"a\.weight_orig"):
            spectral.by_hook(state, "n")
    for weight in (torch.ones(2, 3), torch.tensor(1.0)):
        with pytest.raises(BrokenModel, match=r"a\.u0"):
            spectral.by_power_step({"a.weight": weight, "a.u0": torch.ones(1, 5)}, "n", 1e-12)
