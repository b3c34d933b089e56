"""Bare state dicts: DCGAN of the PyTorch example's layout, and networks under NVIDIA's names.

FORMATS sections 9 and 15. What such a file does not say is read from its shapes or assumed with a
note. How many of a DCGAN's inputs are classes no shape can say: it comes from `config`, from an
answer that was remembered, or from the file being a known one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from torch import Tensor

from ganpaint.catalogue import EYES_CLASSES, EYES_SHA256
from ganpaint.engine.checkpoints import bare_stylegan, sentences
from ganpaint.engine.checkpoints.answers import recall
from ganpaint.engine.checkpoints.archive import Contents, tensors_of
from ganpaint.engine.checkpoints.loaded import Loaded, content_hash
from ganpaint.engine.checkpoints.tables import Table

TITLE = "state dict"
NESTED = ("state_dict", "model_state_dict", "generator", "netG", "G_ema", "G")
PART = re.compile(r"(.*?)(\d{1,4})\.(weight|bias|running_mean|running_var|num_batches_tracked)")
MOST_LAYERS = 12
EYES_BYTES = 51_691_195


def recognise(contents: Contents) -> bool:
    """Any table with weights in it: the last reader names what it holds."""
    return bool(_weights(contents))


def read(contents: Contents, config: Mapping[str, Any]) -> Loaded:
    """The generator.

    Raises:
        UnknownModel: weights of something else, named. BrokenModel: they do not fit together.
    """
    state = _weights(contents)
    if bare_stylegan.recognise(state):
        return bare_stylegan.read(state, config, contents.name)
    parts = _parts(state)
    kernels = {at: part["weight"] for at, part in parts.items() if _is_kernel(part)}
    if not kernels or not _chained(list(kernels.values())):
        raise sentences.not_a_model(contents.name, _what(state, list(kernels.values())))
    return _dcgan(contents, config, parts)


def _weights(contents: Contents) -> dict[str, Tensor]:
    """The table of weights: the file's own, or the one under a usual name."""
    found = tensors_of(contents.value, contents)
    if not found and isinstance(contents.value, dict):
        for key in NESTED:
            inner = tensors_of(contents.value.get(key), contents)
            if inner:
                return inner
    return found


def _parts(state: Mapping[str, Tensor]) -> dict[int, dict[str, Tensor]]:
    """Layers by their number, in order, if all names share one prefix; else {}."""
    found: dict[int, dict[str, Tensor]] = {}
    prefixes = set()
    for key, tensor in state.items():
        match = PART.fullmatch(key)
        if match is None:
            return {}
        prefixes.add(match[1])
        found.setdefault(int(match[2]), {})[match[3]] = tensor
    return dict(sorted(found.items())) if len(prefixes) == 1 else {}


def _is_kernel(part: Mapping[str, Tensor]) -> bool:
    weight = part.get("weight")
    return weight is not None and weight.ndim == 4 and tuple(weight.shape[2:]) == (4, 4)


def _chained(kernels: list[Tensor]) -> bool:
    """Whether each layer's outputs are the next one's inputs, down to picture channels."""
    fits = all(a.shape[1] == b.shape[0] for a, b in pairwise(kernels))
    return fits and 1 < len(kernels) <= MOST_LAYERS and kernels[-1].shape[1] in (1, 3, 4)


def _what(state: Mapping[str, Tensor], kernels: list[Tensor]) -> str:
    """What a table that is no generator seems to be."""
    names = list(state)
    reverse = all(a.shape[0] == b.shape[1] for a, b in pairwise(kernels))
    if len(kernels) > 1 and reverse and kernels[-1].shape[0] == 1:
        return "a discriminator"
    if any(name.startswith("features.") for name in names):
        return "an LPIPS trunk or classifier"
    return f"{len(names)} weights named like {sentences.shown(names[0], 30)}"


def _dcgan(
    contents: Contents, config: Mapping[str, Any], parts: Mapping[int, Mapping[str, Tensor]]
) -> Loaded:
    name = contents.name
    kernels = [at for at, part in parts.items() if _is_kernel(part)]
    others = [at for at in parts if at not in kernels]
    tensors: dict[str, Tensor] = {}
    for number, at in enumerate(kernels):
        # the example's own numbering: convolution, norm, ReLU, convolution, …
        for kind, tensor in parts[at].items():
            tensors[f"G_ema.main.{3 * number}.{kind}"] = tensor
        following = kernels[number + 1] if number + 1 < len(kernels) else 10_000
        between = [n for n in others if at < n < following]
        if len(between) != (0 if at == kernels[-1] else 1):
            raise sentences.refused(name, f"its layer {at} is not followed by one norm")
        for n in between:
            for kind, tensor in parts[n].items():
                if kind != "num_batches_tracked":
                    tensors[f"G_ema.main.{3 * number + 1}.{kind}"] = tensor
    inputs = int(parts[kernels[0]]["weight"].shape[0])
    known = _known(contents)
    asked = content_hash(tensors)
    answers = known.pop("config", {}) | recall(asked) | dict(config)
    classes = Table(name, answers).whole("c_dim", 0)
    if classes >= inputs:
        raise sentences.damaged(name, f"it has {inputs} inputs, and {classes} of them are classes")
    table = {
        "resolution": 4 * 2 ** (len(kernels) - 1),
        "channels": int(parts[kernels[-1]]["weight"].shape[1]),
        "z_dim": inputs - classes,
        "c_dim": classes,
    }
    loaded = Loaded("dcgan", table, tensors, format=TITLE, facts=known, asked=asked)
    if "c_dim" not in answers:
        loaded.questions = ("c_dim",)
        loaded.notes.append(
            f"The file does not say whether some of its {inputs} inputs are classes; none is."
        )
    return loaded


def _known(contents: Contents) -> dict[str, Any]:
    """What is known of one file by its hash: the painted eyes."""
    if contents.budget.file_bytes != EYES_BYTES:
        return {}
    with contents.path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != EYES_SHA256:
            return {}
    return {
        "name": "eyes-128",
        "title": "Painted eyes, eight colours",
        "licence": "MIT",
        "class_names": EYES_CLASSES,
        "config": {"c_dim": len(EYES_CLASSES)},
    }
