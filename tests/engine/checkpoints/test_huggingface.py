"""BigGAN-deep's folder: configuration, folded norms, links of the cache."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from ganpaint.engine.checkpoints import read_model
from ganpaint.errors import BadModel, Refused, UnknownModel

CONFIG = {
    "output_dim": 16, "z_dim": 4, "class_embed_dim": 4, "channel_width": 4, "num_classes": 3,
    "layers": [[True, 4, 2], [True, 2, 1]], "attention_layer_position": 1, "eps": 1e-3,
    "n_stats": 5,
}  # fmt: skip


def state() -> dict[str, torch.Tensor]:
    return {
        "embeddings.weight": torch.randn(4, 3),
        "generator.gen_z.weight_orig": 3 * torch.eye(8)[:, :8],
        "generator.gen_z.weight_u": torch.eye(8)[0],
        "generator.gen_z.weight_v": torch.eye(8)[0],
        "generator.layers.0.bn_0.running_means": torch.randn(5, 16),
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "biggan"
    made.mkdir()
    (made / "config.json").write_text(json.dumps(CONFIG))
    torch.save(state(), made / "pytorch_model.bin")
    return made


def test_a_folder_or_its_weights(folder: Path) -> None:
    for path in (folder, folder / "pytorch_model.bin"):
        loaded = read_model(path)
        assert loaded.family == "biggan_deep"
        assert (loaded.table["resolution"], loaded.table["c_dim"]) == (16, 3)
        assert loaded.table["layers"] == CONFIG["layers"]
        assert torch.allclose(loaded.tensors["G_ema.generator.gen_z.weight"], torch.eye(8))
        assert "G_ema.generator.gen_z.weight_u" not in loaded.tensors


def test_safetensors_weights(folder: Path) -> None:
    (folder / "pytorch_model.bin").unlink()
    save_file(state(), folder / "model.safetensors")
    assert read_model(folder).family == "biggan_deep"


def test_config_from_the_caller(folder: Path) -> None:
    (folder / "config.json").unlink()
    assert read_model(folder / "pytorch_model.bin", CONFIG).table["n_stats"] == 5
    with pytest.raises(UnknownModel, match=r"without its config\.json"):
        read_model(folder)


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ("layers", []),
        ("layers", [[1, 2, 3]]),
        ("layers", [[True, 2]]),
        ("layers", [[True, 0, 4]]),
        ("layers", [[True, 4, 2]] * 1000),
        ("layers", "all"),
        ("output_dim", "128"),
        ("n_stats", -1),
        ("eps", None),
        ("z_dim", 1e300),
    ],
)
def test_odd_configurations(change: str, value: Any, folder: Path) -> None:
    (folder / "config.json").write_text(json.dumps(CONFIG | {change: value}))
    if change == "eps":
        assert read_model(folder).table["eps"] == 1e-4
        return
    with pytest.raises(BadModel):
        read_model(folder)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", "[" * 100_000, "x" * (1 << 21)])
def test_damaged_configurations(text: str, folder: Path) -> None:
    (folder / "config.json").write_text(text)
    with pytest.raises(BadModel):
        read_model(folder)


def test_folders_without_weights(tmp_path: Path) -> None:
    with pytest.raises(UnknownModel, match="holds no model"):
        read_model(tmp_path)


def test_links_of_the_cache_are_followed_and_others_refused(folder: Path) -> None:
    cache = folder.parent / "models--x"
    (cache / "blobs").mkdir(parents=True)
    snapshot = cache / "snapshots" / "1"
    snapshot.mkdir(parents=True)
    for name in ("config.json", "pytorch_model.bin"):
        (folder / name).rename(cache / "blobs" / name)
        (snapshot / name).symlink_to(Path("../../blobs") / name)
    assert read_model(snapshot).family == "biggan_deep"
    elsewhere = folder.parent / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "pytorch_model.bin").symlink_to(cache / "blobs" / "pytorch_model.bin")
    with pytest.raises(Refused, match="link"):
        read_model(elsewhere)


def test_published_fixtures(shared: Path) -> None:
    for name, side in (("deep-32", 32), ("deep-16", 16)):
        loaded = read_model(shared / "parity" / "fixtures" / "biggan_deep" / name)
        assert loaded.table["resolution"] == side
        assert not [key for key in loaded.tensors if key.endswith(("_orig", "_u", "_v"))]
