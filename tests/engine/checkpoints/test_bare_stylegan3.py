"""StyleGAN3's state dicts: geometry from names and filters, the rest assumed and said."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

import ganpaint
from ganpaint.engine.checkpoints import read_model, write_model
from ganpaint.errors import BadModel

ODD = {"output_scale": 0.5, "conv_clamp": 3.0, "bandwidth": 1.5, "margin_size": 6}


@pytest.mark.parametrize(
    ("name", "config"),
    [
        ("t-32", None),
        ("r-32-cond", None),
        ("t-16-odd", ODD),
    ],
)
def test_there_and_back(
    name: str, config: dict[str, float] | None, shared: Path, tmp_path: Path
) -> None:
    path = shared / "parity" / "fixtures" / "stylegan3" / f"{name}.pkl"
    generator = ganpaint.open_model(path)
    notes = write_model(generator, tmp_path / "net.pth")
    assert notes[0] == "The file holds weights only."
    again = ganpaint.open_model(tmp_path / "net.pth", config)
    for key, value in generator.state_dict().items():
        assert torch.equal(again.state_dict()[key], value), key
    assert again.info.hash == generator.info.hash
    info = generator.info
    z, c = torch.randn(2, info.z_dim), torch.eye(info.c_dim)[:2] if info.c_dim else None
    ws = generator.map(z, c)
    assert torch.equal(again.synthesize(ws), generator.synthesize(ws))
    assert "are assumed" in again.info.notes[0]


def test_identity_filters_are_not_written_as_theirs_are_not(shared: Path, tmp_path: Path) -> None:
    path = shared / "parity" / "fixtures" / "stylegan3" / "t-32.pkl"
    write_model(ganpaint.open_model(path), tmp_path / "net.pth")
    state = torch.load(tmp_path / "net.pth", weights_only=True)
    assert not [key for key, value in state.items() if "filter" in key and value.numel() == 1]


def test_damage_is_named(shared: Path, tmp_path: Path) -> None:
    path = shared / "parity" / "fixtures" / "stylegan3" / "t-32.pkl"
    good = read_model(path).part("G_ema")
    first = next(
        key for key in good if key.startswith("synthesis.L0") and key.endswith("up_filter")
    )
    changes = [
        {first: torch.tensor(1.0)},
        {key: None for key in good if key.startswith("synthesis.L1_")},
        {"synthesis.input.weight": None},
        {"synthesis.input.weight": torch.ones(3, 3)},
        {"mapping.fc0.weight": None},
        {"synthesis.extra.weight": torch.ones(1)},
    ]
    for change in changes:
        state = {key: value for key, value in (good | change).items() if value is not None}
        torch.save(state, tmp_path / "net.pth")
        with pytest.raises(BadModel) as caught:
            ganpaint.open_model(tmp_path / "net.pth")
        assert len(str(caught.value)) <= 220
