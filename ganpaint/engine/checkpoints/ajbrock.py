"""ajbrock's BigGAN-PyTorch: a bare state dict, everything else told by its shapes.

FORMATS section 8. The file lacks one number, the epsilon of the batch norms: it comes from
`config` (`BN_eps`), else it is 1e-5 with a note. Spectral normalisation and standing statistics
are folded in; all three kinds of batch norm get the names of the first, `stored_mean` and
`stored_var`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from torch import Tensor

from ganpaint.engine.checkpoints import sentences
from ganpaint.engine.checkpoints.answers import recall
from ganpaint.engine.checkpoints.archive import Contents, tensors_of
from ganpaint.engine.checkpoints.loaded import Loaded, content_hash
from ganpaint.engine.checkpoints.spectral import by_power_step
from ganpaint.engine.checkpoints.tables import Table, dimension
from ganpaint.paths import quoted

TITLE = "BigGAN-PyTorch"
BLOCK = re.compile(r"blocks\.(\d{1,3})\.")
ATTENTION = re.compile(r"blocks\.(\d{1,3})\.1\.theta\.weight")
MOST_BLOCKS = 32
PUBLISHED_EPS = 1e-4  # DeepMind's weights, converted: 96 channels and no `sv0`


def recognise(contents: Contents) -> bool:
    """A flat table with the first block and the first linear layer."""
    value = contents.value
    return isinstance(value, dict) and any(
        f"{prefix}blocks.0.0.conv1.weight" in value and f"{prefix}linear.weight" in value
        for prefix in ("", "module.")
    )


def read(contents: Contents, config: Mapping[str, Any]) -> Loaded:
    """The generator.

    Raises:
        Refused: a discriminator, or a norm without statistics. BrokenModel: shapes do not fit.
    """
    name = contents.name
    raw = {
        key.removeprefix("module."): tensor
        for key, tensor in tensors_of(contents.value, contents).items()
    }
    if "output_layer.2.weight" not in raw:
        raise sentences.not_a_model(name, "a BigGAN's discriminator")
    # the question is about the file as it is, so the answer hangs on its own weights
    asked = content_hash({f"G_ema.{key}": tensor for key, tensor in raw.items()})
    settings = Table(name, recall(asked) | dict(config))
    state = by_power_step(raw, name, settings.real("SN_eps", 1e-12))
    state = _statistics(state, name)
    table, notes = _table(state, name), []
    eps = settings.real("BN_eps", 0.0)
    questions: tuple[str, ...] = ()
    if not eps:
        questions = ("BN_eps",)
        converted = "linear.sv0" not in raw and table["channels_at_end"] == 96
        eps = PUBLISHED_EPS if converted else 1e-5
        notes.append(f"The file does not hold the epsilon of its norms; {eps:g} is used.")
    table["bn_eps"] = eps
    del table["channels_at_end"]
    tensors = {f"G_ema.{key}": tensor for key, tensor in state.items()}
    return Loaded(
        "biggan", table, tensors, format=TITLE, notes=notes, questions=questions, asked=asked
    )


def _statistics(state: Mapping[str, Tensor], name: str) -> dict[str, Tensor]:
    """Means and variances of every norm under the same names.

    A counter above 0 says that the stored numbers are sums over that many batches.
    """
    found: dict[str, Tensor] = {}
    for key, tensor in state.items():
        stem, _, last = key.rpartition(".")
        if last in ("accumulation_counter", "num_batches_tracked"):
            continue
        if not stem.endswith(".bn"):
            found[key] = tensor
            continue
        counter = state.get(f"{stem}.accumulation_counter")
        count = float(counter.reshape(-1)[0]) if counter is not None and counter.numel() else 0.0
        kind = last.replace("running_", "stored_")
        if kind not in ("stored_mean", "stored_var"):
            raise sentences.refused(name, f"it has a layer of another family, {quoted(key)}")
        found[f"{stem.removesuffix('.bn')}.{kind}"] = tensor / count if count > 0 else tensor
    for key in found:
        if re.fullmatch(r"blocks\.\d+\.0\.bn1\.gain\.weight", key):
            stem = key.removesuffix(".gain.weight")
            if f"{stem}.stored_var" not in found:
                raise sentences.refused(
                    name, f"its norm {quoted(stem)} keeps no statistics (in, gn or nonorm)"
                )
    return found


def _table(state: Mapping[str, Tensor], name: str) -> dict[str, Any]:
    """Everything that the shapes say."""
    indices = {int(m[1]) for key in state if (m := BLOCK.match(key))}
    count = len(indices)
    if indices != set(range(count)) or count > MOST_BLOCKS:
        raise sentences.damaged(name, f"its {count} blocks are not in a row")
    deep = "blocks.0.0.conv4.weight" in state
    if deep and count % 2:
        raise sentences.damaged(name, f"its {count} deep blocks are no pairs")
    conditioning = dimension(state, "blocks.0.0.bn1.gain.weight", 1, name)
    shared = "shared.weight" in state
    linear = dimension(state, "linear.weight", 1, name)
    width = dimension(state, "blocks.0.0.conv1.weight", 1, name)
    shared_dim = dimension(state, "shared.weight", 1, name) if shared else 0
    chunk = conditioning - shared_dim if shared else 0
    if chunk < 0 or width == 0:
        raise sentences.damaged(name, "its norms are narrower than its class vectors")
    if deep:
        z_dim = linear - shared_dim if chunk else linear
    else:
        z_dim = chunk * (count + 1) if chunk else linear
    bottom = math.isqrt(max(0, dimension(state, "linear.weight", 0, name) // width))
    doublings = count // 2 if deep else count
    classes = "shared.weight" if shared else "blocks.0.0.bn1.gain.weight"
    return {
        "resolution": bottom * 2**doublings,
        "channels": dimension(state, "output_layer.2.weight", 0, name),
        "z_dim": z_dim,
        "c_dim": dimension(state, classes, 0, name),
        "shared_dim": shared_dim,
        "hierarchical": chunk > 0,
        "deep": deep,
        "attention": sorted(int(m[1]) for key in state if (m := ATTENTION.fullmatch(key))),
        "channels_at_end": dimension(state, "output_layer.2.weight", 1, name),
    }
