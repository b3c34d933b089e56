"""BigGAN-PyTorch's bare tables: shapes tell the network, statistics are brought to one form."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from ganpaint.engine.checkpoints import read_model
from ganpaint.errors import BadModel, Refused, UnknownModel


def norm(prefix: str, width: int, conditioning: int) -> dict[str, Tensor]:
    return {
        f"{prefix}.gain.weight": torch.randn(width, conditioning),
        f"{prefix}.bias.weight": torch.randn(width, conditioning),
        f"{prefix}.stored_mean": torch.randn(width),
        f"{prefix}.stored_var": torch.rand(width),
    }


def state(blocks: int = 2, chunk: int = 3, shared: int = 5) -> dict[str, Tensor]:
    found = {
        "shared.weight": torch.randn(7, shared),
        "linear.weight": torch.randn(8 * 16, chunk or 6),
        "linear.bias": torch.zeros(8 * 16),
        "output_layer.0.gain": torch.ones(8),
        "output_layer.0.bias": torch.ones(8),
        "output_layer.0.stored_mean": torch.ones(8),
        "output_layer.0.stored_var": torch.ones(8),
        "output_layer.2.weight": torch.randn(3, 8, 3, 3),
        "output_layer.2.bias": torch.zeros(3),
    }
    for i in range(blocks):
        for j in (1, 2):
            found[f"blocks.{i}.0.conv{j}.weight"] = torch.randn(8, 8, 3, 3)
            found |= norm(f"blocks.{i}.0.bn{j}", 8, shared + chunk)
    found["blocks.1.1.theta.weight"] = torch.randn(1, 8, 1, 1)
    return found


def put(tmp_path: Path, value: dict[str, Any]) -> Path:
    path = tmp_path / "G_ema.pth"
    torch.save(value, path)
    return path


def test_shapes_tell_the_network(tmp_path: Path) -> None:
    table = read_model(put(tmp_path, state())).table
    assert table == {
        "resolution": 16, "channels": 3, "z_dim": 9, "c_dim": 7, "shared_dim": 5,
        "hierarchical": True, "deep": False, "attention": [1], "bn_eps": 1e-5,
    }  # fmt: skip
    flat = read_model(put(tmp_path, state(chunk=0))).table
    assert (flat["z_dim"], flat["hierarchical"]) == (6, False)


def test_the_epsilon_is_asked_for_or_assumed_with_a_note(tmp_path: Path) -> None:
    path = put(tmp_path, state())
    assert "epsilon" in read_model(path).notes[0]
    given = read_model(path, {"BN_eps": 1e-3})
    assert given.table["bn_eps"] == 1e-3 and not given.notes
    converted = state()
    converted["output_layer.2.weight"] = torch.randn(3, 96, 3, 3)
    assert read_model(put(tmp_path, converted)).table["bn_eps"] == 1e-4
    with pytest.raises(BadModel):
        read_model(path, {"BN_eps": "small"})


def test_standing_statistics_are_divided(tmp_path: Path) -> None:
    for count, divisor in ((16.0, 16.0), (0.0, 1.0)):
        value = state()
        mean, var = value.pop("blocks.0.0.bn1.stored_mean"), value.pop("blocks.0.0.bn1.stored_var")
        value |= {
            "blocks.0.0.bn1.bn.stored_mean": mean,
            "blocks.0.0.bn1.bn.stored_var": var,
            "blocks.0.0.bn1.bn.accumulation_counter": torch.tensor([count]),
        }
        tensors = read_model(put(tmp_path, value)).tensors
        assert torch.equal(tensors["G_ema.blocks.0.0.bn1.stored_mean"], mean / divisor)
        assert torch.equal(tensors["G_ema.blocks.0.0.bn1.stored_var"], var / divisor)
        assert not [key for key in tensors if "counter" in key]


def test_synchronised_norms_get_the_same_names(tmp_path: Path) -> None:
    value = state()
    mean, var = value.pop("blocks.0.0.bn1.stored_mean"), value.pop("blocks.0.0.bn1.stored_var")
    value |= {"blocks.0.0.bn1.bn.running_mean": mean, "blocks.0.0.bn1.bn.running_var": var}
    value["blocks.0.0.bn1.bn.num_batches_tracked"] = torch.tensor(3)
    tensors = read_model(put(tmp_path, value)).tensors
    assert torch.equal(tensors["G_ema.blocks.0.0.bn1.stored_var"], var)


def test_norms_without_statistics_are_refused(tmp_path: Path) -> None:
    value = {k: v for k, v in state().items() if "stored" not in k}
    with pytest.raises(Refused, match="keeps no statistics"):
        read_model(put(tmp_path, value))


@pytest.mark.behaviour("X19")
def test_discriminators_and_optimisers_are_named(tmp_path: Path) -> None:
    judge = {
        "blocks.0.0.conv1.weight": torch.ones(8, 3, 3, 3),
        "linear.weight": torch.ones(1, 8),
        "embed.weight": torch.ones(7, 8),
    }
    with pytest.raises(UnknownModel, match="discriminator"):
        read_model(put(tmp_path, judge))
    optimiser = torch.optim.Adam([torch.nn.Parameter(torch.ones(2))]).state_dict()
    with pytest.raises(UnknownModel, match="optimiser"):
        read_model(put(tmp_path, optimiser))


@pytest.mark.parametrize(
    "change",
    [
        {"linear.weight": torch.tensor(1.0)},
        {"blocks.0.0.conv1.weight": torch.ones(8)},
        {"blocks.0.0.conv1.weight": torch.ones(8, 0, 3, 3)},
        {"blocks.0.0.bn1.gain.weight": torch.ones(8, 2)},
        {"blocks.99.0.conv1.weight": torch.ones(8, 8, 3, 3)},
        {"blocks.0.0.bn1.bn.momentum": torch.ones(1)},
        {"shared.weight": torch.ones(3)},
        {"linear.u0": torch.ones(1, 3)},
    ],
)
def test_damage_is_a_sentence(change: dict[str, Tensor], tmp_path: Path) -> None:
    with pytest.raises(BadModel) as caught:
        read_model(put(tmp_path, state() | change))
    assert len(str(caught.value)) <= 220


def test_published_fixtures(shared: Path) -> None:
    expected = {
        "hier-32": (32, 32, True, False),
        "mybn-standing-32": (32, 14, False, False),
        "unshared-mybn-32": (32, 12, False, False),
        "deep-32": (32, 12, True, True),
        "no-sn-hier-64": (64, 20, True, False),
    }
    for name, facts in expected.items():
        table = read_model(shared / "parity/fixtures/biggan_ajbrock" / f"{name}.pth").table
        found = tuple(table[key] for key in ("resolution", "z_dim", "hierarchical", "deep"))
        assert found == facts, name
