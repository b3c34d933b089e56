"""The content hash: the same for the same numbers, however they are stored."""

from __future__ import annotations

import torch

from ganpaint.engine.checkpoints.loaded import Loaded, content_hash

TENSORS = {"G_ema.b": torch.tensor([0.5, 1.0]), "G_ema.a": torch.ones(2, 2)}


def test_order_precision_and_other_parts_do_not_matter() -> None:
    known = content_hash(TENSORS)
    assert len(known) == 64
    assert content_hash(dict(reversed(TENSORS.items()))) == known
    assert content_hash({k: v.half() for k, v in TENSORS.items()}) == known
    assert content_hash(TENSORS | {"encoder.x": torch.ones(3), "D.y": torch.ones(1)}) == known
    assert content_hash(TENSORS | {"G_ema.b8.resample_filter": torch.ones(4, 4)}) == known


def test_names_shapes_types_and_numbers_matter() -> None:
    known = content_hash(TENSORS)
    others = [
        {"G_ema.c": TENSORS["G_ema.b"], "G_ema.a": TENSORS["G_ema.a"]},
        TENSORS | {"G_ema.a": torch.ones(4)},
        TENSORS | {"G_ema.b": torch.tensor([0.5, 1.0000001])},
        TENSORS | {"G_ema.b": torch.tensor([0, 1])},
        {"G_ema.a": TENSORS["G_ema.a"]},
    ]
    assert known not in [content_hash(other) for other in others]
    assert len({content_hash(other) for other in others}) == len(others)


def test_parts_lose_their_prefix() -> None:
    loaded = Loaded("stylegan2", {}, TENSORS | {"D.y": torch.ones(1)})
    assert set(loaded.part("G_ema")) == {"a", "b"}
    assert set(loaded.part("D")) == {"y"}
