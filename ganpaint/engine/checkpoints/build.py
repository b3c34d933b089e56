"""From what a reader found to a generator ready for editing.

The network is first laid out without memory and compared with the tensors name by name and shape
by shape; only then are the tensors put in place. Nothing is ever loaded partly: a missing or
unknown weight is a sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

import numpy as np
import torch
from torch import Tensor, nn

from ganpaint.class_names import names_of
from ganpaint.engine.checkpoints import families, sentences, tables
from ganpaint.engine.checkpoints.averages import SAMPLES, mean_w
from ganpaint.engine.checkpoints.layout import Layout
from ganpaint.engine.checkpoints.loaded import Loaded, content_hash
from ganpaint.engine.generators.base import Generator
from ganpaint.engine.generators.discriminator import Discriminator
from ganpaint.engine.generators.resample import make_filter
from ganpaint.engine.generators.stylegan2 import StyleGAN2Generator
from ganpaint.model_info import Capability
from ganpaint.paths import quoted

FILTER = "resample_filter"
VARIANCES = ("magnitude_ema", "running_var", "running_vars", "stored_var")
Net = TypeVar("Net", bound=nn.Module)


def build(loaded: Loaded, name: str, device: str = "cpu") -> Generator:
    """The generator, in evaluation mode and frozen, with its discriminator if there is one.

    Args:
        name: of the file, for the sentences.

    Raises:
        BrokenModel, Refused: weights are missing, unknown, misshapen, or not of this family.
    """
    if loaded.family not in MAKERS:
        raise sentences.refused(name, f"its family is {loaded.family}")
    generator = MAKERS[loaded.family](loaded, name)
    judge = _judge(loaded, name)
    if judge is not None:
        # beside the generator, not inside it: its weights are no part of the generator's state
        object.__setattr__(generator, "discriminator", judge.to(device))
    object.__setattr__(generator, "table", dict(loaded.table))  # for writing it again
    object.__setattr__(generator, "questions", loaded.questions)
    _finish(generator, loaded)
    return generator.to(device)


def _stylegan2(loaded: Loaded, name: str) -> Generator:
    tensors = loaded.part("G_ema")
    config = tables.stylegan2_config(name, loaded.table, tensors)
    lacking = loaded.lacks_average and "mapping.w_avg" not in tensors
    if lacking:
        tensors["mapping.w_avg"] = torch.zeros(config.w_dim)
    network = laid_out(
        lambda: StyleGAN2Generator(config), tensors, name, make_filter(config.resample_filter)
    )
    if lacking:
        network.mapping.w_avg.copy_(mean_w(network))
        loaded.notes.append(f"The file holds no mean of w; that of {SAMPLES:,} samples is used.")
    return network


def _other(loaded: Loaded, name: str) -> Generator:
    return laid_out(families.network_of(loaded, name), loaded.part("G_ema"), name)


MAKERS: dict[str, Callable[[Loaded, str], Generator]] = {
    "stylegan2": _stylegan2,
    "stylegan3": _other,
    "biggan_deep": _other,
    "biggan": _other,
    "dcgan": _other,
}


def _judge(loaded: Loaded, name: str) -> Discriminator | None:
    if loaded.judge is None:
        return None
    tensors = loaded.part("D")
    config = tables.judge_config(name, loaded.judge, tensors, loaded.table)
    return laid_out(
        lambda: Discriminator(config), tensors, name, make_filter(config.resample_filter)
    )


def laid_out(
    make: Callable[[], Net], tensors: Mapping[str, Tensor], name: str, taps: Tensor | None = None
) -> Net:
    """A frozen network that holds exactly these tensors.

    Filters may be absent (they are then `taps`), and superfluous ones are passed over: published
    files store one in every layer, used or not.
    """
    try:
        with Layout():
            network = make()
    except (ValueError, RuntimeError, ZeroDivisionError, OverflowError) as error:
        raise sentences.damaged(name, "its sizes make no network", error) from error
    wanted = network.state_dict()
    given = dict(tensors)
    for key in wanted:
        if key not in given and key.rpartition(".")[2] == FILTER and taps is not None:
            given[key] = taps.clone()
        elif key not in given:
            raise sentences.damaged(name, f"{quoted(key)} is missing")
    for key in [k for k in given if k not in wanted]:
        if key.rpartition(".")[2] != FILTER:
            raise sentences.refused(name, f"it has a layer of another family, {quoted(key)}")
        del given[key]
    for key, value in wanted.items():
        if given[key].shape != value.shape:
            raise sentences.damaged(
                name,
                f"{quoted(key)} has the shape {list(given[key].shape)}, not {list(value.shape)}",
            )
        if given[key].dtype != torch.float32:
            raise sentences.damaged(name, f"{quoted(key)} holds no real numbers")
        if key.rpartition(".")[2] in VARIANCES and bool((given[key] < 0).any()):
            raise sentences.damaged(name, f"{quoted(key)} is negative, which no variance is")
    network.load_state_dict(
        {key: given[key].contiguous() for key in wanted}, strict=True, assign=True
    )
    return network.eval().requires_grad_(False)


def _finish(generator: Generator, loaded: Loaded) -> None:
    """Fill in the facts that only the file knows."""
    info, facts = generator.info, loaded.facts
    state = {f"G_ema.{key}": value for key, value in generator.state_dict().items()}
    odd = sorted(k for k, v in state.items() if v.is_floating_point() and not _finite(v))
    if odd:
        loaded.notes.append(
            f"{len(odd)} of its weights hold numbers that are not finite, the first is "
            f"{quoted(odd[0])}: pictures may be spoilt."
        )
    content = content_hash(state)
    found = set(info.capabilities)
    if generator.discriminator is not None:
        found.add(Capability.DISCRIMINATOR)
    generator.info = replace(
        info,
        name=facts.get("name", info.name),
        title=facts.get("title", info.title),
        licence=facts.get("licence", info.licence),
        path=facts.get("path", info.path),
        class_names=names_of(content, info.c_dim, tuple(facts.get("class_names", ()))),
        frame_center=facts.get("frame_center", info.frame_center),
        frame_size=facts.get("frame_size", info.frame_size),
        capabilities=frozenset(found),
        hash=content,
        notes=tuple(loaded.notes),
    )


def _finite(tensor: Tensor) -> bool:
    # numpy's, on one thread: torch's own waits a second for its pool at the first use
    return bool(np.isfinite(tensor.detach().cpu().numpy()).all())
