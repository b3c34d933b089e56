"""BigGAN-deep in HuggingFace's port: a folder with config.json and weights (FORMATS section 7).

The spectral normalisation is folded into the weights; names and batch-norm statistics (one row for
each truncation) stay as published.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ganpaint.engine.checkpoints import sentences
from ganpaint.engine.checkpoints.archive import Contents, load, tensors_of
from ganpaint.engine.checkpoints.loaded import Loaded
from ganpaint.engine.checkpoints.spectral import by_hook
from ganpaint.engine.checkpoints.tables import Table
from ganpaint.errors import BadModel, BrokenModel, UnknownModel
from ganpaint.paths import quoted

TITLE = "HuggingFace BigGAN-deep"
CONFIG = "config.json"
WEIGHTS = ("pytorch_model.bin", "model.safetensors", "pytorch_model.pth", "pytorch_model.pt")
LARGEST_CONFIG = 1 << 20
MOST_LAYERS = 64


def load_folder(folder: Path) -> Contents:
    """The weights of a folder; `config.json` is looked for beside them by `read`.

    Raises:
        UnknownModel: no weights in it. BadModel: as `archive.load`.
    """
    for name in WEIGHTS:
        path = folder / name
        if path.exists() or path.is_symlink():
            contents = load(_in_cache(path))
            contents.folder = folder
            return contents
    raise UnknownModel(
        f"The folder {quoted(folder)} holds no model: none of {', '.join(WEIGHTS[:2])} is in it. "
        "Nothing was changed.",
        "Choose a model file, or a folder with config.json and its weights.",
    )


def _in_cache(path: Path) -> Path:
    """Where a link of HuggingFace's own cache leads; other links stay links, and are refused."""
    if path.is_symlink():
        target = path.resolve()
        if target.parent.name == "blobs" and target.parent.parent in path.absolute().parents:
            return target
    return path


def recognise(contents: Contents) -> bool:
    """A flat table with the class embedding and the generator's layers."""
    value = contents.value
    return (
        isinstance(value, dict)
        and "embeddings.weight" in value
        and any(isinstance(key, str) and key.startswith("generator.layers.") for key in value)
    )


def read(contents: Contents, config: Mapping[str, Any]) -> Loaded:
    """The generator; its configuration comes from `config` or the file config.json beside it.

    Raises:
        UnknownModel: there is no configuration. BrokenModel: it or the weights do not fit.
    """
    table = _table(contents.name, dict(config) if "layers" in config else _beside(contents))
    state = by_hook(tensors_of(contents.value, contents), contents.name)
    tensors = {f"G_ema.{key}": tensor for key, tensor in state.items()}
    return Loaded("biggan_deep", table, tensors, format=TITLE)


def _beside(contents: Contents) -> dict[str, Any]:
    folder = contents.folder or contents.path.parent
    path = _in_cache(folder / CONFIG)
    try:
        if not path.is_file() or path.is_symlink():
            raise UnknownModel(
                f"{quoted(contents.name)} is a BigGAN-deep without its {CONFIG}, which says how "
                "its layers are laid out. Nothing was changed.",
                f"Put {CONFIG} beside it and open it again.",
            )
        if path.stat().st_size > LARGEST_CONFIG:
            raise sentences.damaged(CONFIG, "it is too long")
        record = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise BadModel(
            f"{quoted(path)} could not be read.", "Change its permissions.", cause=error
        ) from error
    except (ValueError, RecursionError) as error:
        raise sentences.damaged(CONFIG, "it is no JSON", error) from error
    if not isinstance(record, dict) or "layers" not in record:
        raise BrokenModel(
            f"{quoted(path)} is not a BigGAN-deep's. Nothing was changed.",
            "Put the right one beside the weights.",
        )
    return record


def _table(name: str, record: Mapping[str, Any]) -> dict[str, Any]:
    config = Table(name, record)
    layers = record.get("layers")
    if not isinstance(layers, list | tuple) or not 0 < len(layers) <= MOST_LAYERS:
        raise sentences.damaged(name, "its layers are no list")
    for layer in layers:
        if (
            not isinstance(layer, list | tuple)
            or len(layer) != 3
            or type(layer[0]) is not bool
            or not all(type(n) is int and 0 < n <= 256 for n in layer[1:])
        ):
            raise sentences.damaged(name, "one of its layers is not [up, in, out]")
    return {
        "resolution": config.whole("output_dim"),
        "channels": 3,
        "z_dim": config.whole("z_dim", 128),
        "c_dim": config.whole("num_classes", 1000),
        "channel_width": config.whole("channel_width", 128),
        "layers": [list(layer) for layer in layers],
        "attention_layer_position": config.whole("attention_layer_position", 8),
        "eps": config.real("eps", 1e-4),
        "n_stats": config.whole("n_stats", 51),
    }
