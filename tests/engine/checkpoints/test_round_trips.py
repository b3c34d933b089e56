"""What is opened can be saved in ganpaint's form, and what is saved paints the same pictures."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from ganpaint.engine.checkpoints import open_model, write_model
from ganpaint.tasks.cards import sample_codes

FIXTURES = Path(__file__).resolve().parents[4] / "shared" / "parity" / "fixtures"
FOLDERS = ("stylegan2_ada", "stylegan2_rosinality", "stylegan3", "biggan_deep", "biggan_ajbrock",
           "dcgan")  # fmt: skip


def models() -> list[Path]:
    """Every published form, one file each or a folder."""
    found = [path for name in FOLDERS for path in sorted((FIXTURES / name).glob("*"))]
    return [p for p in found if p.suffix in (".pkl", ".pt", ".pth") or (p / "config.json").exists()]


@pytest.mark.skipif(not FIXTURES.is_dir(), reason="the reference data is not beside the project")
@pytest.mark.parametrize("path", models(), ids=lambda p: f"{p.parent.name}/{p.name}")
def test_every_family_goes_through_a_bundle(path: Path, tmp_path: Path) -> None:
    generator = open_model(path)
    assert write_model(generator, tmp_path / "net.safetensors", "ganpaint-float32") == []
    again = open_model(tmp_path / "net.safetensors")
    assert again.info.hash == generator.info.hash
    for name in ("family", "z_dim", "c_dim", "w_dim", "num_ws", "resolution", "capabilities"):
        assert getattr(again.info, name) == getattr(generator.info, name), name
    codes = sample_codes(generator)[:2]
    own = [replace(code, model=again.info.hash) for code in codes]
    with torch.no_grad():
        assert torch.equal(again.paint(own), generator.paint(codes))
    if generator.discriminator is not None:
        assert again.discriminator is not None
        theirs = generator.discriminator.state_dict()
        assert all(torch.equal(v, theirs[k]) for k, v in again.discriminator.state_dict().items())
    # a second time nothing changes any more
    write_model(again, tmp_path / "twice.safetensors", "ganpaint-float32")
    assert open_model(tmp_path / "twice.safetensors").info.hash == generator.info.hash
